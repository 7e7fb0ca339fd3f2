# SPDX-License-Identifier: LGPL-2.1-or-later
"""segments.py: volumerender's pictures of a segmented body against an
integrator of double precision in numpy: its own labels from the lattices in
which both were written, its own colours from CIELab, sample by sample. Then
what is no segmentation of the volume, and what is said of it."""

import os
import re
import subprocess
import sys
import tempfile

import numpy as np

import segmented as made

WIDTH, HEIGHT = 112, 96
HEADER = os.path.join(os.environ["VITRAIL_SOURCE"],
                      "elements/volume/transferpresets.h")
PRESET = "CT-Bone"
LIGHT = {"ambient": 0.1, "diffuse": 0.9, "specular": 0.2, "power": 10}
failed = []
count = 0


def check(what, holds, *facts):
    global count
    count += 1
    if not holds:
        failed.append(what)
        print("#", *facts)
    print("%s %d - %s" % ("ok" if holds else "not ok", count, what),
          flush=True)


def curves():
    """The preset's opacities and colours, of which the table is only data."""
    text = open(HEADER).read().split('"%s"' % PRESET)[1].split(".name")[0]
    both = re.split(r"\.colors", text)
    rows = [[list(map(float, row.split(",")))
             for row in re.findall(r"\{([^{}]+)\}", part)] for part in both]
    return np.array(rows[0]), np.array(rows[1])


def srgb(l, a, b):
    """From CIELab of white D50, by the definitions of CIE and IEC 61966-2-1."""
    fy = (l + 16) / 116
    f = np.array([fy + a / 500, fy, fy - b / 200])
    xyz = np.where(f > 6 / 29, f ** 3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    xyz = xyz * [0.96422, 1, 0.82521]
    bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367],
                         [0.0389, -0.0685, 1.0296]])
    d50 = bradford @ [0.96422, 1, 0.82521]
    d65 = bradford @ [0.95047, 1, 1.08883]
    xyz = np.linalg.inv(bradford) @ (bradford @ xyz * d65 / d50)
    linear = np.clip(np.linalg.inv(np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
         [0.0193339, 0.1191920, 0.9503041]])) @ xyz, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear,
                    1.055 * linear ** (1 / 2.4) - 0.055)


def labels():
    """Of each voxel: the nearest sample's segment, from 1; the last counts."""
    places = made.lattice(made.ORIGIN, np.eye(3), made.STEP, made.SIZE)
    index = np.rint(((places - made.SEG_ORIGIN) @ made.SEG_AXES.T) /
                    made.SEG_STEP).astype(int)
    there = ((index >= 0) & (index < made.SEG_SIZE)).all(axis=-1)
    out = np.zeros(made.SIZE, int)
    i, j, k = index[there].T
    for number, mask in enumerate(made.members(), 1):
        out[there] = np.where(mask[i, j, k], number, out[there])
    return out


def smooth(field):
    """1 2 3 2 1 along each axis, the outermost going on beyond."""
    for axis in range(3):
        line = np.pad(field, [(2, 2) if a == axis else (0, 0)
                              for a in range(3)], mode="edge")
        n = field.shape[axis]
        field = sum(w * np.take(line, range(o, o + n), axis)
                    for o, w in enumerate((1, 2, 3, 2, 1))) / 9
    return field


def between(field, at):
    """Trilinear at [n, 3]; beyond as at the border."""
    at = np.clip(at, 0, np.array(field.shape) - 1)
    cell = np.minimum(at.astype(int), np.array(field.shape) - 2)
    w = at - cell
    out = 0
    for corner in np.ndindex(2, 2, 2):
        i, j, k = (cell + corner).T
        out = out + field[i, j, k] * np.prod(
            np.where(corner, w, 1 - w), axis=1)
    return out


