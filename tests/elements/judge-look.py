# SPDX-License-Identifier: LGPL-2.1-or-later
"""judge-look.py WIDTH HEIGHT STORED MANAGED PROFILE: the raw RGB pictures
STORED and MANAGED; prints the mean and the largest CIEDE2000 between MANAGED
and what Little CMS' tificc makes of STORED."""

import os
import subprocess
import sys

import numpy as np
from PIL import Image

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ciede2000 import ciede2000, lab

width, height = int(sys.argv[1]), int(sys.argv[2])
stored, managed = (np.fromfile(path, "u1").reshape(height, width, 3)
                   for path in sys.argv[3:5])
profile = sys.argv[5]
intent = int.from_bytes(open(profile, "rb").read()[64:68], "big")
given, made = sys.argv[3] + ".tif", sys.argv[4] + ".tif"
Image.fromarray(stored).save(given)
subprocess.run(["tificc", "-t%d" % intent, "-i" + profile, "-o*sRGB", given,
                made], check=True, capture_output=True)
off = ciede2000(lab(managed), lab(np.array(Image.open(made).convert("RGB"))))
print("%.4f %.4f" % (off.mean(), off.max()))
