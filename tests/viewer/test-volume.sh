# SPDX-License-Identifier: LGPL-2.1-or-later
# vitrail volume: what images form, judged by the lattices from which pydicom
# made them (volumes.py); what they do not form, and why.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"

volumes="/usr/bin/python3 -W ignore $VITRAIL_SOURCE/tests/viewer/volumes.py"
$volumes make "$dir/made" || exit 1
"$VITRAIL" volume --json --slices "$dir/made" >"$dir/volumes.json"
is "every series is told as it was made" \
  "$($volumes judge "$dir/volumes.json" "$dir/made.pickle")" "94 series"

"$VITRAIL" volume "$dir/made" >"$dir/text"
is "text: a volume" "$(grep -A1 ' planes: ' "$dir/text" | head -2)" \
  "CT  planes: volumes: 2, images in them: 7 of 7
  9 x 7 x 4 voxels of 0.5 x 0.7 x 3 mm (axial)"
is "text: a tilt" "$(grep -c 'Gantry tilt of 11.3 degrees' "$dir/text")" 1
is "text: why there is none" \
  "$(grep -A1 ' noaxes: ' "$dir/text" | tail -1)" \
  "  4 images: they say no orientation"

# One volume's values: what pydicom wrote.
fails "which of them" 1 "vitrail: Say which volume: --id" \
  "$VITRAIL" volume "$dir/made" -o "$dir/out.raw"
fails "no such volume" 1 "vitrail: There is no volume 1.2" \
  "$VITRAIL" volume "$dir/made" --id 1.2 -o "$dir/out.raw"
fails "no such time" 1 "vitrail: There is no time 4: there are 3" \
  "$VITRAIL" volume "$dir/made" --id 1.2.2.temporal --time 4 -o "$dir/out.raw"
is "nothing was written" "$(ls "$dir/out.raw" 2>&1 | grep -c 'No such')" 1

# Arithmetic and curves over points in time, made and of a real fMRI.
over_time() { # NAME FOLDER
  is "$1" "$? $(/usr/bin/python3 -W ignore \
    "$VITRAIL_SOURCE/tests/viewer/judge-times.py" "$VITRAIL" "$2" "$dir/times")" \
    "0 $3 times"
}
/usr/bin/python3 -W ignore "$VITRAIL_SOURCE/tests/support/volumedata.py" \
  "$dir/series"
over_time "made" "$dir/series/times" 3
fails "no such points in time" 1 \
  "vitrail: 2-4: no points in time; there are 3" \
  "$VITRAIL" volume "$dir/series/times" --combine sum --times 2-4 -o "$dir/none"
fails "no such arithmetic" 1 \
  "vitrail: product is none of sum, mean, subtract, maximum" \
  "$VITRAIL" volume "$dir/series/times" --combine product -o "$dir/none"
if [ -e "$data/dcm_qa_nih/In/20180918GE/mr_0004" ]; then
  over_time "fMRI" "$data/dcm_qa_nih/In/20180918GE/mr_0004" 10
else
  skip "fMRI" "no real files"
fi

# Order, spacing and voxels of real series equal dcm2niix's.
nifti() {
  name=$1
  shift
  if [ ! -e "$data/$1" ] || ! command -v dcm2niix >/dev/null; then
    skip "$name" "no dcm2niix, or no real files"
    return
  fi
  told=$(/usr/bin/python3 -W ignore "$VITRAIL_SOURCE/tests/viewer/nifti.py" \
    "$data/$1" ${2:+"$data/$2"})
  is "$name" "$? $(echo "$told" | grep -c 'times\|same order')" "0 $3"
  echo "$told" | sed 's/^/# /'
}
nifti "uneven and leaning slices" dcm_qa_ct/In/GE "" 1
nifti "leaning slices" dcm_qa_ct/In/Philips "" 1
nifti "functional groups" dcm_qa_enh/In "" 3
nifti "echoes over time" dcm_qa_nih/In/20180918GE "" 2
nifti "mosaics over time" dcm_qa_nih/In/20180918Si "" 4
for n in 2:12bitUnsigned 3:12bitUnsigned_0x0F0F 4:12bitSigned_0x0F0F; do
  nifti "mosaic of ${n#*:}" "dcm_qa_12bit/In/${n#*:}.dcm" \
    "dcm_qa_12bit/Ref/${n%%:*}.nii" 1
done
nifti "phantoms, PET with a scale a slice" ibsi "" 5
nifti "MR" pacsman/pacsman_data/data/dicomseries "" 1
nifti "slices and the same as frames" dcmqi "" 3

see="(see vitrail volume --help)"
fails "no path" 2 "vitrail volume: give a PATH $see" "$VITRAIL" volume
fails "no such folder" 1 "vitrail: none: No such file or directory" \
  "$VITRAIL" volume "$dir/none"
done_testing
