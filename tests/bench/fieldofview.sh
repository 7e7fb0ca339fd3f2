# SPDX-License-Identifier: LGPL-2.1-or-later
# New fields of view on a local slide: one of 16,000 pixels made of a real one,
# whose levels halve, and one of Aperio's where it is there.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
real=$VITRAIL_TEST_DATA/wsi-svs/test/test-suite/images/CMU-1-Small-Region.svs

if [ -f "$real" ]; then
  vips replicate "$real" "$dir/all.v" 8 6
else
  vips replicate "$VITRAIL_SAMPLES/slide/biopsy.svs" "$dir/all.v" 4 4
fi
vips extract_band "$dir/all.v" "$dir/rgb.v" 0 --n 3
vips tiffsave "$dir/rgb.v" "$dir/made.tif" --tile --tile-width 256 \
  --tile-height 256 --pyramid --compression jpeg --Q 80
rm "$dir/all.v" "$dir/rgb.v"
"$VITRAIL_BUILD/tests/bench_fieldofview" made "$dir/made.tif" 1 2 4 1.5
[ ! -f "$real" ] || "$VITRAIL_BUILD/tests/bench_fieldofview" svs "$real" 1
