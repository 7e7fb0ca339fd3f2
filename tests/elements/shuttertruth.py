# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes pictures with Display Shutters, and beside each the bytes that numpy
makes of it by the attributes that pydicom reads back."""

import os
import sys

import numpy
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

ROWS, COLUMNS, FRAMES = 47, 61, 2


def shutter(shape, **attributes):
    made = Dataset()
    made.ShutterShape = shape
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


BOX = {"ShutterLeftVerticalEdge": 5, "ShutterRightVerticalEdge": 50,
       "ShutterUpperHorizontalEdge": 3, "ShutterLowerHorizontalEdge": 40}
DISC = {"CenterOfCircularShutter": [20, 33], "RadiusOfCircularShutter": 17}
STAR = {"VerticesOfThePolygonalShutter":
        [2, 30, 45, 12, 16, 58, 14, 3, 44, 50, 30, 55]}
CASES = {
    "none": None,
    "box": shutter("RECTANGULAR", ShutterPresentationValue=0, **BOX),
    "disc": shutter("CIRCULAR", ShutterPresentationValue=65535, **DISC),
    "star": shutter("POLYGONAL", ShutterPresentationValue=30000, **STAR),
    "all": shutter(["RECTANGULAR", "CIRCULAR", "POLYGONAL"],
                   **BOX, **DISC, **STAR),
    "beyond": shutter("RECTANGULAR", **{**BOX, "ShutterLeftVerticalEdge": -900,
                                        "ShutterLowerHorizontalEdge": 90000}),
    "aspect": shutter("CIRCULAR", **DISC),
    # What makes no shape leaves the picture as it is.
    "crossed": shutter("RECTANGULAR",
                       **{**BOX, "ShutterLeftVerticalEdge": 51}),
    "lacking": shutter("RECTANGULAR", ShutterLeftVerticalEdge=4),
    "point": shutter("CIRCULAR", CenterOfCircularShutter=[2, 2],
                     RadiusOfCircularShutter=0),
    "away": shutter("CIRCULAR", CenterOfCircularShutter=[-2000000000, 5],
                    RadiusOfCircularShutter=2000000000),
    "nothing-seen": shutter("RECTANGULAR", **{
        **BOX, "ShutterLeftVerticalEdge": 500,
        "ShutterRightVerticalEdge": 600}),
    "many": shutter("POLYGONAL",
                    VerticesOfThePolygonalShutter=[1, 1, 9, 9, 1, 9] * 400),
    "unknown": shutter("HEXAGONAL", **BOX),
    "grouped": [shutter("CIRCULAR", **DISC), shutter("RECTANGULAR", **BOX)],
}
UNCOVERED = ("none", "crossed", "lacking", "point", "away", "nothing-seen",
             "many", "unknown")


def with_bitmap(item, group, at, bits, **attributes):
    """@at: row and column, from 1, of the first bit."""
    item.ShutterOverlayGroup = group
    for name, value in attributes.items():
        setattr(item, name, value)
    item.add_new((0x6002, 0x0010), "US", bits.shape[0])
    item.add_new((0x6002, 0x0011), "US", bits.shape[1])
    item.add_new((0x6002, 0x0040), "CS", "G")
    item.add_new((0x6002, 0x0050), "SS", list(at))
    item.add_new((0x6002, 0x0100), "US", 1)
    item.add_new((0x6002, 0x0102), "US", 0)
    packed = numpy.packbits(bits.ravel(), bitorder="little").tobytes()
    item.add_new((0x6002, 0x3000), "OW", packed + b"\0" * (len(packed) % 2))
    return item


NOISE = numpy.random.default_rng(3).random((ROWS, COLUMNS)) < 0.4
CASES["bitmap"] = with_bitmap(shutter("BITMAP"), 0x6002, (1, 1), NOISE,
                              ShutterPresentationValue=65535)
CASES["bitmap-moved"] = with_bitmap(
    shutter("BITMAP"), 0x6002, (-4, 20), NOISE,
    ShutterPresentationColorCIELabValue=[65535, 32896, 32896])
CASES["bitmap-small"] = with_bitmap(shutter("BITMAP"), 0x6002, (9, -3),
                                    NOISE[:20, :30])
CASES["bitmap-lacking"] = shutter("BITMAP", ShutterOverlayGroup=0x6002)
CASES["bitmap-whole"] = with_bitmap(shutter("BITMAP"), 0x6002, (1, 1),
                                    NOISE | True)
UNCOVERED += ("bitmap-lacking", "bitmap-whole")


def in_polygon(y, x, corners):
    inside = numpy.zeros(y.shape, bool)
    edge = numpy.zeros(y.shape, bool)
    for (ay, ax), (by, bx) in zip(corners, corners[1:] + corners[:1]):
        cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        edge |= ((cross == 0) & (x >= min(ax, bx)) & (x <= max(ax, bx)) &
                 (y >= min(ay, by)) & (y <= max(ay, by)))
        spans = (ay > y) != (by > y)
        inside ^= spans & ((cross < 0) if by > ay else (cross > 0))
    return inside | edge


def seen(item, aspect):
    """Of pixels that are counted from 1."""
    y, x = numpy.mgrid[1:ROWS + 1, 1:COLUMNS + 1]
    left = numpy.ones(y.shape, bool)
    shapes = item.ShutterShape
    shapes = [shapes] if isinstance(shapes, str) else shapes
    if "RECTANGULAR" in shapes:
        left &= ((x >= item.ShutterLeftVerticalEdge) &
                 (x <= item.ShutterRightVerticalEdge) &
                 (y >= item.ShutterUpperHorizontalEdge) &
                 (y <= item.ShutterLowerHorizontalEdge))
    if "CIRCULAR" in shapes:
        row, column = item.CenterOfCircularShutter
        left &= (((y - row) * aspect) ** 2 + (x - column) ** 2 <=
                 item.RadiusOfCircularShutter ** 2)
    if "POLYGONAL" in shapes:
        values = [int(v) for v in item.VerticesOfThePolygonalShutter]
        left &= in_polygon(y, x, list(zip(values[::2], values[1::2])))
    if "BITMAP" in shapes:
        bits = item.overlay_array(item.ShutterOverlayGroup)
        top, first = item[item.ShutterOverlayGroup, 0x0050].value
        for row, column in zip(*numpy.nonzero(bits)):
            left &= (y != row + top) | (x != column + first)
    return left


def write(path, frames, name, items):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.12.1"
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = FileDataset(path, {}, file_meta=meta, preamble=b"\0" * 128)
    if isinstance(items, Dataset):
        data.update(items)
    data.SOPClassUID = meta.MediaStorageSOPClassUID
    data.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    data.StudyInstanceUID = generate_uid()
    data.SeriesInstanceUID = generate_uid()
    data.Modality = "XA"
    data.NumberOfFrames = FRAMES
    data.Rows, data.Columns = ROWS, COLUMNS
    data.SamplesPerPixel = 1
    data.PhotometricInterpretation = "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit = 8, 8, 7
    data.PixelRepresentation = 0
    data.WindowCenter, data.WindowWidth = 128, 256
    if name == "aspect":
        data.PixelAspectRatio = [3, 2]
    if isinstance(items, list):
        data.SharedFunctionalGroupsSequence = [Dataset()]
        data.PerFrameFunctionalGroupsSequence = []
        for item in items:
            group = Dataset()
            group.FrameDisplayShutterSequence = [item]
            data.PerFrameFunctionalGroupsSequence.append(group)
    data.PixelData = frames.tobytes() + b"\0" * (frames.size % 2)
    data.is_little_endian, data.is_implicit_VR = True, False
    data.save_as(path, write_like_original=False)


def judge(path, name):
    data = pydicom.dcmread(path)
    pictures = data.pixel_array.copy()
    aspect = 1.0
    if "PixelAspectRatio" in data:
        aspect = data.PixelAspectRatio[0] / data.PixelAspectRatio[1]
    for i, picture in enumerate(pictures):
        item = data
        if "PerFrameFunctionalGroupsSequence" in data:
            groups = data.PerFrameFunctionalGroupsSequence[i]
            item = groups.FrameDisplayShutterSequence[0]
        if name not in UNCOVERED:
            white = "ShutterPresentationColorCIELabValue" in item
            value = item.get("ShutterPresentationValue", 65535 * white)
            picture[~seen(item, aspect)] = round(value / 257)
    return pictures


def main(folder):
    os.makedirs(folder, exist_ok=True)
    random = numpy.random.default_rng(7)
    frames = random.integers(1, 255, (FRAMES, ROWS, COLUMNS)).astype("u1")
    for name, items in CASES.items():
        path = os.path.join(folder, name + ".dcm")
        write(path, frames, name, items)
        judge(path, name).tofile(os.path.join(folder, name + ".truth"))
    print(" ".join(CASES), end="")


main(sys.argv[1])
