# SPDX-License-Identifier: LGPL-2.1-or-later
# JPEG 2000 beside OpenJPEG itself: CT slices, which our encoder writes.
# Then a series on two cores beside one.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
/usr/bin/python3 "$VITRAIL_SOURCE/tests/bench/codecframes.py" "$scratch/ct.dcm"
"$VITRAIL_BUILD/tests/bench_library" jpeg2000 "$scratch/ct.dcm"
"$VITRAIL" convert -t jpeg2000 -o "$scratch/ours.dcm" "$scratch/ct.dcm"
"$VITRAIL_BUILD/tests/bench_codec" "JPEG 2000" - - "$scratch/ours.dcm"
