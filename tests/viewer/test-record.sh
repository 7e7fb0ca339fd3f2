# SPDX-License-Identifier: LGPL-2.1-or-later
# vitrail record: film and stills of one study in an archive, of the patient that
# a work list says; the view that stands still, the last seconds again; killed;
# into a folder; errors.
. "$VITRAIL_SOURCE/tests/examples/archived.sh"
recorder=
worklist=
trap 'kill $server $recorder $worklist; wait $server $recorder $worklist; rm -rf "$dir"' EXIT
# Whoever reads the keys may have ended: that is no reason to leave a server.
trap '' PIPE
camera="videotestsrc is-live=true pattern=ball ! video/x-raw,format=YUY2,width=320,height=240,framerate=25/1"
mkfifo "$dir/keys"

# item NAME PATIENT ID ACCESSION STUDY: a step of the work list.
item() {
  cat >"$dir/$1.dump" <<END
(0008,0005) CS [ISO_IR 100]
(0008,0050) SH [$4]
(0010,0010) PN [$2]
(0010,0020) LO [$3]
(0010,0030) DA [19700203]
(0010,0040) CS [F]
(0020,000d) UI [$5]
(0032,1060) LO [Gastroscopy]
(0032,1064) SQ (Sequence)
(fffe,e000) na (Item)
(0008,0100) SH [GAS]
(0008,0102) SH [99LOCAL]
(0008,0104) LO [Gastroscopy]
(fffe,e00d) na
(fffe,e0dd) na
(0040,0100) SQ (Sequence)
(fffe,e000) na (Item)
(0008,0060) CS [ES]
(0040,0001) AE [list]
(0040,0002) DA [20261123]
(0040,0003) TM [0930]
(0040,0006) PN [HOUSE^GREGORY]
(0040,0007) LO [Gastroscopy]
(0040,0009) SH [S$4]
(fffe,e00d) na
(fffe,e0dd) na
(0040,1001) SH [R$4]
END
  dump2dcm "$dir/$1.dump" "$dir/list/$1.wl"
}

# until_said FILE WORDS: waits for a line of a recorder that runs.
until_said() {
  until grep -q "$2" "$1"; do
    kill -0 "$recorder" || return
    sleep 0.05
  done
}

mkdir "$dir/list"
touch "$dir/list/lockfile"
item one "DOE^JANE" P1 A17 1.2.3.4.17
item two "ROE^RICHARD" P2 A18 1.2.3.4.18
# The same folder is served as a work list: what its clients are told is what is
# recorded. findscu leaves an answer as an object.
port=$(/usr/bin/python3 -c "import socket
with socket.create_server(('localhost', 0)) as s: print(s.getsockname()[1])")
wlmscpfs -dfp "$dir" "$port" 2>"$dir/served" &
worklist=$!
until echoscu -aec list localhost "$port" 2>>"$dir/served" ||
  ! kill -0 "$worklist"; do
  sleep 0.05
done
# asked ACCESSION: what the work list answers, in answer.dcm.
asked() {
  step="ScheduledProcedureStepSequence[0]"
  mkdir -p "$dir/answers"
  findscu -W -X -od "$dir/answers" -aec list -k "AccessionNumber=$1" \
    -k PatientName -k PatientID -k PatientBirthDate -k PatientSex \
    -k StudyInstanceUID -k RequestedProcedureID \
    -k "$step.ScheduledProcedureStepID" -k "$step.ScheduledStationAETitle" \
    localhost "$port" 2>>"$dir/served"
  ls "$dir/answers"
  mv "$dir/answers/rsp0001.dcm" "$dir/answer.dcm"
}
is "an answer" "$(asked A17)" rsp0001.dcm
"$VITRAIL" record --input "$camera" --worklist "$dir/list" --accession A17 \
  --view "fakesink sync=false" --to "${url}dicom-web" <"$dir/keys" \
  >"$dir/said" 2>"$dir/error" &
recorder=$!
exec 3>"$dir/keys"
until_said "$dir/said" "^recording"
printf s >&3
until_said "$dir/said" "^still"
printf f >&3
until_said "$dir/said" "^frozen"
printf f >&3
until_said "$dir/said" "^live"
kill -USR1 "$recorder"
until [ "$(grep -c "^still" "$dir/said")" = 2 ] || ! kill -0 "$recorder"; do
  sleep 0.05
done
printf r >&3
until_said "$dir/said" "^replayed"
printf q >&3
wait "$recorder"
is "status" "$?" 0
exec 3>&-
is "what is said" "$(sed 's/2\.25\.[0-9]*/UID/; s/d [0-9]* p/d N p/' \
  "$dir/said" | tr '\n' ',')" \
  "recording,still UID stored,frozen,live,still UID stored,replayed N pictures,film UID stored,"
is "what is wrong" "$(cat "$dir/error")" ""
is "pictures again" "$(sed -n 's/^replayed \([0-9]*\) .*/\1/p' "$dir/said" |
  awk '{ print ($1 > 1) ? "several" : $1 }')" several
