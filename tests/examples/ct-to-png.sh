# SPDX-License-Identifier: LGPL-2.1-or-later
# Each pixel of each slice, as numpy reads the file; in the order of positions.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
mkdir "$dir/out"
sh "$VITRAIL_SOURCE/examples/ct-to-png.sh" "$VITRAIL_SAMPLES/ct" "$dir/out"
is "one file a slice" "$(ls "$dir/out" | wc -l)" 60
is "values" "$(/usr/bin/python3 - "$VITRAIL_SAMPLES/ct" "$dir/out" <<'END'
import pathlib, sys
import numpy as np
import pydicom
from PIL import Image
slices = [pydicom.dcmread(f) for f in pathlib.Path(sys.argv[1]).iterdir()]
slices.sort(key=lambda d: d.ImagePositionPatient[2])
for n, d in enumerate(slices):
    png = np.array(Image.open(f"{sys.argv[2]}/{n:04}.png")).astype("i8")
    mask = (1 << d.BitsStored) - 1
    half = 1 << d.BitsStored - 1 if d.PixelRepresentation else 0
    stored = np.frombuffer(d.PixelData, "<u2").reshape(png.shape) & mask
    wanted = (stored + half) & mask
    if not np.array_equal(png, wanted):
        print("slice", n, "differs")
print("done")
END
)" done
done_testing
