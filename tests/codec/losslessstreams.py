# SPDX-License-Identifier: LGPL-2.1-or-later
"""losslessstreams.py FOLDER: lossless JPEG (ISO 10918-1 annex H) with what no tool
writes: restart intervals that end within a row, sampling factors, scans of some
components, a height that comes behind (DNL), no end, differences of 32768 with
and without bits behind them. NAME.jpg, and NAME.raw with the samples that are in
it. Prints "NAME width height components precision" of each."""

import os
import random
import struct
import sys


def predict(a, b, c, predictor):
    return (a, a, b, c, a + b - c, a + (b - c >> 1), b + (a - c >> 1),
            a + b >> 1)[predictor]


class Writer:
    """Bits of one interval, categories in five bits each."""

    def __init__(self, wide):
        self.bits, self.wide = [], wide

    def put(self, value, n):
        self.bits += [value >> n - 1 - i & 1 for i in range(n)]

    def put_difference(self, d):
        d = (d + 32767 & 65535) - 32767
        size = abs(d).bit_length()
        self.put(size, 5)
        if size == 16 and self.wide:
            self.put(32767, 16)
        elif 0 < size < 16:
            self.put(d if d > 0 else d + (1 << size) - 1, size)

    def get(self):
        bits = self.bits + [1] * (-len(self.bits) % 8)
        out = bytes(int("".join(map(str, bits[i:i + 8])), 2)
                    for i in range(0, len(bits), 8))
        return out.replace(b"\xff", b"\xff\0")


def segment(marker, body):
    return struct.pack(">BBH", 255, marker, 2 + len(body)) + body


def difference(plane, x, y, start, predictor, first):
    """@first: whether the interval began less than a line before."""
    if start:
        return plane[y][x] - start
    if x == 0:
        return plane[y][0] - plane[y - 1][0]
    a = plane[y][x - 1]
    if first:
        return plane[y][x] - a
    return plane[y][x] - predict(a, plane[y - 1][x], plane[y - 1][x - 1],
                                 predictor)


