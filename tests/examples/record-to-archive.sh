# SPDX-License-Identifier: LGPL-2.1-or-later
# What a camera gives as 4:2:2 is in the archive as 4:2:0, with all frames, and
# nothing is left beside.
. "$VITRAIL_SOURCE/tests/examples/archived.sh"
cat >"$dir/patient.json" <<'END'
{"00100010": {"vr": "PN", "Value": [{"Alphabetic": "Doe^Jane"}]},
 "00100020": {"vr": "LO", "Value": ["P7"]}}
END
sh "$VITRAIL_SOURCE/examples/record-to-archive.sh" "$dir/patient.json" \
  "${url}dicom-web"
object=$(find "$dir/store" -name '*.dcm')
is "the object" "$(dcmdump +P PatientName +P PatientID +P NumberOfFrames \
  +P Modality "$object" | sed 's/^[^[]*\[\([^]]*\)\].*/\1/' | tr '\n' ' ')" \
  "Doe^Jane P7 75 ES "
is "valid" "$(valid "$object")" ""
gst-launch-1.0 -q filesrc location="$object" ! dcmdemux as-streams=true ! \
  filesink location="$dir/video.ts"
is "what ffprobe says" "$(ffprobe -v error -count_frames -select_streams v \
  -show_entries stream=codec_name,profile,width,height,pix_fmt,nb_read_frames \
  -of csv=p=0 "$dir/video.ts" | head -n 1)" \
  "h264,High,640,480,yuv420p,75"
is "what is left" "$(find "$dir/data" -type f)" ""
done_testing
