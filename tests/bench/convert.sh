# SPDX-License-Identifier: LGPL-2.1-or-later
# A whole slide as DICOM files: an SVS of 16384 x 16384 pixels with all its
# levels, of 80 MB or more. Beside cp and fsync of the same file, and beside
# OrthancWSIDicomizer, which passes tiles through too. Rounds alternate; the
# least of each counts.
set -eu
rounds=${VITRAIL_BENCH_ROUNDS:-3}
dir=$(mktemp -d -p "${VITRAIL_BENCH_DIR:-/var/tmp}")
trap 'rm -rf "$dir"' EXIT
cd "$dir"

# Noise repeated: what the tiles show is the same to who does not decode them.
vips gaussnoise noise.v 2048 2048 --mean 150 --sigma 40
vips gaussblur noise.v soft.v 1.2
vips bandjoin 'soft.v soft.v soft.v' joined.v
vips cast joined.v bytes.v uchar
vips copy bytes.v rgb.v --interpretation srgb
vips replicate rgb.v large.v 8 8
vips tiffsave large.v slide.svs --compression jpeg --Q 89 --tile \
  --tile-width 256 --tile-height 256 --pyramid
size=$(tiffdump slide.svs 2>/dev/null | grep -c '^Directory')
for i in $(seq 0 $((size - 1))); do
  tiffset -d "$i" -s 270 'Aperio Image Library v11
16384x16384 [0,0 16384x16384] (256x256) JPEG/RGB Q=89|AppMag = 20|MPP = 0.5' \
    slide.svs >/dev/null 2>&1
done
rm -f ./*.v

# seconds COMMAND...: how long it takes.
seconds ()
{
  /usr/bin/python3 - "$@" <<END
import subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL,
               stderr=subprocess.DEVNULL)
print("%.3f" % (time.perf_counter() - start))
END
}

least ()
{
  printf '%s\n' "$@" | sort -n | head -1
}

ours= copies= peers=
for round in $(seq "$rounds"); do
  rm -rf copy.svs ours peer
  copies="$copies $(seconds sh -c 'cp slide.svs copy.svs && sync copy.svs')"
  ours="$ours $(seconds "$VITRAIL" convert slide.svs -o ours)"
  if command -v OrthancWSIDicomizer >/dev/null; then
    mkdir peer
    peers="$peers $(seconds OrthancWSIDicomizer slide.svs --folder peer \
      --threads 2)"
  fi
done
awk -v ours="$(least $ours)" -v copy="$(least $copies)" \
  -v peer="$(least ${peers:-0})" -v bytes="$(stat -c %s slide.svs)" 'BEGIN {
  name = sprintf ("convert-%.0f-MB", bytes / 1e6)
  printf "%-32s %12.3f %12.3f %8.2f  %s\n", name "-cp", ours, copy,
    copy / ours, "ratio >= 0.667"
  if (peer > 0)
    printf "%-32s %12.3f %12.3f %8.2f  %s\n", name "-dicomizer", ours, peer,
      peer / ours, "ratio >= 10"
}'
