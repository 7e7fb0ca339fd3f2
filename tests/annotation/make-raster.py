# SPDX-License-Identifier: LGPL-2.1-or-later
"""Segmentations and parametric maps of the letter F of make-ann.py.

make-raster.py FOLDER: beside the slides of make-ann.py, FOLDER/TURN/KIND.dcm,
of 0.7 times the slide's resolution and turned another way than it: only the
planes say where a pixel lies.
"""
import importlib
import math
import os
import sys

import numpy
from pydicom.sequence import Sequence

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
slides = importlib.import_module("make-ann")

N = 192  # samples on each side
SIDE = 32
SPACING = 0.0005
ANGLE = 2.0
O = (math.cos(ANGLE), math.sin(ANGLE), -math.sin(ANGLE), math.cos(ANGLE))
KINDS = ["binary", "sparse", "fractional", "labelmap", "values"]


def in_letter(x, y):
    x, y = x - 50, y - 30
    return ((x >= 0) & (x < 20) & (y >= 0) & (y < 100)) | (
        (x >= 0) & (x < 60) & (y >= 0) & (y < 16)) | (
        (x >= 0) & (x < 45) & (y >= 42) & (y < 58))


def origin(turn):
    """The first sample's centre, so that the letter lies in the middle."""
    middle = slides.place((80, 80), "commonz", turn)
    half = (N - 1) / 2 * SPACING
    return [middle[i] - half * (O[i] + O[2 + i]) for i in range(2)]


def mask(turn):
    """Which samples lie in the letter."""
    row, column = numpy.mgrid[0:N, 0:N]
    first = origin(turn)
    mm = [first[i] + SPACING * (O[i] * column + O[2 + i] * row)
          for i in range(2)]
    o = slides.TURNS[turn]
    d = [mm[i] - slides.ORIGIN[i] for i in range(2)]
    x = (d[0] * o[0] + d[1] * o[1]) / slides.SPACING[1] + 0.5
    y = (d[0] * o[3] + d[1] * o[4]) / slides.SPACING[0] + 0.5
    return in_letter(x, y)


def tiles(samples):
    return [samples[r:r + SIDE, c:c + SIDE] for r in range(0, N, SIDE)
            for c in range(0, N, SIDE)]


def base(turn, kind):
    item = slides.item
    ds = slides.Dataset()
    uid = "66.7" if kind == "labelmap" else "30" if kind == "values" else "66.4"
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1." + uid
    ds.SOPInstanceUID = "1.2.3.6.%d" % KINDS.index(kind)
    ds.StudyInstanceUID = "1.2.3.1"
    ds.SeriesInstanceUID = "1.2.3.4"
    ds.Modality = "SEG"
    ds.TotalPixelMatrixColumns = ds.TotalPixelMatrixRows = N
    ds.Rows = ds.Columns = SIDE
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.PixelRepresentation = 0
    ds.DimensionOrganizationType = "TILED_FULL"
    ds.ImageOrientationSlide = [O[0], O[1], 0, O[2], O[3], 0]
    first = origin(turn)
    ds.TotalPixelMatrixOriginSequence = Sequence([item(
        XOffsetInSlideCoordinateSystem=f"{first[0]:.10g}",
        YOffsetInSlideCoordinateSystem=f"{first[1]:.10g}")])
    ds.SharedFunctionalGroupsSequence = Sequence([item(
        PixelMeasuresSequence=Sequence([item(
            PixelSpacing=[SPACING, SPACING])]))])
    return ds


def segments(ds, kind):
    ds.SegmentationType = {"labelmap": "LABELMAP", "fractional":
                           "FRACTIONAL"}.get(kind, "BINARY")
    numbers = [0, 7, 9] if kind == "labelmap" else [7, 9]
    ds.SegmentSequence = Sequence([slides.item(
        SegmentNumber=n, SegmentLabel="segment %d" % n,
        RecommendedDisplayCIELabValue=[35591, 53662, 50852])
        for n in numbers])


def positions(ds, wanted):
    """Frames with a place and a segment each, in any order."""
    item = slides.item
    ds.DimensionOrganizationType = "TILED_SPARSE"
    ds.PerFrameFunctionalGroupsSequence = Sequence([item(
        PlanePositionSlideSequence=Sequence([item(
            ColumnPositionInTotalImagePixelMatrix=c * SIDE + 1,
            RowPositionInTotalImagePixelMatrix=r * SIDE + 1)]),
        SegmentIdentificationSequence=Sequence([item(
            ReferencedSegmentNumber=number)]))
        for c, r, number in wanted])


def fill(ds, kind, letter):
    frames = tiles(letter)
    across = N // SIDE
    if kind in ("binary", "sparse"):
        ds.BitsAllocated = ds.BitsStored = 1
        ds.HighBit = 0
        if kind == "binary":  # nothing of the first segment, then the letter
            frames = [f * False for f in frames] + frames
        else:
            wanted = [(i % across, i // across, 9) for i in range(len(frames))
                      if frames[i].any()][::-1]
            positions(ds, wanted)
            frames = [frames[r * across + c] for c, r, _ in wanted]
        ds.PixelData = b"".join(numpy.packbits(
            f.ravel(), bitorder="little").tobytes() for f in frames)
    elif kind == "fractional":
        ds.BitsAllocated = ds.BitsStored = 8
        ds.HighBit = 7
        ds.MaximumFractionalValue = 200
        frames = [f * False for f in frames] + frames
        ds.PixelData = b"".join((f * 200).astype("u1").tobytes()
                                for f in frames)
    elif kind == "labelmap":
        ds.BitsAllocated = ds.BitsStored = 16
        ds.HighBit = 15
        ds.PixelData = b"".join((f * 9).astype("<u2").tobytes()
                                for f in frames)
    else:
        ds.BitsAllocated = 32
        values = [numpy.where(f, 5.5, 0.25).astype("<f4") for f in frames]
        ds.add_new(0x7fe00008, "OF", b"".join(v.tobytes() for v in values))
        ds.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence = \
            Sequence([slides.item(
                LUTExplanation="Score", RealWorldValueSlope=2.0,
                RealWorldValueIntercept=1.0,
                MeasurementUnitsCodeSequence=slides.code("1", "UCUM", "1"))])
    ds.NumberOfFrames = len(frames)


def main(folder):
    for turn in slides.TURNS:
        letter = mask(turn)
        for kind in KINDS:
            ds = base(turn, kind)
            if kind != "values":
                segments(ds, kind)
            fill(ds, kind, letter)
            slides.save(ds, f"{folder}/{turn}/{kind}.dcm")


if __name__ == "__main__":
    main(sys.argv[1])
