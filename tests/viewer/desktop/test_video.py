# SPDX-License-Identifier: LGPL-2.1-or-later
"""A video in the desktop viewer: each step shows the frame it says, it plays,
backwards too, and loops between two frames. Frames carry their number as ten
squares of bits."""

import os
import shutil
import subprocess
import tempfile
import time

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, generate_uid

from desktop import Viewer, check, finish, missing_tools, skip

W, H, N, SQUARE = 320, 192, 60, 32
BITS = 10


def make_video(folder):
    """H.264 in MP4 with B frames; its header is wrong about how many frames
    there are, and how fast."""
    raw = b""
    for n in range(N):
        luma = np.full((H, W), 110, "u1")
        for bit in range(BITS):
            luma[:SQUARE, SQUARE * bit:SQUARE * (bit + 1)] = \
                220 if n + 1 >> bit & 1 else 30
        raw += luma.tobytes() + bytes([128]) * (W * H // 2)
    path = os.path.join(folder, "a.mp4")
    subprocess.run(["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt",
                    "yuv420p", "-s", "%dx%d" % (W, H), "-r", "25", "-i", "-",
                    "-c:v", "libx264", "-preset", "veryfast", "-g", "30",
                    "-bf", "3", path], input=raw, check=True)
    with open(path, "rb") as stream:
        data = stream.read()
    os.remove(path)
    d = Dataset()
    d.file_meta = FileMetaDataset()
    d.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.102")
    d.SOPClassUID = "1.2.840.10008.5.1.4.1.1.77.1.1.1"
    d.SOPInstanceUID = generate_uid()
    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID
    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID
    d.StudyInstanceUID, d.SeriesInstanceUID = generate_uid(), generate_uid()
    d.PatientName, d.PatientID, d.Modality = "Video^Test", "1", "ES"
    d.is_little_endian, d.is_implicit_VR = True, False
    d.Rows, d.Columns, d.NumberOfFrames, d.FrameTime = H, W, 7, "100"
    d.SamplesPerPixel, d.PlanarConfiguration = 3, 0
    d.PhotometricInterpretation = "YBR_PARTIAL_420"
    d.BitsAllocated = d.BitsStored = 8
    d.HighBit, d.PixelRepresentation = 7, 0
    d.PixelData = encapsulate([data + b"\0" * (len(data) % 2)])
    d["PixelData"].VR = "OB"
    d["PixelData"].is_undefined_length = True
    d.save_as(os.path.join(folder, "a.dcm"), write_like_original=False)


def read_number(stage):
    """The number in the picture, wherever it lies; 0: there is none."""
    height, width = stage.shape[:2]
    scale = min(width / W, height / H)
    left = (width - W * scale) / 2
    top = (height - H * scale) / 2
    row = int(top + SQUARE * 0.75 * scale)
    number = 0
    for bit in range(BITS):
        x = int(left + (bit + 0.5) * SQUARE * scale)
        if stage[row, x].mean() > 128:
            number |= 1 << bit
    return number


def collect(viewer, seconds):
    seen = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        seen.append(read_number(viewer.shot()))
        time.sleep(0.02)
    return seen


def main():
    if missing_tools() or shutil.which("ffmpeg") is None:
        skip("desktop", "no " + ", ".join([*missing_tools(), "or ffmpeg"]))
        finish()
    with tempfile.TemporaryDirectory(prefix="vitrail-video-") as folder:
        make_video(folder)
        with Viewer(folder) as viewer:
            check_viewer(viewer)
    finish()


def check_viewer(viewer):
    def shows(number):
        return read_number(viewer.until(
            lambda now: read_number(now) == number)) == number
    viewer.wait_for_picture()
    check("the first frame", shows(1))
    viewer.shot("desktop-video")
    viewer.key("Down", "Down", "Down")
    check("three steps on", shows(4))
    viewer.key("Up")
    check("one back", shows(3))
    viewer.key("End")
    check("the stream's last frame, not the header's", shows(N))
    viewer.key("Home", "c")
    seen = collect(viewer, 2)
    steps = [b - a for a, b in zip(seen, seen[1:]) if b != a]
    check("plays forwards", len(set(seen)) > 10 and
          sum(step > 0 for step in steps) > 0.9 * len(steps), seen)
    viewer.key("shift+c")
    viewer.key("shift+c")
    viewer.key("c")
    viewer.settle()
    viewer.key("Home", *["Down"] * 9, "ctrl+bracketleft", *["Down"] * 10,
               "ctrl+bracketright", "shift+c")
    viewer.until(lambda now: 10 <= read_number(now) <= 20)
    seen = collect(viewer, 2)
    check("loops from A to B", set(seen) <= set(range(10, 21)) and
          len(set(seen)) > 5, seen)
    steps = [b - a for a, b in zip(seen, seen[1:]) if b != a]
    check("backwards", sum(step < 0 for step in steps) > 0.7 * len(steps),
          seen)
    viewer.shot("desktop-video-loop")
    viewer.key("c")
    viewer.settle()


main()
