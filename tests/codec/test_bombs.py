# SPDX-License-Identifier: LGPL-2.1-or-later
"""A tiny file that declares gigapixels costs little: for every kind of stream a
real one, small, whose headers are made to say 20,000 x 20,000. It has to be
refused with file, frame and reason, within 64 MB and 1 s."""

import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom._uid_dict import UID_dictionary
from pydicom.encaps import encapsulate, generate_pixel_data_frame
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

SIDE = 20000
MEGABYTES = 64
SECONDS = 1.0
count = 0


def check(name, good, *said):
    global count
    count += 1
    print("%sok %d %s" % ("" if good else "not ", count, name), flush=True)
    if not good:
        print(*said, file=sys.stderr)


def data_set(bits, samples, side):
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.SOPInstanceUID = generate_uid()
    ds.StudyInstanceUID = generate_uid()
    ds.SeriesInstanceUID = generate_uid()
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.Rows = ds.Columns = side
    ds.SamplesPerPixel = samples
    ds.PhotometricInterpretation = "RGB" if samples == 3 else "MONOCHROME2"
    if samples == 3:
        ds.PlanarConfiguration = 0
    ds.BitsAllocated = 8 if bits == 8 else 16
    ds.BitsStored, ds.HighBit = bits, bits - 1
    ds.PixelRepresentation = 0
    ds.is_little_endian, ds.is_implicit_VR = True, False
    return ds


def write(path, ds, frame, syntax, encapsulated=True):
    ds.PixelData = encapsulate([frame]) if encapsulated else frame
    ds["PixelData"].VR = "OB" if encapsulated else "OW"
    ds["PixelData"].is_undefined_length = encapsulated
    UID_dictionary.setdefault(syntax, ("", "Transfer Syntax", "", "", ""))
    ds.file_meta.TransferSyntaxUID = syntax
    ds.save_as(path, write_like_original=False)


def patch_jpeg(stream):
    """Height and width of the frame header, SOF0 to SOF55."""
    for at in range(2, len(stream) - 9):
        if stream[at] == 0xff and stream[at + 1] in (
                0xc0, 0xc1, 0xc2, 0xc3, 0xf7):
            side = SIDE.to_bytes(2, "big")
            return stream[:at + 5] + side + side + stream[at + 9:]
    raise ValueError("no frame header")


def patch_j2k(stream):
    """Image and tile size of the SIZ marker segment."""
    at = stream.index(b"\xff\x51") + 6
    side = SIDE.to_bytes(4, "big")
    return stream[:at] + side * 2 + bytes(8) + side * 2 + stream[at + 24:]


def jpeg_xl():
    """A bare code stream: its size header and all else left to defaults."""
    value, used = 0, 0
    for bits, number in ((1, 0), (2, 2), (18, SIDE - 1), (3, 1), (1, 1)):
        value |= number << used
        used += bits
    return b"\xff\x0a" + value.to_bytes((used + 7) // 8, "little") + bytes(40)


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


def encode(folder, tool, arguments, bits, samples=1):
    """The stream that a DICOM tool makes of 64 x 64 pixels of noise."""
    source = os.path.join(folder, "source.dcm")
    coded = os.path.join(folder, "coded.dcm")
    ds = data_set(bits, samples, 64)
    noise = np.random.default_rng(1).integers(0, 1 << bits,
                                              64 * 64 * samples)
    frame = noise.astype("<u1" if bits == 8 else "<u2").tobytes()
    write(source, ds, frame, ExplicitVRLittleEndian, False)
    run(tool, *arguments, source, coded)
    return next(generate_pixel_data_frame(pydicom.dcmread(coded).PixelData))


def encode_htj2k(folder):
    noise = np.random.default_rng(1).integers(0, 256, 64 * 64)
    source = os.path.join(folder, "source.pgm")
    coded = os.path.join(folder, "coded.j2c")
    with open(source, "wb") as file:
        file.write(b"P5 64 64 255\n" + noise.astype("u1").tobytes())
    run("ojph_compress", "-i", source, "-o", coded, "-reversible", "true")
    with open(coded, "rb") as file:
        return file.read()


def make(folder):
    """(name, syntax, stream, bits)"""
    def jpeg(*arguments, bits=8):
        return patch_jpeg(encode(folder, "dcmcjpeg", arguments, bits))

    prefix = "1.2.840.10008.1.2"
    yield "native", prefix + ".1", None, 16
    yield "RLE", prefix + ".5", encode(folder, "dcmcrle", (), 16), 16
    yield "deflated frame", prefix + ".8.1", bytes.fromhex("63600000"), 8
    yield "JPEG baseline", prefix + ".4.50", jpeg("+eb"), 8
    yield "JPEG extended, 12 bits", prefix + ".4.51", jpeg("+ee", bits=12), 12
    yield ("JPEG spectral selection", prefix + ".4.53",
           jpeg("+es", bits=8), 8)
    yield ("JPEG progressive, 12 bits", prefix + ".4.55",
           jpeg("+ep", bits=12), 12)
    yield "JPEG lossless", prefix + ".4.70", jpeg("+e1", bits=16), 16
    yield ("JPEG-LS", prefix + ".4.80",
           patch_jpeg(encode(folder, "dcmcjpls", (), 16)), 16)
    yield ("JPEG 2000", prefix + ".4.90",
           patch_j2k(encode(folder, "gdcmconv", ("--j2k",), 8)), 8)
    yield "HTJ2K", prefix + ".4.201", patch_j2k(encode_htj2k(folder)), 8
    yield "JPEG XL", prefix + ".4.110", jpeg_xl(), 8


# A child starts with the memory of its parent in its books: this parent is
# small. It prints status, seconds and megabytes.
RUNNER = """
import os, sys, time
start = time.monotonic()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), time.monotonic() - start,
      usage.ru_maxrss / 1024)
"""


def measure(path):
    """Exit status, what it said, seconds, megabytes at most."""
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-c", RUNNER, os.environ["VITRAIL"],
         "decode", path, "-o", path + ".raw"],
        check=True, capture_output=True, text=True)
    status, seconds, megabytes = map(float, done.stdout.split())
    return int(status), done.stderr, seconds, megabytes


def main():
    with tempfile.TemporaryDirectory() as folder:
        for i, (name, syntax, stream, bits) in enumerate(make(folder)):
            path = os.path.join(folder, "%d.dcm" % i)
            native = stream is None
            write(path, data_set(bits, 1, SIDE),
                  bytes(64) if native else stream, syntax, not native)
            status, said, seconds, megabytes = measure(path)
            check("%s: refused" % name, status == 1 and path in said and
                  "no codec" not in said, status,
                  said)
            check("%s: %.0f MB, %.2f s" % (name, megabytes, seconds),
                  megabytes < MEGABYTES and seconds < SECONDS)
    print("1..%d" % count)


main()
