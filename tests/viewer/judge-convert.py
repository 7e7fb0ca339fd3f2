# SPDX-License-Identifier: LGPL-2.1-or-later
"""judge-convert.py VITRAIL FOLDER SYNTAX...: converts pictures into each syntax,
and asks others what is in them: DCMTK's dcmdjpeg, dcmdjpls and dcmdrle, GDCM's
gdcmconv --raw, and pydicom where these cannot. Lossless means the same samples,
lossy near ones, labelled. Prints what differs, or "all the same"."""

import os
import subprocess
import sys
import warnings

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

warnings.simplefilter("ignore")
vitrail, folder, *syntaxes = sys.argv[1:]
rng = np.random.default_rng(7)
wrong = []
# Name: judge (its words come before input and output), lossy, kinds of
# pictures that it cannot hold.
JUDGES = {
    "explicit": ([], False, ()),
    "implicit": ([], False, ()),
    "deflated": ([], False, ()),
    "big-endian": ([], False, ()),
    "rle": (["dcmdrle"], False, ()),
    "jpeg": (["dcmdjpeg"], False, ()),
    "jpeg-lossy": (["dcmdjpeg", "+cn"], True, ("u16", "s16", "u12")),
    "jpeg-ls": (["dcmdjpls"], False, ()),
    # Bits of negative numbers that go near others may change their sign.
    "jpeg-ls-near": (["dcmdjpls"], True, ("s16",)),
    "jpeg2000": (["gdcmconv", "--raw"], False, ()),
    "htj2k": (None, False, ()),
}
# What the streams of RGB hold where they hold something else.
PHOTOMETRIC = {"jpeg-lossy": "YBR_FULL", "jpeg2000": "YBR_RCT",
               "htj2k": "YBR_RCT"}


def picture(kind):
    """Smooth, with noise, an edge and the extremes; 2 frames."""
    bits = 8 if kind in ("u8", "rgb") else 12 if kind == "u12" else 16
    low, high = (-(1 << 15), (1 << 15) - 1) if kind == "s16" \
        else (0, (1 << bits) - 1)
    shape = (2, 33, 47) + ((3,) if kind == "rgb" else ())
    ramp = np.linspace(low, high, np.prod(shape)).reshape(shape)
    a = ramp * 0.9 + rng.normal(0, (high - low) / 200, shape)
    a[:, 10:20, 10:20] = high
    a[:, 20:24, 10:20] = low
    return np.clip(a, low, high).astype(
        "u1" if bits == 8 else "<i2" if kind == "s16" else "<u2"), bits


def write(kind, path):
    a, bits = picture(kind)
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7.2"
    ds.SOPInstanceUID = generate_uid()
    ds.StudyInstanceUID, ds.SeriesInstanceUID = generate_uid(), generate_uid()
    ds.PatientID, ds.Modality = "1", "OT"
    ds.ImageType = ["ORIGINAL", "PRIMARY"]
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.NumberOfFrames, ds.Rows, ds.Columns = a.shape[:3]
    ds.SamplesPerPixel = 3 if kind == "rgb" else 1
    ds.PhotometricInterpretation = "RGB" if kind == "rgb" else "MONOCHROME2"
    if kind == "rgb":
        ds.PlanarConfiguration = 0
    ds.BitsAllocated = 8 if bits == 8 else 16
    ds.BitsStored, ds.HighBit = bits, bits - 1
    ds.PixelRepresentation = int(kind == "s16")
    ds.PixelData = a.tobytes() + b"\0" * (a.nbytes % 2)
    ds["PixelData"].VR = "OW"
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.save_as(path, write_like_original=False)
    return a


def judge_htj2k(path):
    """The bare stream of each frame, by OpenJPEG: another library than ours."""
    ds = pydicom.dcmread(path)
    frames = []
    for i, stream in enumerate(pydicom.encaps.generate_pixel_data_frame(
            ds.PixelData, ds.NumberOfFrames)):
        bare, raw = path + ".j2c", path + ".raw"
        with open(bare, "wb") as file:
            file.write(stream)
        subprocess.run(["opj_decompress", "-i", bare, "-o", raw], check=True,
                       capture_output=True)
        # Planes.
        kind = "u1" if ds.BitsAllocated == 8 else \
            "<i2" if ds.PixelRepresentation else "<u2"
        a = np.fromfile(raw, kind).reshape(
            ds.SamplesPerPixel, ds.Rows, ds.Columns)
        frames.append(np.moveaxis(a, 0, -1) if ds.SamplesPerPixel > 1
                      else a[0])
    return np.stack(frames)


def decoded(path, tool):
    if tool is None:
        return judge_htj2k(path)
    if tool:
        subprocess.run(tool + [path, path + ".judge"], check=True,
                       capture_output=True)
        path += ".judge"
    return pydicom.dcmread(path).pixel_array


def to_rgb(a, ds):
    if ds.PhotometricInterpretation.startswith("YBR_FULL"):
        return pydicom.pixel_data_handlers.util.convert_color_space(
            a, "YBR_FULL", "RGB")
    return a


def check(kind, syntax, good, *said):
    if not good:
        wrong.append("%s, %s: %s" % (kind, syntax, " ".join(map(str, said))))


def compare(kind, syntax, source, path, original):
    tool, lossy, _ = JUDGES[syntax]
    ds = pydicom.dcmread(path)
    old = pydicom.dcmread(source)
    theirs = to_rgb(decoded(path, tool), ds).astype(int)
    off = np.abs(theirs - original).max()
    says = PHOTOMETRIC.get(syntax, "RGB") if kind == "rgb" else "MONOCHROME2"
    check(kind, syntax, ds.PhotometricInterpretation == says, "says",
          ds.PhotometricInterpretation)
    if not lossy:
        check(kind, syntax, off == 0, "differs by", off)
        check(kind, syntax, ds.SOPInstanceUID == old.SOPInstanceUID, "new UID")
        return
    near = np.abs(theirs - original)[:, 26:].mean()
    check(kind, syntax, 0 < off and near < 8, "differs by", off, near)
    check(kind, syntax, ds.LossyImageCompression == "01", "no label")
    check(kind, syntax, ds.LossyImageCompressionRatio > 1, "no ratio")
    check(kind, syntax, ds.LossyImageCompressionMethod.startswith("ISO_"),
          "no method")
    check(kind, syntax, ds.ImageType[0] == "DERIVED", ds.ImageType)
    check(kind, syntax, ds.SOPInstanceUID != old.SOPInstanceUID, "old UID")
    check(kind, syntax, ds.SourceImageSequence[0].ReferencedSOPInstanceUID ==
          old.SOPInstanceUID, "no source")


for kind in ("u8", "u12", "u16", "s16", "rgb"):
    source = os.path.join(folder, kind + ".dcm")
    original = write(kind, source)
    for syntax in syntaxes:
        path = os.path.join(folder, "%s-%s.dcm" % (kind, syntax))
        done = subprocess.run([vitrail, "convert", "-t", syntax, "-o", path,
                               source], capture_output=True, text=True)
        if kind in JUDGES[syntax][2]:
            check(kind, syntax, done.returncode == 1 and source in done.stderr,
                  "not refused", done.stderr)
            continue
        check(kind, syntax, done.returncode == 0, done.stderr)
        if done.returncode == 0:
            compare(kind, syntax, source, path, original.astype(int))
print("\n".join(wrong) or "all the same")
