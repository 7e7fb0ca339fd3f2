# SPDX-License-Identifier: LGPL-2.1-or-later
"""Judges: JUDGES[name] (case, path) decodes an encoded file with a foreign
decoder; the values as coded, (frames, rows, columns, samples)."""

import filecmp
import os
import zlib

import numpy as np
import pydicom
from PIL import Image
from pydicom.pixel_data_handlers import numpy_handler, rle_handler

from sources import (DEFLATED_FRAME, EXPLICIT, IMPLICIT, SIZ_DEPTHS,
                     ToolError, get_streams, run)


def from_native(path):
    """Samples of a native file that a tool has written; its own header."""
    ds = pydicom.dcmread(path)
    bits = ds.BitsAllocated
    n = int(ds.get("NumberOfFrames") or 1)
    shape = (n, ds.Rows, ds.Columns, ds.SamplesPerPixel)
    count = int(np.prod(shape))
    a = np.frombuffer(ds.PixelData, "<u%d" % (bits // 8), count)
    if shape[3] > 1 and ds.PlanarConfiguration == 1:
        return a.reshape(n, shape[3], shape[1], shape[2]).transpose(0, 2, 3, 1)
    return a.reshape(shape)


def dicom_tool(tool, *options):
    def judge(case, path):
        out = case.path("judged.dcm")
        run(tool, *options, path, out)
        return from_native(out)
    return judge


def unpack_12(case, path):
    """12 bits allocated, by arithmetic: no decoder at hand knows them."""
    ds = pydicom.dcmread(path)
    data = ds.PixelData
    if ds.file_meta.TransferSyntaxUID.is_compressed:
        data = b"".join(native_frames(case, path))
    bits = np.unpackbits(np.frombuffer(data, "u1"), bitorder="little")
    bits = bits[:int(np.prod(case.shape)) * 12].reshape(-1, 12)
    return (bits @ (1 << np.arange(12))).reshape(case.shape)


def native_frames(case, path):
    """Frames of .98 and .8.1 without padding."""
    frames = get_streams(path)
    if pydicom.dcmread(path).file_meta.TransferSyntaxUID == DEFLATED_FRAME:
        frames = [zlib.decompress(f, -15) for f in frames]
    length = len(case.native_bytes()) // case.source.frames
    return [f[:length] for f in frames]


def by_pydicom(case, path):
    """pydicom's own handlers: numpy for native and RLE, nothing else."""
    ds = pydicom.dcmread(path)
    syntax = ds.file_meta.TransferSyntaxUID
    if syntax not in numpy_handler.SUPPORTED_TRANSFER_SYNTAXES and (
            syntax not in rle_handler.SUPPORTED_TRANSFER_SYNTAXES):
        ds.PixelData = b"".join(native_frames(case, path))
        if len(ds.PixelData) % 2:
            ds.PixelData += b"\0"
        ds["PixelData"].VR = "OW"
        ds.file_meta.TransferSyntaxUID = EXPLICIT
        ds.is_implicit_VR = syntax == IMPLICIT
    if ds.PhotometricInterpretation == "YBR_PARTIAL_422":
        # The layout of YBR_FULL_422, the only one of both that it knows.
        ds.PhotometricInterpretation = "YBR_FULL_422"
    a = ds.pixel_array
    return np.asarray(a, a.dtype.newbyteorder("<")).reshape(case.shape)


def dcmconv_pydicom(case, path):
    """pydicom 2.3 leaves 8-bit samples in big endian words swapped."""
    out = case.path("judged.dcm")
    run("dcmconv", "+te", path, out)
    return by_pydicom(case, out)


def ffmpeg(codec):
    """Its own decoders of JPEG, JPEG-LS and JPEG 2000, frame by frame."""
    demuxer = {"jpegls": "jpegls_pipe", "jpeg2000": "j2k_pipe",
               "mjpeg": "jpeg_pipe"}[codec]

    def judge(case, path):
        source, frames = case.source, []
        for stream in get_streams(path):
            pixels, bits = ffmpeg_format(source)
            data = run("ffmpeg", "-v", "error", "-threads", "1", "-f", demuxer,
                       "-c:v", codec, "-i", "pipe:0", "-f", "rawvideo",
                       "-pix_fmt", pixels, "pipe:1", stdin=stream)
            a = np.frombuffer(data, "u1" if bits == 8 else "<u2")
            a = a.reshape(case.shape[1:])
            if codec == "jpeg2000":
                a = a >> (bits - (stream[SIZ_DEPTHS] & 0x7f) - 1)
            frames.append(a)
        return np.stack(frames)
    return judge


def triangle(plane, rows):
    """@rows of a plane whose rows were halved: 3 parts of the nearer and 1 of
    the farther, ties down and up in turn, as libjpeg-turbo spreads them."""
    above = np.concatenate([plane[:1], plane[:-1]])
    below = np.concatenate([plane[1:], plane[-1:]])
    both = np.stack([(3 * plane + above + 1) >> 2,
                     (3 * plane + below + 2) >> 2], axis=1)
    return both.reshape(-1, plane.shape[1])[:rows]


def ffmpeg_planes(case, path):
    """Chroma with half the rows as libavcodec decodes it, not spread by it:
    IJG's decoders repeat those rows, libjpeg-turbo and we do not."""
    rows, columns = case.shape[1:3]
    frames = []
    for stream in get_streams(path):
        data = run("ffmpeg", "-v", "error", "-threads", "1", "-f", "jpeg_pipe",
                   "-c:v", "mjpeg", "-idct", "int", "-i", "pipe:0", "-f",
                   "rawvideo", "-pix_fmt", "yuvj440p", "pipe:1", stdin=stream)
        a = np.frombuffer(data, "u1").reshape(-1, columns).astype("<u2")
        half = (rows + 1) // 2
        planes = [a[:rows], triangle(a[rows:rows + half], rows),
                  triangle(a[rows + half:], rows)]
        frames.append(np.stack(planes, axis=-1).astype("u1"))
    return np.stack(frames)


def ffmpeg_format(source):
    if source.samples == 3:
        return ("rgb24", 8) if source.bits <= 8 else ("rgb48le", 16)
    return ("gray", 8) if source.bits <= 8 else ("gray16le", 16)


def from_planes(case, data, dtype):
    n, rows, columns, samples = case.shape
    a = np.frombuffer(data, dtype).reshape(samples, rows, columns)
    return a.transpose(1, 2, 0)


def read_pnm_head(data):
    """Columns, rows, top value, where the samples begin."""
    words, at = [], 0
    while len(words) < 4:
        end = at
        while data[end:end + 1] not in (b" ", b"\n", b"\t"):
            end += 1
        words.append(data[at:end])
        at = end + 1
    return (*(int(w) for w in words[1:]), at)


def read_pnm(data):
    """PGM or PPM, up to 16 bits."""
    samples = 3 if data[:2] == b"P6" else 1
    columns, rows, top, at = read_pnm_head(data)
    a = np.frombuffer(data, "u1" if top < 256 else ">u2", offset=at,
                      count=rows * columns * samples)
    return a.reshape(rows, columns, samples)


def stream_tool(suffix, out_name, read, *command):
    """A tool that turns a bare code stream into a file: @command with IN and
    OUT; @read (case, bytes of it)."""
    def judge(case, path):
        frames = []
        for stream in get_streams(path):
            given, out = case.path("judged" + suffix), case.path(out_name)
            with open(given, "wb") as file:
                file.write(stream)
            names = {"IN": given, "OUT": out}
            run(*[names.get(c, c) for c in command])
            with open(out, "rb") as file:
                frames.append(read(case, file.read()))
        return np.stack(frames)
    return judge


def read_opj(case, data):
    dtype = "u1" if case.source.bits <= 8 else "<u2"
    return from_planes(case, data, dtype)


def read_djxl(case, data):
    """djxl 0.7 spreads 9 to 15 bits over 16, but names their top value."""
    a, top = read_pnm(data), read_pnm_head(data)[2]
    if 255 < top < 65535:
        a = np.rint(a * (top / 65535)).astype("<u2")
    return a


def djxl(case, path):
    return stream_tool(".jxl", "judged.ppm" if case.source.samples == 3 else
                       "judged.pgm", read_djxl, "djxl", "IN", "OUT",
                       "--num_threads=0", "--quiet")(case, path)


def source_and_djxl(case, path):
    """The samples that went in. There is no second decoder of JPEG XL: djxl
    only says that tools and wrapping were right."""
    judged = djxl(case, path)
    if not np.array_equal(judged, case.coded):
        raise ToolError("djxl does not give the source")
    return judged


def djxl_jpeg(case, path):
    """The JPEG file that was recompressed, and what Pillow makes of it."""
    frames = []
    for stream in get_streams(path):
        given, out = case.path("judged.jxl"), case.path("judged.jpg")
        with open(given, "wb") as file:
            file.write(stream)
        run("djxl", given, out, "--quiet")
        was = case.path("f.jpg")  # what cjxl was given, if it was here
        if os.path.exists(was) and not filecmp.cmp(was, out, shallow=False):
            raise ToolError("djxl does not restore the JPEG file")
        image = Image.open(out)
        frames.append(np.asarray(image).reshape(case.shape[1:]))
    return np.stack(frames)


def ojph_expand(case, path):
    suffix = "ppm" if case.source.samples == 3 else "pgm"
    return stream_tool(".j2c", "judged." + suffix,
                       lambda case, data: read_pnm(data), "ojph_expand", "-i",
                       "IN", "-o", "OUT")(case, path)


def djpeg(case, path):
    """What the reference decoder makes of it, as RGB or grey."""
    return np.stack([read_pnm(run("djpeg", "-dct", "int", "-pnm", stdin=s))
                     for s in get_streams(path)])


JUDGES = {
    "dcmdjpeg": dicom_tool("dcmdjpeg", "+cn", "+px"),
    "dcmdjpeg rgb": dicom_tool("dcmdjpeg", "+ca", "+px"),
    "dcmdjpls": dicom_tool("dcmdjpls", "+px"),
    "dcmdrle": dicom_tool("dcmdrle"),
    "dcmconv": dcmconv_pydicom,
    "gdcmconv": dicom_tool("gdcmconv", "--raw"),
    "pydicom": by_pydicom,
    "unpack 12": unpack_12,
    "ffmpeg jpegls": ffmpeg("jpegls"),
    "ffmpeg jpeg2000": ffmpeg("jpeg2000"),
    "ffmpeg mjpeg": ffmpeg("mjpeg"),
    "ffmpeg planes": ffmpeg_planes,
    "opj_decompress": stream_tool(".j2k", "judged.rawl", read_opj,
                                  "opj_decompress", "-i", "IN", "-o", "OUT"),
    "ojph_expand": ojph_expand,
    "djxl": djxl,
    "source, djxl": source_and_djxl,
    "djxl to JPEG": djxl_jpeg,
    "djpeg": djpeg,
}
