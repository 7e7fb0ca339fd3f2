# SPDX-License-Identifier: LGPL-2.1-or-later
# JPEG of 12 bits: CT slices, sequential and progressive, as dcmcjpeg writes them.
# GDCM decodes these with the same library as DCMTK.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
/usr/bin/python3 "$VITRAIL_SOURCE/tests/bench/codecframes.py" "$scratch/ct.dcm"
for options in "+ee" "+ee +q 50" "+ep"; do
  # shellcheck disable=SC2086
  dcmcjpeg -q +bt $options "$scratch/ct.dcm" "$scratch/jpeg.dcm"
  "$VITRAIL_BUILD/tests/bench_codec" "JPEG 12 bit $options" 'ratio >= 2' - \
    "$scratch/jpeg.dcm"
done