def slope(field, at, away):
    """Differences over two voxels, and the cosine of the slope in space."""
    rises = np.stack([between(field, at + one) - between(field, at - one)
                      for one in np.eye(3)], 1)
    normal = rises / made.STEP
    length = np.linalg.norm(normal, axis=1)
    cosine = np.abs(normal @ away) / np.where(length > 0, length, 1)
    return rises, cosine, length


def directions(azimuth, elevation):
    right, down, away = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], float)
    a, e = np.radians([azimuth, elevation])
    right, away = (right * np.cos(a) + away * np.sin(a),
                   away * np.cos(a) - right * np.sin(a))
    away, down = (away * np.cos(e) + down * np.sin(e),
                  down * np.cos(e) - away * np.sin(e))
    return right, down, away


def integrate(azimuth, elevation, shading, opacities):
    field, found = made.values(), labels()
    inside = smooth((np.array([0, *opacities])[found] > 0).astype(float))
    colors = np.array([[0, 0, 0]] + [srgb(*s[2:]) for s in made.SEGMENTS])
    opacities = np.array([0, *opacities])
    opacity_curve, color_curve = curves()
    right, down, away = directions(azimuth, elevation)
    longest = np.linalg.norm((made.SIZE - 1) * made.STEP)
    spacing, step = longest / min(WIDTH, HEIGHT), made.STEP.min()
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    start = (made.MIDDLE + ((x - (WIDTH - 1) / 2) * spacing)[..., None] * right
             + ((y - (HEIGHT - 1) / 2) * spacing)[..., None] * down)
    start = start.reshape(-1, 3)
    half = int(np.ceil(longest / 2 / step))
    out, left = np.zeros((len(start), 3)), np.ones(len(start))
    for n in range(-half, half + 1):
        at = (start + n * step * away - made.ORIGIN) / made.STEP
        rays = np.flatnonzero(
            ((at >= 0) & (at <= made.SIZE - 1)).all(axis=1) & (left > 0.01))
        if not len(rays):
            continue
        at = at[rays]
        value = between(field, at)
        color = np.stack([np.interp(value, color_curve[:, 0], c)
                          for c in color_curve[:, 1:].T], 1)
        seen = 1 - (1 - np.interp(value, *opacity_curve.T)) ** step
        here = found[tuple(np.floor(at + 0.501).astype(int).T)]
        share = opacities[here]
        of_value = seen * (1 - share)
        seen = seen + (1 - seen) * (1 - (1 - share) ** (step / 10))
        share = 1 - of_value / np.where(seen > 0, seen, 1)
        light = np.ones(len(rays))
        if shading:
            _, cosine, length = slope(field, at, away)
            cosine = np.where(length > 0, cosine, 0)
            color = np.minimum(
                color * (LIGHT["ambient"] + LIGHT["diffuse"] * cosine)[:, None]
                + (LIGHT["specular"] * np.maximum(2 * cosine ** 2 - 1, 0) **
                   LIGHT["power"])[:, None], 1)
            rises, cosine, length = slope(inside, at, away)
            border = np.minimum(np.linalg.norm(rises, axis=1) * 255 / 128, 1)
            light = np.where(length > 0, 1 + (
                LIGHT["ambient"] + LIGHT["diffuse"] * cosine - 1) * border, 1)
        color += (colors[here] * light[:, None] - color) * np.where(
            here > 0, share, 0)[:, None]
        out[rays] += color * (left[rays] * seen)[:, None]
        left[rays] *= 1 - seen
    return (out * 255).reshape(HEIGHT, WIDTH, 3)


def render(folder, azimuth, elevation, *properties):
    path = os.path.join(folder, "picture")
    subprocess.run(
        ["gst-launch-1.0", "-q", "dicomfilesrc", "location=%s/ct" % folder,
         "!", "volumebuilder", "!", "volumerender", "preset=" + PRESET,
         "width=%d" % WIDTH, "height=%d" % HEIGHT, "azimuth=%g" % azimuth,
         "elevation=%g" % elevation, *properties, "!", "filesink",
         "location=" + path], check=True, timeout=120)
    picture = np.fromfile(path, "u1").reshape(HEIGHT, WIDTH, 4)
    return picture[..., :3].astype(float)


