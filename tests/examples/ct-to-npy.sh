# SPDX-License-Identifier: LGPL-2.1-or-later
# The sample CT as an array: all slices in order, the values that pydicom reads.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
out=$dir/ct.npy
is "what it says" \
  "$(/usr/bin/python3 "$VITRAIL_SOURCE/examples/ct-to-npy.py" \
    "$VITRAIL_SAMPLES/ct" "$out" | grep -o '[0-9]* slices')" "60 slices"
is "values" "$(/usr/bin/python3 - "$VITRAIL_SAMPLES/ct" "$out" <<'PYTHON'
import glob
import sys

import numpy as np
import pydicom

slices = [pydicom.dcmread(path) for path in glob.glob(sys.argv[1] + "/*.dcm")]
slices.sort(key=lambda s: float(s.ImagePositionPatient[2]))
wanted = np.stack([s.pixel_array * float(s.RescaleSlope) +
                   float(s.RescaleIntercept) for s in slices])
print(np.array_equal(np.load(sys.argv[2]), wanted))
PYTHON
)" True
done_testing
