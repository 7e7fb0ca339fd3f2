# SPDX-License-Identifier: LGPL-2.1-or-later
# The film is in the archive, valid, refers to its images, and turns.
. "$VITRAIL_SOURCE/tests/examples/archived.sh"
sh "$VITRAIL_SOURCE/examples/ct-to-mip-archive.sh" "$VITRAIL_SAMPLES/ct" \
  "${url}dicom-web"
object=$(find "$dir/store" -name '*.dcm')
is "valid" "$(valid "$object")" ""
is "what it is made from" "$(refers "$object")" "Maximum intensity projection"
gst-launch-1.0 -q filesrc location="$object" ! dcmdemux as-streams=true ! \
  filesink location="$dir/film.ts"
is "what ffprobe says" "$(ffprobe -v error -count_frames -select_streams v \
  -show_entries stream=codec_name,width,height,nb_read_frames \
  -of csv=p=0 "$dir/film.ts" | head -n 1)" "h264,400,320,36"
is "what is left" "$(find "$dir/data" -type f)" ""
done_testing
