# SPDX-License-Identifier: LGPL-2.1-or-later
"""make-proofs.py FOLDER: slides for slideproofs.mjs.

FOLDER/planes: three focal planes, 1.5 um apart, filled with red, green and blue.
FOLDER/profile: one colour a tile, with a scanner's ICC profile; FOLDER/field:
pixels of 30 x 50 um, for areas of whole millimetres. FOLDER/letter: a slide
and the letter F on it (make-ann.py). Prints, as JSON, the colours of the
profile's tiles as stored and as Little CMS' tificc shows them in sRGB."""
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

import numpy
from PIL import Image
from pydicom.sequence import Sequence

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "slide"),
                os.path.join(HERE, "..", "annotation")]
wsi = importlib.import_module("make-wsi")
ann = importlib.import_module("make-ann")
PROFILE = os.path.join(HERE, "..", "elements", "profiles", "table-2.icc")
SIDE = wsi.SIDE
WIDTH, HEIGHT = 4 * SIDE, 3 * SIDE
PLANES = [(200, 40, 40), (40, 180, 40), (40, 40, 210)]


def base(number, spacing=(0.0005, 0.0005)):
    ds = wsi.base(number, WIDTH, HEIGHT)
    ds.StudyInstanceUID = f"1.2.3.1.{number}"
    ds.SeriesInstanceUID = f"1.2.3.2.{number}"
    ds.ContainerIdentifier = f"Proof {number}"
    ds.DimensionOrganizationType = "TILED_FULL"
    measures = ds.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    measures.PixelSpacing = list(spacing)
    ds.OpticalPathSequence = Sequence([wsi.item(
        OpticalPathIdentifier="1", ObjectiveLensPower=20)])
    return ds


def fill(ds, colors):
    ds.NumberOfFrames = len(colors)
    ds.PixelData = b"".join(bytes(color) * (SIDE * SIDE) for color in colors)


def save(ds, folder, name):
    os.makedirs(f"{folder}/{name}")
    wsi.save(ds, f"{folder}/{name}")


def make_planes(folder):
    ds = base(11)
    ds.TotalPixelMatrixFocalPlanes = len(PLANES)
    ds.TotalPixelMatrixOriginSequence[0].ZOffsetInSlideCoordinateSystem = -1.5
    measures = ds.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    measures.SpacingBetweenSlices = 0.0015
    fill(ds, [plane for plane in PLANES for _ in wsi.grid(WIDTH, HEIGHT)])
    save(ds, folder, "planes")


def manage(colors):
    """What tificc makes of them, in the profile's own intent."""
    with tempfile.TemporaryDirectory() as folder, open(PROFILE, "rb") as file:
        intent = file.read()[67]
        given, made = f"{folder}/given.tif", f"{folder}/made.tif"
        Image.fromarray(numpy.array([colors], "u1")).save(given)
        subprocess.run(["tificc", "-t%d" % intent, "-i" + PROFILE, "-o*sRGB",
                        given, made], check=True, capture_output=True)
        return numpy.asarray(Image.open(made))[0].tolist()


def make_profile(folder):
    ds = base(12)
    with open(PROFILE, "rb") as file:
        ds.OpticalPathSequence[0].ICCProfile = file.read()
    colors = [(c * 60 + 20, r * 80 + 30, 120 + 30 * (c - r))
              for c, r in wsi.grid(WIDTH, HEIGHT)]
    fill(ds, colors)
    save(ds, folder, "profile")
    return {"stored": colors, "managed": manage(colors)}


def make_field(folder):
    ds = base(13, (0.05, 0.03))
    fill(ds, [(255, 255, 255)] * len(wsi.grid(WIDTH, HEIGHT)))
    save(ds, folder, "field")


def make_letter(folder):
    with tempfile.TemporaryDirectory() as made:
        ann.main(made)
        shutil.copytree(f"{made}/usual/slide", f"{folder}/letter")
        shutil.copy(f"{made}/usual/POLYGON-3d-double.dcm", f"{folder}/letter")


def main(folder):
    make_planes(folder)
    make_field(folder)
    make_letter(folder)
    print(json.dumps(make_profile(folder)))


main(sys.argv[1])
