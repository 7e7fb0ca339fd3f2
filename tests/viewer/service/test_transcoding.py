# SPDX-License-Identifier: LGPL-2.1-or-later
"""Frames and instances in another transfer syntax, each decoded by somebody
else: DCMTK, GDCM or OpenJPEG. Lossless means the same samples."""

import os
import subprocess
import tempfile

import pydicom

from harness import SAMPLES, Service, check, finish, objects, path_of
from made import Made

UID = "1.2.840.10008.1.2."
# Name, media type, transfer syntax, whose it is to judge.
TARGETS = (
    ("JPEG lossless", "image/jpeg", "4.70", ["dcmdjpeg"]),
    ("JPEG lossless, process 14", "image/jpeg", "4.57", ["dcmdjpeg"]),
    ("JPEG-LS", "image/jls", "4.80", ["dcmdjpls"]),
    ("JPEG 2000", "image/jp2", "4.90", ["gdcmconv", "--raw"]),
    ("RLE", "image/dicom-rle", "5", ["dcmdrle"]),
    ("HTJ2K", "image/jphc", "4.201", None),
    ("HTJ2K, RPCL", "image/jphc", "4.202", None),
    ("HTJ2K, lossless here", "image/jphc", "4.203", None),
)
DEFAULTS = {"image/jpeg": "4.70", "image/jls": "4.80", "image/jp2": "4.90",
            "image/dicom-rle": "5", "image/jphc": "4.201"}


