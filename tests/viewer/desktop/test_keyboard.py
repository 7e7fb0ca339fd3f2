# SPDX-License-Identifier: LGPL-2.1-or-later
"""A reading from end to end with the keyboard alone. No pointer is moved; the
focus is always somewhere, and to be seen."""

import os
import re

import numpy as np

from desktop import Viewer, check, difference, finish, missing_tools, skip
from reader import ScreenReader, missing_parts

SAMPLES = os.environ.get("VITRAIL_SAMPLES", "")
ACCENT = np.array((0x5b, 0x9d, 0xff))


def check_keys():
    """One key, one command: of two, one would never be heard."""
    path = os.path.join(os.environ["VITRAIL_SOURCE"], "viewer", "desktop",
                        "keys.c")
    with open(path, encoding="utf-8") as file:
        rows = re.findall(r'^  \{ [A-Z]+, "([^"]+)", "', file.read(), re.M)
    keys = [key for row in rows for key in row.split("|")]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    check("no key has two commands", len(keys) > 60 and not twice, twice)


class Keyboard:
    def __init__(self, viewer, reader):
        self.viewer = viewer
        self.reader = reader

    def press(self, *names):
        self.viewer.key(*names)

    def focus_on(self, words, role=None):
        """Waits until the focus is on something with @words in its name."""
        def there():
            node = self.reader.focus()
            return (node is not None and words in node.name
                    and role in (None, node.role))
        return bool(self.reader.until(there))

    def tab_to(self, words, key="Tab", most=40):
        """Presses @key until the focus is on @words; the names on the way."""
        way = []
        for _ in range(most):
            self.press(key)
            self.viewer.settle(box=None)
            node = self.reader.focus()
            way.append("%s '%s'" % (node.role, node.name) if node else "none")
            if node is not None and words in node.name:
                return way
        return way + ["never " + words]

    def describes(self, words):
        """Waits until what has the focus says @words."""
        def said():
            node = self.reader.focus()
            return node is not None and words in node.description
        return bool(self.reader.until(said))

    def pressed(self, name):
        return bool(self.reader.until(lambda: any(
            node.pressed and node.name == name
            for node in self.reader.walk())))

    def named(self, role, name):
        return bool(self.reader.until(lambda: any(
            node.role == role and node.name == name
            for node in self.reader.walk())))


def has_accent(picture, left, top, right, bottom):
    """Whether the accent colour is to be seen in this part of the window."""
    part = picture[top:bottom, left:right].astype(int)
    return bool((np.abs(part - ACCENT).sum(axis=2) < 60).any())


def panel(hand):
    viewer = hand.viewer
    viewer.wait_for_picture()
    check("the reading begins on the picture",
          hand.focus_on("Viewport: Chest", "image"), hand.reader.focus())
    way = hand.tab_to("Chest, axial", "shift+Tab", 3)
    check("Shift+Tab goes to the series", "list item" in way[-1], *way)
    check("the focus in the list is to be seen", viewer.sees(
        lambda shot: has_accent(shot, 6, 190, 248, 280) and
        not has_accent(shot, 248, 300, 254, 310), ["Down", "Up"],
        "desktop-focus"))
    hand.press("Down", "Escape")
    check("Escape goes back there", hand.focus_on("Viewport: Chest", "image"),
          hand.reader.focus())
    check("and is to be seen there", viewer.sees(
        lambda shot: has_accent(shot, 246, 300, 254, 310),
        ["shift+Tab", "Escape"], "desktop-focus-picture"), hand.reader.focus())
    check("the list again says what is shown", hand.reader.until(
        lambda: any(node.selected and "Chest, axial" in node.name
                    for node in hand.reader.walk())))
    hand.tab_to("Chest, axial", "shift+Tab", 3)
    hand.press("Down")
    check("Down goes to the next series",
          hand.focus_on("Apical", "list item"), hand.reader.focus())
    hand.press("Return")
    check("Return shows it, and the focus goes there",
          hand.focus_on("Viewport: Apical", "image"), hand.reader.focus())
    hand.press("Page_Up")
    check("Page Up: the series before", hand.focus_on("Viewport: Chest"))
    hand.tab_to("Chest, axial", "shift+Tab", 3)
    hand.press("s")
    check("S folds the panel; the focus is on the picture",
          hand.focus_on("Viewport: Chest"), hand.reader.focus())
    hand.press("Down")
    check("and keys still act", hand.describes("Image 31 / 60"),
          hand.reader.focus())
    hand.press("s", "Up")


