# SPDX-License-Identifier: LGPL-2.1-or-later
"""An angiogram in the desktop viewer: without its mask, as it is, and the mask
moved."""

import os
import subprocess
import tempfile

from desktop import Viewer, check, finish, missing_tools, skip

MAKE = os.path.join(os.environ["VITRAIL_SOURCE"], "tests", "mask",
                    "masktruth.py")


def changed_from(before):
    return lambda now: now.shape == before.shape and (now != before).any()


def main():
    if missing_tools():
        skip("desktop", "no " + ", ".join(missing_tools()))
        finish()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["/usr/bin/python3", "-W", "ignore", MAKE, folder,
                        "vessel"], check=True)
        with Viewer(folder) as viewer:
            viewer.until(lambda now: now.max() > 200)
            viewer.key("End")
            viewer.settle()
            subtracted = viewer.settle()
            viewer.shot("desktop-mask", box=None)
            viewer.key("shift+s")
            natural = viewer.until(changed_from(subtracted))
            check("as it is", (natural != subtracted).any())
            natural = viewer.settle()
            viewer.shot("desktop-mask-off", box=None)
            viewer.key("shift+s")
            again = viewer.until(lambda now: (now == subtracted).all())
            check("without its mask again", (again == subtracted).all())
            viewer.key("alt+Right")
            moved = viewer.until(changed_from(subtracted))
            check("the mask moves", (moved != subtracted).any())
    finish()


main()
