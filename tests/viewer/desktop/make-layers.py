# SPDX-License-Identifier: LGPL-2.1-or-later
"""Annotations, a segmentation and a parametric map of a DICOM slide.

make-layers.py LEVEL0.dcm FOLDER: writes FOLDER/{ann,seg,map}.dcm. All lie on the
letter F, which takes half of the slide's height, in its middle: polygons and
points (ann) along it, its surface (seg, at an eighth of the slide's resolution),
and a score that falls from its left edge to the right (map)."""
import sys

import numpy
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

SIDE = 64
REDUCED = 8
# Of a height of 100, with the upper left corner at (0, 0).
OUTLINE = [(0, 0), (60, 0), (60, 16), (20, 16), (20, 42), (45, 42), (45, 58),
           (20, 58), (20, 100), (0, 100)]


def item(**attributes):
    data_set = Dataset()
    for key, value in attributes.items():
        setattr(data_set, key, value)
    return data_set


def code(value, scheme, meaning):
    return Sequence([item(CodeValue=value, CodingSchemeDesignator=scheme,
                          CodeMeaning=meaning)])


def frame(slide):
    """Where the letter lies: left, top, pixels of one of its hundred units."""
    unit = slide.TotalPixelMatrixRows / 200
    return (slide.TotalPixelMatrixColumns / 2 - 30 * unit,
            slide.TotalPixelMatrixRows / 4, unit)


def in_letter(x, y):
    return ((x >= 0) & (x < 20) & (y >= 0) & (y < 100)) | (
        (x >= 0) & (x < 60) & (y >= 0) & (y < 16)) | (
        (x >= 0) & (x < 45) & (y >= 42) & (y < 58))


def base(slide, uid, number, modality, label):
    ds = Dataset()
    ds.SOPClassUID = uid
    ds.SOPInstanceUID = "1.2.3.99.%d" % number
    ds.SeriesInstanceUID = "1.2.3.98.%d" % number
    ds.Modality = modality
    ds.ContentLabel = label.upper()
    ds.ContentDescription = label
    for name in ("StudyInstanceUID", "PatientID", "PatientName",
                 "FrameOfReferenceUID"):
        if name in slide:
            setattr(ds, name, getattr(slide, name))
    ds.ReferencedSeriesSequence = Sequence([item(
        SeriesInstanceUID=slide.SeriesInstanceUID)])
    return ds


def save(ds, path):
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.save_as(path, write_like_original=False)


def group(number, label, kind, shapes, lab):
    points = numpy.array([p for shape in shapes for p in shape], "<f4")
    found = item(AnnotationGroupNumber=number,
                 AnnotationGroupUID="1.2.3.97.%d" % number,
                 AnnotationGroupLabel=label,
                 AnnotationGroupGenerationType="AUTOMATIC",
                 AnnotationPropertyCategoryCodeSequence=code(
                     "91723000", "SCT", "Anatomical Structure"),
                 AnnotationPropertyTypeCodeSequence=code(
                     "84640000", "SCT", "Nucleus"),
                 NumberOfAnnotations=len(shapes), GraphicType=kind,
                 AnnotationAppliesToAllZPlanes="YES",
                 AnnotationAppliesToAllOpticalPaths="YES",
                 PointCoordinatesData=points.tobytes(),
                 RecommendedDisplayCIELabValue=lab)
    if kind == "POLYGON":
        starts = numpy.cumsum([0] + [2 * len(s) for s in shapes])[:-1] + 1
        found.LongPrimitivePointIndexList = starts.astype("<u4").tobytes()
    return found


def make_ann(slide):
    left, top, unit = frame(slide)
    letter = [(left + x * unit, top + y * unit) for x, y in OUTLINE]
    cells = [[(left + (x + 4) * unit, top + (y + 4) * unit)]
             for y in range(0, 100, 8) for x in range(0, 60, 8)
             if in_letter(numpy.float64(x), numpy.float64(y))]
    ds = base(slide, "1.2.840.10008.5.1.4.1.1.91.1", 1, "ANN", "Nuclei")
    ds.AnnotationCoordinateType = "2D"
    ds.PixelOriginInterpretation = "VOLUME"
    ds.ReferencedImageSequence = Sequence([item(
        ReferencedSOPClassUID=slide.SOPClassUID,
        ReferencedSOPInstanceUID=slide.SOPInstanceUID)])
    ds.AnnotationGroupSequence = Sequence([
        group(1, "Outline", "POLYGON", [letter], [20000, 40000, 12000]),
        group(2, "Cells", "POINT", cells, [35591, 53662, 50852])])
    return ds


