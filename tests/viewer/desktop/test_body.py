# SPDX-License-Identifier: LGPL-2.1-or-later
"""A CT series as a body in the desktop viewer: alone, turned by hand, beside
its planes, and back."""

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
        viewer.shot("desktop-body", box=None)
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
