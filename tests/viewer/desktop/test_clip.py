# SPDX-License-Identifier: LGPL-2.1-or-later
"""Small pictures of a cine's frames in the desktop viewer: which frames they
are of is read from them; a click goes there. Frames carry their number as
squares of bits."""

import os
import shutil
import subprocess
import tempfile

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (ExplicitVRLittleEndian, MPEG4HP41, generate_uid)
from pydicom.encaps import encapsulate

from desktop import Viewer, check, finish, missing_tools, skip

SIDE, BITS, FRAMES = 256, 4, 200
# The row: below the picture, above the bar.
ROW = (250, 664, 1275, 756)
PICTURE, CELL = 64, 72
# Viewports with the row and without.
SMALL, LARGE = (250, 92, 1275, 665), (250, 92, 1275, 755)


def draw(n):
    """The number as 4 x 2 squares of 64 x 128 pixels."""
    picture = np.zeros((SIDE, SIDE), np.uint8)
    for bit in range(2 * BITS):
        y, x = bit // BITS * SIDE // 2, bit % BITS * SIDE // BITS
        picture[y:y + SIDE // 2, x:x + SIDE // BITS] = \
            220 if n >> bit & 1 else 40
    return picture


def read(picture):
    """The number in a small picture."""
    number = 0
    for bit in range(2 * BITS):
        y, x = bit // BITS * PICTURE // 2, bit % BITS * PICTURE // BITS
        value = np.median(picture[y + 8:y + PICTURE // 2 - 8,
                                  x + 5:x + PICTURE // BITS - 5])
        number |= int(value > 130) << bit
    return number


def base(path, syntax):
    d = Dataset()
    d.file_meta = FileMetaDataset()
    d.file_meta.TransferSyntaxUID = syntax
    d.SOPClassUID = "1.2.840.10008.5.1.4.1.1.3.1"
    d.SOPInstanceUID = generate_uid()
    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID
    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID
    d.StudyInstanceUID, d.SeriesInstanceUID = generate_uid(), generate_uid()
    d.PatientName, d.PatientID, d.Modality = "Clip", "1", "US"
    d.NumberOfFrames, d.FrameTime = FRAMES, 40
    d.FrameIncrementPointer = 0x00181063
    d.Rows = d.Columns = SIDE
    d.BitsAllocated = d.BitsStored = 8
    d.HighBit, d.PixelRepresentation = 7, 0
    d.is_little_endian, d.is_implicit_VR = True, False
    return d


def write_grey(path):
    d = base(path, ExplicitVRLittleEndian)
    d.SamplesPerPixel, d.PhotometricInterpretation = 1, "MONOCHROME2"
    d.WindowCenter, d.WindowWidth = 128, 256
    d.PixelData = b"".join(draw(n + 1).tobytes() for n in range(FRAMES))
    d.save_as(path, write_like_original=False)


def write_video(path):
    raw = b"".join(draw(n + 1).tobytes() for n in range(FRAMES))
    film = path + ".mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "gray",
         "-s", "%dx%d" % (SIDE, SIDE), "-r", "25", "-i", "-", "-c:v",
         "libx264", "-pix_fmt", "yuv420p", "-g", "30", "-bf", "2", film],
        input=raw, check=True)
    d = base(path, MPEG4HP41)
    d.SOPClassUID = "1.2.840.10008.5.1.4.1.1.77.1.1.1"
    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID
    d.Modality = "ES"
    d.SamplesPerPixel, d.PhotometricInterpretation = 3, "YBR_PARTIAL_420"
    d.PlanarConfiguration = 0
    with open(film, "rb") as data:
        d.PixelData = encapsulate([data.read()])
    d["PixelData"].is_undefined_length = True
    os.remove(film)
    d.save_as(path, write_like_original=False)


def read_row(now):
    """The numbers in the row, from left to right."""
    left, top, right, bottom = ROW
    grey = now[top:bottom, left:right].astype(int).mean(axis=2)
    n = (right - left) // CELL
    room = right - left - CELL
    numbers = []
    for i in range(n):
        x = round(room * i / (n - 1)) + (CELL - PICTURE) // 2
        y = find_top(grey)
        numbers.append(read(grey[y:y + PICTURE, x:x + PICTURE]))
    return numbers


def find_top(grey):
    """Where the row begins: its line."""
    rows = np.flatnonzero(grey.mean(axis=1) > 45)
    return int(rows[0]) if len(rows) else 0


def read_shown(now, box):
    """The number in the large picture, which is as high as its viewport."""
    left, top, right, bottom = box
    side = bottom - top
    middle = (left + right) // 2
    number = 0
    for bit in range(2 * BITS):
        y = top + side * (1 + 2 * (bit // BITS)) // 4
        x = middle - side // 2 + side * (1 + 2 * (bit % BITS)) // (2 * BITS)
        value = np.median(now[y - 5:y + 6, x - 5:x + 6])
        number |= int(value > 130) << bit
    return number


def judge(name, path):
    n = (ROW[2] - ROW[0]) // CELL
    expected = [1 + int(i * (FRAMES - 1) / (n - 1) + 0.5) for i in range(n)]
    with Viewer(path) as viewer:
        viewer.wait_for_picture()
        viewer.key("alt+v")
        now = viewer.until(lambda now: read_row(now) == expected, box=None)
        viewer.shot("desktop-clip-" + name, box=None)
        check(name + ": frames from end to end", read_row(now) == expected,
              read_row(now), expected)

        def at(index):
            room = ROW[2] - ROW[0] - CELL
            return (ROW[0] + CELL // 2 + room * index // (n - 1), 706)

        viewer.drag(1, at(7), at(7))
        now = viewer.until(lambda now: read_shown(now, SMALL) == expected[7],
                           box=None)
        check(name + ": a click goes there", read_shown(now, SMALL) ==
              expected[7], read_shown(now, SMALL))
        viewer.drag(1, at(7), at(n - 1))
        now = viewer.until(lambda now: read_shown(now, SMALL) == FRAMES,
                           box=None)
        check(name + ": a drag to the end", read_shown(now, SMALL) == FRAMES,
              read_shown(now, SMALL))
        viewer.key("alt+v")
        now = viewer.until(lambda now: read_shown(now, LARGE) == FRAMES,
                           box=None)
        check(name + ": and gone", read_shown(now, LARGE) == FRAMES)


def main():
    if missing_tools():
        skip("desktop", "no " + ", ".join(missing_tools()))
        finish()
    folder = tempfile.mkdtemp(prefix="vitrail-clip-")
    try:
        for name, write in (("cine", write_grey), ("video", write_video)):
            path = os.path.join(folder, name)
            os.makedirs(path)
            write(os.path.join(path, "a.dcm"))
            judge(name, path)
    finally:
        shutil.rmtree(folder)
    finish()


main()
