# SPDX-License-Identifier: LGPL-2.1-or-later
# The film has all frames, at their rate, and each shows its number.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
sh "$VITRAIL_SOURCE/examples/echo-to-mp4.sh" "$VITRAIL_SAMPLES/us/echo.dcm" \
  "$dir/echo.mp4"
is "what ffprobe says" "$(ffprobe -v error -count_frames -select_streams v \
  -show_entries stream=codec_name,width,height,r_frame_rate,nb_read_frames \
  -of csv=p=0 "$dir/echo.mp4")" "h264,640,480,30/1,60"
ffmpeg -v error -i "$dir/echo.mp4" -f rawvideo -pix_fmt gray "$dir/raw"
is "numbers" "$(/usr/bin/python3 - "$dir/raw" <<'END'
import sys
import numpy as np
film = np.fromfile(sys.argv[1], "u1").reshape(-1, 480, 640)
# Eight blocks of 16 pixels, 20 apart, highest bit first.
bits = film[:, 464, 28:188:20] > 127
numbers = (bits * (1 << np.arange(7, -1, -1))).sum(axis=1)
print("1 to 60" if np.array_equal(numbers, np.arange(1, 61)) else numbers)
END
)" "1 to 60"
done_testing
