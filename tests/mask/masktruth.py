# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes angiograms with Mask Modules, and beside each frame's picture as numpy
subtracts it: stored values in signed 16 bits, times 2^(15 - bits stored)."""

import os
import sys

import numpy
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

ROWS, COLUMNS, FRAMES, BITS = 40, 56, 9, 10


def item(operation, **attributes):
    made = Dataset()
    made.MaskOperation = operation
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


CASES = {
    "avg": [item("AVG_SUB", MaskFrameNumbers=[1, 2, 3],
                 ApplicableFrameRange=[4, 9])],
    "all": [item("AVG_SUB", MaskFrameNumbers=1, ContrastFrameAveraging=2)],
    "shift": [item("AVG_SUB", MaskFrameNumbers=[1, 2],
                   MaskSubPixelShift=[1.25, -0.5])],
    "tid": [item("TID", TIDOffset=2)],
    "tid-ahead": [item("TID", TIDOffset=-3)],
    "tid-default": [item("TID", TIDOffset=None)],
    "rev": [item("REV_TID", TIDOffset=1, ApplicableFrameRange=[5, 8])],
    "two": [item("NONE", ApplicableFrameRange=[1, 3]),
            item("AVG_SUB", MaskFrameNumbers=2, ApplicableFrameRange=[4, 6]),
            item("TID", TIDOffset=1, ApplicableFrameRange=[7, 9])],
    "vessel": [item("AVG_SUB", MaskFrameNumbers=[1, 2])],
    "absent": [item("AVG_SUB", MaskFrameNumbers=[1, 77],
                    ApplicableFrameRange=[8, 700])],
}


def moved(mask, shift):
    def between(n, by):
        place = numpy.clip(numpy.arange(n) - by, 0, n - 1)
        first = numpy.floor(place).astype(int)
        return first, numpy.minimum(first + 1, n - 1), place - first

    top, bottom, down = between(ROWS, shift[0])
    left, right, along = between(COLUMNS, shift[1])
    rows = mask[top] * (1 - down)[:, None] + mask[bottom] * down[:, None]
    return rows[:, left] * (1 - along) + rows[:, right] * along


def subtracted(frames, number, items):
    """Frame number, from 1."""
    scale = 2.0 ** (15 - BITS)
    frame = frames[number - 1].astype(float)
    plain = (frame - 2 ** (BITS - 1)) / 4 * scale
    for one in items:
        ranges = one.get("ApplicableFrameRange")
        if ranges and not any(a <= number <= b for a, b in
                              zip(ranges[::2], ranges[1::2])):
            continue
        if one.MaskOperation == "NONE":
            return plain
        if one.MaskOperation == "AVG_SUB":
            numbers = one.MaskFrameNumbers
            numbers = [numbers] if isinstance(numbers, int) else numbers
            kept = [n - 1 for n in numbers if n <= FRAMES]
            n = one.get("ContrastFrameAveraging", 1)
            frame = frames[number - 1:number - 1 + n].astype(float).mean(0)
            shift = [float(s) for s in one.get("MaskSubPixelShift", [0, 0])]
            mask = moved(frames[kept].astype(float).mean(0), shift)
            return (frame - mask) * scale
        offset = 1 if one.TIDOffset is None else one.TIDOffset
        other = number - offset
        if one.MaskOperation == "REV_TID":
            other = (ranges[0] - offset) - (number - ranges[0])
        if not 1 <= other <= FRAMES:
            return plain
        return (frame - frames[other - 1]) * scale
    return plain


def write(path, frames, items, mode):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.12.1"
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = FileDataset(path, {}, file_meta=meta, preamble=b"\0" * 128)
    data.SOPClassUID = meta.MediaStorageSOPClassUID
    data.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    data.StudyInstanceUID = generate_uid()
    data.SeriesInstanceUID = generate_uid()
    data.Modality = "XA"
    data.PatientName = "Mask^Module"
    data.PatientID = "mask"
    data.NumberOfFrames = FRAMES
    data.FrameTime = 100
    data.Rows, data.Columns = frames.shape[1:]
    data.SamplesPerPixel = 1
    data.PhotometricInterpretation = "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit = 16, BITS, BITS - 1
    data.PixelRepresentation = 0
    data.WindowCenter, data.WindowWidth = 512, 1024
    data.MaskSubtractionSequence = items
    data.RecommendedViewingMode = mode
    data.PixelData = frames.astype("<u2").tobytes()
    data.is_little_endian, data.is_implicit_VR = True, False
    data.save_as(path, write_like_original=False)


def vessel():
    """Bones that stay, and a vessel that fills."""
    y, x = numpy.mgrid[:256, :256]
    bones = 600 + 120 * numpy.sin(x / 9) * numpy.cos(y / 31)
    course = numpy.abs(x - 128 - 40 * numpy.sin(y / 30)) < 6
    filled = [course & (y < 64 * (n - 2)) for n in range(FRAMES)]
    return numpy.array([bones - 60 * one for one in filled]).astype(int)


def main(folder, names):
    os.makedirs(folder, exist_ok=True)
    random = numpy.random.default_rng(6)
    frames = random.integers(0, 2 ** BITS, (FRAMES, ROWS, COLUMNS))
    for name in names or CASES:
        items = CASES[name]
        mode = "NAT" if name == "all" else "SUB"
        stored = vessel() if name == "vessel" else frames
        write(os.path.join(folder, name + ".dcm"), stored, items, mode)
        if name == "vessel":
            continue
        truth = numpy.array([subtracted(frames, n + 1, items)
                             for n in range(FRAMES)])
        truth = numpy.clip(truth, -32768, 32767).astype("<f4")
        truth.tofile(os.path.join(folder, name + ".truth"))


main(sys.argv[1], sys.argv[2:])
