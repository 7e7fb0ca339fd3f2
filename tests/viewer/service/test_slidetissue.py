# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tissue, on a slide that was painted."""

import os
import subprocess
import tempfile

import numpy as np
from PIL import Image, ImageDraw

from harness import Service, check, finish

WIDTH, HEIGHT = 4000, 3000
PIECES = ((300, 400, 1500, 1400), (2300, 500, 3600, 1200),
          (900, 1900, 2900, 2700))

with tempfile.TemporaryDirectory(prefix="vitrail-tissue-") as folder:
    picture = Image.new("RGB", (WIDTH, HEIGHT), (243, 242, 244))
    draw = ImageDraw.Draw(picture)
    for box in PIECES:
        draw.ellipse(box, (190, 110, 160))
    noise = np.random.default_rng(7).integers(-6, 7, (HEIGHT, WIDTH, 3))
    picture = Image.fromarray(np.clip(
        np.asarray(picture).astype(int) + noise, 0, 255).astype("u1"))
    source = os.path.join(folder, "source.png")
    picture.save(source, compress_level=1)
    os.mkdir(os.path.join(folder, "slides"))
    subprocess.run(["vips", "copy", source, os.path.join(
        folder, "slides", "a.tif") + "[tile,pyramid,tile-width=256,"
        "tile-height=256,compression=jpeg]"], check=True)
    with Service(os.path.join(folder, "slides")) as service:
        slide = service.get("/slides").json[0]
        url = "/slides/%s/tissue" % slide["id"]
        answer = service.get(url)
        found = answer.json
        check("JSON of the whole slide", answer.status == 200 and answer.header(
            "content-type") == "application/json" and
            (found["width"], found["height"]) == (WIDTH, HEIGHT), answer)
        check("three pieces in reading order", len(found["regions"]) == 3,
              found)
        for box, region in zip(PIECES, found["regions"]):
            x, y, w, h = region["rect"]
            off = np.abs(np.array([x, y, x + w, y + h]) - box).max()
            check("where it was painted", off < 24, off, region["rect"], box)
            area = np.pi / 4 * (box[2] - box[0]) * (box[3] - box[1])
            check("as large", abs(region["area"] / area - 1) < 0.05,
                  region["area"], area)
        again = service.get(url, If_None_Match=answer.header("etag"))
        check("not sent twice", again.status == 304, again)
        named = service.get(url + "?v=" + slide["version"])
        check("kept where the URL names the version",
              "immutable" in named.header("cache-control"), named)
        check("404 for no slide",
              service.get("/slides/none/tissue").status == 404)
finish()
