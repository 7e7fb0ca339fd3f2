# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which frames of a clip are seen: the program plays it in a window of 1920 x
1080, and the screen is read a hundred and twenty times a second where each
frame carries its number (playclips.py). Shown is what was seen; all of them,
each once and in order, is what was due.

    play.py FOLDER"""

import os
import subprocess
import sys
import tempfile
import time

import numpy as np

sys.path.insert(0, os.path.join(os.environ["VITRAIL_SOURCE"], "tests", "viewer",
                                "desktop"))
import desktop  # noqa: E402
from playclips import BITS, RATE, make_echo, make_video  # noqa: E402

GRAB_RATE = 120
SECONDS = 8
GRAB_ROWS = 16


def find_strip(picture):
    """Where the squares are: the middle row, the left edge and the side."""
    grey = picture.mean(axis=2)
    for y in range(desktop.STAGE[1], desktop.SIZE[1] // 2, 2):
        bright = np.flatnonzero(grey[y] > 250)
        if len(bright) < 9:
            continue
        left = bright[0]
        dark = np.flatnonzero(grey[y][left:] < 200)
        side = dark[0] if len(dark) else 0
        if side >= 8 and grey[y][left + side + side // 2] < 10:
            return y + side // 4, left, side
    return None


def read_numbers(rows, left, side):
    centres = [left + int((k + 2.5) * side) for k in range(BITS)]
    return (rows[:, centres] > 128) @ (1 << np.arange(BITS))


def grab(viewer, y, width, seconds):
    command = ["ffmpeg", "-v", "error", "-f", "x11grab", "-framerate",
               str(GRAB_RATE), "-draw_mouse", "0", "-video_size",
               "%dx%d" % (width, GRAB_ROWS), "-i",
               "%s+0,%d" % (viewer.env["DISPLAY"], y), "-t", str(seconds),
               "-fps_mode", "passthrough", "-pix_fmt", "gray", "-f", "rawvideo",
               "-"]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, GRAB_ROWS, width)[:, 0]


def cpu_seconds(pid):
    with open("/proc/%d/stat" % pid, encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(path):
    """Frames seen, frames due, and processor seconds a second."""
    with desktop.Viewer(path) as viewer:
        viewer.wait_for_picture()
        strip = find_strip(viewer.shot(box=None))
        if strip is None:
            viewer.shot("bench-play", box=None)
            raise SystemExit("%s: no picture" % path)
        y, left, side = strip
        viewer.key("c")
        time.sleep(2)
        before = cpu_seconds(viewer.program.pid)
        rows = grab(viewer, y, desktop.SIZE[0], SECONDS)
        busy = (cpu_seconds(viewer.program.pid) - before) / SECONDS
        viewer.shot("bench-play", box=None)
        viewer.key("c")
    numbers = read_numbers(rows, left, side)
    seen = numbers[np.flatnonzero(np.diff(numbers)) + 1]
    if os.environ.get("VITRAIL_BENCH_VERBOSE"):
        print(list(seen))
    due = SECONDS * RATE
    return min(len(seen), due), due, busy


def print_rate(name, path, bound):
    seen, due, busy = measure(path)
    print("%-32s %8.1f/s %12s %8s  %s  (%d of %d, %.0f %% of a core)" % (
        name, seen / due * RATE, "-", "-", bound, seen, due, busy * 100),
        flush=True)


def print_open(name, path, bound):
    times = []
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "a.png")
        for _ in range(20):
            start = time.perf_counter()
            subprocess.run([os.environ["VITRAIL"], "render", "--frame", "1",
                            "-o", out, path], check=True)
            times.append(time.perf_counter() - start)
    print("%-32s %8.1f ms %12s %8s  %s" % (name, 1e3 * min(times), "-", "-",
                                          bound), flush=True)


def main():
    folder = sys.argv[1]
    make_video(folder)
    make_echo(folder)
    desktop.SIZE = (1920, 1080)
    # A frame less in eight seconds is one that was read at the wrong moment.
    for name, file, bound in (
            ("1080p60 H.264, Cairo", "hd.dcm", ">= 59.8/s"),
            ("US 800x600 JPEG, 60/s", "us-jpeg.dcm", ">= 59.8/s"),
            ("US 800x600 RLE, 60/s", "us-rle.dcm", ">= 59.8/s")):
        print_rate(name, os.path.join(folder, file), bound)
    os.environ["GSK_RENDERER"] = "gl"
    print_rate("1080p60 H.264, llvmpipe", os.path.join(folder, "hd.dcm"),
               ">= 40/s")
    del os.environ["GSK_RENDERER"]
    for name, file in (("US JPEG, open to a PNG", "us-jpeg.dcm"),
                       ("US RLE, open to a PNG", "us-rle.dcm")):
        print_open(name, os.path.join(folder, file), "<= 80 ms")


main()
