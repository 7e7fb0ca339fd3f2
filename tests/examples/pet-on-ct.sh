# SPDX-License-Identifier: LGPL-2.1-or-later
# The spot that both saw is coloured where the PET is brighter than the CT.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
/usr/bin/python3 "$VITRAIL_SOURCE/tests/elements/fusiondata.py" "$dir/data"
sh "$VITRAIL_SOURCE/examples/pet-on-ct.sh" "$dir/data/ct" "$dir/data/pet" \
  "$dir/fused.png"
is "the picture" "$(/usr/bin/python3 - "$dir/fused.png" <<'END'
import sys
import numpy as np
from PIL import Image
picture = np.asarray(Image.open(sys.argv[1]).convert("RGB")).astype(int)
assert picture.max() > 100, "nothing is to be seen"
print("coloured" if np.ptp(picture, axis=2).max() > 50 else "grey")
END
)" "coloured"
done_testing
