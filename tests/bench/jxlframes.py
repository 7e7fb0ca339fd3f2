# SPDX-License-Identifier: LGPL-2.1-or-later
"""jxlframes.py IN.dcm OUT.dcm: frames of 16 bits, each a lossless JPEG XL stream
by cjxl, which knows no signs: two's complement goes in."""

import os
import subprocess
import sys
import tempfile

import pydicom
from pydicom._uid_dict import UID_dictionary
from pydicom.encaps import encapsulate

SYNTAX = "1.2.840.10008.1.2.4.110"  # which pydicom 2.3 does not know
UID_dictionary[SYNTAX] = ("", "Transfer Syntax", "", "", "")

ds = pydicom.dcmread(sys.argv[1])
length = ds.Rows * ds.Columns * 2
streams = []
with tempfile.TemporaryDirectory() as folder:
    pgm, jxl = (os.path.join(folder, name) for name in ("in.pgm", "out.jxl"))
    for at in range(0, length * int(ds.NumberOfFrames), length):
        samples = bytearray(ds.PixelData[at:at + length])
        samples[::2], samples[1::2] = samples[1::2], samples[::2]
        with open(pgm, "wb") as file:
            file.write(b"P5 %d %d 65535\n" % (ds.Columns, ds.Rows) + samples)
        subprocess.run(["cjxl", pgm, jxl, "-d", "0", "-e", "3",
                        "--num_threads=0", "--quiet"], check=True,
                       stderr=subprocess.DEVNULL)
        with open(jxl, "rb") as file:
            streams.append(file.read())
ds.PixelData = encapsulate(streams)
ds["PixelData"].VR = "OB"
ds["PixelData"].is_undefined_length = True
ds.file_meta.TransferSyntaxUID = SYNTAX
ds.is_little_endian, ds.is_implicit_VR = True, False
ds.save_as(sys.argv[2])
