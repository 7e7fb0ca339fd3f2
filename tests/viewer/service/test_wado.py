# SPDX-License-Identifier: LGPL-2.1-or-later
"""WADO-URI: what the same requests of WADO-RS answer."""

import io
import urllib.parse

import numpy as np
from PIL import Image

from harness import SAMPLES, Service, check, finish, objects, path_of


def ask(service, data, root="/wado", **keys):
    keys = {"requestType": "WADO", "studyUID": data.StudyInstanceUID,
            "seriesUID": data.SeriesInstanceUID,
            "objectUID": data.SOPInstanceUID, **keys}
    query = urllib.parse.urlencode({k: v for k, v in keys.items() if v})
    return service.get(root + "?" + query)


def picture(answer):
    return np.asarray(Image.open(io.BytesIO(answer.body)))


def check_pictures(service, ct, us):
    url = path_of(ct, "rendered")
    for keys, query in (
            ({}, ""), ({"contentType": "image/png"}, "?accept=image/png"),
            ({"windowCenter": "100", "windowWidth": "800"},
             "?window=100,800"),
            ({"rows": "128", "columns": "128"}, "?viewport=128,128"),
            ({"rows": "100"}, "?viewport=100,100"),
            ({"imageQuality": "30"}, "?quality=30"),
            ({"region": "0.25,0.5,0.75,1"}, "?viewport=256,256,128,256,256,256"),
            ({"region": "0,0,0.5,0.5", "rows": "64", "columns": "64"},
             "?viewport=64,64,0,0,256,256"),
            ({"annotation": "patient"}, "?annotation=patient")):
        answer = ask(service, ct, **keys)
        same = service.get(url + query)
        check("%s is %s" % (keys, query), answer.status == 200 and
              answer.body == same.body and answer.header("content-type") ==
              same.header("content-type"), answer)
    answer = ask(service, us, frameNumber="30", contentType="image/png")
    check("a frame", answer.body == service.get(
        path_of(us, "frames", "30", "rendered"), accept="image/png").body)
    moving = ask(service, us, contentType="image/gif", rows="60")
    check("a GIF", Image.open(io.BytesIO(moving.body)).n_frames == 60)


def check_files(service, path, ct):
    with open(path, "rb") as file:
        stored = file.read()
    for keys in ({"transferSyntax": "*"}, {}, {"transferSyntax": "*",
                                               "frame": "1"}):
        answer = ask(service, ct, contentType="application/dicom", **keys)
        check("the file by %s" % keys, answer.body == stored and answer.header(
            "content-type").startswith("application/dicom;"), answer)
    answer = ask(service, ct, contentType="application/dicom",
                 transferSyntax="1.2.840.10008.1.2.4.80",
                 root="/dicom-web/wado")
    check("as JPEG-LS", answer.header("content-type") ==
          "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.80", answer)


def check_refused(service, ct):
    for keys in ({"requestType": "wado"}, {"requestType": ""},
                 {"studyUID": ""}, {"objectUID": "../../etc/passwd"},
                 {"objectUID": "1" * 65}, {"seriesUID": "1..2"},
                 {"frameNumber": "0"}, {"frameNumber": "-1"},
                 {"frameNumber": "1,2"}, {"windowCenter": "1"},
                 {"windowWidth": "1"}, {"windowCenter": "a", "windowWidth": "1"},
                 {"rows": "0"}, {"rows": "99999"}, {"columns": "x"},
                 {"region": "0,0,2,2"}, {"region": "0,0,1"},
                 {"region": "1,0,0,1"}, {"region": "nan,0,1,1"},
                 {"imageQuality": "0"}, {"anonymize": "yes"},
                 {"presentationUID": "1.2"}, {"annotation": "all"},
                 {"contentType": "application/dicom", "transferSyntax": "x"}):
        answer = ask(service, ct, **keys)
        check("%s: 400" % keys, answer.status == 400 and
              len(answer.body.splitlines()) == 1 and "error" in answer.json,
              answer)
    check("no such object", ask(
        service, ct, objectUID="1.2.3").status == 404)
    check("of another study", ask(
        service, ct, studyUID="1.2.3").status == 404)
    check("no such type", ask(
        service, ct, contentType="text/html").status == 406)
    check("no such frame", ask(service, ct, frameNumber="2").status == 404)


with Service(SAMPLES) as service:
    found = objects(SAMPLES)
    path, ct = next(o for o in found if o[1].Modality == "CT")
    _, us = next(o for o in found if o[1].Modality == "US")
    check_pictures(service, ct, us)
    check_files(service, path, ct)
    check_refused(service, ct)
finish()
