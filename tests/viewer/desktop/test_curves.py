# SPDX-License-Identifier: LGPL-2.1-or-later
"""Colours and opacities of a body, changed by hand and by keys in the desktop
viewer, and the names of its segments."""

import os
import shutil
import sys
import tempfile

import numpy as np

from desktop import Viewer, check, difference, finish, missing_tools, skip

sys.path.insert(0, os.path.join(os.environ.get("VITRAIL_SOURCE", ""),
                                "tests", "volume"))
import segmented  # noqa: E402

# What the body takes where the panel is open; the panel.
BODY = (270, 110, 1000, 780)
PANEL = (1024, 90, 1276, 790)
# The curves in it, without words.
PLOT = (1024, 140, 1276, 332)


def is_colored(box, least=20, part=0.02):
    def holds(shot):
        left, top, right, bottom = box
        pixels = shot[top:bottom, left:right].astype(int)
        return bool((np.ptp(pixels, axis=2) > least).mean() > part)
    return holds


def find_dots(shot):
    """Centres of the white rings of points, those of opacity only."""
    left, top, right, bottom = PLOT
    white = (shot[top:bottom, left:right].min(axis=2) > 225).astype(float)
    ring = np.zeros((15, 15))
    y, x = np.mgrid[-7:8, -7:8]
    far = np.hypot(x, y)
    ring[abs(far - 4.6) < 1] = 1
    ring[abs(far - 4.6) >= 1] = -0.4
    ring[far > 7] = 0
    height, width = white.shape
    score = np.zeros((height - 14, width - 14))
    for dy in range(15):
        for dx in range(15):
            score += ring[dy, dx] * white[dy:dy + height - 14,
                                          dx:dx + width - 14]
    dots = []
    while score.max() > 10:
        y, x = np.unravel_index(np.argmax(score), score.shape)
        dots.append((int(x) + 7 + left, int(y) + 7 + top))
        score[max(y - 7, 0):y + 8, max(x - 7, 0):x + 8] = 0
    return sorted(dots)


def at_body(shot):
    left, top, right, bottom = BODY
    return shot[top:bottom, left:right]


def change(viewer):
    viewer.key("alt+t")
    viewer.until(lambda now: len(find_dots(now)) > 3, box=None)
    opened = viewer.settle(box=None)
    viewer.shot("desktop-curves", box=None)
    dots = find_dots(opened)
    check("points", len(dots) > 3, dots)
    # The highest of opacity, well above the strip of colours.
    x, y = min(dots, key=lambda dot: dot[1])
    viewer.drag(1, (x, y), (x, y + 60))
    changed = viewer.until(
        lambda now: difference(at_body(now), at_body(opened)) > 1, box=None)
    check("a point less opaque", difference(at_body(changed),
                                            at_body(opened)) > 1)
    viewer.shot("desktop-curves-changed", box=None)
    viewer.key(*["Up"] * 5)
    by_keys = viewer.until(
        lambda now: difference(at_body(now), at_body(changed)) > 0.1, box=None)
    check("keys move it", difference(at_body(by_keys), at_body(changed)) > 0.1)

    def is_another(now):
        return difference(at_body(now), at_body(by_keys)) > 0.1

    viewer.key("Delete")
    fewer = viewer.until(is_another, box=None)
    check("Delete removes it", is_another(fewer))
    viewer.key("Escape")


def main():
    missing = missing_tools()
    if missing:
        skip("curves", "no " + ", ".join(missing))
        finish()
    folder = tempfile.mkdtemp(prefix="vitrail-curves-")
    try:
        segmented.write_ct(os.path.join(folder, "ct"))
        segmented.write_seg(os.path.join(folder, "seg.dcm"))
        with Viewer(folder) as viewer:
            viewer.wait_for_picture()
            viewer.key("ctrl+b")
            body = viewer.until(is_colored(BODY), box=None)
            check("a body", is_colored(BODY)(body))
            change(viewer)
            viewer.key("alt+t", "alt+g")
            seen = viewer.until(is_colored(PANEL, 60, 0.001), box=None)
            check("names of segments", is_colored(PANEL, 60, 0.001)(seen))
            viewer.shot("desktop-segments", box=None)
            viewer.key("alt+g")
            gone = viewer.until(
                lambda now: not is_colored(PANEL, 60, 0.001)(now) and
                is_colored(BODY)(now), box=None)
            viewer.shot("desktop-segments-gone", box=None)
            check("and without", difference(gone, seen) > 0.5)
    finally:
        shutil.rmtree(folder)
    finish()


main()
