# SPDX-License-Identifier: LGPL-2.1-or-later
# A study of 400 CT slices from Orthanc into the cache, beside stock OHIF.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
/usr/bin/python3 "$VITRAIL_SOURCE/tests/bench/study.py" "$VITRAIL_SAMPLES/ct" \
  "$dir"
node "$VITRAIL_SOURCE/tests/bench/study.mjs" "$dir"
