# SPDX-License-Identifier: LGPL-2.1-or-later
# vitrail store: to our own service and to Orthanc, which give back the same
# bytes; again, after a failure, with what is no DICOM; errors.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
servers=
# shellcheck disable=SC2086 # process ids
trap 'kill $servers; wait $servers; rm -rf "$dir"' EXIT
mkdir "$dir/files" "$dir/archive" "$dir/orthanc"
cp "$VITRAIL_SAMPLES"/ct/* "$dir/files"
n=$(find "$dir/files" -type f | wc -l)

# digests URL-OF-AN-ARCHIVE: those of the data sets of all instances.
digests() {
  /usr/bin/python3 - "$1" "$dir/files" <<'END'
import io, os, sys, json, urllib.request, pydicom
root, folder = sys.argv[1:]
def get(path, accept):
    asked = urllib.request.Request(root + path, headers={"Accept": accept})
    with urllib.request.urlopen(asked) as answer:
        return answer.read()
same = 0
for name in os.listdir(folder):
    mine = pydicom.dcmread(os.path.join(folder, name))
    body = get("/studies/%s/series/%s/instances/%s" % (
        mine.StudyInstanceUID, mine.SeriesInstanceUID, mine.SOPInstanceUID),
        'multipart/related; type="application/dicom"; transfer-syntax=*')
    theirs = pydicom.dcmread(io.BytesIO(
        body.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--", 1)[0]))
    same += mine == theirs and mine.PixelData == theirs.PixelData
print(same)
END
}

"$VITRAIL" serve --port 0 --store "$dir/archive" "$dir/archive" >"$dir/url" \
  2>"$dir/serve.log" &
servers=$!
until grep -q http "$dir/url" && url=$(head -n 1 "$dir/url") &&
  curl -sf "${url}readyz" >"$dir/ready"; do
  sleep 0.1
done
to=${url}dicom-web
is "stored" "$("$VITRAIL" store "$dir/files" --to "$to")" \
  "$n stored, 0 failed"
is "the same data sets" "$(digests "$to")" "$n"
is "stored again" "$("$VITRAIL" store "$dir/files" --to "$to")" \
  "$n stored, 0 failed"
is "resumed: none is sent" "$("$VITRAIL" store --resume "$dir/files" --to "$to" |
  sort | uniq -c | sed 's/.*files.*: //' | sort -u)" \
  "$(printf '%7d %s\n%s\n' 1 "$n stored, 0 failed" \
    'the server has it already')"

one=$(find "$dir/files" -type f | sort | head -n 1)
echo "no DICOM" >"$dir/files/notes.txt"
is "what is no DICOM in a folder is passed by" \
  "$("$VITRAIL" store "$dir/files" --to "$to")" "$n stored, 0 failed"
is "named, it fails" "$("$VITRAIL" store "$dir/files/notes.txt" "$one" \
  --to "$to" 2>"$dir/error" | sed "s#$dir/##")" \
  "files/notes.txt: not a DICOM file with a preamble (PS3.10)
1 stored, 1 failed"
is "and is told" "$(sed 's/127[^/]*/HOST/' "$dir/error")" \
  "vitrail: http://HOST/dicom-web: 1 of 2 instances not stored"
rm "$dir/files/notes.txt"
is "as JSON" "$("$VITRAIL" store --json "$one" --to "$to" |
  /usr/bin/python3 -c '
import json, sys
one, = json.load(sys.stdin)["instances"]
print(sorted(one), one["stored"], one["reason"])')" \
  "['SOPInstanceUID', 'message', 'path', 'reason', 'stored'] True 0"

fails "no URL" 2 "vitrail store: give a FILE and --to URL (see vitrail store \
--help)" "$VITRAIL" store "$one"
fails "not an archive" 1 "vitrail: ftp://host/: not a URL with a host" \
  "$VITRAIL" store "$one" --to ftp://host/
fails "a series" 1 "vitrail: dicomweb://host:80/studies/1/series/2: instances are \
stored at an archive or a study" \
  "$VITRAIL" store "$one" --to http://host/studies/1/series/2
is "nobody there" "$("$VITRAIL" store "$one" --to http://127.0.0.1:1/a \
  2>&1 >"$dir/out" | cut -c 1-37)" "vitrail: http://127.0.0.1:1/a/studies"

if Orthanc --version >"$dir/version" 2>&1 &&
  [ -e /usr/share/orthanc/plugins/libOrthancDicomWeb.so ]; then
  port=$(/usr/bin/python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
  cat >"$dir/orthanc.json" <<END
{"StorageDirectory":"$dir/orthanc","HttpPort":$port,"DicomServerEnabled":false,
"RemoteAccessAllowed":false,
"Plugins":["/usr/share/orthanc/plugins/libOrthancDicomWeb.so"]}
END
  Orthanc "$dir/orthanc.json" >"$dir/orthanc.log" 2>&1 &
  servers="$servers $!"
  until curl -sf "http://127.0.0.1:$port/system" >"$dir/ready"; do
    sleep 0.1
  done
  to=http://127.0.0.1:$port/dicom-web
  is "Orthanc: stored" "$("$VITRAIL" store "$dir/files" --to "$to")" \
    "$n stored, 0 failed"
  is "Orthanc: the same data sets" "$(digests "$to")" "$n"
  is "Orthanc: resumed" \
    "$("$VITRAIL" store --resume "$dir/files" --to "$to" |
      grep -c 'has it already')" "$n"
else
  skip "Orthanc" "no Orthanc with its DICOMweb plugin"
fi
done_testing
