# SPDX-License-Identifier: LGPL-2.1-or-later
"""judge-overlays.py VITRAIL FOLDER: overlay planes as DCMTK's dcm2pnm draws
them, and as pydicom reads them, pixel for pixel. Files are made in FOLDER:
separate and embedded planes, one and more, beyond the image's borders, both
byte orders, multi-frame. Prints the names of those that are the same."""

import os
import subprocess
import sys

import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian

H, W = 61, 47
VITRAIL, FOLDER = sys.argv[1:3]
rng = np.random.default_rng(7)


def new(frames=1):
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.SOPInstanceUID = "1.2.3"
    ds.Rows, ds.Columns, ds.SamplesPerPixel = H, W, 1
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 12, 11
    ds.PixelRepresentation = 0
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.WindowCenter, ds.WindowWidth = 2048, 4096
    if frames > 1:
        ds.NumberOfFrames = frames
    # Neither black nor white, so that what is drawn is seen.
    return ds, rng.integers(100, 3900, (frames, H, W), "u2")


def add(ds, group, rows, columns, origin, n=0, first=1, big=False):
    bits = rng.integers(0, 4, (max(n, 1), rows, columns)) == 0
    data = np.packbits(bits.ravel(), bitorder="little").tobytes()
    data += bytes(len(data) % 2)
    if big:
        data = np.frombuffer(data, "<u2").astype(">u2").tobytes()
    ds.add_new((group, 0x10), "US", rows)
    ds.add_new((group, 0x11), "US", columns)
    if n:
        ds.add_new((group, 0x15), "IS", n)
        ds.add_new((group, 0x51), "US", first)
    ds.add_new((group, 0x40), "CS", "G")
    ds.add_new((group, 0x50), "SS", list(origin))
    ds.add_new((group, 0x100), "US", 1)
    ds.add_new((group, 0x102), "US", 0)
    ds.add_new((group, 0x3000), "OW", data)
    return bits


def embed(ds, values, group, position):
    add(ds, group, H, W, (1, 1))
    del ds[(group, 0x3000)]
    ds[(group, 0x100)].value = 16
    ds[(group, 0x102)].value = position
    values |= (rng.integers(0, 4, values.shape) == 0).astype("u2") << position


def save(ds, values, name, syntax=ExplicitVRLittleEndian):
    big = syntax == ExplicitVRBigEndian
    ds.add_new("PixelData", "OW", values.astype(">u2" if big else
                                                "<u2").tobytes())
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.is_little_endian, ds.is_implicit_VR = not big, False
    path = os.path.join(FOLDER, name + ".dcm")
    ds.save_as(path, write_like_original=False)
    return path


def make():
    """(name, path, frame)"""
    ds, values = new()
    add(ds, 0x6000, H, W, (1, 1))
    yield "one", save(ds, values, "one"), 1
    ds, values = new()
    add(ds, 0x6000, 20, 33, (50, 30))
    add(ds, 0x6002, 20, 33, (-5, -7))
    add(ds, 0x601e, 9, 9, (30, 20))
    yield "borders", save(ds, values, "borders"), 1
    ds, values = new()
    embed(ds, values, 0x6000, 15)
    embed(ds, values, 0x6004, 12)
    add(ds, 0x6006, 7, 7, (3, 3))
    yield "embedded", save(ds, values, "embedded"), 1
    ds, values = new()
    add(ds, 0x6000, H, W, (1, 1), big=True)
    embed(ds, values, 0x6002, 13)
    yield "big-endian", save(ds, values, "big", ExplicitVRBigEndian), 1
    ds, values = new(4)
    add(ds, 0x6000, H, W, (1, 1), n=2, first=2)
    path = save(ds, values, "frames")
    for frame in (2, 3):
        yield "frame-%d" % frame, path, frame


def picture(path, frame, *options):
    out = os.path.join(FOLDER, "overlay.png")
    subprocess.run([VITRAIL, "render", "--frame", str(frame), "-o", out,
                    *options, path], check=True)
    return np.array(Image.open(out)).astype(int)


def dcmtk(path, frame):
    out = os.path.join(FOLDER, "dcmtk.png")
    subprocess.run(["dcm2pnm", "+on", "+Wi", "1", "+F", str(frame), path, out],
                   check=True, stderr=subprocess.DEVNULL)
    return np.array(Image.open(out).convert("L")).astype(int)


def by_pydicom(path, shape):
    """Where a bit of a separate plane is set; None: there are others."""
    ds = pydicom.dcmread(path)
    drawn = np.zeros(shape, bool)
    if "NumberOfFrames" in ds or not ds.file_meta.TransferSyntaxUID \
            == ExplicitVRLittleEndian:
        return None
    for group in range(0x6000, 0x6020, 2):
        if (group, 0x10) not in ds:
            continue
        if (group, 0x3000) not in ds:
            return None
        top, left = (v - 1 for v in ds[(group, 0x50)].value)
        for y, x in np.argwhere(ds.overlay_array(group)):
            if 0 <= y + top < shape[0] and 0 <= x + left < shape[1]:
                drawn[y + top, x + left] = True
    return drawn


def main():
    for name, path, frame in make():
        ours = picture(path, frame)
        plain = picture(path, frame, "--no-overlays")
        judge = dcmtk(path, frame) == 255
        pixels = by_pydicom(path, ours.shape)
        same = (np.array_equal(ours == 255, judge) and judge.any() and
                np.array_equal(ours[~judge], plain[~judge]) and
                not (plain == 255).any() and
                (pixels is None or np.array_equal(pixels, judge)))
        print(name if same else "%s: %d pixels differ" % (
            name, ((ours == 255) != judge).sum()))


main()
