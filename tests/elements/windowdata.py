# SPDX-License-Identifier: LGPL-2.1-or-later
"""windowdata.py FOLDER: files with every way from samples to grey levels or
colours, each with all samples there are, and beside them what pydicom and the
formulas of PS3.3 make of them: NAME.dcm, NAME.VOI.f64 (levels 0..255, not
rounded). Prints NAME VOI INVERT CHANNELS for each."""

import sys

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.pixel_data_handlers.util import (apply_color_lut,
                                              apply_modality_lut, apply_voi,
                                              apply_windowing)
from pydicom.uid import (ExplicitVRLittleEndian, ImplicitVRLittleEndian,
                         generate_uid)

folder = sys.argv[1]


def image(bits=16, signed=0, photometric="MONOCHROME2", **values):
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.SOPInstanceUID = generate_uid()
    ds.Rows = ds.Columns = 256 if bits > 8 else 16
    ds.SamplesPerPixel = 1
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.PhotometricInterpretation = photometric
    ds.BitsAllocated = 16 if bits > 8 else 8
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = bits, bits - 1, signed
    for name, value in values.items():
        setattr(ds, name, value)
    return ds


def samples(ds):
    """All of them, as stored values; once or several times over."""
    n = 1 << ds.BitsStored
    x = np.arange(ds.Rows * ds.Columns) % n
    return x - n // 2 if ds.PixelRepresentation else x


def save(ds, name, voi, levels, invert=0, implicit=False):
    x = samples(ds)
    stored = x & ((1 << ds.BitsStored) - 1)
    frames = int(ds.get("NumberOfFrames", 1))
    kind = "<u2" if ds.BitsAllocated == 16 else "u1"
    ds.PixelData = stored.astype(kind).tobytes() * frames
    ds["PixelData"].VR = "OW"
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = (
        ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian)
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.is_little_endian, ds.is_implicit_VR = True, implicit
    ds.save_as("%s/%s.dcm" % (folder, name), write_like_original=False)
    levels = np.asarray(levels, "f8")
    channels = levels.size // x.size
    levels.tofile("%s/%s.%d.f64" % (folder, name, voi))
    print(name, voi, invert, channels)


def table(first, bits, values, vr="SS", n=None, explanation=None):
    """An item of a LUT sequence; @n entries are declared."""
    item = Dataset()
    n = len(values) % 65536 if n is None else n
    item.add_new(0x00283002, vr, [n, first, bits])
    if explanation:
        item.LUTExplanation = explanation
    item.add_new(0x00283006, "OW", np.array(values, "<u2").tobytes())
    return item


def look_up(values, first, x):
    return np.array(values)[np.clip(x - first, 0, len(values) - 1)]


def spread(ds, grey):
    """apply_windowing () goes from the lowest to the highest value."""
    low, high = (-(1 << ds.BitsStored - 1), (1 << ds.BitsStored - 1) - 1) \
        if ds.PixelRepresentation else (0, (1 << ds.BitsStored) - 1)
    slope = float(ds.get("RescaleSlope", 1))
    intercept = float(ds.get("RescaleIntercept", 0))
    low, high = low * slope + intercept, high * slope + intercept
    return (grey - low) / (high - low) * 255


# VOI LUTs, then windows, chosen by number; signed, rescaled.
ds = image(12, 1, RescaleSlope="2", RescaleIntercept="-100",
           WindowCenter=[40.25, 300], WindowWidth=[399.5, 1])
lut_a = [(i * 7) % 1024 for i in range(500)]
lut_b = [65535 - 13 * i for i in range(4000)]
ds.VOILUTSequence = [table(-200, 10, lut_a), table(-3000, 16, lut_b)]
ds.VOILUTSequence[1].LUTDescriptor = [4000, -3000, 16]
values = apply_modality_lut(samples(ds), ds)
for voi, (lut, first, bits) in enumerate(((lut_a, -200, 10),
                                          (lut_b, -3000, 16))):
    grey = apply_voi(values.astype("i4"), ds, voi).astype("f8") * 255 / ((1 << bits) - 1)
    assert np.array_equal(grey, look_up(lut, first, values.astype("i4")) *
                          255 / ((1 << bits) - 1))
    save(ds, "choice", voi, grey)
