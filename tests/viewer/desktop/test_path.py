# SPDX-License-Identifier: LGPL-2.1-or-later
"""A path drawn by hand in a plane of a CT, and the body along it, laid
straight."""

import os

import numpy as np

from desktop import Viewer, check, difference, finish, missing_tools, skip

CT = os.path.join(os.environ.get("VITRAIL_SAMPLES", ""), "ct")
# What the path is drawn in.
PINK = np.array((255, 115, 217))
# The four viewports: axial, sagittal, coronal, along the path.
AXIAL, SAGITTAL, CORONAL, ALONG = (
    (254, 96, 758, 420), (764, 96, 1270, 420),
    (254, 428, 758, 750), (764, 428, 1270, 750))
POINTS = ((440, 220), (490, 190), (560, 215), (590, 290))


def cut(shot, box):
    left, top, right, bottom = box
    return shot[top:bottom, left:right].astype(int)


def is_pink(shot, box):
    """How much of a viewport is of the path."""
    return int((np.abs(cut(shot, box) - PINK).max(axis=2) < 30).sum())


def is_seen(shot):
    """How much of what is along the path has a picture, without corners."""
    left, top, right, bottom = ALONG
    part = cut(shot, (left + 30, top + 70, right - 30, bottom - 70))
    return float((part.max(axis=2) > 20).mean())


def draw(viewer):
    viewer.key("ctrl+shift+p")
    viewer.until(lambda shot: (cut(shot, AXIAL).max(axis=2) > 60).mean() > 0.1
                 and (cut(shot, CORONAL).max(axis=2) > 60).mean() > 0.05,
                 box=None)
    viewer.settle(box=None)
    viewer.shot("desktop-path-none", box=None)
    for n, (x, y) in enumerate(POINTS):
        before = is_pink(viewer.shot(box=None), AXIAL)
        viewer.move(x, y)
        viewer.tool("click", "1")
        viewer.until(lambda shot: is_pink(shot, AXIAL) > before, box=None)
    there = viewer.until(lambda shot: is_seen(shot) > 0.2, box=None)
    check("what is along the path is seen", is_seen(there) > 0.2,
          is_seen(there))
    viewer.move(1279, 799)
    return viewer.settle(box=None)


def main():
    missing = missing_tools()
    if missing:
        skip("path", "no " + ", ".join(missing))
        finish()
    with Viewer(CT) as viewer:
        viewer.wait_for_picture()
        images = viewer.settle(box=None)
        drawn = draw(viewer)
        viewer.shot("desktop-path", box=None)
        check("the path is bright in its plane", is_pink(drawn, AXIAL) > 200,
              is_pink(drawn, AXIAL))
        viewer.drag(1, POINTS[1], (POINTS[1][0] + 20, POINTS[1][1] + 60))
        moved = viewer.until(lambda shot: difference(
            cut(shot, ALONG), cut(drawn, ALONG)) > 1, box=None)
        check("a point that is moved moves what is seen", difference(
            cut(moved, ALONG), cut(drawn, ALONG)) > 1)
        viewer.move(1000, 600)
        viewer.wheel(down=4)
        turned = viewer.until(lambda shot: difference(
            cut(shot, ALONG), cut(moved, ALONG)) > 1, box=None)
        check("the wheel turns it", difference(
            cut(turned, ALONG), cut(moved, ALONG)) > 1)
        viewer.settle(box=None)
        viewer.shot("desktop-path-turned", box=None)
        viewer.key("ctrl+shift+p")
        viewer.move(1279, 799)
        again = viewer.until(lambda now: difference(now, images) < 0.2,
                             box=None)
        check("the images again", difference(again, images) < 0.2)
    finish()


main()
