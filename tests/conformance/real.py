#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real files: every image below VITRAIL_TEST_DATA (else ../shared/data beside
the sources) as the program decodes it and as a foreign decoder does. What
differs, and what is refused, must be in differences.tsv, with whose fault it is
and exactly what comes out: a row that is not right any more is a failure, too.
Prints TAP.

    real.py [--only TEXT]"""

import concurrent.futures
import hashlib
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import pydicom

from judges import JUDGES
from sources import UID

logging.disable(logging.CRITICAL)
VITRAIL = os.environ.get("VITRAIL", "vitrail")
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DATA = os.environ.get("VITRAIL_TEST_DATA",
                      os.path.join(os.path.dirname(ROOT), "shared", "data"))
# Beyond so many bytes of samples only the first frame is compared.
MOST = 48 << 20

# Judges in order, by the end of the transfer syntax; the comparison.
LOSSY = ["dcmdjpeg", "gdcmconv"]
CODECS = {
    "": (["pydicom", "dcmconv"], "same"),
    ".1": (["pydicom", "gdcmconv"], "same"),
    ".1.99": (["pydicom", "dcmconv"], "same"),
    ".2": (["dcmconv", "pydicom"], "same"),
    ".8.1": (["pydicom"], "same"), ".1.98": (["pydicom"], "same"),
    ".5": (["dcmdrle", "pydicom", "gdcmconv"], "same"),
    ".4.50": (LOSSY, "near 1"), ".4.51": (LOSSY, "near 1"),
    ".4.53": (LOSSY, "near 1"), ".4.55": (LOSSY, "near 1"),
    ".4.57": (LOSSY, "same"), ".4.70": (LOSSY, "same"),
    ".4.80": (["dcmdjpls", "gdcmconv"], "same"),
    ".4.81": (["dcmdjpls", "gdcmconv"], "same"),
    ".4.90": (["gdcmconv", "ffmpeg jpeg2000"], "same"),
    ".4.91": (["gdcmconv", "ffmpeg jpeg2000"], "near 1"),
    ".4.201": (["opj_decompress"], "same"),
    ".4.202": (["opj_decompress"], "same"),
    ".4.203": (["opj_decompress"], "near 1"),
    ".4.110": (["djxl"], "same"), ".4.111": (["djxl to JPEG"], "near 4"),
    ".4.112": (["djxl"], "near 1"),
}


def number(ds, keyword, default):
    """Of headers that are not always right."""
    try:
        return int(ds.get(keyword) or default)
    except (TypeError, ValueError):
        return default


class RealCase:
    """What judges ask of a case, from a real header."""

    def __init__(self, ds, folder):
        self.folder = folder
        self.shape = (number(ds, "NumberOfFrames", 1), ds.Rows, ds.Columns,
                      number(ds, "SamplesPerPixel", 1))
        self.rows, self.columns = ds.Rows, ds.Columns
        self.coded_ybr = "YBR" in ds.get("PhotometricInterpretation", "")
        self.source = self
        self.bits = number(ds, "BitsStored", 8)
        self.samples, self.frames = self.shape[3], self.shape[0]
        self.signed = bool(number(ds, "PixelRepresentation", 0))
        self.top = (1 << self.bits) - 1

    def path(self, name):
        return os.path.join(self.folder, name)

    def native_bytes(self):
        size = (self.bits + 7) // 8
        return bytes(int(np.prod(self.shape)) * size)


def files():
    """(path, data set without pixels) of every image."""
    for folder, folders, names in os.walk(DATA):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            try:
                ds = pydicom.dcmread(path, stop_before_pixels=True, force=True)
                if "Rows" in ds and "SOPClassUID" in ds:
                    yield path, ds
            except Exception:
                continue


def decode(path, *options):
    done = subprocess.run([VITRAIL, "decode", *options, "-o", "-", path],
                          capture_output=True, timeout=120, check=False)
    if done.returncode < 0:
        raise AssertionError("ended by signal %d" % -done.returncode)
    return done


def syntax_of(ds):
    meta = getattr(ds, "file_meta", {})
    return str(meta.get("TransferSyntaxUID", UID))


def judged(path, ds, folder):
    """(values, judge) of the first judge that can."""
    case = RealCase(ds, folder)
    for name in CODECS.get(syntax_of(ds)[len(UID):], ([], ""))[0]:
        try:
            return JUDGES[name](case, path), name
        except Exception:
            continue
    return None, "nobody"


def differ(got, want, how):
    """What differs, or nothing."""
    if len(got) % want.size:
        return "%d bytes for %s samples" % (len(got), want.shape)
    size = len(got) // want.size
    if want.dtype.kind == "f":
        same = got == want.astype(want.dtype.newbyteorder("<")).tobytes()
        return "" if same else "floats differ"
    if size not in (1, 2, 4, 8):
        return "%d bytes for %s samples" % (len(got), want.shape)
    kind = want.dtype.kind
    a = np.frombuffer(got, "<%s%d" % (kind, size)).astype(np.int64)
    b = want.astype(np.int64).reshape(-1)
    bits = 8 * min(size, want.dtype.itemsize)
    off = np.abs(a - b) & (1 << bits) - 1 if how == "same" else np.abs(a - b)
    allowed = int(how.split()[1]) if how != "same" else 0
    n = int((off > allowed).sum())
    return "%d of %d differ, by up to %d" % (n, a.size, off.max()) if n else ""


def name_of(data):
    """Bytes as a row of differences.tsv names them."""
    return hashlib.sha256(data).hexdigest()[:12]


def say(done, path):
    """Why the program refused, on any machine."""
    return "refused: " + done.stderr.decode(errors="replace").strip().replace(
        path, "FILE").replace("\n", " ").replace("\t", " ")


def try_file(path, ds):
    """(the judge, what is to be explained: "" or the pin of its row)"""
    folder = tempfile.mkdtemp(prefix="conformance-")
    try:
        many = int(np.prod(RealCase(ds, folder).shape)) * (
            number(ds, "BitsAllocated", 8) // 8 or 1) > MOST
        done = decode(path, *([] if many else ["--all"]))
        values, judge = judged(path, ds, folder)
        if done.returncode != 0:
            return judge, say(done, path)
        if values is None:
            return judge, "ours " + name_of(done.stdout)
        how = CODECS[syntax_of(ds)[len(UID):]][1]
        values = values[:1] if many else values
        found = differ(done.stdout, values, how)
        if found and how == "same":
            found += "; ours %s, %s %s" % (name_of(done.stdout), judge,
                                           name_of(values.tobytes()))
        return judge, found
    except Exception as error:
        return "?", "%s: %s" % (type(error).__name__, error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def explained():
    """Path: (judge, whose fault and why, pin)."""
    known = {}
    with open(os.path.join(HERE, "differences.tsv"), encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, judge, pin, whose, why = line.rstrip("\n").split("\t")
                known[name] = (judge, whose + ": " + why, pin)
    return known


def is_pinned(found, pin):
    """The same; where libraries compute in floating point, which processors do
    differently, no more and no further."""
    numbers = [re.fullmatch(r"(\d+) of (\d+) differ, by up to (\d+)", text)
               for text in (found, pin)]
    if all(numbers):
        (n, of, off), (most, all_, furthest) = (
            map(int, m.groups()) for m in numbers)
        return of == all_ and n <= most and off <= furthest
    return found == pin


def report(n, name, result, known):
    """One line of TAP; TRUE if it is a failure."""
    judge, found = result
    row = known.get(name)
    problem = ""
    if found and row is None:
        problem = found
    elif row and not found:
        problem = "is explained, but there is nothing to explain"
    elif row and (row[0] != judge or not is_pinned(found, row[2])):
        problem = "%s: %s; explained was %s: %s" % (judge, found, row[0],
                                                   row[2])
    print("%sok %d - %s (%s)%s" % ("not " if problem else "", n, name, judge,
                                   " " + row[1] if row and not problem
                                   else ""))
    if problem:
        print("# " + problem.replace("\n", " "))
    sys.stdout.flush()
    return bool(problem)


def main(arguments):
    if not os.path.isdir(DATA):
        print("1..1\nok 1 - real files # SKIP no folder of real files: about "
              "1,350 skipped")
        return 0
    only = arguments[1] if arguments[:1] == ["--only"] else ""
    found = [(p, d) for p, d in files() if only in p]
    known, bad = explained(), 0
    print("1..%d" % len(found))
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        results = pool.map(try_file, *zip(*found), chunksize=4)
        for n, ((path, _), result) in enumerate(zip(found, results), 1):
            bad += report(n, os.path.relpath(path, DATA), result, known)
    print("# %d files, %d explained" % (len(found), len(known)))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
