# SPDX-License-Identifier: LGPL-2.1-or-later
"""jpegstreams.py FOLDER: JPEG streams that no tool here writes: 12 and 8 bits
with any sampling, restart intervals, components in scans of their own, one
progression. Each is an object in FOLDER; its name is printed."""

import sys

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import generate_uid

NATURAL = sorted(range(64), key=lambda i: (
    i // 8 + i % 8, i // 8 if (i // 8 + i % 8) % 2 else i % 8))
DCT = np.array([[np.sqrt((1 if k == 0 else 2) / 8) *
                 np.cos((2 * n + 1) * k * np.pi / 16) for n in range(8)]
                for k in range(8)])
QUANT = np.array([1 + i for i in range(64)])  # zigzag order
rng = np.random.RandomState(5)


class Bits:
    """Bits of one restart interval."""

    def __init__(self):
        self.text = []

    def put(self, value, n):
        if n:
            self.text.append(format(value, "0%db" % n))

    def symbol(self, value):
        # 255 codes of 8 bits, then one of 9.
        self.put(*((value, 8) if value < 255 else (0x1fe, 9)))

    def number(self, run, value, dc=False):
        size = int(abs(value)).bit_length()
        self.symbol(size if dc else run << 4 | size)
        self.put(value if value > 0 else value + (1 << size) - 1, size)

    def done(self):
        text = "".join(self.text)
        text += "1" * (-len(text) % 8)
        data = bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))
        return data.replace(b"\xff", b"\xff\0")


def segment(marker, data):
    return bytes([0xff, marker]) + (len(data) + 2).to_bytes(2, "big") + data


