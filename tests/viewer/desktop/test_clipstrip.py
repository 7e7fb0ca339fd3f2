# SPDX-License-Identifier: LGPL-2.1-or-later
"""Small pictures of a video below it: each is that of its frame, a click and a
drag go there, the one that is shown is marked, and a key hides them all."""

import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np

from desktop import STAGE, Viewer, check, finish, missing_tools, skip

W, H, N, SQUARE, BITS = 320, 96, 60, 32, 10
# The strip: its pictures are 80 x 60, so many in so many pixels.
LEFT, RIGHT = STAGE[0] - 7, 1274
PICTURE = (80, 60)
ACCENT = np.array([91, 157, 255])
BACKGROUND = np.array([22, 24, 29])


def read_bits(picture, left, top, square):
    number = 0
    for bit in range(BITS):
        x = int(left + (bit + 0.5) * square)
        if picture[int(top + 0.75 * square), x].mean() > 128:
            number |= 1 << bit
    return number + 1


class Strip:
    """The strip as it is in a picture of the window."""

    def __init__(self, window):
        self.window = window
        is_mark = (np.abs(window[600:775, 250:].astype(int) - ACCENT)
                   .max(2) < 12)
        rows = np.flatnonzero(is_mark.sum(1) >= 80) + 600
        columns = np.flatnonzero(is_mark.sum(0) >= 60) + 250
        self.found = len(rows) >= 4 and len(columns) >= 4
        if not self.found:
            return
        self.top = rows[0] + 2
        self.marked = columns[0] + 2

    def lefts(self):
        """Where pictures begin: black beside the background, all the way."""
        row = self.window[self.top + 2].astype(int)
        is_gap = np.abs(row - BACKGROUND).max(1) < 4
        is_gap |= np.abs(row - ACCENT).max(1) < 12
        starts = [x + 1 for x in range(246, 1275)
                  if is_gap[x] and not is_gap[x + 1]]
        return [x for x in starts
                if not is_gap[x:x + PICTURE[0]].any() and
                x + PICTURE[0] < 1279]

    def number(self, left):
        return read_bits(self.window, left, self.top + 18, SQUARE / 4)


def shown(window):  # 0: it is not to be seen
    """The number in the large picture above the strip."""
    strip = Strip(window)
    if not strip.found:
        return 0
    stage = window[STAGE[1]:strip.top - 10, STAGE[0]:STAGE[2]]
    bright = np.flatnonzero(stage[:, :].max(2).mean(1) > 40)
    if len(bright) < 100:
        return 0
    width = STAGE[2] - STAGE[0]
    scale = width / W
    top = STAGE[1] + (stage.shape[0] - H * scale) / 2
    return read_bits(window, STAGE[0], top, SQUARE * scale)


def is_marked(window, number):
    strip = Strip(window)
    return strip.found and strip.number(strip.marked) == number


def check_strip(viewer):
    def until(condition):
        return viewer.until(condition, box=None)

    def all_there(window):
        strip = Strip(window)
        if not strip.found:
            return False
        numbers = [strip.number(left) for left in strip.lefts()]
        return len(numbers) >= 8 and numbers == even(len(numbers))
    viewer.wait_for_picture()
    viewer.key("shift+t")
    window = until(all_there)
    viewer.shot("desktop-clipstrip")
    strip = Strip(window)
    check("a strip", strip.found)
    lefts = strip.lefts()
    numbers = [strip.number(left) for left in lefts]
    check("each picture is that of its frame, evenly from the first to the "
          "last", len(numbers) >= 8 and numbers == even(len(numbers)), numbers)
    check("the first is marked", is_marked(window, 1) and shown(window) == 1,
          shown(window))

    def click(index):
        viewer.move(int(lefts[index]) + 40, int(strip.top) + 30)
        viewer.tool("click", 1)
        return until(lambda now: is_marked(now, numbers[index]) and
                     shown(now) == numbers[index])
    for index in (5, 2, len(numbers) - 1):
        window = click(index)
        check("a click goes to picture %d" % index,
              shown(window) == numbers[index] and
              is_marked(window, numbers[index]), shown(window), numbers[index])
    middle = int(lefts[3] + lefts[4] + PICTURE[0]) // 2
    viewer.drag(1, (int(lefts[0]) + 40, int(strip.top) + 30),
                (middle, int(strip.top) + 30))
    between = (numbers[3] + numbers[4]) / 2
    window = until(lambda now: abs(shown(now) - between) <= 1)
    viewer.shot("desktop-clipstrip-drag")
    check("a drag goes to a frame between two pictures",
          abs(shown(window) - between) <= 1, shown(window), between)
    viewer.key("shift+t")
    window = until(lambda now: not Strip(now).found)
    check("its key hides it", not Strip(window).found)
    viewer.key("shift+t")
    window = until(all_there)
    check("and shows it again", all_there(window))


def even(n):
    return [1 + int(i * (N - 1) / (n - 1) + 0.5) for i in range(n)]


def main():
    if missing_tools() or shutil.which("ffmpeg") is None:
        skip("desktop", "no " + ", ".join([*missing_tools(), "or ffmpeg"]))
        finish()
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                          "..", "support", "videos.py")
    with tempfile.TemporaryDirectory(prefix="vitrail-strip-") as folder:
        subprocess.run([sys.executable, script, folder, "strip"], check=True)
        with Viewer(os.path.join(folder, "h264", "a.mp4.dcm")) as viewer:
            check_strip(viewer)
    finish()


main()
