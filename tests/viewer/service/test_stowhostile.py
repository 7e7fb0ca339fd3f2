# SPDX-License-Identifier: LGPL-2.1-or-later
"""What hostile and broken clients send to be stored: each gets its 4xx with a
reason, nothing of it is there, no file, descriptor or memory is left behind,
and others are served meanwhile."""

import os
import random
import socket
import struct
import sys
import tempfile
import time
import zlib

from pydicom.uid import generate_uid

from harness import check, finish
from storing import (BOUNDARY, TYPE, Storing, encode, instance, multipart, part,
                     references)

sys.dont_write_bytecode = True

LINE = b"--" + BOUNDARY.encode()


def memory(service, field):
    with open("/proc/%d/status" % service.process.pid,
              encoding="ascii") as lines:
        return next(int(l.split()[1]) for l in lines
                    if l.startswith(field)) * 1024


def check_malformed(service):
    file, _ = instance()
    whole = multipart(file)
    for name, body in [
            ("empty", b""),
            ("no boundary in it", b"nothing of the kind"),
            ("another boundary", whole.replace(BOUNDARY.encode(), b"other")),
            ("cut in the part", whole[:-200]),
            ("cut before the end", whole[:-4]),
            ("cut in a header", LINE + b"\r\nContent-Type: app"),
            ("no part", LINE + b"--\r\n"),
            ("bytes behind the boundary",
             LINE + b"xx\r\n\r\n" + file + b"\r\n" + LINE + b"--"),
            ("an endless header",
             LINE + b"\r\nA: " + b"x" * 20000 + b"\r\n\r\n" + file + b"\r\n" +
             LINE + b"--"),
            ("a header with a zero byte",
             LINE + b"\r\nA: \0\r\n\r\n" + file + b"\r\n" + LINE + b"--"),
            ("a part that is shorter than it says",
             multipart(part(file, Content_Length=len(file) + 1))),
            ("a part that is longer than it says",
             multipart(part(file, Content_Length=len(file) - 1))),
            ("a part of no length",
             multipart(part(file, Content_Length="many"))),
            ("a good part, then rubbish",
             whole[:-len(LINE) - 4] + LINE + b"\r\nA: b")]:
        answer = service.fresh(body, {"Content-Type": TYPE})
        check(name, answer and answer.status in (400, 413) and
              list(answer.json) == ["error"] and
              answer.json["error"].startswith("multipart: ") and
              "\n" not in answer.json["error"], answer)
    check("nothing of them is there", service.files() == [] and
          service.leftovers() == [], service.files(), service.leftovers())


