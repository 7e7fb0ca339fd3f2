# SPDX-License-Identifier: LGPL-2.1-or-later
"""HEVC of 10 bits (Main 10, .108): each frame that `vitrail render` shows
against what ffmpeg decodes, brought to RGB by the formula of BT.601 in numpy,
as an elementary stream and in MP4."""

import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import generate_uid

WIDTH, HEIGHT, FRAMES = 160, 96, 12
# Slopes so small that it does not matter where chroma samples lie.
FILM = ("color=black:s=%dx%d:r=25,format=yuv444p10le,geq="
        "lum='100+X*4+N*9':cb='512+(Y-48)*3':cr='512+(X-80)*2+N*4'"
        % (WIDTH, HEIGHT))
failed = []
count = 0


def check(what, holds, *facts):
    global count
    count += 1
    if not holds:
        failed.append(what)
        print("#", *facts)
    print("%s %d - %s" % ("ok" if holds else "not ok", count, what),
          flush=True)


def encode(path):
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", FILM,
         "-frames:v", str(FRAMES), "-pix_fmt", "yuv420p10le", "-c:v",
         "libx265", "-x265-params", "log-level=error:crf=8:keyint=8:bframes=2",
         path],
        check=True)


def decode(path):
    """By ffmpeg: [frame, row, column] of Y, Cb, Cr in units of 8 bits."""
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt",
         "yuv420p10le", "-"], check=True, stdout=subprocess.PIPE).stdout
    samples = np.frombuffer(raw, "<u2").astype(float).reshape(FRAMES, -1) / 4
    n = WIDTH * HEIGHT
    luma = samples[:, :n].reshape(FRAMES, HEIGHT, WIDTH)
    both = samples[:, n:].reshape(FRAMES, 2, HEIGHT // 2, WIDTH // 2)
    return luma, spread(both[:, 0]), spread(both[:, 1])


def spread(chroma):
    """To each pixel: between lines, beside columns (as MPEG-2 has them)."""
    rows = np.clip((np.arange(HEIGHT) - 0.5) / 2, 0, HEIGHT // 2 - 1)
    columns = np.clip(np.arange(WIDTH) / 2, 0, WIDTH // 2 - 1)
    for axis, places in ((1, rows), (2, columns)):
        low = np.minimum(places.astype(int), chroma.shape[axis] - 2)
        shape = [1, 1, 1]
        shape[axis] = len(places)
        part = (places - low).reshape(shape)
        chroma = (np.take(chroma, low, axis) * (1 - part) +
                  np.take(chroma, low + 1, axis) * part)
    return chroma


def to_rgb(luma, cb, cr):
    """Limited range, BT.601: what a stream of so few lines that says nothing
    is taken for."""
    y = (luma - 16) * 255 / 219
    pb, pr = (cb - 128) * 255 / 224, (cr - 128) * 255 / 224
    rgb = np.stack([y + 1.402 * pr, y - 0.344136 * pb - 0.714136 * pr,
                    y + 1.772 * pb], -1)
    return np.clip(rgb, 0, 255)


def wrap(path):
    d = Dataset()
    d.file_meta = FileMetaDataset()
    d.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.108"
    d.SOPClassUID = "1.2.840.10008.5.1.4.1.1.77.1.1.1"
    d.SOPInstanceUID = generate_uid()
    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID
    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID
    d.StudyInstanceUID, d.SeriesInstanceUID = generate_uid(), generate_uid()
    d.PatientName, d.PatientID, d.Modality = "Deep", "1", "ES"
    d.NumberOfFrames, d.FrameTime = FRAMES, 40
    d.FrameIncrementPointer = 0x00181063
    d.Rows, d.Columns = HEIGHT, WIDTH
    d.SamplesPerPixel, d.PhotometricInterpretation = 3, "YBR_PARTIAL_420"
    d.PlanarConfiguration, d.PixelRepresentation = 0, 0
    d.BitsAllocated, d.BitsStored, d.HighBit = 16, 10, 9
    with open(path, "rb") as film:
        d.PixelData = encapsulate([film.read()])
    d["PixelData"].is_undefined_length = True
    d.is_little_endian, d.is_implicit_VR = True, False
    d.save_as(path + ".dcm", write_like_original=False)


def show(path, frame):
    out = path + ".png"
    subprocess.run([os.environ["VITRAIL"], "render", "--frame=%d" % frame,
                    "-o", out, path + ".dcm"], check=True, timeout=60)
    return np.asarray(Image.open(out).convert("RGB")).astype(float)


def judge(path, kind):
    encode(path)
    wrap(path)
    wanted = to_rgb(*decode(path))
    for frame in (1, 2, 7, 8, 12, 3):
        away = np.abs(show(path, frame) - wanted[frame - 1])
        check("%s, frame %d: as ffmpeg decodes it" % (kind, frame),
              away.max() <= 2 and away.mean() < 0.5, away.max(), away.mean())
    # A frame more or less would be seen.
    check(kind + ": frames differ",
          np.abs(wanted[0] - wanted[1]).mean() > 1.5)


def main():
    if shutil.which("ffmpeg") is None:
        print("1..0 # SKIP no ffmpeg")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("h265", "mp4"):
            judge(os.path.join(folder, "film." + kind), kind)
    print("1..%d" % count)
    return len(failed) > 0


if __name__ == "__main__":
    sys.exit(main())
