# SPDX-License-Identifier: LGPL-2.1-or-later
"""A stress echo in the desktop viewer: stages of a view side by side, each one
beat, all as one; a stage that was not done keeps its place. Frames carry their
number as squares of bits."""

import os
import shutil
import tempfile

import numpy as np
from PIL import Image, ImageDraw
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from desktop import STAGE, Viewer, check, finish, missing_tools, skip

W, H, SQUARE, BITS = 320, 240, 32, 6
STAGES = ("Rest", "Low dose", "Peak", "Recovery")
# Stage, view, images, Frame Time in ms, R waves: beats of 20, 16, 12 images.
CINES = ((1, "A4C", 30, 40, [120, 920]), (2, "A4C", 30, 35, [70, 630]),
         (3, "A4C", 25, 30, [90, 450]), (1, "A2C", 20, 40, None),
         (3, "A2C", 25, 30, [60, 420]))


def draw(n, part):
    """A sector in which something beats, and the number of the frame."""
    picture = Image.new("L", (W, H), 0)
    pen = ImageDraw.Draw(picture)
    pen.pieslice((-20, -150, W + 20, H - 10), 50, 130, fill=70)
    size = 24 + 18 * abs(2 * part - 1)
    pen.ellipse((W // 2 - size, 140 - size, W // 2 + size, 140 + size),
                fill=20, outline=190, width=5)
    pixels = np.array(picture)
    for bit in range(BITS):
        pixels[H - SQUARE:, SQUARE * (bit + 2):SQUARE * (bit + 3)] = \
            220 if n >> bit & 1 else 30
    return pixels


def make_study(folder):
    study, series = generate_uid(), generate_uid()
    for i, (stage, view, n, ms, waves) in enumerate(CINES):
        d = Dataset()
        d.file_meta = FileMetaDataset()
        d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        d.SOPClassUID = "1.2.840.10008.5.1.4.1.1.3.1"
        d.SOPInstanceUID = generate_uid()
        d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID
        d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID
        d.StudyInstanceUID, d.SeriesInstanceUID = study, series
        d.PatientName, d.PatientID, d.Modality = "Stress^Test", "1", "US"
        d.StudyDescription, d.StudyDate = "Stress echo", "20260131"
        d.InstanceNumber, d.SeriesNumber = i + 1, 1
        d.StageName, d.StageNumber = STAGES[stage - 1], stage
        d.NumberOfStages, d.NumberOfViewsInStage = 4, 2
        d.ViewName, d.ViewNumber = view, 1 if view == "A4C" else 2
        d.NumberOfFrames, d.FrameTime = n, ms
        d.FrameIncrementPointer = 0x00181063
        if waves:
            d.RWaveTimeVector = [float(wave) for wave in waves]
        d.Rows, d.Columns, d.SamplesPerPixel = H, W, 1
        d.PhotometricInterpretation = "MONOCHROME2"
        d.BitsAllocated = d.BitsStored = 8
        d.HighBit, d.PixelRepresentation = 7, 0
        d.WindowCenter, d.WindowWidth = 128, 256
        d.PixelData = np.stack([draw(k + 1, (k + 0.5) / n) for k in range(n)]
                               ).tobytes()
        d.is_little_endian, d.is_implicit_VR = True, False
        d.save_as(os.path.join(folder, "%d.dcm" % i),
                  write_like_original=False)


def read_tile(now, row, column):
    """The number of the frame in a tile of 2 x 2; 0: there is none."""
    height, width = now.shape[0] // 2, now.shape[1] // 2
    tile = now[row * height:(row + 1) * height,
               column * width:(column + 1) * width].mean(axis=2)
    scale = min(width / W, height / H)
    left, top = (width - W * scale) / 2, (height - H * scale) / 2
    number = 0
    for bit in range(BITS):
        x = int(left + (SQUARE * (bit + 2.5)) * scale)
        # Words and the scale bar lie over the lower part of it.
        y = int(top + (H - SQUARE * 0.7) * scale)
        value = np.median(tile[y - 3:y + 4, x - 4:x + 5])
        if 60 < value < 180:
            return 0
        number |= int(value >= 180) << bit
    return number


def read_all(now):
    return [read_tile(now, i // 2, i % 2) for i in range(4)]


def main():
    if missing_tools():
        skip("desktop", "no " + ", ".join(missing_tools()))
        finish()
    folder = tempfile.mkdtemp(prefix="vitrail-stress-")
    try:
        make_study(folder)
        with Viewer(folder) as viewer:
            first = viewer.wait_for_picture()
            viewer.key("alt+e")
            seen = set()

            # Where they were before is seen until they have begun.
            def has_played(now):
                frames = tuple(read_all(now)[:3])
                if seen or all(frame > 1 for frame in frames):
                    seen.add(frames)
                return len({frames[0] for frames in seen}) > 6

            viewer.until(has_played)
            # Between two pictures of a tile others may be shown already.
            beats = [{frames[i] for frames in seen} - {0} for i in range(3)]
            check("each plays its beat", beats[0] <= set(range(4, 24)) and
                  beats[1] <= set(range(3, 19)) and
                  beats[2] <= set(range(4, 16)), beats)
            viewer.key("c")
            viewer.settle()
            viewer.key("Home")
            viewer.key(*["Down"] * 12)
            # 9 of 20 images into the first: 7 of 16 and 5 of 12.
            expected = [13, 10, 9, 0]
            now = viewer.until(lambda now: read_all(now) == expected)
            viewer.shot("desktop-stress")
            check("as far into their beats", read_all(now) == expected,
                  read_all(now))
            viewer.key("alt+Next")
            viewer.until(lambda now: read_all(now)[3] == 0 and
                         read_all(now)[1] == 0)
            viewer.key("c")
            now = viewer.settle()
            viewer.shot("desktop-stress-missing")
            frames = read_all(now)
            check("two of the other view", frames[0] > 0 and frames[2] > 0
                  and frames[1] == frames[3] == 0, frames)
            viewer.key("alt+e")
            check("as before", np.array_equal(first, viewer.until(
                lambda now: np.array_equal(now, first))))
    finally:
        shutil.rmtree(folder)
    finish()


main()
