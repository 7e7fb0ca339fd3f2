# SPDX-License-Identifier: LGPL-2.1-or-later
"""Answers of many parts that are made come one by one: more than what is kept
of them, in little memory, each as it is by itself."""

import concurrent.futures
import http.client
import os
import sys
import tempfile

import pydicom

from harness import SAMPLES, Answer, Service, check, finish, objects, path_of
from storing import encode, instance

sys.dont_write_bytecode = True

KEPT = 16 << 20
PLAIN = "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1"
PARTS = 'multipart/related; type="%s"'


def peak(service):
    with open("/proc/%d/status" % service.process.pid,
              encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines
                    if line.startswith("VmHWM")) * 1024


def fresh(service, path, accept):
    """By a connection of its own."""
    connection = http.client.HTTPConnection(service.address, timeout=60)
    try:
        connection.request("GET", path, headers={"Accept": accept})
        response = connection.getresponse()
        fields = {k.lower(): v for k, v in response.getheaders()}
        return Answer(response.status, fields, response.read())
    finally:
        connection.close()


def check_frames(service, cine):
    """Frames of 0.9 MB, three times what is kept, twice at the same time."""
    alone = {n: service.get(path_of(cine, "frames", str(n)),
                            accept=PLAIN).body for n in range(1, 61)}
    numbers = [1 + n % 60 for n in range(9 * KEPT // len(alone[1]))]
    path = path_of(cine, "frames", ",".join(map(str, numbers)))
    accept = 'multipart/related; type="application/octet-stream"; ' \
        "transfer-syntax=1.2.840.10008.1.2.1"
    before = peak(service)
    with concurrent.futures.ThreadPoolExecutor(2) as clients:
        both = list(clients.map(lambda _: fresh(service, path, accept),
                                range(2)))
    for answer in both:
        check("%d frames, each as it is alone" % len(numbers),
              answer.status == 200 and [part[1] for part in answer.parts] ==
              [alone[n] for n in numbers], answer.status)
    check("in little memory", peak(service) < before + 2 * KEPT + (48 << 20),
          before, peak(service))
    head = service.request("HEAD", path, {"Accept": accept})
    check("HEAD", head.status == 200 and head.body == b"", head)


def check_pictures(service, cine):
    url = path_of(cine, "frames", "1", "rendered") + "?viewport=2048,1536"
    size = len(service.get(url, accept="image/png").body)
    numbers = [1 + n % 60 for n in range(KEPT * 5 // 4 // size + 2)]
    answer = service.get(path_of(cine, "frames", ",".join(
        map(str, numbers)), "rendered") + "?viewport=2048,1536",
        accept=PARTS % "image/png")
    alone = service.get(url.replace("/1/", "/%d/" % numbers[-1]),
                        accept="image/png").body
    check("%d pictures, also those made last" % len(numbers),
          answer.status == 200 and len(answer.parts) == len(numbers) and
          answer.parts[-1] == ("image/png", alone), answer.status)


def check_study():
    """More files than are held open; one of those behind them goes."""
    with tempfile.TemporaryDirectory(prefix="vitrail-test-") as folder:
        _, first = instance(Rows=4, Columns=4, PixelData=bytes(32))
        data = pydicom.dcmread(pydicom.filebase.DicomBytesIO(encode(first)))
        root = first.SeriesInstanceUID[:40] + ".7."
        for n in range(1100):
            data.SOPInstanceUID = root + str(n + 1)
            data.InstanceNumber = n + 1
            data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
            data.save_as("%s/%04d.dcm" % (folder, n))
        with Service(folder) as service:
            path = "/dicom-web/studies/" + first.StudyInstanceUID
            answer = service.get(path)
            check("a study of 1,100 files", answer.status == 200 and
                  len(answer.parts) == 1100 and
                  sorted(part[1] for part in answer.parts) ==
                  sorted(open(os.path.join(folder, name), "rb").read()
                         for name in os.listdir(folder)), answer.status)
            one = service.get(path + "/instances?limit=1&offset=3")
            check("behind a page all of them are counted",
                  one.header("x-total-count") == "1100" and
                  "There are 1096 " in one.header("warning"), one)
            plain = 'multipart/related; type="application/dicom"; ' \
                "transfer-syntax=%s"
            other = service.get(path, accept=plain % "1.2.840.10008.1.2.4.80")
            check("compressed anew", other.status == 200 and {
                part[0] for part in other.parts} == {
                    "application/dicom; "
                    "transfer-syntax=1.2.840.10008.1.2.4.80"} and
                len(other.parts) == 1100, other.status)
            check("in no syntax that there is", service.get(
                path, accept=plain % "1.2.3").status == 406)


def check_gone():
    """What cannot be said any more breaks off."""
    with tempfile.TemporaryDirectory(prefix="vitrail-test-") as folder:
        for path, data in objects(SAMPLES):
            if data.Modality == "US":
                break
        whole = pydicom.dcmread(path)
        cut = bytearray(encode(whole))
        # The last frame's stream loses its beginning.
        at = cut.rindex(b"\xff\xd8\xff")
        cut[at:at + 64] = bytes(64)
        with open(os.path.join(folder, "cut.dcm"), "wb") as out:
            out.write(cut)
        with Service(folder, told=["vitrail", "**"]) as service:
            numbers = ",".join(str(1 + n % 59) for n in range(118)) + ",60"
            try:
                answer = fresh(service, path_of(data, "frames", numbers),
                               'multipart/related; type='
                               '"application/octet-stream"; '
                               "transfer-syntax=1.2.840.10008.1.2.1")
                check("no whole answer", False, answer.status)
            except http.client.IncompleteRead:
                check("no whole answer", True)
            check("and on it goes", service.get("/healthz").status == 200)


def main():
    cine = next(d for _, d in objects(SAMPLES) if d.Modality == "US")
    with Service(SAMPLES) as service:
        check_frames(service, cine)
        check_pictures(service, cine)
    check_study()
    check_gone()
    finish()


main()
