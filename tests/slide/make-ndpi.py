# SPDX-License-Identifier: LGPL-2.1-or-later
"""An NDPI file as Hamamatsu's scanners write it, and beside it what its level 0
shows.

make-ndpi.py PICTURE OUT SAMPLING INTERVAL [WHAT]: PICTURE is a PPM file, SAMPLING
what cjpeg takes (1x1, 2x1, 2x2), INTERVAL in MCUs. OUT.ppm is what djpeg makes of
the whole stream. WHAT is "zero": the header says a height of 0; "table": no table
of intervals; "high": offsets beyond 4 GiB (a file with a hole); "marker": the
table points beside the markers; "cut": ends in the middle; "cycle": the first
directory follows itself; "stack": focal planes 4 um below (its negative) and
above (upside down, OUT.-4000.ppm and OUT.4000.ppm) what is in focus, which alone has
a second level.
"""
import struct
import subprocess
import sys

picture, out, sampling, interval = sys.argv[1:5]
what = sys.argv[5] if len(sys.argv) > 5 else ""


def run(*command, data=None):
    return subprocess.run(command, input=data, capture_output=True,
                          check=True).stdout


def make_level(pixels):
    lines = [line for line in pixels[:200].split(b"\n")
             if not line.startswith(b"#")]
    width, height = map(int, lines[1].split())
    jpeg = run("cjpeg", "-quality", "85", "-sample", sampling, "-restart",
               interval + "B", data=pixels)
    return width, height, bytearray(jpeg)


def find_starts(jpeg):
    at = 2
    while jpeg[at + 1] != 0xda:
        if jpeg[at + 1] == 0xc0:
            frame = at + 5
        at += 2 + struct.unpack_from(">H", jpeg, at + 2)[0]
    at += 2 + struct.unpack_from(">H", jpeg, at + 2)[0]
    starts = [at]
    while at + 1 < len(jpeg):
        if jpeg[at] == 0xff and 0xd0 <= jpeg[at + 1] <= 0xd7:
            starts.append(at + 2)
        at += 1
    return frame, starts


class File:
    def __init__(self, base):
        self.base = base
        self.data = bytearray()

    def add(self, data):
        at = self.base + len(self.data)
        self.data += data
        return at


def directory(file, width, height, jpeg, starts, lens, focus=0):
    strip = file.add(jpeg)
    entries = [(256, 4, 1, width), (257, 4, 1, height), (259, 3, 1, 7),
               (262, 3, 1, 6), (273, 4, 1, strip), (277, 3, 1, 3),
               (278, 4, 1, height), (279, 4, 1, len(jpeg)),
               (282, 5, 1, file.add(struct.pack("<II", 40000, 1))),
               (283, 5, 1, file.add(struct.pack("<II", 20000, 1))),
               (296, 3, 1, 3), (65420, 4, 1, 1),
               (65424, 9, 1, focus),
               (65421, 11, 1, struct.unpack("<I", struct.pack("<f", lens))[0]),
               (271, 2, 10, file.add(b"Hamamatsu\0")),
               (306, 2, 20, file.add(b"2024:05:06 07:08:09\0"))]
    if starts and what != "table":
        shift = 1 if what == "marker" else 0
        table = file.add(struct.pack("<%dI" % len(starts),
                                     starts[0], *(s + shift for s in starts[1:])))
        entries.append((65426, 4, len(starts), table))
    entries.sort()
    at = file.add(struct.pack("<H", len(entries)))
    for tag, kind, count, value in entries:
        file.add(struct.pack("<HHII", tag, kind, count, value & 0xffffffff))
    end = file.base + len(file.data)
    file.add(bytes(8))
    for _, _, _, value in entries:
        file.add(struct.pack("<I", max(value, 0) >> 32))
    return at, end


with open(picture, "rb") as source:
    pixels = source.read()
width, height, jpeg = make_level(pixels)
with open(out + ".ppm", "wb") as target:
    target.write(run("djpeg", "-ppm", data=bytes(jpeg)))
frame, starts = find_starts(jpeg)
if what == "zero":
    jpeg[frame:frame + 2] = b"\0\0"
base = (4 << 30) + 12345 if what == "high" else 12
file = File(base)
first, link = directory(file, width, height, jpeg, starts, 20.0)


def split(picture):
    """Header and rows of a PPM file."""
    lines = [line for line in picture[:200].split(b"\n")
             if not line.startswith(b"#")]
    width, height = map(int, lines[1].split())
    body = picture[-width * height * 3:]
    return width, [body[i:i + width * 3]
                   for i in range(0, len(body), width * 3)]


def add_picture(rows, width, focus, lens):
    """A directory behind the last one."""
    global link
    data = b"P6\n%d %d\n255\n" % (width, len(rows)) + b"".join(rows)
    size = make_level(data)
    if focus:
        with open("%s.%d.ppm" % (out, focus), "wb") as target:
            target.write(run("djpeg", "-ppm", data=bytes(size[2])))
    at, end = directory(file, *size, find_starts(size[2])[1], lens, focus)
    struct.pack_into("<Q", file.data, link - base, at)
    link = end


if what == "stack":
    row_width, all_rows = split(pixels)
    add_picture([bytes(255 - b for b in row) for row in all_rows], row_width,
                -4000, 20.0)
    add_picture(all_rows[::-1], row_width, 4000, 20.0)
    add_picture([b"".join(row[i:i + 3] for i in range(0, len(row), 6))
                 for row in all_rows[::2]], row_width // 2, 0, 10.0)
macro = run("cjpeg", "-quality", "85", data=pixels)
second, _ = directory(file, width, height, bytearray(macro), [], -1.0)
struct.pack_into("<Q", file.data, link - base,
                 first if what == "cycle" else second)
if what == "cut":
    file.data = file.data[:-1]
with open(out, "wb") as target:
    target.write(b"II*\0" + struct.pack("<Q", first))
    target.seek(base)
    target.write(file.data)
