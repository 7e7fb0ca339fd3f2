# SPDX-License-Identifier: LGPL-2.1-or-later
"""judge-region.py SOURCE WIDTH HEIGHT SCALE REGION...: the filter of
separable.h in double precision. SOURCE: raw RGB, WIDTH x HEIGHT, SCALE pixels
of level 0 on one of its own. Each REGION is FILE:X:Y:W:H:WIDTH:HEIGHT; prints
the PSNR of FILE in decibels, one a line."""

import sys

import numpy as np


def weights(origin, step, n, size):
    """n x size: what each source pixel adds to each of the picture."""
    start = origin + step * np.arange(n)
    edges = np.arange(-1, size + 1)[None, :]
    if step >= 1:
        out = np.zeros((n, size))
        for i in range(n):
            first, last = int(np.floor(start[i])), int(
                np.ceil(start[i] + step))
            for k in range(first, last):
                part = min(start[i] + step, k + 1) - max(start[i], k)
                out[i, min(max(k, 0), size - 1)] += max(part, 0) / step
        return out
    centre = start + step / 2 - 0.5
    near = np.maximum(0, 1 - np.abs(centre[:, None] - edges))
    near[centre < 0] = 0
    near[centre < 0, 1] = 1
    near[centre > size - 1] = 0
    near[centre > size - 1, size] = 1
    return near[:, 1:-1]


def main():
    width, height = int(sys.argv[2]), int(sys.argv[3])
    scale = float(sys.argv[4])
    source = np.fromfile(sys.argv[1], "u1").reshape(height, width, 3)
    source = source.astype("f8")
    for word in sys.argv[5:]:
        path, *numbers = word.split(":")
        x, y, w, h = (float(v) / scale for v in numbers[:4])
        out_w, out_h = int(numbers[4]), int(numbers[5])
        got = np.fromfile(path, "u1").reshape(out_h, out_w, 3)
        rows = weights(y, h / out_h, out_h, height)
        columns = weights(x, w / out_w, out_w, width)
        want = np.einsum("ij,jkc->ikc", rows, source)
        want = np.einsum("lk,ikc->ilc", columns, want)
        error = np.mean((got - want) ** 2)
        print("%.2f" % (10 * np.log10(255 ** 2 / max(error, 1e-9))))


main()
