# SPDX-License-Identifier: LGPL-2.1-or-later
"""Channels of a slide: windows and counts from the data, against numpy."""

import glob
import os
import subprocess
import sys
import tempfile

import numpy as np
import pydicom

from harness import SAMPLES, SOURCE, Service, check, finish

sys.dont_write_bytecode = True


def read_channels(folder):
    """Samples of each optical path, those outside of the matrix left out."""
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, "channels", "*.dcm"))):
        ds = pydicom.dcmread(path)
        # The coarser level has one of the channels only.
        if ds.TotalPixelMatrixColumns == 50:
            os.unlink(path)
            continue
        ids = [p.OpticalPathIdentifier for p in ds.OpticalPathSequence]
        frames = ds.pixel_array.reshape(-1, ds.Rows, ds.Columns)
        columns = -(-ds.TotalPixelMatrixColumns // ds.Columns)
        rows = -(-ds.TotalPixelMatrixRows // ds.Rows)
        for i, frame in enumerate(frames):
            place = i % (columns * rows)
            row, column = divmod(place, columns)
            height = min(ds.Rows, ds.TotalPixelMatrixRows - row * ds.Rows)
            width = min(ds.Columns,
                        ds.TotalPixelMatrixColumns - column * ds.Columns)
            key = (path, ids[i // (columns * rows) % len(ids)])
            found.setdefault(key, []).append(frame[:height, :width].ravel())
    return [np.concatenate(parts) for parts in found.values()]


with tempfile.TemporaryDirectory(prefix="vitrail-channels-") as folder:
    # It leaves files where it runs.
    subprocess.run(["/usr/bin/python3", os.path.abspath(os.path.join(
        SOURCE, "tests", "slide", "make-facets.py")), folder], check=True,
        cwd=folder)
    wanted = read_channels(folder)
    with Service(os.path.join(folder, "channels"), SAMPLES) as service:
        slides = service.get("/slides").json
        slide = next(s for s in slides if len(s["paths"]) > 1)
        path = "/slides/%s/channels" % slide["id"]
        answer = service.get(path)
        check("one for each channel", answer.status == 200 and
              len(answer.json) == len(wanted) == len(slide["paths"]), answer,
              len(wanted))
        for channel, samples in zip(answer.json, wanted):
            ordered = np.sort(samples)
            low = ordered[int(0.01 * (len(ordered) - 1))]
            high = max(ordered[int(0.998 * (len(ordered) - 1))], low + 1)
            check("its window: 1st to 99.8th percentile",
                  (channel["low"], channel["high"]) == (low, high), channel,
                  low, high)
            counts = np.bincount(samples.astype(int) * 64 // (
                channel["top"] + 1), minlength=64)
            check("how many samples are where",
                  channel["counts"] == counts.tolist(), channel, counts)
        for query in ("?z=99", "?z=x", "?z=-1", "?z="):
            answer = service.get(path + query)
            check("%s: 400 and why" % query, answer.status == 400 and
                  "focal plane" in answer.json["error"], answer)
        check("no such slide",
              service.get("/slides/none/channels").status == 404)
        plain = next(s for s in slides if len(s["paths"]) == 1)
        check("none where all is in colour", service.get(
            "/slides/%s/channels" % plain["id"]).json == [])
finish()
