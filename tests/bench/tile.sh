# SPDX-License-Identifier: LGPL-2.1-or-later
# Tiles to RGB beside OpenSlide: a JPEG pyramid of 4:2:0 and one of 4:4:4, of a
# real slide's pixels where it is there, and that slide itself.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
real=$VITRAIL_TEST_DATA/wsi-svs/test/test-suite/images/CMU-1-Small-Region.svs
from=$real
[ -f "$real" ] || from=$VITRAIL_SAMPLES/slide/biopsy.svs

vips replicate "$from" "$dir/all.v" 2 2
vips extract_band "$dir/all.v" "$dir/rgb.v" 0 --n 3
for quality in 80 92; do
  vips tiffsave "$dir/rgb.v" "$dir/$quality.tif" --tile --tile-width 256 \
    --tile-height 256 --pyramid --compression jpeg --Q $quality
done
"$VITRAIL_BUILD/tests/bench_tile" 'Q 80' "$dir/80.tif" '>= 2500/s, ratio >= 5'
"$VITRAIL_BUILD/tests/bench_tile" 'Q 92' "$dir/92.tif" '>= 2500/s'
[ ! -f "$real" ] || "$VITRAIL_BUILD/tests/bench_tile" svs "$real" \
  '>= 2500/s, ratio >= 5'
