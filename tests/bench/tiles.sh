# SPDX-License-Identifier: LGPL-2.1-or-later
# Tiles of a whole slide by wrk with 16 connections, every request another tile
# or another place: DICOMweb frames beside Orthanc's DICOMweb plugin, DeepZoom
# and IIIF tiles beside Orthanc's slide plugin, any IIIF region of 512 pixels as
# 256 beside iipsrv, on a pyramid of steps of 2, and on one of steps of 4, which
# iipsrv cannot read. Each pair twice in turn, the better one counts; nothing but full
# answers do. SECONDS_ says how long each takes.
set -eu
seconds=${SECONDS_:-3}
iipsrv=/usr/lib/iipimage-server/iipsrv.fcgi
orthanc=$(PATH=$PATH:/usr/sbin command -v Orthanc || true)
nginx=$(PATH=$PATH:/usr/sbin command -v nginx || true)
tool="/usr/bin/python3 tests/bench/tiles.py"
dir=$(mktemp -d)
pids=
stop ()
{
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  sleep 1
  for pid in $pids; do kill -9 "$pid" 2>/dev/null || true; done
  rm -rf "$dir"
}
trap stop EXIT

# rate URL SCRIPT: requests a second; nothing but full answers count. The
# slowest of a hundred goes to $dir/p99.
rate ()
{
  wrk -t1 -c16 -d"$seconds"s --timeout 20s --latency -s "$dir/$2.lua" "$1" \
    >"$dir/wrk"
  if grep -q 'Non-2xx' "$dir/wrk"; then
    echo "tiles: $1 with $2.lua does not answer 2xx" >&2
    grep 'Non-2xx' "$dir/wrk" >&2
    return 1
  fi
  awk '$1 == "99%" { print $2 }' "$dir/wrk" >"$dir/p99"
  sed -n 's/^Requests\/sec: *//p' "$dir/wrk"
}

# better A B
better ()
{
  awk -v a="$1" -v b="$2" 'BEGIN { print (a > b ? a : b) }'
}

# compare NAME BOUND URL SCRIPT [URL SCRIPT of the peer]
compare ()
{
  ours=0 theirs=0
  for _ in 1 2; do
    ours=$(better "$ours" "$(rate "$3" "$4")")
    [ $# -lt 6 ] || theirs=$(better "$theirs" "$(rate "$5" "$6")")
  done
  awk -v name="$1" -v bound="$2" -v ours="$ours" -v peer="$theirs" 'BEGIN {
    printf "%-32s %12.0f %12s %8s  %s\n", name, ours,
      peer == 0 ? "-" : sprintf ("%.0f", peer),
      peer == 0 ? "-" : sprintf ("%.2f", ours / peer), bound }'
}

mkdir "$dir/slides"
ln -s "$VITRAIL_SAMPLES/slide/biopsy.svs" "$dir/slides/two.tif"
$tool skip "$VITRAIL_SAMPLES/slide/biopsy.svs" "$dir/slides/four.tif"
XDG_CACHE_HOME=$dir/cache "$VITRAIL" serve --port 0 --memory 268435456 \
  "$VITRAIL_SAMPLES/slide/dicom" "$dir/slides" >"$dir/url" 2>"$dir/log" &
ours_pid=$!
pids="$pids $ours_pid"
for _ in $(seq 200); do
  url=$(head -n 1 "$dir/url")
  if [ -n "$url" ] && curl -sf "${url}readyz" >"$dir/null"; then break; fi
  sleep 0.1
done
$tool vars "$url" >"$dir/vars"
# shellcheck disable=SC1091
. "$dir/vars"

# As stored; asked otherwise, Orthanc decodes all frames for each answer.
accept='multipart/related; type="application/octet-stream"; transfer-syntax=*'

# Requests in turn over all of a grid, or to random places.
# cycle NAME FORMAT COLUMNS ROWS: FORMAT takes column and row.
cycle ()
{
  cat >"$dir/$1.lua" <<LUA
local n = 0
wrk.headers["Accept"] = '$accept'
request = function ()
  n = n + 1
  local column, row = n % $3, math.floor (n / $3) % $4
  return wrk.format ("GET", $2)
end
LUA
}

# places NAME PREFIX WIDTH HEIGHT
places ()
{
  cat >"$dir/$1.lua" <<LUA
math.randomseed (os.time ())
request = function ()
  return wrk.format ("GET", string.format (
    "$2/%d,%d,512,512/256,256/0/default.jpg",
    math.random (0, $3 - 512), math.random (0, $4 - 512)))
end
LUA
}

# shellcheck disable=SC2154
{
  cycle frames "'$frames' .. (row * $n_frames / 100 + column + 1)" \
    $((n_frames / 100)) 100
  cycle deepzoom "string.format ('/deepzoom/${dicom}_files/$dicom_level/%d_%d.jpg', column, row)" \
    "$dicom_columns" "$dicom_rows"
  cycle iiif "string.format ('/iiif/3/$dicom/%d,%d,256,256/256,256/0/default.jpg', column * 256, row * 256)" \
    "$dicom_columns" "$dicom_rows"
  places two "/iiif/3/$two" "$two_width" "$two_height"
  places four "/iiif/3/$four" "$four_width" "$four_height"
  places iip-two "/iipsrv?IIIF=two.tif" "$two_width" "$two_height"
}

