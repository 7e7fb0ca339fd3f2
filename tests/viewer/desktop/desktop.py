# SPDX-License-Identifier: LGPL-2.1-or-later
"""The desktop viewer on a display of its own, driven as hands drive it.

    with Viewer(PATH) as viewer:
        viewer.wait_for_picture()
        viewer.wheel(down=1)

Pictures go to build/screenshots, to be looked at. Leaving the block closes the
window by its key and checks how the program ended."""

import os
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np
from PIL import ImageGrab

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "service"))
from harness import check, finish, skip  # noqa: E402,F401

BUILD = os.environ["VITRAIL_BUILD"]
SHOTS = os.path.join(BUILD, "screenshots")
SIZE = (1280, 800)
# Where the picture is with the panel open: left, top, right, bottom.
STAGE = (252, 94, 1272, 752)
TOOLS = ("Xvfb", "xdotool")


def missing_tools():
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def difference(a, b):
    """Mean absolute difference of two pictures, 0 to 255."""
    return float(np.abs(a.astype(int) - b.astype(int)).mean())


class Viewer:
    def __init__(self, *paths, dots=None, reader=None):
        self.paths = paths
        self.dots = dots
        self.reader = reader

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="vitrail-desktop-")
        self.errors = open(os.path.join(self.folder, "stderr"), "w+b")
        self.program = None
        display = self.start_server()
        try:
            self.start_program(display)
        except BaseException:  # what was started outlives nobody
            self.stop()
            raise
        return self

    def start_server(self):
        """A display; its name. It must not begin anew when its last client
        leaves (-noreset): whoever connects meanwhile is turned away."""
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0",
             "%dx%dx24" % SIZE, "-nolisten", "tcp", "-noreset"],
            pass_fds=[write], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as stream:
            number = stream.readline().strip()
        if not number:
            self.stop()
            raise RuntimeError("Xvfb has not started")
        return ":" + number

    def start_program(self, display):
        self.env = dict(os.environ, DISPLAY=display, GDK_BACKEND="x11",
                        GTK_A11Y="none",
                        XDG_CACHE_HOME=self.folder,
                        XDG_DATA_HOME=os.path.join(self.folder, "data"),
                        LC_ALL="C.UTF-8",
                        DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent",
                        GSETTINGS_BACKEND="memory")
        # A registry that has yet to be made loads every plugin there is, those
        # for GTK 3 too: not into this program.
        self.env.pop("GST_REGISTRY_FORK", None)
        if self.reader:
            del self.env["GTK_A11Y"]
            self.env.update(self.reader.env)
        if self.dots:
            self.env["GST_DEBUG_DUMP_DOT_DIR"] = self.dots
        self.program = subprocess.Popen(
            [os.environ["VITRAIL"], "view", *self.paths], env=self.env,
            stderr=self.errors)
        self.window = self.find_window()
        self.tool("windowfocus", "--sync", self.window)
        # Where nothing lies under it: menus mark what does.
        self.move(SIZE[0] - 1, SIZE[1] - 1)

    def __exit__(self, kind, error, trace):
        try:
            if kind is None:
                self.close()
        finally:
            self.stop()

    def stop(self):
        for process in filter(None, (self.program, self.server)):
            if process.poll() is None:
                process.kill()
            process.wait()
        self.errors.close()
        shutil.rmtree(self.folder)

    def close(self):
        """A person closes the window: the program ends well, and silently."""
        self.key("ctrl+q")
        try:
            status = self.program.wait(10)
        except subprocess.TimeoutExpired:
            status = "still running"
        self.errors.seek(0)
        said = self.errors.read().decode(errors="replace")
        # GTK on the state of this machine: nothing of ours.
        ours = [line for line in said.splitlines()
                if ("WARNING" in line or "CRITICAL" in line)
                and "Adwaita-WARNING" not in line]
        check("ends well when it is closed", status == 0 and not ours,
              "status %s" % status, said)

    def tool(self, *args):
        return subprocess.run(["xdotool", *map(str, args)], env=self.env,
                              check=True, capture_output=True,
                              text=True).stdout

    def find_window(self):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            found = subprocess.run(
                ["xdotool", "search", "--onlyvisible", "--name", "Vitrail"],
                env=self.env, capture_output=True, text=True).stdout.split()
            if found:
                return found[-1]
            if self.program.poll() is not None:
                break
            time.sleep(0.1)
        self.errors.seek(0)
        raise RuntimeError("no window: %s" % self.errors.read()[-2000:])

    def key(self, *names):
        self.tool("key", "--delay", "40", *names)

    def move(self, x, y):
        self.tool("mousemove", x, y)

    def wheel(self, down):
        button = 5 if down > 0 else 4
        self.tool("click", "--repeat", abs(down), "--delay", 30, button)

    def drag(self, button, *points, while_down=None):
        """From point to point in steps, as a hand moves."""
        self.move(*points[0])
        self.tool("mousedown", button)
        for start, end in zip(points, points[1:]):
            for i in range(1, 6):
                self.move(start[0] + (end[0] - start[0]) * i // 5,
                          start[1] + (end[1] - start[1]) * i // 5)
                time.sleep(0.03)
        if while_down:
            while_down()
        self.tool("mouseup", button)

    def shot(self, name=None, box=STAGE):
        """What is to be seen within @box, as an array."""
        picture = ImageGrab.grab(xdisplay=self.env["DISPLAY"]).convert("RGB")
        if name:
            os.makedirs(SHOTS, exist_ok=True)
            picture.save(os.path.join(SHOTS, name + ".png"))
        return np.asarray(picture.crop(box) if box else picture)

    def settle(self, box=STAGE):
        """The picture once it does not change any more."""
        last = self.shot(box=box)
        still = 0
        for _ in range(60):
            time.sleep(0.12)
            now = self.shot(box=box)
            still = still + 1 if np.array_equal(now, last) else 0
            if still == 3:
                return now
            last = now
        return last

    def until(self, condition, box=STAGE):
        """Waits until @condition holds of what is to be seen, at most a
        minute, and then for it to settle."""
        end = time.monotonic() + 60
        while time.monotonic() < end and not condition(self.shot(box=box)):
            time.sleep(0.1)
        return self.settle(box)

    def sees(self, condition, again, name=None):
        """Whether @condition holds of the window within a minute. What it
        looks for goes away after a while (GTK shows where the focus is for
        three seconds), so the keys in @again bring it back."""
        end = time.monotonic() + 60
        pressed = time.monotonic()
        while time.monotonic() < end:
            if condition(self.shot(name, box=None)):
                return True
            if time.monotonic() > pressed + 3:
                self.key(*again)
                pressed = time.monotonic()
            time.sleep(0.05)
        return False

    def wait_for_picture(self):
        """The first picture: there is a tool strip (which the empty window
        lacks), and more in the middle than words."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            window = self.shot(box=None)
            strip = window[58:84, 14:48]
            middle = window[250:600, 550:950]
            if strip.std() > 10 and middle.mean() > 8:
                return self.settle()
            time.sleep(0.2)
        return self.shot()
