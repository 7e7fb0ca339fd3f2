# SPDX-License-Identifier: LGPL-2.1-or-later
"""A CT series as planes in the desktop viewer: by one key and back, and the
wheel goes through them; hands turn them and make them thicker."""

import os

import numpy as np

from desktop import Viewer, check, difference, finish, missing_tools, skip

CT = os.path.join(os.environ.get("VITRAIL_SAMPLES", ""), "ct")
# What warnings are written in.
WARNING = np.array((240, 181, 41))
# What lines of planes are drawn in.
AXIAL = np.array((229, 83, 75))
SAGITTAL = np.array((229, 195, 61))
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


def colored(shot, box, color):
    """Where lines of this colour are: columns and rows."""
    left, top, right, bottom = box
    part = shot[top:bottom, left:right].astype(int)
    rows, columns = np.nonzero(np.abs(part - color).max(axis=2) < 40)
    return columns + left, rows + top


def tilt(shot, box, color):
    """Degrees, clockwise, of a line that lies rather than stands."""
    columns, rows = colored(shot, box, color)
    if len(columns) < 100:
        return None
    return np.degrees(np.arctan(np.polyfit(columns, rows, 1)[0]))


def turn_and_thicken(viewer, planes):
    """With the hand, in the picture from the front: the axial plane is turned
    by a ring and made thicker by a square."""
    box = (936, 120, 1272, 730)
    middle = [np.median(colored(planes, box, AXIAL)[1]),
              np.median(colored(planes, box, SAGITTAL)[0])]
    # The viewport is as wide as what is between its neighbours' borders.
    radius = 0.36 * 336
    y, x = middle
    angle = np.radians(20)
    viewer.drag(1, (int(x + radius), int(y)),
                (int(x + radius * np.cos(angle)),
                 int(y + radius * np.sin(angle))))

    def is_turned(shot):
        now = tilt(shot, box, AXIAL)
        return now is not None and abs(now - 20) < 2
    turned = viewer.until(is_turned, box=None)
    check("a ring turns the others", is_turned(turned),
          tilt(turned, box, AXIAL))
    check("and they follow", difference(turned[170:700, 252:588],
                                        planes[170:700, 252:588]) > 1)
    viewer.shot("desktop-planes-turned", box=None)
    near = 0.2 * 336
    start = (int(x + near * np.cos(angle)), int(y + near * np.sin(angle)))
    viewer.drag(1, start, (start[0] - 10, start[1] + 30))
    thick = viewer.until(lambda now: difference(
        now[170:700, 252:588], turned[170:700, 252:588]) > 1, box=None)
    check("a square makes it thicker", difference(
        thick[170:700, 252:588], turned[170:700, 252:588]) > 1)
    viewer.shot("desktop-planes-slab", box=None)
    viewer.key("ctrl+r")

    def is_level(shot):
        now = tilt(shot, box, AXIAL)
        return now is not None and abs(now) < 0.2
    check("and all go back", is_level(viewer.until(is_level, box=None)))


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
        turn_and_thicken(viewer, pointed)
        viewer.key("ctrl+m")
        viewer.move(1279, 799)
        check("the images again", difference(viewer.until(
            lambda now: difference(now, images) < 0.2, box=None),
            images) < 0.2)
    finish()


main()