start_orthanc ()
{
  mkdir "$dir/orthanc"
  cat >"$dir/orthanc.json" <<JSON
{ "StorageDirectory": "$dir/orthanc", "HttpPort": 18043,
  "DicomServerEnabled": false, "RemoteAccessAllowed": false, "HttpThreadsCount": 16,
  "Plugins": ["/usr/share/orthanc/plugins/libOrthancDicomWeb.so",
              "/usr/share/orthanc/plugins/libOrthancWSI.so"] }
JSON
  "$orthanc" "$dir/orthanc.json" >"$dir/orthanc.log" 2>&1 &
  pids="$pids $!"
  for _ in $(seq 100); do
    curl -sf http://127.0.0.1:18043/system >"$dir/null" && break
    sleep 0.1
  done
  series=$($tool upload http://127.0.0.1:18043/ \
    "$VITRAIL_SAMPLES"/slide/dicom/*.dcm)
  top=$(curl -sf "http://127.0.0.1:18043/wsi/pyramids/$series" |
    /usr/bin/python3 -c 'import json, sys
print(len(json.load(sys.stdin)["Resolutions"]) - 1)')
  # Its levels count from the finest, or from the coarsest.
  for level in 0 "$top"; do
    if curl -sf "http://127.0.0.1:18043/wsi/tiles/$series/$level/5/5" \
      >"$dir/null"; then finest=$level; fi
  done
  # The first frame takes it seconds.
  curl -sf -H "Accept: $accept" "http://127.0.0.1:18043${frames}1" >"$dir/null"
  cycle wsi "string.format ('/wsi/tiles/$series/$finest/%d/%d', column, row)" \
    "$dicom_columns" "$dicom_rows"
}

start_iipsrv ()
{
  for port in 9011 9012; do
    FILESYSTEM_PREFIX=$dir/slides/ VERBOSITY=0 LOGFILE=$dir/iip.log \
      JPEG_QUALITY=87 MAX_IMAGE_CACHE_SIZE=256 \
      "$iipsrv" --bind 127.0.0.1:$port >"$dir/iip.out" 2>&1 &
    pids="$pids $!"
  done
  cat >"$dir/nginx.conf" <<NGINX
daemon off; worker_processes 1; pid $dir/nginx.pid; error_log $dir/error.log;
user root;
events { worker_connections 64; }
http {
  access_log off; client_body_temp_path $dir/b; proxy_temp_path $dir/p;
  fastcgi_temp_path $dir/f; uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;
  upstream iip { server 127.0.0.1:9011; server 127.0.0.1:9012; keepalive 16; }
  server {
    listen 127.0.0.1:9013;
    location /iipsrv {
      fastcgi_pass iip; fastcgi_keep_conn on;
      fastcgi_param QUERY_STRING \$query_string;
      fastcgi_param REQUEST_METHOD \$request_method;
      fastcgi_param REQUEST_URI \$request_uri;
      fastcgi_param HTTP_HOST \$http_host;
    }
  }
}
NGINX
  "$nginx" -c "$dir/nginx.conf" -p "$dir" 2>"$dir/nginx.out" &
  pids="$pids $!"
  sleep 1
}

$tool frames "${url%/}$frames" "$VITRAIL_SAMPLES/slide/dicom/wsi-000000.dcm"
# Before a peer has begun: Orthanc works on for seconds after its clients have
# gone, and what waits for a core then is not our answer's time.
alone ()
{
  rate "$url" frames >"$dir/alone"
  awk -v p99="$(cat "$dir/p99")" 'BEGIN {
    unit = p99; sub (/^[0-9.]*/, "", unit)
    ms = p99 * (unit == "us" ? 0.001 : unit == "s" ? 1000 : 1)
    printf "%-32s %9.2f ms %12s %8s  %s\n", "99 of 100 frames within", ms,
      "-", "-", "<= 5 ms" }'
  awk '/^VmRSS/ { printf "%-32s %9.0f MB %12s %8s  %s\n",
    "memory after frames", $2 / 1024, "-", "-", "<= 100 MB" }' \
    "/proc/$ours_pid/status"
}
alone

peer=http://127.0.0.1:18043/
has_orthanc=0
if [ -n "$orthanc" ]; then
  start_orthanc
  has_orthanc=1
fi
iip=http://127.0.0.1:9013/
has_iip=0
if [ -x "$iipsrv" ] && [ -n "$nginx" ]; then
  start_iipsrv
  has_iip=1
fi

# with HAS URL SCRIPT: the peer's words where there is one.
with ()
{
  [ "$1" = 0 ] || echo "$2 $3"
}

# Words on purpose.
# shellcheck disable=SC2046
{
  compare 'DICOMweb frames' '>= 18000' "$url" frames \
    $(with $has_orthanc $peer frames)
  compare 'DeepZoom tiles' '>= 20000, ratio >= 1' "$url" deepzoom \
    $(with $has_orthanc $peer wsi)
  compare 'IIIF tiles' '>= 20000, ratio >= 1' "$url" iiif \
    $(with $has_orthanc $peer wsi)
  compare 'IIIF regions, steps of 2' '>= 1200, ratio >= 2.2' "$url" two \
    $(with $has_iip $iip iip-two)
  compare 'IIIF regions, steps of 4' '>= 800' "$url" four
}
