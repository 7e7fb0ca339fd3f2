# SPDX-License-Identifier: LGPL-2.1-or-later
"""judge-colors.py VITRAIL FOLDER PROFILE...: pictures with an ICC profile as
Little CMS' transicc and Argyll's xicclu have them, by CIEDE2000. FOLDER gets
the files. Prints a line for each profile: mean and largest difference, or what
is wrong. The limits are a mean of 0.5 and 2 at most."""

import os
import subprocess
import sys

import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

VITRAIL, FOLDER = sys.argv[1:3]
SIDE = 17
# What Argyll reads too: tables and matrices, version 2.
XICCLU = ("ClayRGB1998", "ProPhoto", "Rec2020", "table-2", "lut16", "srgb-2")


def grid():
    steps = np.rint(np.linspace(0, 255, SIDE)).astype("u1")
    return np.stack(np.meshgrid(steps, steps, steps, indexing="ij"),
                    -1).reshape(SIDE * SIDE, SIDE, 3)


def save(name, pixels, profile=None, space=None, palette=False):
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    ds.Rows, ds.Columns = pixels.shape[:2]
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 8, 8, 7
    ds.PixelRepresentation = 0
    if palette:
        colors = pixels.reshape(-1, 3)[:256]
        ds.Rows, ds.Columns, ds.SamplesPerPixel = 16, 16, 1
        ds.PhotometricInterpretation = "PALETTE COLOR"
        for i, color in enumerate(("Red", "Green", "Blue")):
            setattr(ds, color + "PaletteColorLookupTableDescriptor",
                    [256, 0, 16])
            setattr(ds, color + "PaletteColorLookupTableData",
                    (colors[:, i].astype("<u2") * 257).tobytes())
        pixels = np.arange(256, dtype="u1")
    else:
        ds.SamplesPerPixel, ds.PlanarConfiguration = 3, 0
        ds.PhotometricInterpretation = "RGB"
    if profile:
        ds.ICCProfile = profile
    if space:
        ds.add_new(0x00282002, "CS", space)
    data = pixels.tobytes()
    ds.add_new("PixelData", "OB", data + bytes(len(data) % 2))
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.is_little_endian, ds.is_implicit_VR = True, False
    path = os.path.join(FOLDER, name + ".dcm")
    ds.save_as(path, write_like_original=False)
    return path


def render(path, *options):
    out = os.path.join(FOLDER, "colors.png")
    subprocess.run([VITRAIL, "render", "-o", out, *options, path], check=True)
    return np.array(Image.open(out).convert("RGB"))


def transicc(profile, target, intent, pixels):
    text = "".join("%d\n%d\n%d\n" % tuple(p) for p in pixels.reshape(-1, 3))
    out = subprocess.run(
        ["transicc", "-n", "-t%d" % intent, "-c0", "-i" + profile,
         "-o" + target], input=text, capture_output=True, text=True,
        check=True).stdout
    rows = [[float(w) for w in line.split()] for line in out.splitlines()
            if len(line.split()) == 3]
    return np.clip(np.array(rows), 0, 255)


def xicclu(profile, intent, pixels):
    """CIE Lab by Argyll, which shares nothing with Little CMS."""
    text = "".join("%d %d %d\n" % tuple(p) for p in pixels.reshape(-1, 3))
    out = subprocess.run(
        ["xicclu", "-ff", "-i" + "prs"[intent], "-pl", "-s255", profile],
        input=text, capture_output=True, text=True, check=True).stdout
    return np.array([[float(w) for w in line.split("->")[-1].split()[:3]]
                     for line in out.splitlines() if "->" in line])


def lab(rgb):
    """sRGB, 0..255, to CIE Lab under D50."""
    v = rgb.reshape(-1, 3).astype("f8") / 255
    v = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
    xyz = v @ np.array([[0.4360747, 0.3850649, 0.1430804],
                        [0.2225045, 0.7168786, 0.0606169],
                        [0.0139322, 0.0971045, 0.7141733]]).T
    t = xyz / np.array([0.9642, 1, 0.8249])
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t),
                 t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]),
                     200 * (f[:, 1] - f[:, 2])], -1)


def ciede2000(a, b):
    (l1, a1, b1), (l2, a2, b2) = a.T, b.T
    c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - np.sqrt(c7 / (c7 + 25.0 ** 7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1 = np.degrees(np.arctan2(b1, a1)) % 360
    h2 = np.degrees(np.arctan2(b2, a2)) % 360
    dh = (h2 - h1 + 180) % 360 - 180
    dh = np.where(c1 * c2 == 0, 0, dh)
    dl, dc = l2 - l1, c2 - c1
    dbig = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(dh / 2))
    l, c = (l1 + l2) / 2, (c1 + c2) / 2
    h = np.where(np.abs(h1 - h2) <= 180, (h1 + h2) / 2,
                 ((h1 + h2 + 360) / 2) % 360)
    h = np.where(c1 * c2 == 0, h1 + h2, h)
    t = (1 - 0.17 * np.cos(np.radians(h - 30)) +
         0.24 * np.cos(np.radians(2 * h)) +
         0.32 * np.cos(np.radians(3 * h + 6)) -
         0.20 * np.cos(np.radians(4 * h - 63)))
    sl = 1 + 0.015 * (l - 50) ** 2 / np.sqrt(20 + (l - 50) ** 2)
    sc, sh = 1 + 0.045 * c, 1 + 0.015 * c * t
    rc = 2 * np.sqrt(c ** 7 / (c ** 7 + 25.0 ** 7))
    rt = -rc * np.sin(np.radians(60 * np.exp(-((h - 275) / 25) ** 2)))
    return np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dbig / sh) ** 2 +
                   rt * (dc / sc) * (dbig / sh))


def judge(name, got, want):
    """@want: CIE Lab."""
    off = ciede2000(lab(got)[:len(want)], want)
    good = off.mean() < 0.5 and off.max() < 2 and len(want) > 100
    print("%s: mean %.3f, max %.3f" % (name, off.mean(), off.max()),
          file=sys.stderr)
    print(name if good else "%s: mean %.3f, max %.3f" % (
        name, off.mean(), off.max()))


def main():
    pixels = grid()
    for path in sys.argv[3:]:
        name = os.path.splitext(os.path.basename(path))[0]
        profile = open(path, "rb").read()
        intent = int.from_bytes(profile[64:68], "big")
        want = transicc(path, "*sRGB", intent, pixels)
        got = render(save(name, pixels, profile)).reshape(-1, 3)
        judge(name, got, lab(want))
        inside = ((want > 0) & (want < 255)).all(1)
        if name in XICCLU:
            judge(name + "-argyll", got[inside],
                  xicclu(path, intent, pixels)[inside])
    # A palette; the data's name for a colour space; another display; none.
    palette = pixels.reshape(-1, 3)[1000:1256].reshape(16, 16, 3)
    want = transicc(path, "*sRGB", intent, palette)
    judge("palette", render(save("p", palette, profile, palette=True)), lab(want))
    path = save("plain", pixels, profile)
    same = np.array_equal(render(path, "--display-profile", "none"), pixels)
    print("none" if same else "none: colours are not as stored")
    path = save("srgb", pixels, space="SRGB")
    print("srgb" if np.array_equal(render(path), pixels) else "srgb: changed")


main()
