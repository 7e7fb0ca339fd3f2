# SPDX-License-Identifier: LGPL-2.1-or-later
# vitrail convert: into every transfer syntax that we write, judged by others;
# labels of what is lossy; errors.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"

for syntax in explicit implicit deflated big-endian rle jpeg jpeg-lossy \
  jpeg-ls jpeg-ls-near jpeg2000 htj2k; do
  mkdir "$dir/$syntax"
  is "$syntax" "$(/usr/bin/python3 \
    "$VITRAIL_SOURCE/tests/viewer/judge-convert.py" "$VITRAIL" "$dir/$syntax" \
    "$syntax" 2>&1)" "all the same"
done

source=$dir/explicit/u16.dcm
"$VITRAIL" convert -t rle -o "$dir/out.dcm" "$source"
"$VITRAIL" convert -t 1.2.840.10008.1.2.5 -o - "$source" >"$dir/again.dcm"
same "a UID, and standard output" "$dir/out.dcm" "$dir/again.dcm"
"$VITRAIL" convert -t explicit -o "$dir/back.dcm" "$dir/out.dcm"
"$VITRAIL" decode --all -o "$dir/a.raw" "$source"
"$VITRAIL" decode --all -o "$dir/b.raw" "$dir/back.dcm"
same "there and back" "$dir/a.raw" "$dir/b.raw"

fails "a syntax nobody knows" 1 \
  "vitrail: transfer syntax 1.2.3 is not written" \
  "$VITRAIL" convert -t 1.2.3 -o "$dir/none.dcm" "$source"
is "nothing is written" "$(ls "$dir/none.dcm" 2>/dev/null)" ""
"$VITRAIL" convert -o "$dir/none.dcm" "$source" 2>/dev/null
is "no syntax: wrong usage" "$?" 2
"$VITRAIL" convert -t jpeg-lossy --quality 0 -o "$dir/none.dcm" "$source" \
  2>/dev/null
is "quality 0: wrong usage" "$?" 2
echo text >"$dir/text"
"$VITRAIL" convert -t rle -o "$dir/none.dcm" "$dir/text" 2>"$dir/said"
is "no DICOM: status" "$?" 1
is "no DICOM: one line" "$(wc -l <"$dir/said")" 1

done_testing
