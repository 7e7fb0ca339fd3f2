# SPDX-License-Identifier: LGPL-2.1-or-later
# HTJ2K beside OpenJPH itself: CT slices, which our encoder writes.
# Then a series on two cores beside one.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
/usr/bin/python3 "$VITRAIL_SOURCE/tests/bench/codecframes.py" "$scratch/ct.dcm"
"$VITRAIL_BUILD/tests/bench_library" htj2k "$scratch/ct.dcm"
"$VITRAIL" convert -t htj2k -o "$scratch/ours.dcm" "$scratch/ct.dcm"
"$VITRAIL_BUILD/tests/bench_codec" "HTJ2K" - - "$scratch/ours.dcm"
