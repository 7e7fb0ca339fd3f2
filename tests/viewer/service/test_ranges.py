# SPDX-License-Identifier: LGPL-2.1-or-later
"""Parts of an answer (RFC 9110 14), and tags of compressed ones."""

import gzip

from harness import SAMPLES, Service, check, finish, objects, path_of

STORED = "application/octet-stream; transfer-syntax=*"


def check_one(ask, whole):
    size = len(whole.body)
    for text, first, last in (
            ("bytes=0-99", 0, 99), ("bytes=100-", 100, size - 1),
            ("bytes=-7", size - 7, size - 1), ("bytes=0-0", 0, 0),
            ("bytes=0-%d" % (size * 9), 0, size - 1),
            ("bytes=0-99999999999999999999999", 0, size - 1),
            ("bytes=-99999999999999999999999", 0, size - 1),
            ("Bytes= 5-9 ", 5, 9)):
        part = ask(text)
        check(text, part.status == 206 and
              part.body == whole.body[first:last + 1] and
              part.header("content-range") == "bytes %d-%d/%d" % (
                  first, last, size) and
              part.header("content-length") == str(last - first + 1) and
              part.header("content-type") == whole.header("content-type") and
              part.header("etag") == whole.header("etag"), part)


def check_several(ask, whole):
    part = ask("bytes=0-9,-10, 100-109")
    check("several", part.status == 206 and part.header(
        "content-type").startswith("multipart/byteranges; boundary="), part)
    check("each a part", part.parts == [
        (whole.header("content-type"), whole.body[:10]),
        (whole.header("content-type"), whole.body[-10:]),
        (whole.header("content-type"), whole.body[100:110])], part.parts)
    check("Accept-Ranges", whole.header("accept-ranges") == "bytes" and
          part.header("accept-ranges") == "bytes")


def check_refused(ask, whole):
    size = len(whole.body)
    for text in ("bytes=%d-" % size, "bytes=-0",
                 "bytes=99999999999999999999999-"):
        part = ask(text)
        check(text + ": 416", part.status == 416 and part.header(
            "content-range") == "bytes */%d" % size and
            "error" in part.json, part)
    for text in ("bytes=", "bytes=a-b", "bytes=5-4", "bytes=1", "bytes=--1",
                 "bytes=0-1,,2-3", "bytes=0-1;2-3", "bytes=0-,0-", "bytes=0x5-9",
                 "bytes=" + ",".join("%d-%d" % (n, n) for n in range(17)),
                 "bytes=" + "0-0," * 2000):
        part = ask(text)
        check(text[:30] + ": 400", part.status == 400 and
              "error" in part.json, part)
    part = ask("pages=1-2")
    check("another unit is ignored", part.status == 200 and
          part.body == whole.body, part)


def check_conditions(service, url, whole):
    tag = whole.header("etag")
    for named, status in ((tag, 206), ('"other"', 200), ("W/" + tag, 200),
                          ("Sun, 22 Nov 2026 00:00:00 GMT", 200)):
        part = service.get(url, accept=STORED, Range="bytes=0-9",
                           If_Range=named)
        check("If-Range: %s" % named[:12], part.status == status and
              part.body == whole.body[:10 if status == 206 else None], part)
    known = service.get(url, accept=STORED, Range="bytes=0-9",
                        If_None_Match=tag)
    check("304 comes first", known.status == 304, known)
    head = service.request("HEAD", url, {"Accept": STORED,
                                         "Range": "bytes=0-9"})
    check("HEAD has no ranges", head.status == 200 and head.header(
        "content-length") == str(len(whole.body)), head)
    several = service.get(url, Range="bytes=0-9")
    check("a multipart answer is not cut", several.status == 200 and
          several.parts[0][1] == whole.body, several)


def check_tags(service):
    """The compressed answer and the plain one are different bodies."""
    slide = next(s for s in service.get("/slides").json
                 if s["path"].endswith(".svs"))
    path = "/slides/%s/tissue" % slide["id"]
    plain = service.get(path)
    packed = service.get(path, Accept_Encoding="gzip")
    check("compressed", packed.header("content-encoding") == "gzip" and
          packed.body == plain.body and plain.header("content-encoding") is None)
    check("tags differ", plain.header("etag") != packed.header("etag"))
    for tag in (plain.header("etag"), packed.header("etag")):
        for coding in ("gzip", "identity"):
            known = service.get(path, Accept_Encoding=coding,
                                If_None_Match='"x", ' + tag)
            check("304 with the tag that was sent", known.status == 304 and
                  known.header("etag") == tag, known)
    for coding in ("gzip;q=0", "identity", "br", "x-gzip-not", "*;q=0"):
        check(coding, service.get(path, Accept_Encoding=coding).header(
            "content-encoding") is None)
    for coding in ("br, gzip;q=0.5", "*", "GZIP"):
        check(coding, service.get(path, Accept_Encoding=coding).header(
            "content-encoding") == "gzip")


with Service(SAMPLES) as service:
    _, data = next(o for o in objects(SAMPLES) if o[1].Modality == "US")
    for url in (path_of(data, "frames", "1"), path_of(data, "rendered")):
        stored = STORED if "frames" in url else "image/jpeg"
        whole = service.get(url, accept=stored)

        def ask(text):
            return service.get(url, accept=stored, Range=text)
        check_one(ask, whole)
        check_several(ask, whole)
        check_refused(ask, whole)
    check_conditions(service, path_of(data, "frames", "1"), service.get(
        path_of(data, "frames", "1"), accept=STORED))
    check_tags(service)
finish()
