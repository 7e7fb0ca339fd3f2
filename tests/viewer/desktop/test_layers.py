# SPDX-License-Identifier: LGPL-2.1-or-later
"""Annotations, a segmentation and a parametric map that lie in the folder of a
slide: listed, shown where they belong, coloured."""

import glob
import os
import subprocess
import tempfile

import numpy as np
import pydicom

from desktop import Viewer, check, difference, finish, missing_tools, skip
from reader import ScreenReader, image, missing_parts, nameless

SLIDES = os.path.join(os.environ.get("VITRAIL_SAMPLES", ""), "slide")
HERE = os.path.dirname(os.path.abspath(__file__))
# With both panels open: the picture.
PICTURE = (252, 94, 1000, 752)
LAYERS = ("Nuclei", "Tumour", "Tumour score")


def make(folder):
    """The sample slide as DICOM, and what lies on it."""
    subprocess.run([os.environ["VITRAIL"], "convert",
                    os.path.join(SLIDES, "biopsy.svs"), "-o", folder],
                   check=True, capture_output=True)
    largest = max(glob.glob(folder + "/**/*.dcm", recursive=True),
                  key=lambda path: getattr(
                      pydicom.dcmread(path, stop_before_pixels=True),
                      "TotalPixelMatrixColumns", 0))
    subprocess.run(["/usr/bin/python3", os.path.join(HERE, "make-layers.py"),
                    largest, folder], check=True)
    slide = pydicom.dcmread(largest, stop_before_pixels=True)
    return slide.TotalPixelMatrixColumns, slide.TotalPixelMatrixRows


def letter(shape, size):
    """Which pixels of the picture lie in the letter, all of the slide fitted
    into it; and which lie near its edge."""
    height, width = shape[:2]
    scale = min(width / size[0], height / size[1])
    y, x = np.mgrid[0:height, 0:width]
    unit = size[1] / 200
    x = ((x + 0.5 - width / 2) / scale + 30 * unit) / unit
    y = ((y + 0.5 - height / 2) / scale + size[1] / 4) / unit

    def inside(x, y):
        return ((x >= 0) & (x < 20) & (y >= 0) & (y < 100)) | (
            (x >= 0) & (x < 60) & (y >= 0) & (y < 16)) | (
            (x >= 0) & (x < 45) & (y >= 42) & (y < 58))

    edge = np.zeros(x.shape, bool)
    for dx in (-2, 0, 2):
        for dy in (-2, 0, 2):
            edge |= inside(x + dx, y + dy) != inside(x, y)
    return inside(x, y), edge


def box(reader, name):
    return next((node for node in reader.walk() if node.role == "check box"
                 and node.name == name), None)


def layer(reader, name):
    return box(reader, "Show layer " + name)


def click(viewer, node):
    viewer.move(*node.place())
    viewer.tool("click", 1)
    viewer.move(1279, 799)


def show(viewer, reader, name, size, plain):
    """It changes the letter, and nothing beside it."""
    click(viewer, layer(reader, name))
    shown = viewer.until(lambda now: difference(now, plain) > 0.3, box=PICTURE)
    shown = viewer.settle(box=PICTURE)
    changed = np.abs(shown.astype(int) - plain).max(axis=2) > 12
    inside, edge = letter(shown.shape, size)
    # The legend of values, and the whole slide in its corner.
    edge[100:400, -90:] = True
    edge[-150:, -200:] = True
    check(name + " lies on the letter", changed[inside & ~edge].mean() > 0.15,
          changed[inside & ~edge].mean())
    check("and nowhere else", changed[~inside & ~edge].mean() < 0.002,
          changed[~inside & ~edge].mean())
    viewer.shot("desktop-layer-" + name.lower().replace(" ", "-"), box=None)
    click(viewer, layer(reader, name))
    main = (slice(0, 500), slice(0, 740))  # without the whole slide's corner
    back = viewer.until(lambda now: np.array_equal(now[main], plain[main]),
                        box=PICTURE)
    check(name + " is hidden again", np.array_equal(back[main], plain[main]))


def colors(viewer, reader):
    """The profile of the slide is used, or not."""
    managed = box(reader, "Colours managed (ICC)")
    check("there is a box for the profile", managed)
    for words in ("Colours as stored", "Colours managed"):
        click(viewer, managed)
        check(words, reader.until(
            lambda: words in image(reader).description))


def style(viewer, reader):
    """Details are there once an object has been read."""
    for name in LAYERS:
        click(viewer, layer(reader, name))
    check("groups are listed", reader.until(
        lambda: box(reader, "Show Outline") is not None
        or any(node.name == "Colours of Nuclei" for node in reader.walk())))
    without = nameless(reader)
    check("all of it has names", not without, *without)
    viewer.settle(box=None)
    viewer.shot("desktop-layers", box=None)


def main():
    missing = missing_tools() + missing_parts()
    if missing:
        skip("layers", "no " + ", ".join(missing))
        finish()
    with tempfile.TemporaryDirectory() as folder, ScreenReader() as reader:
        size = make(folder)
        with Viewer(folder, reader=reader) as viewer:
            viewer.wait_for_picture()
            check("layers are listed", reader.until(
                lambda: all(layer(reader, name) for name in LAYERS)))
            plain = viewer.settle(box=PICTURE)
            viewer.shot("desktop-layers-none", box=None)
            for name in LAYERS:
                show(viewer, reader, name, size, plain)
            style(viewer, reader)
            colors(viewer, reader)
    finish()


main()
