# SPDX-License-Identifier: LGPL-2.1-or-later
# Requests a second of the service, by wrk with 16 connections for 3 s each: a
# stored DeepZoom tile, a stored DICOMweb frame, and beside iipsrv behind nginx on
# the same files the tiles of a JPEG pyramid, which we hand out as stored, and of
# a Deflate one, which both have to encode. Those cycle over all tiles of the
# finest level, with 1 MB of cache on both sides, which holds a fifth of them.
set -eu
iipsrv=/usr/lib/iipimage-server/iipsrv.fcgi
nginx=$(PATH=$PATH:/usr/sbin command -v nginx || true)
dir=$(mktemp -d)
pids=
stop ()
{
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$dir"
}
trap stop EXIT

# rate URL [ARGUMENT...]: requests a second; nothing but full answers count.
rate ()
{
  url=$1
  shift
  wrk -t1 -c16 -d3s "$@" "$url" >"$dir/wrk"
  if grep -q 'Non-2xx' "$dir/wrk"; then
    echo "http: $url does not answer 200" >&2
    return 1
  fi
  sed -n 's/^Requests\/sec: *//p' "$dir/wrk"
}

# show NAME OURS PEER BOUND
show ()
{
  awk -v name="$1" -v ours="$2" -v peer="$3" -v bound="$4" 'BEGIN {
    printf "%-32s %12.0f %12s %8s  %s\n", name, ours,
      peer == "-" ? peer : sprintf ("%.0f", peer),
      peer == "-" ? peer : sprintf ("%.2f", ours / peer), bound }'
}

ln -s "$VITRAIL_SAMPLES/slide/biopsy.svs" "$dir/jpeg.tif"
vips extract_band "$VITRAIL_SAMPLES/slide/biopsy.svs[level=2]" \
  "$dir/deflate.tif[tile,tile-width=256,tile-height=256,pyramid,compression=deflate]" \
  0 --n 3

XDG_CACHE_HOME=$dir/cache "$VITRAIL" serve --port 0 --memory 8388608 \
  "$VITRAIL_SAMPLES/slide/dicom" "$dir/jpeg.tif" "$dir/deflate.tif" \
  >"$dir/url" 2>"$dir/log" &
pids="$pids $!"
for _ in $(seq 100); do
  url=$(head -n 1 "$dir/url")
  if [ -n "$url" ] && curl -sf "${url}readyz" >"$dir/null"; then break; fi
  sleep 0.1
done

# What to ask for: each slide's id, its finest level and the grid of that.
curl -sf "${url}slides" | /usr/bin/python3 -c '
import json, sys
for slide in json.load(sys.stdin):
    name = slide["path"].rsplit("/", 1)[1]
    kind = name[:-4] if name.endswith(".tif") else "dicom"
    side = max(slide["width"], slide["height"])
    print("%s=%s %s_level=%d %s_columns=%d %s_rows=%d" % (
        kind, slide["id"], kind, (side - 1).bit_length(),
        kind, slide["width"] // slide["tile_size"],
        kind, slide["height"] // slide["tile_size"]))' >"$dir/slides"
# shellcheck disable=SC1091
. "$dir/slides"

cat >"$dir/cycle.lua" <<'LUA'
local base, columns, rows = os.getenv ("TILES"), tonumber (os.getenv ("COLUMNS_")), tonumber (os.getenv ("ROWS_"))
local n = 0
request = function ()
  local path = string.format ("%s%d_%d.jpg", base, n % columns, math.floor (n / columns) % rows)
  n = n + 1
  return wrk.format ("GET", path)
end
LUA

# shellcheck disable=SC2154
stored="${url}deepzoom/${dicom}_files/$dicom_level/$((dicom_columns / 2))_$((dicom_rows / 2)).jpg"
curl -sf "$stored" >"$dir/null"
show 'DeepZoom, stored tile' "$(rate "$stored")" - '>= 5000'

frame=$(curl -sf "${url}dicom-web/instances?limit=1" | /usr/bin/python3 -c '
import json, sys
found = json.load(sys.stdin)[0]
print(found["00081190"]["Value"][0] + "/frames/1")')
show 'DICOMweb, stored frame' "$(rate "$frame")" - -

# start_peer: iipsrv twice, as many as there are cores here, behind nginx.
start_peer ()
{
  for port in 9001 9002; do
    FILESYSTEM_PREFIX=$dir/ VERBOSITY=0 LOGFILE=$dir/iip.log JPEG_QUALITY=87 \
      MAX_IMAGE_CACHE_SIZE=1 \
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
  upstream iip { server 127.0.0.1:9001; server 127.0.0.1:9002; keepalive 16; }
  server {
    listen 127.0.0.1:9003;
    location /deepzoom/ {
      rewrite ^/deepzoom/(.*)\$ /iipsrv?DeepZoom=\$1 last;
    }
    location /iipsrv {
      fastcgi_pass iip; fastcgi_keep_conn on;
      fastcgi_param QUERY_STRING \$query_string;
      fastcgi_param REQUEST_METHOD \$request_method;
      fastcgi_param REQUEST_URI \$request_uri;
    }
  }
}
NGINX
  "$nginx" -c "$dir/nginx.conf" -p "$dir" 2>"$dir/nginx.out" &
  pids="$pids $!"
  sleep 1
}

# compare NAME FILE ID LEVEL COLUMNS ROWS BOUND
compare ()
{
  export COLUMNS_="$5" ROWS_="$6"
  export TILES="/deepzoom/$3_files/$4/"
  curl -sf "${url}deepzoom/$3.dzi" >"$dir/null"
  ours=$(rate "$url" -s "$dir/cycle.lua")
  peer=-
  if [ "$has_peer" = 1 ]; then
    export TILES="/deepzoom/$2_files/$4/"
    peer=$(rate http://127.0.0.1:9003/ -s "$dir/cycle.lua")
  fi
  show "$1" "$ours" "$peer" "$7"
}

has_peer=0
if [ -x "$iipsrv" ] && [ -n "$nginx" ]; then
  start_peer
  has_peer=1
fi
# shellcheck disable=SC2154
compare 'DeepZoom, JPEG pyramid' jpeg.tif "$jpeg" "$jpeg_level" \
  "$jpeg_columns" "$jpeg_rows" 'ratio >= 1'
# shellcheck disable=SC2154
compare 'DeepZoom, encoded anew' deflate.tif "$deflate" "$deflate_level" \
  "$deflate_columns" "$deflate_rows" 'ratio >= 1'
