# SPDX-License-Identifier: LGPL-2.1-or-later
# A region of the TIFF and of the DICOM slide, as OpenSlide reads the TIFF.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
svs=$VITRAIL_SAMPLES/slide/biopsy.svs
first=$VITRAIL_SAMPLES/slide/dicom/wsi-000000.dcm
region="700 300 333 222"
vips openslideload --level 0 "$svs" "$dir/whole.v"
vips crop "$dir/whole.v" "$dir/wanted.v" $region
vips flatten "$dir/wanted.v" "$dir/wanted.png"
for slide in "$svs" "$first"; do
  sh "$VITRAIL_SOURCE/examples/slide-region.sh" "$slide" 0 $region "$dir/a.png"
  is "${slide##*/}: size" "$(vipsheader "$dir/a.png" | grep -o '333x222')" \
    333x222
  vips subtract "$dir/a.png" "$dir/wanted.png" "$dir/difference.v"
  vips abs "$dir/difference.v" "$dir/absolute.v"
  # Decoders of JPEG may differ in the last bits.
  is "${slide##*/}: pixels" \
    "$(vips max "$dir/absolute.v" | awk '{ print ($1 <= 4) ? "near" : $1 }')" \
    near
done
done_testing
