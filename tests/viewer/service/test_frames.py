# SPDX-License-Identifier: LGPL-2.1-or-later
"""Frames: stored bytes, and decoded ones, against what was put in."""

from harness import (SAMPLES, Service, check, finish, objects, path_of,
                     stored_frames)
from made import Made

OCTETS = "application/octet-stream"
EXPLICIT = "1.2.840.10008.1.2.1"
OHIF = 'multipart/related; type="%s"; transfer-syntax=*' % OCTETS
DECODED = 'multipart/related; type="%s"; transfer-syntax=%s' % (OCTETS,
                                                               EXPLICIT)
TYPES = {"rle": "image/dicom-rle", "j2k": "image/jp2"}

with Made() as made, Service(made.folder.name, SAMPLES) as service:
    for name, (_, data) in made.files.items():
        url = path_of(data, "frames", "1")
        stored = str(data.file_meta.TransferSyntaxUID)
        for accept in (None, OHIF, DECODED, OCTETS):
            if name in TYPES and accept in (None, OHIF):
                continue
            answer = service.get(url, accept=accept)
            parts = (answer.parts if accept != OCTETS else
                     [(answer.header("content-type"), answer.body)])
            check("%s by %s: the samples, little endian" % (name, accept),
                  answer.status == 200 and len(parts) == 1 and
                  parts[0][1][:len(made.samples)] == made.samples, answer)
            check("labelled so", parts[0][0] ==
                  OCTETS + "; transfer-syntax=" + EXPLICIT, parts[0][0])
        if name not in TYPES:
            answer = service.get(url, accept="image/jxl")
            check(name + " as JPEG XL is refused", answer.status == 406 and
                  stored in answer.json["error"], answer)
            continue
        frame = stored_frames(data)[0]
        for accept, kind in ((None, TYPES[name]), (OHIF, OCTETS), (
                'multipart/related; type="%s"' % TYPES[name], TYPES[name])):
            part = service.get(url, accept=accept).parts[0]
            check("%s by %s: as stored" % (name, accept), part == (
                kind + "; transfer-syntax=" + stored, frame), part[0])
        single = service.get(url, accept=TYPES[name])
        check(name + " as a single part", single.body == frame and
              single.header("content-type").startswith(TYPES[name]), single)
        query = service.get(url + "?accept=" + TYPES[name])
        check(name + " by the query", query.body == frame, query)

    _, cine = next(o for o in objects(SAMPLES) if o[1].Modality == "US")
    several = service.get(path_of(cine, "frames", "3,1,60"))
    check("several frames", several.status == 200 and
          len(several.parts) == 3, several)
    first = service.get(path_of(cine, "frames", "1"))
    check("in the order asked", several.parts[1] == first.parts[0])
    check("a JPEG is one", first.parts[0][1][:2] == b"\xff\xd8")
    again = service.get(path_of(cine, "frames", "1"),
                        If_None_Match=first.header("etag"))
    check("not sent twice", again.status == 304, again)
    check("several as one part are refused", service.get(
        path_of(cine, "frames", "1,2"), accept="image/jpeg").status == 406)
    for frames, status in (("0", 404), ("61", 404), ("1,61", 404),
                           ("x", 404), ("1,,2", 404), ("-1", 404),
                           ("999999999", 404), ("9999999999999", 404)):
        check("frame %s: %d" % (frames, status), service.get(
            path_of(cine, "frames", frames)).status == status)
    other = next(d for _, d in made.files.values())
    check("another series' instance is not found", service.get(
        path_of(cine, "frames", "1").replace(
            cine.SOPInstanceUID, other.SOPInstanceUID)).status == 404)
finish()
