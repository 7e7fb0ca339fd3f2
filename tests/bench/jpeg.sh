# SPDX-License-Identifier: LGPL-2.1-or-later
# JPEG: CT slices, lossless, as dcmcjpeg writes them (16 bits, predictor 1);
# then 8 bits, grey and colour, against libjpeg-turbo itself; CT slices of 8 bits
# on two cores beside one.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
/usr/bin/python3 "$VITRAIL_SOURCE/tests/bench/codecframes.py" "$scratch/ct.dcm"
dcmcjpeg +e1 "$scratch/ct.dcm" "$scratch/lossless.dcm"
"$VITRAIL_BUILD/tests/bench_codec" "JPEG lossless" 'ratio >= 3' \
  'ratio >= 2' "$scratch/lossless.dcm"
"$VITRAIL_BUILD/tests/bench_jpeg"
dcmcjpeg -q +eb "$scratch/ct.dcm" "$scratch/baseline.dcm"
"$VITRAIL_BUILD/tests/bench_codec" "JPEG 8 bit" - - "$scratch/baseline.dcm"
