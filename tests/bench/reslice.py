# SPDX-License-Identifier: LGPL-2.1-or-later
"""For reslice.sh: reslice.py PROGRAM. The milliseconds of an oblique plane of
512 x 512, beside vtkImageReslice with all cores, by turns; and that both show
the same."""

import math
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy

try:
    import vtkmodules.vtkImagingCore as imaging
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
    from vtkmodules.vtkCommonCore import vtkSMPTools
    from vtkmodules.vtkCommonDataModel import vtkImageData
except ImportError:
    imaging = None

SIZE = (512, 512, 400)
SPACING = (0.7, 0.7, 1.0)
SIDE = 512
ROUNDS = 3


def make_voxels():
    rng = numpy.random.default_rng(1)
    z, y, x = numpy.ogrid[0:SIZE[2], 0:SIZE[1], 0:SIZE[0]]
    voxels = (1000 + 600 * numpy.sin(x / 17) * numpy.cos(y / 23) *
              numpy.sin(z / 11)).astype(numpy.float32)
    voxels += rng.normal(0, 15, voxels.shape).astype(numpy.float32)
    voxels[:, ((x - 256) ** 2 + (y - 256) ** 2 > 240 ** 2)[0]] = 0
    return voxels.clip(0, 4095).astype("<u2")


class Peer:
    def __init__(self, voxels):
        self.image = vtkImageData()
        self.image.SetDimensions(*SIZE)
        self.image.SetSpacing(*SPACING)
        self.array = numpy_to_vtk(voxels.reshape(-1))
        self.image.GetPointData().SetScalars(self.array)

    def render(self, degrees, tilt, cubic=False, planes=1, rounds=9):
        a, b = math.radians(degrees), math.radians(tilt)
        right = (math.cos(a), math.sin(a), 0)
        down = (-math.sin(a) * math.cos(b), math.cos(a) * math.cos(b),
                math.sin(b))
        normal = (math.sin(a) * math.sin(b), -math.cos(a) * math.sin(b),
                  math.cos(b))
        middle = [(SIZE[n] - 1) / 2 * SPACING[n] for n in range(3)]
        reslice = imaging.vtkImageReslice()
        reslice.SetInputData(self.image)
        reslice.SetResliceAxesDirectionCosines(right, down, normal)
        reslice.SetResliceAxesOrigin(middle)
        reslice.SetOutputExtent(0, SIDE - 1, 0, SIDE - 1, 0, 0)
        reslice.SetOutputSpacing(0.7, 0.7, 1)
        reslice.SetOutputOrigin(-(SIDE - 1) / 2 * 0.7, -(SIDE - 1) / 2 * 0.7, 0)
        if cubic:
            reslice.SetInterpolationModeToCubic()
        else:
            reslice.SetInterpolationModeToLinear()
        reslice.SetEnableSMP(True)
        if planes > 1:
            reslice.SetSlabModeToMax()
            reslice.SetSlabNumberOfSlices(planes)
        times = []
        for _ in range(rounds):
            reslice.Modified()
            start = time.perf_counter()
            reslice.Update()
            times.append(1e3 * (time.perf_counter() - start))
        picture = vtk_to_numpy(reslice.GetOutput().GetPointData().GetScalars())
        return statistics.median(times), picture.reshape(SIDE, SIDE)


def run_ours(program, directory):
    lines = subprocess.run(
        [program, os.path.join(directory, "voxels")], check=True, text=True,
        capture_output=True,
        env={**os.environ, "BENCH_RESLICE_OUT": directory + "/"}).stdout
    return {name: float(ms) for name, ms in map(str.split, lines.splitlines())}


ROWS = (
    ("oblique plane, linear", "oblique", (30, 40), {}, "<= 1.2 ms, ratio >= 5"),
    ("slab of 20 planes, maximum", "slab", (30, 40), {"planes": 20},
     "<= 8 ms, ratio >= 9"),
    ("oblique plane, cubic", "cubic", (30, 40), {"cubic": True},
     "ratio >= 3"),
    ("axial plane, linear", "axial", (0, 0), {}, "-"),
    ("coronal plane, linear", "coronal", (0, 90), {}, "-"),
    ("sagittal plane, linear", "sagittal", (90, 90), {}, "-"),
    ("oblique plane, nearest", "nearest", None, {}, "-"),
    ("oblique plane, padding", "padded", None, {}, "-"),
)


def main():
    voxels = make_voxels()
    peer = Peer(voxels) if imaging is not None else None
    ours, theirs, worst = {}, {}, {}
    with tempfile.TemporaryDirectory() as directory:
        voxels.tofile(os.path.join(directory, "voxels"))
        for _ in range(ROUNDS):
            for name, ms in run_ours(sys.argv[1], directory).items():
                ours.setdefault(name, []).append(ms)
            for _, name, angles, options, _ in ROWS:
                if peer is None or angles is None:
                    continue
                ms, picture = peer.render(*angles, **options)
                theirs.setdefault(name, []).append(ms)
                own = numpy.fromfile(os.path.join(directory, name + ".raw"),
                                     "<u2").reshape(SIDE, SIDE)
                away = numpy.abs(own.astype(float) - picture)
                # Beside the border the two decide differently what is inside.
                worst[name] = float(numpy.quantile(away, 0.995))
    for title, name, _, _, bound in ROWS:
        mine = statistics.median(ours[name])
        its = statistics.median(theirs[name]) if name in theirs else None
        print("%-32s %9.2f ms %12s %8s  %s" % (
            title, mine, "-" if its is None else "%.2f" % its,
            "-" if its is None else "%.2f" % (its / mine), bound))
        if worst.get(name, 0) > 4.095:
            print("reslice: %s: %g away from VTK" % (name, worst[name]),
                  file=sys.stderr)


if __name__ == "__main__":
    main()
