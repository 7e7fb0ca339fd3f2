# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pictures of waveforms: pages as `vitrail render` makes them, thumbnails, and
that the object is an object like any other."""

import io
import os
import subprocess
import tempfile

import numpy as np
import pydicom
from PIL import Image

from harness import Service, check, finish, path_of

MAKE = os.path.join(os.environ["VITRAIL_SOURCE"], "tests", "viewer",
                    "make-ecg.py")


def picture(body):
    return np.asarray(Image.open(io.BytesIO(body)).convert("RGB"))


def command_line(path, *options):
    run = subprocess.run([os.environ["VITRAIL"], "render", path, "-o", "-",
                          *options], capture_output=True, check=True)
    return picture(run.stdout)


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "ecg.dcm")
    subprocess.run(["/usr/bin/python3", "-W", "ignore", MAKE, path], check=True)
    data = pydicom.dcmread(path)
    with Service(folder) as service:
        url = path_of(data, "rendered")
        answer = service.get(url + "?viewport=2376,1680", accept="image/png")
        check("the page of the command line, each pixel",
              answer.status == 200 and np.array_equal(
                  picture(answer.body), command_line(path)), answer)
        again = service.get(url + "?viewport=2376,1680", accept="image/png",
                            If_None_Match=answer.header("etag"))
        check("not sent twice", again.status == 304, again)
        plain = service.get(url)
        check("a JPEG without a wish", plain.status == 200 and
              plain.header("content-type") == "image/jpeg" and
              picture(plain.body).shape == (840, 1188, 3), plain)
        answer = service.get(url + "?viewport=2376,1680&ecg=12x1,50,5",
                             accept="image/png")
        check("with a look of one's own", answer.status == 200 and
              np.array_equal(picture(answer.body), command_line(
                  path, "--layout=12x1", "--speed=50", "--gain=5")), answer)
        later = service.get(url + "?ecg=3x4,25,10,0.3", accept="image/png")
        first = service.get(url + "?ecg=3x4,25,10,0", accept="image/png")
        check("later in time", later.status == 200 and first.status == 200 and
              later.body != first.body, later, first)
        for bad in ("9x9", "", "3x4,0", "3x4,25,1e9", "3x4,25,10,-1",
                    "3x4,25,10,0,0", "3x4,25,10,0,2", "3x4,nan",
                    "3x4,25,10,0,1,7"):
            answer = service.get(url + "?ecg=" + bad)
            check("ecg=%s is refused" % bad, answer.status == 400, answer)

        small = service.get(path_of(data, "thumbnail"), accept="image/png")
        check("a thumbnail", small.status == 200 and
              picture(small.body).shape == (181, 256, 3) and
              picture(small.body).mean() > 200, small)
        study = "/dicom-web/studies/" + data.StudyInstanceUID
        series = study + "/series/" + data.SeriesInstanceUID
        for level in (study, series):
            for what in ("rendered", "thumbnail"):
                answer = service.get(level + "/" + what)
                check("%s of %s" % (what, "study" if level == study
                                    else "series"), answer.status == 200 and
                      answer.header("content-type") == "image/jpeg", answer)
        check("page 1", service.get(
            path_of(data, "frames", "1", "rendered")).status == 200)
        check("no page 2", service.get(
            path_of(data, "frames", "2", "rendered")).status == 404)

        answer = service.get(path_of(data), accept="application/dicom")
        with open(path, "rb") as source:
            check("the object itself", answer.body == source.read(), answer)
        found = service.get("/dicom-web/series?Modality=ECG",
                            accept="application/dicom+json").json
        check("found by its modality", len(found) == 1, found)
        meta = service.get(path_of(data, "metadata"),
                           accept="application/dicom+json").json
        group = meta[0]["54000100"]["Value"][0]
        uri = group["54001010"].get("BulkDataURI", "")
        samples = service.get(uri[uri.index("/dicom-web"):],
                              accept="application/octet-stream")
        check("its samples as bulk data", samples.status == 200 and
              samples.body == data.WaveformSequence[0].WaveformData, samples,
              uri)
finish()
