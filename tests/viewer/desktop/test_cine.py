# SPDX-License-Identifier: LGPL-2.1-or-later
"""An echo cine in the desktop viewer: plays, loops, stops."""

import os
import time

import numpy as np

from desktop import Viewer, check, finish, missing_tools, skip

US = os.path.join(os.environ.get("VITRAIL_SAMPLES", ""), "us")


def main():
    if missing_tools():
        skip("desktop", "no " + ", ".join(missing_tools()))
        finish()
    with Viewer(US) as viewer:
        first = viewer.wait_for_picture()
        check("a colour picture", first.std() > 10)
        viewer.key("c")
        shots = []
        for i in range(8):
            time.sleep(0.1)
            shots.append(viewer.shot("desktop-cine" if i == 4 else None))
        different = sum(not np.array_equal(a, b)
                        for a, b in zip(shots, shots[1:]))
        check("c plays", different >= 5, different)
        viewer.key("c")
        stopped = viewer.settle()
        time.sleep(0.5)
        check("c stops", np.array_equal(viewer.shot(), stopped))
        viewer.key("Home")
        check("Home: the first frame again",
              np.array_equal(
                  viewer.until(lambda now: np.array_equal(now, first)), first))
    finish()


main()
