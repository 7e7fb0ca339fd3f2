# SPDX-License-Identifier: LGPL-2.1-or-later
"""DeepZoom: stored tiles byte by byte, made ones pixel by pixel."""

import io
import math
import os
import xml.etree.ElementTree as ElementTree

import numpy as np
import pydicom
from PIL import Image

from harness import SAMPLES, Service, check, finish, objects, real, stored_frames

svs = real("wsi-svs", "test", "test-suite", "images",
           "CMU-1-Small-Region.svs")


def picture(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def describe(service, slide):
    """Size, tile size and highest level from the .dzi."""
    answer = service.get("/deepzoom/%s.dzi" % slide["id"])
    check("the document of " + slide["name"], answer.status == 200 and
          answer.header("content-type") == "application/xml", answer)
    root = ElementTree.fromstring(answer.body)
    space = "{http://schemas.microsoft.com/deepzoom/2008}"
    size = root.find(space + "Size")
    width, height = int(size.get("Width")), int(size.get("Height"))
    check("its size", (width, height) == (slide["width"], slide["height"]))
    check("no overlap", root.get("Overlap") == "0")
    return width, height, int(root.get("TileSize")), math.ceil(
        math.log2(max(width, height)))


def check_levels(service, slide):
    width, height, tile, top = describe(service, slide)
    for level in range(top, -1, -max(1, top // 5)):
        shift = top - level
        w = math.ceil(width / 2 ** shift)
        h = math.ceil(height / 2 ** shift)
        columns, rows = math.ceil(w / tile), math.ceil(h / tile)
        base = "/deepzoom/%s_files/%d/" % (slide["id"], level)
        corner = service.get(base + "%d_%d.jpg" % (columns - 1, rows - 1))
        wanted = (h - (rows - 1) * tile, w - (columns - 1) * tile)
        check("level %d: the last tile has what is left" % level,
              corner.status == 200 and
              picture(corner.body).shape[:2] == wanted, corner, wanted)
        for place in ("%d_0" % columns, "0_%d" % rows):
            check("level %d: %s is outside" % (level, place),
                  service.get(base + place + ".jpg").status == 404)
    check("a level too many", service.get(
        "/deepzoom/%s_files/%d/0_0.jpg" % (slide["id"], top + 1)).status
        == 404)


def places(stored):
    """Column and row of each frame."""
    groups = stored.get("PerFrameFunctionalGroupsSequence")
    if groups:
        for group in groups:
            place = group.PlanePositionSlideSequence[0]
            yield ((place.ColumnPositionInTotalImagePixelMatrix - 1) //
                   stored.Columns,
                   (place.RowPositionInTotalImagePixelMatrix - 1) //
                   stored.Rows)
        return
    columns = math.ceil(stored.TotalPixelMatrixColumns / stored.Columns)
    for number in range(int(stored.NumberOfFrames)):
        yield number % columns, number // columns


with Service(SAMPLES, *([svs] if svs else [])) as service:
    slides = service.get("/slides").json
    for slide in slides:
        check_levels(service, slide)

    # The DICOM slide's own tiles come out as they are stored.
    folder = os.path.join(SAMPLES, "slide", "dicom")
    path, largest = max(objects(folder),
                        key=lambda o: o[1].TotalPixelMatrixColumns)
    stored = pydicom.dcmread(path)
    slide = next(s for s in slides
                 if s["id"].startswith(stored.SeriesInstanceUID))
    top = math.ceil(math.log2(max(slide["width"], slide["height"])))
    frames = stored_frames(stored)
    n_same = 0
    for number, (column, row) in enumerate(places(stored)):
        if ((column + 1) * stored.Columns > slide["width"] or
                (row + 1) * stored.Rows > slide["height"]):
            continue
        url = "/deepzoom/%s_files/%d/%d_%d.jpg" % (slide["id"], top, column,
                                                   row)
        body = service.get(url).body
        # A marker that states the colour transform may have been added.
        same = np.array_equal(picture(body), picture(frames[number])) and \
            body.rstrip(b"\0")[-1000:] == frames[number].rstrip(b"\0")[-1000:]
        n_same += same
        if not same:
            check("tile %d as stored" % number, False, url)
    check("%d stored tiles" % n_same, n_same > 3)

    answer = service.get(url)
    tag = answer.header("etag")
    check("a tag", tag and len(tag) > 4, answer)
    check("the same whatever is accepted", answer.header("vary") is None and
          service.get(url, accept="image/webp,*/*").body == answer.body, answer)
    again = service.get(url, If_None_Match=tag)
    check("not sent twice", again.status == 304 and again.body == b"", again)
    check("asked for again each time", answer.header("cache-control") ==
          "private, no-cache", answer)
    named = service.get(url + "?v=" + slide["version"])
    check("kept for ever where the URL names the version",
          "immutable" in named.header("cache-control"), named)
    other = service.get(url + "?v=0000")
    check("another version is not", "immutable" not in other.header(
        "cache-control"), other)
    head = service.request("HEAD", url)
    check("HEAD", head.status == 200 and head.body == b"" and
          head.header("content-length") == str(len(answer.body)), head)

    for path in ("/deepzoom/1.2.3.dzi", "/deepzoom/1.2.3_files/0/0_0.jpg",
                 "/deepzoom/%s_files/99/0_0.jpg" % slide["id"],
                 "/deepzoom/%s_files/0/999999999_0.jpg" % slide["id"],
                 "/deepzoom/../../etc/passwd.dzi", "/deepzoom/.dzi"):
        answer = service.get(path)
        check("%.60s: 404 with a reason" % path[-60:],
              answer.status == 404 and "error" in answer.json, answer)
    for place, word in (("0/0_0.png", "0_0.png"), ("0/0.jpg", "0.jpg"),
                        ("x/0_0.jpg", "level"), ("0/-1_0.jpg", "-1_0"),
                        ("0/0_0_0.jpg", "0_0_0"), ("0/0_0.jpg.jpg", "COLUMN"),
                        ("0/9999999999999_0.jpg", "COLUMN_ROW.jpg"),
                        ("9999999999/0_0.jpg", "9 digits")):
        answer = service.get("/deepzoom/%s_files/%s" % (slide["id"], place))
        check("%s: 400, and what is wrong" % place, answer.status == 400 and
              word in answer.json["error"], answer)
finish()
