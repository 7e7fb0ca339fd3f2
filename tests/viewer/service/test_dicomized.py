# SPDX-License-Identifier: LGPL-2.1-or-later
"""A vendor's slide is DICOM: what the service says of it is what `vitrail
convert` writes, and what stock clients of slides ask for is answered."""

import base64
import io
import os
import shutil
import socket
import tempfile
import warnings

import pydicom
from PIL import Image

from harness import (SAMPLES, Service, check, convert, finish, real,
                     stored_frames, value)

warnings.simplefilter("ignore")
BULK = ("PixelData", "OpticalPathSequence", "ExtendedOffsetTable",
        "ExtendedOffsetTableLengths")
WSI = "1.2.840.10008.5.1.4.1.1.77.1.6"


def without_padding(stream):
    return stream[:-1] if stream.endswith(b"\xff\xd9\0") else stream


def same(told, kept):
    """Values of 32 bits are told with other digits."""
    if told is not None and kept.VR == "FL":
        return abs(told.value - kept.value) <= 1e-6 * abs(kept.value)
    return told is not None and told.value == kept.value


def url_of(data):
    return "/dicom-web/studies/%s/series/%s/instances/%s" % (
        data.StudyInstanceUID, data.SeriesInstanceUID, data.SOPInstanceUID)


def compare_metadata(service, data):
    answer = service.get(url_of(data) + "/metadata")
    told = answer.json[0]
    read = pydicom.dataset.Dataset.from_json(told, lambda *uri: b"")
    different = [e for e in data if e.keyword not in BULK and
                 not same(read.get(e.tag), e)]
    check("attributes as in the file", different == [], different)
    check("the stored transfer syntax is said", value(told, "00083002") ==
          data.file_meta.TransferSyntaxUID)
    path = told["00480105"]["Value"][0]
    if data.SamplesPerPixel == 3:
        profile = path["00282000"]
        if "BulkDataURI" in profile:
            there = service.get(
                profile["BulkDataURI"][len(service.url) - 1:],
                accept='multipart/related; type="application/octet-stream"'
            ).parts[0][1]
        else:
            there = base64.b64decode(profile["InlineBinary"])
        check("the ICC profile",
              there == data.OpticalPathSequence[0].ICCProfile, profile)
    check("pixel data by its URI", "BulkDataURI" in told["7FE00010"])


def compare_frames(service, data):
    frames = stored_frames(data)
    url = url_of(data)
    accept = 'multipart/related; type="application/octet-stream"; ' \
        'transfer-syntax=*'  # as dicom-microscopy-viewer asks
    wrong = 0
    for number in {1, len(frames) // 2 + 1, len(frames)}:
        answer = service.get("%s/frames/%d" % (url, number), accept=accept)
        parts = answer.parts
        if len(parts) != 1 or without_padding(parts[0][1]) != without_padding(
                frames[number - 1]):
            wrong += 1
    check("%d frames byte by byte" % len(frames), wrong == 0)
    check("none behind the last", service.get(
        "%s/frames/%d" % (url, len(frames) + 1)).status == 404)
    syntax = data.file_meta.TransferSyntaxUID
    as_syntax = service.get(url + "/frames/1", accept="multipart/related; "
                            "type=image/jpeg; transfer-syntax=" + syntax)
    check("a frame by its transfer syntax", as_syntax.status == (
        200 if syntax.endswith(".50") else 406), as_syntax)


def compare_pictures(service, data):
    url = url_of(data)
    rendered = service.get(url + "/frames/1/rendered", accept="image/png")
    picture = Image.open(io.BytesIO(rendered.body))
    check("a picture of a frame", picture.size ==
          (data.Columns, data.Rows), picture.size)
    small = service.get(url + "/thumbnail")
    check("a thumbnail", small.status == 200 and max(
        Image.open(io.BytesIO(small.body)).size) <= 256, small)


def compare_whole(service, data, path):
    answer = service.get(url_of(data), accept="application/dicom")
    there = pydicom.dcmread(io.BytesIO(answer.body))
    check("the whole instance", answer.status == 200 and
          there.file_meta == data.file_meta and
          stored_frames(there) == stored_frames(data), answer.headers)
    check("and nothing but", {e.tag for e in there} == {e.tag for e in data})
    refused = service.get(url_of(data), accept="application/dicom; "
                          "transfer-syntax=1.2.840.10008.1.2.1")
    check("in no other transfer syntax", refused.status == 406, refused)


def hang_up(service, data):
    """A client that leaves in the middle of an instance."""
    host, _, port = service.url[len("http://"):].rstrip("/").partition(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(("GET %s HTTP/1.1\r\nHost: localhost\r\n"
                        "Accept: application/dicom\r\n\r\n" % url_of(data))
                       .encode())
        client.recv(1000)
    check("is not missed", service.get("/healthz").status == 200)


def compare(service, slide):
    folder = convert(slide)
    objects = [pydicom.dcmread(os.path.join(folder, name))
               for name in sorted(os.listdir(folder))]
    study = "/dicom-web/studies/" + objects[0].StudyInstanceUID
    found = service.get(study + "/instances").json
    check("%d instances, as in the files" % len(objects),
          sorted(value(i, "00080018") for i in found) ==
          sorted(str(o.SOPInstanceUID) for o in objects), found)
    check("slides all", all(value(i, "00080016") == WSI for i in found))
    for data in objects:
        compare_metadata(service, data)
        compare_frames(service, data)
        compare_pictures(service, data)
    compare_whole(service, objects[-1], folder)
    parts = service.get(study).parts
    check("all of a study", len(parts) == len(objects) and all(
        pydicom.dcmread(io.BytesIO(body)).SOPClassUID == WSI
        for _, body in parts))
    hang_up(service, objects[-1])


with tempfile.TemporaryDirectory() as served:
    slides = [os.path.join(SAMPLES, "slide", "biopsy.svs")]
    for name in (("wsi-svs", "test", "test-suite", "images",
                  "CMU-1-Small-Region.svs"),
                 ("wsi-misc", "test", "test_files", "rgba_geotiff.tiff")):
        path = real(*name)
        if path:
            slides.append(path)
    for slide in slides:
        shutil.copy(slide, served)
    with Service(served) as service:
        for slide in slides:
            compare(service, slide)
        check("each is listed as a slide once",
              len(service.get("/slides").json) == len(slides))
    # Beside what it was converted to it counts once.
    shutil.copytree(convert(slides[0]), os.path.join(served, "converted"))
    with Service(served) as service:
        uids = [value(i, "00080018")
                for i in service.get("/dicom-web/instances").json]
        check("no instance twice", len(uids) == len(set(uids)))
        check("and nothing is unreadable",
              service.get("/unreadable").json == [])
finish()
