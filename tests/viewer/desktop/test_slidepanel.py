# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a pathologist's hands find: magnifications, rotation, the whole slide in
the corner, stains, the slides of a case side by side."""

import os
import shutil
import subprocess
import tempfile
import time

import numpy as np

from desktop import Viewer, check, difference, finish, missing_tools, skip
from reader import (ScreenReader, button, image, missing_parts,
                    nameless)

SLIDES = os.path.join(os.environ.get("VITRAIL_SAMPLES", ""), "slide")
# With both panels open: the picture, and the whole slide in its corner.
PICTURE = (252, 94, 1020, 752)
INSET = (845, 620, 1012, 744)


def told(reader, words):
    return bool(reader.until(lambda: words in image(reader).description))


def part(shot, box):
    return shot[box[1]:box[3], box[0]:box[2]]


def names(viewer, reader):
    viewer.wait_for_picture()
    viewer.settle(box=None)
    without = nameless(reader)
    check("everything that can be used has a role and a name", not without,
          *without)
    said = [node.name for node in reader.walk() if node.role == "label"]
    for words in ("biopsy.svs", "Aperio", "Scanner by"):
        check("the panel says " + words, words in said, *said)
    check("the corner says what of colours", told(reader, "No colour profile"))
    for absent in ("Window and level", "Invert"):
        check(absent + " is not there for a slide",
              button(reader, absent) is None)


def magnify(viewer, reader):
    for power in ("5", "10", "20", "40"):
        button(reader, "Magnification %s×" % power).act()
        check(power + "x by its button", told(reader, power + ".0×"),
              image(reader))
    viewer.key("5")
    check("20x by its key", told(reader, "20.0×"))
    viewer.key("4", "plus", "plus", "plus", "plus", "plus", "plus", "plus",
               "plus", "plus")
    check("more than was scanned says so", told(reader, "interpolated"))
    viewer.key("5")


def turn(viewer, reader):
    viewer.key("shift+r", "shift+r")
    check("turned, not smaller", told(reader, "20.0×"))
    check("and says how far", reader.until(lambda: any(
        node.name == "10°" for node in reader.walk())))
    viewer.settle(box=None)
    viewer.shot("desktop-slide-turned", box=None)
    viewer.key("0")
    check("0: not turned", reader.until(lambda: any(
        node.name == "0°" for node in reader.walk())))


def inset(viewer):
    viewer.key("space", "6")
    before = viewer.settle(box=PICTURE)
    viewer.move(INSET[0] + 30, INSET[1] + 30)
    viewer.tool("click", 1)
    after = viewer.until(lambda now: difference(now, before) > 3, box=PICTURE)
    check("a click in the whole slide goes there",
          difference(after, before) > 3)
    with_inset = viewer.settle(box=None)
    viewer.key("j")
    without = viewer.until(lambda now: difference(
        part(now, INSET), part(with_inset, INSET)) > 5, box=None)
    check("J takes it away", difference(part(without, INSET),
                                        part(with_inset, INSET)) > 5)
    viewer.key("j", "space")


def stains(viewer, reader):
    plain = viewer.settle(box=PICTURE)
    button(reader, "Hematoxylin alone").act()
    alone = viewer.until(lambda now: difference(now, plain) > 3, box=PICTURE)
    check("hematoxylin alone", difference(alone, plain) > 3)
    check("the corner says so", told(reader, "Hematoxylin alone"))
    viewer.shot("desktop-slide-stain", box=None)
    button(reader, "The slide as it is").act()
    back = viewer.until(lambda now: np.array_equal(now, plain), box=PICTURE)
    check("and back", difference(back, plain) < 0.5)


def named(reader, name, role=""):
    return next((node for node in reader.walk() if node.name == name
                 and role in node.role), None)


def click(viewer, node):
    viewer.move(*node.place())
    viewer.tool("click", 1)
    viewer.move(1279, 799)


def together(viewer, reader):
    """Stains as channels beside the slide as it is."""
    plain = viewer.settle(box=PICTURE)
    click(viewer, named(reader, "Stains together"))
    check("stains are listed", reader.until(
        lambda: named(reader, "Show Hematoxylin", "check")))
    viewer.settle(box=None)
    click(viewer, named(reader, "Show Hematoxylin", "check"))
    check("hematoxylin beside the original",
          told(reader, "Hematoxylin + original"))
    click(viewer, named(reader, "Show DAB", "check"))
    check("and DAB", told(reader, "Hematoxylin + DAB + original"))
    mixed = viewer.until(lambda now: difference(now, plain) > 2, box=PICTURE)
    check("the picture is another", difference(mixed, plain) > 2)
    viewer.settle(box=None)
    viewer.shot("desktop-slide-stains", box=None)
    without = nameless(reader)
    check("all of it has names", not without, *without)
    button(reader, "The slide as it is").act()
    back = viewer.until(lambda now: difference(now, plain) < 0.5, box=PICTURE)
    check("the slide as it is again", difference(back, plain) < 0.5)
    click(viewer, named(reader, "Stains together"))
    viewer.key("space")


def panel(viewer, reader):
    viewer.key("t")
    check("T folds the panel", reader.until(
        lambda: not any(node.name == "COLOURS"
                        for node in reader.walk())))
    viewer.key("t")


def draw(viewer, reader):
    """Shapes by hand: seen, listed, measured, undone."""
    viewer.key("space")
    plain = viewer.settle(box=PICTURE)
    viewer.key("q")
    viewer.drag(1, (400, 260), (520, 340))
    check("a rectangle is listed with its size", reader.until(
        lambda: any(node.role == "list item" and "Rectangle" in node.name
                    and "µm²" in node.name for node in reader.walk())))
    viewer.key("g")
    for place in ((600, 300), (700, 320), (680, 400)):
        viewer.move(*place)
        viewer.tool("click", 1)
    viewer.key("Return")
    check("a polygon by clicks and Enter", reader.until(
        lambda: any(node.role == "list item" and "Polygon" in node.name
                    for node in reader.walk())))
    viewer.key("g")
    viewer.move(450, 500)
    viewer.tool("click", 1)
    viewer.key("Escape")
    viewer.key("d")
    viewer.drag(1, (420, 420), (560, 520))
    drawn = viewer.until(lambda now: difference(now, plain) > 0.5, box=PICTURE)
    check("they are to be seen", difference(drawn, plain) > 0.5,
          difference(drawn, plain))
    viewer.shot("desktop-slide-annotations", box=None)
    without = nameless(reader)
    check("what the selected shape offers has names", not without, *without)
    listed = [node.name for node in reader.walk()
              if node.role == "list item" and "mm" in node.name]
    check("Escape forgot the one that was begun", len(listed) == 3, *listed)
    click(viewer, named(reader, "Name of the selected shape (Enter)"))
    viewer.tool("type", "quiet")
    button(reader, "Magnification 20×").act()
    check("another picture while a name is being typed", told(reader, "20.0×"))
    viewer.settle(box=None)
    viewer.tool("type", " edge")
    viewer.key("Return")
    check("letters go into the name, not to the tools", reader.until(
        lambda: any(node.role == "list item"
                    and node.name.startswith("quiet edge")
                    for node in reader.walk())),
          *[str(node) for node in reader.walk() if node.role == "list item"])
    viewer.key("Escape")
    viewer.key("Delete")
    check("Delete", reader.until(lambda: not any(
        node.name.startswith("quiet edge") for node in reader.walk())))
    viewer.key("ctrl+z")
    check("and undo", reader.until(lambda: any(
        node.name.startswith("quiet edge") for node in reader.walk())))
    viewer.key("ctrl+z", "ctrl+z", "ctrl+z", "ctrl+z", "p")
    check("everything can be undone", reader.until(lambda: any(
        node.name == "Nothing is drawn yet" for node in reader.walk())))


def dialog(viewer, title, path):
    """Names a file as a person does who knows where it is."""
    end = time.monotonic() + 60
    found = ""
    while not found and time.monotonic() < end:
        time.sleep(0.1)
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", title],
            env=viewer.env, capture_output=True, text=True).stdout.strip()
    check(title + " asks for a file", found)
    viewer.tool("windowfocus", "--sync", found.split()[-1])
    viewer.key("ctrl+a")
    viewer.tool("type", path)
    viewer.shot("desktop-dialog", box=None)
    viewer.key("Return")


def files(viewer, reader):
    """Written to a file of one's choice, read again beside what is there."""
    viewer.key("space", "q")
    viewer.drag(1, (400, 260), (520, 340))
    path = os.path.join(viewer.folder, "out.geojson")
    button(reader, "Export GeoJSON").act()
    dialog(viewer, "Export Annotations", path)
    check("there is the file", reader.until(lambda: os.path.exists(path)))
    viewer.tool("windowfocus", "--sync", viewer.window)
    button(reader, "Import GeoJSON").act()
    dialog(viewer, "Import Annotations", path)
    check("its shape is listed beside the other one", reader.until(
        lambda: sum(node.role == "list item" and "Rectangle" in node.name
                    for node in reader.walk()) == 2))
    viewer.tool("windowfocus", "--sync", viewer.window)
    check("all sets can be written at once", reader.until(
        lambda: button(reader, "Write each set into a folder as GeoJSON")))
    viewer.settle(box=None)
    viewer.shot("desktop-slide-sets", box=None)
    folder = os.path.join(viewer.folder, "sets")
    os.mkdir(folder)
    button(reader, "Write each set into a folder as GeoJSON").act()
    dialog(viewer, "Export All Annotations", folder)
    check("a file for each set", reader.until(lambda: sorted(
        os.listdir(folder)) == ["Annotations 2.geojson",
                                "Annotations.geojson"]), os.listdir(folder))
    viewer.tool("windowfocus", "--sync", viewer.window)
    viewer.key("ctrl+z", "ctrl+z", "p")
    check("undone", reader.until(lambda: any(
        node.name == "Nothing is drawn yet" for node in reader.walk())))


