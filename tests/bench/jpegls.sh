# SPDX-License-Identifier: LGPL-2.1-or-later
# JPEG-LS beside CharLS itself: CT slices, which our encoder writes.
# Then a series on two cores beside one.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
/usr/bin/python3 "$VITRAIL_SOURCE/tests/bench/codecframes.py" "$scratch/ct.dcm"
"$VITRAIL_BUILD/tests/bench_library" jpegls "$scratch/ct.dcm"
"$VITRAIL" convert -t jpeg-ls -o "$scratch/ours.dcm" "$scratch/ct.dcm"
"$VITRAIL_BUILD/tests/bench_codec" "JPEG-LS" - - "$scratch/ours.dcm"
