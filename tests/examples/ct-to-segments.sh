# SPDX-License-Identifier: LGPL-2.1-or-later
# Red, green and blue are what the three segments recommend; a body has none of
# the last two.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
/usr/bin/python3 "$VITRAIL_SOURCE/tests/volume/segmented.py" "$dir"
sh "$VITRAIL_SOURCE/examples/ct-to-segments.sh" "$dir/ct" "$dir/seg.dcm" \
  "$dir/segments.png"
is "the picture" "$(/usr/bin/python3 - "$dir/segments.png" <<'END'
import sys
import numpy as np
from PIL import Image
picture = np.asarray(Image.open(sys.argv[1]).convert("RGB")).astype(int)
red, green, blue = np.moveaxis(picture, 2, 0)
print(*[name for name, seen in (
    ("red", red - np.maximum(green, blue) > 60),
    ("green", green - np.maximum(red, blue) > 30),
    ("blue", blue - np.maximum(red, green) > 30)) if seen.sum() > 500])
END
)" "red green blue"
done_testing
