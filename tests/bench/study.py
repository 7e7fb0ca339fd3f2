# SPDX-License-Identifier: LGPL-2.1-or-later
"""study.py CT_FOLDER OUT: 400 slices of the sample CT as they are, with UIDs of
their own."""
import os
import sys

import pydicom

SLICES = 400


def main():
    folder, out = sys.argv[1:]
    files = sorted(name for name in os.listdir(folder)
                   if name.endswith(".dcm"))
    for k in range(SLICES):
        ds = pydicom.dcmread(os.path.join(folder, files[k % len(files)]))
        uid = f"1.2.826.0.1.3680043.10.1500.7.1.{k + 1}"
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = uid
        ds.StudyInstanceUID = "1.2.826.0.1.3680043.10.1500.7"
        ds.SeriesInstanceUID = "1.2.826.0.1.3680043.10.1500.7.1"
        ds.InstanceNumber = k + 1
        ds.ImagePositionPatient = [0, 0, k]
        ds.save_as(f"{out}/{k + 1:03}.dcm")


main()
