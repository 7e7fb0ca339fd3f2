# SPDX-License-Identifier: LGPL-2.1-or-later
# Panning over 1,000,000 polygons of an ANN object on a slide of 100,000 tiles,
# made on the spot (700 MB, the object 160) and removed. POLYGONS and FRAMES ask
# for fewer; VITRAIL_BENCH_ROUNDS=1 for 5 frames.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
XDG_CACHE_HOME=$folder/cache
export XDG_CACHE_HOME
frames=60
[ "${VITRAIL_BENCH_ROUNDS:-}" != 1 ] || frames=5
mkdir "$folder/slide"
/usr/bin/python3 tests/support/make-largewsi.py "$folder/slide" --way full
"$VITRAIL_BUILD/tests/bench_annotations" "$folder/slide/level-0.dcm" "$folder" \
  "${POLYGONS:-1000000}" "${FRAMES:-$frames}"
