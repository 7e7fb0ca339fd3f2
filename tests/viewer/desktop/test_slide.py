# SPDX-License-Identifier: LGPL-2.1-or-later
"""Slides in the desktop viewer, TIFF and DICOM: wheel zooms, drag pans."""

import os

from desktop import Viewer, check, difference, finish, missing_tools, skip

SLIDES = os.path.join(os.environ.get("VITRAIL_SAMPLES", ""), "slide")
MIDDLE = (760, 420)


def look(path, name):
    with Viewer(path) as viewer:
        viewer.wait_for_picture()
        viewer.key("t")  # folds the panel at the right
        first = viewer.settle()
        check(name + ": a picture", first.std() > 20, first.std())
        viewer.shot("desktop-%s" % name)
        viewer.move(*MIDDLE)
        viewer.wheel(down=-4)
        zoomed = viewer.until(lambda now: difference(now, first) > 5)
        viewer.shot("desktop-%s-zoomed" % name)
        check(name + ": the wheel zooms", difference(zoomed, first) > 5)
        viewer.drag(1, MIDDLE, (MIDDLE[0] + 100, MIDDLE[1] + 50))
        panned = viewer.until(lambda now: difference(now, zoomed) > 3)
        moved = difference(panned[150:550, 200:900], zoomed[100:500, 100:800])
        stayed = difference(panned, zoomed)
        check(name + ": drag pans", moved < stayed / 3, moved, stayed)
        viewer.key("space")
        check(name + ": space resets",
              difference(viewer.until(
                  lambda now: difference(now, first) < 0.01), first) < 0.01)


def main():
    if missing_tools():
        skip("desktop", "no " + ", ".join(missing_tools()))
        finish()
    look(os.path.join(SLIDES, "biopsy.svs"), "slide")
    look(os.path.join(SLIDES, "dicom"), "slide-dicom")
    finish()


main()
