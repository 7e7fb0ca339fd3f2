# SPDX-License-Identifier: LGPL-2.1-or-later
"""make-many.py FOLDER N: CT images of 64 x 64 pixels, 100 a series, 5 series a
study. pydicom writes one; the others differ from it in UIDs, numbers and
position, all of the same length."""

import os
import sys

import pydicom
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

ROOT = "1.2.826.0.1.3680043.10.1.7."
STUDY = ROOT + "1.90000000"
SERIES = ROOT + "2.90000000"
SOP = ROOT + "3.90000000"


def template():
    ds = pydicom.Dataset()
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    ds.SOPInstanceUID = SOP
    ds.StudyDate = ds.SeriesDate = ds.ContentDate = "20260102"
    ds.StudyTime = ds.SeriesTime = ds.ContentTime = "101112"
    ds.AccessionNumber = "A1"
    ds.Modality = "CT"
    ds.Manufacturer = "Vitrail"
    ds.ReferringPhysicianName = "Doe^Jane"
    ds.StudyDescription = "Thorax"
    ds.SeriesDescription = "Lung 1.0"
    ds.PatientName = "Many^Files"
    ds.PatientID = "P00000000"
    ds.PatientBirthDate = "19700101"
    ds.PatientSex = "O"
    ds.BodyPartExamined = "CHEST"
    ds.SliceThickness = "1"
    ds.KVP = "120"
    ds.ProtocolName = "Thorax routine"
    ds.StudyInstanceUID = STUDY
    ds.SeriesInstanceUID = SERIES
    ds.StudyID = "1"
    ds.SeriesNumber = "5"
    ds.InstanceNumber = "90000000"
    ds.ImagePositionPatient = ["-100", "-100", "80000000"]
    ds.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    ds.FrameOfReferenceUID = ROOT + "4.1"
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.Rows = ds.Columns = 64
    ds.PixelSpacing = ["0.7", "0.7"]
    ds.BitsAllocated = 16
    ds.BitsStored = 12
    ds.HighBit = 11
    ds.PixelRepresentation = 0
    ds.WindowCenter = "40"
    ds.WindowWidth = "400"
    ds.RescaleIntercept = "-1024"
    ds.RescaleSlope = "1"
    ds.PixelData = bytes(64 * 64 * 2)
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = SOP
    ds.is_little_endian = True
    ds.is_implicit_VR = False
    return ds


def main(folder, n):
    os.makedirs(folder, exist_ok=True)
    first = os.path.join(folder, ".template")
    template().save_as(first, write_like_original=False)
    with open(first, "rb") as file:
        data = file.read()
    os.unlink(first)
    for i in range(n):
        series = i // 100
        study = series // 5
        sub = os.path.join(folder, "%04d" % study, "%04d" % series)
        if i % 100 == 0:
            os.makedirs(sub)
        one = data
        for old, new in (
            (SOP, ROOT + "3.%08d" % (10000000 + i)),
            (SERIES, ROOT + "2.%08d" % (10000000 + series)),
            (STUDY, ROOT + "1.%08d" % (10000000 + study)),
            ("P00000000", "P%08d" % study),
            ("90000000", "%08d" % (i % 100 + 1)),
            ("80000000", "%08d" % (i % 100)),
        ):
            one = one.replace(old.encode(), new.encode())
        with open(os.path.join(sub, "%06d.dcm" % i), "wb") as file:
            file.write(one)


main(sys.argv[1], int(sys.argv[2]))
