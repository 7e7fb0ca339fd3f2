# SPDX-License-Identifier: LGPL-2.1-or-later
"""One CT slice in many transfer syntaxes, written by DCMTK and GDCM."""

import os
import subprocess
import tempfile

import pydicom
from pydicom.uid import generate_uid

from harness import SAMPLES, objects

SYNTAXES = {
    "explicit": ["dcmconv", "+te"],
    "implicit": ["dcmconv", "+ti"],
    "big": ["dcmconv", "+tb"],
    "deflated": ["dcmconv", "+td"],
    "rle": ["dcmcrle"],
    "j2k": ["gdcmconv", "--j2k"],
}


class Made:
    """A folder with the files; files[name] = (path, data set)."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="vitrail-made-")
        path = next(p for p, d in objects(SAMPLES) if d.Modality == "CT")
        self.files = {}
        for number, (name, command) in enumerate(SYNTAXES.items(), 1):
            data = pydicom.dcmread(path)
            data.SOPInstanceUID = generate_uid()
            data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
            data.InstanceNumber = number
            plain = os.path.join(self.folder.name, "plain")
            out = os.path.join(self.folder.name, name + ".dcm")
            data.save_as(plain)
            subprocess.run(command + [plain, out], check=True)
            os.unlink(plain)
            self.files[name] = (out, pydicom.dcmread(out))
        self.samples = data.PixelData
        self.array = data.pixel_array
        return self

    def __exit__(self, *_):
        self.folder.cleanup()
