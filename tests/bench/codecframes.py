# SPDX-License-Identifier: LGPL-2.1-or-later
"""codecframes.py OUT.dcm: 16 frames of 512 x 512 x 16 for benchmarks of codecs:
real CT slices where there are any (VITRAIL_TEST_DATA), else the sample
archive's. Explicit little endian, one multi-frame object, which every peer
reads."""

import glob
import os
import sys

import numpy as np
import pydicom
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

N_FRAMES = 16


def find():
    root = os.environ.get("VITRAIL_TEST_DATA", "")
    folders = [os.path.join(root, "dcm_qa_ct", "**", "*.dcm"),
               os.path.join(os.environ.get("VITRAIL_SAMPLES", ""), "ct", "*")]
    for pattern in folders:
        found = []
        for path in sorted(glob.glob(pattern, recursive=True)):
            try:
                ds = pydicom.dcmread(path)
                if (ds.Rows, ds.Columns, ds.BitsAllocated) == (512, 512, 16) \
                        and not ds.file_meta.TransferSyntaxUID.is_compressed:
                    found.append(ds)
            except Exception:  # not an image
                pass
            if len(found) == N_FRAMES:
                return found
        if found:
            return (found * N_FRAMES)[:N_FRAMES]
    sys.exit("codecframes: no CT slices")


slices = find()
out = pydicom.Dataset()
out.file_meta = FileMetaDataset()
out.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
out.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7.3"
out.file_meta.MediaStorageSOPInstanceUID = generate_uid()
out.SOPClassUID = out.file_meta.MediaStorageSOPClassUID
out.SOPInstanceUID = out.file_meta.MediaStorageSOPInstanceUID
out.StudyInstanceUID = generate_uid()
out.SeriesInstanceUID = generate_uid()
for name in ("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit",
             "PixelRepresentation", "SamplesPerPixel",
             "PhotometricInterpretation"):
    setattr(out, name, getattr(slices[0], name))
out.NumberOfFrames = len(slices)
out.PixelData = np.stack([ds.pixel_array for ds in slices]).tobytes()
out["PixelData"].VR = "OW"
out.is_little_endian, out.is_implicit_VR = True, False
out.save_as(sys.argv[1], write_like_original=False)
