# SPDX-License-Identifier: LGPL-2.1-or-later
"""A service that stands before another archive: whole files and bulk data come
through it as they are there."""

import io
import os
import socket
import sys

import pydicom

from harness import SAMPLES, Service, check, finish, objects, path_of
from held import Held

sys.dont_write_bytecode = True

FILE = "application/dicom; transfer-syntax=*"
STUDIES = os.environ.get("VITRAIL_STUDIES", "") + "/archive"


def check_files(behind, before, found):
    for path, data in found:
        name = "%s %s" % (data.get("Modality"), os.path.basename(path))
        there = behind.get(path_of(data), accept=FILE)
        here = before.get(path_of(data), accept=FILE)
        check("the file of " + name, here.status == 200 and
              here.body == there.body, here, there)
        check("its bulk data", same_bulk(behind, before, path, data))


def same_bulk(behind, before, path, data):
    """Each long value that the metadata name."""
    with pydicom.dcmread(path) as whole:
        names = ["%08X" % e.tag for e in whole if e.VR in
                 ("OB", "OW", "UN") and len(e.value or b"") > 1024]
    for name in names:
        there, here = (s.get(path_of(data, "bulkdata", name))
                       for s in (behind, before))
        if here.status != there.status or (
                here.status == 200 and strip(here) != strip(there)):
            print("#", name, here, there)
            return False
    return True


def strip(answer):
    if answer.header("content-type").startswith("multipart"):
        return answer.parts
    return answer.body


def check_others(before, data):
    study, series = data.StudyInstanceUID, data.SeriesInstanceUID
    other = path_of(data).replace(study, study + "9")
    check("of another study", before.get(other, accept=FILE).status == 404)
    answer = before.get("/dicom-web/studies/%s/series/%s" % (study, series))
    read = [pydicom.dcmread(io.BytesIO(body)) for _, body in answer.parts]
    check("a series, each with its pixels", len(read) > 1 and
          all(len(one.PixelData) == one.Rows * one.Columns * 2
              for one in read), answer)
    made = before.get(path_of(data), accept="application/dicom; "
                      "transfer-syntax=1.2.840.10008.1.2.4.80")
    check("compressed on the way", made.status == 200 and pydicom.dcmread(
        io.BytesIO(made.body)).file_meta.TransferSyntaxUID ==
        "1.2.840.10008.1.2.4.80", made)


def check_pages(before, found):
    """Where more is left it is said, and only there."""
    uids = sorted({data.SeriesInstanceUID for _, data in found})
    pages = [before.get("/dicom-web/series?limit=2&offset=%d" % at)
             for at in range(0, len(uids) + 2, 2)]
    ends = [at + 2 < len(uids) for at in range(0, len(uids) + 2, 2)]
    check("pages reach all", sorted(
        one["0020000E"]["Value"][0] for page in pages
        for one in page.json) == uids, len(uids))
    check("and say where more is left", [
        "additional results" in (page.header("warning") or "")
        for page in pages] == ends, *pages)


def check_silent(behind, ct):
    """An archive that answers nothing more: who does not need it goes on, on
    two workers, behind sixty that wait; those that go end their wait."""
    with Held(behind) as archive, Service(archive.url, options=[
            "--workers", "2", "--threads", "2"]) as before:
        rendered = path_of(ct, "rendered")
        first = before.get(rendered)
        archive.hold("studies?")
        host, port = before.address.split(":")
        waiting = []
        for n in range(60):
            client = socket.create_connection((host, int(port)), 60)
            client.sendall(("GET /dicom-web/studies?PatientID=%d HTTP/1.1\r\n"
                            "Host: localhost\r\n\r\n" % n).encode())
            waiting.append(client)
        check("the archive holds them", archive.wait_held(1))
        for path in (rendered, path_of(ct, "frames", "1"), "/unreadable",
                     path_of(ct, "thumbnail") + "?viewport=32,32"):
            answer = before.get(path)
            check("meanwhile " + path.rsplit("/", 1)[1],
                  answer.status == 200, answer)
        check("the same as before", before.get(rendered).body == first.body)
        for client in waiting[20:]:
            client.close()
        archive.release()
        answers = [client.recv(12) for client in waiting[:20]]
        check("and they when it answers", set(answers) == {b"HTTP/1.1 200"},
              answers)
        for client in waiting[:20]:
            client.close()


def main():
    folders = [SAMPLES, STUDIES] if os.path.isdir(STUDIES) else [SAMPLES]
    found = objects(*folders)
    seen = {}
    for path, data in found:
        seen.setdefault((data.get("Modality"), data.SOPClassUID), (path, data))
    with Service(*folders) as behind:
        url = "dicomweb://%s/dicom-web" % behind.address
        with Service(url) as before:
            check_pages(before, found)
            check_files(behind, before, list(seen.values()))
            check_others(before, next(d for _, d in found
                                      if d.Modality == "CT"))
        check_silent(behind, next(d for _, d in found if d.Modality == "CT"))
        with Service(url, folders[-1]) as before:
            path, data = next(o for o in found if o[1].Modality == "US")
            check_files(behind, before, [(path, data)])
    finish()


main()
