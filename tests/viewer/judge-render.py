# SPDX-License-Identifier: LGPL-2.1-or-later
"""judge-render.py PNG DICOM [CENTER WIDTH]: the picture is that of PS3.3
C.11.2.1.2, pixel for pixel. judge-render.py --raw PNG DICOM: it holds the
samples, signed ones offset. Prints "same" or what differs."""

import sys

import numpy as np
import pydicom
from PIL import Image

Image.MAX_IMAGE_PIXELS = None


def window(values, center, width):
    center, width = float(center), float(width)
    out = (values - (center - 0.5)) / (width - 1) + 0.5
    out[values <= center - 0.5 - (width - 1) / 2] = 0
    out[values > center - 0.5 + (width - 1) / 2] = 1
    return np.rint(np.clip(out, 0, 1) * 255).astype("u1")


def first(value):
    return value[0] if isinstance(value, pydicom.multival.MultiValue) else value


def main(args):
    raw = args[0] == "--raw"
    args = args[raw:]
    got = np.array(Image.open(args[0]))
    ds = pydicom.dcmread(args[1])
    stored = ds.pixel_array.astype("f8")
    if raw:
        offset = 1 << (ds.BitsStored - 1) if ds.PixelRepresentation else 0
        want = stored + offset
    else:
        center, width = args[2:] or (first(ds.WindowCenter),
                                     first(ds.WindowWidth))
        want = window(stored * float(ds.get("RescaleSlope", 1)) +
                      float(ds.get("RescaleIntercept", 0)), center, width)
    if got.shape != want.shape:
        print(got.shape, want.shape)
    else:
        n = int((got.astype("f8") != want).sum())
        print("same" if n == 0 else "%d pixels differ" % n)


main(sys.argv[1:])