objects=$(find "$dir/store" -name '*.dcm')
# shellcheck disable=SC2086 # names without spaces
is "valid" "$(valid $objects)" ""
# shellcheck disable=SC2086
is "in the archive" "$(/usr/bin/python3 - $objects <<'END'
import sys, pydicom
sets = [pydicom.dcmread(p) for p in sys.argv[1:]]
sets.sort(key=lambda d: (d.SOPClassUID.name, d.InstanceNumber))
for d in sets:
    request = d.RequestAttributesSequence[0]
    print(d.SOPClassUID.name, d.InstanceNumber, d.PatientName, d.PatientID,
          d.PatientSex, d.AccessionNumber, d.StudyInstanceUID,
          request.ScheduledProcedureStepID, request.RequestedProcedureID,
          d.ProcedureCodeSequence[0].CodeValue, sep="|")
stills = [d for d in sets if "NumberOfFrames" not in d]
print(len({d.SeriesInstanceUID for d in sets}),
      {d.pixel_array.shape for d in stills},
      all(d.NumberOfFrames > 1 for d in sets if d not in stills))
END
)" "VL Endoscopic Image Storage|1|DOE^JANE|P1|F|A17|1.2.3.4.17|SA17|RA17|GAS
VL Endoscopic Image Storage|2|DOE^JANE|P1|F|A17|1.2.3.4.17|SA17|RA17|GAS
Video Endoscopic Image Storage|1|DOE^JANE|P1|F|A17|1.2.3.4.17|SA17|RA17|GAS
2 {(240, 320, 3)} True"
is "as the work list's clients are told" "$(
  # shellcheck disable=SC2086
  /usr/bin/python3 - "$dir/answer.dcm" $objects <<'END'
import sys, pydicom
answer, *sets = (pydicom.dcmread(p) for p in sys.argv[1:])
step = answer.ScheduledProcedureStepSequence[0]
for name in ("AccessionNumber", "PatientName", "PatientID", "PatientBirthDate",
             "PatientSex", "StudyInstanceUID"):
    print(name, all(d[name].value == answer[name].value != "" for d in sets))
for name, told in (("RequestedProcedureID", answer.RequestedProcedureID),
                   ("ScheduledProcedureStepID", step.ScheduledProcedureStepID)):
    print(name, all(d.RequestAttributesSequence[0][name].value == told != ""
                    for d in sets))
END
)" "AccessionNumber True
PatientName True
PatientID True
PatientBirthDate True
PatientSex True
StudyInstanceUID True
RequestedProcedureID True
ScheduledProcedureStepID True"
is "nothing is left" "$(find "$dir/data" -type f)" ""

# An answer is as good as an item. Killed with frames on the disk; the next one sends what was left.
is "another answer" "$(asked A18)" rsp0001.dcm
"$VITRAIL" record --input "$camera" --template "$dir/answer.dcm" \
  --to "${url}dicom-web" </dev/null >"$dir/said" 2>"$dir/error" &
recorder=$!
# 16 bytes of head, and 16 for each frame.
until [ "$(find "$dir/data" -name '*.frames' -size +815c | wc -l)" = 1 ] ||
  ! kill -0 "$recorder"; do
  sleep 0.05
done
kill -KILL "$recorder"
{ wait "$recorder"; } 2>"$dir/killed"
frames=$(find "$dir/data" -name '*.frames' -printf '%s')
uid=$(find "$dir/data" -name '*.frames' -printf '%f' | sed 's/\.dcm\.frames//')
recorder=
"$VITRAIL" record --input "videotestsrc num-buffers=5" --set PatientID=P3 \
  --to "${url}dicom-web" </dev/null >"$dir/said" 2>"$dir/error"
