# SPDX-License-Identifier: LGPL-2.1-or-later
"""DICOM slides whose every colour is known, to be looked at in viewers.

make-looks.py FOLDER: writes FOLDER/{focus,profile,glow}/*.dcm and
FOLDER/expected.json, what viewers should show:

focus    three focal planes of 4 x 3 patches in colour, a small ICC profile, a
         label and an overview
profile  one plane of the same, with a profile too large to travel in tiles
glow     two channels of 12 bits: columns of the one, rows of the other
"""
import importlib
import io
import json
import os
import struct
import sys

import numpy
from PIL import Image, ImageCms
from pydicom.sequence import Sequence

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.append(os.path.join(TESTS, "slide"))
wsi = importlib.import_module("make-wsi")
item = wsi.item

TILE = 128
PATCH = 256
COLUMNS, ROWS = 4, 3
# Between rows, between columns.
SPACING_MM = [0.004, 0.0025]
COLUMN_SAMPLES = [0, 1000, 2000, 4000]
ROW_SAMPLES = [0, 1500, 3000]


def patch(column, row, plane):
    return (40 + 50 * column, 60 + 60 * row, 50 + 70 * plane)


def chart(plane):
    small = numpy.array([[patch(c, r, plane) for c in range(COLUMNS)]
                         for r in range(ROWS)], "u1")
    return small.repeat(PATCH, 0).repeat(PATCH, 1)


def profile(padding):
    """sRGB whose red and blue have changed places; as long as one likes."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    n = struct.unpack(">I", data[128:132])[0]
    entries = [data[132 + 12 * i:144 + 12 * i] for i in range(n)]
    swap = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}
    entries = [swap.get(one[:4], one[:4]) + one[4:] for one in entries]
    data = data[:132] + b"".join(entries) + data[132 + 12 * n:]
    data += bytes(padding)
    return struct.pack(">I", len(data)) + data[4:]


def managed(rgb, icc):
    one = Image.new("RGB", (1, 1), tuple(rgb))
    shown = ImageCms.profileToProfile(
        one, ImageCms.ImageCmsProfile(io.BytesIO(icc)),
        ImageCms.createProfile("sRGB"), renderingIntent=1)
    return list(shown.getpixel((0, 0)))


def cut(picture):
    """The tiles of a whole picture, along rows, then down."""
    height, width = picture.shape[:2]
    return b"".join(picture[y:y + TILE, x:x + TILE].tobytes()
                    for y in range(0, height, TILE)
                    for x in range(0, width, TILE))


def base(number, series, pictures):
    height, width = pictures[0].shape[:2]
    ds = wsi.base(number, width, height)
    ds.SOPInstanceUID = f"1.2.3.{series}.{number}"
    ds.StudyInstanceUID = f"1.2.3.{series}.100"
    ds.SeriesInstanceUID = f"1.2.3.{series}.200"
    ds.ContainerIdentifier = f"Glass {series}"
    ds.Rows = ds.Columns = TILE
    measures = ds.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    measures.PixelSpacing = SPACING_MM
    ds.DimensionOrganizationType = "TILED_FULL"
    ds.PixelData = b"".join(cut(one) for one in pictures)
    ds.NumberOfFrames = len(pictures) * -(-width // TILE) * -(-height // TILE)
    return ds


def save_focus(folder):
    ds = base(1, 71, [chart(z) for z in range(3)])
    ds.TotalPixelMatrixFocalPlanes = 3
    ds.TotalPixelMatrixOriginSequence[0].ZOffsetInSlideCoordinateSystem = -1.5
    measures = ds.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    measures.SpacingBetweenSlices = 0.0015
    ds.OpticalPathSequence[0].ICCProfile = profile(0)
    wsi.save(ds, folder)
    for number, kind, rgb in ((2, "LABEL", (230, 180, 20)),
                              (3, "OVERVIEW", (20, 160, 90))):
        beside = base(number, 71, [numpy.full((TILE, TILE, 3), rgb, "u1")])
        beside.ImageType = ["ORIGINAL", "PRIMARY", kind, "NONE"]
        del beside.OpticalPathSequence[0].ICCProfile
        wsi.save(beside, folder)


def save_profile(folder):
    ds = base(1, 72, [chart(1)])
    ds.OpticalPathSequence[0].ICCProfile = profile(20000)
    wsi.save(ds, folder)


def save_glow(folder):
    columns = numpy.array([COLUMN_SAMPLES] * ROWS, "<u2")
    rows = numpy.array([[value] * COLUMNS for value in ROW_SAMPLES], "<u2")
    ds = base(1, 73, [one.repeat(PATCH, 0).repeat(PATCH, 1)
                      for one in (columns, rows)])
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    del ds.PlanarConfiguration
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 12, 11
    ds.OpticalPathSequence = Sequence([
        item(OpticalPathIdentifier="1", OpticalPathDescription="Red"),
        item(OpticalPathIdentifier="2", OpticalPathDescription="Green")])
    ds.NumberOfOpticalPaths = 2
    wsi.save(ds, folder)


def main(folder):
    for name, save in (("focus", save_focus), ("profile", save_profile),
                       ("glow", save_glow)):
        os.makedirs(f"{folder}/{name}")
        save(f"{folder}/{name}")
    planes = [[[list(patch(c, r, z)) for c in range(COLUMNS)]
               for r in range(ROWS)] for z in range(3)]
    shown = [[[managed(rgb, profile(0)) for rgb in row] for row in plane]
             for plane in planes]
    with open(f"{folder}/expected.json", "w", encoding="utf-8") as out:
        json.dump({"patch": PATCH, "stored": planes, "managed": shown,
                   "columns": COLUMN_SAMPLES, "rows": ROW_SAMPLES,
                   "label": [230, 180, 20], "macro": [20, 160, 90]}, out)


if __name__ == "__main__":
    main(sys.argv[1])
