# SPDX-License-Identifier: LGPL-2.1-or-later
"""Display shutters in pictures that the service renders, against what numpy
makes of the attributes that pydicom reads."""

import io
import os
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

from harness import Service, check, finish, objects, path_of

TRUTH = os.path.join(os.environ["VITRAIL_SOURCE"],
                     "tests/elements/shuttertruth.py")


def grey(answer):
    picture = np.asarray(Image.open(io.BytesIO(answer.body)))
    return picture if picture.ndim == 2 else picture[..., 0]


with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.executable, TRUTH, folder], check=True,
                   stdout=subprocess.DEVNULL)
    with Service(folder) as service:
        found = objects(folder)
        check("all are there", len(found) > 10, len(found))
        for path, data in found:
            name = os.path.basename(path)[:-4]
            truth = np.fromfile(path[:-4] + ".truth", "u1").reshape(
                int(data.NumberOfFrames), data.Rows, data.Columns)
            for frame in (1, 2):
                answer = service.get(
                    path_of(data, "frames", str(frame), "rendered"),
                    accept="image/png")
                check("%s, frame %d: each pixel" % (name, frame),
                      answer.status == 200 and
                      np.array_equal(grey(answer), truth[frame - 1]), answer)
        box = next(d for p, d in found if p.endswith("box.dcm"))
        small = grey(service.get(path_of(box, "thumbnail") + "?viewport=40,40",
                                 accept="image/png"))
        # Columns 1 to 4 of 61 and 51 on are covered.
        check("a thumbnail is covered too", small[:, :2].max() < 30 and
              small[:, -5:].max() < 30 and small[10:20, 10:30].mean() > 60,
              small[15])
    finish()
