# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes angiograms with Mask Modules, and beside each frame's picture as numpy
subtracts it: stored values in signed 16 bits, times 2^(15 - bits stored).
Enhanced ones have functional groups: a shift for each frame, and tables to the
logarithmic values that are subtracted instead, of LOG_BITS at most."""

import os
import sys

import numpy
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

ROWS, COLUMNS, FRAMES, BITS, LOG_BITS = 40, 56, 9, 10, 12


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
    "enhanced-vessel": [item("AVG_SUB", MaskFrameNumbers=[1, 2],
                             SubtractionItemID=1)],
    "vessel": [item("AVG_SUB", MaskFrameNumbers=[1, 2])],
    "enhanced": [item("AVG_SUB", MaskFrameNumbers=[1, 2], SubtractionItemID=7,
                      MaskSubPixelShift=[9, 9])],
    "enhanced-log": [item("AVG_SUB", MaskFrameNumbers=[2, 3, 4],
                          SubtractionItemID=1, ContrastFrameAveraging=2,
                          ApplicableFrameRange=[3, 9])],
    "enhanced-tables": [item("TID", TIDOffset=2, SubtractionItemID=3)],
    "enhanced-broken": [item("AVG_SUB", MaskFrameNumbers=1, SubtractionItemID=1,
                             ApplicableFrameRange=[2, 9])],
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


# Subtraction Item IDs and shifts of each frame: none of frame 4, whose item says
# its own.
SHIFTS = {n: [(6, (5, 5)), (7, (0.5 * n - 2, 1.75 - n))]
          for n in range(1, FRAMES + 1) if n != 4}


def table(name, number):
    """First value mapped, bits and entries of a table TO_LOG, or None."""
    if name in ("enhanced-log", "enhanced-vessel"):
        first, n, bits = 0, 2 ** BITS, LOG_BITS
    elif name == "enhanced-tables" and number != 5:
        first, n, bits = 10 * number, 900, LOG_BITS - number % 3
    else:
        return None
    place = numpy.arange(n) / (n - 1)
    entries = numpy.log2(1 + 255 * place) / 8 * (2 ** bits - 1)
    return first, bits, entries.round().astype(int)


def to_log(name, frames):
    """Frames as they are subtracted, and the bits of those values."""
    if table(name, 1) is None:
        return frames.astype(float), BITS
    made = []
    for number, frame in enumerate(frames, 1):
        if table(name, number) is None:
            made.append(frame * 2.0 ** (LOG_BITS - BITS))
            continue
        first, bits, entries = table(name, number)
        at = numpy.clip(frame - first, 0, len(entries) - 1)
        made.append(entries[at] * 2.0 ** (LOG_BITS - bits))
    return numpy.array(made), LOG_BITS


def shift_of(name, number, one):
    shift = [float(s) for s in one.get("MaskSubPixelShift", [0, 0])]
    if name == "enhanced":
        shift = dict(SHIFTS.get(number, [])).get(one.SubtractionItemID, shift)
    return shift


def subtracted(name, stored, number, items):
    """Frame number, from 1."""
    frames, bits = to_log(name, stored)
    scale = 2.0 ** (15 - bits)
    frame = frames[number - 1]
    plain = (stored[number - 1] - 2.0 ** (BITS - 1)) / 4 * 2.0 ** (15 - BITS)
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
            frame = frames[number - 1:number - 1 + n].mean(0)
            mask = moved(frames[kept].mean(0), shift_of(name, number, one))
            return (frame - mask) * scale
        offset = 1 if one.TIDOffset is None else one.TIDOffset
        other = number - offset
        if one.MaskOperation == "REV_TID":
            other = (ranges[0] - offset) - (number - ranges[0])
        if not 1 <= other <= FRAMES:
            return plain
        return (frame - frames[other - 1]) * scale
    return plain


def group(sequence, *items):
    made = Dataset()
    setattr(made, sequence, list(items))
    return made


def values(**attributes):
    made = Dataset()
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


def tables(name, number):
    """Pixel Intensity Relationship LUT Sequence: one that is not asked for
    before the one that is."""
    first, bits, entries = table(name, number)
    made = [values(LUTFunction=function, LUTDescriptor=[len(some), first, bits],
                   LUTData=some.astype("<u2").tobytes())
            for function, some in (("TO_LINEAR", entries[::-1]),
                                   ("TO_LOG", entries))]
    for one in made:
        one["LUTDescriptor"].VR, one["LUTData"].VR = "US", "OW"
    return made


def add_groups(data, name):
    """Functional groups, with windows and a rescale about stored values."""
    logarithmic = "LOG" if name == "enhanced" else "LIN"
    shared = values(
        PixelValueTransformationSequence=[values(
            RescaleIntercept=-100, RescaleSlope=3, RescaleType="US")],
        FramePixelDataPropertiesSequence=[values(
            PixelIntensityRelationship=logarithmic,
            PixelIntensityRelationshipSign=1)])
    if name != "enhanced-tables":
        # Those of logarithmic pixels would be applied twice.
        shared.PixelIntensityRelationshipLUTSequence = tables("enhanced-log", 1)
    data.SharedFunctionalGroupsSequence = [shared]
    data.PerFrameFunctionalGroupsSequence = [
        group("FrameVOILUTSequence", values(WindowCenter=40 * n,
                                            WindowWidth=300))
        for n in range(1, FRAMES + 1)]
    for n, one in enumerate(data.PerFrameFunctionalGroupsSequence, 1):
        if name == "enhanced" and n in SHIFTS:
            one.FramePixelShiftSequence = [
                values(SubtractionItemID=number, MaskSubPixelShift=list(shift))
                for number, shift in SHIFTS[n]]
        if name == "enhanced-broken":
            one.PixelIntensityRelationshipLUTSequence = [values(
                LUTFunction="TO_LOG")]
        if name == "enhanced-tables" and table(name, n):
            one.PixelIntensityRelationshipLUTSequence = tables(name, n)


def write(path, frames, items, mode, name=""):
    is_enhanced = name.startswith("enhanced")
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.12.1" + (
        ".1" if is_enhanced else "")
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
    if is_enhanced:
        add_groups(data, name)
    else:
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
        stored = vessel() if name.endswith("vessel") else frames
        write(os.path.join(folder, name + ".dcm"), stored, items, mode,
              name)
        if name.endswith(("vessel", "broken")):
            continue
        truth = numpy.array([subtracted(name, frames, n + 1, items)
                             for n in range(FRAMES)])
        truth = numpy.clip(truth, -32768, 32767).astype("<f4")
        truth.tofile(os.path.join(folder, name + ".truth"))


main(sys.argv[1], sys.argv[2:])
