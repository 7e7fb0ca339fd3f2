# SPDX-License-Identifier: LGPL-2.1-or-later
"""What goes in: pictures whose samples are known, and DICOM files around them.

A Source says what kind of picture (bits, sign, colour model, layout); a Case is
one picture of it in one size, with everything that encoders and judges make of
it in a folder of its own."""

import collections
import os
import subprocess
import warnings
import zlib

import numpy as np
import pydicom
from pydicom._uid_dict import UID_dictionary
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate

warnings.simplefilter("ignore")

UID = "1.2.840.10008.1.2"
IMPLICIT, EXPLICIT, BIG = UID, UID + ".1", UID + ".2"
DEFLATED, ENCAPSULATED = UID + ".1.99", UID + ".1.98"
DEFLATED_FRAME, RLE = UID + ".8.1", UID + ".5"
# Those that pydicom 2.3 does not know.
for _uid in [ENCAPSULATED, DEFLATED_FRAME] + [
        UID + ".4.%d" % n for n in (110, 111, 112, 201, 202, 203)]:
    UID_dictionary.setdefault(_uid, ("", "Transfer Syntax", "", "", ""))

# Where the components' depths begin in a JPEG 2000 code stream.
SIZ_DEPTHS = 42

# Rows and columns. Every row of the table is tried in all of them.
SIZES = [(1, 1), (7, 5), (513, 511)]
# For pairs of pixels that share their chroma.
EVEN_SIZES = [(1, 2), (7, 6), (513, 512)]

COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422",
           "YBR_PARTIAL_420", "YBR_RCT", "YBR_ICT")
SHARED = ("YBR_FULL_422", "YBR_PARTIAL_422")

_fields = {
    "bits": 8,  # Bits Stored
    "allocated": 0,  # Bits Allocated; 0: the next of 8, 16, 32
    "signed": False,
    "photometric": "MONOCHROME2",
    "planar": 0,
    "dirty": False,  # noise in the bits that are not stored
    "high": 0,  # High Bit; 0: bits - 1
    "words": False,  # 8 bits as OW
    "kind": "int",  # or float, double
    "palette": "",  # "8", "16", "segmented": how the table is written
    "frames": 1,
    "sizes": None,  # instead of SIZES
}


class Source(collections.namedtuple("Source", _fields,
                                    defaults=_fields.values())):
    """A kind of picture."""

    @property
    def samples(self):
        return 3 if self.photometric in COLOURS else 1

    @property
    def container(self):
        """Bits Allocated."""
        if self.kind != "int":
            return 32 if self.kind == "float" else 64
        if self.allocated:
            return self.allocated
        return 8 if self.bits <= 8 else 16 if self.bits <= 16 else 32

    @property
    def decoded_bytes(self):
        """Of one sample as `vitrail decode` writes it."""
        return {1: 1, 8: 1, 12: 2, 16: 2, 32: 4, 64: 8}[self.container]

    @property
    def low(self):
        return -(1 << self.bits - 1) if self.signed else 0

    @property
    def top(self):
        return self.low + (1 << self.bits) - 1

    @property
    def high_bit(self):
        return self.high or self.bits - 1

    def get_sizes(self):
        if self.sizes:
            return self.sizes
        return EVEN_SIZES if self.photometric in SHARED else SIZES

    def __str__(self):
        text = {"int": "us"[self.signed] + str(self.bits)}.get(self.kind,
                                                               self.kind)
        text += "/%d" % self.container
        if self.samples > 1 or self.photometric != "MONOCHROME2":
            text += " " + self.photometric
        if self.samples > 1:
            text += " planar" if self.planar else " pixel"
        if self.palette:
            text += " " + self.palette
        for word in ("dirty", "words"):
            text += " " + word if getattr(self, word) else ""
        if self.high:
            text += " high bit %d" % self.high
        return text + (" x%d" % self.frames if self.frames > 1 else "")


