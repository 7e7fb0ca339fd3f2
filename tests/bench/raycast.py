# SPDX-License-Identifier: LGPL-2.1-or-later
"""For raycast.sh: raycast.py PROGRAM. Frames a second of 512 x 512 pixels, ours
and VTK's by turns, of a body made here and of a real chest; both with samples
0.7 mm apart, pixels of 0.8 mm, and rays that end at 99 of 100."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy

try:
    import vtkmodules.vtkRenderingOpenGL2  # noqa: F401
    import vtkmodules.vtkRenderingVolumeOpenGL2  # noqa: F401
    from vtkmodules.util.numpy_support import numpy_to_vtk
    from vtkmodules.vtkCommonDataModel import (vtkImageData,
                                               vtkPiecewiseFunction)
    from vtkmodules.vtkRenderingCore import (vtkColorTransferFunction,
                                             vtkRenderer, vtkRenderWindow,
                                             vtkVolume, vtkVolumeProperty)
    from vtkmodules.vtkRenderingVolume import vtkFixedPointVolumeRayCastMapper
    has_peer = True
except ImportError:
    has_peer = False

SIZE = (512, 512, 400)
SPACING = (0.7, 0.7, 1.0)
SIDE = 512
ROUNDS = 3

# Opacity and colour by HU, as the program has them by name.
CURVES = {
    "CT-Bone": (((-3024, 0), (-16.4458, 0), (641.385, .715686),
                 (3071, .705882)),
                ((-3024, 0, 0, 0), (-16.4458, .729412, .254902, .301961),
                 (641.385, .905882, .815686, .552941), (3071, 1, 1, 1)),
                (.1, .9, .2, 10)),
    "CT-Chest-Contrast-Enhanced": (
        ((-3024, 0), (67.0106, 0), (251.105, .446429), (439.291, .625),
         (3071, .616071)),
        ((-3024, 0, 0, 0), (67.0106, .54902, .25098, .14902),
         (251.105, .882353, .603922, .290196),
         (439.291, 1, .937033, .954531), (3071, .827451, .658824, 1)),
        (.1, .9, .2, 10)),
    "CT-Fat": (((-1000, 0), (-100, 0), (-99, .15), (-60, .15), (-59, 0),
                (101.2, 0), (952, 0)),
               ((-1000, .3, .3, 1), (-497.5, .3, 1, .3), (-99, 0, 0, 1),
                (-76.946, 0, 1, 0), (-65.481, .835431, .888889, .0165387),
                (83.89, 1, 0, 0), (463.28, 1, 0, 0),
                (659.15, 1, .912535, .0374849),
                (2952, 1, .300267, .299886)),
               (.2, 1, 0, 1)),
}


def make_body():
    """Fat around muscle, lungs, a heart, a spine and ribs; noise of 15 HU."""
    rng = numpy.random.default_rng(2)
    z, y, x = numpy.ogrid[0:SIZE[2], 0:SIZE[1], 0:SIZE[0]]
    x, y, z = (x - 255.5) * .7, (y - 255.5) * .7, z - 199.5
    body = numpy.full(SIZE[::-1], -1000, numpy.float32)

    def fill(where, hu):
        body[numpy.broadcast_to(where, body.shape)] = hu

    fill((x / 165) ** 2 + (y / 110) ** 2 < 1, -90)
    fill((x / 150) ** 2 + (y / 95) ** 2 < 1, 45)
    for side in (-70, 70):
        fill(((x - side) / 55) ** 2 + ((y + 5) / 65) ** 2 +
             ((z + 20) / 150) ** 2 < 1, -850)
    fill(((x - 15) / 50) ** 2 + ((y + 30) / 40) ** 2 + ((z - 40) / 60) ** 2 < 1,
         180)
    fill(((x / 22) ** 2 + ((y - 70) / 20) ** 2 < 1) &
         (abs((z + 200) % 30 - 15) < 12), 400)
    shell = abs(numpy.sqrt((x / 140) ** 2 + (y / 88) ** 2) - 1) < .06
    for rib in range(10):
        fill(shell & (abs(z + 170 - rib * 34 - y * .25) < 5), 700)
    body += rng.normal(0, 15, body.shape).astype(numpy.float32)
    return (body + 1024).clip(0, 4095).astype("<u2")


def read_chest(directory):
    """The chest of the data that tests have, with 400 slices of its 143;
    None where there is none."""
    folder = os.path.join(os.environ.get("VITRAIL_TEST_DATA", ""), "nlst-ct-sr")
    if not os.path.isdir(folder):
        return None
    command = [os.environ["VITRAIL"], "volume", folder]
    found = [volume for series in json.loads(subprocess.run(
        command + ["--json"], check=True, capture_output=True).stdout)["series"]
        for volume in series["volumes"] if volume["size"][:2] == [512, 512]]
    if not found:
        return None
    path = os.path.join(directory, "chest")
    subprocess.run(command + ["--id", found[0]["id"], "-o", path], check=True)
    values = numpy.fromfile(path, "<f4").reshape(-1, 512, 512)
    at = numpy.linspace(0, len(values) - 1, SIZE[2])
    below = numpy.minimum(at.astype(int), len(values) - 2)
    part = (at - below)[:, None, None].astype(numpy.float32)
    values = values[below] * (1 - part) + values[below + 1] * part
    return (values + 1024).clip(0, 4095).astype("<u2")


class Peer:
    def __init__(self, voxels):
        self.image = vtkImageData()
        self.image.SetDimensions(*SIZE)
        self.image.SetSpacing(*SPACING)
        self.array = numpy_to_vtk(voxels.reshape(-1))
        self.image.GetPointData().SetScalars(self.array)
        self.mapper = vtkFixedPointVolumeRayCastMapper()
        self.mapper.SetInputData(self.image)
        self.mapper.SetSampleDistance(0.7)
        self.mapper.SetInteractiveSampleDistance(0.7)
        self.mapper.AutoAdjustSampleDistancesOff()
        self.mapper.SetImageSampleDistance(1)
        self.volume = vtkVolume()
        self.volume.SetMapper(self.mapper)
        self.renderer = vtkRenderer()
        self.renderer.AddVolume(self.volume)
        self.window = vtkRenderWindow()
        self.window.SetOffScreenRendering(1)
        self.window.SetSize(SIDE, SIDE)
        self.window.AddRenderer(self.renderer)
        camera = self.renderer.GetActiveCamera()
        camera.ParallelProjectionOn()
        middle = [(SIZE[n] - 1) / 2 * SPACING[n] for n in range(3)]
        camera.SetFocalPoint(*middle)
        camera.SetPosition(middle[0], middle[1] - 400, middle[2])
        camera.SetViewUp(0, 0, 1)
        camera.SetParallelScale(SIDE * .8 / 2)
        self.renderer.ResetCameraClippingRange()

    def measure(self, name, shaded, rounds=3):
        if name == "maximum":
            self.mapper.SetBlendModeToMaximumIntensity()
            opacity = ((-1024, 0), (3071, 1))
            color, light = ((-1024, 0, 0, 0), (3071, 1, 1, 1)), (1, 0, 0, 1)
        else:
            self.mapper.SetBlendModeToComposite()
            opacity, color, light = CURVES[name]
        points, colors = vtkPiecewiseFunction(), vtkColorTransferFunction()
        for value, part in opacity:
            points.AddPoint(value + 1024, part)
        for value, *rgb in color:
            colors.AddRGBPoint(value + 1024, *rgb)
        look = vtkVolumeProperty()
        look.SetScalarOpacity(points)
        look.SetColor(colors)
        look.SetInterpolationTypeToLinear()
        look.SetShade(shaded)
        look.SetAmbient(light[0])
        look.SetDiffuse(light[1])
        look.SetSpecular(light[2])
        look.SetSpecularPower(light[3])
        self.volume.SetProperty(look)
        start = time.perf_counter()
        self.window.Render()
        first = 1e3 * (time.perf_counter() - start)
        times = []
        for _ in range(rounds):
            self.renderer.GetActiveCamera().Azimuth(10)
            self.renderer.ResetCameraClippingRange()
            start = time.perf_counter()
            self.window.Render()
            times.append(1e3 * (time.perf_counter() - start))
        self.renderer.GetActiveCamera().Azimuth(-10 * rounds)
        return statistics.median(times), first


def run_ours(program, voxels):
    lines = subprocess.run([program, voxels], check=True, text=True,
                           capture_output=True).stdout
    return {name: float(ms) for name, ms in map(str.split, lines.splitlines())}


def show(title, ours, theirs, bound):
    print("%-38s %9.1f /s %9s %8s  %s" % (
        title, 1e3 / ours, "-" if theirs is None else "%.2f" % (1e3 / theirs),
        "-" if theirs is None else "%.1f" % (theirs / ours), bound))


def measure(program, path, voxels):
    """Milliseconds of ours and theirs by name, and what theirs take first."""
    peer = Peer(voxels) if has_peer else None
    ours, theirs, first = {}, {}, []
    voxels.tofile(path)
    for _ in range(ROUNDS):
        for name, ms in run_ours(program, path).items():
            ours.setdefault(name, []).append(ms)
        for name in (*CURVES, "maximum") if peer is not None else ():
            for shaded in (0,) if name == "maximum" else (0, 1):
                key = name + ("-shaded" if shaded else "")
                ms, begun = peer.measure(name, shaded)
                theirs.setdefault(key, []).append(ms)
                if shaded:
                    first.append(begun)
    return ({name: statistics.median(ms) for name, ms in ours.items()},
            {name: statistics.median(ms) for name, ms in theirs.items()}, first)


def report(title, ours, theirs, first):
    for name in CURVES:
        for shaded in ("", "-shaded"):
            key = name + shaded
            show(title + key, ours[key], theirs.get(key),
                 ">= %d /s, ratio >= 5" % (15 if shaded else 25))
        print("%-38s %9.1f ms %9s %8s  %s" % (
            title + name + ": new curves", ours[name + "-change"] + ours[name],
            "-", "-", "<= 60 ms"))
    show(title + "maximum", ours["maximum"], theirs.get("maximum"),
         ">= 25 /s, ratio >= 20")
    for name in "minimum", "mean":
        show(title + name, ours[name], None, "-")
    for name, more in (("shaded", ours["bounds"] + ours["CT-Bone-change"] +
                        ours["CT-Bone-shaded"]),
                       ("maximum", ours["bounds"] + ours["maximum"])):
        print("%-38s %9.0f ms %9s %8s  %s" % (
            title + "first picture, " + name, more,
            "%.0f" % max(first) if first and name == "shaded" else "-", "-",
            "<= 700 ms"))


def main():
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "voxels")
        report("", *measure(sys.argv[1], path, make_body()))
        chest = read_chest(directory)
        if chest is None:
            print("chest: skipped")
        else:
            report("chest: ", *measure(sys.argv[1], path, chest))


if __name__ == "__main__":
    main()
