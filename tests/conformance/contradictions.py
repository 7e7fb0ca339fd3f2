# SPDX-License-Identifier: LGPL-2.1-or-later
"""Headers and streams that contradict each other: what a file is made into after
encoding, and what must come out of it then. The rule is datasource/codec/
stream.h's: the stream wins, with a warning; a frame much larger than announced
is refused. What the samples are, a judge says of the file before the edit.

An edit is "Keyword=value" of the header, one of STREAM_EDITS, or says how the
fragments lie."""

import struct

import numpy as np
import pydicom

from sources import get_streams, save, set_streams

YBR = ("YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422", "YBR_PARTIAL_420")


def jpeg_segments(stream):
    """(marker, start, end) of what lies before the scan."""
    at = 2
    while stream[at + 1] != 0xda:
        end = at + 2 + struct.unpack(">H", stream[at + 2:at + 4])[0]
        yield stream[at + 1], at, end
        at = end


def strip(marker):
    def edit(stream):
        for found, start, end in jpeg_segments(stream):
            if found == marker:
                return stream[:start] + stream[end:]
        return stream
    return edit


def is_frame(marker):
    return 0xc0 <= marker <= 0xc3 or marker == 0xf7


def ids(new):
    """Component identifiers in the frame's and the scan's header."""
    def edit(stream):
        out = bytearray(stream)
        for marker, start, end in jpeg_segments(stream):
            if is_frame(marker):
                out[start + 10:end:3] = new
        out[end + 5:end + 5 + 2 * len(new):2] = new
        return bytes(out)
    return edit


def adobe(transform):
    body = b"\xff\xee\x00\x0eAdobe" + struct.pack(">HHHB", 100, 0, 0, transform)
    return lambda stream: stream[:2] + body + stream[2:]


def jpeg_size(stream):
    """5,000 x 5,000 samples, it says."""
    out = bytearray(stream)
    for marker, start, _ in jpeg_segments(stream):
        if is_frame(marker):
            out[start + 5:start + 9] = struct.pack(">HH", 5000, 5000)
    return bytes(out)


def j2k_size(stream):
    out = bytearray(stream)
    for at in (8, 24):  # the image and its tiles
        out[at:at + 8] = struct.pack(">II", 5000, 5000)
    return bytes(out)


def pad(stream):
    return stream + b"\0" * 64


STREAM_EDITS = {
    "no JFIF": strip(0xe0),
    "no Adobe": strip(0xee),
    "ids 1 2 3": ids(b"\1\2\3"),
    "ids R G B": ids(b"RGB"),
    "Adobe 0": adobe(0),
    "Adobe 1": adobe(1),
    "JPEG says 5000 x 5000": jpeg_size,
    "J2K says 5000 x 5000": j2k_size,
    "zeros behind the stream": pad,
}


def set_fragments(ds, edit, streams):
    """"WHICH offset table[, fragments of N]"."""
    table, size = edit.split()[0], 1 << 30
    if "fragments" in edit:
        size = int(edit.split()[-1])
    items, offsets, lengths = b"", [], []
    for stream in streams:
        stream += b"\0" * (len(stream) % 2)
        offsets.append(len(items))
        lengths.append(len(stream))
        for at in range(0, len(stream), size):
            part = stream[at:at + size]
            items += struct.pack("<HHI", 0xfffe, 0xe000, len(part)) + part
    if table == "wrong":
        offsets = [n + 2 for n in offsets]
    basic = struct.pack("<%dI" % len(offsets), *offsets)
    if table == "extended":
        ds.ExtendedOffsetTable = struct.pack("<%dQ" % len(offsets), *offsets)
        ds.ExtendedOffsetTableLengths = struct.pack(
            "<%dQ" % len(lengths), *lengths)
    if table in ("extended", "empty"):
        basic = b""
    ds.PixelData = struct.pack("<HHI", 0xfffe, 0xe000,
                               len(basic)) + basic + items
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True


def set_attribute(ds, edit):
    keyword, _, value = edit.partition("=")
    target = ds.file_meta if keyword == "TransferSyntaxUID" else ds
    if value.isdigit():
        value = int(value)
    elif value[:1] == "+":
        value = getattr(ds, keyword) + int(value)
    setattr(target, keyword, value)


def apply(edits, path, out):
    """The file @path with @edits done to it, as @out."""
    ds = pydicom.dcmread(path)
    streams = get_streams(path)
    for edit in edits:
        if edit in STREAM_EDITS:
            streams = [STREAM_EDITS[edit](s) for s in streams]
            set_streams(ds, streams)
        elif "offset table" in edit:
            set_fragments(ds, edit, streams)
        elif edit == "Rows and Columns swapped":
            ds.Rows, ds.Columns = ds.Columns, ds.Rows
        else:
            set_attribute(ds, edit)
    save(ds, out)


def model(said, header):
    """The colour model of the decoded samples: what the stream says, else what
    the header says."""
    if said:
        return said
    if header.startswith("YBR_PARTIAL"):
        return "partial"
    return "ybr" if header in YBR else "rgb"


def due(said, header):
    """Whether there is a contradiction to warn of. What JPEG calls YCbCr has
    the full range."""
    return bool(said) and said != model("", header)


def to_rgb(a, bits, model):
    """The inverse of PS3.3 C.7.6.3.1.2 for YBR_FULL, or YBR_PARTIAL."""
    top, step = (1 << bits) - 1, 2.0 ** (bits - 8)
    y, cb, cr = (a[..., k].astype(float) for k in range(3))
    cb, cr = cb - 128 * step, cr - 128 * step
    if model == "partial":
        y = (y - 16 * step) * top / (219 * step)
        cb, cr = cb * top / (224 * step), cr * top / (224 * step)
    rgb = np.stack([y + 1.402 * cr,
                    y - 0.114 * 1.772 / 0.587 * cb - 0.299 * 1.402 / 0.587 * cr,
                    y + 1.772 * cb], axis=-1)
    return np.clip(np.floor(rgb + 0.5), 0, top).astype(np.int64)
