# SPDX-License-Identifier: LGPL-2.1-or-later
# The film has all frames; seen from behind a projection is its mirror image.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
sh "$VITRAIL_SOURCE/examples/ct-to-mip.sh" "$VITRAIL_SAMPLES/ct" "$dir/mip.mp4"
is "what ffprobe says" "$(ffprobe -v error -count_frames -select_streams v \
  -show_entries stream=codec_name,width,height,nb_read_frames \
  -of csv=p=0 "$dir/mip.mp4")" "h264,400,320,36"
ffmpeg -v error -i "$dir/mip.mp4" -f rawvideo -pix_fmt gray "$dir/raw"
is "from behind" "$(/usr/bin/python3 - "$dir/raw" <<'END'
import sys
import numpy as np
film = np.fromfile(sys.argv[1], "u1").reshape(36, 320, 400).astype(float)
assert film.std(axis=(1, 2)).min() > 5, "nothing is to be seen"
for n in range(18):
    away = abs(film[n] - film[n + 18, :, ::-1]).mean()
    assert away < 3, (n, away)
print("mirrored" if abs(film[0] - film[9]).mean() > 3 else "does not turn")
END
)" "mirrored"
done_testing
