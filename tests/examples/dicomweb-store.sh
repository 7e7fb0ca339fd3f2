# SPDX-License-Identifier: LGPL-2.1-or-later
# A file that was stored comes back as it was.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
mkdir "$dir/store"
"${VITRAIL:-vitrail}" serve --port 0 --store "$dir/store" "$dir/store" \
  >"$dir/url" &
server=$!
trap 'kill $server; wait $server; rm -rf "$dir"' EXIT
until grep -q http "$dir/url" && url=$(head -n 1 "$dir/url") &&
  curl -sf "${url}readyz" >"$dir/ready"; do
  sleep 0.1
done
file=$(find "$VITRAIL_SAMPLES/ct" -type f | sort | head -n 1)
sh "$VITRAIL_SOURCE/examples/dicomweb-store.sh" "$file" "${url}dicom-web"
is "one instance" "$(find "$dir/store" -name '*.dcm' | wc -l)" 1
same "the same bytes" "$(find "$dir/store" -name '*.dcm')" "$file"
done_testing
