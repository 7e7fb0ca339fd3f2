# SPDX-License-Identifier: LGPL-2.1-or-later
"""Angiograms with a Mask Module, rendered: subtracted where the data want that,
each pixel as `vitrail render` makes it; stored frames stay what they are."""

import io
import os
import subprocess
import tempfile

import numpy as np
import pydicom
from PIL import Image

from harness import Service, check, finish, path_of

MAKE = os.path.join(os.environ["VITRAIL_SOURCE"], "tests", "mask",
                    "masktruth.py")
NAMES = ("shift", "all", "enhanced-tables", "enhanced-vessel", "vessel")


def picture(body):
    return np.asarray(Image.open(io.BytesIO(body)).convert("RGB"))


def command_line(path, frame, *options):
    run = subprocess.run([os.environ["VITRAIL"], "render", path, "-o", "-",
                          "--frame", str(frame), *options],
                         capture_output=True, check=True)
    return picture(run.stdout)


with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["/usr/bin/python3", "-W", "ignore", MAKE, folder, *NAMES],
                   check=True)
    with Service(folder) as service:
        for name in NAMES:
            path = os.path.join(folder, name + ".dcm")
            data = pydicom.dcmread(path)
            for frame in (1, 6):
                answer = service.get(
                    path_of(data, "frames", str(frame), "rendered"),
                    accept="image/png")
                check("%s: frame %d as the command line's" % (name, frame),
                      answer.status == 200 and np.array_equal(
                          picture(answer.body), command_line(path, frame)),
                      answer)
            plain = command_line(path, 6, "--subtraction", "off")
            check("%s is %ssubtracted" % (name, "not " * (name == "all")),
                  np.array_equal(picture(answer.body), plain) ==
                  (name == "all"))
            stored = service.get(path_of(data, "frames", "6"), accept=(
                'multipart/related; type="application/octet-stream"'))
            length = data.Rows * data.Columns * 2
            check("%s: the frame itself is as it is stored" % name,
                  data.PixelData[5 * length:6 * length] in stored.body, stored)
        # Only the vessel is left, dark on grey.
        small = picture(service.get(path_of(data, "thumbnail"),
                                    accept="image/png").body)[..., 0]
        check("a thumbnail", small.std() > 5 and
              abs(float(np.median(small)) - 128) < 4, small.std())
        answer = service.get(path_of(data, "rendered"), accept="image/gif")
        check("a moving picture", answer.status == 200 and
              Image.open(io.BytesIO(answer.body)).n_frames == 9, answer)

finish()
