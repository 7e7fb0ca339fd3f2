# SPDX-License-Identifier: LGPL-2.1-or-later
# vitrail decode: every value as it was put in, errors word for word, and no
# output that is not whole.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
mkdir "$dir/made"
/usr/bin/python3 "$VITRAIL_SOURCE/tests/viewer/make-images.py" "$dir/made" ||
  exit 1

for file in "$dir"/made/*.dcm; do
  name=$(basename "$file" .dcm)
  "$VITRAIL" decode --all -o "$dir/out.raw" "$file"
  same "$name" "$dir/out.raw" "$dir/made/$name.raw"
  rm -f "$dir/out.raw"
done
for file in "$dir"/made/*.rgb; do
  name=$(basename "$file" .rgb)
  "$VITRAIL" decode --all --rgb -o "$dir/out.raw" "$dir/made/$name.dcm"
  same "$name --rgb" "$dir/out.raw" "$file"
done
"$VITRAIL" decode --rgb --all -o "$dir/out.raw" "$dir/made/s16.dcm"
same "grey --rgb" "$dir/out.raw" "$dir/made/s16.raw"

u16=$dir/made/u16.dcm
for n in 1 2 3; do "$VITRAIL" decode --frame $n -o - "$u16"; done >"$dir/joined"
same "frame by frame, to standard output" "$dir/joined" "$dir/made/u16.raw"
head -c 70 "$dir/made/u16.raw" >"$dir/first"
"$VITRAIL" decode -o "$dir/out.raw" "$u16"
same "the first without --frame" "$dir/out.raw" "$dir/first"

# Real files, judged by pydicom: one of each kind.
if [ -d "$data" ]; then
  is "real files" "$(/usr/bin/python3 \
    "$VITRAIL_SOURCE/tests/viewer/judge-decode.py" "$VITRAIL" "$data")" \
    "all the same"
else
  skip "real files" "no folder of real files, about 60 skipped"
fi

# Beginnings.
"$VITRAIL" convert -t 1.2.840.10008.1.2.4.202 -o "$dir/ht.dcm" \
  "$dir/made/s16.dcm"
"$VITRAIL" decode -o "$dir/first-ht" "$dir/ht.dcm"
"$VITRAIL" decode --bytes 1000000 -o "$dir/out.raw" "$dir/ht.dcm" 2>"$dir/said"
same "more bytes than there are" "$dir/out.raw" "$dir/first-ht"
is "are all" "$(grep -c 'detail' "$dir/said")" 0
fails "too few bytes" 1 \
  "vitrail: ht.dcm: frame 1: JPEG 2000: a marker segment is longer than the stream" \
  "$VITRAIL" decode --bytes 20 -o "$dir/out.raw" "$dir/ht.dcm"
fails "native frames have no beginnings" 1 \
  "vitrail: made/u16.dcm: frames of this transfer syntax are decoded whole" \
  "$VITRAIL" decode --bytes 20 -o "$dir/out.raw" "$u16"

# Outputs.
echo old >"$dir/kept"
"$VITRAIL" decode --frame 9 -o "$dir/kept" "$u16" 2>/dev/null
is "a failure leaves the file that was there" "$(cat "$dir/kept")" old
ln -s kept "$dir/link"
"$VITRAIL" decode -o "$dir/link" "$u16"
is "a link stays a link" "$(readlink "$dir/link")" kept
same "and what it leads to is written" "$dir/kept" "$dir/first"
"$VITRAIL" decode -o /dev/null "$u16"
is "a device stays one" "$([ -c /dev/null ] && echo device)" device
umask 027
"$VITRAIL" decode -o "$dir/mode" "$u16"
is "the mode is the umask's" "$(stat -c %a "$dir/mode")" 640
is "nothing is left beside" "$(ls -A "$dir" | grep part)" ""
fails "no such folder" 1 \
  "vitrail: no/out.raw: No such file or directory" \
  "$VITRAIL" decode -o "$dir/no/out.raw" "$u16"
fails "a full disk" 1 "vitrail: /dev/full: No space left on device" \
  "$VITRAIL" decode -o /dev/full "$u16"

# Errors.
echo "no image" >"$dir/text"
head -c 500 "$u16" >"$dir/cut.dcm"
/usr/bin/python3 - "$dir" <<'END'
import sys
import pydicom
d = sys.argv[1]
ds = pydicom.dcmread(d + "/made/u16.dcm")
ds.PixelData = ds.PixelData[:150]
ds.save_as(d + "/two.dcm")
ds.NumberOfFrames = 1
ds.PixelData = ds.PixelData[:40]
ds.save_as(d + "/short.dcm")
del ds.PixelData
ds.save_as(d + "/none.dcm")
ds.file_meta.TransferSyntaxUID = "1.2.3.4"
ds.PixelData = pydicom.encaps.encapsulate([b"1234"])
ds["PixelData"].VR = "OB"
ds["PixelData"].is_undefined_length = True
ds.save_as(d + "/unknown.dcm")
END
fails "not DICOM" 1 "vitrail: text: not a DICOM file" \
  "$VITRAIL" decode -o - "$dir/text"
fails "missing" 1 "vitrail: gone.dcm: No such file or directory" \
  "$VITRAIL" decode -o - "$dir/gone.dcm"
fails "a folder" 1 "vitrail: made: not a regular file" \
  "$VITRAIL" decode -o - "$dir/made"
fails "too little for a frame" 1 \
  "vitrail: short.dcm: (7FE0,0010) PixelData: 40 bytes, but one frame needs 70" \
  "$VITRAIL" decode -o - "$dir/short.dcm"
fails "all frames, of which one is missing" 1 \
  "vitrail: two.dcm: frame 3: there are 2 frames" \
  "$VITRAIL" decode --all -o "$dir/two.raw" "$dir/two.dcm"
fails "no pixels" 1 \
  "vitrail: none.dcm: (7FE0,0010) PixelData: missing or empty" \
  "$VITRAIL" decode -o - "$dir/none.dcm"
fails "no codec" 1 \
  "vitrail: unknown.dcm: no codec for transfer syntax 1.2.3.4" \
  "$VITRAIL" decode -o - "$dir/unknown.dcm"
fails "no such frame" 1 "vitrail: made/u16.dcm: frame 4: there are 3 frames" \
  "$VITRAIL" decode --frame 4 -o - "$u16"
"$VITRAIL" decode -o - "$dir/cut.dcm" >/dev/null 2>"$dir/stderr"
is "cut inside a value: status" $? 1
is "cut inside a value: one line" "$(wc -l <"$dir/stderr")" 1

# Usage.
see="(see vitrail decode --help)"
fails "no file" 2 "vitrail decode: give one FILE $see" "$VITRAIL" decode -o -
fails "two files" 2 "vitrail decode: give one FILE $see" \
  "$VITRAIL" decode -o - "$u16" "$u16"
fails "no output" 2 "vitrail decode: give an output with -o $see" \
  "$VITRAIL" decode "$u16"
fails "frame 0" 2 "vitrail decode: --frame counts from 1 $see" \
  "$VITRAIL" decode --frame 0 -o - "$u16"
fails "unknown option" 2 "vitrail decode: Unknown option --nothing $see" \
  "$VITRAIL" decode --nothing
is "help" "$("$VITRAIL" decode --help | grep -c 'vitrail decode .* FILE$')" 1

# A fast start: no big libraries, and GStreamer left alone.
is "libraries that are modules" \
  "$(ldd "$VITRAIL" | grep -E 'soup|gtk|adwaita|openslide|vips|poppler')" ""
GST_REGISTRY_1_0=$dir/registry.bin "$VITRAIL" decode -o /dev/null "$u16"
is "gst_init is not called" "$([ -e "$dir/registry.bin" ] && echo called)" ""
done_testing
