# SPDX-License-Identifier: LGPL-2.1-or-later
"""CT and PET of one point source, and registrations: fusiondata.py FOLDER.

Both see a Gaussian spot about one place in the patient, on grids that have
nothing in common. `moved` is the PET in a frame of reference of its own, as if
the patient lay elsewhere; the registrations say where."""
import os
import sys

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset

SPOT = np.array([21.3, -14.7, 33.1])
WIDTH = 6.0  # mm, of the Gaussian


def turn(axis, degrees):
    a, b = [(1, 2), (2, 0), (0, 1)][axis]
    r = np.eye(3)
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    r[a, a], r[a, b], r[b, a], r[b, b] = c, -s, s, c
    return r


def series(folder, modality, axes, spacing, size, middle, spot, frame):
    """Axes are columns: along a row, down a column, from slice to slice."""
    os.makedirs(folder)
    steps = axes * spacing
    origin = middle - steps @ ((np.array(size) - 1) / 2)
    uid = "1.2.7.%d" % sum(os.path.basename(folder).encode())
    for k in range(size[2]):
        j, i = np.mgrid[:size[1], :size[0]]
        at = (origin[:, None, None] + steps[:, 0, None, None] * i
              + steps[:, 1, None, None] * j + steps[:, 2, None, None] * k)
        far = ((at - spot[:, None, None]) ** 2).sum(0)
        values = 20000 * np.exp(-far / (2 * WIDTH ** 2))
        write(folder, k, uid, modality, origin + steps[:, 2] * k, steps,
              spacing, frame, values)


def write(folder, k, uid, modality, place, steps, spacing, frame, values):
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    ds.SOPInstanceUID = "%s.%d" % (uid, k + 1)
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.7", uid
    ds.Modality, ds.PatientName, ds.PatientID = modality, "Spot", "S"
    ds.FrameOfReferenceUID = frame
    ds.ImageOrientationPatient = [float("%.10f" % x) for x in
                                  list(steps[:, 0] / spacing[0])
                                  + list(steps[:, 1] / spacing[1])]
    ds.ImagePositionPatient = ["%.9g" % x for x in place]
    ds.PixelSpacing = [spacing[1], spacing[0]]
    ds.InstanceNumber = k + 1
    ds.Rows, ds.Columns = values.shape
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 16, 15
    ds.PixelRepresentation = 0
    # A PET has a scale of its own in each slice.
    slope = 0.5 + 0.01 * k if modality == "PT" else 1
    ds.RescaleSlope, ds.RescaleIntercept = slope, 0
    ds.PixelData = np.round(values / slope).astype("<u2").tobytes()
    save(ds, os.path.join(folder, "%03d.dcm" % k))


def save(ds, path):
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.is_little_endian, ds.is_implicit_VR = True, False
    pydicom.dcmwrite(path, ds, write_like_original=False)


def item(**values):
    ds = Dataset()
    for key, value in values.items():
        setattr(ds, key, value)
    return ds


def registration(path, to, steps, uid="1.2.840.10008.5.1.4.1.1.66.1"):
    """Steps: (from, [(type, matrix), ...])."""
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = uid, "1.2.8.1"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.7", "1.2.8"
    ds.Modality, ds.PatientID = "REG", "S"
    ds.FrameOfReferenceUID = to
    ds.RegistrationSequence = [
        item(FrameOfReferenceUID=frame, MatrixRegistrationSequence=[item(
            MatrixSequence=[item(
                FrameOfReferenceTransformationMatrixType=kind,
                FrameOfReferenceTransformationMatrix=[
                    float("%.10f" % x) for x in matrix.flatten()])
                for kind, matrix in matrices])])
        for frame, matrices in steps]
    save(ds, path)


def affine(linear, shift):
    m = np.eye(4)
    m[:3, :3], m[:3, 3] = linear, shift
    return m


def main(top):
    ct = turn(0, 8) @ turn(2, -5)
    pet = turn(1, 31) @ turn(0, -17) @ turn(2, 12)
    series(top + "/ct", "CT", ct, (1.1, 0.9, 2.5), (90, 80, 40),
           np.array([10.0, -5, 30]), SPOT, "1.2.9.1")
    series(top + "/pet", "PT", pet, (4.1, 3.7, 3.3), (31, 27, 35),
           np.array([15.0, -20, 40]), SPOT, "1.2.9.1")
    # The patient turned and moved between: from moved to ct.
    first = affine(turn(2, 20), [0, 0, 0])
    then = affine(turn(0, -9), [12, 25, -31])
    both = then @ first
    moved = (np.linalg.inv(both) @ np.append(SPOT, 1))[:3]
    series(top + "/moved", "PT", pet, (4.1, 3.7, 3.3), (31, 27, 35),
           moved + [3, -4, 6], moved, "1.2.9.2")
    one = [("1.2.9.2", [("RIGID", both)])]
    registration(top + "/one.dcm", "1.2.9.1", one)
    # The first moves first (PS3.3 equation C.20.2-2).
    registration(top + "/two.dcm", "1.2.9.1",
                 [("1.2.9.2", [("RIGID", first), ("RIGID_SCALE", then)])])
    registration(top + "/inverse.dcm", "1.2.9.2",
                 [("1.2.9.1", [("AFFINE", np.linalg.inv(both))])])
    # Both in a third, of an atlas.
    atlas = affine(turn(1, 40) * 1.1, [1, 2, 3])
    registration(top + "/atlas.dcm", "1.2.9.3",
                 [("1.2.9.1", [("AFFINE", atlas)]),
                  ("1.2.9.2", [("AFFINE", atlas @ both)])])
    registration(top + "/deformable.dcm", "1.2.9.1", one,
                 "1.2.840.10008.5.1.4.1.1.66.3")
    with open(top + "/matrix.txt", "w") as f:
        f.write(" ".join("%.12g" % x for x in both.flatten()))


if __name__ == "__main__":
    main(sys.argv[1])
