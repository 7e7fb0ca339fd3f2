# SPDX-License-Identifier: LGPL-2.1-or-later
# Searches among 100,000 studies.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$VITRAIL_BUILD/tests/bench_studies" "$dir/index.sqlite"
