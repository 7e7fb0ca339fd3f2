# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files and folders dropped on the window, by X's own drag and drop: what can
be read opens, what cannot is told of and changes nothing."""

import os
import subprocess
import sys
import tempfile
import time

from desktop import Viewer, check, difference, finish, missing_tools, skip
from reader import ScreenReader, missing_parts

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = os.environ.get("VITRAIL_SAMPLES", "")
CT = os.path.join(SAMPLES, "ct")
US = os.path.join(SAMPLES, "us")
MIDDLE = (760, 420)


def missing_gtk():
    try:
        import gi
        gi.require_version("Gtk", "4.0")
        return []
    except (ImportError, ValueError):
        return ["gir1.2-gtk-4.0"]


def drag(viewer, paths, shot=None):
    """Drags @paths from a window of their own into the middle."""
    files = subprocess.Popen(
        [sys.executable, os.path.join(HERE, "dragsource.py"), *paths],
        env=viewer.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True)
    try:
        files.stdout.readline()
        window = viewer.tool("search", "--onlyvisible", "--name",
                             "^Files$").split()[-1]
        viewer.tool("windowmove", window, 1100, 720)
        viewer.tool("windowraise", window)
        time.sleep(0.3)
        viewer.move(1150, 750)
        viewer.tool("mousedown", 1)
        for i in range(1, 21):
            viewer.move(1150 + (MIDDLE[0] - 1150) * i // 20,
                        750 + (MIDDLE[1] - 750) * i // 20)
            time.sleep(0.03)
        time.sleep(0.3)
        if shot:
            viewer.shot(shot)
        viewer.tool("mouseup", 1)
        time.sleep(0.3)
    finally:
        files.kill()
        files.wait()
        files.stdout.close()


def shows(reader, words):
    """Waits until a viewport shows what has @words in its name."""
    return bool(reader.until(lambda: any(
        node.role == "image" and words in node.name
        for node in reader.walk())))


def message(reader, words):
    """Waits until a message says @words."""
    return bool(reader.until(lambda: any(
        node.role in ("alert", "notification") and words in node.name
        for node in reader.walk())))


def is_named(reader, words):
    return bool(reader.until(lambda: any(
        words in node.name for node in reader.walk()
        if node.role == "list item")))


def good(viewer, reader):
    """On the empty window, then on a study that is being read."""
    reader.until(lambda: any(node.name == "Open Folder…"
                             for node in reader.walk()))
    drag(viewer, [CT], "desktop-drop")
    check("a folder on the empty window opens", shows(reader, "Chest, axial"))
    viewer.wait_for_picture()
    drag(viewer, [os.path.join(US, os.listdir(US)[0])])
    check("a file on a study takes its place", shows(reader, "Apical"))
    drag(viewer, [CT, US])
    check("two folders open together", is_named(reader, "Chest, axial")
          and is_named(reader, "Apical"))


def bad(viewer, reader, folder):
    drag(viewer, [CT])
    shows(reader, "Chest, axial")
    viewer.key("Down")
    before = viewer.settle()
    notes = os.path.join(folder, "notes.txt")
    with open(notes, "w") as stream:
        stream.write("Milk, bread, a pound of tea.\n")
    broken = os.path.join(folder, "broken.dcm")
    with open(broken, "wb") as stream:
        stream.write(bytes(128) + b"DICM" + b"\x02\x00\x00\x00UL")
    empty = os.path.join(folder, "empty")
    os.mkdir(empty)
    for path, words in (
            (notes, "notes.txt cannot be read: not a DICOM file."),
            (broken, "broken.dcm cannot be read: "),
            (empty, "empty holds no DICOM images and no slides."),
            (os.path.join(folder, "gone"), "gone"),
            # Any URL may be an archive's: it is asked.
            ("https://example.invalid/a.dcm", "https://example.invalid"),
            ("ftp://example.invalid/b.dcm", "Only files and folders of")):
        name = os.path.basename(path)
        drag(viewer, [path])
        check(name + ": says so", message(reader, words),
              [str(node) for node in reader.walk()
               if node.role in ("alert", "notification")])
        if path == broken:
            viewer.settle(box=None)
            viewer.shot("desktop-drop-unreadable")
        viewer.key("Escape")
        after = viewer.until(lambda now: difference(now, before) < 0.01)
        check(name + ": and the study stays as it was",
              difference(after, before) < 0.01, difference(after, before))


def bad_at_first(reader, folder):
    with Viewer(reader=reader) as viewer:
        reader.until(lambda: any(node.name == "Open Folder…"
                                 for node in reader.walk()))
        drag(viewer, [os.path.join(folder, "broken.dcm")])
        check("on the empty window too: which file, and why", reader.until(
            lambda: any("broken.dcm: " in node.name
                        for node in reader.walk())))
        viewer.settle(box=None)
        viewer.shot("desktop-drop-empty")


def main():
    missing = missing_tools() + missing_parts() + missing_gtk()
    if missing:
        skip("drop", "no " + ", ".join(missing))
        finish()
    with tempfile.TemporaryDirectory() as folder, ScreenReader() as reader:
        with Viewer(reader=reader) as viewer:
            good(viewer, reader)
            bad(viewer, reader, folder)
        bad_at_first(reader, folder)
    finish()


main()
