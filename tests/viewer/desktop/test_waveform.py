# SPDX-License-Identifier: LGPL-2.1-or-later
"""An ECG in the desktop viewer: its page, larger, other leads, along in time."""

import os
import subprocess
import tempfile

from desktop import Viewer, check, finish, missing_tools, skip

MAKE = os.path.join(os.environ["VITRAIL_SOURCE"], "tests", "viewer",
                    "make-ecg.py")


def is_paper(shot):
    """White and red squares, black lines: hardly anything else."""
    light = (shot.min(axis=2) > 120) & (shot[..., 0] > 230)
    return light.mean() > 0.5


def is_blue(shot):
    """Lines of a caliper."""
    blue = shot[..., 2].astype(int) - shot[..., 0] > 80
    return blue.sum() > 200


def is_wide(shot):
    """Nothing of the viewport's black at the left and right."""
    return shot[:, 3].mean() > 200 and shot[:, -4].mean() > 200


def changed_from(before):
    return lambda now: now.shape == before.shape and (now != before).any()


def main():
    if missing_tools():
        skip("desktop", "no " + ", ".join(missing_tools()))
        finish()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["/usr/bin/python3", "-W", "ignore", MAKE,
                        os.path.join(folder, "ecg.dcm")], check=True)
        with Viewer(folder) as viewer:
            page = viewer.until(is_paper)
            check("an ECG is a page of paper", is_paper(page))
            page = viewer.settle()
            viewer.shot("desktop-waveform", box=None)
            # Along the lowest row, which is lead II over the whole width.
            viewer.drag(1, (450, 642), (608, 611))
            caliper = viewer.until(is_blue)
            check("a drag lays a caliper", is_blue(caliper))
            viewer.shot("desktop-caliper", box=None)
            viewer.key("ctrl+0")
            check("which goes again",
                  (viewer.until(lambda now: (now == page).all()) == page).all())
            viewer.key("plus")
            viewer.key("plus")
            check("larger it fills the viewport", is_wide(viewer.until(is_wide)))
            viewer.key("equal")
            check("and fits again",
                  (viewer.until(lambda now: (now == page).all()) == page).all())
            viewer.key("ctrl+4")
            rows = viewer.until(changed_from(page))
            check("twelve rows", is_paper(rows) and (rows != page).any())
            viewer.key("ctrl+2")
            viewer.until(lambda now: (now == page).all())
            viewer.key("ctrl+shift+Right")
            first = viewer.until(changed_from(page))
            check("twice as fast", (first != page).any())
            first = viewer.settle()
            viewer.key("End")
            last = viewer.until(changed_from(first))
            check("the end of it", (last != first).any())
    finish()


main()