def check_uids(service):
    outside = generate_uid()
    for name in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID",
                 "SOPClassUID"):
        for uid in ("../../" + outside, "/tmp/" + outside, "..", ".", "1/2",
                    "1..2", ".1", "1.", "1" * 65, "1.2\\..", "a.b", "1.2\n",
                    "1.2 3", ""):
            file, data = instance()
            mark = str(data[name].value)
            place = file.rindex(mark.encode())
            # In the bytes: pydicom would not write it.
            text = uid.encode().ljust((len(uid) + 1) // 2 * 2, b"\0")
            length = struct.unpack("<H", file[place - 2:place])[0]
            file = (file[:place - 2] + struct.pack("<H", len(text)) + text +
                    file[place + length:])
            answer = service.store(multipart(file))
            failed = answer.json.get("00081198", answer.json.get("0008119A"))
            check("%s %r" % (name, uid[:20]), answer.status == 409 and
                  failed["Value"][0]["00081197"]["Value"] == [0xc000], answer)
    check("nothing of them is there", service.files() == [] and
          service.leftovers() == [] and not [
              name for name in os.listdir("/tmp") if outside in name],
          service.files())


def check_objects(service):
    file, data = instance()
    syntax = str(data.file_meta.TransferSyntaxUID).encode()
    for name, body, reason in [
            ("an unknown transfer syntax",
             file.replace(syntax, b"1.2.840.10008.9.9.9"[:len(syntax)]),
             0xc122),
            ("cut in the pixels", file[:-100], 0xc000),
            ("cut in the header", file[:400], 0xc000),
            ("cut in the meta", file[:200], 0xc000),
            ("no meta", file[:132] + file[144 + struct.unpack(
                "<I", file[140:144])[0]:], 0xc000),
            ("nothing", b"", 0xc000),
            ("a page", b"<html>" * 100, 0xc000),
            ("a preamble", b"\0" * 128 + b"DICM", 0xc000)]:
        answer = service.store(multipart(body))
        failed = answer.json.get("00081198", answer.json.get("0008119A"))
        reasons = failed["Value"][0]["00081197"]["Value"] if failed else None
        check(name, answer.status == 409 and
              reasons == [reason], answer)
    check("nothing of them is there either", service.files() == [] and
          service.leftovers() == [], service.files())


def check_bomb(service):
    """A deflated data set of some gigabytes before its pixels."""
    _, data = instance()
    data.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.99"
    head = encode(data)
    meta = head[:132 + 12 + struct.unpack("<I", head[140:144])[0]]
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packer.compress(b"\x09\x00\x01\x10OB\0\0" +
                           struct.pack("<I", 0x7ffffff0))
    zeros = bytes(1 << 24)
    for _ in range(64):
        bomb += packer.compress(zeros)
    bomb += packer.flush()
    start = time.monotonic()
    answer = service.store(multipart(meta + bomb))
    check("a deflate bomb of %d kB" % (len(bomb) // 1024),
          answer.status == 409 and time.monotonic() - start < 20, answer)
    check("took little memory", memory(service, "VmHWM") < 600 << 20,
          memory(service, "VmHWM"))


def send_raw(service, head, pieces):
    """What is answered to pieces, or b"" where that is a reset."""
    host, port = service.address.split(":")
    with socket.create_connection((host, int(port)), 60) as connection:
        try:
            connection.sendall(head)
            for piece in pieces:
                connection.sendall(piece)
            return connection.recv(65536)
        except OSError:
            return b""


def head(service, *fields):
    return ("POST /dicom-web/studies HTTP/1.1\r\nHost: %s\r\n"
            "Content-Type: %s\r\n%s\r\n\r\n" % (
                service.address, TYPE, "\r\n".join(fields))).encode()


def chunk(data):
    return b"%x\r\n" % len(data) + data + b"\r\n"


def check_chunks(service):
    file, data = instance()
    body = multipart(file)
    pieces = [chunk(body[i:i + 7777]) for i in range(0, len(body), 7777)]
    answer = send_raw(service, head(service, "Transfer-Encoding: chunked"),
                      pieces + [b"0\r\n\r\n"])
    check("stored in chunks", answer.startswith(b"HTTP/1.1 200"), answer[:200])
    before = memory(service, "VmRSS")
    million = chunk(b"\0" * (1 << 20))
    answer = send_raw(service, head(service, "Transfer-Encoding: chunked"),
                      (million for _ in range(512)))
    check("endless chunks of nothing are ended",
          answer == b"" or answer.startswith(b"HTTP/1.1 400"), answer[:200])
    answer = send_raw(service, head(service, "Transfer-Encoding: chunked"),
                      [chunk((LINE + b"\r\n\r\nx\r\n") * 1000)] * 200)
    check("endless parts are ended", answer == b"" or
          answer.startswith(b"HTTP/1.1 413"), answer[:200])
    check("in little memory",
          memory(service, "VmRSS") < before + (400 << 20),
          before, memory(service, "VmRSS"))
    return data.SOPInstanceUID


def check_aborted(service, there):
    """Connections that end somewhere in the body."""
    body = multipart(*(instance()[0] for _ in range(3)))
    before = service.descriptors()
    random.seed(8)
    host, port = service.address.split(":")
    for number in range(60):
        with socket.create_connection((host, int(port)), 60) as connection:
            connection.sendall(head(service, "Content-Length: %d" % len(body)))
            connection.sendall(body[:random.randrange(len(body))])
            if number % 2:  # a reset, else an end
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                      struct.pack("ii", 1, 0))
    for _ in range(400):
        if service.descriptors() <= before and not service.leftovers():
            break
        time.sleep(0.05)
    check("of sixty that broke off nothing is left",
          service.descriptors() <= before and service.leftovers() == [],
          before, service.descriptors(), service.leftovers())
    check("nor there", [there + ".dcm"] == [os.path.basename(f)
                                            for f in service.files()],
          service.files())


def check_ended(root):
    """The service ends while bodies of many parts are on their way in."""
    body = multipart(*(instance()[0] for _ in range(60)))
    connections = []
    with Storing(root=root) as service:
        host, port = service.address.split(":")
        for _ in range(12):
            connection = socket.create_connection((host, int(port)), 60)
            connection.sendall(
                head(service, "Content-Length: %d" % len(body)) + body[:-100])
            connections.append(connection)
    for connection in connections:
        connection.close()
    check("of those that its end broke off nothing is left",
          service.files() == [] and service.leftovers() == [],
          service.files(), service.leftovers())


def check_meanwhile(service):
    """Clients that send slowly keep nobody from being served."""
    host, port = service.address.split(":")
    body = multipart(instance()[0])
    slow = []
    for _ in range(40):
        connection = socket.create_connection((host, int(port)), 60)
        connection.sendall(head(service, "Content-Length: %d" % len(body)) +
                           body[:1000])
        slow.append(connection)
    file, data = instance()
    answer = service.store(multipart(file))
    check("stored beside forty that wait", answer.status == 200 and
          data.SOPInstanceUID in references(answer), answer)
    for connection in slow:
        connection.sendall(body[1000:])
    answers = [connection.recv(100) for connection in slow]
    for connection in slow:
        connection.close()
    check("and they when they have sent the rest",
          all(a.startswith(b"HTTP/1.1 200") for a in answers), answers)


def check_large(service):
    """An instance of 192 MB does not go through memory."""
    before = memory(service, "VmHWM")
    file, data = instance(Rows=8192, Columns=12288,
                          PixelData=bytes(2 * 8192 * 12288))
    answer = service.store(multipart(file))
    check("a large one", answer.status == 200 and
          data.SOPInstanceUID in references(answer), answer)
    check("took little memory", memory(service, "VmHWM") < before + (64 << 20),
          before, memory(service, "VmHWM"))


def main():
    with Storing() as service:
        check_malformed(service)
        check_uids(service)
        check_objects(service)
        there = check_chunks(service)
        check_aborted(service, there)
        check_meanwhile(service)
        check_large(service)
        check_bomb(service)
    with tempfile.TemporaryDirectory(prefix="vitrail-store-") as root:
        check_ended(root)
    finish()


main()
