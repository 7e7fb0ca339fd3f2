# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each BulkDataURI of the metadata leads to the value that pydicom reads."""

import json

import pydicom

from harness import (SAMPLES, Service, check, finish, objects, path_of, real)
from made import Made


def uris(node, trail=()):
    """(attributes and items on the way, URI) of each bulk value."""
    for tag, element in node.items():
        if "BulkDataURI" in element:
            yield trail + (tag,), element["BulkDataURI"]
        for number, item in enumerate(element.get("Value", [])):
            if element["vr"] == "SQ":
                yield from uris(item, trail + (tag, number))


def follow(data, trail):
    for step in trail[:-1]:
        data = data[int(step, 16)].value if isinstance(step, str) \
            else data[step]
    return data[int(trail[-1], 16)].value


with Made() as made:
    folders = [made.folder.name] + [f for f in (
        real("ecg"), real("cornerstone3D"), real("dcmjs")) if f]
    with Service(*folders) as service:
        n = 0
        for path, data in objects(*folders):
            answer = service.get(path_of(data, "metadata"))
            if answer.status != 200:
                continue
            for trail, uri in uris(answer.json[0]):
                if trail == ("7FE00010",) or not uri.startswith(service.url):
                    continue
                theirs = follow(pydicom.dcmread(path), trail)
                if not isinstance(theirs, bytes):
                    continue
                ours = service.get(uri[len(service.url) - 1:])
                n += 1
                check("%s of %s" % (trail, path.rsplit("/", 1)[-1]),
                      ours.status == 200 and
                      ours.body.rstrip(b"\0") == theirs.rstrip(b"\0"), ours)
        for name in ("explicit", "implicit", "big", "deflated"):
            _, data = made.files[name]
            url = path_of(data, "bulkdata", "7FE00010")
            check("native pixel data of " + name,
                  service.get(url).body == made.samples)
            part = service.get(url, accept="multipart/related; type=\""
                               "application/octet-stream\"").parts[0]
            check("the same as a part", part ==
                  ("application/octet-stream", made.samples), part[0])
        _, data = made.files["rle"]
        answer = service.get(path_of(data, "bulkdata", "7FE00010"))
        check("compressed pixel data is its frames", len(answer.parts) == 1 and
              answer.parts[0][0].startswith("image/dicom-rle"), answer)
        for name in ("00420011", "00100010.0.00100020", "zzzzzzzz", "7FE0001",
                     "../7FE00010", "00100010..00100020", "7FE00010.0"):
            check("%s: not found" % name, service.get(
                path_of(data, "bulkdata", name)).status == 404)
        print("# %d values compared" % n)
finish()
