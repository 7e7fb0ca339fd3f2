# SPDX-License-Identifier: LGPL-2.1-or-later
# Clips of 60 frames a second in the window, read off the screen.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
/usr/bin/python3 -W ignore "$VITRAIL_SOURCE/tests/bench/play.py" "$dir" |
  grep -v '^ok '
