# SPDX-License-Identifier: LGPL-2.1-or-later
# vitrail suv: factors as computed from the published formulas (suvtruth.py).
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"

/usr/bin/python3 -W ignore "$VITRAIL_SOURCE/tests/datasource/suvtruth.py" \
  "$dir/suv" >"$dir/truth" || exit 1

"$VITRAIL" suv --json "$dir/suv" >"$dir/json"
is "each factor of each series, and of no CT" "$(
  /usr/bin/python3 - "$dir/json" "$dir/truth" <<'PYTHON'
import json, math, sys
with open(sys.argv[1]) as file:
    told = {s["description"]: s for s in json.load(file)["series"]}
with open(sys.argv[2]) as file:
    truth = [line.split() for line in file]
wrong = []
for name, kind, factor in truth:
    got = told.get(name, {}).get(kind, {}).get("factor")
    wanted = None if factor == "-" else float(factor)
    if (got is None) != (wanted is None) or (
            got is not None and not math.isclose(got, wanted, rel_tol=1e-7)):
        wrong.append((name, kind, got, wanted))
print("ct" in told, len(truth) > 200, wrong)
PYTHON
)" "False True []"

is "text" "$("$VITRAIL" suv "$dir/suv/no-size" | head -3)" \
  "no-size (1.2.3.4.5.3)
  BW           0.000363560498 g/ml a unit
  LBM          No SUV: Patient's Size (0010,1020) is missing or no positive number"
is "a series without uptake" "$("$VITRAIL" suv "$dir/suv/decay-none")" \
  "decay-none (1.2.3.4.5.9)
  No SUV: Decay Correction (0054,1102) is neither START nor ADMIN"
is "half the weight" \
  "$("$VITRAIL" suv --weight 30.75 "$dir/suv/plain" | sed -n 2p)" \
  "  BW           0.000181780249 g/ml a unit"
is "no PET" "$("$VITRAIL" suv "$dir/suv/ct")" "There is no PET series"
fails "nothing given" 2 \
  "vitrail suv: give a LOCATION (see vitrail suv --help)" "$VITRAIL" suv

judge="$VITRAIL_SOURCE/tests/viewer/judge-uptake.py"
/usr/bin/python3 -W ignore "$judge" make "$dir/lesions"
measured() { # THRESHOLD REGION...: what the judge says of the CSV
  threshold=$1
  shift
  options=
  for region; do
    options="$options --region=$region"
  done
  # shellcheck disable=SC2086
  "$VITRAIL" suv --measure "$threshold" $options -o "$dir/csv" "$dir/lesions"
  /usr/bin/python3 -W ignore "$judge" "$dir/csv" "$threshold" "$@"
}
is "41 % of all" "$(measured 41%)" \
  "1 Threshold Configuration,strategy,roi_stat,statistic,max,weight,0.41"
is "41 % of each lesion" "$(measured 41% 0,0,60,20 25,-10,80,15)" \
  "2 Threshold Configuration,strategy,roi_stat,statistic,max,weight,0.41"
is "regions that overlap count once" \
  "$(measured 2.5 0,0,60,20 3,0,60,20 25,-10,80,15)" \
  "3 Threshold Configuration,strategy,range,ptLower,2.5"
is "a range" "$(measured 1-3 0,0,60,30)" \
  "1 Threshold Configuration,strategy,range,ptLower,1,ptUpper,3"
is "half the weight is half the uptake" "$(
  for weight in 70 35; do
    "$VITRAIL" suv --measure 41% --weight $weight "$dir/lesions" |
      sed -n 2p | cut -d, -f5
  done | awk 'NR == 1 { first = $1 } END { printf "%.6f", first / $1 }')" \
  "2.000000"
fails "no threshold" 1 "vitrail: many is no threshold: 41%, 2.5 or 2.5-100" \
  "$VITRAIL" suv --measure many "$dir/lesions"
fails "no region" 1 \
  "vitrail: 1,2 is no region: X,Y,Z,RADIUS in millimetres" \
  "$VITRAIL" suv --measure 3 --region 1,2 "$dir/lesions"
fails "a region elsewhere" 1 \
  "vitrail: No voxel lies in the region about 900,0,0 mm" \
  "$VITRAIL" suv --measure 3 --region 900,0,0,5 "$dir/lesions"
done_testing
