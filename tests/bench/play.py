# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which frames of a video are seen in the window: the program plays it, and the
screen is read a hundred and twenty times a second where each frame carries its
number as twelve squares. Prints frames shown of those that were due.

    play.py NAME FILE RATE SECONDS BOUND"""

import os
import subprocess
import sys
import time

import numpy as np

sys.path.insert(0, os.path.join(os.environ["VITRAIL_SOURCE"], "tests", "viewer",
                                "desktop"))
import desktop  # noqa: E402

BITS = 12
GRAB_RATE = 120


def find_strip(picture):
    """Where the squares are: (y, x of each), by the two that stay: white at
    the left, and black beside it."""
    grey = picture.mean(axis=2)
    for y in range(desktop.STAGE[1], desktop.SIZE[1] // 2, 2):
        bright = np.flatnonzero(grey[y] > 250)
        if len(bright) > 8:
            left = bright[0]
            run = 0
            while left + run < len(grey[y]) and grey[y][left + run] > 250:
                run += 1
            if run >= 8 and grey[y][left + run + run // 2] < 10:
                return y + run // 2, left, run
    return None


def read_numbers(rows, left, size):
    """Of rows of grey pixels: white, black, then the bits, lowest first."""
    centres = [left + int((k + 2.5) * size) for k in range(BITS)]
    bits = rows[:, centres] > 128
    return bits @ (1 << np.arange(BITS))


def grab(viewer, y, width, seconds):
    command = ["ffmpeg", "-v", "error", "-f", "x11grab", "-framerate",
               str(GRAB_RATE), "-draw_mouse", "0", "-video_size",
               "%dx16" % width, "-i", "%s+0,%d" % (viewer.env["DISPLAY"], y),
               "-t", str(seconds), "-fps_mode", "passthrough", "-pix_fmt", "gray", "-f", "rawvideo", "-"]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, 16, width)[:, 0]


def cpu_seconds(pid):
    with open("/proc/%d/stat" % pid, encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(path, rate, seconds):
    """Frames seen, frames due, and processor seconds a second."""
    with desktop.Viewer(path) as viewer:
        viewer.wait_for_picture()
        strip = find_strip(viewer.shot(box=None))
        if strip is None:
            viewer.shot("bench-play")
            raise SystemExit("no picture")
        y, left, size = strip
        viewer.key("c")
        time.sleep(2)
        before = cpu_seconds(viewer.program.pid)
        rows = grab(viewer, y, desktop.SIZE[0], seconds)
        busy = (cpu_seconds(viewer.program.pid) - before) / seconds
        viewer.shot("bench-play", box=None)
        viewer.key("c")
    numbers = read_numbers(rows, left, size)
    changes = numbers[np.flatnonzero(np.diff(numbers)) + 1]
    due = int(round(seconds * rate))
    if os.environ.get("VERBOSE"):
        print(list(changes[:200]))
    return min(len(changes), due), due, busy


def main():
    name, path, rate, seconds, bound = sys.argv[1:]
    desktop.SIZE = (1920, 1080)
    seen, due, busy = measure(path, float(rate), float(seconds))
    shown = seen / due * float(rate)
    print("%-32s %8.1f/s %12s %8s  %s  (%d of %d, %.0f %% of a core)" % (
        name, shown, "-", "-", bound, seen, due, busy * 100))


main()
