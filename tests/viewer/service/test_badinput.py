# SPDX-License-Identifier: LGPL-2.1-or-later
"""Requests that are wrong before any route looks at them, or in what every route
takes: each gets its 4xx with one line of JSON, whole, and the connection of none
is left."""

import gzip
import json
import re
import socket
import sys
import time

from harness import SAMPLES, check, finish, objects, path_of
from storing import TYPE, Storing, instance, multipart

sys.dont_write_bytecode = True


def receive(connection):
    answer = b""
    while True:
        more = connection.recv(65536)
        if not more:
            return answer
        answer += more


def ask(service, data, ends=False):
    """All that comes until the service closes; ends: we send no more."""
    host, port = service.address.split(":")
    with socket.create_connection((host, int(port)), 60) as connection:
        connection.sendall(data)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        return receive(connection)


def request(service, path, *fields, method="GET", body=b""):
    lines = ["%s %s HTTP/1.1" % (method, path), "Host: " + service.address,
             "Connection: close", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def is_reason(answer, *statuses):
    """Whether it is one of these statuses and one line that says why."""
    head, _, body = answer.partition(b"\r\n\r\n")
    match = re.match(rb"HTTP/1\.[01] (\d+) ", head)
    length = re.search(rb"(?i)content-length: (\d+)", head)
    try:
        text = json.loads(body)["error"]
    except (ValueError, KeyError):
        return False
    return (match and int(match[1]) in statuses and
            length and int(length[1]) == len(body) and
            b"application/json" in head and body.count(b"\n") == 1 and
            text and "\n" not in text)


def expect(service, name, data, *statuses, ends=False):
    answer = ask(service, data, ends)
    check(name, is_reason(answer, *statuses), answer[:300])


def check_headers(service):
    """What libsoup refuses by itself, and what it would let pass."""
    def get(*fields):
        return request(service, "/healthz", *fields)

    many = ["A%d: b" % n for n in range(20000)]
    for name, data, status in (
            ("an escape that is none", request(service, "/%zz"), 400),
            ("a zero byte in a header", get("A: b\0c"), 400),
            ("no host", b"GET / HTTP/1.1\r\n\r\n", 400),
            ("not HTTP", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\r\n\r\n", 400),
            ("HTTP 9", b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", 505),
            ("an expectation of no kind", get("Expect: wonders"), 417),
            ("20,000 headers", get(*many), 431),
            ("a header of 300 kB", get("A: " + "b" * 300000), 431),
            ("a path of 200 kB", request(service, "/" + "a" * 200000), 431),
            ("CONNECT", request(service, "x:80", method="CONNECT"), 405),
            ("TRACE", request(service, "/healthz", method="TRACE"), 405),
            ("DELETE", request(service, "/dicom-web/studies",
                               method="DELETE"), 405)):
        expect(service, name, data, status)


def check_lengths(service):
    def post(*fields, body=b"12345"):
        return request(service, "/dicom-web/studies", "Content-Type: " + TYPE,
                       *fields, method="POST", body=body)
    for name, data, status in (
            ("two lengths", post("Content-Length: 5", "Content-Length: 9"),
             400),
            ("two lengths in one", post("Content-Length: 5, 5"), 400),
            ("a negative length", post("Content-Length: -1"), 400),
            ("no number", post("Content-Length: five"), 400),
            ("2^63", post("Content-Length: 9223372036854775808"), 413),
            ("2^63 of a search", request(
                service, "/dicom-web/studies",
                "Content-Length: 9223372036854775808"), 413),
            ("more than any body", post("Content-Length: 999999999999999"),
             413),
            ("a length and chunks", post(
                "Content-Length: 5", "Transfer-Encoding: chunked",
                body=b"0\r\n\r\n"), 400),
            ("another coding", post("Transfer-Encoding: gzip, chunked",
                                    body=b"0\r\n\r\n"), 501),
            ("no length", post(), 400),
            ("chunks without an end", post(
                "Transfer-Encoding: chunked",
                body=b"5;" + b"a" * 300000 + b"\r\nabcde\r\n"), 400),
            ("a chunk of no number", post(
                "Transfer-Encoding: chunked",
                body=b"zz\r\nabc\r\n0\r\n\r\n"), 400),
            ("a chunk of 2^72", post(
                "Transfer-Encoding: chunked",
                body=b"ffffffffffffffffff\r\nabc\r\n0\r\n\r\n"), 400),
            ("a gzip bomb", post(
                "Content-Encoding: gzip", "Content-Length: 9999999",
                body=gzip.compress(bytes(1 << 20))), 415),
            ("a search with chunks", request(
                service, "/dicom-web/studies", "Transfer-Encoding: chunked",
                body=b"5\r\nabcde\r\n0\r\n\r\n"), 413)):
        expect(service, name, data, status)
    expect(service, "fewer bytes than were announced",
           post("Content-Length: 5000"), 400, ends=True)
    # The client sends on when it has long been refused: it still hears why.
    file = b"x" * (16 << 20)
    for name, kind, status in (("octets", "application/octet-stream", 415),
                               ("no body", "multipart/related", 415)):
        data = request(service, "/dicom-web/studies", "Content-Type: " + kind,
                       "Content-Length: %d" % len(file), method="POST",
                       body=file)
        expect(service, "16 MB of " + name, data, status)
    expect(service, "16 MB where nothing is stored",
           request(service, "/slides", "Content-Length: %d" % len(file),
                   method="PUT", body=file), 413, 405)


def check_queries(service, url):
    studies = "/dicom-web/studies?"

    def pairs(n, name):
        return "&".join(name % i for i in range(n))

    for name, path, statuses in (
            ("10,000 parameters", studies + pairs(10000, "a%d=1"), (431,)),
            ("10,000 short ones", studies + "&".join(["a"] * 10000), (414,)),
            ("10,000 of nothing", studies + "&" * 10000, (414,)),
            ("1,000", studies + pairs(1000, "limit=%d"), (400, 414)),
            ("a value of 60 kB", studies + "PatientID=" + "a" * 60000, (414,)),
            ("limit=-1", studies + "limit=-1", (400,)),
            ("limit of 40 digits", studies + "limit=" + "9" * 40, (400,)),
            ("offset of 2^32", studies + "offset=4294967296", (400,)),
            ("sixty sequences in each other", "/dicom-web/instances?" +
             ".".join(["00081140"] * 60) + "=1", (400,)),
            ("half a character", studies + "PatientName=%ff%fe", (400,)),
            ("a date that is none", studies + "StudyDate=2026-13-77", (400,)),
            ("a viewport of no size", url + "/rendered?viewport=0,0", (400,)),
            ("a huge one", url + "/rendered?viewport=99999999,9", (400,)),
            ("one of no numbers", url + "/rendered?viewport=nan,inf", (400,)),
            ("a window of none", url + "/rendered?window=nan,nan,linear",
             (400,)),
            ("quality=1e99", url + "/rendered?quality=1e99", (400,))):
        expect(service, name, request(service, path), *statuses)
    # Answered, and soon: as many stars as the query holds.
    start = time.monotonic()
    answer = ask(service, request(
        service, studies + "PatientName=" + "*a" * 2000 + "b"))
    check("2,000 wildcards", answer.startswith(b"HTTP/1.1 200") and
          time.monotonic() - start < 20, answer[:200])


def check_paths(service, url):
    studies = "/dicom-web/studies/"
    for name, path, statuses in (
            ("a slash in a UID", studies + "1.2%2f3/metadata", (400,)),
            ("a backslash", studies + "1.2%5c3/metadata", (400, 404)),
            ("dots", studies + "../../../etc/passwd", (400, 404)),
            ("dots as they are hidden", studies + "%2e%2e/metadata",
             (400, 404)),
            ("dots in a UID", studies + "1..2/metadata", (400, 404)),
            ("a zero byte", studies + "1%002/metadata", (400,)),
            ("a UID of 65", studies + "1" * 65 + "/metadata", (404,)),
            ("one in a search", "/dicom-web/instances?StudyInstanceUID=../..",
             (400,)),
            ("one of WADO-URI", "/wado?requestType=WADO&studyUID=../.."
             "&seriesUID=1&objectUID=1", (400,)),
            ("frame 0", url + "/frames/0", (404,)),
            ("frame 10^9", url + "/frames/1000000000", (404,)),
            ("5,000 frames", url + "/frames/" + ",".join(["1"] * 5000),
             (414,)),
            ("dots in bulk data", url + "/bulkdata/..%2f..%2fetc", (400, 404))):
        expect(service, name, request(service, path), *statuses)


def check_fields(service, url):
    for name, path, field, statuses in (
            ("an Accept of nothing", url + "/frames/1", "Accept: ;;==,,//",
             (406,)),
            ("5,000 media types", url + "/frames/1", "Accept: " + ",".join(
                "a/b;q=0.%d" % n for n in range(5000)), (406,)),
            ("a transfer syntax that is none", url + "/frames/1",
             "Accept: application/octet-stream; transfer-syntax=../x", (406,)),
            ("a range backwards", url + "/rendered", "Range: bytes=5-2",
             (400,)),
            ("2,000 ranges", url + "/rendered", "Range: bytes=" + ",".join(
                "%d-%d" % (n, n) for n in range(2000)), (400,)),
            ("a range behind the end", url + "/rendered",
             "Range: bytes=99999999999999999999-", (400, 416)),
            ("a host elsewhere", "/dicom-web/studies", "Host: example.org",
             (400, 403))):
        expect(service, name, request(service, path, field), *statuses)


def main():
    ct = next(d for _, d in objects(SAMPLES) if d.Modality == "CT")
    # libsoup warns of the length that it takes 2^63 for.
    with Storing(SAMPLES, told=["content-length"]) as service:
        url = path_of(ct)
        service.get("/healthz")
        before = service.descriptors()
        check_headers(service)
        check_lengths(service)
        check_queries(service, url)
        check_paths(service, url)
        check_fields(service, url)
        file, _ = instance()
        answer = service.store(multipart(file))
        check("stored after all that", answer.status == 200, answer)
        # What lingers ends two seconds later; /metrics keeps nothing.
        for _ in range(400):
            if service.descriptors() <= before + 3:
                break
            time.sleep(0.05)
        check("no connection is left", service.descriptors() <= before + 3,
              before, service.descriptors())
    finish()


main()
