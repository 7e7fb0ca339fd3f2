# SPDX-License-Identifier: LGPL-2.1-or-later
# vitrail register: volumes that were turned and moved, and look otherwise, are
# found; what is written is an object that fusionmix takes.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"

judge="/usr/bin/python3 -W ignore $VITRAIL_SOURCE/tests/viewer/judge-register.py"
found() { # NAME [FOLDER]
  mkdir "$dir/$1"
  $judge make "$dir/$1" ${2:+"$2"}
  "$VITRAIL" register "$dir/$1/fixed" "$dir/$1/moving" -o "$dir/$1/reg.dcm" \
    >"$dir/$1/matrix"
  $judge "$dir/$1/matrix" "$dir/$1" 2>/dev/null
  $judge "$dir/$1/reg.dcm" "$dir/$1"
}
is "a phantom" "$(found phantom)" "within 1 mm and 1 degree
within 1 mm and 1 degree"
for series in CT MR_T1; do
  real="$data/ibsi/ibsi_validation/dicom/STS_001/$series/image"
  if [ -e "$real" ]; then
    is "a real $series" "$(found $series "$real")" "within 1 mm and 1 degree
within 1 mm and 1 degree"
  else
    skip "a real $series" "no real files"
  fi
done

is "dciodvfy" "$(dciodvfy "$dir/phantom/reg.dcm" 2>&1 | grep -v Warning)" \
  "SpatialRegistration"
"$VITRAIL" register "$dir/phantom/fixed" "$dir/phantom/moving" >"$dir/again"
is "the same again" "$(cmp "$dir/again" "$dir/phantom/matrix" && echo same)" same
"$VITRAIL" register --start "$(cat "$dir/again")" "$dir/phantom/fixed" \
  "$dir/phantom/moving" >"$dir/third"
is "begun where it ended" "$($judge "$dir/third" "$dir/phantom" 2>/dev/null)" \
  "within 1 mm and 1 degree"
gst-launch-1.0 -q fusionmix name=mix registration="$dir/phantom/reg.dcm" \
  sink_1::opacity=0.5 ! fakesink \
  dicomfilesrc location="$dir/phantom/fixed" ! volumebuilder ! mix.sink_0 \
  dicomfilesrc location="$dir/phantom/moving" ! volumebuilder ! mix.sink_1 \
  >"$dir/mixed" 2>&1
is "fusionmix takes it" "$?" 0

fails "one frame of reference" 1 \
  "vitrail: A registration is of two frames of reference; these say one, or none" \
  "$VITRAIL" register "$dir/phantom/fixed" "$dir/phantom/fixed" -o "$dir/none"
fails "one volume" 2 \
  "vitrail register: give a FIXED and a MOVING volume (see vitrail register --help)" \
  "$VITRAIL" register "$dir/phantom/fixed"
fails "no matrix" 1 "vitrail: 1 2: not 16 numbers that can be inverted" \
  "$VITRAIL" register --start "1 2" "$dir/phantom/fixed" "$dir/phantom/moving"
done_testing
