# SPDX-License-Identifier: LGPL-2.1-or-later
"""A CT of a body with a bone, and a segmentation of it on a finer grid of
sagittal frames: segmented.py FOLDER writes FOLDER/ct and FOLDER/seg.dcm."""

import os
import sys

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.pixel_data_handlers.util import pack_bits

SIZE = np.array([44, 38, 30])                       # i, j, k
STEP = np.array([1.5, 2.0, 2.5])
ORIGIN = np.array([-31.3, -40.7, 500.9])
FRAME = "1.2.9.7"
# Of the segmentation: rows to the back, columns to the feet, frames to the
# right (the cross product of both).
SEG_AXES = np.array([[0, 1, 0], [0, 0, -1], [-1, 0, 0]], float)
SEG_SIZE = np.array([80, 70, 52])                   # columns, rows, frames
SEG_STEP = np.array([0.93, 1.07, 1.21])
SEG_ORIGIN = np.array([31.17, -38.21, 572.37])
MIDDLE = ORIGIN + STEP * (SIZE - 1) / 2
# Number, label, L*, a*, b*.
SEGMENTS = [(3, "ball", 53.0, 60.0, 40.0), (5, "bar", 60.0, -50.0, 45.0),
            (9, "slab", 45.0, 10.0, -60.0)]


def lattice(origin, axes, step, size):
    """Millimetres of each point, [i, j, k, 3]."""
    index = np.stack(np.meshgrid(*map(np.arange, size), indexing="ij"), -1)
    return origin + (index * step) @ axes


def values():
    """[i, j, k] in HU: a body, and a bone along its height."""
    x, y, z = np.moveaxis(lattice(ORIGIN, np.eye(3), STEP, SIZE) - MIDDLE, -1,
                          0)
    out = np.full(SIZE, -1000.0)
    body = (x / 26) ** 2 + (y / 30) ** 2 + (z / 31) ** 2 < 1
    out[body] = 40 + 3 * x[body]
    out[body & ((x - 8) ** 2 + (y - 6) ** 2 < 49)] = 700
    return out


def members():
    """Of each segment, [column, row, frame] as it is stored."""
    x, y, z = np.moveaxis(lattice(SEG_ORIGIN, SEG_AXES, SEG_STEP, SEG_SIZE) -
                          MIDDLE, -1, 0)
    ball = (x + 9) ** 2 + (y + 12) ** 2 + (z - 4) ** 2 < 121
    bar = (abs(x - 7) < 9) & (abs(y - 2) < 8) & (abs(z + 9) < 6)
    slab = (abs(x) < 24) & (abs(y - 20) < 3) & (abs(z) < 20)
    return [ball, bar, slab]


def base(sop_class, uid, series):
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID = sop_class
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID = uid
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.1.7", series
    ds.PatientName, ds.PatientID = "Phantom", "P"
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.PixelRepresentation = 0
    return ds


def write_ct(folder):
    os.makedirs(folder)
    for k, plane in enumerate(np.moveaxis(values(), 2, 0)):
        ds = base("1.2.840.10008.5.1.4.1.1.2", "1.2.3.7.%d" % k, "1.2.2.7")
        ds.Modality, ds.FrameOfReferenceUID = "CT", FRAME
        ds.InstanceNumber = k + 1
        ds.ImagePositionPatient = list(ORIGIN + [0, 0, k * STEP[2]])
        ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        ds.PixelSpacing = [STEP[1], STEP[0]]
        ds.Columns, ds.Rows = map(int, SIZE[:2])
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 16, 15
        ds.RescaleSlope, ds.RescaleIntercept = 1, -1024
        ds.WindowCenter, ds.WindowWidth = 200, 1200
        ds.PixelData = np.rint(plane.T + 1024).astype("<u2").tobytes()
        pydicom.dcmwrite("%s/%02d.dcm" % (folder, k), ds,
                         write_like_original=False)


def describe(number, label, l, a, b):
    item = Dataset()
    item.SegmentNumber, item.SegmentLabel = number, label
    item.RecommendedDisplayCIELabValue = [
        int(round(l / 100 * 65535)), int(round((a + 128) / 255 * 65535)),
        int(round((b + 128) / 255 * 65535))]
    return item


def place(frame, number):
    where, of, item = Dataset(), Dataset(), Dataset()
    where.ImagePositionPatient = list(
        SEG_ORIGIN + SEG_AXES[2] * SEG_STEP[2] * frame)
    of.ReferencedSegmentNumber = number
    item.PlanePositionSequence = [where]
    item.SegmentIdentificationSequence = [of]
    return item


def samples(kind, mask):
    """What a frame holds of its segment."""
    if kind == "BINARY":
        return mask.T.ravel()
    # Of 200: half of it is in, a little less is not.
    return np.where(mask.T.ravel(), 100, 99)


def write_map(path, ds):
    """The same as a label map: each frame has all segments."""
    labels = np.zeros(SEG_SIZE, "u2")
    for segment, mask in zip(SEGMENTS, members()):
        labels[mask] = segment[0]
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.66.7"
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.SegmentationType = "LABELMAP"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 16, 15
    ds.NumberOfFrames = int(SEG_SIZE[2])
    ds.PerFrameFunctionalGroupsSequence = [
        place(frame, 0) for frame in range(SEG_SIZE[2])]
    for item in ds.PerFrameFunctionalGroupsSequence:
        del item.SegmentIdentificationSequence
    ds.PixelData = labels.transpose(2, 1, 0).astype("<u2").tobytes()
    pydicom.dcmwrite(path, ds, write_like_original=False)


def write_seg(path, frame_of_reference=FRAME, kind="BINARY"):
    """Empty frames are left out, as most programs do."""
    ds = base("1.2.840.10008.5.1.4.1.1.66.4", "1.2.3.8", "1.2.2.8")
    ds.Modality, ds.FrameOfReferenceUID = "SEG", frame_of_reference
    ds.SegmentationType = kind
    ds.Columns, ds.Rows = map(int, SEG_SIZE[:2])
    ds.BitsAllocated = ds.BitsStored = 1 if kind == "BINARY" else 8
    ds.HighBit = ds.BitsStored - 1
    if kind == "FRACTIONAL":
        ds.SegmentationFractionalType = "PROBABILITY"
        ds.MaximumFractionalValue = 200
    measures, plane, shared = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing = [SEG_STEP[1], SEG_STEP[0]]
    measures.SliceThickness = SEG_STEP[2]
    plane.ImageOrientationPatient = list(SEG_AXES[:2].ravel())
    shared.PixelMeasuresSequence = [measures]
    shared.PlaneOrientationSequence = [plane]
    ds.SharedFunctionalGroupsSequence = [shared]
    ds.SegmentSequence = [describe(*segment) for segment in SEGMENTS]
    if kind == "LABELMAP":
        write_map(path, ds)
        return
    bits, places = [], []
    for segment, mask in zip(SEGMENTS, members()):
        for frame in range(SEG_SIZE[2]):
            if mask[:, :, frame].any():
                bits.append(samples(kind, mask[:, :, frame]))
                places.append(place(frame, segment[0]))
    ds.NumberOfFrames = len(bits)
    ds.PerFrameFunctionalGroupsSequence = places
    bits = np.concatenate(bits).astype("u1")
    ds.PixelData = pack_bits(bits) if kind == "BINARY" else bits.tobytes()
    pydicom.dcmwrite(path, ds, write_like_original=False)


if __name__ == "__main__":
    write_ct(os.path.join(sys.argv[1], "ct"))
    write_seg(os.path.join(sys.argv[1], "seg.dcm"))
