# SPDX-License-Identifier: LGPL-2.1-or-later
"""judge-uptake.py make FOLDER: a PET with two lesions in a warm, noisy body, on
an oblique grid; judge-uptake.py CSV THRESHOLD REGION...: says whether the CSV is
what numpy and scipy make of it."""
import csv
import math
import os
import sys

import numpy as np
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from scipy import ndimage

SIZE = (40, 36, 24)
SPACING = np.array([3.1, 2.9, 4.2])
ORIGIN = np.array([-60.0, -50, 10])
FACTOR = 70000 / (300e6 * 2 ** (-3600 / 6586.2))


def axes():
    a, b = np.radians(17), np.radians(-9)
    x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)],
                  [0, np.sin(a), np.cos(a)]])
    z = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0],
                  [0, 0, 1]])
    return x @ z


def places():
    k, j, i = np.mgrid[:SIZE[2], :SIZE[1], :SIZE[0]]
    steps = axes() * SPACING
    return (ORIGIN + i[..., None] * steps[:, 0] + j[..., None] * steps[:, 1]
            + k[..., None] * steps[:, 2])


def stored():
    at = places()
    values = 4000 + 600 * np.random.RandomState(7).randn(*at.shape[:3])
    for middle, width, height in (((0, 0, 60), 9, 30000),
                                  ((25, -10, 80), 6, 17000)):
        far = ((at - middle) ** 2).sum(-1)
        values += height * np.exp(-far / (2 * width ** 2))
    return np.round(np.clip(values, 0, 65000)).astype("<u2")


def make(folder):
    os.makedirs(folder)
    steps, values = axes(), stored()
    for k in range(SIZE[2]):
        ds = Dataset()
        ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.128"
        ds.SOPInstanceUID = "1.2.3.77.%d" % (k + 1)
        ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.3", "1.2.3.77"
        ds.Modality, ds.PatientName, ds.PatientID = "PT", "Doe^Jane", "=P,1"
        ds.PatientWeight, ds.PatientSize, ds.PatientSex = 70, 1.7, "F"
        ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = "20240310"
        ds.SeriesTime = ds.AcquisitionTime = "110000"
        ds.Units, ds.DecayCorrection = "BQML", "START"
        ds.CorrectedImage = ["DECY", "ATTN"]
        drug = Dataset()
        drug.RadionuclideTotalDose = 300e6
        drug.RadionuclideHalfLife = 6586.2
        drug.RadiopharmaceuticalStartTime = "100000"
        ds.RadiopharmaceuticalInformationSequence = [drug]
        ds.FrameOfReferenceUID = "1.2.3.9"
        ds.ImageOrientationPatient = [
            float("%.11f" % x) for x in list(steps[:, 0]) + list(steps[:, 1])]
        place = ORIGIN + steps[:, 2] * SPACING[2] * k
        ds.ImagePositionPatient = ["%.9g" % x for x in place]
        ds.PixelSpacing = [SPACING[1], SPACING[0]]
        ds.InstanceNumber = k + 1
        ds.Rows, ds.Columns = SIZE[1], SIZE[0]
        ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 16, 15
        ds.PixelRepresentation = 0
        ds.RescaleSlope, ds.RescaleIntercept = 1, 0
        ds.PixelData = values[k].tobytes()
        ds.file_meta = FileMetaDataset()
        ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
        ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
        ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
        ds.is_little_endian, ds.is_implicit_VR = True, False
        dcmwrite(os.path.join(folder, "%03d.dcm" % k), ds,
                 write_like_original=False)


def ball_means(values):
    """Of 1 cm3 about each voxel, of the voxels that there are."""
    radius = (3 / (4 * math.pi)) ** (1 / 3) * 10
    k, j, i = np.mgrid[-3:4, -4:5, -4:5]
    kernel = ((i * SPACING[0]) ** 2 + (j * SPACING[1]) ** 2
              + (k * SPACING[2]) ** 2 <= radius ** 2).astype(float)
    ones = np.ones_like(values)
    return (ndimage.convolve(values, kernel, mode="constant")
            / ndimage.convolve(ones, kernel, mode="constant"))


def judge(path, threshold, regions):
    suv = stored().astype(float) * FACTOR
    means, at = ball_means(suv), places()
    voxel = np.prod(SPACING) / 1000
    union = np.zeros(suv.shape, bool)
    with open(path) as file:
        lines = file.read().split("\n")
    rows = list(csv.DictReader(lines[:1 + max(1, len(regions))]))
    for row, region in zip(rows, regions or [None]):
        inside = np.ones(suv.shape, bool)
        if region is not None:
            x, y, z, r = map(float, region.split(","))
            inside = ((at - [x, y, z]) ** 2).sum(-1) <= r * r
        high = np.inf
        if threshold.endswith("%"):
            low = float(threshold[:-1]) / 100 * suv[inside].max()
        elif "-" in threshold:
            low, high = map(float, threshold.split("-"))
        else:
            low = float(threshold)
        counts = inside & (suv >= low) & (suv <= high)
        union |= counts
        picked = suv[counts]
        wanted = {
            "volume": counts.sum() * voxel, "min": picked.min(),
            "max": picked.max(), "mean": picked.mean(),
            "stdDev": picked.std(), "peak": means[counts].max(),
            "lesionGlycolysis": picked.mean() * counts.sum() * voxel,
            "threshold": low, "voxels": counts.sum()}
        for name, value in wanted.items():
            assert math.isclose(float(row[name]), value, rel_tol=2e-6), (
                name, row[name], value)
        assert row["PatientID"] == "'=P 1", row["PatientID"]
    ends = dict(line.split(",", 1) for line in lines if "," in line)
    tmtv = float(ends["Total Metabolic Tumor Volume"].split(",")[1])
    tlg = float(ends["Total Lesion Glycolysis"].split(",")[1])
    assert math.isclose(tmtv, union.sum() * voxel, rel_tol=1e-6), tmtv
    assert math.isclose(tlg, suv[union].sum() * voxel, rel_tol=1e-6), tlg
    assert ends["Study Date"] == "20240310"
    print(len(rows), lines[-2])


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    judge(sys.argv[1], sys.argv[2], sys.argv[3:])
