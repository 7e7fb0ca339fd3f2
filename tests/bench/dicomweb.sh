# SPDX-License-Identifier: LGPL-2.1-or-later
# DICOMweb requests a second, by wrk with 16 connections that go through all
# slices of a series, beside Orthanc with its DICOMweb plugin on the same files, in
# turn: three rounds of 2 s each, medians.
set -eu
orthanc=$(PATH=$PATH:/usr/sbin command -v Orthanc || true)
plugin=/usr/share/orthanc/plugins/libOrthancDicomWeb.so
dir=$(mktemp -d)
pids=
stop ()
{
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$dir"
}
trap stop EXIT

cat >"$dir/cycle.lua" <<'LUA'
local tail = os.getenv ("TAIL")
local paths, n = {}, 0
for line in io.lines (os.getenv ("INSTANCES")) do
  paths[#paths + 1] = "/" .. line .. tail
end
request = function ()
  n = n + 1
  return wrk.format ("GET", paths[n % #paths + 1])
end
LUA

# rate URL TAIL ACCEPT: requests a second; nothing but full answers count.
rate ()
{
  TAIL=$2 INSTANCES=$dir/instances wrk -t1 -c16 -d2s -s "$dir/cycle.lua" \
    -H "Accept: $3" "$1" >"$dir/wrk"
  if grep -q 'Non-2xx' "$dir/wrk"; then
    echo "dicomweb: $1 .. $2 does not answer 200" >&2
    return 1
  fi
  sed -n 's/^Requests\/sec: *//p' "$dir/wrk"
}

# compare NAME TAIL ACCEPT BOUND
compare ()
{
  : >"$dir/ours"
  : >"$dir/theirs"
  for _ in 1 2 3; do
    rate "$url" "$2" "$3" >>"$dir/ours"
    if [ -n "$peer" ]; then rate "$peer" "$2" "$3" >>"$dir/theirs"; fi
  done
  ours=$(sort -n "$dir/ours" | sed -n 2p)
  theirs=$(sort -n "$dir/theirs" | sed -n 2p)
  awk -v name="$1" -v ours="$ours" -v peer="${theirs:--}" -v bound="$4" 'BEGIN {
    printf "%-32s %12.0f %12s %8s  %s\n", name, ours,
      peer == "-" ? peer : sprintf ("%.0f", peer),
      peer == "-" ? peer : sprintf ("%.2f", ours / peer), bound }'
}

XDG_CACHE_HOME=$dir/cache "$VITRAIL" serve --port 0 "$VITRAIL_SAMPLES/ct" \
  >"$dir/url" 2>"$dir/log" &
pids="$pids $!"
for _ in $(seq 100); do
  url=$(head -n 1 "$dir/url")
  if [ -n "$url" ] && curl -sf "${url}readyz" >"$dir/null"; then break; fi
  sleep 0.1
done

peer=
if [ -n "$orthanc" ] && [ -e "$plugin" ]; then
  port=$(/usr/bin/python3 -c 'import socket
s = socket.socket ()
s.bind (("127.0.0.1", 0))
print (s.getsockname ()[1])')
  cat >"$dir/settings.json" <<JSON
{ "StorageDirectory": "$dir/db", "IndexDirectory": "$dir/db",
  "HttpPort": $port, "DicomServerEnabled": false,
  "RemoteAccessAllowed": false, "AuthenticationEnabled": false,
  "Plugins": ["$plugin"],
  "DicomWeb": { "Enable": true, "Root": "/dicom-web/" } }
JSON
  "$orthanc" "$dir/settings.json" >"$dir/orthanc" 2>&1 &
  pids="$pids $!"
  peer=http://127.0.0.1:$port/
  for _ in $(seq 100); do
    if curl -sf "${peer}system" >"$dir/null"; then break; fi
    sleep 0.1
  done
  for file in "$VITRAIL_SAMPLES"/ct/*.dcm; do
    curl -sf --data-binary "@$file" "${peer}instances" >"$dir/null"
  done
fi

curl -sf "${url}dicom-web/instances?limit=1000" | /usr/bin/python3 -c '
import json, sys
for found in json.load(sys.stdin):
    print("dicom-web/" + found["00081190"]["Value"][0].split("/dicom-web/")[1])' \
  >"$dir/instances"
compare 'CT frame, stored' /frames/1 \
  'multipart/related; type="application/octet-stream"; transfer-syntax=*' \
  '>= 4000, ratio >= 6'
compare '/rendered, JPEG 512 x 512' /rendered image/jpeg '>= 1500, ratio >= 3'
compare 'metadata of an instance' /metadata application/dicom+json -