for voi in 2, 3:
    save(ds, "choice", voi, spread(ds, apply_windowing(values, ds, voi - 2)))
save(ds, "choice", 4, look_up(lut_a, -200, values.astype("i4")) * 255 / 1023)

# Functions, with slopes and centres that are no integers.
for function in "LINEAR", "LINEAR_EXACT", "SIGMOID":
    for signed in 0, 1:
        ds = image(16, signed, VOILUTFunction=function, RescaleSlope="0.37",
                   RescaleIntercept="-1024.5", WindowCenter="-100.75",
                   WindowWidth="2000.5")
        x = apply_modality_lut(samples(ds), ds)
        save(ds, "%s%d" % (function.lower(), signed), 0,
             spread(ds, apply_windowing(x, ds, 0)))

# LINEAR below a width of 1, which is not defined: as LINEAR_EXACT.
ds = image(16, 0, RescaleSlope="0.0001", RescaleIntercept="-2",
           WindowCenter=[1, 0.5], WindowWidth=[0.5, 1])
x = samples(ds) * 0.0001 - 2
save(ds, "narrow", 0, np.clip((x - 1) / 0.5 + 0.5, 0, 1) * 255)
save(ds, "narrow", 1, np.where(x <= 0, 0, 255))

# A window for each frame; ours is the first.
ds = image(10, 0, NumberOfFrames=2, WindowCenter=1, WindowWidth=2)
group = [Dataset(), Dataset()]
for i, item in enumerate(group):
    voi = Dataset()
    voi.WindowCenter, voi.WindowWidth = [300 + i, 50], [200, 70]
    voi.VOILUTFunction = "LINEAR_EXACT"
    item.FrameVOILUTSequence = [voi]
ds.PerFrameFunctionalGroupsSequence = group
x = samples(ds).astype("f8")
for voi, (c, w) in enumerate(((300, 200), (50, 70))):
    save(ds, "frames", voi, np.clip((x - c) / w + 0.5, 0, 1) * 255)

# Functional groups that say nothing hide nothing.
ds = image(16, 1, RescaleSlope="2", RescaleIntercept="-50", WindowCenter=100,
           WindowWidth=2000)
ds.SharedFunctionalGroupsSequence = [Dataset()]
ds.SharedFunctionalGroupsSequence[0].FrameVOILUTSequence = [Dataset()]
ds.SharedFunctionalGroupsSequence[0].PixelValueTransformationSequence = [
    Dataset()]
x = samples(ds) * 2.0 - 50
save(ds, "silent-groups", 0, np.clip((x - 99.5) / 1999 + 0.5, 0, 1) * 255)

# Presentation LUTs say by themselves what is bright; shapes turn over.
ramp = [4095 - (i * i) % 4000 for i in range(900)]
for photometric in "MONOCHROME1", "MONOCHROME2":
    ds = image(12, 0, photometric, WindowCenter=2048, WindowWidth=4096)
    x = samples(ds)
    level = np.clip((x - 2047.5) / 4095 + 0.5, 0, 1)
    for shape in None, "IDENTITY", "INVERSE":
        if shape:
            ds.PresentationLUTShape = shape
        turned = shape == "INVERSE" or photometric == "MONOCHROME1"
        save(ds, "shape-%s-%s" % (photometric, shape), 0,
             255 - level * 255 if turned else level * 255)
    del ds.PresentationLUTShape
    item = table(0, 12, ramp, "US")
    ds.PresentationLUTSequence = [item]
    grey = np.array(ramp)[np.rint(level * 899).astype(int)] * 255 / 4095
    save(ds, "plut-" + photometric, 0, grey)
    save(ds, "plut-inverted-" + photometric, 0, 255 - grey, 1)

# Padding is black, whatever is turned over.
for bits, signed, low, high in ((16, 1, -2000, None), (16, 0, 60000, 65535),
                                (8, 0, 10, 20), (12, 1, -2048, -2000),
                                (16, 0, 0, 0)):
    for photometric in "MONOCHROME1", "MONOCHROME2":
        for invert in 0, 1:
            for implicit in False, True:
                ds = image(bits, signed, photometric, WindowCenter=128,
                           WindowWidth=301)
                vr = "SS" if signed else "US"
                ds.add_new(0x00280120, vr, low)
                if high is not None:
                    ds.add_new(0x00280121, vr, high)
                x = samples(ds)
                grey = np.clip((x - 127.5) / 300 + 0.5, 0, 1) * 255
                if (photometric == "MONOCHROME1") != bool(invert):
                    grey = 255 - np.rint(grey)
                grey[(x >= low) & (x <= (low if high is None else high))] = 0
                save(ds, "padding-%d%d%d-%s-%d%d" % (
                    bits, signed, low & 0xffff, photometric, invert, implicit),
                    0, grey, invert, implicit)


