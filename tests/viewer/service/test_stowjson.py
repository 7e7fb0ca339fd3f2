# SPDX-License-Identifier: LGPL-2.1-or-later
"""STOW-RS of metadata as DICOM JSON or XML with bulk data, as pydicom and DCMTK write
it: what becomes of it holds the same, and dciodvfy finds no more in it."""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile

import pydicom
from pydicom.encaps import generate_pixel_data_frame
from pydicom.uid import generate_uid

from harness import check, finish, path_of
from made import Made
from storing import (BOUNDARY, Storing, encode, instance, multipart, part,
                     references)

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


def check_sequences(service):
    """Bulk data of items, and of items of these."""
    _, data = instance()
    sent = metadata(data)
    icon = {"00280010": {"vr": "US", "Value": [2]},
            "7FE00010": {"vr": "OB", "BulkDataURI": "icon"},
            "00081140": {"vr": "SQ", "Value": [{}, {
                "00420011": {"vr": "OB", "BulkDataURI": "deep"}}]}}
    sent["00880200"] = {"vr": "SQ", "Value": [icon]}
    parts = [part(data.PixelData, EXPLICIT, Content_Location="bulk/1"),
             part(b"icon", EXPLICIT, Content_Location="icon"),
             part(b"deep bytes", EXPLICIT, Content_Location="deep")]
    answer = service.store(body([sent], *parts), content_type=TYPE)
    check("bulk data in sequences", answer.status == 200, answer)
    _, found = read(service, data)
    item = found.IconImageSequence[0]
    deep = item[0x00081140].value
    check("is where it belongs", item.PixelData == b"icon" and item.Rows == 2
          and len(deep) == 2 and len(deep[0]) == 0 and
          deep[1].EncapsulatedDocument == b"deep bytes" and
          found.PixelData == data.PixelData, found)
    data.SOPInstanceUID += ".1"
    sent["00080018"]["Value"] = [data.SOPInstanceUID]
    for name, worse in [
            ("did not come", parts[:2]),
            ("is compressed", [parts[0], part(
                b"icon", "image/jpeg", Content_Location="icon"), parts[2]])]:
        answer = service.store(body([sent], *worse), content_type=TYPE)
        check("that of a sequence " + name, answer.status == 409, answer)


def check_xml(service):
    """The Native DICOM Model, as DCMTK and as we ourselves write it."""
    kind = TYPE.replace("+json", "+xml")
    parts, files = [], []
    for number in range(2):
        file, data = instance(
            PatientName="Doe^Jane^^Dr=山田^花子", StudyDescription="<&\"> a",
            ImageType=["ORIGINAL", "", "AXIAL"])
        data.add_new(0x00090010, "LO", "VITRAIL TEST")
        data.add_new(0x00091001, "LO", ["one", "two"])
        data.SpecificCharacterSet = "ISO_IR 192"
        files.append((encode(data), data))
    with tempfile.TemporaryDirectory(prefix="vitrail-xml-") as folder:
        for number, (file, data) in enumerate(files):
            path = os.path.join(folder, "a.dcm")
            with open(path, "wb") as out:
                out.write(file)
            text = subprocess.run(
                ["dcm2xml", "--native-format", path],
                check=True, capture_output=True).stdout.decode()
            text = re.sub(r'(<DicomAttribute tag="7FE00010"[^>]*>).*?'
                          "</DicomAttribute>", r'\1<BulkData uri="p%d"/>'
                          "</DicomAttribute>" % number, text, flags=re.S)
            parts += [part(text.encode(), "application/dicom+xml"),
                      part(data.PixelData, EXPLICIT,
                           Content_Location="p%d" % number)]
    answer = service.store(multipart(*parts), content_type=kind)
    check("two instances in XML", answer.status == 200 and
          len(references(answer)) == 2, answer)
    for _, data in files:
        _, found = read(service, data)
        other = [str(e) for e in data if found.get(e.tag) != e and
                 e.tag != 0x00080005]
        check("the same attributes as before XML", not other, *other)
    _, data = files[0]
    answer = service.get(path_of(data, "metadata"), 'multipart/related; '
                         'type="application/dicom+xml"')
    ours = answer.parts[0][1].replace(data.SOPInstanceUID.encode(),
                                      generate_uid().encode())
    location = re.search(b'<BulkData uri="([^"]*)"', ours).group(1).decode()
    answer = service.store(multipart(
        part(ours, "application/dicom+xml"),
        part(data.PixelData, EXPLICIT, Content_Location=location)),
        content_type=kind)
    check("XML of our own", answer.status == 200, answer)
    for name, bad in [
            ("no XML", b"<"), ("nothing", b""), ("another root", b"<a/>"),
            ("an attribute nowhere", b'<DicomAttribute tag="00100010"/>'),
            ("values without end", b'<NativeDicomModel><DicomAttribute '
             b'tag="00100010" vr="LO"><Value number="999999999">a</Value>'
             b"</DicomAttribute></NativeDicomModel>"),
            ("no root closed", ours[:-30]),
            ("entities of its own", b'<!DOCTYPE a [<!ENTITY a "b">]>'
             b"<NativeDicomModel>&a;</NativeDicomModel>")]:
        answer = service.store(multipart(part(bad, "application/dicom+xml")),
                               content_type=kind)
        check("XML: " + name, answer.status == 400, answer)
    deep = (b'<NativeDicomModel>' + b'<DicomAttribute tag="00081115" vr="SQ">'
            b"<Item>" * 5000)
    answer = service.store(multipart(part(deep, "application/dicom+xml")),
                           content_type=kind)
    check("XML: deep sequences", answer.status == 413, answer)


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
          "more than 1 GB" in str(answer.json), answer)
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
        check_sequences(service)
        check_xml(service)
        check_syntaxes(service)
        check_compressed(service, made)
        check_dcmtk(service)
        check_many(service)
        check_shared(service)
        check_bad(service)
    finish()


main()
