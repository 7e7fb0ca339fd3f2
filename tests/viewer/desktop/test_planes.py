# SPDX-License-Identifier: LGPL-2.1-or-later
"""A CT series as planes in the desktop viewer: by one key and back, and the
wheel goes through them."""

import os

import numpy as np

from desktop import Viewer, check, difference, finish, missing_tools, skip

CT = os.path.join(os.environ.get("VITRAIL_SAMPLES", ""), "ct")
# What warnings are written in.
WARNING = np.array((240, 181, 41))
# The three viewports, without words and marks beside the body.
BOXES = ((252, 300, 588, 700), (594, 170, 930, 700), (936, 170, 1272, 700))


def body(shot, box):
    """Width and height of what is not black; lines have colours."""
    left, top, right, bottom = box
    part = shot[top:bottom, left + 30:right - 30].astype(int)
    seen = (part.max(axis=2) > 20) & (np.ptp(part, axis=2) < 12)
    rows = np.flatnonzero(seen.any(axis=1))
    columns = np.flatnonzero(seen.any(axis=0))
    return (np.ptp(columns) + 1, np.ptp(rows) + 1) if len(rows) else (0, 0)


def is_filling(shot):
    """Whether a plane says that slices are still to come."""
    part = shot[600:752, 252:1272].astype(int)
    return bool((np.abs(part - WARNING).sum(axis=2) < 30).any())


def main():
    missing = missing_tools()
    if missing:
        skip("planes", "no " + ", ".join(missing))
        finish()
    with Viewer(CT) as viewer:
        viewer.wait_for_picture()
        images = viewer.settle(box=None)
        viewer.key("ctrl+m")

        def all_there(shot):
            return not is_filling(shot) and all(
                min(body(shot, box)) > 60 for box in BOXES)
        planes = viewer.until(all_there, box=None)
        check("three planes", all_there(planes))
        planes = viewer.settle(box=None)
        viewer.shot("desktop-planes", box=None)
        sizes = [body(planes, box) for box in BOXES]
        # 60 slices of 3 mm: 180 mm high, where the body is 200 mm deep.
        check("from the side and from the front it is as high",
              abs(sizes[1][1] - sizes[2][1]) <= 2, sizes)
        check("from the side it is as deep as from below",
              abs(sizes[1][0] - sizes[0][1]) <= 3, sizes)

        viewer.move(760, 420)
        viewer.wheel(down=20)
        viewer.until(lambda now: difference(now, planes) > 0.05, box=None)
        moved = viewer.settle(box=None)
        check("the wheel goes through one of them", difference(
            moved[170:700, 594:930], planes[170:700, 594:930]) > 0.05)
        # But for the line of that one, which moves.
        changed = (moved[170:700, 252:588] !=
                   planes[170:700, 252:588]).any(axis=(0, 2))
        check("and leaves the others alone", 0 < changed.sum() < 20,
              changed.sum())
        viewer.key("shift+x")
        viewer.move(455, 396)
        before = viewer.settle(box=None)
        viewer.tool("click", "1")
        pointed = viewer.until(lambda now: all(difference(
            now[170:700, left:right], before[170:700, left:right]) > 0.1
            for left, _, right, _ in BOXES[1:]), box=None)
        viewer.shot("desktop-crosshairs", box=None)
        # What was bright under the pointer is at the crossing of both lines.
        for name, (left, _, right, _) in zip(("side", "front"), BOXES[1:]):
            part = pointed[340:510, left:right].astype(int)
            bright = (part.min(axis=2) > 250).sum()
            check("seen from the " + name + " too", bright > 50, bright)
        viewer.key("ctrl+m")
        viewer.move(1279, 799)
        check("the images again", difference(viewer.until(
            lambda now: difference(now, images) < 0.2, box=None),
            images) < 0.2)
    finish()


main()
