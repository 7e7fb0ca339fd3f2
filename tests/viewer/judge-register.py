# SPDX-License-Identifier: LGPL-2.1-or-later
"""judge-register.py make FOLDER [REAL]: a fixed and a moving series; the moving
one is the other, turned and moved by what is written in truth.txt, on a grid of
its own, with values that are no linear map of the others. REAL: a folder whose
series is taken instead of a phantom's.
judge-register.py MATRIX TRUTH: how far the matrix is from the truth."""
import os
import sys

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from scipy import ndimage


def turn(axis, degrees):
    a, b = [(1, 2), (2, 0), (0, 1)][axis]
    r, angle = np.eye(3), np.radians(degrees)
    r[a, a], r[a, b] = np.cos(angle), -np.sin(angle)
    r[b, a], r[b, b] = np.sin(angle), np.cos(angle)
    return r


def affine(linear, shift):
    m = np.eye(4)
    m[:3, :3], m[:3, 3] = linear, shift
    return m


def phantom():
    """Values [k, j, i] and the matrix of (i, j, k)."""
    size, spacing = (80, 90, 56), np.array([2.1, 2.1, 3.0])
    matrix = affine(np.diag(spacing), [-85.0, -95, -80])
    k, j, i = np.mgrid[:size[2], :size[1], :size[0]]
    at = [i * spacing[0] - 85, j * spacing[1] - 95, k * spacing[2] - 80]
    values = np.full(i.shape, 0.0)

    def ellipsoid(middle, radii, value):
        far = sum(((a - m) / r) ** 2 for a, m, r in zip(at, middle, radii))
        values[far <= 1] = value

    ellipsoid((0, 0, 0), (70, 82, 70), 1900)
    ellipsoid((0, 0, 0), (64, 76, 64), 1040)
    ellipsoid((-20, 15, 10), (12, 25, 18), 1010)
    ellipsoid((22, 10, 5), (10, 28, 16), 1015)
    ellipsoid((15, -45, -20), (14, 9, 12), 1200)
    ellipsoid((-30, -30, 30), (9, 14, 9), 1400)
    ellipsoid((0, -75, -10), (10, 22, 14), 1040)
    values = ndimage.gaussian_filter(values, 0.6)
    return values + 8 * np.random.RandomState(3).randn(*values.shape), matrix


def real(folder):
    slices = []
    for top, _, names in os.walk(folder):
        for name in names:
            try:
                ds = pydicom.dcmread(os.path.join(top, name))
                x, y = np.reshape([float(v) for v in
                                   ds.ImageOrientationPatient], (2, 3))
                slices.append((np.cross(x, y) @ np.array(
                    [float(v) for v in ds.ImagePositionPatient]), ds))
            except (pydicom.errors.InvalidDicomError, AttributeError):
                continue
    slices.sort(key=lambda s: s[0])
    first, last = slices[0][1], slices[-1][1]
    x, y = np.reshape([float(v) for v in first.ImageOrientationPatient], (2, 3))
    start, end = (np.array([float(v) for v in ds.ImagePositionPatient])
                  for ds in (first, last))
    down, along = [float(v) for v in first.PixelSpacing]
    matrix = affine(np.column_stack([x * along, y * down,
                                     (end - start) / (len(slices) - 1)]), start)
    values = np.array([ds.pixel_array.astype(float)
                       * float(ds.get("RescaleSlope", 1))
                       + float(ds.get("RescaleIntercept", 0))
                       for _, ds in slices])
    return values - values.min(), matrix


