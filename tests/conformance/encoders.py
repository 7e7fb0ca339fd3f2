# SPDX-License-Identifier: LGPL-2.1-or-later
"""Encoders: ENCODERS[name] (case, *options) makes an encoded DICOM file of
Case.array with a real tool and returns its path. Tools that read and write
DICOM do so; for the others pydicom wraps the code stream."""

import zlib

import numpy as np
import pydicom
from pydicom.pixel_data_handlers.rle_handler import rle_encode_frame

import jpegwriter
from sources import (BIG, DEFLATED, DEFLATED_FRAME, ENCAPSULATED, IMPLICIT,
                     RLE, SIZ_DEPTHS, UID, run, save)


def native(case):
    return case.native()


def dcmconv(case, option):
    out = case.path("conv%s.dcm" % option)
    run("dcmconv", option, case.native(), out)
    return out


def pydicom_as(syntax):
    def write(case):
        ds = pydicom.dcmread(case.native())
        ds.file_meta.TransferSyntaxUID = syntax
        ds.is_implicit_VR = syntax == IMPLICIT
        path = case.path("pydicom.dcm")
        save(ds, path)
        return path
    return write


def pydicom_big(case):
    """Whole samples turned around; dcmconv swaps 32 bits in words of 16."""
    ds = pydicom.dcmread(case.native())
    ds.file_meta.TransferSyntaxUID = BIG
    ds.is_little_endian = False
    ds.PixelData = case.coded.byteswap().tobytes()
    path = case.path("pydicom.dcm")
    save(ds, path)
    return path


def frames_of_native(case):
    data = case.native_bytes()
    n = len(data) // case.source.frames
    return [data[i * n:(i + 1) * n] for i in range(case.source.frames)]


def encapsulated(case):
    return case.wrap(frames_of_native(case), ENCAPSULATED, "98.dcm")


def deflated_frame(case):
    streams = []
    for frame in frames_of_native(case):
        z = zlib.compressobj(wbits=-15)
        streams.append(z.compress(frame) + z.flush())
    return case.wrap(streams, DEFLATED_FRAME, "81.dcm")


def pydicom_rle(case):
    dtype = case.coded.dtype
    streams = [rle_encode_frame(np.squeeze(f, 2) if f.shape[2] == 1 else f)
               for f in case.coded.astype(dtype)]
    return case.wrap(streams, RLE, "rle.dcm", PlanarConfiguration=0)


def dicom_tool(tool):
    """dcmcjpeg, dcmcjpls, dcmcrle: options, in, out."""
    def encode(case, *options):
        out = case.path(tool + ".dcm")
        run(tool, *options, case.native(), out)
        return out
    return encode


def gdcmconv(case, *options):
    out = case.path("gdcmconv.dcm")
    run("gdcmconv", *options, case.native(), out)
    return out


def pnm(case, frame=0, offset=0, top=0, scale=1):
    """A PGM or PPM file of one frame: its path. Unsigned only: @offset is
    added. @top: the value that is said to be white."""
    array = np.rint((case.array[frame] + offset) * float(scale))
    kind = "ppm" if case.source.samples == 3 else "pgm"
    path = case.path("frame%d.%s" % (frame, kind))
    top = top or (1 << case.source.bits) - 1
    with open(path, "wb") as file:
        file.write(b"P%d %d %d %d\n" % (6 if kind == "ppm" else 5,
                                        case.columns, case.rows, top))
        file.write(array.astype("u1" if top < 256 else ">u2").tobytes())
    return path


def raw_planes(case, frame, dtype, name):
    """One frame, component after component."""
    path = case.path(name)
    planes = case.array[frame].transpose(2, 0, 1)
    with open(path, "wb") as file:
        file.write(np.ascontiguousarray(planes).astype(dtype).tobytes())
    return path


def with_kind(dtype_size, signed):
    return "<%s%d" % ("i" if signed else "u", dtype_size)


def opj(case, *options):
    """Part 1, as .90, or .91 with -I, or what a leading .NN says. -n is lowered
    where the picture is too small for it."""
    source, syntax = case.source, None
    if options and options[0].startswith("."):
        syntax, options = options[0], options[1:]
    lossy = "-I" in options or "-r" in options or "-q" in options
    if "-n" not in options and min(case.rows, case.columns) < 32:
        options += ("-n", "1" if min(case.rows, case.columns) < 2 else "2")
    size = 1 if source.bits <= 8 else 2
    streams = []
    for f in range(source.frames):
        planes = raw_planes(case, f, with_kind(size, source.signed), "f.rawl")
        out = case.path("f.j2k")
        run("opj_compress", "-i", planes, "-o", out, "-F", "%d,%d,%d,%d,%s" % (
            case.columns, case.rows, source.samples, source.bits,
            "us"[source.signed]), *options)
        with open(out, "rb") as file:
            streams.append(file.read())
    return case.wrap(streams, UID + ".4" + (syntax or (
        ".91" if lossy else ".90")), "opj.dcm", PlanarConfiguration=0)


