# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whole instances: the files as they are."""

import io

import pydicom

from harness import SAMPLES, Service, check, finish, objects, path_of
from made import Made

MULTIPART = 'multipart/related; type="application/dicom"'

with Made() as made, Service(made.folder.name) as service:
    for name, (path, data) in made.files.items():
        with open(path, "rb") as file:
            stored = file.read()
        url = path_of(data)
        syntax = str(data.file_meta.TransferSyntaxUID)
        label = "application/dicom; transfer-syntax=" + syntax
        answer = service.get(url, accept="application/dicom")
        check(name + ": the file", answer.body == stored and
              answer.header("content-type") == label, answer)
        check("to be saved, not shown", answer.header(
            "content-disposition").startswith("attachment"), answer)
        for accept in (None, MULTIPART, MULTIPART + "; transfer-syntax=*"):
            answer = service.get(url, accept=accept)
            check("%s by %s: one part" % (name, accept),
                  answer.parts == [(label, stored)], answer)
        answer = service.get(url, accept="application/dicom; "
                             "transfer-syntax=1.2.840.10008.1.2.1")
        again = pydicom.dcmread(io.BytesIO(answer.body))
        check(name + " uncompressed", again.file_meta.TransferSyntaxUID ==
              "1.2.840.10008.1.2.1" and again.PixelData == made.samples and
              again.SOPInstanceUID == data.SOPInstanceUID, answer)
        part = service.get(url, accept="application/dicom",
                           Range="bytes=128-131")
        check("in parts", part.status == 206 and part.body == b"DICM", part)
        known = service.get(url, accept="application/dicom",
                            If_None_Match=part.header("etag"))
        check("not sent twice", known.status == 304, known)
    series = url.rsplit("/", 2)[0]
    check("the series", len(service.get(series).parts) == len(made.files))
    check("the study", len(service.get(series.rsplit("/", 2)[0],
                                       accept=MULTIPART).parts) ==
          len(made.files))
    check("several as one part are refused", service.get(
        series, accept="application/dicom").status == 406)
    check("as JPEG: refused", service.get(url, accept="image/jpeg").status
          == 406)
    check("nothing", service.get("/dicom-web/studies/1.2.3").status == 404)

with Service(SAMPLES) as service:
    _, data = next(o for o in objects(SAMPLES) if o[1].Modality == "CT")
    check("all sixty slices", len(service.get(
        path_of(data).rsplit("/", 2)[0]).parts) == 60)
finish()
