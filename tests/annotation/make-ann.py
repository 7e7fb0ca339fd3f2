# SPDX-License-Identifier: LGPL-2.1-or-later
"""Slides and Bulk Simple Annotations of the letter F on them, in every form.

make-ann.py FOLDER: writes FOLDER/TURN/slide-{0,1}.dcm (two levels) and
FOLDER/TURN/KIND-PLACE-TYPE.dcm. All say the same: the shapes of letter() below
in pixels of level 0, by the formulas of PS3.3 C.7.6.16.2 and C.37, not ours.
"""
import math
import os
import sys

import numpy
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

SIZE = (200, 152)
SIDE = 32
SPACING = (0.0005, 0.0003)  # between rows, between columns
ORIGIN = (20.5, 40.25)
TURNS = {
    "plain": (1, 0, 0, 0, 1, 0),
    "usual": (0, -1, 0, -1, 0, 0),
    "turned": (math.cos(0.5), math.sin(0.5), 0,
               -math.sin(0.5), math.cos(0.5), 0),
}
KINDS = ["POINT", "POLYLINE", "POLYGON", "RECTANGLE", "ELLIPSE"]
PLACES = ["volume0", "volume1", "frame", "3d", "commonz"]


def item(**attributes):
    data_set = Dataset()
    for key, value in attributes.items():
        setattr(data_set, key, value)
    return data_set


def code(value, scheme, meaning):
    return Sequence([item(CodeValue=value, CodingSchemeDesignator=scheme,
                          CodeMeaning=meaning)])


def letter(kind):
    """The letter, 60 x 100, from (50, 30) on, of shapes of one kind."""
    bars = [(0, 0, 20, 100), (20, 0, 60, 16), (20, 42, 45, 58)]
    outline = [(0, 0), (60, 0), (60, 16), (20, 16), (20, 42), (45, 42),
               (45, 58), (20, 58), (20, 100), (0, 100)]
    if kind == "POINT":
        shapes = [[(x, y)] for x, y in outline + [(33, 7.25)]]
    elif kind == "POLYLINE":
        shapes = [[(0, 100), (0, 0), (60, 0)], [(0, 50), (45, 50)]]
    elif kind == "POLYGON":
        shapes = [outline, [(70, 0), (80, 0), (75, 20.5)]]
    elif kind == "RECTANGLE":
        shapes = [[(a, b), (c, b), (c, d), (a, d)] for a, b, c, d in bars]
    else:
        shapes = [[((a + c) / 2, d), ((a + c) / 2, b), (a, (b + d) / 2),
                   (c, (b + d) / 2)] if d - b > c - a else
                  [(a, (b + d) / 2), (c, (b + d) / 2), ((a + c) / 2, b),
                   ((a + c) / 2, d)] for a, b, c, d in bars]
    return [[(x + 50, y + 30) for x, y in shape] for shape in shapes]


def place(point, where, turn):
    """A point of level 0 as it is stored."""
    x, y = point
    if where == "volume0":
        return [x, y]
    if where == "volume1":
        return [x / 2, y / 2]
    if where == "frame":  # number 9 of 7 tiles a row: (1, 1)
        return [x - SIDE, y - SIDE]
    o = TURNS[turn]
    mm = [ORIGIN[i] + o[i] * SPACING[1] * (x - 0.5) +
          o[3 + i] * SPACING[0] * (y - 0.5) for i in range(2)]
    return mm + ([0.0] if where == "3d" else [])


