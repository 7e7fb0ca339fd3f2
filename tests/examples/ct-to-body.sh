# SPDX-License-Identifier: LGPL-2.1-or-later
# The film has all frames; a body seen from behind has its outline mirrored.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
sh "$VITRAIL_SOURCE/examples/ct-to-body.sh" "$VITRAIL_SAMPLES/ct" \
  "$dir/body.mp4"
is "what ffprobe says" "$(ffprobe -v error -count_frames -select_streams v \
  -show_entries stream=codec_name,width,height,nb_read_frames \
  -of csv=p=0 "$dir/body.mp4")" "h264,400,320,36"
ffmpeg -v error -i "$dir/body.mp4" -f rawvideo -pix_fmt gray "$dir/raw"
is "from behind" "$(/usr/bin/python3 - "$dir/raw" <<'END2'
import sys
import numpy as np
film = np.fromfile(sys.argv[1], "u1").reshape(36, 320, 400).astype(float)
seen = film > 24
assert seen.sum(axis=(1, 2)).min() > 500, "nothing is to be seen"
for n in range(18):
    away = (seen[n] != seen[n + 18, :, ::-1]).mean()
    assert away < 0.05, (n, away)
print("mirrored" if abs(film[0] - film[9]).mean() > 1 else "does not turn")
END2
)" "mirrored"
done_testing