def raster(slide, uid, number, modality, label):
    ds = base(slide, uid, number, modality, label)
    ds.TotalPixelMatrixColumns = slide.TotalPixelMatrixColumns // REDUCED
    ds.TotalPixelMatrixRows = slide.TotalPixelMatrixRows // REDUCED
    ds.Rows = ds.Columns = SIDE
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.PixelRepresentation = 0
    ds.DimensionOrganizationType = "TILED_FULL"
    spacing = slide.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[
        0].PixelSpacing
    o = [float(v) for v in slide.ImageOrientationSlide]
    first = slide.TotalPixelMatrixOriginSequence[0]
    # The centre of the first sample is that of REDUCED x REDUCED pixels.
    half = (REDUCED - 1) / 2
    origin = [float(getattr(first, axis + "OffsetInSlideCoordinateSystem")) +
              half * (o[i] * float(spacing[1]) + o[3 + i] * float(spacing[0]))
              for i, axis in enumerate("XY")]
    ds.ImageOrientationSlide = slide.ImageOrientationSlide
    ds.TotalPixelMatrixOriginSequence = Sequence([item(
        XOffsetInSlideCoordinateSystem=f"{origin[0]:.10g}",
        YOffsetInSlideCoordinateSystem=f"{origin[1]:.10g}")])
    ds.SharedFunctionalGroupsSequence = Sequence([item(
        PixelMeasuresSequence=Sequence([item(
            PixelSpacing=[float(s) * REDUCED for s in spacing])]))])
    return ds


def letter_places(slide, ds):
    left, top, unit = frame(slide)
    rows = -(-ds.TotalPixelMatrixRows // SIDE) * SIDE
    columns = -(-ds.TotalPixelMatrixColumns // SIDE) * SIDE
    y, x = numpy.mgrid[0:rows, 0:columns]
    return ((x + 0.5) * REDUCED - left) / unit, ((y + 0.5) * REDUCED - top) / unit


def tiles(samples):
    rows, columns = samples.shape
    return [samples[r:r + SIDE, c:c + SIDE] for r in range(0, rows, SIDE)
            for c in range(0, columns, SIDE)]


def make_seg(slide):
    ds = raster(slide, "1.2.840.10008.5.1.4.1.1.66.4", 2, "SEG", "Tumour")
    ds.SegmentationType = "BINARY"
    ds.BitsAllocated = ds.BitsStored = 1
    ds.HighBit = 0
    ds.SegmentSequence = Sequence([item(
        SegmentNumber=1, SegmentLabel="Invasive",
        RecommendedDisplayCIELabValue=[33000, 20000, 45000])])
    frames = tiles(in_letter(*letter_places(slide, ds)))
    ds.PixelData = b"".join(numpy.packbits(
        f.ravel(), bitorder="little").tobytes() for f in frames)
    ds.NumberOfFrames = len(frames)
    return ds


def make_map(slide):
    ds = raster(slide, "1.2.840.10008.5.1.4.1.1.30", 3, "OT", "Tumour score")
    ds.BitsAllocated = 32
    x, y = letter_places(slide, ds)
    values = numpy.where(in_letter(x, y), 1 - x / 80, numpy.nan).astype("<f4")
    frames = tiles(values)
    ds.add_new(0x7fe00008, "OF", b"".join(f.tobytes() for f in frames))
    ds.NumberOfFrames = len(frames)
    ds.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence = \
        Sequence([item(LUTExplanation="Score", RealWorldValueSlope=1.0,
                       RealWorldValueIntercept=0.0,
                       MeasurementUnitsCodeSequence=code("1", "UCUM", "1"))])
    return ds


def main(path, folder):
    slide = pydicom.dcmread(path, stop_before_pixels=True)
    save(make_ann(slide), folder + "/ann.dcm")
    save(make_seg(slide), folder + "/seg.dcm")
    save(make_map(slide), folder + "/map.dcm")


if __name__ == "__main__":
    main(*sys.argv[1:])
