# SPDX-License-Identifier: LGPL-2.1-or-later
# vitrail info: the object of docs/cli.md, judged by pydicom, text, and errors.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"

# The JSON of made files, whole.
mkdir -p "$dir/made/sub"
/usr/bin/python3 - "$dir/made" <<'END'
import sys
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
def make(path, **kw):
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.1", "1.2.2"
    ds.Modality = "OT"
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    for k, v in kw.items():
        setattr(ds, k, v)
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.is_little_endian, ds.is_implicit_VR = True, False
    pydicom.dcmwrite(sys.argv[1] + "/" + path, ds, write_like_original=False)
person = dict(PatientID='P"1\\2', PatientName="Müller^Eva",
              SpecificCharacterSet="ISO_IR 100", StudyDate="20260102")
make("a.dcm", SOPInstanceUID="1.2.3", Rows=4, Columns=6, InstanceNumber=1,
     SeriesDescription="First", SeriesNumber=1, **person)
make("b.dcm", SOPInstanceUID="1.2.4", Rows=4, Columns=6, NumberOfFrames=7,
     InstanceNumber=2, SeriesNumber=1, **person)
make("sub/c.dcm", SOPInstanceUID="1.2.5", SeriesInstanceUID="1.2.6",
     Modality="SR", SeriesNumber=2, **person)
END
echo text >"$dir/made/readme"
cat >"$dir/expected" <<END
{"studies":[{"StudyInstanceUID":"1.2.1","PatientID":"P\"1\\\\2",\
"PatientName":"Müller^Eva","StudyDate":"20260102","series":[\
{"SeriesInstanceUID":"1.2.2","Modality":"OT","SeriesDescription":"First",\
"instances":[\
{"SOPInstanceUID":"1.2.3","SOPClassUID":"1.2.840.10008.5.1.4.1.1.7",\
"TransferSyntaxUID":"1.2.840.10008.1.2.1","path":"$dir/made/a.dcm",\
"frames":1,"rows":4,"columns":6},\
{"SOPInstanceUID":"1.2.4","SOPClassUID":"1.2.840.10008.5.1.4.1.1.7",\
"TransferSyntaxUID":"1.2.840.10008.1.2.1","path":"$dir/made/b.dcm",\
"frames":7,"rows":4,"columns":6}]},\
{"SeriesInstanceUID":"1.2.6","Modality":"SR","SeriesDescription":"",\
"instances":[\
{"SOPInstanceUID":"1.2.5","SOPClassUID":"1.2.840.10008.5.1.4.1.1.7",\
"TransferSyntaxUID":"1.2.840.10008.1.2.1","path":"$dir/made/sub/c.dcm",\
"frames":0,"rows":0,"columns":0}]}]}],"slides":[],\
"unreadable":[{"path":"$dir/made/readme","reason":"not a DICOM file"}]}
END
"$VITRAIL" info --json "$dir/made" >"$dir/got"
same "the whole object" "$dir/got" "$dir/expected"
"$VITRAIL" info --json "$dir/made" >"$dir/got"
same "the same from the index" "$dir/got" "$dir/expected"
is "text" "$("$VITRAIL" info "$dir/made")" \
"study 20260102 Müller^Eva, P\"1\\2: (no description)
  series 1 OT First: 2 instances, 8 frames, 6 x 4, Explicit VR Little Endian
  series 2 SR : 1 instance, Explicit VR Little Endian
unreadable $dir/made/readme: not a DICOM file"
is "a file alone" "$("$VITRAIL" info "$dir/made/b.dcm" | tail -n 1)" \
  "  series 1 OT : 1 instance, 7 frames, 6 x 4, Explicit VR Little Endian"
is "a file:// URI" "$("$VITRAIL" info --json "file://$dir/made/b.dcm")" \
  "$("$VITRAIL" info --json "$dir/made/b.dcm")"
mkdir "$dir/empty"
is "an empty folder" "$("$VITRAIL" info "$dir/empty")" nothing
is "an empty folder, JSON" "$("$VITRAIL" info --json "$dir/empty")" \
  '{"studies":[],"slides":[],"unreadable":[]}'
printf '\033[31m' >"$dir/empty/$(printf 'a\033b\377')"
is "nothing reaches the terminal" \
  "$("$VITRAIL" info "$dir/empty" | tr -d '[:print:]\n' | grep -c '[[:cntrl:]]')" 0

