# SPDX-License-Identifier: LGPL-2.1-or-later
"""playclips.py FOLDER: what tests/bench/play.py plays. Each frame carries its
number: white, black, then twelve squares of bits, lowest first, in the first
sixteenth of its rows.

    hd.dcm         H.264 in MP4, 1920 x 1080, 60 a second, B pictures, 8 Mbit/s
    us-jpeg.dcm    800 x 600 frames of their own, JPEG, 60 a second
    us-rle.dcm     the same as RLE"""

import os
import subprocess
import sys

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, generate_uid

BITS = 12
RATE = 60
JPEG, RLE, H264 = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.5", \
    "1.2.840.10008.1.2.4.102"


def strip(number, width, rows):
    """The first rows of frame @number, from 1."""
    side = width // 30
    row = np.full(width, 16, np.uint8)
    row[:side] = 255
    row[side:2 * side] = 0
    for bit in range(BITS):
        row[side * (bit + 2):side * (bit + 3)] = 255 * (number >> bit & 1)
    return np.tile(row, (rows, 1))


def write(path, syntax, size, frames, sop_class, photometric):
    d = Dataset()
    d.file_meta = FileMetaDataset()
    d.file_meta.TransferSyntaxUID = UID(syntax)
    d.SOPClassUID = sop_class
    d.SOPInstanceUID = generate_uid()
    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID
    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID
    d.StudyInstanceUID, d.SeriesInstanceUID = generate_uid(), generate_uid()
    d.PatientName, d.PatientID, d.Modality = "Bench^Play", "1", "US"
    d.is_little_endian, d.is_implicit_VR = True, False
    d.Columns, d.Rows = size
    d.NumberOfFrames, d.FrameTime = frames[1], "%.6f" % (1000 / RATE)
    d.SamplesPerPixel, d.PlanarConfiguration = 3, 0
    d.PhotometricInterpretation = photometric
    d.BitsAllocated = d.BitsStored = 8
    d.HighBit, d.PixelRepresentation = 7, 0
    d.PixelData = encapsulate(frames[0])
    d["PixelData"].VR = "OB"
    d["PixelData"].is_undefined_length = True
    d.save_as(path, write_like_original=False)


def make_video(folder, n=600, size=(1920, 1080)):
    path = os.path.join(folder, "a.mp4")
    rows = size[1] // 16
    with subprocess.Popen(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i",
             "testsrc2=s=%dx%d:r=%d" % (*size, RATE), "-f", "rawvideo",
             "-pix_fmt", "gray", "-s", "%dx%d" % (size[0], rows), "-r",
             str(RATE), "-i", "-", "-filter_complex",
             "[0:v][1:v]overlay=0:0:shortest=1,format=yuv420p", "-frames:v",
             str(n), "-c:v", "libx264", "-preset", "veryfast", "-b:v", "8M",
             "-g", "30", "-bf", "2", "-y", path],
            stdin=subprocess.PIPE) as encoder:
        for number in range(1, n + 1):
            encoder.stdin.write(strip(number, size[0], rows).tobytes())
        encoder.stdin.close()
    with open(path, "rb") as file:
        data = file.read()
    os.remove(path)
    write(os.path.join(folder, "hd.dcm"), H264, size,
          ([data + b"\0" * (len(data) % 2)], n), "1.2.840.10008.5.1.4.1.1.77.1.1.1",
          "YBR_PARTIAL_420")


def draw_echo(n, size=(800, 600)):
    """A sector of speckle that moves, as an ultrasound machine shows it."""
    random = np.random.default_rng(3)
    width, height = size
    speckle = random.rayleigh(40, (height * 2, width)).clip(0, 255)
    y, x = np.mgrid[:height, :width]
    angle = np.abs(np.arctan2(x - width / 2, y - 20))
    sector = (angle < 0.7) & (np.hypot(x - width / 2, y - 20) < height * 0.9)
    for number in range(1, n + 1):
        moved = speckle[number * 3 % height:][:height]
        grey = np.where(sector, moved, 0).astype(np.uint8)
        grey[:height // 16] = strip(number, width, height // 16)
        yield np.repeat(grey[..., None], 3, axis=2)


def pack_rle(plane):
    """PackBits of each row, PS3.5 annex G."""
    out = bytearray()
    for row in plane:
        at = 0
        edges = np.flatnonzero(np.diff(row)) + 1
        runs = np.split(row, edges)
        literal = bytearray()

        def flush():
            for first in range(0, len(literal), 128):
                part = literal[first:first + 128]
                out.append(len(part) - 1)
                out.extend(part)
            literal.clear()

        for run in runs:
            at = len(run)
            if at < 3:
                literal.extend(run.tobytes())
                continue
            flush()
            while at > 0:
                part = min(at, 128)
                if part == 1:
                    out.extend((0, int(run[0])))
                else:
                    out.extend((257 - part, int(run[0])))
                at -= part
        flush()
    if len(out) % 2:
        out.append(0)
    return bytes(out)


def encode_rle(frame):
    segments = [pack_rle(frame[..., k]) for k in range(3)]
    offsets = np.zeros(16, "<u4")
    offsets[0] = 3
    offsets[1:4] = 64 + np.cumsum([0] + [len(s) for s in segments[:2]])
    return offsets.tobytes() + b"".join(segments)


def encode_jpeg(frame):
    import io
    from PIL import Image
    out = io.BytesIO()
    Image.fromarray(frame).save(out, "JPEG", quality=90)
    data = out.getvalue()
    return data + b"\0" * (len(data) % 2)


def make_echo(folder, n=120):
    frames = list(draw_echo(n))
    size = frames[0].shape[1::-1]
    us = "1.2.840.10008.5.1.4.1.1.3.1"
    write(os.path.join(folder, "us-jpeg.dcm"), JPEG, size,
          ([encode_jpeg(f) for f in frames], n), us, "YBR_FULL_422")
    write(os.path.join(folder, "us-rle.dcm"), RLE, size,
          ([encode_rle(f) for f in frames], n), us, "RGB")


if __name__ == "__main__":
    make_video(sys.argv[1])
    make_echo(sys.argv[1])
