# SPDX-License-Identifier: LGPL-2.1-or-later
"""judge-times.py VITRAIL FOLDER OUT [ID]: sum, mean, difference and maximum of
points in time, and curves of regions, as numpy has them from the files."""
import os
import subprocess
import sys

import numpy as np
import pydicom

vitrail, folder, out = sys.argv[1:4]
which = ["--id", sys.argv[4]] if len(sys.argv) > 4 else []


def read():
    """Values [time, k, j, i] and the place of each voxel."""
    slices = {}
    for top, _, names in os.walk(folder):
        for name in names:
            try:
                ds = pydicom.dcmread(os.path.join(top, name))
            except pydicom.errors.InvalidDicomError:
                continue
            if which and ds.SeriesInstanceUID != which[1]:
                continue
            x, y = np.reshape([float(v) for v in ds.ImageOrientationPatient],
                              (2, 3))
            origin = np.array([float(v) for v in ds.ImagePositionPatient])
            key = round(float(np.cross(x, y) @ origin), 2)
            slices.setdefault(key, []).append((int(ds.InstanceNumber), ds))
    values, places = [], []
    for key in sorted(slices):
        stack = [ds for _, ds in sorted(slices[key], key=lambda p: p[0])]
        values.append([ds.pixel_array * float(ds.get("RescaleSlope", 1))
                       + float(ds.get("RescaleIntercept", 0)) for ds in stack])
        ds = stack[0]
        x, y = np.reshape([float(v) for v in ds.ImageOrientationPatient], (2, 3))
        j, i = np.mgrid[:ds.Rows, :ds.Columns]
        down, along = [float(v) for v in ds.PixelSpacing]
        places.append(np.array([float(v) for v in ds.ImagePositionPatient])
                      + i[..., None] * x * along + j[..., None] * y * down)
    return np.array(values).swapaxes(0, 1), np.array(places)


def run(*options):
    subprocess.run([vitrail, "volume", folder, *which, *options], check=True)


values, places = read()
n = len(values)
picked = [0] + list(range(2, n))
text = "1,3-%d" % n
for what, wanted in (
        ("sum", values[picked].sum(0)), ("mean", values[picked].mean(0)),
        ("subtract", values[0] - values[picked[1:]].sum(0)),
        ("maximum", values[picked].max(0))):
    run("--combine", what, "--times", text, "-o", out + ".raw")
    got = np.fromfile(out + ".raw", "<f4").reshape(wanted.shape)
    away = abs(got - wanted).max() / max(1, abs(wanted).max())
    assert away < 2e-6, (what, away)

middle = places[len(places) // 2, places.shape[1] // 2, places.shape[2] // 2]
regions = [(middle, 3.0), (middle + [2, -3, 1], 20.0)]
options = []
for at, radius in regions:
    options += ["--region", "%.9g,%.9g,%.9g,%.9g" % (*at, radius)]
run("--curve", *options, "-o", out + ".csv")
with open(out + ".csv") as file:
    lines = [line.strip().split(",") for line in file]
assert len(lines) == n + 1 and lines[0][2:] == ["region 1", "region 2"], lines[0]
for number, (at, radius) in enumerate(regions):
    inside = ((places - at) ** 2).sum(-1) <= radius ** 2
    assert inside.any()
    for time in range(n):
        got = float(lines[time + 1][2 + number])
        wanted = values[time][inside].mean()
        assert abs(got - wanted) <= 1e-6 * max(1, abs(wanted)), (got, wanted)
run("--curve", *options, "-o", out + ".svg")
with open(out + ".svg") as file:
    svg = file.read()
assert svg.count("<polyline") == 2 and svg.count(",") >= 2 * n
print(n, "times")
