# SPDX-License-Identifier: LGPL-2.1-or-later
"""make-images.py FOLDER: NAME.dcm and, beside it, NAME.raw with the values that
it was made from, as `vitrail decode --all` must write them; NAME.rgb for those
whose colours are not RGB."""

import os
import sys
import warnings

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixel_data_handlers.rle_handler import rle_encode_frame
from pydicom.pixel_data_handlers.util import convert_color_space
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)

warnings.simplefilter("ignore")
rng = np.random.default_rng(1)
folder = sys.argv[1]


def write(name, frames, pixels, syntax=ExplicitVRLittleEndian, **kw):
    """frames: (n, rows, columns[, 3]); pixels: bytes of Pixel Data."""
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.StudyInstanceUID = "1.2.1"
    ds.SeriesInstanceUID = "1.2.2"
    ds.SOPInstanceUID = "1.2.3.%d" % len(os.listdir(folder))
    ds.Modality = "OT"
    ds.SamplesPerPixel = 3 if frames.ndim == 4 else 1
    ds.PhotometricInterpretation = "RGB" if frames.ndim == 4 else "MONOCHROME2"
    if frames.ndim == 4:
        ds.PlanarConfiguration = 0
    ds.NumberOfFrames, ds.Rows, ds.Columns = frames.shape[:3]
    ds.BitsAllocated = ds.BitsStored = frames.dtype.itemsize * 8
    ds.PixelRepresentation = int(frames.dtype.kind == "i")
    for key, value in kw.items():
        setattr(ds, key, value)
    ds.HighBit = ds.BitsStored - 1
    ds.PixelData = pixels
    ds["PixelData"].VR = "OB" if syntax == RLELossless else "OW"
    ds["PixelData"].is_undefined_length = syntax == RLELossless
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.is_little_endian = syntax != ExplicitVRBigEndian
    ds.is_implicit_VR = syntax == ImplicitVRLittleEndian
    path = os.path.join(folder, name)
    pydicom.dcmwrite(path + ".dcm", ds, write_like_original=False)
    little = frames.astype(frames.dtype.newbyteorder("<"))
    with open(path + ".raw", "wb") as file:
        file.write(little.tobytes())
    return ds


def noise(dtype, *shape):
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, shape, dtype, endpoint=True)


def rgb(name, array):
    with open(os.path.join(folder, name + ".rgb"), "wb") as file:
        file.write(array.tobytes())


def main():
    for name, dtype in (("u8", "u1"), ("u16", "u2"), ("s16", "i2"),
                        ("u32", "u4"), ("s8", "i1")):
        a = noise(dtype, 3, 7, 5)
        write(name, a, a.tobytes() + b"\0" * (a.nbytes % 2))

    a = noise("u2", 2, 5, 4)
    write("implicit", a, a.tobytes(), ImplicitVRLittleEndian)
    write("deflated", a, a.tobytes(), DeflatedExplicitVRLittleEndian)
    write("big", a, a.byteswap().tobytes(), ExplicitVRBigEndian)
    rle = [rle_encode_frame(f) for f in a]
    write("rle", a, encapsulate(rle), RLELossless)

    # Bits above Bits Stored belong to the container.
    write("u12", a, a.tobytes(), BitsStored=12)

    a = noise("u1", 2, 3, 5)
    bits = (a & 1).astype("u1")
    packed = np.packbits(bits.ravel(), bitorder="little").tobytes()
    write("bits", bits, packed, BitsAllocated=1, BitsStored=1)

    a = noise("u1", 2, 4, 6, 3)
    write("rgb", a, a.tobytes())
    write("planar", a, a.transpose(0, 3, 1, 2).tobytes(), PlanarConfiguration=1)
    write("ybr", a, a.tobytes(), PhotometricInterpretation="YBR_FULL")
    rgb("ybr", convert_color_space(a, "YBR_FULL", "RGB"))

    a = noise("u1", 1, 8, 8)
    table = noise("u1", 256, 3).astype("u2") * 257
    channels = {}
    for i, colour in enumerate(("Red", "Green", "Blue")):
        key = colour + "PaletteColorLookupTable"
        channels[key + "Descriptor"] = [256, 0, 16]
        channels[key + "Data"] = table[:, i].tobytes()
    write("palette", a, a.tobytes(),
          PhotometricInterpretation="PALETTE COLOR", **channels)
    rgb("palette", (table[a] >> 8).astype("u1"))


main()
