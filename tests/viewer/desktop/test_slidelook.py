# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the look of a slide does to what is to be seen: colours managed or as
stored, focal planes, turning, label and overview, channels of fluorescence."""

import json
import math
import os
import re
import subprocess
import tempfile

import numpy as np

from desktop import Viewer, check, finish, missing_tools, skip
from reader import ScreenReader, button, image, missing_parts, nameless

MAKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                     "make-looks.py")
# A patch has far more pixels, a label drawn in its colour far fewer.
MANY = 1500


def mask(shot, rgb, off=3):
    return (np.abs(shot.astype(int) - np.array(rgb)).max(-1) <= off)


def lacking(shot, colors):
    """Which of @colors are not to be seen."""
    few = shot[::3, ::3]
    return [list(rgb) for rgb in colors if mask(few, rgb).sum() < MANY / 9]


def flat(rows):
    return [rgb for row in rows for rgb in row]


def expect(viewer, name, rows):
    colors = flat(rows)
    shot = viewer.until(lambda now: not lacking(now, colors))
    check(name, not lacking(shot, colors), "not there: %s" %
          lacking(shot, colors))
    return shot


def direction(shot, first, second):
    """Degrees, clockwise from the right, from patch to patch."""
    places = [np.argwhere(mask(shot, rgb)).mean(0) for rgb in (first, second)]
    down, right = places[1] - places[0]
    return math.degrees(math.atan2(down, right))


def told(reader, words):
    return bool(reader.until(lambda: words in image(reader).description))


def colors(viewer, reader, expected):
    managed, stored = expected["managed"], expected["stored"]
    viewer.wait_for_picture()
    viewer.key("j")
    expect(viewer, "the plane nearest to 0, in colours of the profile",
           managed[1])
    viewer.key("bracketright")
    expect(viewer, "] is the next plane", managed[2])
    viewer.key("bracketleft", "bracketleft")
    expect(viewer, "[ is the one before", managed[0])
    viewer.key("bracketright")
    expect(viewer, "back to the middle", managed[1])
    click(viewer, named(reader, "Focal plane ([ and ])", "slider"))
    expect(viewer, "a click at the left of the slider: the lowest", managed[0])
    viewer.key("shift+i")
    expect(viewer, "Shift+I: colours as they are stored", stored[0])
    viewer.settle(box=None)
    viewer.shot("desktop-slidelook-stored", box=None)
    check("and the picture says so", told(reader, "Colours as stored"),
          image(reader))
    viewer.key("shift+i", "bracketright")
    expect(viewer, "and managed again", managed[1])


def magnified(reader):
    """The magnification that the picture tells of, and micrometres per pixel."""
    words = image(reader).description
    return (float(re.search(r"([\d.]+)×", words)[1]),
            float(re.search(r"([\d.]+) µm per pixel", words)[1]))


def turning(viewer, reader, expected):
    """Pixels are higher than wide: 20x has columns of 2.5 um."""
    rows = expected["managed"][1]
    ends = rows[1][0], rows[1][3]
    upright = expect(viewer, "upright", rows)
    check("columns run to the right", abs(direction(upright, *ends)) < 1,
          direction(upright, *ends))
    viewer.key("shift+r", "shift+r")
    turned = viewer.until(lambda now: abs(direction(now, *ends) - 10) < 1)
    check("Shift+R turns by five degrees", abs(direction(turned, *ends) - 10)
          < 1, direction(turned, *ends))
    viewer.key("0")
    viewer.until(lambda now: abs(direction(now, *ends)) < 1)
    viewer.key("r")
    turned = viewer.until(lambda now: abs(direction(now, *ends) - 90) < 1)
    check("R by a quarter, to the right", abs(direction(turned, *ends) - 90)
          < 1, direction(turned, *ends))
    power, um = magnified(reader)
    check("the magnification is that of the scale",
          abs(power * um - 20 * 2.5) < 1, power, um)
    viewer.shot("desktop-slidelook-turned", box=None)
    viewer.key("0")
    viewer.until(lambda now: abs(direction(now, *ends)) < 1)


def beside(viewer, expected):
    for key, what in (("b", "label"), ("shift+b", "macro")):
        rgb = expected[what]
        before = viewer.settle()
        check("no %s at first" % what, mask(before, rgb).sum() == 0)
        viewer.key(key)
        shot = viewer.until(lambda now, rgb=rgb: mask(now, rgb).sum() > MANY)
        check("the %s is shown" % what, mask(shot, rgb).sum() > MANY)
        viewer.shot("desktop-slidelook-" + what, box=None)
        viewer.key(key)
        shot = viewer.until(lambda now, rgb=rgb: mask(now, rgb).sum() == 0)
        check("and hidden", mask(shot, rgb).sum() == 0)


def named(reader, name, role=""):
    return reader.until(lambda: next(
        (node for node in reader.walk() if node.name == name
         and role in node.role), None))


def click(viewer, node):
    viewer.move(*node.place())
    viewer.tool("click", 1)
    viewer.move(1279, 799)


def mix(expected, first, second):
    """Channel 1, red, along columns; channel 2, green, along rows."""
    def shown(value, low=0, high=4000, gamma=1, opacity=1):
        part = min(1, max(0, (value - low) / (high - low)))
        return 255 * opacity * part ** (1 / gamma)

    return [[(shown(across, **first) if first is not None else 0,
              shown(down, **second) if second is not None else 0, 0)
             for across in expected["columns"]] for down in expected["rows"]]


def channels(viewer, reader, expected):
    viewer.wait_for_picture()
    viewer.key("j")
    for name in ("Red", "Green"):
        click(viewer, named(reader, "Window of " + name))
        named(reader, name + ": Opacity")
        viewer.settle(box=None)

    def put(what, value):
        node = named(reader, what, "slider")
        reader.atspi.Value.set_current_value(node.accessible, value)

    for name in ("Red", "Green"):
        put(name + ": Low", 0)
        put(name + ": High", 4000)
    expect(viewer, "channels add up", mix(expected, {}, {}))
    viewer.settle(box=None)
    viewer.shot("desktop-slidelook-channels", box=None)
    without = nameless(reader)
    check("all of it has names", not without, *without)
    put("Red: Low", 500)
    put("Red: High", 2500)
    red = {"low": 500, "high": 2500}
    expect(viewer, "a window", mix(expected, red, {}))
    put("Green: Gamma", 2)
    expect(viewer, "gamma", mix(expected, red, {"gamma": 2}))
    put("Green: Opacity", 0.5)
    green = {"gamma": 2, "opacity": 0.5}
    expect(viewer, "opacity", mix(expected, red, green))
    button(reader, "Only Green").act()
    expect(viewer, "only one", mix(expected, None, green))
    click(viewer, named(reader, "Show Red", "check"))
    expect(viewer, "and the other one beside it", mix(expected, red, green))
    button(reader, "None").act()
    shot = viewer.until(lambda now: now[200:400, 400:600].max() < 20)
    check("none is dark", shot[200:400, 400:600].max() < 20)
    button(reader, "All").act()
    expect(viewer, "all, with what was set", mix(expected, red, green))
    button(reader, "As at first").act()
    shot = viewer.until(lambda now: lacking(now, flat(
        mix(expected, red, green))))
    check("as at first", lacking(shot, flat(mix(expected, red, green))))


def main():
    missing = missing_tools() + missing_parts()
    if missing:
        skip("slidelook", "no " + ", ".join(missing))
        finish()
    with ScreenReader() as reader, tempfile.TemporaryDirectory() as folder:
        subprocess.run(["/usr/bin/python3", MAKER, folder], check=True)
        with open(os.path.join(folder, "expected.json"),
                  encoding="utf-8") as stream:
            expected = json.load(stream)
        with Viewer(os.path.join(folder, "focus"), reader=reader) as viewer:
            colors(viewer, reader, expected)
            turning(viewer, reader, expected)
            beside(viewer, expected)
        with Viewer(os.path.join(folder, "glow"), reader=reader) as viewer:
            channels(viewer, reader, expected)
    finish()


main()