# The samples: a slide in both formats, and a real folder judged by pydicom.
"$VITRAIL" info --json "$VITRAIL_SAMPLES" >"$dir/samples.json"
is "slides" "$(/usr/bin/python3 - "$dir/samples.json" <<'END'
import json, sys
slides = json.load(open(sys.argv[1]))["slides"]
for s in slides:
    levels = s["levels"]
    assert (s["width"], s["height"]) == (levels[0]["width"], levels[0]["height"])
    assert levels[0]["downsample"] == 1 and s["mpp_um"][0] > 0
    assert all(l["tile_width"] > 0 and l["tile_height"] > 0 for l in levels)
    assert len(s["id"]) > 10
print(len({s["id"] for s in slides}) == len(slides) >= 2)
END
)" True
is "what a slide says" "$("$VITRAIL" info "$VITRAIL_SAMPLES/slide/biopsy.svs" |
  sed -n '/^slide /,$p' | grep -E '^  (objective|Manufacturer)')" "$(printf \
  '  objective 40x\n  Manufacturer: Aperio')"
if [ -d "$data" ]; then
  "$VITRAIL" info --json "$data" >"$dir/real.json" 2>"$dir/stderr"
  # What a reader leaves out of a slide is said once, with its file.
  is "libraries keep quiet" \
    "$(grep -v ' frames are not shown: ' "$dir/stderr" | head -n 3)" ""
  is "real files" "$(/usr/bin/python3 \
    "$VITRAIL_SOURCE/tests/viewer/judge-info.py" "$dir/real.json" "$data")" \
    "all the same"
else
  skip "libraries keep quiet" "no folder of real files"
  skip "real files" "no folder of real files, about 1700 skipped"
fi

# Waveforms: made ones with all that is said of them, wrong ones, a real one.
mkdir "$dir/waves"
judge=$VITRAIL_SOURCE/tests/viewer/judge-info-waveform.py
real=$data/pydicom/src/pydicom/data/test_files/waveform_ecg.dcm
[ -e "$real" ] || real=
/usr/bin/python3 "$VITRAIL_SOURCE/tests/waveform/waveforms.py" "$dir/waves" \
  $real 2>/dev/null
/usr/bin/python3 "$judge" prepare "$dir/waves"
"$VITRAIL" info --json "$dir/waves" >"$dir/waves.json"
is "waveforms" "$(/usr/bin/python3 "$judge" judge "$dir/waves.json")" \
  "$([ -n "$real" ] && echo 26 || echo 25) the same, 6 refused"
is "waveforms, text" "$("$VITRAIL" info "$dir/waves/groups.dcm" |
  sed -n '/^    /p')" \
"    group 1 RHYTHM: 2 channels, 100 samples at 500 Hz (0.2 s), SS
      I: no sensitivity, delay 1 ms, high-pass 0.05 Hz, low-pass 150 Hz, \
notch 50 Hz
      II: no sensitivity, delay 504 ms
      RR not measurable, because it is shorter than 2 s
    group 2 : 1 channel, 40 samples at 100 Hz (0.4 s), UB
      Pressure: no sensitivity
    says Heart rate 72 /min
    2 annotations in time
    warning: 1 of 4 annotations (0040,B020) belong to channels that are \
not there"
is "a waveform that cannot be read" \
  "$("$VITRAIL" info "$dir/waves/wrong-rate.dcm" | sed -n '/^    /p')" \
  "    no waveform: Sampling Frequency (003A,001A) is -1"

# Errors.
fails "missing" 1 "vitrail: gone: No such file or directory" \
  "$VITRAIL" info "$dir/gone"
fails "not DICOM" 1 "vitrail: made/readme: not a DICOM file" \
  "$VITRAIL" info "$dir/made/readme"
mkfifo "$dir/fifo"
fails "a pipe" 1 "vitrail: fifo: not a file or folder" \
  "$VITRAIL" info "$dir/fifo"
fails "a device" 1 "vitrail: /dev/zero: not a file or folder" \
  "$VITRAIL" info /dev/zero
