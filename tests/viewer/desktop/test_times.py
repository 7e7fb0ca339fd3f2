# SPDX-License-Identifier: LGPL-2.1-or-later
"""A volume over time in the desktop viewer: a heart that beats in three planes
at once, by keys; and the mean of its beat."""

import os
import tempfile

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset

from desktop import Viewer, check, difference, finish, missing_tools, skip

TIMES, SLICES, SIDE, STEP = 6, 32, 96, 2.0
# The three viewports, without words and marks beside the heart.
BOXES = ((252, 250, 588, 600), (594, 250, 930, 600), (936, 250, 1272, 600))


def radius(time):
    """Millimetres, of a ball."""
    return 20 + 6 * np.sin(2 * np.pi * time / TIMES)


def write(folder, time, k):
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
    ds.SOPInstanceUID = "1.2.826.0.1.%d" % (time * SLICES + k + 1)
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.826.0.2", "1.2.826.0.3"
    ds.FrameOfReferenceUID = "1.2.826.0.4"
    ds.Modality, ds.PatientName, ds.PatientID = "MR", "Heart^Beating", "H1"
    ds.SeriesDescription = "Cine"
    ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    middle = (SIDE - 1) / 2 * STEP
    place = (k - (SLICES - 1) / 2) * STEP * 2
    ds.ImagePositionPatient = [-middle, -middle, place]
    ds.PixelSpacing, ds.SliceThickness = [STEP, STEP], STEP * 2
    ds.TriggerTime = str(100 * time)
    ds.InstanceNumber = time * SLICES + k + 1
    ds.Rows = ds.Columns = SIDE
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 12, 11
    ds.PixelRepresentation = 0
    ds.WindowCenter, ds.WindowWidth = 500, 1000
    y, x = (np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2) * STEP
    far = np.sqrt(x ** 2 + y ** 2 + place ** 2)
    body = np.where(np.maximum(abs(x) / 80, abs(y) / 60) < 1, 200, 0)
    # Its edge is as wide as a pixel.
    heart = 700 * np.clip((radius(time) - far) / STEP + 0.5, 0, 1)
    ds.PixelData = (body + heart).astype("<u2").tobytes()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.is_little_endian, ds.is_implicit_VR = True, False
    path = os.path.join(folder, "%04d.dcm" % ds.InstanceNumber)
    pydicom.dcmwrite(path, ds, write_like_original=False)


def widths(shot, lowest=190):
    """Pixels across the heart in each of the planes, 0: it is not there."""
    found = []
    for left, top, right, bottom in BOXES:
        part = shot[top:bottom, left:right].astype(int)
        seen = (part.min(axis=2) > lowest) & (np.ptp(part, axis=2) < 12)
        found.append(int(seen.any(axis=0).sum()))
    return found


def is_at(time, scale):
    """Whether the heart is as wide as at a time, in all planes."""
    wanted = [2 * radius(time) * one for one in scale]

    def condition(shot):
        return all(abs(width - want) < 5
                   for width, want in zip(widths(shot), wanted))
    return condition


def beats(viewer):
    """How wide it is seen to be while it plays: each round once."""
    seen = set()

    def condition(shot):
        seen.add(widths(shot)[1])
        return len(seen) >= 3
    viewer.until(condition, box=None)
    return seen


def look(viewer):
    viewer.wait_for_picture()
    viewer.key("ctrl+m")
    viewer.until(lambda shot: min(widths(shot)) > 30, box=None)
    viewer.move(1279, 799)
    first = viewer.settle(box=None)
    scale = [width / (2 * radius(0)) for width in widths(first)]
    viewer.shot("desktop-times", box=None)
    viewer.key("alt+bracketright")
    larger = viewer.until(is_at(1, scale), box=None)
    check("the next point in time, in all planes", is_at(1, scale)(larger),
          widths(larger))
    viewer.key("alt+bracketleft")
    check("and the one before", is_at(0, scale)(
        viewer.until(is_at(0, scale), box=None)))
    viewer.key("c")
    seen = beats(viewer)
    check("it beats", len(seen) >= 3, sorted(seen))
    viewer.key("c")
    viewer.settle(box=None)
    viewer.key("alt+m")

    # Between the smallest and the largest ball it is neither dark nor bright.
    def is_mean(shot):
        wide = widths(shot, 100)
        return all(w > 2 * 24 * one for w, one in zip(wide, scale)) and all(
            w < 2 * 22 * one for w, one in zip(widths(shot, 225), scale))
    mean = viewer.until(is_mean, box=None)
    check("the mean of its beat", is_mean(mean),
          (widths(mean, 100), widths(mean, 225), scale))
    viewer.settle(box=None)
    viewer.shot("desktop-times-mean", box=None)
    viewer.key("alt+bracketright")
    again = viewer.until(lambda now: difference(now, first) < 0.5, box=None)
    check("one point in time again", difference(again, first) < 0.5,
          difference(again, first))


def curve(shot):
    """Pixels of the first region's colour in the panel at the right."""
    part = shot[96:400, 1030:1270].astype(int)
    return int((np.abs(part - (31, 119, 180)).max(axis=2) < 40).sum())


def follow(viewer):
    """A region about the edge of the heart: what is in it beats too."""
    alone = viewer.settle(box=None)
    viewer.key("shift+e")
    viewer.drag(1, (420, 422), (452, 422))
    there = viewer.until(lambda shot: curve(shot) > 200, box=None)
    check("a region's mean is drawn over time", curve(there) > 200,
          curve(there))
    viewer.move(1279, 799)
    viewer.settle(box=None)
    viewer.shot("desktop-times-region", box=None)
    viewer.key("ctrl+shift+e")
    again = viewer.until(lambda now: difference(now, alone) < 0.5, box=None)
    check("without it", difference(again, alone) < 0.5,
          difference(again, alone))


def main():
    missing = missing_tools()
    if missing:
        skip("times", "no " + ", ".join(missing))
        finish()
    with tempfile.TemporaryDirectory() as folder:
        for time in range(TIMES):
            for k in range(SLICES):
                write(folder, time, k)
        with Viewer(folder) as viewer:
            look(viewer)
            follow(viewer)
    finish()


main()