def mean(picture, side=7):
    sums = np.pad(picture, ((1, 0), (1, 0), (0, 0))).cumsum(0).cumsum(1)
    return (sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] +
            sums[:-side, :-side]) / side ** 2


def ssim(a, b):
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    ma, mb = mean(a), mean(b)
    va, vb, ab = (mean(p * q) - mp * mq for p, q, mp, mq in
                  ((a, a, ma, ma), (b, b, mb, mb), (a, b, ma, mb)))
    return float(((2 * ma * mb + c1) * (2 * ab + c2) / (
        (ma ** 2 + mb ** 2 + c1) * (va + vb + c2))).mean())


def judge(folder, what, angles, shading, opacities, *properties):
    want = integrate(*angles, shading, opacities)
    got = render(folder, *angles, "segments=%s/seg.dcm" % folder,
                 "shading=%s" % str(shading).lower(), *properties)
    off = np.abs(got - want).max(axis=2)
    facts = "SSIM %.5f, mean %.3f, beyond three levels %.3f %%" % (
        ssim(got, want), off.mean(), (off > 3).mean() * 100)
    check(what, ssim(got, want) > 0.99 and off.mean() < 0.7 and
          (off > 3).mean() < 0.005, facts)
    print("#", facts)
    return got


def refused(folder, path, *properties):
    """Why a picture is not made."""
    run = subprocess.run(
        ["gst-launch-1.0", "-q", "dicomfilesrc", "location=%s/ct" % folder,
         "!", "volumebuilder", "!", "volumerender", "segments=" + path,
         *properties, "!", "fakesink"], capture_output=True, text=True,
        timeout=120)
    return run.stderr if run.returncode else "drawn"


def main():
    with tempfile.TemporaryDirectory() as folder:
        made.write_ct(os.path.join(folder, "ct"))
        seg = os.path.join(folder, "seg.dcm")
        made.write_seg(seg)
        usual = [0.6] * 3
        tinted = judge(folder, "all segments from the front", (0, 0), False,
                       usual)
        judge(folder, "from beside and above", (35, 25), False, usual)
        judge(folder, "with light", (-130, 10), True, usual)
        judge(folder, "solid, with light", (20, -15), True, [1] * 3,
              "segment-opacity=1")
        one = judge(folder, "each with an opacity of its own", (20, 10), True,
                    [0.9, 0.2, 0], "segment-opacities=3=0.9, 5=0.2, 9=0")
        none = judge(folder, "none of them", (0, 0), False, [0] * 3,
                     "segment-opacity=0")
        plain = render(folder, 0, 0, "shading=false")
        check("which is the picture without", (none == plain).all())
        # A tenth of the picture is body before any of them.
        changed = (np.abs(tinted - plain).max(axis=2) > 20).mean()
        check("segments make another one", changed > 0.04, changed)
        for kind in ("FRACTIONAL", "LABELMAP"):
            other = os.path.join(folder, kind)
            made.write_seg(other, kind=kind)
            check("the same as " + kind, (render(
                folder, 0, 0, "shading=false", "segments=" + other) ==
                tinted).all())
        made.write_seg(os.path.join(folder, "other.dcm"), "1.2.9.8")
        for what, path, why, *properties in (
                ("another frame of reference", "other.dcm",
                 "frames of reference differ"),
                ("no segmentation", "ct/03.dcm", "not a segmentation"),
                ("no such segment", "seg.dcm", "are no opacities",
                 "segment-opacities=4=1")):
            said = refused(folder, os.path.join(folder, path), *properties)
            check(what + " is refused", why in said, said)
    print("1..%d" % count)
    return len(failed) > 0


if __name__ == "__main__":
    sys.exit(main())
