#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A share of the table's rows through gst-launch-1.0: what `dcmdecode` hands
out is masked to Bits Stored, signed samples raised by half their range, YBR
turned into RGB (docs/frames.md). Prints TAP."""

import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np

import contradictions
import rows as table
from encoders import ENCODERS
from judges import JUDGES
from sources import Case, ToolError
from table import stored

# Of each group's rows every so-manieth.
SHARE = 9


def expected(row, case, path):
    """(frames, rows, columns, samples) as dcmdecode has them."""
    source = row.source
    if source.kind != "int":
        return case.array
    values = case.array
    if row.to_source not in ("same", "stored"):
        values = stored(JUDGES[row.judge](case, path), source)
    model = contradictions.model("", source.photometric)
    if row.coded_ybr:
        model = "ybr"
    if model != "rgb" and source.samples == 3:
        return contradictions.to_rgb(values, source.bits, model)
    return values - source.low


def as_array(data, case):
    """Rows may be padded; colour of 16 bits has a fourth sample."""
    source = case.source
    frames, rows, columns, samples = case.shape
    size = source.decoded_bytes
    if samples == 3 and size == 2:
        samples = 4
    a = np.frombuffer(data, "u1").reshape(frames, rows, -1)
    a = np.ascontiguousarray(a[:, :, :columns * samples * size])
    a = a.view("<u%d" % size if source.kind == "int" else case.coded.dtype)
    return a.reshape(frames, rows, columns, samples)[..., :case.shape[3]]


def try_row(row, work):
    cases, chain = [], []
    for size in row.source.get_sizes():
        folder = os.path.join(work, "%dx%d" % size)
        os.makedirs(folder)
        case = Case(row.source, size, folder)
        case.coded_ybr = row.coded_ybr
        path = ENCODERS[row.encoder](case, *row.options)
        given = path
        if row.edit:
            given = case.path("edited.dcm")
            contradictions.apply(row.edit, path, given)
        chain += ["filesrc", "location=" + given, "!", "dcmdemux", "!",
                  "dcmdecode", "!", "filesink", "location=" + case.path("out")]
        cases.append((case, path))
    done = subprocess.run(["gst-launch-1.0", "-q", *chain],
                          capture_output=True, timeout=20, check=False)
    text = (done.stderr + done.stdout).decode(errors="replace").strip()
    if done.returncode != 0 or "WARN" in text:
        return text[:300]
    return next(filter(None, (judge(row, *c) for c in cases)), "")


def judge(row, case, path):
    """What is wrong with what came out, or nothing."""
    with open(case.path("out"), "rb") as file:
        got = as_array(file.read(), case)
    want = expected(row, case, path)
    if row.source.kind != "int":
        return "" if got.tobytes() == want.tobytes() else "floats differ"
    exact = row.to_source in ("same", "stored") and contradictions.model(
        "", row.source.photometric) == "rgb"
    off = int(np.abs(got.astype(np.int64) - want).max())
    return "" if off <= (0 if exact else 1) else "%dx%d: off by up to %d" % (
        case.rows, case.columns, off)


def is_fit(row):
    """Not those whose stored bits are another number than the source's, and
    wavelets' colours that no wavelet has made."""
    return ("+bt" not in row.options or row.source.bits == 12) and (
        row.source.photometric not in ("YBR_RCT", "YBR_ICT") and
        not row.to_judge.startswith("psnr"))


def chosen():
    for group in table.GROUPS:
        if group != "contradictions":
            rows = [r for r in table.rows(group) if is_fit(r)]
            yield from rows[::SHARE]


def main():
    rows = list(chosen())
    bad = 0
    print("1..%d" % len(rows))
    for n, row in enumerate(rows, 1):
        work = tempfile.mkdtemp(prefix="conformance-")
        try:
            problem = try_row(row, work)
        except (ToolError, ValueError, OSError,
                subprocess.TimeoutExpired) as error:
            problem = str(error)[-300:]
        finally:
            shutil.rmtree(work)
        bad += bool(problem)
        print("%sok %d - dcmdecode: %s" % ("not " if problem else "", n,
                                           row.name))
        for line in problem.splitlines():
            print("# " + line)
        sys.stdout.flush()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
