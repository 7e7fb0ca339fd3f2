# SPDX-License-Identifier: LGPL-2.1-or-later
"""shownorientations.py SHOWNLETTERS: the phantom with letters, stored in all 48
ways, as a reader sees it: images as they are stored and planes in a viewport,
turned and flipped in eight ways, `vitrail render`, /rendered and /thumbnail.
The letters in each picture stand where the lattice says, and those that are
written at its edges are the same."""

import io
import os
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

from letterphantom import (DOWN, LAYER, ORIGIN, RIGHT, SIDE, STEP, WAYS,
                           middles, phantom, read, write)

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "viewer",
                                "service"))
from harness import Service, check, finish  # noqa: E402

SIZE = 128                      # as shownletters has it
PLANES = ("axial", "sagittal", "coronal")
TOOL = sys.argv[1]
VITRAIL = os.environ["VITRAIL"]


def of_patient(plane):
    """Letter: its middle in the patient, in mm from the corner; the normal is
    left out."""
    right, (down, sign) = RIGHT[plane], DOWN[plane]
    return {letter: {right: x, down: y if sign > 0 else SIDE - y}
            for letter, (x, y) in middles(plane).items()}


def in_image(axes, flips):
    """Plane, and letter: its middle in the stored image, in mm."""
    plane = next(p for p in RIGHT if RIGHT[p] != axes[2] != DOWN[p][0])
    out = {}
    for letter, place in of_patient(plane).items():
        out[letter] = tuple(SIDE - place[a] if f else place[a]
                            for a, f in zip(axes[:2], flips[:2]))
    return out


def turned(places, degrees, flipped):
    """As VitrailView has it: flipped, then turned clockwise."""
    out = {}
    for letter, (x, y) in places.items():
        if flipped:
            x = SIDE - x
        for _ in range(degrees // 90):
            x, y = SIDE - y, x
        out[letter] = (x, y)
    return out


def edges(places):
    """The letters left, right, above and below."""
    return [pick(places, key=lambda n, i=i: places[n][i])
            for i in (0, 1) for pick in (min, max)]


def to_millimetres(pixels):
    """[y, x] of any size to a pixel a millimetre."""
    image = Image.fromarray(pixels.astype("u1"))
    return np.asarray(image.resize((SIDE, SIDE), Image.BOX), float)


def judge(picture, places, what, wrong):
    """The letters of @picture, in whatever way they are turned."""
    for letter, (x, y) in places.items():
        got = read(picture, int(x), int(y)).strip("'")
        if got != letter:
            wrong.append((what, "%s at %g, %g is %s" % (letter, x, y, got)))


def see(folder, arguments):
    """Of shownletters: (viewport, degrees, flipped), letters, picture."""
    out = os.path.join(folder, "pictures.raw")
    lines = subprocess.run([TOOL, os.path.join(folder, "series"), out,
                            *arguments], stdout=subprocess.PIPE, check=True,
                           timeout=120, text=True).stdout.splitlines()
    pictures = np.fromfile(out, "u1").reshape(len(lines), SIZE, SIZE)
    for line, picture in zip(lines, pictures):
        viewport, degrees, flipped, *letters = line.split()
        yield (int(viewport), int(degrees), flipped == "1"), letters, \
            to_millimetres(picture)


def judge_shown(folder, arguments, places, wrong):
    seen = 0
    for way, letters, picture in see(folder, arguments):
        want = turned(places[way[0]], *way[1:])
        judge(picture, want, (arguments[0], *way), wrong)
        if letters != edges(want):
            wrong.append((arguments[0], way, letters, "not", edges(want)))
        seen += 1
    if seen != 8 * len(places):
        wrong.append((arguments[0], "%d pictures" % seen))


def judge_faces(service, number, k, folder, places, wrong):
    """Those that give an image as it is stored."""
    uid = "1.2.3.%d.%d" % (number, k)
    url = "/dicom-web/studies/1.2.1/series/1.2.2.%d/instances/%s/" % (number, uid)
    out = os.path.join(folder, "out.png")
    subprocess.run([VITRAIL, "render", "-o", out, os.path.join(
        folder, "series", "%02d.dcm" % k)], check=True, timeout=60)
    pictures = {"render": open(out, "rb").read()}
    for name in ("rendered", "thumbnail"):
        answer = service.get("%s%s?viewport=%d,%d" % (url, name, SIZE, SIZE),
                             accept="image/png")
        assert answer.status == 200, (name, answer)
        pictures[name] = answer.body
    for name, data in pictures.items():
        picture = np.asarray(Image.open(io.BytesIO(data)).convert("L"))
        judge(to_millimetres(picture), places, name, wrong)


def judge_way(service, voxels, number, root):
    axes, flips = WAYS[number - 1]
    folder = os.path.join(root, str(number))
    wrong = []
    # The image in the middle of the letters' layer.
    k = (LAYER[0] + LAYER[1]) // 2 // int(STEP[axes[2]])
    if flips[2]:
        k = voxels.shape[axes[2]] - 1 - k
    places = in_image(axes, flips)
    judge_faces(service, number, k, folder, places, wrong)
    judge_shown(folder, ["stack", "1.2.3.%d.%d" % (number, k)], [places], wrong)
    middle = ORIGIN + sum(LAYER) / 2
    judge_shown(folder, ["planes", *("%g" % mm for mm in middle)],
                [middles(plane) for plane in PLANES], wrong)
    return wrong


def main():
    voxels = phantom()
    with tempfile.TemporaryDirectory() as root:
        for number, (axes, flips) in enumerate(WAYS, 1):
            series = os.path.join(root, str(number), "series")
            os.makedirs(series)
            write(series, voxels, axes, flips, number)
        with Service(root) as service:
            for number, (axes, flips) in enumerate(WAYS, 1):
                wrong = judge_way(service, voxels, number, root)
                check("rows, columns, slices along %s, flipped %s" % (
                    axes, flips), not wrong, *wrong)
    finish()


main()
