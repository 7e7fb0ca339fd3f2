# SPDX-License-Identifier: LGPL-2.1-or-later
"""The judge of DICOM slides: pydicom finds the frames, Pillow decodes them.

frames.py FILE OUT.raw: writes the whole matrix of a TILED_FULL file as RGB and
prints its width and height.
frames.py --jpeg OUT.raw FILE...: decodes JPEG files, one after the other.
"""
import io
import sys

import numpy
import pydicom
from PIL import Image
from pydicom.encaps import generate_pixel_data_frame


def frames(ds):
    count = int(ds.get("NumberOfFrames", 1))
    if not ds.file_meta.TransferSyntaxUID.is_compressed:
        shape = (count, ds.Rows, ds.Columns, ds.SamplesPerPixel)
        size = numpy.prod(shape)
        yield from numpy.frombuffer(ds.PixelData, "u1")[:size].reshape(shape)
        return
    for data in generate_pixel_data_frame(ds.PixelData, count):
        yield numpy.array(Image.open(io.BytesIO(data)).convert("RGB"))


def matrix(path):
    ds = pydicom.dcmread(path)
    width, height = ds.TotalPixelMatrixColumns, ds.TotalPixelMatrixRows
    columns = -(-width // ds.Columns)
    rows = -(-height // ds.Rows)
    whole = numpy.zeros((rows * ds.Rows, columns * ds.Columns, 3), "u1")
    for number, frame in enumerate(frames(ds)):
        if number == rows * columns:
            break
        y = number // columns * ds.Rows
        x = number % columns * ds.Columns
        whole[y:y + ds.Rows, x:x + ds.Columns] = frame
    return whole[:height, :width]


if sys.argv[1] == "--jpeg":
    with open(sys.argv[2], "wb") as out:
        for name in sys.argv[3:]:
            out.write(Image.open(name).convert("RGB").tobytes())
else:
    pixels = matrix(sys.argv[1])
    with open(sys.argv[2], "wb") as out:
        out.write(pixels.tobytes())
    print(pixels.shape[1], pixels.shape[0])
