# SPDX-License-Identifier: LGPL-2.1-or-later
"""volumeseries.py IN.dcm FOLDER N: a CT series of N slices, of the compressed
frames of a multi-frame object by turns."""

import os
import sys

import pydicom
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate, generate_pixel_data_frame
from pydicom.uid import generate_uid

source = pydicom.dcmread(sys.argv[1])
frames = list(generate_pixel_data_frame(source.PixelData,
                                        source.NumberOfFrames))
study, series, space = (generate_uid() for _ in range(3))
for k in range(int(sys.argv[3])):
    out = pydicom.Dataset()
    out.file_meta = FileMetaDataset()
    out.file_meta.TransferSyntaxUID = source.file_meta.TransferSyntaxUID
    out.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    out.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    out.SOPClassUID = out.file_meta.MediaStorageSOPClassUID
    out.SOPInstanceUID = out.file_meta.MediaStorageSOPInstanceUID
    out.StudyInstanceUID, out.SeriesInstanceUID = study, series
    out.FrameOfReferenceUID = space
    out.Modality, out.InstanceNumber = "CT", k + 1
    out.ImagePositionPatient = [-180, -180, float(k)]
    out.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    out.PixelSpacing = [0.7, 0.7]
    out.RescaleSlope, out.RescaleIntercept = 1, -1024
    for name in ("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit",
                 "PixelRepresentation", "SamplesPerPixel",
                 "PhotometricInterpretation"):
        setattr(out, name, getattr(source, name))
    out.PixelData = encapsulate([frames[k % len(frames)]])
    out["PixelData"].is_undefined_length = True
    out.is_little_endian, out.is_implicit_VR = True, False
    out.save_as(os.path.join(sys.argv[2], "%04d.dcm" % k),
                write_like_original=False)
