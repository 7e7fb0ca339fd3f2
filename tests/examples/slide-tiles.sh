# SPDX-License-Identifier: LGPL-2.1-or-later
# All tiles of a level: put together they are the level as OpenSlide reads it.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
svs=$VITRAIL_SAMPLES/slide/biopsy.svs
mkdir "$dir/out"
sh "$VITRAIL_SOURCE/examples/slide-tiles.sh" "$svs" 1 "$dir/out"
vips openslideload --level 1 "$svs" "$dir/level.v"
vips flatten "$dir/level.v" "$dir/level.png"
width=$(vipsheader -f width "$dir/level.png")
height=$(vipsheader -f height "$dir/level.png")
across=$(((width + 255) / 256))
down=$(((height + 255) / 256))
is "one file a tile" "$(ls "$dir/out" | wc -l)" $((across * down))
is "pixels" "$(/usr/bin/python3 - "$dir" "$across" <<'END'
import pathlib, sys
import numpy as np
from PIL import Image
level = np.array(Image.open(sys.argv[1] + "/level.png").convert("RGB"))
across = int(sys.argv[2])
worst = 0
for n, path in enumerate(sorted(pathlib.Path(sys.argv[1], "out").iterdir())):
    tile = np.array(Image.open(path).convert("RGB")).astype("i4")
    x, y = n % across * 256, n // across * 256
    part = level[y:y + 256, x:x + 256]
    tile = tile[:part.shape[0], :part.shape[1]]
    if tile.shape != part.shape:
        print(path.name, tile.shape, part.shape)
    else:
        worst = max(worst, np.abs(tile - part).max())
print("near" if worst <= 4 else worst)
END
)" near
done_testing
