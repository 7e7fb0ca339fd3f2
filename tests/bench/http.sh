# SPDX-License-Identifier: LGPL-2.1-or-later
# Requests a second of the service, by wrk with 16 connections for 3 s each: a
# stored DeepZoom tile, stored DICOMweb frames, and the tiles of a JPEG TIFF
# beside iipsrv behind nginx, which decodes and encodes them anew (we hand them
# out; decoding and encoding alone: deepzoom.sh). Those cycle over all tiles of
# the finest level, so that no cache holds them.
set -eu
iipsrv=/usr/lib/iipimage-server/iipsrv.fcgi
nginx=$(PATH=$PATH:/usr/sbin command -v nginx || true)
dir=$(mktemp -d)
pids=
trap 'for p in $pids; do kill "$p" 2>/dev/null || true; done; rm -rf "$dir"' EXIT

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

XDG_CACHE_HOME=$dir "$VITRAIL" serve --port 0 --memory 33554432 \
  "$VITRAIL_SAMPLES/slide" >"$dir/url" 2>"$dir/log" &
pids="$pids $!"
for _ in $(seq 100); do
  url=$(head -n 1 "$dir/url")
  if [ -n "$url" ] && curl -sf "${url}readyz" >"$dir/null"; then break; fi
  sleep 0.1
done

# What to ask for: the DICOM slide, the TIFF, their finest level and its grid.
curl -sf "${url}slides" | /usr/bin/python3 -c '
import json, sys
for slide in json.load(sys.stdin):
    kind = "tiff" if slide["path"].endswith(".svs") else "dicom"
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

stored="${url}deepzoom/${dicom}_files/$dicom_level/$((dicom_columns / 2))_$((dicom_rows / 2)).jpg"
curl -sf "$stored" >"$dir/null"
show 'DeepZoom, stored tile' "$(rate "$stored")" - '>= 5000'

frame=$(curl -sf "${url}dicom-web/instances?limit=1" | /usr/bin/python3 -c '
import json, sys
found = json.load(sys.stdin)[0]
print(found["00081190"]["Value"][0] + "/frames/1")')
show 'DICOMweb, stored frame' "$(rate "$frame")" - -

export COLUMNS_="$tiff_columns" ROWS_="$tiff_rows"
export TILES="/deepzoom/${tiff}_files/$tiff_level/"
curl -sf "${url}deepzoom/$tiff.dzi" >"$dir/null"
ours=$(rate "$url" -s "$dir/cycle.lua")

peer=-
if [ -x "$iipsrv" ] && [ -n "$nginx" ]; then
  ln -s "$VITRAIL_SAMPLES/slide/biopsy.svs" "$dir/biopsy.tif"
  for port in 9001 9002; do
    FILESYSTEM_PREFIX=$dir/ VERBOSITY=0 LOGFILE=$dir/iip.log JPEG_QUALITY=87 \
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
  export TILES="/deepzoom/biopsy.tif_files/$tiff_level/"
  sleep 1
  curl -sf "http://127.0.0.1:9003${TILES}1_1.jpg" >"$dir/peer.jpg"
  peer=$(rate http://127.0.0.1:9003/ -s "$dir/cycle.lua")
fi
show 'DeepZoom, tiles of a JPEG TIFF' "$ours" "$peer" 'ratio >= 1'