def greys(hand):
    viewer = hand.viewer
    for key, words in (("2", "W 1500  L -600"), ("3", "W 150  L 90"),
                       ("4", "W 2500  L 480"), ("1", "W 400  L 40"),
                       ("ctrl+Up", "W 400  L 20"), ("ctrl+Down", "W 400  L 40"),
                       ("ctrl+Right", "W 440  L 40"),
                       ("ctrl+Left", "W 400  L 40")):
        hand.press(key)
        check("%s: %s" % (key, words), hand.describes(words),
              hand.reader.focus())
    for key, name in (("z", "Zoom"), ("p", "Pan"), ("m", "Scroll"),
                      ("w", "Window and level")):
        hand.press(key)
        check("%s: the tool %s" % (key, name), hand.pressed(name))
    whole = viewer.settle()
    hand.press("plus")
    larger = viewer.until(lambda now: difference(now, whole) > 1)
    check("plus: larger", difference(larger, whole) > 1)
    hand.press("shift+Right")
    moved = viewer.until(lambda now: difference(now, larger) > 1)
    # A tenth of the viewport: 102.6 of 1026 pixels.
    after = difference(moved[250:450, 350:850], larger[250:450, 248:748])
    stayed = difference(moved, larger)
    check("Shift+Right moves the picture to the right", after < stayed / 3,
          after, stayed)
    hand.press("space")
    check("Space: as at first", np.array_equal(
        viewer.until(lambda now: np.array_equal(now, whole)), whole))
    hand.press("End")
    check("End: the last image", hand.describes("Image 60 / 60"))
    hand.press("Home")
    check("Home: the first one", hand.describes("Image 1 / 60"))
    hand.press("c")
    check("C plays", hand.named("push button", "Pause"))
    hand.press("c")
    check("and stops", hand.named("push button", "Play"))


def layout(hand):
    viewer = hand.viewer
    way = hand.tab_to("Layout", "shift+Tab")
    check("Shift+Tab goes on to the layouts", "Layout" in way[-1], *way)
    hand.press("Return")
    viewer.settle(box=None)
    hand.press("Down", "Down", "Down", "Return")
    hand.press("Escape")
    check("four viewports; Escape goes back to them",
          hand.focus_on("Viewport 1 of 4: Chest"), hand.reader.focus())
    hand.press("Right")
    check("Right: the next viewport has the focus",
          hand.focus_on("Viewport 2 of 4: empty"), hand.reader.focus())
    hand.press("Page_Down", "Page_Down")
    check("Page Down fills it", hand.focus_on("Viewport 2 of 4: Apical"),
          hand.reader.focus())
    viewer.until(lambda shot: has_accent(shot, 1269, 200, 1277, 210),
                 box=None)
    shot = viewer.shot("desktop-keyboard", box=None)
    check("the active viewport is to be seen",
          has_accent(shot, 1269, 200, 1277, 210)
          and not has_accent(shot, 248, 200, 254, 210))
    hand.press("Left", "o")
    viewer.settle(box=None)
    check("O: one alone", hand.focus_on("Viewport 1 of 4"),
          hand.reader.focus())
    hand.press("o")
    way = hand.tab_to("Image", "Tab", 3)
    check("Tab goes on to the slider", "slider" in way[-1], *way)
    hand.press("Home", "Right", "Right")
    check("whose arrows change the image", hand.reader.until(
        lambda: any("Image 3 / 60" in node.description
                    for node in hand.reader.walk())))
    hand.press("Escape")


def help_window(hand):
    viewer = hand.viewer
    before = viewer.settle(box=None)
    hand.press("ctrl+question")
    shown = viewer.until(lambda now: difference(now, before) > 5, box=None)
    viewer.shot("desktop-keys")
    check("Ctrl+? shows the keys", difference(shown, before) > 5)
    said = [node.name for node in hand.reader.walk() if node.role == "label"]
    check("with what they do", "Play or pause" in said
          and "Next viewport" in said, *said[-20:])
    hand.press("Escape")
    gone = viewer.until(lambda now: difference(now, before) < 1, box=None)
    check("Escape closes them", difference(gone, before) < 1)


def main():
    missing = missing_tools() + missing_parts()
    if missing:
        skip("keyboard", "no " + ", ".join(missing))
        finish()
    check_keys()
    with ScreenReader() as reader:
        with Viewer(os.path.join(SAMPLES, "ct"), os.path.join(SAMPLES, "us"),
                    reader=reader) as viewer:
            hand = Keyboard(viewer, reader)
            panel(hand)
            greys(hand)
            layout(hand)
            help_window(hand)
    finish()


main()
