# SPDX-License-Identifier: LGPL-2.1-or-later
"""Segmentations and parametric maps over a slide: the list, what each shows,
tiles that lie where the letter F is drawn, what is refused and why."""

import io
import os
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

from harness import SOURCE, Service, check, finish

sys.dont_write_bytecode = True


def make(folder):
    tools = os.path.join(SOURCE, "tests", "annotation")
    for name in ("make-ann.py", "make-raster.py"):
        subprocess.run(["/usr/bin/python3", os.path.join(tools, name), folder],
                       check=True)


def in_letter(x, y):
    x, y = x - 50, y - 30
    return ((x >= 0) & (x < 20) & (y >= 0) & (y < 100)) | (
        (x >= 0) & (x < 60) & (y >= 0) & (y < 16)) | (
        (x >= 0) & (x < 45) & (y >= 42) & (y < 58))


def picture(answer):
    image = Image.open(io.BytesIO(answer.body))
    return image.mode, np.asarray(image.convert("RGBA"))


def assemble(service, slide, base, level, query=""):
    """All tiles of a level as one picture."""
    shift = (max(slide["width"], slide["height"]) - 1).bit_length() - level
    width = -(-slide["width"] >> shift) if shift == 0 else -(
        -slide["width"] // 2 ** shift)
    height = -(-slide["height"] // 2 ** shift)
    whole = np.zeros((height, width, 4), np.uint8)
    side = slide["tile_size"]
    for row in range(-(-height // side)):
        for column in range(-(-width // side)):
            answer = service.get("%s/%d/%d_%d.png%s" % (
                base, level, column, row, query))
            assert answer.status == 200, answer
            tile = picture(answer)[1]
            whole[row * side:row * side + tile.shape[0],
                  column * side:column * side + tile.shape[1]] = tile
    return whole


def check_letter(name, whole, step):
    y, x = np.mgrid[0:whole.shape[0], 0:whole.shape[1]]
    x, y = (x + 0.5) * step, (y + 0.5) * step
    shown = whole[..., 3] > 127
    inside = np.ones(x.shape, bool)
    outside = np.ones(x.shape, bool)
    reach = 2 + 2 * step
    for dx in (-reach, 0, reach):
        for dy in (-reach, 0, reach):
            inside &= in_letter(x + dx, y + dy)
            outside &= ~in_letter(x + dx, y + dy)
    check(name, inside.sum() > 0 and shown[inside].all() and
          not shown[outside].any(), inside.sum(), shown[inside].mean(),
          shown[outside].mean())


def check_one(service, slide, raster):
    base = "/slides/%s/rasters/%s" % (slide["id"], raster["name"])
    answer = service.get(base)
    if not check("%s: what it shows" % raster["name"], answer.status == 200,
                 answer):
        return
    about = answer.json
    top = (max(slide["width"], slide["height"]) - 1).bit_length()
    # Of values those beside the letter are lower.
    query = "?low=5" if raster["kind"] == "values" else ""
    for level in (top, top - 1):
        check_letter("%s: level %d lies on the letter" % (
            raster["name"], level),
            assemble(service, slide, base, level, query), 2 ** (top - level))
    tile = "%s/%d/0_0.png" % (base, top)
    answer = service.get(tile)
    check("a picture with opacity", picture(answer)[0] == "RGBA" and
          answer.header("content-type") == "image/png", answer)
    tag = answer.header("etag")
    check("known", service.get(tile, If_None_Match=tag).status == 304)
    check("immutable where it is named", "immutable" in service.get(
        tile + "?v=" + about["version"]).header("cache-control"))
    if raster["kind"] == "values":
        check_values(service, slide, base, top, about)
    else:
        check_segments(service, slide, base, top, about)


def check_values(service, slide, base, top, about):
    low, high = about["range"]
    check("range, colormap, its colours", high >= low and
          len(about["colormaps"][about["colormap"]]) == 17 and
          not about["segments"], about)
    ink = [assemble(service, slide, base, top, "?colormap=" + name)
           for name in ("viridis", "inferno")]
    check("another colormap, other colours", (ink[0] != ink[1]).any())
    none = assemble(service, slide, base, top, "?low=%g&high=%g" % (
        high + 1, high + 2))
    check("values below the range are not shown", not none[..., 3].any())


def check_segments(service, slide, base, top, about):
    # Nothing is in the others.
    first = about["segments"][-1]
    check("segments with label and colour", first["label"] and
          len(first["rgb"]) == 6 and "range" not in about, about)
    whole = assemble(service, slide, base, top)
    rgb = [int(first["rgb"][i:i + 2], 16) for i in (0, 2, 4)]
    solid = whole[whole[..., 3] == 255][:, :3].astype(int)
    check("in its colour", len(solid) and (abs(solid - rgb) <= 1).all(), rgb)
    one = assemble(service, slide, base, top, "?segments=%d" % first["number"])
    check("it alone is the same", (one == whole).all())
    for query in ("?segments=", "?segments=65535"):
        check("none, " + query, not assemble(
            service, slide, base, top, query)[..., 3].any())


def check_refused(service, slide, raster):
    base = "/slides/%s/rasters/" % slide["id"]
    mine = base + raster["name"]
    for path, status in (
            (base + "1.2.3", 404), ("/slides/none/rasters", 404),
            (mine + "/0/1_0.png", 404), (mine + "/99/0_0.png", 404),
            (mine + "/x/0_0.png", 400), (mine + "/0/0_0.jpg", 400),
            (mine + "/0/0.png", 400), (mine + "/0/0_0.png?low=nan", 400),
            (mine + "/0/0_0.png?low=1x", 400),
            (mine + "/0/0_0.png?colormap=none", 400),
            (mine + "/0/0_0.png?segments=1,", 400),
            (mine + "/0/0_0.png?segments=-1", 400),
            (mine + "/0/0_0.png?segments=70000", 400)):
        answer = service.get(path)
        check("%s: %d with a reason" % (path[-40:], status),
              answer.status == status and answer.json["error"], answer)


def list_of(service, path):
    """The objects over each slide, by the slide's id."""
    return {slide["id"]: [one for one in service.get(path % slide["id"]).json
                          if path.startswith("/slides") or one["read_only"]]
            for slide in service.get("/slides").json}


def check_front(service, front):
    """What lies on slides of another archive is the same."""
    for path in ("/slides/%s/rasters", "/annotations/%s"):
        there, here = list_of(service, path), list_of(front, path)
        names = [{key: [one["name"] for one in found] for key, found in
                  lists.items()} for lists in (there, here)]
        check("the same objects in front of it, " + path,
              any(names[0].values()) and names[0] == names[1], names)
    slide, rasters = next((k, v) for k, v in list_of(
        service, "/slides/%s/rasters").items() if v)
    for raster in rasters:
        base = "/slides/%s/rasters/%s" % (slide, raster["name"])
        one = front.get(base)
        check("%s: what it shows" % raster["name"], one.status == 200 and
              one.json["segments"] == service.get(base).json["segments"], one)
        tile = front.get(base + "/8/0_0.png")
        check("and its tile", tile.status == 200 and tile.body == service.get(
            base + "/8/0_0.png").body, tile)
        check("known", front.get(base + "/8/0_0.png", If_None_Match=tile.header(
            "etag")).status == 304)
    slide, sets = next((k, v) for k, v in list_of(
        service, "/annotations/%s").items() if v)
    for one in sets:
        path = "/annotations/%s/%s" % (slide, one["name"])
        there, here = service.get(path), front.get(path)
        check(one["name"] + ": the same shapes", here.status == 200 and
              here.json["features"] == there.json["features"], here, there)


with tempfile.TemporaryDirectory(prefix="vitrail-raster-") as folder:
    make(folder)
    with Service(folder) as service:
        found = {}
        for slide in service.get("/slides").json:
            answer = service.get("/slides/%s/rasters" % slide["id"])
            check("the list", answer.status == 200, answer)
            for raster in answer.json:
                found[raster["name"]] = (slide, raster)
        check("each is listed", len(found) >= 5, found.keys())
        for slide, raster in found.values():
            check_one(service, slide, raster)
        if found:
            check_refused(service, *next(iter(found.values())))
    with Service(folder) as service, Service(
            service.url.replace("http:", "dicomweb:").rstrip("/") +
            "/dicom-web") as front:
        check_front(service, front)
    with Service(folder, options=("--memory", "65536")) as service:
        slide, raster = next(iter(found.values()))
        answer = service.get("/slides/%s/rasters/%s" % (
            slide["id"], raster["name"]))
        check("too large for the memory: refused with a reason",
              answer.status == 413 and "memory budget" in answer.json["error"],
              answer)
finish()
