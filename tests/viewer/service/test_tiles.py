# SPDX-License-Identifier: LGPL-2.1-or-later
"""Stored tiles as any client decodes them: each served tile of a level, by
libjpeg and by Chromium, against OpenSlide's pixels or the source's frames."""

import io
import math
import os
import subprocess
import tempfile

import numpy as np
import pydicom
from PIL import Image

from chromium import show
from harness import (SAMPLES, Service, check, finish, objects, real, skip,
                     stored_frames)

Image.MAX_IMAGE_PIXELS = None
svs = real("wsi-svs", "test", "test-suite", "images",
           "CMU-1-Small-Region.svs")
IN_CHROMIUM = 20  # tiles of each level


def openslide_level(path, level, width, height):
    """A whole level as OpenSlide reads it."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "level.png")
        subprocess.run(["openslide-write-png", path, "0", "0", str(level),
                        str(width), str(height), out], check=True)
        return np.asarray(Image.open(out).convert("RGB"))


def urls_of(slide, level, whole=True):
    """The DeepZoom tiles of a level that are stored: (url, x, y)."""
    size = slide["tile_size"]
    shape = slide["levels"][level]
    shift = round(math.log2(shape["downsample"]))
    top = (max(slide["width"], slide["height"]) - 1).bit_length() - shift
    for y in range(0, shape["height"], size):
        for x in range(0, shape["width"], size):
            if whole and (x + size > shape["width"] or
                          y + size > shape["height"]):
                continue
            yield "/deepzoom/%s_files/%d/%d_%d.jpg" % (
                slide["id"], top, x // size, y // size), x, y


def check_level(service, name, slide, level, truth):
    """truth: a function from x, y to the tile's pixels."""
    wrong, tiles = [], list(urls_of(slide, level))
    for url, x, y in tiles:
        got = np.asarray(Image.open(io.BytesIO(service.get(url).body)).convert(
            "RGB"))
        if not np.array_equal(got, truth(x, y)):
            wrong.append((url, int(abs(got.astype(int) - truth(x, y)).max())))
    check("%s, level %d: %d tiles by libjpeg" % (name, level, len(tiles)),
          tiles and not wrong, wrong[:5])
    some = tiles[::max(1, len(tiles) // IN_CHROMIUM)]
    shown = show(service, [url for url, _, _ in some])
    if shown is None:
        skip(name + " by Chromium", "no Chromium or playwright-core")
        return
    wrong = [(url, int(abs(got.astype(int) - truth(x, y)).max()))
             for (url, x, y), got in zip(some, shown)
             if not np.array_equal(got, truth(x, y))]
    check("%s, level %d: %d tiles by Chromium" % (name, level, len(some)),
          not wrong, wrong[:5])


def check_openslide(service, name, slide, n_levels):
    size = slide["tile_size"]
    for level in range(min(n_levels, len(slide["levels"]))):
        shape = slide["levels"][level]
        if (shape["tile_width"], shape["tile_height"]) != (size, size):
            continue
        if min(shape["width"], shape["height"]) < size:
            continue
        picture = openslide_level(slide["path"], level, shape["width"],
                                  shape["height"])
        check_level(service, name, slide, level,
                    lambda x, y: picture[y:y + size, x:x + size])


def check_dicom(service, slide):
    """Against the frames, decoded by Pillow as their header says."""
    folder = os.path.join(SAMPLES, "slide", "dicom")
    path = next(p for p, d in objects(folder)
                if d.TotalPixelMatrixColumns == slide["levels"][1]["width"])
    data = pydicom.dcmread(path)
    frames = stored_frames(data)
    # The writer has its threads store frames in any order.
    numbers = {}
    for number, group in enumerate(data.PerFrameFunctionalGroupsSequence):
        place = group.PlanePositionSlideSequence[0]
        numbers[place.ColumnPositionInTotalImagePixelMatrix - 1,
                place.RowPositionInTotalImagePixelMatrix - 1] = number

    def truth(x, y):
        frame = frames[numbers[x, y]]
        return np.asarray(Image.open(io.BytesIO(frame)).convert("RGB"))
    check("the frames say nothing else", data.PhotometricInterpretation in (
        "YBR_FULL_422", "YBR_FULL"), data.PhotometricInterpretation)
    check_level(service, "DICOM", slide, 1, truth)


with tempfile.TemporaryDirectory(prefix="vitrail-tiles-") as folder:
    pyramids = []
    source = os.path.join(folder, "source.png")
    biopsy = os.path.join(SAMPLES, "slide", "biopsy.svs")
    subprocess.run(["vips", "crop", biopsy, source, "300", "200", "1300",
                    "1100"], check=True)
    for name, options in (("ycc420", "Q=80"), ("ycc444", "Q=95"),
                          ("rgb", "Q=90,rgbjpeg")):
        path = os.path.join(folder, "slides", name + ".tif")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        made = subprocess.run(
            ["vips", "extract_band", source, "%s[tile,pyramid,tile-width=256,"
             "tile-height=256,compression=jpeg,%s]" % (path, options), "0",
             "--n", "3"], capture_output=True, text=True)
        if made.returncode == 0:
            pyramids.append(path)
    check("JPEG pyramids are made", len(pyramids) == 3, made.stderr)
    with Service(os.path.join(folder, "slides"), SAMPLES,
                 *([svs] if svs else [])) as service:
        slides = service.get("/slides").json
        series = objects(os.path.join(SAMPLES, "slide", "dicom"))[0][
            1].SeriesInstanceUID
        for slide in slides:
            if slide["path"] in pyramids or slide["path"] == svs:
                check_openslide(service, os.path.basename(slide["path"]),
                                slide, 2)
            elif slide["id"].startswith(series):
                check_dicom(service, slide)
finish()