def entropy_code(planes, factors, shape, options):
    """All MCUs of a scan, @shape of them; planes are padded to it."""
    across, down = shape
    restart = options["restart"] or across * down
    middle = 1 << options["precision"] - options["point"] - 1
    out, writer, last = b"", None, (0, 0)
    for n in range(across * down):
        y, x = divmod(n, across)
        if n % restart == 0:
            if writer:
                out += writer.get() + bytes([255, 0xd0 + (n // restart - 1) % 8])
            writer, last = Writer(options["wide"]), (y, x)
        for plane, (h, v) in zip(planes, factors):
            for k in range(h * v):
                dy, dx = divmod(k, h)
                begins = n % restart == 0 and k == 0
                first = dy == 0 and (y == last[0] or (
                    y == last[0] + 1 and x < last[1]))
                writer.put_difference(difference(
                    plane, x * h + dx, y * v + dy, middle if begins else 0,
                    options["predictor"], first))
    return out + writer.get()


def pad(plane, width, height):
    rows = [row + [row[-1]] * (width - len(row)) for row in plane]
    return rows + [rows[-1]] * (height - len(rows))


def encode(planes, width, height, **given):
    """@planes: of each component, without padding, point transform applied."""
    n = len(planes)
    options = {"precision": 8, "predictor": 1, "point": 0, "restart": 0,
               "wide": False, "dnl": False, "end": True, "ids": range(1, n + 1),
               "factors": [(1, 1)] * n, "scans": [range(n)], **given}
    factors, ids = options["factors"], options["ids"]
    max_h, max_v = map(max, zip(*factors))
    out = b"\xff\xd8" + segment(0xc3, struct.pack(
        ">BHHB", options["precision"], 0 if options["dnl"] else height, width, n)
        + b"".join(bytes([i, h << 4 | v, 0]) for i, (h, v) in zip(ids, factors)))
    out += segment(0xc4, bytes([0, 0, 0, 0, 0, 17] + [0] * 11 + [*range(17)]))
    if options["restart"]:
        out += segment(0xdd, struct.pack(">H", options["restart"]))
    for i, scan in enumerate(options["scans"]):
        body = bytes([len(scan)]) + b"".join(bytes([ids[c], 0]) for c in scan)
        out += segment(0xda, body + bytes([options["predictor"], 0,
                                           options["point"]]))
        mcu = [(1, 1)] if len(scan) == 1 else [factors[c] for c in scan]
        h, v = factors[scan[0]] if len(scan) == 1 else (1, 1)
        across, down = -(-width * h // max_h), -(-height * v // max_v)
        out += entropy_code(
            [pad(planes[c], across * f[0], down * f[1])
             for c, f in zip(scan, mcu)], mcu, (across, down), options)
        if i == 0 and options["dnl"]:
            out += segment(0xdc, struct.pack(">H", height))
    return out + (b"\xff\xd9" if options["end"] else b"")


def picture(rng, width, height, precision):
    """A ramp with noise and extremes."""
    top = (1 << precision) - 1
    rows = [[(x * 5 + y * 3) * top // (8 * (width + height)) ^ rng.getrandbits(
        max(precision - 4, 1)) for x in range(width)] for y in range(height)]
    rows[0][0], rows[-1][-1], rows[height // 2][width // 2] = top, 0, top
    return rows


def cases():
    """(name, width, height, components, options)"""
    for predictor in range(1, 8):
        yield "p%d" % predictor, 31, 17, 1, {
            "precision": 16, "predictor": predictor}
        yield "restart-%d" % predictor, 31, 17, 1, {
            "precision": 16, "predictor": predictor, "restart": 40}
        yield "within-%d" % predictor, 31, 17, 3, {
            "predictor": predictor, "restart": 7}
        yield "halved-%d" % predictor, 31, 17, 3, {
            "predictor": predictor, "factors": [(2, 2), (1, 1), (1, 1)]}
    for precision in range(2, 17):
        yield "bits-%d" % precision, 19, 23, 1, {"precision": precision}
    yield "joined", 200, 100, 1, {"precision": 12}
    yield "scans", 31, 17, 3, {"scans": [[0], [1], [2]], "restart": 10}
    yield "pair", 31, 17, 3, {"scans": [[1], [0, 2]], "predictor": 4}
    yield "halved-scans", 31, 17, 3, {
        "factors": [(2, 1), (1, 1), (1, 1)], "scans": [[0], [1], [2]]}
    yield "tall", 31, 17, 3, {"factors": [(1, 4), (1, 1), (1, 2)]}
    yield "four", 31, 17, 4, {"predictor": 7}
    yield "same-ids", 31, 17, 3, {"ids": [1, 1, 1]}
    yield "point", 31, 17, 3, {"point": 2, "predictor": 5}
    yield "point-16", 31, 17, 1, {"point": 5, "precision": 16}
    yield "dnl", 31, 17, 1, {"dnl": True, "restart": 31}
    yield "endless", 31, 17, 1, {"end": False}
    yield "extremes", 31, 17, 1, {"precision": 16}
    yield "wide", 31, 17, 1, {"precision": 16, "wide": True}


def main():
    rng = random.Random(3)
    for name, width, height, n, options in cases():
        factors = options.get("factors", [(1, 1)] * n)
        max_h, max_v = map(max, zip(*factors))
        precision, point = options.get("precision", 8), options.get("point", 0)
        planes = [picture(rng, -(-width * h // max_h), -(-height * v // max_v),
                          precision - point) for h, v in factors]
        if name in ("extremes", "wide"):
            for row in planes[0]:
                row[:] = [x % 3 * 32768 & 65535 for x in range(width)]
        with open(os.path.join(sys.argv[1], name + ".jpg"), "wb") as file:
            file.write(encode(planes, width, height, **options))
        samples = [planes[c][y * v // max_v][x * h // max_h] << point
                   for y in range(height) for x in range(width)
                   for c, (h, v) in enumerate(factors)]
        with open(os.path.join(sys.argv[1], name + ".raw"), "wb") as file:
            file.write(struct.pack("<%d%s" % (
                len(samples), "B" if precision <= 8 else "H"), *samples))
        print(name, width, height, n, precision)


main()
