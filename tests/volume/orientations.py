# SPDX-License-Identifier: LGPL-2.1-or-later
"""orientations.py: a phantom with L, R, A, P, H and F on its sides, stored in
all 48 ways of axes and flips. Where each letter has to stand comes from the
lattice in which it was written (Image Position and Orientation); it is read
back from the pictures of planes, slabs and bodies by comparing shapes, and
from planes that went back into objects, whose place must be right too."""

import os
import subprocess
import sys
import tempfile
from itertools import product

import numpy as np
import pydicom

from letterphantom import (DOWN, ORIGIN, RIGHT, SIDE, WAYS, middles, phantom,
                           read, write)

FROM = {"axial": "feet", "coronal": "front", "sagittal": "left"}
KINDS = ("plane", "slab", "body")
failed = []


def center(plane):
    """Of the picture in which the letters of @plane are, in mm."""
    out = ORIGIN + SIDE / 2 - 0.5
    out[3 - RIGHT[plane] - DOWN[plane][0]] += 21 - SIDE / 2 + 0.5
    return out


def branch(plane, kind):
    size = ["width=64", "height=64"]
    grey = ["!", "videoconvert", "!", "video/x-raw,format=GRAY8"]
    if kind == "body":          # by default all is seen from all sides
        return ["volumerender", "mode=maximum", "direction=" + FROM[plane],
                "zoom=%g" % 3 ** 0.5, "window-center=500", "window-width=1000",
                *size, *grey]
    x, y, z = center(plane)
    line = ["mprtransform", "orientation=" + plane, *size, "spacing=1",
            "center-x=%g" % x, "center-y=%g" % y, "center-z=%g" % z]
    if kind == "slab":
        line += ["thickness=2"]
    if kind == "object":
        return line + ["!", "dcmmux", "stills=true",
                       "sop-class=secondary-capture"]
    return line + ["!", "dcmwindow", *grey]


def pipeline(folder):
    line = ["gst-launch-1.0", "-q", "dicomfilesrc", "location=" + folder, "!",
            "volumebuilder", "!", "tee", "name=t"]
    for plane, kind in product(RIGHT, (*KINDS, "object")):
        line += ["t.", "!", "queue", "!", *branch(plane, kind), "!",
                 "filesink", "location=%s/%s.%s" % (folder, plane, kind)]
    return line


def judge_picture(picture, plane):
    want = middles(plane)
    got = [read(picture, x, y) for x, y in want.values()]
    return "" if got == list(want) else "%s for %s" % (got, list(want))


def judge_object(path, plane):
    """What is at a letter's middle in the patient is that letter."""
    ds = pydicom.dcmread(path)
    across, down = np.array(ds.ImageOrientationPatient, float).reshape(2, 3)
    place = np.array(ds.ImagePositionPatient, float)
    rows, columns = map(float, ds.PixelSpacing)
    right, (below, sign) = RIGHT[plane], DOWN[plane]
    want = np.zeros((2, 3))
    want[0, right], want[1, below] = 1, sign
    if abs(want - (across, down)).max() > 1e-6 or rows != 1 or columns != 1:
        return "lies %s, %s" % (across, down)
    first = center(plane)
    first[right] -= SIDE / 2 - 0.5
    first[below] -= sign * (SIDE / 2 - 0.5)
    if abs(place - first).max() > 1e-6:
        return "at %s, not %s" % (place, first)
    return judge_picture(ds.pixel_array.astype(float), plane)


def judge(number, axes, flips, voxels):
    with tempfile.TemporaryDirectory() as folder:
        write(folder, voxels, axes, flips, number)
        subprocess.run(pipeline(folder), check=True, timeout=120)
        for plane, kind in product(RIGHT, KINDS):
            picture = np.fromfile("%s/%s.%s" % (folder, plane, kind), "u1")
            picture = picture[:SIDE * SIDE].reshape(SIDE, SIDE).astype(float)
            wrong = judge_picture(picture, plane)
            if wrong:
                failed.append((plane, kind, wrong))
        for plane in RIGHT:
            wrong = judge_object(os.path.join(folder, plane + ".object"), plane)
            if wrong:
                failed.append((plane, "object", wrong))


def main():
    voxels = phantom()
    print("1..%d" % len(WAYS))
    for number, (axes, flips) in enumerate(WAYS, 1):
        before = len(failed)
        judge(number, axes, flips, voxels)
        for what in failed[before:]:
            print("#", *what)
        print("%s %d - rows, columns, slices along %s, flipped %s" % (
            "ok" if len(failed) == before else "not ok", number, axes, flips),
            flush=True)
    return len(failed) > 0


if __name__ == "__main__":
    sys.exit(main())
