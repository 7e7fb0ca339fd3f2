# SPDX-License-Identifier: LGPL-2.1-or-later
# Our service over a link of 30 Mbit/s down and 10 ms, TLS with HTTP/2 where the
# client can: milliseconds until there are pictures; medians of three.
set -eu
dir=$(mktemp -d)
pids=
stop ()
{
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$dir"
}
trap stop EXIT

/usr/bin/python3 "$VITRAIL_SOURCE/tests/bench/link.py" "$VITRAIL_SAMPLES/ct" \
  "$dir"
XDG_CACHE_HOME=$dir/served "$VITRAIL" serve --port 0 "$dir/ct" "$dir/large" \
  >"$dir/url" 2>"$dir/log" &
pids="$pids $!"
for _ in $(seq 300); do
  url=$(head -n 1 "$dir/url")
  if [ -n "$url" ] && curl -sf "${url}readyz" >"$dir/null"; then break; fi
  sleep 0.1
done
node "$VITRAIL_SOURCE/tests/support/relay.mjs" --to "$url" --tls \
  --authority "$dir/ca.pem" --record "$dir/record" --down 30 --delay 10 \
  >"$dir/way" &
pids="$pids $!"
for _ in $(seq 100); do
  way=$(head -n 1 "$dir/way")
  [ -z "$way" ] || break
  sleep 0.1
done
archive=dicomwebs://${way#https://}dicom-web
root=1.2.826.0.1.3680043.10.1500

# run HOW LOCATION: three times, each with empty caches.
run ()
{
  for round in 1 2 3; do
    VITRAIL_DICOMWEB_CA=$dir/ca.pem XDG_CACHE_HOME=$dir/cache-$1-$round \
      "$VITRAIL_BUILD/tests/bench_link" "$1" "$2" >"$dir/$1-$round"
  done
  sort -s -k1,5 "$dir/$1"-[123] >"$dir/all"
  sed 's/[^:]*: //; s/  .*//' "$dir/$1-1" | while read -r name; do
    grep "^link: $name  " "$dir/all" | sort -n -k1.33,1.45 | sed -n 2p
  done
}

run volume "$archive/studies/$root.9/series/$root.9.1"
run picture "$archive/studies/$root.8/series/$root.8.1"
