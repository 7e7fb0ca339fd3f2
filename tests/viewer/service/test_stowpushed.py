# SPDX-License-Identifier: LGPL-2.1-or-later
"""Orthanc sends to us what it has, by STOW-RS of its own."""

import http.client
import json
import os
import sys
import urllib.parse

import pydicom

from harness import SAMPLES, check, finish, objects, skip
from peer import Orthanc
from storing import Storing

sys.dont_write_bytecode = True


def put(orthanc, path, value):
    """Orthanc's REST takes PUT where a server is named."""
    connection = http.client.HTTPConnection(
        urllib.parse.urlsplit(orthanc.url).netloc, timeout=60)
    connection.request("PUT", "/" + path, json.dumps(value))
    status = connection.getresponse().status
    connection.close()
    return status


def check_pushed(orthanc, service):
    sent = objects(os.path.join(SAMPLES, "ct"))
    orthanc.store([path for path, _ in sent])
    status = put(orthanc, "dicom-web/servers/vitrail",
                 {"Url": service.url + "dicom-web/"})
    check("Orthanc takes us as a server", status == 200, status)
    studies = json.loads(orthanc.get("studies"))
    for attempt in ("sent", "sent again"):
        told = json.loads(orthanc.get(
            "dicom-web/servers/vitrail/stow",
            data=json.dumps({"Resources": studies,
                             "Synchronous": True}).encode()))
        check(attempt + ": Orthanc is content", "InstancesCount" not in told
              or int(told["InstancesCount"]) == len(sent), told)
        found = service.get("/dicom-web/instances?limit=1000").json
        check("all are here",
              {f["00080018"]["Value"][0] for f in found} ==
              {str(data.SOPInstanceUID) for _, data in sent},
              len(found), len(sent))
    for path, data in sent[:3]:
        here = pydicom.dcmread(os.path.join(
            service.root, data.StudyInstanceUID, data.SeriesInstanceUID,
            data.SOPInstanceUID + ".dcm"))
        check("as it was", here == pydicom.dcmread(path), path)


if not Orthanc.is_there():
    skip("Orthanc", "no Orthanc with its plugins")
    finish()
with Storing() as service, Orthanc() as orthanc:
    check_pushed(orthanc, service)
finish()
