# SPDX-License-Identifier: LGPL-2.1-or-later
# How volumes grow: twice the slices of the same body, by turns; and the memory
# of 512 x 512 x 1000 voxels (512,000 KiB) in three planes and a body; and 400
# slices of JPEG 2000 from files to three planes, beside decoding them.
bench=$VITRAIL_BUILD/tests/bench_volume
for round in 1 2 3; do
  for n in 200 400; do
    "$bench" time $n | sed "s/^/$n /"
  done
done | awk '
  function median(name, n, i, j, t) {
    n = count[name]
    for (i = 1; i <= n; i++)
      for (j = i + 1; j <= n; j++)
        if (value[name, j] < value[name, i]) {
          t = value[name, i]; value[name, i] = value[name, j]; value[name, j] = t
        }
    return value[name, int((n + 1) / 2)]
  }
  { name = $1 " " $2; value[name, ++count[name]] = $3 }
  END {
    printf "%-32s %9.2f x %12s %8s  <= 2.5 x\n", "filling, twice the voxels",
      median("400 fill") / median("200 fill"), "-", "-"
    printf "%-32s %9.2f x %12s %8s  <= 2 x\n", "first plane, twice the voxels",
      median("400 setup") / median("200 setup"), "-", "-"
    printf "%-32s %9.2f x %12s %8s  <= 1.3 x\n", "ray-cast frame, twice the voxels",
      median("400 frame") / median("200 frame"), "-", "-"
  }'
with=$("$bench" memory 1000)
without=$("$bench" memory 0)
echo "${with#peak } ${without#peak }" |
  awk '{ printf "%-32s %9.3f x %12s %8s  <= 1.3 x\n",
           "memory of 1000 slices", ($1 - $2) / 512000, "-", "-" }'
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/series"
/usr/bin/python3 "$VITRAIL_SOURCE/tests/bench/codecframes.py" "$scratch/ct.dcm"
"$VITRAIL" convert -t jpeg2000 -o "$scratch/j2k.dcm" "$scratch/ct.dcm"
/usr/bin/python3 "$VITRAIL_SOURCE/tests/bench/volumeseries.py" \
  "$scratch/j2k.dcm" "$scratch/series" 400
"$bench" open "$scratch/series" |
  awk '{ printf "%-32s %9.0f ms %11.0f ms %8.3f  ratio >= %.3f\n",
           "400 slices of JPEG 2000 to MPR", $2, $3, $3 / $2, 1 / 1.2 }'
