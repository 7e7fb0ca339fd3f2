# SPDX-License-Identifier: LGPL-2.1-or-later
# vitrail render: pictures judged by numpy and libvips, and errors word for word.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
ct=$VITRAIL_SAMPLES/ct
slice=$ct/ct-030.dcm
judge() {
  /usr/bin/python3 "$VITRAIL_SOURCE/tests/viewer/judge-render.py" "$@"
}

# Frames.
"$VITRAIL" render -o "$dir/a.png" "$slice"
is "the data's window" "$(judge "$dir/a.png" "$slice")" same
"$VITRAIL" render --window -600,1500 -o "$dir/a.png" "$slice"
is "another window" "$(judge "$dir/a.png" "$slice" -600 1500)" same
"$VITRAIL" render --raw-values -o "$dir/a.png" "$slice"
is "raw values" "$(judge --raw "$dir/a.png" "$slice")" same
is "raw values: 16 bits" \
  "$(vipsheader "$dir/a.png" | grep -c "ushort, 1 band")" 1
"$VITRAIL" render -o - "$slice" >"$dir/b.png"
"$VITRAIL" render -o "$dir/a.png" "$slice"
same "standard output" "$dir/a.png" "$dir/b.png"
"$VITRAIL" render --size 300x200 -o "$dir/a.png" "$slice"
is "size" "$(vipsheader "$dir/a.png" | grep -o '300x200.*1 band')" \
  "300x200 uchar, 1 band"
"$VITRAIL" render -o "$dir/a.jpg" "$slice"
"$VITRAIL" render -o "$dir/a.png" "$slice"
is "JPEG is near the PNG" "$(/usr/bin/python3 - "$dir" <<'END'
import sys
import numpy as np
from PIL import Image
a, b = (np.array(Image.open(sys.argv[1] + n), "f8") for n in ("/a.png", "/a.jpg"))
print(np.abs(a - b).mean() < 3)
END
)" True

# A series in a folder, in the order of its stack.
for n in 1 30 60; do
  file=$(printf '%s/ct-%03d.dcm' "$ct" $n)
  "$VITRAIL" render --frame $n -o "$dir/a.png" "$ct"
  "$VITRAIL" render -o "$dir/b.png" "$file"
  cmp -s "$dir/a.png" "$dir/b.png" && echo $n
done >"$dir/order"
"$VITRAIL" render -o "$dir/first.png" "$ct"
"$VITRAIL" render --frame 1 -o "$dir/b.png" "$ct"
same "the first without --frame" "$dir/first.png" "$dir/b.png"
/usr/bin/python3 - "$ct" "$dir/shuffled" <<'END'
import glob, os, random, sys, pydicom
os.mkdir(sys.argv[2])
files = sorted(glob.glob(sys.argv[1] + "/*.dcm"))
names = list(range(len(files)))
random.Random(1).shuffle(names)
for name, path in zip(names, files):
    ds = pydicom.dcmread(path)
    ds.InstanceNumber = name + 1
    ds.save_as("%s/%03d" % (sys.argv[2], name))
END
"$VITRAIL" render --frame 17 -o "$dir/a.png" "$ct"
"$VITRAIL" render --frame 17 -o "$dir/b.png" "$dir/shuffled"
same "by position, whatever names and numbers say" "$dir/a.png" "$dir/b.png"
is "the stack is the one of the sample" \
  "$(tr '\n' ' ' <"$dir/order" | grep -cE '^(1 30 60 )?$')" 1

