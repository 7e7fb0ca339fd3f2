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
        viewer.key("ctrl+f")
        gone = viewer.until(lambda now: difference(now, plain) < 0.1, box=None)
        check("and the same key takes it away", difference(gone, plain) < 0.1,
              difference(gone, plain))


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
