# SPDX-License-Identifier: LGPL-2.1-or-later
"""cube.py: the letters of volumerender's orientation cube, read back by their
shapes from pictures of cameras that are turned. Which faces are to be seen, and
where their corners lie, comes from the angles alone; a letter that is mirrored,
lies on its side or stands on its head is none."""

import os
import subprocess
import sys
import tempfile

import numpy as np

from letterphantom import GLYPHS, WAYS, phantom, write

SIDE = 300
HALF = 0.05 * SIDE           # of an edge
MIDDLE = SIDE - 0.1 * SIDE - 0.5
CELL = 0.2                   # of a letter, where a face goes from -1 to 1
SEEN = 0.4                   # cosine: less is too flat to be read
ALIKE = 0.85
AXES = np.eye(3)
# Right and down of who looks straight at each, in the patient (PS3.3
# C.7.6.2.1.1: x to the left, y to the back, z to the head).
FACES = {"A": (AXES[0], -AXES[2]), "P": (-AXES[0], -AXES[2]),
         "L": (AXES[1], -AXES[2]), "R": (-AXES[1], -AXES[2]),
         "H": (-AXES[0], AXES[1]), "F": (AXES[0], AXES[1])}
FROM = {"front": "A", "back": "P", "left": "L", "right": "R", "head": "H",
        "feet": "F"}
# Everything a letter is not: turned by quarters, mirrored or both.
SHAPES = {}
for name, glyph in GLYPHS.items():
    for turned in range(8):
        shape = np.rot90(glyph.T if turned & 4 else glyph, turned & 3)
        SHAPES[name + "'" * (turned > 0), turned] = shape


def cameras():
    """Direction, azimuth, elevation, roll."""
    for direction in FROM:
        yield direction, 0, 0, 0
    rand = np.random.default_rng(7)
    for number in range(24):
        yield (list(FROM)[number % 6], *map(int, (
            rand.integers(-180, 180), rand.integers(-80, 80),
            0 if number % 2 else rand.integers(-180, 180))))


def turn(a, b, degrees):
    """@a towards @b, and @b away from it."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return a * c + b * s, b * c - a * s


def look(direction, azimuth, elevation, roll):
    """To the reader's right, then up, then the picture clockwise."""
    right, down = FACES[FROM[direction]]
    away = np.cross(right, down)
    right, away = turn(right, away, azimuth)
    away, down = turn(away, down, elevation)
    # What is seen goes clockwise: the reader's axes the other way round.
    down, right = turn(down, right, roll)
    return right, down, away


def normalize(values):
    values = values - values.mean()
    return values / (np.linalg.norm(values) + 1e-9)


def sample(picture, x, y):
    """Between four pixels."""
    i, j = int(np.floor(x)), int(np.floor(y))
    u, v = x - i, y - j
    part = picture[j:j + 2, i:i + 2]
    return float([1 - v, v] @ part @ [1 - u, u])


def read(picture, face, right, down):
    """The name of what stands on @face, upright as its letter would."""
    across, along = face
    normal = -np.cross(across, along)
    found = {}
    for (name, turned), shape in SHAPES.items():
        rows, columns = shape.shape
        values = np.zeros(shape.shape)
        for row, column in np.ndindex(rows, columns):
            at = normal + across * (column - (columns - 1) / 2) * CELL + \
                along * (row - (rows - 1) / 2) * CELL
            values[row, column] = sample(picture, MIDDLE + HALF * (at @ right),
                                         MIDDLE + HALF * (at @ down))
        score = float((normalize(values) * normalize(shape.astype(float)))
                      .sum())
        # The same shape under two names counts as the upright one.
        if score > max(found.values(), default=ALIKE) + 1e-6:
            found = {name: score}
    return next(iter(found), "?")


def render(folder, camera, *properties):
    path = os.path.join(folder, "picture")
    direction, azimuth, elevation, roll = camera
    subprocess.run(
        ["gst-launch-1.0", "-q", "dicomfilesrc", "location=%s/ct" % folder, "!",
         "volumebuilder", "!", "volumerender", "direction=" + direction,
         "azimuth=%d" % azimuth, "elevation=%d" % elevation, "roll=%d" % roll,
         "width=%d" % SIDE, "height=%d" % SIDE, *properties, "!", "filesink",
         "location=" + path], check=True, timeout=120)
    return np.fromfile(path, "u1").reshape(SIDE, SIDE, 4)[..., 0].astype(float)


def judge(picture, camera):
    """What is wrong with it, or nothing; and how many letters were read."""
    right, down, away = look(*camera)
    seen = {name: face for name, face in FACES.items()
            if np.cross(*face) @ away > SEEN}
    got = {name: read(picture, face, right, down)
           for name, face in seen.items()}
    wrong = {name: what for name, what in got.items() if what != name}
    return wrong, len(seen)


def main():
    count = n_letters = 0
    failed = False
    voxels = phantom()
    for number in (0, 21, 46):
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, "ct"))
            write(os.path.join(folder, "ct"), voxels, *WAYS[number], number)
            for camera in list(cameras())[::1 if number == 0 else 5]:
                wrong, n = judge(render(folder, camera,
                                        "orientation-cube=true"), camera)
                count, n_letters = count + 1, n_letters + n
                failed = failed or bool(wrong)
                print("%s %d - stored as %d, %s %s" % (
                    "not ok" if wrong else "ok", count, number, camera,
                    wrong or ""), flush=True)
            bare = render(folder, ("front", 0, 0, 0))
            corner = bare[-int(0.2 * SIDE):, -int(0.2 * SIDE):]
            count += 1
            failed = failed or corner.any()
            print("%s %d - there is none by default" % (
                "not ok" if corner.any() else "ok", count))
    count += 1
    print("%s %d - %d letters were read" % (
        "ok" if n_letters > 60 else "not ok", count, n_letters))
    print("1..%d" % count)
    return failed or n_letters <= 60


if __name__ == "__main__":
    sys.exit(main())