def picture(shape, low, top, seed):
    """A ramp, noise, hard edges at the extremes, thin lines, and the values
    around 0; (frames, rows, columns, samples)."""
    rng = np.random.default_rng(seed)
    frames, rows, columns, samples = shape
    f, y, x, s = np.ogrid[:frames, :rows, :columns, :samples]
    span = top - low
    a = low + (x * (3 + s) + y * (2 + f)) * span // (5 * (rows + columns) + 9)
    a = np.array(np.broadcast_to(a, shape), np.int64)
    third, half = columns // 3, rows // 2
    noise = a[:, half:, :third + 1]
    noise[:] = rng.integers(low, top + 1, noise.shape)
    a[:, :rows // 4, columns // 2:] = top
    a[:, rows // 4:rows // 3, columns // 2:] = low
    a[:, rows // 3:half:2, columns // 2::3] = top
    a[:, half + 2:half + 9, -9:] = rng.choice([low, top], a[
        :, half + 2:half + 9, -9:].shape)
    extremes = [v for v in (top, low, 0, -1, 1, (low + top) // 2)
                if low <= v <= top]
    flat = a.reshape(-1)
    n = min(len(extremes), flat.size)
    flat[:n] = np.roll(extremes, seed % 6)[:n]
    flat[-n:] = np.roll(extremes, seed % 5)[:n]
    return a


def floats(shape, dtype, seed):
    rng = np.random.default_rng(seed)
    a = rng.normal(0, 1e3, shape).astype(dtype)
    info = np.finfo(dtype)
    special = [info.max, info.min, -1, 0.0, -0.0, info.tiny, np.inf, 1 / 3]
    n = min(len(special), a.size)
    a.reshape(-1)[:n] = np.roll(special, seed % 8)[:n]
    return a


class Case:
    """One picture of a row, in one size. @array has the values as stored
    (frames, rows, columns, samples), signed ones negative; @coded the same as
    container bits, unsigned, with what lies beyond Bits Stored."""

    def __init__(self, source, size, folder):
        self.source, self.folder = source, folder
        self.rows, self.columns = size
        self.shape = (source.frames, *size, source.samples)
        # Not hash (): that differs between runs.
        self.seed = zlib.crc32(("%s %s" % (source, size)).encode())
        if source.kind != "int":
            dtype = "<f4" if source.kind == "float" else "<f8"
            self.array = self.coded = floats(self.shape, dtype, self.seed)
            return
        self.array = picture(self.shape, source.low, source.top, self.seed)
        if source.photometric in SHARED:
            self.array[:, :, 1::2, 1:] = self.array[:, :, 0::2, 1:]
        self.coded = self.to_container(self.array)

    def to_container(self, array):
        source = self.source
        bits = 8 * source.decoded_bytes
        shift = source.high_bit + 1 - source.bits
        if not shift and not source.dirty:
            return (array & (1 << bits) - 1).astype("<u%d" % (bits // 8))
        mask = (1 << source.bits) - 1
        coded = (array & mask) << shift
        if source.dirty:
            rng = np.random.default_rng(self.seed + 1)
            noise = rng.integers(0, 1 << bits, array.shape)
            coded |= noise & ~(mask << shift) & (1 << source.container) - 1
        return coded.astype("<u%d" % (bits // 8))

    def path(self, name):
        return os.path.join(self.folder, name)

    def native_bytes(self):
        """Pixel Data as in Explicit VR Little Endian."""
        source, coded = self.source, self.coded
        if source.photometric in SHARED:
            pairs = coded.reshape(-1, 2, 3)
            coded = np.stack([pairs[:, 0, 0], pairs[:, 1, 0], pairs[:, 0, 1],
                              pairs[:, 0, 2]], axis=1)
        elif source.planar:
            coded = coded.transpose(0, 3, 1, 2)
        if source.container == 1:
            return np.packbits(coded.reshape(-1), bitorder="little").tobytes()
        if source.container == 12:
            v = np.append(coded.reshape(-1), [0] * (coded.size % 2))
            v = v.astype("u4").reshape(-1, 2) & 0xfff
            v = v[:, 0] | v[:, 1] << 12
            v = np.stack([v & 255, v >> 8 & 255, v >> 16], axis=1)
            return v.astype("u1").tobytes()[:(coded.size * 12 + 7) // 8]
        return np.ascontiguousarray(coded).tobytes()

    def dataset(self, syntax=EXPLICIT):
        """The header, without pixels."""
        source = self.source
        ds = Dataset()
        ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
        ds.SOPInstanceUID = "1.2.826.0.1.3680043.8.498.%d" % self.seed
        ds.StudyInstanceUID = ds.SOPInstanceUID + ".1"
        ds.SeriesInstanceUID = ds.SOPInstanceUID + ".2"
        ds.Modality = "OT"
        ds.PatientName, ds.PatientID = "Conformance^Row", "ROW"
        ds.SamplesPerPixel = source.samples
        ds.PhotometricInterpretation = source.photometric
        if source.samples > 1:
            ds.PlanarConfiguration = source.planar
        if source.frames > 1:
            ds.NumberOfFrames = source.frames
        ds.Rows, ds.Columns = self.rows, self.columns
        ds.BitsAllocated = source.container
        if source.kind == "int":
            ds.BitsStored, ds.HighBit = source.bits, source.high_bit
            ds.PixelRepresentation = int(source.signed)
        if source.palette:
            add_palette(ds, source, self.seed)
        ds.file_meta = FileMetaDataset()
        ds.file_meta.TransferSyntaxUID = syntax
        ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
        ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
        ds.is_little_endian, ds.is_implicit_VR = True, False
        return ds

    def native(self):
        """The path of it in Explicit VR Little Endian, written once."""
        path = self.path("native.dcm")
        if not os.path.exists(path):
            ds, source = self.dataset(), self.source
            data = self.native_bytes()
            data += b"\0" * (len(data) % 2)
            keyword = {"int": "PixelData", "float": "FloatPixelData",
                       "double": "DoubleFloatPixelData"}[source.kind]
            setattr(ds, keyword, data)
            if source.kind == "int":
                words = source.container > 8 or source.words
                ds["PixelData"].VR = "OW" if words else "OB"
            save(ds, path)
        return path

    def wrap(self, streams, syntax, name, **attributes):
        """Code streams, one a frame, as a DICOM file: its path. A stream may be
        a list: its fragments."""
        ds = self.dataset(syntax)
        for keyword, value in attributes.items():
            setattr(ds, keyword, value)
        set_streams(ds, streams)
        path = self.path(name)
        save(ds, path)
        return path


def set_streams(ds, streams, has_bot=True):
    ds.PixelData = encapsulate([bytes(s) for s in streams], has_bot=has_bot)
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True


def save(ds, path):
    pydicom.dcmwrite(path, ds, write_like_original=False)


def get_streams(path):
    """The code streams of an encapsulated file."""
    ds = pydicom.dcmread(path)
    n = int(ds.get("NumberOfFrames") or 1)
    return list(pydicom.encaps.generate_pixel_data_frame(ds.PixelData, n))


def table(source, seed):
    """Entries of a palette (n, 3), 16 bits: ramps, steps and noise."""
    n = min(1 << source.bits, 4096)
    i = np.arange(n)
    rng = np.random.default_rng(seed % 7)
    return np.stack([i * 65535 // max(n - 1, 1), (i // 3 % 2) * 65535,
                     rng.integers(0, 65536, n)], axis=1)


def add_palette(ds, source, seed):
    entries = table(source, seed)
    n = len(entries)
    first = source.low if source.signed else 0
    depth = 8 if source.palette == "8" else 16
    ds.add_new(0x00281101, "SS" if first < 0 else "US", [n, first, depth])
    for k, colour in enumerate(("Red", "Green", "Blue")):
        name = colour + "PaletteColorLookupTable"
        ds.add_new(0x00281101 + k, "SS" if first < 0 else "US",
                   [n, first, depth])
        column = entries[:, k]
        if source.palette == "segmented":
            setattr(ds, "Segmented" + name + "Data", segments(column, k))
        elif depth == 8:
            data = (column >> 8).astype("u1").tobytes()
            setattr(ds, name + "Data", data + b"\0" * (n % 2))
        else:
            setattr(ds, name + "Data", column.astype("<u2").tobytes())


def segments(column, k):
    """PS3.3 C.7.9.2: the ramp linear, all else discrete."""
    n = len(column)
    if k == 0 and n > 2:
        words = [0, 1, column[0], 1, n - 1, column[-1]]
    else:
        words = [0, n, *column]
    return np.array(words, "<u2").tobytes()


def run(*command, stdin=None, **kw):
    """Runs a tool; its standard output. Raises with what it said."""
    done = subprocess.run([str(c) for c in command], input=stdin,
                          capture_output=True, timeout=60, check=False, **kw)
    if done.returncode != 0:
        text = (done.stderr or done.stdout).decode(errors="replace").strip()
        raise ToolError("%s: %s" % (command[0], (text or "exit %d"
                                                 % done.returncode)[-200:]))
    return done.stdout


class ToolError(Exception):
    """A tool that ought to know this picture does not."""
