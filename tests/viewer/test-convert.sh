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

mkdir "$dir/derived"
is "1 bit, functional groups, sources" "$(/usr/bin/python3 \
  "$VITRAIL_SOURCE/tests/viewer/judge-derived.py" "$VITRAIL" "$dir/derived" \
  2>&1)" "all right"

source=$dir/explicit/u16.dcm
"$VITRAIL" convert -t rle -o "$dir/out.dcm" "$source"
"$VITRAIL" convert -t 1.2.840.10008.1.2.5 -o - "$source" >"$dir/again.dcm"
same "a UID, and standard output" "$dir/out.dcm" "$dir/again.dcm"
"$VITRAIL" convert -t explicit -o "$dir/back.dcm" "$dir/out.dcm"
"$VITRAIL" decode --all -o "$dir/a.raw" "$source"
"$VITRAIL" decode --all -o "$dir/b.raw" "$dir/back.dcm"
same "there and back" "$dir/a.raw" "$dir/b.raw"

# What only may be lossy, and is not, is not called so.
label() {
  dcmdump +P 0028,2110 "$1" 2>/dev/null | sed 's/.*CS \[//; s/\].*//'
}
"$VITRAIL" convert -t jpeg-ls-near --near 0 -o "$dir/out.dcm" "$source"
is "near lossless by 0" "$(label "$dir/out.dcm")" 00
"$VITRAIL" convert -t 1.2.840.10008.1.2.4.203 -o "$dir/out.dcm" "$source"
is "HTJ2K that need not be lossless" "$(label "$dir/out.dcm")" 00
# What was lost stays lost, though nobody said so.
"$VITRAIL" convert -t rle -o "$dir/out.dcm" "$source"
is "without loss from none" "$(label "$dir/out.dcm")" ""
dcmodify -nb -ea "(0028,2110)" "$dir/jpeg-lossy/u8-jpeg-lossy.dcm"
"$VITRAIL" convert -t explicit -o "$dir/out.dcm" \
  "$dir/jpeg-lossy/u8-jpeg-lossy.dcm"
is "without loss from baseline JPEG" "$(label "$dir/out.dcm")" 01

fails "near lossless by more than there is" 1 \
  "vitrail: jpeg-ls-near/u8.dcm: frame 1: JPEG-LS: more loss than half of what \
a sample can be" \
  "$VITRAIL" convert -t jpeg-ls-near --near 128 -o "$dir/none.dcm" \
  "$dir/jpeg-ls-near/u8.dcm"

# Where a sample is more than a number, none may be another.
/usr/bin/python3 - "$dir" <<END
import sys, pydicom
folder = sys.argv[1]
def save(name, source, **values):
    ds = pydicom.dcmread("%s/explicit/%s.dcm" % (folder, source))
    for key, value in values.items():
        setattr(ds, key, value)
        if "PaletteColor" in key:
            ds[key].VR = "US" if "Descriptor" in key else "OW"
    ds["PixelData"].VR = "OW"
    ds.save_as("%s/%s.dcm" % (folder, name))
save("palette", "u8", PhotometricInterpretation="PALETTE COLOR",
     **{c + "PaletteColorLookupTable" + key: value
        for c in ("Red", "Green", "Blue")
        for key, value in (("Descriptor", [256, 0, 8]),
                           ("Data", bytes(range(256))))})
save("dirty", "u16", BitsStored=12, HighBit=11)
save("shared", "u16", BitsAllocated=8, BitsStored=8, HighBit=7, Columns=46,
     Rows=32, SamplesPerPixel=3, PlanarConfiguration=0,
     PhotometricInterpretation="YBR_PARTIAL_422", PixelData=bytes(46 * 32 * 4))
save("narrow", "u8", BitsStored=6, HighBit=5, PixelData=b"\x00\x3f" * 1551)
save("deep", "u16", BitsAllocated=32, BitsStored=32, HighBit=31,
     NumberOfFrames=1, Rows=32)
END
for syntax in jpeg-lossy jpeg-ls-near 1.2.840.10008.1.2.4.91; do
  fails "palette, $syntax" 1 \
    "vitrail: palette.dcm: an index beside another is another colour: no loss" \
    "$VITRAIL" convert -t $syntax -o "$dir/none.dcm" "$dir/palette.dcm"
  fails "bits above those stored, $syntax" 1 \
    "vitrail: dirty.dcm: bits above Bits Stored allow no loss" \
    "$VITRAIL" convert -t $syntax -o "$dir/none.dcm" "$dir/dirty.dcm"
done
fails "baseline JPEG of 6 bits" 1 \
  "vitrail: narrow.dcm: frame 1: baseline JPEG of 1 unsigned samples of 6 \
bits, MONOCHROME2" \
  "$VITRAIL" convert -t jpeg-lossy -o "$dir/none.dcm" "$dir/narrow.dcm"
fails "chroma that no header describes any more" 1 \
  "vitrail: shared.dcm: no name says YBR_PARTIAL_422 of chroma that is \
not shared" \
  "$VITRAIL" convert -t explicit -o "$dir/none.dcm" "$dir/shared.dcm"
fails "32 bits in big endian" 1 \
  "vitrail: deep.dcm: 32 bits have no order that all agree on in big \
endian" \
  "$VITRAIL" convert -t big-endian -o "$dir/none.dcm" "$dir/deep.dcm"

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

echo text >"$dir/text.txt"
# A slide becomes a folder of files, or nothing.
slide=$VITRAIL_SAMPLES/slide/biopsy.svs
"$VITRAIL" convert "$slide" -o "$dir/slide" 2>"$dir/stderr"
is "a slide: status" "$?" 0
is "a slide: silence where nobody looks" "$(cat "$dir/stderr")" ""
is "a slide: its files" "$(ls -A "$dir/slide" | tr '\n' ' ')" \
  "level-0.dcm level-1.dcm level-2.dcm level-3.dcm "
is "a slide: said to be lossy" \
  "$(label "$dir/slide/level-0.dcm") $(label "$dir/slide/level-3.dcm")" "01 01"
cp "$dir/slide/level-0.dcm" "$dir/before.dcm"
"$VITRAIL" convert "$slide" -o "$dir/slide"
same "a slide: the same again" "$dir/slide/level-0.dcm" "$dir/before.dcm"
head -c 200000 "$slide" >"$dir/cut.svs"
"$VITRAIL" convert "$dir/cut.svs" -o "$dir/none" 2>"$dir/stderr"
is "a broken slide: status" "$?" 1
is "a broken slide: one line" "$(wc -l <"$dir/stderr")" 1
is "a broken slide: nothing is left" "$(ls -d "$dir/none" 2>/dev/null)" ""
is "what was there stays" "$(cp "$slide" "$dir/slide/level-0.dcm"
  "$VITRAIL" convert "$dir/cut.svs" -o "$dir/slide" 2>/dev/null
  cmp "$slide" "$dir/slide/level-0.dcm" && ls -A "$dir/slide" | wc -l)" 4
fails "no slide" 1 "vitrail: text.txt: not a whole-slide image of a known format" \
  "$VITRAIL" convert "$dir/text.txt" -o "$dir/none"
fails "a slide to standard output" 2 "vitrail convert: a slide becomes several \
files: give a folder (see vitrail convert --help)" \
  "$VITRAIL" convert "$slide" -o -
fails "an object without a transfer syntax" 2 "vitrail convert: give a transfer \
syntax with --transfer-syntax (see vitrail convert --help)" \
  "$VITRAIL" convert "$dir/before.dcm" -o "$dir/none"

done_testing
