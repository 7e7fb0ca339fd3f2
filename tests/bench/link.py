# SPDX-License-Identifier: LGPL-2.1-or-later
"""link.py CT_FOLDER OUT: 400 slices of the sample CT as HTJ2K in OUT/ct, with
UIDs of their own, and OUT/large.dcm of 3036 x 3036 pixels."""
import os
import subprocess
import sys

import numpy as np
import pydicom
from pydicom._uid_dict import UID_dictionary

SYNTAX = "1.2.840.10008.1.2.4.202"
SLICES, SIDE = 400, 3036
# Older than HTJ2K.
UID_dictionary[SYNTAX] = ("", "Transfer Syntax", "", "", "")


def convert(source, target):
    subprocess.run([os.environ["VITRAIL"], "convert", "-t", SYNTAX, "-o",
                    target, source], check=True)


def make_slices(files, out):
    os.makedirs(f"{out}/ct")
    for i, name in enumerate(files):
        convert(name, f"{out}/in-{i}.dcm")
    for k in range(SLICES):
        ds = pydicom.dcmread(f"{out}/in-{k % len(files)}.dcm")
        uid = f"1.2.826.0.1.3680043.10.1500.9.1.{k + 1}"
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = uid
        ds.StudyInstanceUID = "1.2.826.0.1.3680043.10.1500.9"
        ds.SeriesInstanceUID = "1.2.826.0.1.3680043.10.1500.9.1"
        ds.InstanceNumber = k + 1
        ds.ImagePositionPatient = [0, 0, k]
        ds.save_as(f"{out}/ct/{k + 1:03}.dcm")
    for i in range(len(files)):
        os.unlink(f"{out}/in-{i}.dcm")


def make_large(name, out):
    """The slice six times as large, with noise of its own size."""
    ds = pydicom.dcmread(name)
    at = np.arange(SIDE) * ds.Rows // SIDE
    pixels = ds.pixel_array[np.ix_(at, at)].astype(np.int32)
    pixels += np.random.default_rng(1).integers(-12, 13, pixels.shape)
    ds.Rows = ds.Columns = SIDE
    ds.PixelData = pixels.clip(0, 4095).astype(np.uint16).tobytes()
    ds.SOPInstanceUID = "1.2.826.0.1.3680043.10.1500.8.1.1"
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.StudyInstanceUID = "1.2.826.0.1.3680043.10.1500.8"
    ds.SeriesInstanceUID = "1.2.826.0.1.3680043.10.1500.8.1"
    ds.save_as(f"{out}/in.dcm")
    os.makedirs(f"{out}/large")
    convert(f"{out}/in.dcm", f"{out}/large/1.dcm")
    os.unlink(f"{out}/in.dcm")


def main():
    folder, out = sys.argv[1:]
    files = sorted(os.path.join(folder, name) for name in os.listdir(folder))
    make_slices([name for name in files if name.endswith(".dcm")], out)
    make_large(files[len(files) // 2], out)


main()
