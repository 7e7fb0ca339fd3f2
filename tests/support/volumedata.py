# SPDX-License-Identifier: LGPL-2.1-or-later
"""Series for tests of volumes: volumedata.py FOLDER."""
import os
import sys

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset

COLUMNS, ROWS, SLICES = 9, 7, 8


def value(k):
    j, i = np.mgrid[:ROWS, :COLUMNS]
    return i + 10 * j + 100 * k - 500


def write(folder, number, k, stored, **more):
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    name = os.path.basename(folder)
    ds.SOPInstanceUID = "1.2.3.%d.%d" % (sum(name.encode()), number)
    ds.StudyInstanceUID = "1.2.1"
    ds.SeriesInstanceUID = "1.2.2.%d" % sum(name.encode())
    ds.Modality, ds.PatientName, ds.PatientID = "CT", "Phantom", "P"
    ds.FrameOfReferenceUID = "1.2.9"
    ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    ds.ImagePositionPatient = [-10, 20, 2 * k]
    ds.PixelSpacing = [0.7, 0.5]
    ds.InstanceNumber = number
    ds.Rows, ds.Columns, ds.SamplesPerPixel = ROWS, COLUMNS, 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 16, 15
    ds.PixelRepresentation = 1
    ds.RescaleSlope, ds.RescaleIntercept = 1, 0
    for key, what in more.items():
        if what is None:
            delattr(ds, key)
        else:
            setattr(ds, key, what)
    ds.PixelData = stored.astype("<i2").tobytes()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.is_little_endian, ds.is_implicit_VR = True, False
    path = os.path.join(folder, "%03d.dcm" % number)
    pydicom.dcmwrite(path, ds, write_like_original=False)
    return path


def main(top):
    for name in ("ct", "pet", "gap", "broken", "times", "flat"):
        os.makedirs(os.path.join(top, name))
    for k in range(SLICES):
        number = (k * 5 + 3) % SLICES + 1
        write(top + "/ct", number, k, value(k) + 24, RescaleIntercept=-24)
        write(top + "/flat", number, k, value(k), ImageOrientationPatient=None)
        slope = 0.5 ** (k % 4)
        write(top + "/pet", number, k, value(k) / slope, Modality="PT",
              RescaleSlope=slope)
        if k != 3:
            write(top + "/gap", number, k, value(k))
        path = write(top + "/broken", number, k, value(k))
        if k == 5:
            os.truncate(path, os.path.getsize(path) - 20)
        for t in range(3):
            write(top + "/times", number + t * SLICES, k,
                  value(k) + 1000 * t, TemporalPositionIdentifier=t + 1)


main(sys.argv[1])
