# SPDX-License-Identifier: LGPL-2.1-or-later
# A random frame of videos of 640 x 480: H.264 with GOPs of 30 in MP4 and other
# containers, HEVC, MPEG-2; against libavcodec without any container.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
XDG_CACHE_HOME=$dir/cache
export XDG_CACHE_HOME

/usr/bin/python3 "$VITRAIL_SOURCE/tests/support/videos.py" "$dir" seek
# At most 1.3 times as long as the peer.
"$VITRAIL_BUILD/tests/bench_seek" "$dir/seek.mp4.dcm" "seek H.264 MP4" \
  "ratio >= 0.77"
for way in "pieces.mp4:H.264 fragmented MP4" "h264:H.264 elementary" \
  "ts:H.264 TS" "mpg:H.264 PS" "h265:HEVC elementary" \
  "m2v:MPEG-2 elementary"; do
  file=$dir/seek.${way%%:*}.dcm
  [ -e "$file" ] || file=$dir/seek-${way%%:*}.dcm
  "$VITRAIL_BUILD/tests/bench_seek" "$file" "seek ${way#*:}" "<= 40 ms"
done