def ojph(case, syntax, *options):
    """HTJ2K: lossless, unless it is .203 with a -qstep. ojph_compress reads
    nothing signed: signed samples go in raised by half the range, which is what
    the level shift of unsigned samples takes away again, and the sign is then
    set in the SIZ marker."""
    source = case.source
    lossy = syntax == ".203" and "-qstep" in options
    streams = []
    for f in range(source.frames):
        out = case.path("f.j2c")
        run("ojph_compress", "-i", pnm(case, f, -source.low), "-o", out,
            "-reversible", "false" if lossy else "true", *options)
        with open(out, "rb") as file:
            stream = bytearray(file.read())
        for k in range(source.samples if source.signed else 0):
            stream[SIZ_DEPTHS + 3 * k] |= 0x80
        streams.append(bytes(stream))
    return case.wrap(streams, UID + ".4" + syntax, "ojph.dcm",
                     PlanarConfiguration=0)


def cjxl(case, syntax, *options):
    """cjxl 0.7 takes 9 to 15 bits for part of 16. So they are 16 bits to it,
    unless "scaled": then spread over 16 bits, of which as many are kept."""
    source, streams = case.source, []
    if options[0] == "scaled":
        options = options[1:] + ("--override_bitdepth=%d" % source.bits,)
    scaled = len(options) and options[-1].startswith("--override")
    for f in range(source.frames):
        if syntax == ".111":
            picture = cjpeg_stream(case, f, "-quality", "92")
        elif source.bits in (8, 16):
            picture = pnm(case, f)
        else:
            picture = pnm(case, f, top=65535, scale=65535 / source.top
                          if scaled else 1)
        out = case.path("f.jxl")
        run("cjxl", picture, out, "--num_threads=0", "--quiet", *options)
        with open(out, "rb") as file:
            streams.append(file.read())
    return case.wrap(streams, UID + ".4" + syntax, "cjxl.dcm",
                     PlanarConfiguration=0)


def cjpeg_stream(case, frame, *options):
    out = case.path("f.jpg")
    if case.source.photometric == "YBR_FULL" and "-rgb" in options:
        raise ValueError("-rgb of YBR")
    run("cjpeg", "-dct", "int", *options, "-outfile", out, pnm(case, frame))
    return out


def cjpeg(case, syntax, *options):
    """8-bit JPEG; the picture is RGB, the stream YCbCr unless -rgb."""
    streams = []
    for f in range(case.source.frames):
        with open(cjpeg_stream(case, f, *options), "rb") as file:
            streams.append(file.read())
    attributes = {"PlanarConfiguration": 0}
    if case.source.samples == 3 and "-rgb" not in options:
        attributes["PhotometricInterpretation"] = (
            "YBR_FULL_422" if "2x1" in options else "YBR_FULL")
    return case.wrap(streams, UID + ".4" + syntax, "cjpeg.dcm", **attributes)


def lossless_jpeg(case, syntax, *options):
    """jpegwriter: what dcmcjpeg cannot write."""
    settings = dict(o.split("=") for o in options)
    settings = {k: int(v) for k, v in settings.items()}
    mask = (1 << case.source.bits) - 1
    streams = [jpegwriter.encode(frame & mask, case.source.bits, **settings)
               for frame in case.array]
    return case.wrap(streams, UID + ".4" + syntax, "writer.dcm",
                     PlanarConfiguration=0)


ENCODERS = {
    "pydicom": native,
    "pydicom implicit": pydicom_as(IMPLICIT),
    "pydicom deflated": pydicom_as(DEFLATED),
    "pydicom big": pydicom_big,
    "dcmconv": dcmconv,
    "pydicom .98": encapsulated,
    "pydicom .8.1": deflated_frame,
    "pydicom rle": pydicom_rle,
    "dcmcrle": dicom_tool("dcmcrle"),
    "dcmcjpeg": dicom_tool("dcmcjpeg"),
    "dcmcjpls": dicom_tool("dcmcjpls"),
    "gdcmconv": gdcmconv,
    "opj_compress": opj,
    "ojph_compress": ojph,
    "cjxl": cjxl,
    "cjpeg": cjpeg,
    "jpegwriter": lossless_jpeg,
}