def decode_file(folder, content, command):
    """The samples of a Part 10 file, decoded by @command."""
    source, target = (os.path.join(folder, n) for n in ("in.dcm", "out.dcm"))
    with open(source, "wb") as out:
        out.write(content)
    subprocess.run(command + [source, target], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return pydicom.dcmread(target).PixelData


def decode_stream(folder, stream):
    """The samples of a J2K code stream, by OpenJPEG, as DICOM has them."""
    source, target = (os.path.join(folder, n) for n in ("in.j2c", "out.rawl"))
    with open(source, "wb") as out:
        out.write(stream)
    subprocess.run(["opj_decompress", "-i", source, "-o", target], check=True,
                   stdout=subprocess.DEVNULL)
    with open(target, "rb") as samples:
        return samples.read()


def first_frame(content):
    data = pydicom.dcmread(pydicom.filebase.DicomBytesIO(content))
    return next(pydicom.encaps.generate_pixel_data_frame(data.PixelData, 1))


def check_target(service, made, folder, name, target):
    data = made.files[name][1]
    word, kind, short, command = target
    syntax = UID + short
    told = "%s as %s" % (name, word)
    answer = service.get(path_of(data), accept="application/dicom; "
                         "transfer-syntax=" + syntax)
    if not check(told, answer.status == 200 and answer.header(
            "content-type") == "application/dicom; transfer-syntax=" + syntax,
                 answer):
        return
    stream = first_frame(answer.body)
    samples = (decode_file(folder, answer.body, command)
               if command else
               decode_stream(folder, stream))
    check(told + ": the same samples", samples[:len(made.samples)] ==
          made.samples, len(samples))
    again = pydicom.dcmread(pydicom.filebase.DicomBytesIO(answer.body))
    check(told + ": the same object", again.SOPInstanceUID ==
          data.SOPInstanceUID and again.file_meta.TransferSyntaxUID == syntax)
    for accept, label in (
            ("%s; transfer-syntax=%s" % (kind, syntax), kind),
            ("application/octet-stream; transfer-syntax=" + syntax,
             "application/octet-stream"),
            ('multipart/related; type="%s"; transfer-syntax=%s' % (
                kind, syntax), kind)):
        part = service.get(path_of(data, "frames", "1"), accept=accept)
        found = (part.parts[0] if "multipart" in accept else
                 (part.header("content-type"), part.body))
        check(told + ": the frame by itself", part.status == 200 and
              found[0] == label + "; transfer-syntax=" + syntax and
              found[1] + b"\0" * (len(found[1]) % 2) == stream, part)


def check_choice(service, made):
    """Of equal wishes that which is there; of unequal ones the greater."""
    def asked(name, accept):
        answer = service.get(path_of(made.files[name][1], "frames", "1"),
                             accept=accept)
        return (answer.header("content-type") if answer.status == 200
                else answer.status)
    octets = "application/octet-stream; transfer-syntax=" + UID
    for kind, short in DEFAULTS.items():
        check("the default of " + kind, asked("explicit", kind) ==
              "%s; transfer-syntax=%s" % (kind, UID + short))
    for name, accept, expected in (
            ("explicit", "image/jls, application/octet-stream", octets + "1"),
            ("explicit", "image/jls, application/octet-stream;q=0.5",
             "image/jls; transfer-syntax=" + UID + "4.80"),
            ("j2k", "application/octet-stream, image/jp2",
             "image/jp2; transfer-syntax=" + UID + "4.90"),
            ("j2k", "application/octet-stream, image/jp2;q=0.9", octets + "1"),
            ("j2k", "image/*", "image/jp2; transfer-syntax=" + UID + "4.90"),
            ("j2k", "image/x-jls", "image/jls; transfer-syntax=" + UID + "4.80"),
            ("j2k", octets + "4.80", octets + "4.80"),
            ("j2k", "*/*;q=0, image/jp2",
             "image/jp2; transfer-syntax=" + UID + "4.90"),
            ("explicit", "image/*", 406), ("explicit", "image/jpx", 406),
            ("explicit", "image/jxl", 406), ("explicit", "video/mp4", 406),
            ("explicit", "image/jpeg; transfer-syntax=" + UID + "4.50", 406),
            ("explicit", "image/jp2; transfer-syntax=" + UID + "4.91", 406),
            ("explicit", "image/jls; transfer-syntax=" + UID + "4.81", 406),
            ("explicit", "image/jls; transfer-syntax=" + UID + "4.90", 406),
            ("explicit", "image/jls;q=2", 406), ("explicit", "image/jls;q=", 406),
            ("explicit", "nonsense", 406), ("explicit", "a/b;" * 2000, 406),
            ("explicit", "multipart/related; type=\"image/gif\"", 406)):
        check("%s: %s" % (name, accept[:60]), asked(name, accept) == expected,
              asked(name, accept))
    check("accept= comes before Accept", service.get(
        path_of(made.files["explicit"][1], "frames", "1") +
        "?accept=image/jls;transfer-syntax=" + UID + "4.80",
        accept="image/jp2").header("content-type") ==
        "image/jls; transfer-syntax=" + UID + "4.80")
    series = path_of(made.files["explicit"][1]).rsplit("/", 2)[0]
    answer = service.get(series, accept='multipart/related; type="application/'
                         'dicom"; transfer-syntax=' + UID + "4.201")
    check("a series in one syntax", answer.status == 200 and
          len(answer.parts) == len(made.files) and
          {part[0] for part in answer.parts} ==
          {"application/dicom; transfer-syntax=" + UID + "4.201"}, answer)
    check("none that loses something", service.get(
        series, accept='multipart/related; type="application/dicom"; '
        "transfer-syntax=" + UID + "4.50").status == 406)


def check_colours(service):
    """A JPEG film's frames, which lost something once: not again."""
    _, cine = next(o for o in objects(SAMPLES) if o[1].Modality == "US")
    url = path_of(cine, "frames", "2")
    plain = service.get(url, accept="application/octet-stream").body
    answer = service.get(url, accept="image/dicom-rle")
    check("colours as RLE", answer.status == 200, answer)
    # RLE: a segment for each plane, of PackBits (PS3.5 G).
    planes = [unpack(answer.body, n) for n in range(answer.body[0])]
    count = cine.Rows * cine.Columns
    check("the planes that the JPEG decodes to", b"".join(
        p[:count] for p in planes) == b"".join(
            plain[n::3] for n in range(3)) and len(planes) == 3)


def unpack(stream, n):
    offsets = [int.from_bytes(stream[4 + 4 * i:8 + 4 * i], "little")
               for i in range(15)]
    end = offsets[n + 1] or len(stream)
    at, out = offsets[n], bytearray()
    while at < end:
        head = stream[at]
        if head < 128:
            out += stream[at + 1:at + 2 + head]
            at += 2 + head
        elif head > 128:
            out += stream[at + 1:at + 2] * (257 - head)
            at += 2
        else:
            at += 1
    return bytes(out)


with Made() as made, tempfile.TemporaryDirectory(
        prefix="vitrail-test-") as folder:
    with Service(made.folder.name) as service:
        for n, target in enumerate(TARGETS):
            check_target(service, made, folder, "explicit", target)
            other = ("big", "rle", "j2k")[n % 3]
            check_target(service, made, folder, other, target)
        check_choice(service, made)
    with Service(SAMPLES) as service:
        check_colours(service)
finish()