def palette(ds, bits, first, red, green, blue, n=None):
    for name, data in zip(("Red", "Green", "Blue"), (red, green, blue)):
        name += "PaletteColorLookupTable"
        count = len(data) % 65536 if n is None else n
        setattr(ds, name + "Descriptor", [count, first, bits])
        setattr(ds, name + "Data", np.array(
            data, "<u2" if bits > 8 else "u1").tobytes())


# Palettes: clamped at both ends, rounded from 16 bits.
noise = np.random.default_rng(1)
for name, bits, signed, first, n in (("whole", 16, 0, 0, 65536),
                                     ("some", 16, 0, 1000, 300),
                                     ("signed", 16, 1, -50, 100)):
    ds = image(16, signed, "PALETTE COLOR")
    rgb = [noise.integers(0, 65536, n) for _ in range(3)]
    palette(ds, 16, first, *rgb)
    save(ds, "palette-" + name, 0, np.stack(
        [look_up(c, first, samples(ds)) / 257 for c in rgb], -1))
ds = image(8, 0, "PALETTE COLOR")
rgb = [noise.integers(0, 256, 200) for _ in range(3)]
palette(ds, 8, 20, *rgb)
expected = np.stack([look_up(c, 20, samples(ds)) for c in rgb], -1)
save(ds, "palette-8", 0, expected)
assert np.array_equal(apply_color_lut(samples(ds).astype("u1"), ds), expected)

# What hostile or careless writers say of their tables.
x = samples(image(16))
words = noise.integers(0, 65536, 65536)
for name, n, first, bits, there in (("full", 0, 0, 16, 65536),
                                    ("short", 0, 0, 16, 10),
                                    ("shorter", 65535, 7, 16, 1),
                                    ("beyond", 4, 65535, 16, 4),
                                    ("wide8", 256, 0, 8, 256),
                                    ("bits0", 100, 5, 0, 100),
                                    ("bits99", 100, 5, 99, 100)):
    top = 255 if bits == 8 else 1 if bits == 0 else 65535
    data = words[:there] % (top + 1)
    ds = image(16)
    ds.VOILUTSequence = [table(first, bits, data, "US", n)]
    save(ds, "voi-" + name, 0, np.clip(look_up(data, first, x) * 255 / top,
                                       0, 255))
    ds = image(16, WindowCenter=30000, WindowWidth=60001)
    ds.ModalityLUTSequence = [table(first, bits, data, "US", n)]
    ds.ModalityLUTSequence[0].ModalityLUTType = "US"
    y = look_up(data, first, x)
    save(ds, "modality-" + name, 0,
         np.clip((y - 29999.5) / 60000 + 0.5, 0, 1) * 255)
    ds = image(16, WindowCenter=32768, WindowWidth=65536)
    ds.PresentationLUTSequence = [table(first, bits, data, "US", n)]
    at = np.rint(np.clip((x - 32767.5) / 65535 + 0.5, 0, 1) * (there - 1))
    save(ds, "plut-" + name, 0, np.clip(data[at.astype(int)] * 255 / top,
                                        0, 255))
# Bytes under a descriptor of words.
ds = image(8, 0, "PALETTE COLOR")
palette(ds, 8, 0, *rgb)
for name in "Red", "Green", "Blue":
    setattr(ds, name + "PaletteColorLookupTableDescriptor", [200, 0, 16])
save(ds, "palette-bytes", 0, np.stack(
    [look_up(c, 0, samples(ds)) for c in rgb], -1))
# Channels of different lengths.
ds = image(8, 0, "PALETTE COLOR")
palette(ds, 16, 0, rgb[0][:1] * 257, rgb[1][:200] * 257, rgb[2][:3] * 257, 256)
save(ds, "palette-uneven", 0, np.stack(
    [look_up(c[:1], 0, samples(ds)) for c in rgb], -1))
