# SPDX-License-Identifier: LGPL-2.1-or-later
"""What others make of slides: pixels by OpenSlide, JPEG streams as any decoder
reads them, and slide files that no tool at hand writes."""

import importlib
import io
import os
import sys

import numpy as np
from PIL import Image

from harness import SOURCE

sys.path.insert(0, os.path.join(SOURCE, "tests", "slide"))
from openslides import HAVE_OPENSLIDE, OpenSlide  # noqa: E402
tiff = importlib.import_module("make-tiff")
tiff.TILE = 256

APERIO = ("Aperio Image Library v11\n%dx%d [0,0 %dx%d] (256x256) JPEG/YCC"
          "|AppMag = 20|MPP = 0.5")


def openslide_levels(path):
    """All levels as OpenSlide reads them: each as a whole, since places inside
    are rounded to pixels of the finest."""
    if not HAVE_OPENSLIDE:
        return
    with OpenSlide(path) as slide:
        for level, (width, height) in enumerate(slide.sizes):
            yield slide.read(level, 0, 0, width, height)


def write_svs(path, levels, quality=98):
    """An SVS of @levels: 4:2:0, each tile a whole JPEG file."""
    height, width = levels[0].shape[:2]
    pages = [tiff.Page(
        level.shape[1], level.shape[0],
        tiff.tiles(level, lambda tile: tiff.jpeg(tile, quality)), tile=256,
        tile_height=256, samples=3, compression=7, photometric=6,
        description=APERIO % (width, height, width, height),
        more={530: (3, [2, 2])}) for level in levels]
    with open(path, "wb") as out:
        out.write(tiff.Writer().file(pages))


def decode(jpeg):
    """RGB by Pillow's libjpeg, which knows nothing but the stream."""
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))


def decode_luma(jpeg):
    """The first component of luma and chroma as it is coded."""
    picture = Image.open(io.BytesIO(jpeg))
    picture.draft("YCbCr", picture.size)
    return np.asarray(picture)[..., 0]


def segments(jpeg):
    """(marker, payload) of each segment up to the first scan, and the bytes
    from that scan's data on."""
    assert jpeg[:2] == b"\xff\xd8", jpeg[:2]
    found, at = [], 2
    while True:
        marker = jpeg[at + 1]
        length = int.from_bytes(jpeg[at + 2:at + 4], "big")
        found.append((marker, jpeg[at + 4:at + 2 + length]))
        at += 2 + length
        if marker == 0xda:
            return found, jpeg[at:]


def colour_transform(jpeg):
    """What the Adobe marker states: 0 RGB, 1 YCbCr; None without one."""
    stated = [payload[11] for marker, payload in segments(jpeg)[0]
              if marker == 0xee and payload[:5] == b"Adobe"]
    assert len(stated) <= 1, stated
    return stated[0] if stated else None


def states_colour(jpeg, is_rgb):
    """By an Adobe marker; luma and chroma also by a JFIF marker, which its
    writer put there."""
    if is_rgb:
        return colour_transform(jpeg) == 0
    return colour_transform(jpeg) == 1 or any(
        marker == 0xe0 and payload[:5] == b"JFIF\0"
        for marker, payload in segments(jpeg)[0])


def psnr(a, b):
    error = np.mean((a.astype(float) - b.astype(float)) ** 2)
    return 10 * np.log10(255 ** 2 / max(error, 1e-9))


def halve(picture):
    """Means of 2 x 2 pixels, as floats; at odd ends of those that are there."""
    height, width = (side + side % 2 for side in picture.shape[:2])
    whole = np.pad(picture.astype(float), (
        (0, height - picture.shape[0]), (0, width - picture.shape[1]), (0, 0)),
        "edge")
    return whole.reshape(height // 2, 2, width // 2, 2, 3).mean((1, 3))