def write(folder, values, matrix, number, modality):
    os.makedirs(folder)
    steps = np.linalg.norm(matrix[:3, :3], axis=0)
    for k, plane in enumerate(values):
        ds = Dataset()
        ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        ds.SOPInstanceUID = "1.2.6.%d.%d" % (number, k + 1)
        ds.StudyInstanceUID = "1.2.6"
        ds.SeriesInstanceUID = "1.2.6.%d" % number
        ds.Modality, ds.PatientName, ds.PatientID = modality, "Doe^J", "R"
        ds.PatientBirthDate, ds.PatientSex = "19600101", "F"
        ds.StudyDate, ds.StudyTime, ds.StudyID = "20240102", "101112", "1"
        ds.FrameOfReferenceUID = "1.2.6.9.%d" % number
        ds.ImageOrientationPatient = [
            float("%.11f" % v) for a in range(2)
            for v in matrix[:3, a] / steps[a]]
        ds.ImagePositionPatient = [
            "%.9g" % v for v in (matrix @ [0, 0, k, 1])[:3]]
        ds.PixelSpacing = ["%.10g" % steps[1], "%.10g" % steps[0]]
        ds.InstanceNumber = k + 1
        ds.Rows, ds.Columns = plane.shape
        ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 16, 15
        ds.PixelRepresentation = 0
        ds.PixelData = np.clip(np.round(plane), 0, 65535).astype(
            "<u2").tobytes()
        ds.file_meta = FileMetaDataset()
        ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
        ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
        ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
        ds.is_little_endian, ds.is_implicit_VR = True, False
        pydicom.dcmwrite(os.path.join(folder, "%04d.dcm" % k), ds,
                         write_like_original=False)


def make(folder, source):
    values, matrix = real(source) if source else phantom()
    middle = (matrix @ np.append((np.array(values.shape[::-1]) - 1) / 2, 1))[:3]
    # From moving to fixed: about the middle.
    linear = turn(0, 7) @ turn(1, -5) @ turn(2, 9)
    truth = affine(linear, middle + [9, -12, 7] - linear @ middle)
    extent = np.linalg.norm(matrix[:3, :3], axis=0) * values.shape[::-1]
    step = max(2.3, extent.max() / 110)
    size = np.ceil(extent / step).astype(int) + 4
    tilt = turn(1, 4)
    there = (np.linalg.inv(truth) @ np.append(middle, 1))[:3] + [3, -2, 4]
    grid = affine(tilt * step, there - tilt @ ((size - 1) / 2) * step)
    back = np.linalg.inv(matrix) @ truth @ grid  # to indices of the fixed one
    swap = np.eye(4)[[2, 1, 0, 3]]
    to = swap @ back @ swap
    moved = ndimage.affine_transform(values, to[:3, :3], to[:3, 3],
                                     output_shape=tuple(size[::-1]), order=1)
    top = np.percentile(values, 99.5)
    part = np.clip(moved / top, 0, 1)
    # What is bright is dark, but for the air.
    look = 3000 * np.where(part < 0.05, 0, 1.05 - part) ** 1.3
    look += 25 * np.random.RandomState(5).randn(*look.shape)
    write(folder + "/fixed", values, matrix, 1, "CT")
    write(folder + "/moving", look, grid, 2, "MR")
    np.savetxt(folder + "/truth.txt", truth)
    np.savetxt(folder + "/middle.txt", np.append(there, 1))


def judge(got, folder):
    truth = np.loadtxt(folder + "/truth.txt")
    middle = np.loadtxt(folder + "/middle.txt")
    if got.endswith(".dcm"):
        ds = pydicom.dcmread(got)
        items = ds.RegistrationSequence
        assert ds.FrameOfReferenceUID == items[0].FrameOfReferenceUID
        assert items[1].FrameOfReferenceUID == "1.2.6.9.2"
        one = items[1].MatrixRegistrationSequence[0].MatrixSequence[0]
        found = np.reshape([float(v) for v in
                            one.FrameOfReferenceTransformationMatrix], (4, 4))
    else:
        found = np.loadtxt(got)
    away = np.linalg.norm((found @ middle - truth @ middle)[:3])
    cosine = (np.trace(found[:3, :3] @ truth[:3, :3].T) - 1) / 2
    angle = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    ok = away < 1 and angle < 1
    print("%s" % ("within 1 mm and 1 degree" if ok else
                  "%.2f mm, %.2f degrees" % (away, angle)))
    print("%.3f mm, %.3f degrees" % (away, angle), file=sys.stderr)


if sys.argv[1] == "make":
    make(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)
else:
    judge(sys.argv[1], sys.argv[2])
