# SPDX-License-Identifier: LGPL-2.1-or-later
"""judge-derived.py VITRAIL FOLDER: what `vitrail convert` makes of objects that
hold more than an image: a segmentation of 1 bit, and enhanced MR whose frames
say themselves what type they are. pydicom and DCMTK read them; dciodvfy must not
find more wrong with them than with their sources. Prints what is wrong, or "all
right"."""

import os
import subprocess
import sys
import warnings

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

warnings.simplefilter("ignore")
vitrail, folder = sys.argv[1:]
wrong = []


def check(good, *said):
    if not good:
        wrong.append(" ".join(map(str, said)))


def item(**values):
    ds = Dataset()
    for key, value in values.items():
        setattr(ds, key, value)
    return ds


def save(name, ds, class_uid, pixels, bits):
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.SOPClassUID, ds.SOPInstanceUID = class_uid, generate_uid()
    ds.StudyInstanceUID, ds.SeriesInstanceUID = generate_uid(), generate_uid()
    ds.PatientID, ds.PatientName = "1", "Größe"
    ds.NumberOfFrames, ds.Rows, ds.Columns = pixels.shape
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated = 1 if bits == 1 else 16
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = bits, bits - 1, 0
    data = (np.packbits(pixels.ravel(), bitorder="little") if bits == 1
            else pixels.astype("<u2")).tobytes()
    ds.PixelData = data + b"\0" * (len(data) % 2)
    ds["PixelData"].VR = "OB" if bits == 1 else "OW"
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.is_little_endian, ds.is_implicit_VR = True, False
    path = os.path.join(folder, name)
    ds.save_as(path, write_like_original=False)
    return path


def convert(path, syntax):
    out = "%s-%s.dcm" % (path[:-4], syntax)
    done = subprocess.run([vitrail, "convert", "-t", syntax, "-o", out, path],
                          capture_output=True, text=True)
    return out, done


def complaints(path):
    """Errors of dciodvfy, each once, without values and places."""
    done = subprocess.run(["dciodvfy", path], capture_output=True,
                          encoding="utf-8", errors="replace")
    return {line.split(" = ")[0] for line in (done.stdout + done.stderr
                                              ).splitlines()
            if line.startswith("Error")}


def check_bits():
    """Frames of 7 x 11 bits, which end inside of bytes."""
    pixels = np.random.default_rng(3).integers(0, 2, (5, 7, 11), dtype="u1")
    path = save("segments.dcm", item(
        Modality="SEG", SegmentationType="BINARY",
        ImageType=["DERIVED", "PRIMARY"]), "1.2.840.10008.5.1.4.1.1.66.4",
        pixels, 1)
    before = complaints(path)
    for syntax in ("explicit", "implicit", "deflated", "big-endian"):
        out, done = convert(path, syntax)
        check(done.returncode == 0, syntax, done.stderr)
        back = out + ".native"
        subprocess.run(["dcmconv", "+te", out, back], check=True)
        for file in (out, back):
            ds = pydicom.dcmread(file)
            check((ds.BitsAllocated, ds.BitsStored, ds.HighBit) == (1, 1, 0),
                  syntax, "is of", ds.BitsAllocated, "bits")
            check(len(ds.PixelData) == 50, syntax, len(ds.PixelData), "bytes")
            check(np.array_equal(ds.pixel_array, pixels), syntax, "differs")
        # dciodvfy does not inflate.
        more = complaints(back if syntax == "deflated" else out) - before
        check(not more, syntax, *more)
    for syntax in ("rle", "jpeg", "jpeg-ls", "jpeg2000", "htj2k", "jpeg-lossy"):
        out, done = convert(path, syntax)
        check(done.returncode == 1 and done.stderr.endswith(
            "segments.dcm: 1 bit a sample is written in native transfer "
            "syntaxes only\n"), syntax, "is not refused:", done.stderr)
        check(not os.path.exists(out), syntax, "is written")


def frame_type(kind):
    return Sequence([item(
        FrameType=["ORIGINAL", "PRIMARY", kind, "NONE"],
        PixelPresentation="MONOCHROME", VolumetricProperties="VOLUME",
        VolumeBasedCalculationTechnique="NONE",
        ComplexImageComponent="MAGNITUDE", AcquisitionContrast="T1")])


def enhanced(name, in_frames):
    """Frame Type shared, or in each frame."""
    groups = [item(FrameContentSequence=Sequence([
        item(FrameComments="Größe %d" % n)])) for n in range(3)]
    shared = item(PixelMeasuresSequence=Sequence([
        item(PixelSpacing=[1, 1], SliceThickness=1)]))
    for group in groups if in_frames else [shared]:
        group.MRImageFrameTypeSequence = frame_type("ANGIO")
    earlier = item(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.4",
                   ReferencedSOPInstanceUID="1.2.3.4")
    y, x = np.mgrid[:64, :48]
    pixels = np.stack([x * 17 + y * 13 + n for n in range(3)])
    return save(name, item(
        Modality="MR", ImageType=["ORIGINAL", "PRIMARY", "ANGIO", "NONE"],
        SourceImageSequence=Sequence([earlier]),
        SharedFunctionalGroupsSequence=Sequence([shared]),
        PerFrameFunctionalGroupsSequence=Sequence(groups)),
        "1.2.840.10008.5.1.4.1.1.4.1", pixels, 12)


def types(ds):
    groups = [*ds.SharedFunctionalGroupsSequence,
              *ds.PerFrameFunctionalGroupsSequence]
    return [list(g.MRImageFrameTypeSequence[0].FrameType) for g in groups
            if "MRImageFrameTypeSequence" in g]


def check_types(in_frames):
    path = enhanced("enhanced-%d.dcm" % in_frames, in_frames)
    source = pydicom.dcmread(path)
    before = complaints(path)
    for syntax, first in (("jpeg-ls", "ORIGINAL"), ("jpeg-ls-near", "DERIVED"),
                          ("1.2.840.10008.1.2.4.91", "DERIVED")):
        out, done = convert(path, syntax)
        check(done.returncode == 0, syntax, done.stderr)
        ds = pydicom.dcmread(out)
        expected = [first, "PRIMARY", "ANGIO", "NONE"]
        check(list(ds.ImageType) == expected, syntax, ds.ImageType)
        check(types(ds) == [expected] * (3 if in_frames else 1), syntax,
              types(ds))
        told = [i.ReferencedSOPInstanceUID for i in ds.SourceImageSequence]
        check(told == ["1.2.3.4"] + ([source.SOPInstanceUID]
                                     if first == "DERIVED" else []),
              syntax, "is made of", told)
        comments = [g.FrameContentSequence[0].FrameComments
                    for g in ds.PerFrameFunctionalGroupsSequence]
        check(comments == ["Größe %d" % n for n in range(3)], syntax, comments)
        check(ds.PatientName == "Größe", syntax, ds.PatientName)
        more = complaints(out) - before
        check(not more, syntax, *more)


check_bits()
check_types(True)
check_types(False)
print("\n".join(wrong) or "all right")