mkdir "$dir/bad"
/usr/bin/python3 - "$dir/made/b.dcm" "$dir/bad" <<'END'
import pydicom, sys
ds = pydicom.dcmread(sys.argv[1])
ds.NumberOfFrames = 2000000000
ds.save_as(sys.argv[2] + "/frames.dcm")
ds.NumberOfFrames = 1
ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.77.1.6"
ds.SOPInstanceUID, ds.SeriesInstanceUID = "1.3.1", "1.3.2"
ds.ImageType = ["ORIGINAL", "PRIMARY", "LABEL", "NONE"]
ds.save_as(sys.argv[2] + "/label.dcm")
END
is "too many frames, and a path that is told once" \
  "$("$VITRAIL" info "$dir/bad" | grep unreadable)" \
"unreadable $dir/bad/frames.dcm: \
(0028,0008) NumberOfFrames: 2000000000: more than 16777216"
# A label without its slide is a picture like any other.
is "a label alone is no slide" \
  "$("$VITRAIL" info "$dir/bad" | grep -c '^slide ')" "0"
fails "another scheme" 1 \
  "vitrail: ftp://a/b: no data source reads ftp:// locations" \
  "$VITRAIL" info ftp://a/b
is "an unreadable file is in the JSON too" \
  "$("$VITRAIL" info --json "$dir/made/readme" 2>/dev/null)" \
  "{\"studies\":[],\"slides\":[],\"unreadable\":[{\"path\":\
\"$dir/made/readme\",\"reason\":\"not a DICOM file\"}]}"
see="(see vitrail info --help)"
fails "no path" 2 "vitrail info: give a PATH $see" "$VITRAIL" info
fails "unknown option" 2 "vitrail info: Unknown option --nothing $see" \
  "$VITRAIL" info --nothing
is "help" "$("$VITRAIL" info --help | grep -c 'vitrail info .* PATH...$')" 1
"$VITRAIL" info "$dir/made" >/dev/full 2>"$dir/stderr"
is "a full disk" "$? $(cat "$dir/stderr")" \
  "1 vitrail: standard output: No space left on device"

# Registrations are found in their study: the matrix that made the data.
/usr/bin/python3 "$VITRAIL_SOURCE/tests/elements/fusiondata.py" "$dir/spot"
"$VITRAIL" info --json "$dir/spot/one.dcm" >"$dir/got"
is "registration in the JSON" "$(/usr/bin/python3 - "$dir" <<'END'
import json, math, sys
with open(sys.argv[1] + "/got") as f:
    study = json.load(f)["studies"][0]
with open(sys.argv[1] + "/spot/matrix.txt") as f:
    true = [float(x) for x in f.read().split()]
(one,) = study["registrations"]
m = one["matrix"]
near = max(abs(a - b) for a, b in zip(m, true)) < 1e-6
angle = math.degrees(math.acos((true[0] + true[5] + true[10] - 1) / 2))
moved = math.hypot(true[3], true[7], true[11])
with open(sys.argv[1] + "/expected", "w") as f:
    f.write("  registration of frame of reference 1.2.9.2 in 1.2.9.1: RIGID, "
            "turned %.1f degrees, moved %.1f mm\n" % (angle, moved))
print(one["from"], one["to"], one["type"], one["SOPInstanceUID"], near)
END
)" "1.2.9.2 1.2.9.1 RIGID 1.2.8.1 True"
"$VITRAIL" info "$dir/spot/one.dcm" | grep registration >"$dir/got"
same "and in the text" "$dir/got" "$dir/expected"
is "a deformable one is refused" \
  "$("$VITRAIL" info "$dir/spot/deformable.dcm" | grep -c 'registration refused: ')" 1
is "a study without one says nothing of it" \
  "$("$VITRAIL" info "$dir/spot/ct" | grep -c registration)" 0

# The program itself.
is "version" "$("$VITRAIL" --version | cut -d' ' -f1)" vitrail
is "every command is in the help" \
  "$("$VITRAIL" --help | grep -cE '^  (info|decode|render|serve|view) ')" 5
fails "no command" 2 "vitrail: no command given (see vitrail --help)" \
  "$VITRAIL"
fails "unknown command" 2 'vitrail: no command "frobnicate" (see vitrail --help)' \
  "$VITRAIL" frobnicate
GST_REGISTRY_1_0=$dir/registry.bin "$VITRAIL" info "$dir/made" >/dev/null
is "gst_init is not called" "$([ -e "$dir/registry.bin" ] && echo called)" ""
done_testing
