# SPDX-License-Identifier: LGPL-2.1-or-later
"""A phantom with L, R, A, P, H and F on its sides: its voxels, series of it
with axes in any order and direction, and the eye that reads the letters back
from pictures by comparing shapes."""

import os
from itertools import permutations, product

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset

# Each way of axes and flips: what rows, columns and slices run along.
WAYS = list(product(permutations(range(3)), product((0, 1), repeat=3)))
GLYPHS = {name: np.array([[c == "#" for c in row] for row in rows.split()])
          for name, rows in (
              ("L", "#.... #.... #.... #.... #.... #.... #####"),
              ("R", "####. #...# #...# ####. #.#.. #..#. #...#"),
              ("A", ".###. #...# #...# ##### #...# #...# #...#"),
              ("P", "####. #...# #...# ####. #.... #.... #...."),
              ("H", "#...# #...# #...# ##### #...# #...# #...#"),
              ("F", "##### #.... #.... ####. #.... #.... #...."))}
CELL, SIDE = 2, 64           # millimetres: of a glyph's cell, of the phantom
ALIKE = 0.7                  # of 1: a letter that voxels of 2 mm have blurred
LAYER = (20, 23)             # where no letter of another plane is
ORIGIN = np.array([-40, 25, 300])
STEP = np.array([1, 2, 2])   # left, back, head
# Right and down of what a reader sees, and where its letters' middles are.
RIGHT, DOWN = {"axial": 0, "coronal": 0, "sagittal": 1}, \
    {"axial": (1, 1), "coronal": (2, -1), "sagittal": (2, -1)}
SIDES = {0: "RL", 1: "AP", 2: "FH"}
POSITIONS = ["HFS", "FFP", "HFDR", None]


def shape(glyph):
    return np.kron(GLYPHS[glyph], np.ones((CELL, CELL)))


def middles(plane):
    """Letter: its middle in the plane's picture of SIDE x SIDE mm."""
    right, (down, sign) = RIGHT[plane], DOWN[plane]
    low, high = SIDES[down][::sign]
    return {SIDES[right][0]: (9, 33), SIDES[right][1]: (55, 33),
            low: (33, 11), high: (33, 53)}


def phantom():
    """[left, back, head] by the millimetre."""
    out = np.zeros((SIDE,) * 3)
    for plane in RIGHT:
        right, (down, sign) = RIGHT[plane], DOWN[plane]
        picture = np.zeros((SIDE, SIDE))
        for letter, (x, y) in middles(plane).items():
            picture[y - 7:y + 7, x - 5:x + 5] = shape(letter)
        normal = 3 - right - down
        box = [slice(None)] * 3
        picture = picture[::sign].T        # [right, down as the patient's]
        for at in range(LAYER[0], LAYER[1] + 1):
            box[normal] = at
            view = out[tuple(box)]
            np.maximum(view, picture, out=view)
    return out[::STEP[0], ::STEP[1], ::STEP[2]]


def write(folder, voxels, axes, flips, number):
    """@axes: which of the patient's rows, columns and slices run along."""
    stored = voxels.transpose(axes)
    position = ORIGIN.astype(float)
    vectors = []
    for n, (axis, flip) in enumerate(zip(axes, flips)):
        vector = np.zeros(3)
        vector[axis] = -1 if flip else 1
        if flip:
            stored = np.flip(stored, n)
            position[axis] += STEP[axis] * (stored.shape[n] - 1)
        vectors.append(vector)
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    ds.StudyInstanceUID, ds.FrameOfReferenceUID = "1.2.1", "1.2.9"
    ds.SeriesInstanceUID = "1.2.2.%d" % number
    ds.Modality, ds.PatientName, ds.PatientID = "CT", "Phantom", "P"
    if POSITIONS[number % 4]:
        ds.PatientPosition = POSITIONS[number % 4]
    ds.ImageOrientationPatient = [*vectors[0], *vectors[1]]
    ds.PixelSpacing = [int(STEP[axes[1]]), int(STEP[axes[0]])]
    ds.Columns, ds.Rows, n_slices = stored.shape
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 16, 15
    ds.PixelRepresentation, ds.WindowCenter, ds.WindowWidth = 0, 500, 1000
    ds.RescaleSlope, ds.RescaleIntercept = 1, 0
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.is_little_endian, ds.is_implicit_VR = True, False
    for k in range(n_slices):
        ds.SOPInstanceUID = "1.2.3.%d.%d" % (number, k)
        ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
        ds.InstanceNumber = k + 1
        ds.ImagePositionPatient = list(
            position + vectors[2] * STEP[axes[2]] * k)
        ds.PixelData = (stored[:, :, k].T * 1000).astype("<u2").tobytes()
        pydicom.dcmwrite(os.path.join(folder, "%02d.dcm" % k), ds,
                         write_like_original=False)


def normal(pixels):
    """Rows of the same mean and length."""
    pixels = pixels - pixels.mean(axis=1, keepdims=True)
    return pixels / (np.linalg.norm(pixels, axis=1, keepdims=True) + 1e-9)


def templates():
    """(height, width), names, pixels: upright and lying; "L'" is no L."""
    for lies in (0, 1):
        names, pixels = [], []
        for glyph, turned in product(GLYPHS, range(4)):
            one = np.pad(shape(glyph), 1)
            one = one.T if lies else one
            one = one[::-1 if turned & 1 else 1, ::-1 if turned & 2 else 1]
            if any((one.ravel() == other).all() for other in pixels):
                continue    # its own mirror image
            names.append(glyph + ("'" if lies or turned else ""))
            pixels.append(one.ravel())
        yield one.shape, names, normal(np.array(pixels))


TEMPLATES = list(templates())


def read(picture, x, y):
    """The letter about (x, y), the right way round; "?" where it is none."""
    best, name = ALIKE, "?"
    for (height, width), names, pixels in TEMPLATES:
        windows = []
        for dy, dx in product((-1, 0, 1), repeat=2):
            top, left = y + dy - height // 2, x + dx - width // 2
            windows.append(picture[top:top + height,
                                   left:left + width].ravel())
        scores = (pixels @ normal(np.array(windows)).T).max(axis=1)
        n = int(scores.argmax())
        if scores[n] > best + 1e-9:
            best, name = scores[n], names[n]
    return name
