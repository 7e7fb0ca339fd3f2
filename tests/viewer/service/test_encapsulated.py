# SPDX-License-Identifier: LGPL-2.1-or-later
"""/rendered of documents and films: as they are in the object."""

import os
import shutil
import subprocess
import tempfile

import pydicom

from harness import Service, check, finish, path_of, stored_frames

STUDIES = os.path.join(os.environ["VITRAIL_STUDIES"], "archive")


def judge_pdf(service, data):
    url = path_of(data, "rendered")
    with tempfile.NamedTemporaryFile(suffix=".pdf") as out:
        # What pdf2dcm took in comes out again.
        subprocess.run(["dcm2pdf", STUDIES + "/pdf/report.dcm", out.name],
                       check=True)
        document = out.read()
    for accept in (None, "application/pdf", "text/html,*/*;q=0.8"):
        answer = service.get(url, accept=accept)
        check("a PDF document, accepting %s" % accept,
              answer.header("content-type") == "application/pdf" and
              answer.body.rstrip(b"\0") == document.rstrip(b"\0"), answer)
    check("is no JPEG", service.get(url, accept="image/jpeg").status == 404)
    check("has no frame", service.get(
        path_of(data, "frames", "1", "rendered")).status == 404)
    etag = service.get(url).header("etag")
    check("not sent twice", service.get(
        url, If_None_Match=etag).status == 304)


def judge_film(service, data):
    url = path_of(data, "rendered")
    film = stored_frames(data)[0]
    answer = service.get(url, accept="video/webm,video/*;q=0.9,*/*;q=0.5")
    check("a film", answer.header("content-type") == "video/mp4" and
          answer.body == film, answer)
    answer = service.get(url, accept="*/*", Range="bytes=100-299")
    check("a range of it", answer.status == 206 and
          answer.body == film[100:300] and
          answer.header("content-range") == "bytes 100-299/%d" % len(film),
          answer)
    with tempfile.NamedTemporaryFile(suffix=".mp4") as out:
        out.write(service.get(url).body)
        out.flush()
        told = subprocess.run(
            ["ffprobe", "-v", "error", "-count_frames", "-show_entries",
             "stream=codec_name,nb_read_frames", "-of", "csv=p=0", out.name],
            capture_output=True, text=True).stdout
    check("plays", told.strip() == "h264,50", told)


def judge_liars():
    """A document or a film that is something else is not handed out."""
    with tempfile.TemporaryDirectory(prefix="vitrail-test-") as folder:
        data = pydicom.dcmread(STUDIES + "/pdf/report.dcm")
        data.EncapsulatedDocument = b"<html><script>alert(1)</script>"
        data.EncapsulatedDocumentLength = 31
        data.save_as(folder + "/page.dcm")
        shutil.copy(STUDIES + "/video/film.dcm", folder)
        with open(folder + "/film.dcm", "r+b") as film:
            film.seek(film.read().index(b"ftyp"))
            film.write(b"html")
        with Service(folder) as service:
            answer = service.get(path_of(data, "rendered"))
            check("HTML that says it is a PDF", answer.status == 404 and
                  b"script" not in answer.body, answer)
            data = pydicom.dcmread(folder + "/film.dcm")
            answer = service.get(path_of(data, "rendered"))
            check("bytes that say they are a film", answer.status == 422,
                  answer)


with Service(STUDIES) as running:
    judge_pdf(running, pydicom.dcmread(STUDIES + "/pdf/report.dcm"))
    judge_film(running, pydicom.dcmread(STUDIES + "/video/film.dcm"))
judge_liars()
finish()
