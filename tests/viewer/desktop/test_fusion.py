# SPDX-License-Identifier: LGPL-2.1-or-later
"""A PET over the planes of a CT in the desktop viewer: by one key, where a
registration says; its opacity by keys; and why not, in words."""

import os
import subprocess
import sys
import tempfile

import numpy as np
import pydicom

from desktop import Viewer, check, difference, finish, missing_tools, skip

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..",
                    "elements", "fusiondata.py")
# Where planes are while the panel of layers is at the right, and where it is.
PLANES = (252, 170, 1016, 700)
PANEL = (1024, 94, 1276, 752)
# Where words come.
MESSAGE = (400, 58, 1130, 200)


def colored(box):
    """How many pixels glow: hot iron."""
    def count(shot):
        left, top, right, bottom = box
        part = shot[top:bottom, left:right].astype(int)
        glows = ((part[..., 0] > part[..., 2] + 60) & (part[..., 0] > 120)
                 & (part[..., 1] < part[..., 0] - 10))
        # Lines are thin.
        return int((glows[4:-4, 4:-4] & glows[:-8, 4:-4] & glows[8:, 4:-4] &
                    glows[4:-4, :-8] & glows[4:-4, 8:]).sum())
    return count


def make_data(folder):
    subprocess.run([sys.executable, DATA, os.path.join(folder, "d")],
                   check=True)
    return [os.path.join(folder, "d", name)
            for name in ("ct", "moved", "one.dcm")]


def show_layer(paths):
    glow = colored(PLANES)
    with Viewer(*paths) as viewer:
        viewer.wait_for_picture()
        viewer.key("ctrl+m")
        plain = viewer.until(lambda now: glow(now) < 20, box=None)
        viewer.key("ctrl+f")
        fused = viewer.until(lambda now: glow(now) > 60, box=None)
        viewer.shot("desktop-fusion", box=None)
        check("it glows over the planes", glow(fused) > 60, glow(fused))
        left, top, right, bottom = PANEL
        check("beside them stands what it is", np.ptp(
            fused[top:bottom, left:right].astype(int)) > 150)
        viewer.key("ctrl+comma", "ctrl+comma", "ctrl+comma", "ctrl+comma",
                   "ctrl+comma")
        faint = viewer.until(lambda now: glow(now) < 20, box=None)
        check("keys make it fainter", glow(faint) < 20, glow(faint))
        viewer.key("ctrl+period", "ctrl+period", "ctrl+period", "ctrl+period",
                   "ctrl+period", "ctrl+period", "ctrl+period")
        strong = viewer.until(lambda now: glow(now) > 60, box=None)
        check("and stronger", glow(strong) > 60, glow(strong))
        move_by_hand(viewer, strong)
        viewer.key("ctrl+f")
        gone = viewer.until(lambda now: difference(now, plain) < 0.1, box=None)
        check("and the same key takes it away", difference(gone, plain) < 0.1,
              difference(gone, plain))


def find_glow(shot, box):
    """Its middle, in pixels of the screen; None where there is none."""
    left, top, right, bottom = box
    part = shot[top:bottom, left:right].astype(int)
    # Blue around it is in colour too; lines are thin.
    color = np.ptp(part, axis=2) > 60
    inner = color[5:-5, 5:-5].copy()
    for d in range(-5, 6):
        inner &= color[5 + d:color.shape[0] - 5 + d, 5:-5]
        inner &= color[5:-5, 5 + d:color.shape[1] - 5 + d]
    y, x = np.nonzero(inner)
    x, y = x + 5, y + 5
    return (x.mean() + left, y.mean() + top) if len(x) > 40 else None


def move_by_hand(viewer, before):
    """In the first plane; then back by a key."""
    left, top, right, bottom = PLANES
    first = (left, top, left + (right - left) // 3, bottom)
    x, y = map(int, find_glow(before, first))

    def is_moved(now):
        at = find_glow(now, first)
        return at is not None and abs(at[0] - x + 30) < 6 and \
            abs(at[1] - y - 25) < 6

    viewer.key("alt+f")
    viewer.drag(1, (x, y), (x - 30, y + 25))
    moved = viewer.until(is_moved, box=None)
    viewer.shot("desktop-fusion-moved", box=None)
    check("a hand moves it", is_moved(moved), find_glow(moved, first), (x, y))
    viewer.key("ctrl+alt+z")
    back = viewer.until(lambda now: difference(now, before) < 0.5, box=None)
    check("and a key brings it back", find_glow(back, first) is not None and
          abs(find_glow(back, first)[0] - x) < 3)
    viewer.key("w")


def thin_out(folder):
    """A CT that hides little of what is in it: only its core is bone."""
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        image = pydicom.dcmread(path)
        image.RescaleIntercept = -19000
        image.save_as(path)


def show_in_body(paths):
    thin_out(paths[0])
    glow = colored(PLANES)
    with Viewer(*paths) as viewer:
        viewer.wait_for_picture()
        viewer.key("ctrl+b")
        plain = viewer.settle(box=None)
        before = glow(plain)
        viewer.key("ctrl+f")
        fused = viewer.until(lambda now: glow(now) > before + 60, box=None)
        viewer.shot("desktop-fusion-body", box=None)
        check("it glows in the body", glow(fused) > before + 60,
              (before, glow(fused)))
        viewer.key("ctrl+f")
        gone = viewer.until(lambda now: difference(now, plain) < 0.1, box=None)
        check("and goes from it", difference(gone, plain) < 0.1)


def refuse_layer(paths):
    left, top, right, bottom = MESSAGE
    with Viewer(*paths) as viewer:
        viewer.wait_for_picture()
        viewer.key("ctrl+m")
        viewer.key("ctrl+r")
        plain = viewer.settle(box=None)[top:bottom, left:right]
        viewer.key("ctrl+f")
        told = viewer.until(lambda now: difference(
            now[top:bottom, left:right], plain) > 8, box=None)
        viewer.shot("desktop-fusion-refused", box=None)
        check("why not is told", difference(
            told[top:bottom, left:right], plain) > 8)


def main():
    missing = missing_tools()
    if missing:
        skip("fusion", "no " + ", ".join(missing))
        finish()
    with tempfile.TemporaryDirectory() as folder:
        paths = make_data(folder)
        show_layer(paths)
        refuse_layer(paths[:2])
        show_in_body(paths)
    finish()


main()