def divide_up(a, b):
    return -(-a // b)


class Picture:
    def __init__(self, width, height, bits, factors):
        self.size, self.bits, self.factors = (width, height), bits, factors
        self.max_h = max(h for h, v in factors)
        self.max_v = max(v for h, v in factors)
        self.mcus = (divide_up(width, 8 * self.max_h),
                     divide_up(height, 8 * self.max_v))
        self.blocks = [self.transform(*f) for f in factors]

    def transform(self, h, v):
        """Blocks [y][x][64] of noise, edges and extremes, zigzag."""
        most = (1 << self.bits) - 1
        w, n = 8 * h * self.mcus[0], 8 * v * self.mcus[1]
        y, x = np.mgrid[0:n, 0:w]
        a = (x * 37 + y * 11) % (most + 1)
        a[n // 2:, :w // 2] = rng.randint(0, most + 1, a[n // 2:, :w // 2].shape)
        a[:n // 4, w // 2:] = most
        a[n // 4:n // 2, w // 2:] = 0
        a = a - (1 << self.bits - 1)
        a = a.reshape(n // 8, 8, w // 8, 8).transpose(0, 2, 1, 3)
        c = (DCT @ a @ DCT.T).reshape(n // 8, w // 8, 64)[..., NATURAL]
        return np.rint(c / QUANT).astype(int)

    def smooth(self):
        """The first component's blocks become a slope."""
        n, w, _ = self.blocks[0].shape
        a = np.zeros((n, w, 64))
        y, x = np.mgrid[0:n, 0:w]
        a[..., 0] = 80 * (x + y) - 40 * (n + w)
        a[..., 1] = a[..., 2] = -26
        self.blocks[0] = np.rint(a / QUANT).astype(int)

    def units(self, scan):
        """Lists of (component in scan, block), one an MCU."""
        if len(scan) == 1:
            i = scan[0]
            h, v = self.factors[i]
            for y in range(divide_up(self.size[1] * v, 8 * self.max_v)):
                for x in range(divide_up(self.size[0] * h, 8 * self.max_h)):
                    yield [(0, self.blocks[i][y, x])]
            return
        for y in range(self.mcus[1]):
            for x in range(self.mcus[0]):
                yield [(k, self.blocks[i][y * v + b, x * h + a])
                       for k, i in enumerate(scan)
                       for h, v in [self.factors[i]]
                       for b in range(v) for a in range(h)]

    def scan(self, scan, restart, band=(0, 63), high=0, low=0):
        header = bytes([len(scan)]) + bytes(
            b for i in scan for b in (i + 1, 0)) + bytes(
                [band[0], band[1], high << 4 | low])
        data, bits = b"", Bits()
        last = [0] * len(scan)
        for n, unit in enumerate(self.units(scan)):
            if restart and n and n % restart == 0:
                data += bits.done() + bytes([0xff, 0xd0 + (n // restart - 1) % 8])
                bits, last = Bits(), [0] * len(scan)
            for k, block in unit:
                if band[0] == 0:
                    value = int(block[0]) >> low
                    if high:
                        bits.put(value & 1, 1)
                    else:
                        bits.number(0, value - last[k], True)
                    last[k] = value
                self.put_ac(bits, block, max(band[0], 1), band[1])
        return segment(0xda, header) + data + bits.done()

    @staticmethod
    def put_ac(bits, block, start, end):
        run = 0
        for k in range(start, end + 1):
            if block[k] == 0:
                run += 1
                continue
            while run > 15:
                bits.symbol(0xf0)
                run -= 16
            bits.number(run, int(block[k]))
            run = 0
        if run:
            bits.symbol(0)

    def encode(self, sof, scans, restart):
        values = bytes(range(256))
        counts = bytes([0] * 7 + [255, 1] + [0] * 7)
        dc = bytes([0] * 7 + [16] + [0] * 8) + bytes(range(16))
        out = b"\xff\xd8"
        out += segment(0xdb, b"\0" + bytes(QUANT.tolist()))
        out += segment(sof, bytes([self.bits]) +
                       self.size[1].to_bytes(2, "big") +
                       self.size[0].to_bytes(2, "big") +
                       bytes([len(self.factors)]) + b"".join(
                           bytes([i + 1, h << 4 | v, 0])
                           for i, (h, v) in enumerate(self.factors)))
        out += segment(0xc4, b"\x10" + counts + values)
        out += segment(0xc4, b"\x00" + dc)
        if restart:
            out += segment(0xdd, restart.to_bytes(2, "big"))
        for scan in scans:
            out += self.scan(scan[0], restart, *scan[1:])
        return out + b"\xff\xd9"


def write(name, picture, sof, scans, restart=0):
    stream = picture.encode(sof, scans, restart)
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.SOPInstanceUID = generate_uid()
    ds.Columns, ds.Rows = picture.size
    ds.SamplesPerPixel = len(picture.factors)
    ds.PhotometricInterpretation = "MONOCHROME2"
    if ds.SamplesPerPixel == 3:
        ds.PhotometricInterpretation = "YBR_FULL"
        ds.PlanarConfiguration = 0
    ds.BitsAllocated = 16 if picture.bits > 8 else 8
    ds.BitsStored = picture.bits
    ds.HighBit = picture.bits - 1
    ds.PixelRepresentation = 0
    ds.PixelData = encapsulate([stream + b"\0" * (len(stream) % 2)])
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4." + (
        "55" if sof == 0xc2 else "51")
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.save_as("%s/%s.dcm" % (sys.argv[1], name), write_like_original=False)
    print(name)


SAMPLINGS = {"444": (1, 1), "422": (2, 1), "420": (2, 2), "440": (1, 2),
             "411": (4, 1), "410": (4, 2)}
ALL = [[0, 1, 2]]
APART = [[0], [2], [1]]
PROGRESSION = [([0, 1, 2], (0, 0), 0, 1)] + [
    ([i], band) for i in range(3) for band in ((1, 5), (6, 63))] + [
    ([0, 1, 2], (0, 0), 1, 0)]

for bits in (8, 12):
    for text, luma in SAMPLINGS.items():
        for size in ((67, 45), (5, 3)):
            picture = Picture(*size, bits, [luma, (1, 1), (1, 1)])
            name = "%d-%s-%dx%d" % (bits, text, *size)
            write(name, picture, 0xc1, [ALL])
            write(name + "-restart", picture, 0xc1, [ALL], 2)
            write(name + "-apart", picture, 0xc1, [[i] for i in APART], 3)
            write(name + "-progressive", picture, 0xc2, PROGRESSION, 3)
    # One component is never interleaved, whatever its factors.
    picture = Picture(67, 45, bits, [(2, 2)])
    write("%d-grey" % bits, picture, 0xc1, [[[0]]], 5)
    picture.smooth()
    write("%d-smooth" % bits, picture, 0xc1, [[[0]]])
    # Chroma of more samples than luma in one direction.
    picture = Picture(67, 45, bits, [(1, 2), (2, 1), (2, 2)])
    write("%d-mixed" % bits, picture, 0xc1, [ALL])
