# SPDX-License-Identifier: LGPL-2.1-or-later
# 10,000 files with UIDs of their own: 20 studies of 5 series of 100 images.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
/usr/bin/python3 "$VITRAIL_SOURCE/tests/support/make-many.py" "$dir/files" 10000
"$VITRAIL_BUILD/tests/bench_index" "$dir/files" "$dir/index.sqlite"
