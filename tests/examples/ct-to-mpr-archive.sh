# SPDX-License-Identifier: LGPL-2.1-or-later
# The planes are in the archive, valid, refer to their images, and have the
# images' values in the images' places.
. "$VITRAIL_SOURCE/tests/examples/archived.sh"
sh "$VITRAIL_SOURCE/examples/ct-to-mpr-archive.sh" "$VITRAIL_SAMPLES/ct" \
  "${url}dicom-web"
objects=$(find "$dir/store" -name '*.dcm')
# shellcheck disable=SC2086 # names without spaces
is "valid" "$(valid $objects)" ""
# shellcheck disable=SC2086
is "what they are made from" "$(refers $objects | uniq -c | sed 's/^ *//')" \
  "10 Multiplanar reformatting"
# shellcheck disable=SC2086
is "values in their places" "$(/usr/bin/python3 - "$VITRAIL_SAMPLES/ct" \
  $objects <<'END'
import os, sys
import numpy as np, pydicom
folder, *files = sys.argv[1:]
images = sorted((pydicom.dcmread(os.path.join(folder, f))
                 for f in os.listdir(folder)),
                key=lambda i: i.ImagePositionPatient[2])
def values(data):
    return (data.pixel_array * float(data.RescaleSlope) +
            float(data.RescaleIntercept))
body = np.stack([values(i) for i in images])
corner = np.array(images[0].ImagePositionPatient, float)
rows, columns = map(float, images[0].PixelSpacing)
step = np.array([columns, rows,
                 images[1].ImagePositionPatient[2] - corner[2]])
places, series, n = set(), set(), 0
for file in files:
    data = pydicom.dcmread(file)
    series.add(data.SeriesInstanceUID)
    places.add(round(float(data.ImagePositionPatient[1]), 3))
    across = np.array(data.ImageOrientationPatient[:3], float)
    down = np.array(data.ImageOrientationPatient[3:], float)
    y, x = np.mgrid[:data.Rows, :data.Columns]
    at = (np.array(data.ImagePositionPatient, float) +
          x[..., None] * across * float(data.PixelSpacing[1]) +
          y[..., None] * down * float(data.PixelSpacing[0]) - corner) / step
    # Where it is clear which voxel is the nearest, and it is inside.
    k = np.rint(at).astype(int)
    clear = ((abs(at - k) < 0.45) & (k >= 0) &
             (k < np.array(body.shape[::-1]))).all(-1)
    found, there = values(data)[clear], body[tuple(k[clear][:, ::-1].T)]
    assert abs(found - there).max() < 0.5, abs(found - there).max()
    n += clear.sum()
    assert data.RescaleType == "HU" and data.WindowWidth > 0
print(len(places), len(series), "many" if n > 10000 else n)
END
)" "10 1 many"
is "what is left" "$(find "$dir/data" -type f)" ""
done_testing