def review(viewer, reader):
    button(reader, "Counting field: a circle of 1 mm²").act()
    viewer.key("u", "4")
    check("U: how much has been seen", reader.until(lambda: any(
        "of the tissue seen" in node.name for node in reader.walk())))
    viewer.settle(box=None)
    viewer.shot("desktop-slide-review", box=None)
    viewer.key("n")
    check("N goes to the tissue", reader.until(
        lambda: "10.0×" not in image(reader).description))
    viewer.key("u")
    button(reader, "No counting field").act()


def compare(reader):
    """Two slides of one folder are a case."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("left.svs", "right.svs"):
            shutil.copy(os.path.join(SLIDES, "biopsy.svs"),
                        os.path.join(folder, name))
        # Another slide, though it looks the same.
        with open(os.path.join(folder, "right.svs"), "ab") as stream:
            stream.write(bytes(64))
        with Viewer(folder, reader=reader) as viewer:
            viewer.wait_for_picture()
            viewer.key("a")
            check("A: side by side", reader.until(
                lambda: image(reader, "2 of 2: ")))
            viewer.settle(box=None)
            viewer.key("4")
            check("and they move as one", reader.until(
                lambda: "10.0×" in image(reader, "2 of 2").description))
            viewer.settle(box=None)
            viewer.shot("desktop-slides", box=None)
            viewer.key("y", "5")
            check("Y: each by itself", reader.until(
                lambda: "20.0×" in image(reader, "1 of 2").description
                and "10.0×" in image(reader, "2 of 2").description))


def small(reader):
    """Everything fits into 1024 x 700."""
    with Viewer(os.path.join(SLIDES, "biopsy.svs"), reader=reader) as viewer:
        viewer.tool("windowsize", viewer.window, 1024, 700)
        viewer.tool("windowmove", viewer.window, 0, 0)
        viewer.wait_for_picture()
        viewer.settle(box=None)
        viewer.shot("desktop-slide-small", box=None)
        shot = viewer.shot(box=(0, 0, 1280, 800))
        check("nothing is wider than 1024", shot[:, 1026:].max() == 0)


def main():
    missing = missing_tools() + missing_parts()
    if missing:
        skip("slidepanel", "no " + ", ".join(missing))
        finish()
    with ScreenReader() as reader:
        with Viewer(os.path.join(SLIDES, "biopsy.svs"),
                    reader=reader) as viewer:
            names(viewer, reader)
            magnify(viewer, reader)
            turn(viewer, reader)
            inset(viewer)
            stains(viewer, reader)
            together(viewer, reader)
            draw(viewer, reader)
            files(viewer, reader)
            review(viewer, reader)
            panel(viewer, reader)
        compare(reader)
        small(reader)
    finish()


main()