def slide(number, turn):
    width, height = SIZE[0] >> number, SIZE[1] >> number
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.77.1.6"
    ds.SOPInstanceUID = f"1.2.3.4.{number}"
    ds.StudyInstanceUID = "1.2.3.1"
    ds.SeriesInstanceUID = "1.2.3.2"
    ds.Modality = "SM"
    ds.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    ds.DimensionOrganizationType = "TILED_FULL"
    ds.TotalPixelMatrixColumns, ds.TotalPixelMatrixRows = width, height
    ds.Rows = ds.Columns = SIDE
    ds.SamplesPerPixel = 3
    ds.PhotometricInterpretation = "RGB"
    ds.PlanarConfiguration = 0
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit = 7
    ds.PixelRepresentation = 0
    ds.ImageOrientationSlide = list(TURNS[turn])
    scale = 1 << number
    # The centre of the first pixel moves when pixels grow.
    o = TURNS[turn]
    shift = [(scale - 1) / 2 * (o[i] * SPACING[1] + o[3 + i] * SPACING[0])
             for i in range(2)]
    ds.TotalPixelMatrixOriginSequence = Sequence([item(
        XOffsetInSlideCoordinateSystem=f"{ORIGIN[0] + shift[0]:.10g}",
        YOffsetInSlideCoordinateSystem=f"{ORIGIN[1] + shift[1]:.10g}")])
    ds.SharedFunctionalGroupsSequence = Sequence([item(
        PixelMeasuresSequence=Sequence([item(
            PixelSpacing=[s * scale for s in SPACING])]))])
    ds.OpticalPathSequence = Sequence([item(OpticalPathIdentifier="1")])
    n = -(-width // SIDE) * -(-height // SIDE)
    ds.NumberOfFrames = n
    ds.PixelData = bytes([240]) * (n * SIDE * SIDE * 3)
    return ds


def group(kind, where, turn, is_double, number=1):
    shapes = letter(kind)
    if where == "commonz" or where == "3d":
        values = 3 if where == "3d" else 2
    else:
        values = 2
    points = [place(p, where, turn) for shape in shapes for p in shape]
    data = numpy.array(points).astype("<f8" if is_double else "<f4").tobytes()
    found = item(AnnotationGroupNumber=number,
                 AnnotationGroupUID=f"1.2.3.7.{number}",
                 AnnotationGroupLabel="Letter " + kind,
                 AnnotationGroupGenerationType="MANUAL",
                 AnnotationPropertyCategoryCodeSequence=code(
                     "91723000", "SCT", "Anatomical Structure"),
                 AnnotationPropertyTypeCodeSequence=code(
                     "84640000", "SCT", "Nucleus"),
                 NumberOfAnnotations=len(shapes),
                 AnnotationAppliesToAllOpticalPaths="YES",
                 GraphicType=kind)
    if "3d" not in (where,) and where != "commonz":
        found.AnnotationAppliesToAllZPlanes = "YES"
    if where == "commonz":
        found.CommonZCoordinateValue = 0.0
    if is_double:
        found.DoublePointCoordinatesData = data
    else:
        found.PointCoordinatesData = data
    if kind in ("POLYLINE", "POLYGON"):
        starts = numpy.cumsum([0] + [len(s) * values for s in shapes])[:-1] + 1
        found.LongPrimitivePointIndexList = starts.astype("<u4").tobytes()
    # Pure red of sRGB.
    found.RecommendedDisplayCIELabValue = [35591, 53662, 50852]
    measured = numpy.arange(len(shapes), dtype="<f4") * 1.5
    found.MeasurementsSequence = Sequence([
        item(ConceptNameCodeSequence=code("42798000", "SCT", "Area"),
             MeasurementUnitsCodeSequence=code("um2", "UCUM", "um2"),
             MeasurementValuesSequence=Sequence([item(
                 FloatingPointValues=measured.tobytes())])),
        item(ConceptNameCodeSequence=code("x", "99T", "Only one"),
             MeasurementUnitsCodeSequence=code("1", "UCUM", "no units"),
             MeasurementValuesSequence=Sequence([item(
                 FloatingPointValues=numpy.array([7], "<f4").tobytes(),
                 AnnotationIndexList=numpy.array([2], "<u4").tobytes())]))])
    return found


def ann(kind, where, turn, is_double):
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.91.1"
    kinds = "%d%d%d" % (KINDS.index(kind), PLACES.index(where), is_double)
    ds.SOPInstanceUID = "1.2.3.5.1" + kinds
    ds.StudyInstanceUID = "1.2.3.1"
    ds.SeriesInstanceUID = "1.2.3.3"
    ds.Modality = "ANN"
    ds.ContentLabel = "LETTERS"
    ds.AnnotationCoordinateType = "3D" if where in ("3d", "commonz") else "2D"
    if ds.AnnotationCoordinateType == "2D":
        ds.PixelOriginInterpretation = ("FRAME" if where == "frame" else
                                        "VOLUME")
        reference = item(
            ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.77.1.6",
            ReferencedSOPInstanceUID="1.2.3.4.1" if where == "volume1"
            else "1.2.3.4.0")
        if where == "frame":
            reference.ReferencedFrameNumber = 9
        ds.ReferencedImageSequence = Sequence([reference])
    else:
        ds.FrameOfReferenceUID = "1.2.3.8"
    ds.ReferencedSeriesSequence = Sequence([item(
        SeriesInstanceUID="1.2.3.2")])
    ds.AnnotationGroupSequence = Sequence([group(kind, where, turn,
                                                 is_double)])
    return ds


def save(ds, path):
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.save_as(path, write_like_original=False)


def main(folder):
    for turn in TURNS:
        os.makedirs(f"{folder}/{turn}/slide")
        for number in range(2):
            save(slide(number, turn), f"{folder}/{turn}/slide/{number}.dcm")
        for kind in KINDS:
            for where in PLACES:
                for is_double in (False, True):
                    save(ann(kind, where, turn, is_double),
                         "%s/%s/%s-%s-%s.dcm" % (
                             folder, turn, kind, where,
                             "double" if is_double else "float"))


if __name__ == "__main__":
    main(sys.argv[1])
