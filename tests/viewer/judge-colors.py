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

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ciede2000 import ciede2000, lab

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
