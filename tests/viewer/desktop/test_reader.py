# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a screen reader is told: roles and names of everything that can be
used, and what the pictures show."""

import os
import shutil
import tempfile

from desktop import Viewer, check, finish, missing_tools, skip
from reader import (ScreenReader, button, image, missing_parts,
                    nameless)

SAMPLES = os.environ.get("VITRAIL_SAMPLES", "")
CT = os.path.join(SAMPLES, "ct")
US = os.path.join(SAMPLES, "us")
def told(reader, words):
    """Waits until the viewport's description holds @words."""
    return reader.until(lambda: words in image(reader).description)


def check_names(reader, where):
    without = nameless(reader)
    check(where + ": everything that can be used has a role and a name",
          not without, *without)


def pictures(viewer, reader):
    viewer.wait_for_picture()
    check_names(reader, "reading")
    node = image(reader)
    check("the picture says which series it is",
          node.name == "Viewport: Chest, axial 3 mm", node)
    for words in ("Sample, Vitrail", "VITRAIL-1", "Image 30 / 60",
                  "W 400  L 40 HU"):
        check("the picture tells " + words, words in node.description, node)
    viewer.key("Down")
    check("and says what has changed: the image",
          told(reader, "Image 31 / 60"), image(reader))
    viewer.key("2")
    check("the window", told(reader, "W 1500  L -600 HU"), image(reader))
    viewer.key("Page_Down")
    check("the series", reader.until(lambda: image(reader, "Apical")))
    check("what a reader must not miss", told(reader, "Lossy compression"),
          image(reader))


def acts(viewer, reader):
    """Without a key: as switches and voices do."""
    play = button(reader, "Play")
    check("Play acts", play.act())
    check("and is Pause then",
          reader.until(lambda: button(reader, "Pause")))
    button(reader, "Pause").act()
    check("and Play again", reader.until(lambda: button(reader, "Play")))
    slider = next(node for node in reader.walk() if node.role == "slider")
    check("the slider has its range", slider.range() == (1, 60),
          slider.range())
    zoom = button(reader, "Zoom")
    zoom.act()
    check("the tool in use is told",
          reader.until(lambda: button(reader, "Zoom").pressed
                       and not button(reader, "Window and level").pressed))


def menus(viewer, reader):
    viewer.key("F10")
    check("F10 opens the menu", reader.until(
        lambda: any("Open Folder" in node.name.replace("_", "")
                    for node in reader.walk()
                    if node.role.endswith("menu item"))))
    viewer.settle(box=None)
    viewer.shot("desktop-menu")
    check_names(reader, "menu")
    viewer.key("Escape")


def empty(reader):
    with Viewer(reader=reader) as viewer:
        reader.until(lambda: button(reader, "Open Folder…"))
        viewer.settle(box=None)
        viewer.shot("desktop-empty")
        check_names(reader, "empty")
        check("the empty window says how to begin",
              any("drop it here" in node.name for node in reader.walk()))


def unreadable(reader):
    """A study with a broken file: the reason is one key away, and text."""
    with tempfile.TemporaryDirectory() as folder:
        for name in sorted(os.listdir(CT))[:3]:
            shutil.copy(os.path.join(CT, name), folder)
        with open(os.path.join(folder, "broken.dcm"), "wb") as stream:
            stream.write(bytes(128) + b"DICM" + b"\x02\x00\x00\x00UL")
        with Viewer(folder, reader=reader) as viewer:
            viewer.wait_for_picture()
            node = reader.until(
                lambda: button(reader, "1 file could not be read"))
            check("a broken file is told of", node)
            node.act()
            check("with its reason", reader.until(
                lambda: any("broken.dcm: " in node.name
                            for node in reader.walk()
                            if node.role == "label")))
            viewer.settle(box=None)
            viewer.shot("desktop-unreadable")
            check_names(reader, "unreadable")
            viewer.key("Escape")


def incomplete(reader):
    """A series without one of its slices: a sign says so."""
    with tempfile.TemporaryDirectory() as folder:
        for i, name in enumerate(sorted(os.listdir(CT))):
            if i != 20:
                shutil.copy(os.path.join(CT, name), folder)
        with Viewer(folder, reader=reader) as viewer:
            viewer.wait_for_picture()
            check("a missing slice is told of", reader.until(
                lambda: any(node.name == "Slices are missing."
                            for node in reader.walk())))
            viewer.settle(box=None)
            viewer.shot("desktop-incomplete")
            check_names(reader, "incomplete")


def main():
    missing = missing_tools() + missing_parts()
    if missing:
        skip("reader", "no " + ", ".join(missing))
        finish()
    with ScreenReader() as reader:
        with Viewer(CT, US, reader=reader) as viewer:
            pictures(viewer, reader)
            acts(viewer, reader)
            menus(viewer, reader)
        empty(reader)
        unreadable(reader)
        incomplete(reader)
    finish()


main()
