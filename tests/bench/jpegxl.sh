# SPDX-License-Identifier: LGPL-2.1-or-later
# JPEG XL: CT slices, lossless, as cjxl writes them, on two cores beside one.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
/usr/bin/python3 "$VITRAIL_SOURCE/tests/bench/codecframes.py" "$scratch/ct.dcm"
/usr/bin/python3 "$VITRAIL_SOURCE/tests/bench/jxlframes.py" "$scratch/ct.dcm" \
  "$scratch/jxl.dcm"
"$VITRAIL_BUILD/tests/bench_codec" "JPEG XL" - - "$scratch/jxl.dcm"
