# SPDX-License-Identifier: LGPL-2.1-or-later
# The pictures of a series over DICOMweb are those of its files.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
mkdir "$dir/web" "$dir/files"
"${VITRAIL:-vitrail}" serve --port 0 "$VITRAIL_SAMPLES/ct" >"$dir/url" &
server=$!
trap 'kill $server; wait $server; rm -rf "$dir"' EXIT
until grep -q http "$dir/url" && url=$(head -n 1 "$dir/url") &&
  curl -sf "${url}readyz" >"$dir/ready"; do
  sleep 0.1
done
series=$(curl -sf "${url}dicom-web/series" | /usr/bin/python3 -c '
import json, sys
one = json.load(sys.stdin)[0]
print("studies/%s/series/%s" % tuple(one[tag]["Value"][0]
                                     for tag in ("0020000D", "0020000E")))')
sh "$VITRAIL_SOURCE/examples/dicomweb-to-png.sh" "${url}dicom-web/$series" \
  "$dir/web"
gst-launch-1.0 -q dicomfilesrc location="$VITRAIL_SAMPLES/ct" ! dcmdecode ! \
  dcmwindow ! pngenc ! multifilesink location="$dir/files/%04d.png"
is "one picture a slice" "$(ls "$dir/web" | wc -l)" 60
is "the same pictures" "$(diff -r "$dir/web" "$dir/files" && echo same)" same
done_testing
