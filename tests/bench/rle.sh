# SPDX-License-Identifier: LGPL-2.1-or-later
# RLE: CT slices as dcmcrle packs them.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
/usr/bin/python3 "$VITRAIL_SOURCE/tests/bench/codecframes.py" "$scratch/ct.dcm"
dcmcrle "$scratch/ct.dcm" "$scratch/rle.dcm"
"$VITRAIL_BUILD/tests/bench_codec" "RLE" 'ratio >= 3' 'ratio >= 3' \
  "$scratch/rle.dcm"
