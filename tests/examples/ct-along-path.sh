# SPDX-License-Identifier: LGPL-2.1-or-later
# Along a line that lies askew the picture is what numpy finds there.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
sh "$VITRAIL_SOURCE/examples/ct-along-path.sh" "$VITRAIL_SAMPLES/ct" \
  "-60 -40 -10; 0 0 5; 75 50 23.75" "$dir/along.png"
is "against numpy" "$(/usr/bin/python3 -W ignore - "$VITRAIL_SAMPLES/ct" \
  "$dir/along.png" <<'END'
import glob
import sys
import numpy as np
import pydicom
from PIL import Image
slices = sorted((pydicom.dcmread(f) for f in glob.glob(sys.argv[1] + "/*")),
                key=lambda ds: float(ds.ImagePositionPatient[2]))
first = slices[0]
values = np.stack([ds.pixel_array * float(ds.RescaleSlope) +
                   float(ds.RescaleIntercept) for ds in slices])  # z, y, x
origin = np.array(first.ImagePositionPatient, float)
step = np.array([float(first.PixelSpacing[1]), float(first.PixelSpacing[0]),
                 float(slices[1].ImagePositionPatient[2]) - origin[2]])


def look(points):
    at = (points - origin) / step
    low = np.floor(at).astype(int)
    out = 0
    for corner in np.ndindex(2, 2, 2):
        x, y, z = (low + corner).T
        share = np.where(np.array(corner) == 1, at - low, 1 - (at - low))
        out = out + values[z, y, x] * share.prod(axis=1)
    return out


along = np.array([75.0 + 60, 50 + 40, 23.75 + 10])
length = np.linalg.norm(along)
along /= length
up = np.array([0, 0, 1]) - along[2] * along
up /= np.linalg.norm(up)
side = np.cross(along, up)
picture = np.asarray(Image.open(sys.argv[2]).convert("L"), float)
width = int(length / 0.5 + 1e-6) + 1
assert picture.shape == (160, width), (picture.shape, width)
far = []
planes = (np.arange(3) - 1) * 0.75     # of the volume's finest, about 2 mm
for x in range(0, width, 7):
    middle = np.array([-60.0, -40, -10]) + 0.5 * x * along
    y = np.arange(40, 120)
    points = middle + (79.5 - y)[:, None] * 0.5 * up
    hu = np.mean([look(points + p * side) for p in planes], axis=0)
    grey = np.clip((hu - 40 + 200) / 400 * 255, 0, 255)
    far.append(abs(picture[y, x] - grey))
far = np.array(far)
assert picture.std() > 20, "nothing is to be seen"
print("the same" if far.max() <= 2 else "off by %g" % far.max())
END
)" "the same"
done_testing