is "after a crash: status" "$?" 0
is "after a crash: sent" "$(head -n 1 "$dir/said")" "left $uid stored"
left=$(find "$dir/store" -name "$uid.dcm")
is "after a crash: frames" "$(dcmdump +P NumberOfFrames "$left" |
  sed 's/^[^[]*\[\([0-9]*\).*/\1/')" "$(((frames - 16) / 16))"
is "after a crash: valid" "$(valid "$left")" ""
is "after a crash: nothing is left" "$(find "$dir/data" -type f)" ""

# Into a folder, in HEVC.
is "into a folder" "$("$VITRAIL" record --codec hevc --sop-class ultrasound \
  --input "videotestsrc num-buffers=5 ! video/x-raw,width=320,height=240" \
  -o "$dir/out" </dev/null | sed "s#$dir/##; s/2\.25\.[0-9]*/UID/")" \
  "recording
film out/UID.dcm"
is "its syntax" "$(dcmdump +P TransferSyntaxUID "$dir"/out/*.dcm |
  grep -c 'HEVC\|H.265\|1.2.840.10008.1.2.4.107')" 1

# Nobody takes it: it stays, and its place is said.
"$VITRAIL" record --input "videotestsrc num-buffers=5" \
  --to http://127.0.0.1:1/a </dev/null >"$dir/said" 2>"$dir/error"
is "nobody there: status" "$?" 1
is "nobody there: what is said" "$(sed "s#$dir/##; s/2\.25\.[0-9]*/UID/" \
  "$dir/said" | tr '\n' ',')" \
  "recording,film data/vitrail/recordings/UID.dcm,"
is "nobody there: what is wrong" "$(sed 's#/studies.*instances##' "$dir/error")" \
  "vitrail: http://127.0.0.1:1/a: Could not connect to 127.0.0.1: Connection \
refused"
is "nobody there: it stays" "$(valid "$dir"/data/vitrail/recordings/*.dcm |
  wc -l; find "$dir/data" -type f | wc -l)" "0
1"

fails "no archive" 2 "vitrail record: give --to URL or -o FOLDER (see vitrail \
record --help)" "$VITRAIL" record
fails "several items" 1 "vitrail: list: 2 items, say which: --accession A17 \
--patient P1 (DOE^JANE), --accession A18 --patient P2 (ROE^RICHARD)" \
  "$VITRAIL" record --worklist "$dir/list" -o "$dir/none"
fails "no item" 1 "vitrail: list: no such item of a work list" \
  "$VITRAIL" record --worklist "$dir/list" --patient P9 -o "$dir/none"
fails "no such element" 1 "vitrail: no element \"nosuchcamera\"" \
  "$VITRAIL" record --input nosuchcamera -o "$dir/none"

# A machine without some of GStreamer's packages: which is said.
with_plugins() {
  GST_PLUGIN_SYSTEM_PATH_1_0="$dir/plugins" GST_REGISTRY_1_0="$dir/registry" "$@"
}
mkdir "$dir/plugins"
plugins=$(pkg-config --variable=pluginsdir gstreamer-1.0)
for plugin in "$plugins"/*.so; do
  case $plugin in
  *libgstx26?.so | *libgstlibav.so) ;;
  *) ln -s "$plugin" "$dir/plugins/" ;;
  esac
done
fails "no H.264 encoder" 1 "vitrail: there is no element \"x264enc\": Debian's \
package gstreamer1.0-plugins-ugly brings it" with_plugins "$VITRAIL" record \
  --input "$camera" -o "$dir/none"
fails "no HEVC encoder" 1 "vitrail: there is no element \"x265enc\": Debian's \
package gstreamer1.0-plugins-bad brings it" with_plugins "$VITRAIL" record \
  --codec hevc --input "$camera" -o "$dir/none"
fails "no decoder" 1 "vitrail: $VITRAIL_STUDIES/archive/video/film.dcm: there is \
no video decoder avdec_h264: Debian's package gstreamer1.0-libav brings it" \
  with_plugins "$VITRAIL" render -o "$dir/none.png" \
  "$VITRAIL_STUDIES/archive/video/film.dcm"
done_testing
