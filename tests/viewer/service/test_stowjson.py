# SPDX-License-Identifier: LGPL-2.1-or-later
"""STOW-RS of metadata as DICOM JSON with bulk data, as pydicom and DCMTK write
it: what becomes of it holds the same, and dciodvfy finds no more in it."""

import json
import os
import resource
import subprocess
import sys
import tempfile

import pydicom
from pydicom.encaps import generate_pixel_data_frame

from harness import check, finish
from made import Made
from storing import BOUNDARY, Storing, instance, multipart, part, references

sys.dont_write_bytecode = True

TYPE = ('multipart/related; type="application/dicom+json"; boundary=' +
        BOUNDARY)
EXPLICIT = "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1"


def metadata(data, uri="bulk/1"):
    """The JSON of a data set whose pixels are elsewhere."""
    found = json.loads(data.to_json(bulk_data_threshold=1 << 40,
                                    bulk_data_element_handler=lambda e: ""))
    found["7FE00010"] = {"vr": "OW", "BulkDataURI": uri}
    return found


def body(sets, *bulk):
    return multipart(part(json.dumps(sets).encode(),
                          "application/dicom+json"), *bulk)


def read(service, data):
    path = os.path.join(service.root, data.StudyInstanceUID,
                        data.SeriesInstanceUID, data.SOPInstanceUID + ".dcm")
    return path, pydicom.dcmread(path)


def findings(path):
    """What dciodvfy says is wrong, without the names of files."""
    run = subprocess.run(["dciodvfy", path], check=False,
                         capture_output=True, text=True)
    return {line for line in (run.stdout + run.stderr).splitlines()
            if line.startswith("Error")}


def check_native(service):
    file, data = instance()
    answer = service.store(body([metadata(data)], part(
        data.PixelData, EXPLICIT, Content_Location="bulk/1")),
        content_type=TYPE)
    check("native pixels", answer.status == 200 and
          set(references(answer)) == {data.SOPInstanceUID}, answer)
    path, found = read(service, data)
    other = [e.keyword for e in data if e.keyword not in
             ("SpecificCharacterSet",) and found.get(e.tag) != e]
    check("the same attributes", not other, other)
    check("the same pixels", found.PixelData == data.PixelData)
    with tempfile.NamedTemporaryFile(suffix=".dcm") as plain:
        plain.write(file)
        plain.flush()
        worse = findings(path) - findings(plain.name)
    check("dciodvfy finds no more than before", not worse, *worse)


def check_syntaxes(service):
    """The other native transfer syntaxes: never stored as items."""
    for syntax, status in [("1.2.840.10008.1.2", 200),
                           ("1.2.840.10008.1.2.1.99", 409),
                           ("1.2.840.10008.1.2.2", 409)]:
        _, data = instance()
        answer = service.store(body([metadata(data)], part(
            data.PixelData, "application/octet-stream; transfer-syntax=" +
            syntax, Content_Location="bulk/1")), content_type=TYPE)
        check("pixels of " + syntax, answer.status == status, answer)
        if status == 200:
            check("as they came",
                  read(service, data)[1].PixelData == data.PixelData)


def check_compressed(service, made):
    for name in ("rle", "j2k"):
        path, data = made.files[name]
        syntax = data.file_meta.TransferSyntaxUID
        frames = list(generate_pixel_data_frame(data.PixelData, 1))
        answer = service.store(body([metadata(data)], *(part(
            frame, "image/x; transfer-syntax=" + syntax,
            Content_Location="bulk/1") for frame in frames)),
            content_type=TYPE)
        check(name, answer.status == 200, answer)
        _, found = read(service, data)
        check(name + ": as it was", found.file_meta.TransferSyntaxUID == syntax
              and (found.pixel_array == data.pixel_array).all(), path)


def check_dcmtk(service):
    """dcm2json writes the data inline."""
    file, data = instance()
    with tempfile.TemporaryDirectory(prefix="vitrail-json-") as folder:
        path = os.path.join(folder, "a.dcm")
        with open(path, "wb") as out:
            out.write(file)
        text = subprocess.run(["dcm2json", path], check=True,
                              capture_output=True).stdout
    found = json.loads(text)
    found["7FE00010"] = {"vr": "OW", "BulkDataURI": "p"}
    answer = service.store(body([found], part(data.PixelData, EXPLICIT,
                                              Content_Location="p")),
                           content_type=TYPE)
    check("dcm2json", answer.status == 200 and
          read(service, data)[1].PixelData == data.PixelData, answer)


def check_many(service):
    """More instances, each with its part, than descriptors."""
    pid = service.process.pid
    limit = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    used = len(os.listdir(f"/proc/{pid}/fd"))
    made = [instance(study="1.2.3", series="1.2.3.4")[1] for _ in range(90)]
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + 60, limit[1]))
    answer = service.store(body(
        [metadata(data, f"bulk/{i}") for i, data in enumerate(made)],
        *(part(data.PixelData, EXPLICIT, Content_Location=f"bulk/{i}")
          for i, data in enumerate(made))), content_type=TYPE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, limit)
    check("90 instances with 60 descriptors", answer.status == 200 and
          len(references(answer)) == 90, answer)


def check_shared(service):
    """A part that is named again and again, and metadata without end."""
    _, data = instance()
    sent = metadata(data)
    sent["00090010"] = {"vr": "LO", "Value": ["VITRAIL TEST"]}
    for i in range(32):
        sent[f"000910{i:02X}"] = {"vr": "OB", "BulkDataURI": "bulk/1"}
    answer = service.store(body([sent], part(
        bytes(48 << 20), EXPLICIT, Content_Location="bulk/1")),
        content_type=TYPE)
    check("bulk data named 33 times", answer.status == 409 and
          "too many times" in str(answer.json), answer)
    answer = service.store(body([{}] * 50001), content_type=TYPE)
    check("metadata of 50,001 instances", answer.status == 413, answer)


def check_bad(service):
    _, data = instance()
    before = service.files()
    good = metadata(data)
    pixels = part(data.PixelData, EXPLICIT, Content_Location="bulk/1")
    deep = "[" * 100000
    for name, sent, status in [
            ("bulk data that did not come", body([good]), 409),
            ("other bulk data", body([good], part(
                data.PixelData, EXPLICIT, Content_Location="bulk/2")), 409),
            ("bulk data without a name", body([good], part(
                data.PixelData, EXPLICIT)), 400),
            ("no metadata", multipart(pixels), 400),
            ("no JSON", multipart(part(b"{", "application/dicom+json"),
                                  pixels), 400),
            ("no instance", body([]), 400),
            ("deep JSON", multipart(part(
                deep.encode(), "application/dicom+json"), pixels), 400),
            ("deep sequences", multipart(part(
                (b'{"00081115":{"vr":"SQ","Value":[' * 5000),
                "application/dicom+json"), pixels), 413),
            ("a UID that is a path", body([{**good, "00080018": {
                "vr": "UI", "Value": ["../../x"]}}], pixels), 409),
            ("an unknown transfer syntax", body([good], part(
                data.PixelData, "image/x; transfer-syntax=1.2.3",
                Content_Location="bulk/1")), 409)]:
        answer = service.store(sent, content_type=TYPE)
        check(name, answer.status == status and
              "00081199" not in answer.json, answer)
    check("nothing of it is there", service.files() == before and
          service.leftovers() == [], service.leftovers())


def main():
    with Storing() as service, Made() as made:
        check_native(service)
        check_syntaxes(service)
        check_compressed(service, made)
        check_dcmtk(service)
        check_many(service)
        check_shared(service)
        check_bad(service)
    finish()


main()
