# SPDX-License-Identifier: LGPL-2.1-or-later
"""A CT series in the desktop viewer: wheel, window, zoom, pan, keys, layout."""

import os
import tempfile

import numpy as np

from desktop import Viewer, check, difference, finish, missing_tools, skip

CT = os.path.join(os.environ.get("VITRAIL_SAMPLES", ""), "ct")
MIDDLE = (760, 420)
# Elements that must be in the graphs of the running viewer.
ELEMENTS = ("dicomfilesrc", "dcmdecode", "feedsink", "feedsrc",
            "viewtransform", "dcmwindow", "vitrailpaintablesink")


def same(a, b):
    return np.array_equal(a, b)


def hands(viewer):
    first = viewer.wait_for_picture()
    viewer.shot("desktop-ct")
    check("a picture", first.std() > 20, first.mean())

    viewer.move(*MIDDLE)
    viewer.wheel(down=3)
    scrolled = viewer.until(lambda now: difference(now, first) > 0.1)
    check("the wheel scrolls", difference(scrolled, first) > 0.1)
    viewer.wheel(down=-3)
    check("and back: the same picture",
          same(viewer.until(lambda now: same(now, first)), first))

    viewer.drag(1, MIDDLE, (MIDDLE[0] - 100, MIDDLE[1] - 60))
    windowed = viewer.until(lambda now: difference(now, first) > 3)
    check("left drag changes the window", difference(windowed, first) > 3)
    viewer.drag(3, MIDDLE, (MIDDLE[0], MIDDLE[1] - 100))
    zoomed = viewer.until(lambda now: difference(now, windowed) > 3)
    viewer.shot("desktop-ct-zoomed")
    viewer.drag(2, MIDDLE, (MIDDLE[0] + 80, MIDDLE[1] + 40))
    panned = viewer.until(lambda now: difference(now, zoomed) > 3)
    # Away from the corner texts, which stay.
    moved = difference(panned[200:500, 300:800], zoomed[160:460, 220:720])
    check("right drag zooms, middle drag pans", moved < 1.5, moved)
    viewer.key("space")
    check("space resets",
          same(viewer.until(lambda now: same(now, first)), first))


def keys(viewer):
    first = viewer.settle()
    viewer.key("i")
    inverted = viewer.until(lambda now: now.mean() > first.mean() + 50)
    check("i inverts", inverted.mean() > first.mean() + 50, inverted.mean())
    viewer.key("i")
    viewer.until(lambda now: same(now, first))
    viewer.key("h")
    mirrored = viewer.until(lambda now: difference(now, first) > 1)
    check("h mirrors", difference(mirrored[250:400, 250:770],
                                  first[250:400, 250:770]) > 3)
    viewer.key("h", "r", "l", "plus", "equal")
    check("and what is undone is undone",
          same(viewer.until(lambda now: same(now, first)), first))
    viewer.key("2")
    lung = viewer.until(lambda now: difference(now, first) > 5)
    viewer.shot("desktop-ct-lung")
    check("2 shows the lungs", difference(lung, first) > 5)
    viewer.key("space", "Home", "Down", "Up", "End", "c")
    viewer.settle()
    viewer.key("c", "space")
    check("keys do no harm", viewer.program.poll() is None)


def layout(viewer):
    viewer.key("s")
    folded = viewer.until(lambda now: now[400, 100].sum() < 60, box=None)
    check("s folds the panel", folded[400, 100].sum() < 60, folded[400, 100])
    viewer.key("s")
    viewer.settle()
    # The layout button, then "Four".
    viewer.move(515, 71)
    viewer.tool("click", 1)
    viewer.settle(box=None)
    viewer.key("Down", "Down", "Down", "Return")
    viewer.settle(box=None)
    viewer.shot("desktop-layout")
    check("four viewports", viewer.program.poll() is None)
    viewer.tool("windowsize", "--sync", viewer.window, 1024, 700)
    small = viewer.settle(box=(0, 0, 1024, 700))
    viewer.shot("desktop-small")
    check("fits 1024 x 700", small[680, 1000].sum() > 0)


def main():
    if missing_tools():
        skip("desktop", "no " + ", ".join(missing_tools()))
        finish()
    with tempfile.TemporaryDirectory() as dots:
        with Viewer(CT, dots=dots) as viewer:
            hands(viewer)
            keys(viewer)
            layout(viewer)
        graphs = "".join(open(os.path.join(dots, name)).read()
                         for name in os.listdir(dots))
        absent = [name for name in ELEMENTS if name not in graphs]
        check("the graphs show the elements of gst-launch", not absent, absent,
              os.listdir(dots))
    finish()


main()