us=$(ls "$VITRAIL_SAMPLES"/us/*.dcm | head -n 1)
"$VITRAIL" render --frame 60 -o "$dir/a.png" "$us"
uid=$(/usr/bin/python3 -c "
import pydicom, sys
print(pydicom.dcmread(sys.argv[1], stop_before_pixels=True).SeriesInstanceUID)
" "$us")
"$VITRAIL" render --series "$uid" --frame 60 -o "$dir/b.png" "$VITRAIL_SAMPLES"
same "--series, and frames of a cine" "$dir/a.png" "$dir/b.png"

# Slides.
svs=$(ls "$VITRAIL_SAMPLES"/slide/*.svs "$VITRAIL_SAMPLES"/slide/*.tif* \
  2>/dev/null | head -n 1)
"$VITRAIL" render --size 512x384 -o "$dir/a.png" "$svs"
is "a slide" "$(/usr/bin/python3 - "$dir/a.png" "$svs" "$dir" <<'END'
import subprocess, sys
import numpy as np
from PIL import Image
png, svs, d = sys.argv[1:]
subprocess.run(["vips", "thumbnail", svs, d + "/peer.png", "512", "--height",
                "384", "--size", "force"], check=True, stderr=subprocess.DEVNULL)
a = np.array(Image.open(png).convert("RGB"), "f8")
b = np.array(Image.open(d + "/peer.png").convert("RGB"), "f8")
assert a.shape == b.shape, (a.shape, b.shape)
print(np.abs(a - b).mean() < 6 or np.abs(a - b).mean())
END
)" True
"$VITRAIL" render --mode slide -o "$dir/b.png" "$VITRAIL_SAMPLES"
is "a slide of a folder" "$(vipsheader "$dir/b.png" | grep -c ' 3 bands')" 1
"$VITRAIL" render --size 100x400 -o "$dir/b.png" "$svs"
is "white around it" \
  "$(vips getpoint "$dir/b.png" 50 5) $(vips getpoint "$dir/b.png" 50 395)" \
  "255 255 255  255 255 255 "

# A label alone is an image like others, unless a slide is asked for.
mkdir "$dir/label"
/usr/bin/python3 - "$slice" "$dir/label/l.dcm" <<'END'
import pydicom, sys
ds = pydicom.dcmread(sys.argv[1])
ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.77.1.6"
ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
ds.ImageType = ["ORIGINAL", "PRIMARY", "LABEL", "NONE"]
ds.save_as(sys.argv[2])
END
"$VITRAIL" render -o "$dir/a.png" "$slice"
"$VITRAIL" render -o "$dir/b.png" "$dir/label/l.dcm"
same "a label without a slide" "$dir/a.png" "$dir/b.png"
fails "a label is no slide" 1 "vitrail: label/l.dcm: no VOLUME image in its \
series, so there is no slide" \
  "$VITRAIL" render --mode slide -o - "$dir/label/l.dcm"

# Errors.
echo text >"$dir/text"
mkdir "$dir/empty"
for mode in mpr volume; do
  fails "mode $mode" 1 \
    "vitrail: --mode $mode: this version renders stack and slide" \
    "$VITRAIL" render --mode $mode -o - "$ct"
done
fails "film" 1 "vitrail: a.mp4: pictures are written as .png or .jpg" \
  "$VITRAIL" render -o "$dir/a.mp4" "$ct"
fails "raw values as JPEG" 1 \
  "vitrail: c.jpg: pictures are written as .png with --raw-values" \
  "$VITRAIL" render --raw-values -o "$dir/c.jpg" "$ct"
fails "not an image" 1 "vitrail: text: not a DICOM file" \
  "$VITRAIL" render -o - "$dir/text"
fails "missing" 1 "vitrail: gone: No such file or directory" \
  "$VITRAIL" render -o - "$dir/gone"
fails "an empty folder" 1 "vitrail: empty: nothing to show" \
  "$VITRAIL" render -o - "$dir/empty"
fails "no such series" 1 "vitrail: shuffled: nothing to show in series 1.2" \
  "$VITRAIL" render --series 1.2 -o - "$dir/shuffled"
fails "another scheme" 1 \
  "vitrail: ftp://a/b: no data source reads ftp:// locations" \
  "$VITRAIL" render -o - ftp://a/b
cp "$slice" "$dir/slice.dcm"
fails "no such frame" 1 "vitrail: slice.dcm: frame 2: there are 1 frames" \
  "$VITRAIL" render --frame 2 -o - "$dir/slice.dcm"
"$VITRAIL" render --frame 61 -o "$dir/none.png" "$ct" 2>"$dir/stderr"
is "no such position" \
  "$? $(grep -c 'no frame 61: it has 60$' "$dir/stderr") $(ls "$dir"/none* \
    2>/dev/null)" "1 1 "
cp "$svs" "$dir/y.tif"
fails "a slide has no frames" 1 \
  "vitrail: y.tif: --frame: a slide has no frames to choose from" \
  "$VITRAIL" render --frame 9999 -o - "$dir/y.tif"
wsi=$(ls "$VITRAIL_SAMPLES"/slide/*/*.dcm "$VITRAIL_SAMPLES"/slide/*.dcm \
  2>/dev/null | head -n 1)
"$VITRAIL" render --frame 9999 -o "$dir/none.png" "$wsi" 2>"$dir/stderr"
is "neither has a DICOM slide" \
  "$? $(grep -c ': --frame: a slide has no frames' "$dir/stderr") $(ls \
    "$dir"/none* 2>/dev/null)" "1 1 "
fails "a slide has no window" 1 "vitrail: x.tif: a slide has no window" \
  sh -c "cp '$svs' '$dir/x.tif'; '$VITRAIL' render --window 1,2 -o - '$dir/x.tif'"
for word in "--voi=2 VOI" "--colormap=viridis colormap" \
  "--display-profile=$VITRAIL_SOURCE/tests/elements/profiles/srgb-2.icc colours but those that are stored"; do
  fails "a slide has no ${word#* }" 1 \
    "vitrail: x.tif: a slide has no ${word#* }" \
    "$VITRAIL" render "${word%% *}" -o - "$dir/x.tif"
done

# The data's own windows, and colours.
/usr/bin/python3 - "$slice" "$dir/two.dcm" <<'EOF'
import sys
import pydicom
ds = pydicom.dcmread(sys.argv[1])
ds.WindowCenter, ds.WindowWidth = [40, -600], [400, 1500]
ds.save_as(sys.argv[2])
EOF
for voi in 1:"40 400" 2:"-600 1500" 3:"40 400"; do
  "$VITRAIL" render --voi ${voi%%:*} -o "$dir/a.png" "$dir/two.dcm"
  is "window ${voi%%:*} of two" \
    "$(judge "$dir/a.png" "$dir/two.dcm" ${voi#*:})" same
done
"$VITRAIL" render --colormap "x ray" -o "$dir/a.png" "$slice"
"$VITRAIL" render -o "$dir/b.png" "$slice"
is "a colormap" "$(/usr/bin/python3 - "$dir/a.png" "$dir/b.png" <<'EOF'
import sys
import numpy as np
from PIL import Image
a, b = (np.array(Image.open(p)).astype(int) for p in sys.argv[1:])
print(a.shape[2], np.array_equal(a, 255 - b[..., None].repeat(3, 2)))
EOF
)" "3 True"

# Usage.
see="(see vitrail render --help)"
fails "no path" 2 "vitrail render: give one PATH $see" "$VITRAIL" render -o -
fails "no output" 2 "vitrail render: give an output with -o $see" \
  "$VITRAIL" render "$slice"
for window in 1 1,0 1,-5 1,2,3 a,b nan,1 1,inf; do
  "$VITRAIL" render --window $window -o - "$slice" >/dev/null 2>&1
  echo $?
done >"$dir/windows"
is "windows that are none" "$(sort -u "$dir/windows")" 2
fails "no such colormap" 2 \
  "vitrail render: --colormap is a name such as viridis or hot_iron $see" \
  "$VITRAIL" render --colormap none -o - "$slice"
fails "windows from 1" 2 "vitrail render: --voi counts from 1 $see" \
  "$VITRAIL" render --voi 0 -o - "$slice"
fails "one window" 2 \
  "vitrail render: --voi and --window exclude each other $see" \
  "$VITRAIL" render --voi 1 --window 1,2 -o - "$slice"
for size in 0x1 1 1x 1x2x3 -1x1 65536x1 65535x65535; do
  "$VITRAIL" render --size $size -o - "$slice" >/dev/null 2>&1
  echo $?
done >"$dir/sizes"
is "sizes that are none" "$(sort -u "$dir/sizes")" 2
is "help" "$("$VITRAIL" render --help | grep -c 'vitrail render .* PATH$')" 1
# Overlay planes, on top unless they are not wanted.
mkdir "$dir/planes"
is "overlays: DCMTK, pydicom" "$(/usr/bin/python3 \
  "$VITRAIL_SOURCE/tests/viewer/judge-overlays.py" "$VITRAIL" "$dir/planes" |
  tr '\n' ' ')" "one borders embedded big-endian frame-2 frame-3 "
/usr/bin/python3 - "$dir/planes/one.dcm" <<'END'
import sys, pydicom
ds = pydicom.dcmread(sys.argv[1])
ds[0x60003000].value = ds[0x60003000].value[:100]
del ds[0x60000050]
ds.save_as(sys.argv[1])
END
is "a short overlay: what is there is shown, and what is not is said" \
  "$("$VITRAIL" render -o "$dir/a.png" "$dir/planes/one.dcm" 2>&1 |
    sed "s#$dir/##")" \
  "warning: planes/one.dcm: (6000,3000) OverlayData has 100 bytes where 47 x 61 pixels need 359"

# A stream that overrules its header.
/usr/bin/python3 - "$dir/ybr.dcm" <<'END'
import io, sys, pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
ds = Dataset()
ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
ds.Rows = ds.Columns = 16
ds.SamplesPerPixel, ds.PixelRepresentation = 3, 0
ds.BitsAllocated = ds.BitsStored = 8
ds.HighBit, ds.PlanarConfiguration = 7, 0
ds.PhotometricInterpretation = "RGB"
jpeg = io.BytesIO()
Image.new("RGB", (16, 16), (200, 30, 60)).save(jpeg, "JPEG")
ds.PixelData = pydicom.encaps.encapsulate([jpeg.getvalue()])
ds["PixelData"].VR = "OB"
ds["PixelData"].is_undefined_length = True
ds.file_meta = FileMetaDataset()
ds.file_meta.TransferSyntaxUID = pydicom.uid.JPEGBaseline8Bit
ds.is_little_endian, ds.is_implicit_VR = True, False
ds.save_as(sys.argv[1], write_like_original=False)
END
is "a stream that overrules its header is said" \
  "$("$VITRAIL" render -o "$dir/a.png" "$dir/ybr.dcm" 2>&1 | sed "s#$dir/##")" \
  "warning: ybr.dcm: frame 1: JPEG samples that are YBR_FULL, Photometric Interpretation RGB"

# Colours by their ICC profiles; what Debian has beside ours.
mkdir "$dir/colors"
profiles=$VITRAIL_SOURCE/tests/elements/profiles
argyll=/usr/share/color/argyll/ref
set -- "$profiles/srgb-2.icc" "$profiles/table-2.icc" "$profiles/lut8.icc" \
  "$profiles/lut16.icc" "$profiles/d2b.icc" "$profiles/mab.icc"
wanted="srgb-2 srgb-2-argyll table-2 table-2-argyll lut8 lut16 lut16-argyll"
wanted="$wanted d2b mab palette none srgb "
if [ -f $argyll/ProPhoto.icm ]; then
  set -- $argyll/ProPhoto.icm "$@"
  wanted="ProPhoto ProPhoto-argyll $wanted"
fi
is "ICC profiles: transicc, xicclu" "$(/usr/bin/python3 \
  "$VITRAIL_SOURCE/tests/viewer/judge-colors.py" "$VITRAIL" "$dir/colors" \
  "$@" 2>/dev/null | tr '\n' ' ')" "$wanted"
is "a broken profile is said, and colours are as stored" \
  "$(/usr/bin/python3 - "$dir/colors/srgb.dcm" <<'END'
import sys, pydicom
ds = pydicom.dcmread(sys.argv[1])
ds.ICCProfile = b"nothing"
ds.save_as(sys.argv[1])
END
"$VITRAIL" render -o "$dir/a.png" "$dir/colors/srgb.dcm" 2>&1)" \
  "warning: ICC profile: cannot be read: Read from memory error. Got 8 bytes, block should be of 128 bytes"

# A calibrated display, as dcm2pnm drives it.
/usr/bin/python3 - "$dir" <<'END'
import sys, numpy as np, pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian
ds = Dataset()
ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
ds.Rows = ds.Columns = 16
ds.SamplesPerPixel, ds.PixelRepresentation = 1, 0
ds.BitsAllocated = ds.BitsStored = 8
ds.HighBit = 7
ds.PhotometricInterpretation = "MONOCHROME2"
ds.WindowCenter, ds.WindowWidth = 128, 256
ds.add_new("PixelData", "OB", bytes(range(256)))
ds.file_meta = FileMetaDataset()
ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
ds.is_little_endian, ds.is_implicit_VR = True, False
ds.save_as(sys.argv[1] + "/ramp.dcm", write_like_original=False)
with open(sys.argv[1] + "/monitor.lut", "w") as f:
    f.write("max 255\namb 0.4\n")
    for i in range(256):
        f.write("%d %.6f\n" % (i, 0.5 + 399.5 * (i / 255) ** 2.2))
END
"$VITRAIL" render --display-calibration "$dir/monitor.lut" -o "$dir/a.png" \
  "$dir/ramp.dcm"
dcm2pnm +on +Wi 1 +Dm "$dir/monitor.lut" "$dir/ramp.dcm" "$dir/b.png" \
  2>/dev/null
is "a calibrated ramp: dcm2pnm; steps of the eye stay apart" \
  "$(/usr/bin/python3 - "$dir" <<'END'
import sys
import numpy as np
from PIL import Image
a, b = (np.array(Image.open(sys.argv[1] + n).convert("L"), int).ravel()
        for n in ("/a.png", "/b.png"))
print((a == b).all(), (np.diff(a) >= 0).all(), (np.diff(a[::15]) > 0).all(),
      (a != np.arange(256)).any())
END
)" "True True True True"
fails "a printer is no display" 1 \
  "vitrail: printer.lut: line 2: illumination: a printer or camera, not a monitor" \
  sh -c 'printf "max 255\nlum 2000\n" >"$1/printer.lut" &&
    "$VITRAIL" render --display-calibration "$1/printer.lut" -o "$1/x.png" \
      "$1/ramp.dcm"' - "$dir"

# Waveforms: a page of paper. libvips (poppler) measures the PDF, ten pixels a
# millimetre; each lead is a square wave of 1 mV, half a second up and down.
/usr/bin/python3 -W ignore "$VITRAIL_SOURCE/tests/viewer/make-ecg.py" \
  "$dir/ecg.dcm"
"$VITRAIL" render -o "$dir/ecg.pdf" "$dir/ecg.dcm"
is "PDF: A4, landscape" "$(grep -a -o 'MediaBox.*' "$dir/ecg.pdf" | head -n 1)" \
  "MediaBox [ 0 0 841.889764 595.275591 ]"
vips copy "$dir/ecg.pdf[dpi=254]" "$dir/ecg-pdf.png"
"$VITRAIL" render --size 2970x2100 -o "$dir/ecg.png" "$dir/ecg.dcm"
for kind in ecg-pdf ecg; do
  is "$kind: grid, speed and gain in millimetres" \
    "$(/usr/bin/python3 "$VITRAIL_SOURCE/tests/viewer/judge-ecg.py" \
      "$dir/$kind.png")" "grid 5.0 second 25.0 millivolt 10.0"
done
"$VITRAIL" render --layout 12x1 --speed 50 --gain 5 --size 2970x2100 \
  -o "$dir/ecg.png" "$dir/ecg.dcm"
is "50 mm/s, 5 mm/mV" \
  "$(/usr/bin/python3 "$VITRAIL_SOURCE/tests/viewer/judge-ecg.py" \
    "$dir/ecg.png" 12)" "grid 5.0 second 50.0 millivolt 5.0"
# Its waves of 1 Hz are no more to be seen.
"$VITRAIL" render --filter 30,0 -o "$dir/flat.png" "$dir/ecg.dcm"
"$VITRAIL" render -o "$dir/steep.png" "$dir/ecg.dcm"
is "--filter" "$(cmp -s "$dir/flat.png" "$dir/steep.png" || echo other)" other
fails "a picture is no waveform" 1 \
  "vitrail: $slice: only waveforms are written as .pdf" \
  "$VITRAIL" render -o "$dir/x.pdf" "$slice"
for wrong in "layout 4x4" "speed 0" "gain -1" "filter 40" "filter 1,x" \
  "filter 1,2,3,4" "filter -1,40"; do
  "$VITRAIL" render --${wrong% *} "${wrong#* }" -o "$dir/x.png" "$dir/ecg.dcm" \
    2>/dev/null
  is "--$wrong" $? 2
done

done_testing
