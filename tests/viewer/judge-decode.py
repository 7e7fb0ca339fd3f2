# SPDX-License-Identifier: LGPL-2.1-or-later
"""judge-decode.py VITRAIL FOLDER: of each kind of native and RLE image below
FOLDER the first, decoded by the program and by pydicom. Prints what differs."""

import os
import subprocess
import sys
import warnings

import numpy as np
import pydicom

warnings.simplefilter("ignore")

SYNTAXES = {"1.2.840.10008.1.2" + tail
            for tail in ("", ".1", ".1.99", ".2", ".5")}


def kinds(folder):
    """The smallest file of each kind, by what makes decoding differ."""
    found = {}
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            try:
                ds = pydicom.dcmread(path, defer_size=1024)
                kind = (ds.file_meta.TransferSyntaxUID,
                        ds.PhotometricInterpretation, ds.SamplesPerPixel,
                        ds.BitsAllocated, ds.BitsStored, ds.PixelRepresentation,
                        ds.get("PlanarConfiguration"),
                        int(ds.get("NumberOfFrames") or 1) > 1)
                size = os.path.getsize(path)
            except Exception:
                continue
            # pydicom 2.3 leaves the bytes of big endian words swapped.
            swapped = kind[0].endswith(".1.2.2") and ds.BitsAllocated == 8
            if kind[0] in SYNTAXES and "PixelData" in ds and not swapped:
                found[kind] = min(found.get(kind, (size, path)), (size, path))
    return [path for _, path in sorted(found.values())]


def expected(path):
    try:
        array = pydicom.dcmread(path).pixel_array
    except Exception:
        return None
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()


def main(vitrail, folder):
    paths = kinds(folder)
    compared = 0
    for path in paths:
        values = expected(path)
        if values is None:
            continue
        compared += 1
        run = subprocess.run([vitrail, "decode", "--all", "-o", "-", path],
                             capture_output=True)
        if run.stdout != values:
            print(path, "differs", run.stderr.decode())
            return
    print("all the same" if compared > 20 else "only %d compared" % compared)


main(sys.argv[1], sys.argv[2])
