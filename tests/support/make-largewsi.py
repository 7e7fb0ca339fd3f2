# SPDX-License-Identifier: LGPL-2.1-or-later
"""make-largewsi.py FOLDER [--tiles N] [OPTION...]

A DICOM slide of at least N (100,000) tiles of 256 x 256 pixels in level 0 and of
levels a quarter as many each below it, one file a level. All tiles are JPEG, of
a few pictures that repeat, so that the file stays small.

WAY: sparse (each frame says where it is, in functional groups as real writers
fill them) or full. --table: basic, extended or none. --undefined: sequences and
items of undefined length. --backwards: the last tile comes first (sparse only).

pydicom writes everything but the functional groups of the frames: those are laid
out here, since a hundred thousand of them as objects take minutes.
"""
import argparse
import io
import math
import struct

import numpy
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset, write_file_meta_info
from pydicom.sequence import Sequence

SIDE = 256
WSI = "1.2.840.10008.5.1.4.1.1.77.1.6"
JPEG = "1.2.840.10008.1.2.4.50"
ROOT = "1.2.826.0.1.3680043.10.1.8"
N_PICTURES = 16


def pictures():
    """A few tiles of soft colours, no two alike."""
    across = numpy.arange(SIDE, dtype="f4") / SIDE
    made = []
    for i in range(N_PICTURES):
        waves = numpy.sin(6.28 * (across[None, :] * (i % 4 + 1)
                                  + across[:, None] * (i // 4 + 1)))
        rgb = numpy.stack([200 + 30 * waves, 140 + 40 * waves,
                           190 - 30 * waves], axis=2)
        out = io.BytesIO()
        Image.fromarray(rgb.astype("u1")).save(out, "JPEG", quality=80)
        data = out.getvalue()
        made.append(data + b"\0" * (len(data) % 2))
    return made


def item(**attributes):
    data_set = Dataset()
    for key, value in attributes.items():
        setattr(data_set, key, value)
    return data_set


def header(number, size, organization):
    columns, rows = -(-size[0] // SIDE), -(-size[1] // SIDE)
    ds = Dataset()
    ds.ImageType = ["DERIVED" if number else "ORIGINAL", "PRIMARY", "VOLUME",
                    "RESAMPLED" if number else "NONE"]
    ds.SOPClassUID = WSI
    ds.SOPInstanceUID = f"{ROOT}.3.{number + 1}"
    ds.StudyInstanceUID = f"{ROOT}.1"
    ds.SeriesInstanceUID = f"{ROOT}.2"
    ds.Modality = "SM"
    ds.Manufacturer = "Vitrail"
    ds.AcquisitionDateTime = "20260102030405"
    ds.PatientName = "Large^Slide"
    ds.PatientID = "L1"
    ds.ContainerIdentifier = "Large"
    ds.TotalPixelMatrixColumns = size[0]
    ds.TotalPixelMatrixRows = size[1]
    ds.TotalPixelMatrixFocalPlanes = 1
    ds.NumberOfOpticalPaths = 1
    ds.NumberOfFrames = columns * rows
    ds.Rows = ds.Columns = SIDE
    ds.SamplesPerPixel = 3
    ds.PhotometricInterpretation = "YBR_FULL_422"
    ds.PlanarConfiguration = 0
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit = 7
    ds.PixelRepresentation = 0
    ds.LossyImageCompression = "01"
    ds.DimensionOrganizationType = organization
    ds.ImageOrientationSlide = [0, -1, 0, -1, 0, 0]
    ds.TotalPixelMatrixOriginSequence = Sequence([item(
        XOffsetInSlideCoordinateSystem=20, YOffsetInSlideCoordinateSystem=40)])
    ds.OpticalPathSequence = Sequence([item(
        OpticalPathIdentifier="1", ObjectiveLensPower=40)])
    spacing = 0.00025 * 2 ** number
    ds.SharedFunctionalGroupsSequence = Sequence([item(
        PixelMeasuresSequence=Sequence([item(
            SliceThickness=0.001, PixelSpacing=[spacing, spacing])]))])
    return ds


def element(group, number, vr, value):
    if vr in (b"SQ", b"OB", b"OV"):
        return struct.pack("<HH2sHI", group, number, vr, 0, len(value)) + value
    return struct.pack("<HH2sH", group, number, vr, len(value)) + value


def text(value):
    return value.encode() + b" " * (len(value) % 2)


class Groups:
    """The functional groups of frames: lengths known or undefined."""

    def __init__(self, undefined):
        self.undefined = undefined

    def item(self, value):
        if self.undefined:
            return (struct.pack("<HHI", 0xfffe, 0xe000, 0xffffffff) + value
                    + struct.pack("<HHI", 0xfffe, 0xe00d, 0))
        return struct.pack("<HHI", 0xfffe, 0xe000, len(value)) + value

    def sequence(self, group, number, value):
        if self.undefined:
            return (struct.pack("<HH2sHI", group, number, b"SQ", 0, 0xffffffff)
                    + value + struct.pack("<HHI", 0xfffe, 0xe0dd, 0))
        return element(group, number, b"SQ", value)

    def frame(self, column, row, step_mm):
        content = element(0x0020, 0x9157, b"UL",
                          struct.pack("<III", column + 1, row + 1, 1))
        x = f"{20 - row * SIDE * step_mm:.6f}"
        y = f"{40 - column * SIDE * step_mm:.6f}"
        position = (element(0x0040, 0x072a, b"DS", text(x))
                    + element(0x0040, 0x073a, b"DS", text(y))
                    + element(0x0040, 0x074a, b"DS", text("0.0"))
                    + element(0x0048, 0x021e, b"SL",
                              struct.pack("<i", column * SIDE + 1))
                    + element(0x0048, 0x021f, b"SL",
                              struct.pack("<i", row * SIDE + 1)))
        path = element(0x0048, 0x0106, b"SH", text("1"))
        return self.item(
            self.sequence(0x0020, 0x9111, self.item(content))
            + self.sequence(0x0048, 0x0207, self.item(path))
            + self.sequence(0x0048, 0x021a, self.item(position)))


def encode(data_set):
    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, False
    write_dataset(out, data_set)
    return out.getvalue()


def tables(kind, frames):
    """What stands before the fragments: extended table, basic table."""
    offsets, at = [], 0
    for frame in frames:
        offsets.append(at)
        at += len(frame) + 8
    extended = basic = b""
    if kind == "extended":
        lengths = [len(frame) for frame in frames]
        extended = (
            element(0x7fe0, 0x0001, b"OV", struct.pack(f"<{len(offsets)}Q", *offsets))
            + element(0x7fe0, 0x0002, b"OV", struct.pack(f"<{len(lengths)}Q", *lengths)))
    elif kind == "basic":
        basic = struct.pack(f"<{len(offsets)}I", *offsets)
    return extended, basic


def write_level(path, number, size, made, options):
    columns, rows = -(-size[0] // SIDE), -(-size[1] // SIDE)
    ds = header(number, size, "TILED_" + options.way.upper())
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = WSI
    meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    meta.TransferSyntaxUID = JPEG
    meta.ImplementationClassUID = f"{ROOT}.9"
    places = [(c, r) for r in range(rows) for c in range(columns)]
    if options.backwards:
        places.reverse()
    frames = [made[(c * 7 + r * 3) % len(made)] for c, r in places]
    extended, basic = tables(options.table, frames)
    with open(path, "wb") as out:
        head = DicomBytesIO()
        head.is_little_endian, head.is_implicit_VR = True, False
        write_file_meta_info(head, meta, enforce_standard=True)
        out.write(b"\0" * 128 + b"DICM" + head.getvalue().removeprefix(
            b"\0" * 128 + b"DICM"))
        out.write(encode(ds))
        if options.way == "sparse":
            groups = Groups(options.undefined)
            step = 0.00025 * 2 ** number
            out.write(groups.sequence(0x5200, 0x9230, b"".join(
                groups.frame(c, r, step) for c, r in places)))
        out.write(extended)
        out.write(struct.pack("<HH2sHI", 0x7fe0, 0x0010, b"OB", 0, 0xffffffff))
        out.write(struct.pack("<HHI", 0xfffe, 0xe000, len(basic)) + basic)
        for frame in frames:
            out.write(struct.pack("<HHI", 0xfffe, 0xe000, len(frame)) + frame)
        out.write(struct.pack("<HHI", 0xfffe, 0xe0dd, 0))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--tiles", type=int, default=100000)
    parser.add_argument("--way", choices=["sparse", "full"], default="sparse")
    parser.add_argument("--table", choices=["basic", "extended", "none"],
                        default="basic")
    parser.add_argument("--undefined", action="store_true")
    parser.add_argument("--backwards", action="store_true")
    options = parser.parse_args()
    made = pictures()
    rows = max(1, math.isqrt(options.tiles * 3 // 4))
    columns = -(-options.tiles // rows)
    size = columns * SIDE, rows * SIDE
    number = 0
    while True:
        write_level(f"{options.folder}/level-{number}.dcm", number, size, made,
                    options)
        if max(size) <= 2 * SIDE:
            break
        size = -(-size[0] // 2), -(-size[1] // 2)
        number += 1


main()
