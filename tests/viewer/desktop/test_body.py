# SPDX-License-Identifier: LGPL-2.1-or-later
"""A CT series as a body in the desktop viewer: alone, turned by hand, cropped
and cut, beside its planes, and back."""

import os

import numpy as np

from desktop import Viewer, check, difference, finish, missing_tools, skip

CT = os.path.join(os.environ.get("VITRAIL_SAMPLES", ""), "ct")
# The middle of the viewport, and its lower right quarter: no words there.
MIDDLE = (500, 200, 1020, 640)
QUARTER = (860, 500, 1180, 690)


def is_colored(box):
    """Bone and flesh have colours, images have none."""
    def holds(shot):
        left, top, right, bottom = box
        part = shot[top:bottom, left:right].astype(int)
        return bool((np.ptp(part, axis=2) > 40).mean() > 0.02)
    return holds


# Within the body, seen from the front.
CUT = (640, 320, 740, 420)


def has_nothing(box):
    def holds(shot):
        left, top, right, bottom = box
        return shot[top:bottom, left:right].max() < 12
    return holds


def crop_and_cut(viewer, body):
    """A handle of the box, and a shape that is drawn with the hand."""
    viewer.key("alt+c")
    box = viewer.until(lambda now: difference(now, body) > 0.05, box=None)
    viewer.shot("desktop-body-box", box=None)
    # The handle of the box's left face is in the middle of its height.
    line = box[250:560, 260:700].astype(int)
    blue = (line[:, :, 2] - line[:, :, 0] > 90).sum(axis=0)
    edge = 260 + int(np.argmax(blue))
    rows = np.flatnonzero(box[100:740, edge, 2].astype(int) -
                          box[100:740, edge, 0] > 90) + 100
    middle = int(rows[0] + rows[-1]) // 2
    viewer.drag(1, (edge, middle), (edge + 60, middle + 5))
    side = (edge - 6, 200, edge + 50, 560)
    cropped = viewer.until(has_nothing(side), box=None)
    check("a handle crops", has_nothing(side)(cropped))
    viewer.shot("desktop-body-cropped", box=None)
    viewer.key("ctrl+z", "alt+x")
    left, top, right, bottom = CUT
    viewer.drag(1, (left - 4, top - 4), (right + 4, top - 4),
                (right + 4, bottom + 4), (left - 4, bottom + 4),
                while_down=lambda: viewer.shot("desktop-body-shape", box=None))
    cut = viewer.until(has_nothing(CUT), box=None)
    check("scissors cut", has_nothing(CUT)(cut) and
          difference(cut, body) < 10)
    viewer.key("ctrl+shift+r", "w")
    whole = viewer.until(lambda now: difference(now, body) < 0.002, box=None)
    check("and the body is whole again", difference(whole, body) < 0.002)


def main():
    missing = missing_tools()
    if missing:
        skip("body", "no " + ", ".join(missing))
        finish()
    with Viewer(CT) as viewer:
        viewer.wait_for_picture()
        images = viewer.settle(box=None)
        check("images are grey", not is_colored(MIDDLE)(images))
        viewer.key("ctrl+b")
        body = viewer.until(is_colored(MIDDLE), box=None)
        check("a body", is_colored(MIDDLE)(body))
        body = viewer.settle(box=None)
        viewer.shot("desktop-body", box=None)
        crop_and_cut(viewer, body)
        viewer.drag(1, (700, 400), (840, 430))
        turned = viewer.until(lambda now: difference(now, body) > 0.5,
                              box=None)
        check("the hand turns it", difference(turned, body) > 0.5 and
              is_colored(MIDDLE)(turned))
        viewer.key("ctrl+shift+m")
        both = viewer.until(is_colored(QUARTER), box=None)
        check("beside its planes", is_colored(QUARTER)(both))
        viewer.shot("desktop-body-planes", box=None)
        viewer.key("ctrl+shift+m")
        back = viewer.until(lambda now: not is_colored(QUARTER)(now) and
                            difference(now, images) < 0.002, box=None)
        check("and back to the images", difference(back, images) < 0.002)
    finish()


main()
