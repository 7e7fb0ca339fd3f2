# SPDX-License-Identifier: LGPL-2.1-or-later
"""A CT series of an archive over DICOMweb in the desktop viewer: the picture of
the same files in a folder, and it scrolls. The next series of the study comes
before anybody shows it, and no other."""

import glob
import os
import subprocess
import tempfile
import time
import urllib.request

import numpy as np
import pydicom

from desktop import Viewer, check, difference, finish, missing_tools, skip
from harness import Service

CT = os.path.join(os.environ.get("VITRAIL_SAMPLES", ""), "ct")
MIDDLE = (760, 420)


def look(location):
    """The first picture, and the third."""
    with Viewer(location) as viewer:
        first = viewer.wait_for_picture()
        viewer.move(*MIDDLE)
        viewer.wheel(down=2)
        third = viewer.until(lambda now: difference(now, first) > 0.1)
        viewer.shot("desktop-archive")
    return first[150:550, 250:750], third[150:550, 250:750]


def make_study(folder):
    """Four series of one study, each of two images."""
    for n, path in enumerate(sorted(glob.glob(CT + "/*.dcm"))[:8]):
        dataset = pydicom.dcmread(path)
        dataset.SeriesNumber = 1 + n // 2
        dataset.SeriesInstanceUID = "1.2.3.%d" % dataset.SeriesNumber
        dataset.SOPInstanceUID = "%s.%d" % (dataset.SeriesInstanceUID, n)
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.save_as("%s/%d.dcm" % (folder, n))


def list_frames(address):
    """How many images of which series have been asked for."""
    with urllib.request.urlopen("http://%s/_log" % address) as answer:
        paths = answer.read().decode().split("\n")
    asked = {path.split("?")[0] for path in paths if "/frames/" in path}
    return [sum("/series/1.2.3.%d/" % n in path for path in asked)
            for n in range(1, 5)]


def look_ahead():
    """The images of each series that were asked for while the first is
    shown."""
    script = os.path.join(os.path.dirname(__file__), "..", "..", "support",
                          "flaky.py")
    with tempfile.TemporaryDirectory() as folder:
        make_study(folder)
        with Service(folder) as service, subprocess.Popen(
                ["/usr/bin/python3", script, service.address.split(":")[1]],
                stdout=subprocess.PIPE, text=True) as way:
            address = "127.0.0.1:" + way.stdout.readline().strip()
            # Thumbnails ask for images of all series.
            with Viewer("dicomweb://%s/dicom-web" % address) as viewer:
                viewer.wait_for_picture()
                end = time.monotonic() + 60
                while (list_frames(address)[1] < 2 and
                       time.monotonic() < end):
                    time.sleep(0.1)
            frames = list_frames(address)
            way.terminate()
    return frames


def main():
    if missing_tools():
        skip("archive", "no " + ", ".join(missing_tools()))
        finish()
    here = look(CT)
    with Service(CT) as service:
        there = look("dicomweb://%s/dicom-web" % service.address)
    frames = look_ahead()
    check("all of the next series", frames[1] == 2, frames)
    check("of the others their thumbnails", max(frames[2:]) <= 1, frames)
    check("a picture", there[0].std() > 20, there[0].mean())
    check("that of the files", np.array_equal(here[0], there[0]),
          difference(here[0], there[0]))
    check("and it scrolls to the same", np.array_equal(here[1], there[1]),
          difference(here[1], there[1]))
    finish()


main()
