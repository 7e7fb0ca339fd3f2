#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Window and level: all values of a picture through the program, against the
formulas of PS3.3 C.11.1 and C.11.2 in double. Prints TAP.

Each row is a picture of 256 x 256 that holds every stored value once. The
program's PNG must be the formula's level, rounded to nearest, ties to even, for
each; and within half a level of what pydicom computes."""

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import warnings

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.pixel_data_handlers.util import apply_modality_lut, apply_voi_lut
from pydicom.sequence import Sequence

from sources import Case, Source, save

warnings.simplefilter("ignore")
VITRAIL = os.environ.get("VITRAIL", "vitrail")

PICTURES = {
    "u16": Source(bits=16), "s16": Source(bits=16, signed=True),
    "u12": Source(bits=12), "s12": Source(bits=12, signed=True),
    "s13 dirty": Source(bits=13, signed=True, dirty=True),
    "u8": Source(bits=8), "s8": Source(bits=8, signed=True),
}
RESCALES = [(1, 0), (1, -1024), (0.5, -3.25), (-1, 0), (0.0025, 7),
            (2.7182, 0.1)]
WINDOWS = [(40, 400), (32768, 65536), (2047.5, 4095.5), (0.5, 1), (100, 1),
           (-600.25, 1500.75), (50.5, 2), (0, 100000.3), (7.3, 1.7),
           (127.5, 255), (10, 257)]
FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")


def level(x, c, w, function):
    """PS3.3 C.11.2.1.2 and C.11.2.1.3, as levels 0 to 255, not rounded."""
    if function == "SIGMOID":
        return 255 / (1 + np.exp(-4 * (x - c) / w))
    if function == "LINEAR_EXACT":
        y = ((x - c) / w + 0.5) * 255
        return np.where(x <= c - w / 2, 0, np.where(x > c + w / 2, 255, y))
    if w == 1:
        return np.where(x <= c - 0.5, 0.0, 255.0)
    y = ((x - (c - 0.5)) / (w - 1) + 0.5) * 255
    return np.where(x <= c - 0.5 - (w - 1) / 2, 0,
                    np.where(x > c - 0.5 + (w - 1) / 2, 255, y))


def lut_item(n, first, bits, seed, signed=False):
    """A VOI or Modality LUT: noise between its extremes."""
    rng = np.random.default_rng(seed)
    entries = rng.integers(0, 1 << bits, n)
    entries[0], entries[-1] = 0, (1 << bits) - 1
    item = Dataset()
    item.add_new(0x00283002, "SS" if signed else "US", [n % 65536, first, bits])
    item.add_new(0x00283006, "OW", entries.astype("<u2").tobytes())
    return item, entries


class Ramp(Case):
    """Every stored value of a source, once or over and over."""

    def __init__(self, source, folder):
        super().__init__(source._replace(), (256, 256), folder)
        n = np.arange(65536) % (1 << source.bits) + source.low
        self.array = n.reshape(self.shape)
        self.coded = self.to_container(self.array)


def values(case, ds):
    x = case.array[0, :, :, 0].astype(float)
    return x * float(ds.get("RescaleSlope", 1)) + float(
        ds.get("RescaleIntercept", 0))


def render(path, *options):
    out = path + ".png"
    done = subprocess.run([VITRAIL, "render", *options, "-o", out, path],
                          capture_output=True, timeout=60, check=False)
    if done.returncode != 0 or done.stderr:
        return done.stderr.decode()
    return np.array(Image.open(out))


def differences(got, want):
    """What differs from @want, levels that are not rounded; or nothing."""
    if isinstance(got, str):
        return got
    if got.shape != want.shape or got.dtype != np.uint8:
        return "%s %s" % (got.shape, got.dtype)
    bad = got != np.rint(np.clip(want, 0, 255)).astype("u1")
    if not bad.any():
        return ""
    at = tuple(int(i) for i in np.argwhere(bad)[0])
    return "%d of %d differ; %s is %d, the formula %.9f" % (
        bad.sum(), bad.size, at, got[at], want[at])


def pydicom_levels(case, ds, index=0):
    """0 to 255, not rounded. pydicom spreads over the range of the stored
    bits; a LUT over that of its entries."""
    x = apply_modality_lut(case.array[0, :, :, 0], ds)
    y = apply_voi_lut(x, ds, index).astype(float)
    if "VOILUTSequence" in ds and index < len(ds.VOILUTSequence):
        return y * 255 / ((1 << ds.VOILUTSequence[index].LUTDescriptor[2]) - 1)
    low, top = case.source.low, case.source.top
    if "RescaleSlope" in ds:
        ends = [float(v) * float(ds.RescaleSlope) + float(ds.RescaleIntercept)
                for v in (low, top)]
        low, top = ends
    return (y - low) * 255 / (top - low)


def windows(folder):
    """(name, options, case, ds, expected levels, pydicom's index or None)"""
    rows = itertools.chain(
        itertools.product(("u16", "s16"), RESCALES[:3], WINDOWS, FUNCTIONS),
        itertools.product(PICTURES, RESCALES[3:], WINDOWS[:3], FUNCTIONS),
        itertools.product(("u12", "s12", "s13 dirty", "u8", "s8"),
                          RESCALES[:2], WINDOWS[2:7], FUNCTIONS))
    for name, (slope, intercept), (c, w), function in rows:
        case = Ramp(PICTURES[name], folder)
        ds = case.dataset()
        ds.RescaleSlope, ds.RescaleIntercept = slope, intercept
        ds.WindowCenter, ds.WindowWidth = c, w
        ds.VOILUTFunction = function
        yield ("%s x %g %+g, window %g %g %s" % (name, slope, intercept, c, w,
                                                 function),
               (), case, ds, level(values(case, ds), c, w, function), 0)


def several(folder):
    """Several windows in a header, and that of the command line."""
    case = Ramp(PICTURES["s16"], folder)
    ds = case.dataset()
    ds.WindowCenter, ds.WindowWidth = [40, -600.5, 300], [400, 1500.25, 1]
    ds.WindowCenterWidthExplanation = ["A", "B", "C"]
    x = values(case, ds)
    for n in range(3):
        yield ("several windows, the %d." % (n + 1), ("--voi", str(n + 1)),
               case, ds, level(x, ds.WindowCenter[n], ds.WindowWidth[n],
                               "LINEAR"), n)
    yield ("several windows, none asked for", (), case, ds,
           level(x, 40, 400, "LINEAR"), 0)
    for c, w in WINDOWS:
        yield ("--window %g,%g" % (c, w), ("--window=%r,%r" % (c, w),), case,
               ds, level(x, c, w, "LINEAR"), None)


def luts(folder):
    """VOI LUTs: entries and first value as PS3.3 C.11.2.1.1 has them. pydicom
    takes entries of 8 bits for bytes, whatever their VR."""
    for name, n, first, bits in (
            ("u16", 256, 0, 8), ("u16", 4096, 1000, 12), ("u16", 65536, 0, 16),
            ("s16", 1024, -512, 10), ("s16", 65536, -32768, 16),
            ("u12", 4096, 0, 16), ("s12", 300, -7, 8), ("u8", 256, 0, 12)):
        case = Ramp(PICTURES[name], folder)
        ds = case.dataset()
        item, entries = lut_item(n, first, bits, n, first < 0)
        ds.VOILUTSequence = Sequence([item])
        x = values(case, ds).astype(int)
        y = entries[np.clip(x - first, 0, n - 1)]
        yield ("%s, VOI LUT of %d from %d, %d bits" % (name, n, first, bits),
               (), case, ds, y * 255 / ((1 << bits) - 1),
               0 if n < 65536 and bits > 8 else None)
    case = Ramp(PICTURES["u16"], folder)
    ds = case.dataset()
    items = [lut_item(256, 0, 8, 1), lut_item(512, 100, 16, 2)]
    ds.VOILUTSequence = Sequence([i for i, _ in items])
    ds.WindowCenter, ds.WindowWidth = 3000, 2000
    x = values(case, ds).astype(int)
    for n, (first, bits) in enumerate(((0, 8), (100, 16))):
        entries = items[n][1]
        y = entries[np.clip(x - first, 0, len(entries) - 1)]
        yield ("two VOI LUTs and a window, the %d." % (n + 1),
               ("--voi", str(n + 1)), case, ds, y * 255 / ((1 << bits) - 1),
               n if bits > 8 else None)
    yield ("two VOI LUTs and a window, the window", ("--voi", "3"), case, ds,
           level(x, 3000, 2000, "LINEAR"), None)


def polarity(folder):
    for photometric, shape in (("MONOCHROME1", ""), ("MONOCHROME2", "INVERSE"),
                               ("MONOCHROME2", "IDENTITY")):
        case = Ramp(PICTURES["u16"]._replace(photometric=photometric), folder)
        ds = case.dataset()
        ds.WindowCenter, ds.WindowWidth = 30000.5, 4000
        if shape:
            ds.PresentationLUTShape = shape
        y = np.rint(level(values(case, ds), 30000.5, 4000, "LINEAR"))
        inverse = photometric == "MONOCHROME1" or shape == "INVERSE"
        yield ("%s %s" % (photometric, shape), (), case, ds,
               255 - y if inverse else y, None)


def try_row(options, case, ds, want, index):
    ds.PixelData = case.native_bytes()
    ds["PixelData"].VR = "OW" if case.source.container > 8 else "OB"
    path = case.path("window.dcm")
    save(ds, path)
    problem = differences(render(path, *options), want)
    if problem or index is None:
        return problem
    off = np.abs(pydicom_levels(case, ds, index) - want).max()
    return "" if off < 1e-6 else "pydicom is %g levels off the formula" % off


def main():
    folder = tempfile.mkdtemp(prefix="conformance-")
    bad = n = 0
    rows = itertools.chain(windows(folder), several(folder), luts(folder),
                           polarity(folder))
    try:
        for n, (name, *row) in enumerate(rows, 1):
            problem = try_row(*row)
            bad += bool(problem)
            print("%sok %d - %s" % ("not " if problem else "", n, name))
            if problem:
                print("# " + problem)
            sys.stdout.flush()
    finally:
        shutil.rmtree(folder)
    print("1..%d" % n)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
