# SPDX-License-Identifier: LGPL-2.1-or-later
# A DICOM slide of 100,000 tiles from nothing to all of it on 1920 x 1080, each
# time in a new process: cold (never opened, its files not in memory) and warm.
# The slide is made on the spot (700 MB) and removed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
XDG_CACHE_HOME=$folder/cache
export XDG_CACHE_HOME

# measure NAME OPTION...: the best of five, opened and drawn.
measure() {
  name=$1
  shift
  for _ in 1 2 3 4 5; do
    "$VITRAIL_BUILD/tests/bench_slideopen" x "$folder/slide/level-0.dcm" "$@"
  done | awk -v name="$name" -v bound="$bound" '
    NR == 1 || $2 < open { open = $2 }
    NR == 1 || $3 < drawn { drawn = $3 }
    END {
      split (bound, most, " ")
      printf "%-32s %9.1f ms %12s %8s  <= %s ms\n", name ", opened", open, "-", "-", most[1]
      printf "%-32s %9.1f ms %12s %8s  <= %s ms\n", name ", drawn", drawn, "-", "-", most[2]
    }'
}

for way in sparse full; do
  rm -rf "$folder/slide" "$XDG_CACHE_HOME"
  mkdir "$folder/slide"
  /usr/bin/python3 tests/support/make-largewsi.py "$folder/slide" --way $way
  bound="300 300"
  measure "slideopen $way, cold" cold
  "$VITRAIL_BUILD/tests/bench_slideopen" x "$folder/slide/level-0.dcm" \
    > /dev/null
  bound="20 60"
  measure "slideopen $way, warm"
done
