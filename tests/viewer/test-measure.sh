# SPDX-License-Identifier: LGPL-2.1-or-later
# vitrail measure: what is measured on a cine becomes a report, in a file and at
# Orthanc, and is read again; pydicom, dciodvfy and dsrdump are the judges.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
server=
# shellcheck disable=SC2086 # a process id, or none
trap '[ -z "$server" ] || { kill $server; wait $server; }; rm -rf "$dir"' EXIT
judge=$VITRAIL_SOURCE/tests/measurement/reportjudge.py

/usr/bin/python3 -W ignore "$judge" make "$dir/study" >"$dir/drawn" || exit 1
set --
while read -r drawn; do
  set -- "$@" --draw "$drawn"
done <"$dir/drawn"

"$VITRAIL" measure "$dir/study" "$@" --json -o "$dir/report.dcm" >"$dir/told"
is "values are those of the formulas" \
  "$(/usr/bin/python3 "$judge" values "$dir/told")" "7 values right"
"$VITRAIL" measure "$dir/report.dcm" --json >"$dir/read"
is "read again: the same values, frames and points" \
  "$(/usr/bin/python3 "$judge" same "$dir/told" "$dir/read")" "6 the same"
is "pydicom finds them in the report" \
  "$(/usr/bin/python3 -W ignore "$judge" report "$dir/told" "$dir/report.dcm")" \
  "6 groups right"
is "dciodvfy" "$(dciodvfy "$dir/report.dcm" 2>&1 | grep ^Error)" ""
# complaints FILE: those of dsrdump, but that it knows no UTF-8 and no templates.
complaints() {
  dsrdump "$1" 2>&1 >"$dir/tree" | grep -v -e 'VR checker does not support' \
    -e 'Check for template constraints not yet supported'
}
is "dsrdump" "$(complaints "$dir/report.dcm")" ""
is "all groups" "$(grep -c 'Measurement Group' "$dir/tree")" 6

TZ=Asia/Kolkata "$VITRAIL" measure "$dir/study" "$@" --echo-report \
  -o "$dir/echo.dcm" >"$dir/text"
"$VITRAIL" measure "$dir/echo.dcm" --json >"$dir/read"
is "TID 5300: the ejection fractions" \
  "$(/usr/bin/python3 "$judge" echo "$dir/told" "$dir/read")" "3 the same"
is "dsrdump of TID 5300" "$(complaints "$dir/echo.dcm")" ""
is "its time zone" \
  "$(dcmdump +P 0008,0201 "$dir/echo.dcm" | cut -d ' ' -f 3)" "[+0530]"

mkdir "$dir/orthanc"
if PATH=$PATH:/usr/sbin Orthanc --version >"$dir/version" 2>&1 &&
  [ -e /usr/share/orthanc/plugins/libOrthancDicomWeb.so ]; then
  port=$(/usr/bin/python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
  cat >"$dir/orthanc.json" <<END
{"StorageDirectory":"$dir/orthanc","HttpPort":$port,"DicomServerEnabled":false,
"RemoteAccessAllowed":false,
"Plugins":["/usr/share/orthanc/plugins/libOrthancDicomWeb.so"]}
END
  PATH=$PATH:/usr/sbin Orthanc "$dir/orthanc.json" >"$dir/orthanc.log" 2>&1 &
  server=$!
  until curl -sf "http://127.0.0.1:$port/system" >"$dir/ready"; do
    sleep 0.1
  done
  to=http://127.0.0.1:$port/dicom-web
  is "Orthanc: the cine" "$("$VITRAIL" store "$dir/study" --to "$to")" \
    "1 stored, 0 failed"
  "$VITRAIL" measure "$to" "$@" --json --to "$to" >"$dir/told"
  "$VITRAIL" measure "$to" --json >"$dir/read"
  is "Orthanc: measured there, stored, read again" \
    "$(/usr/bin/python3 "$judge" same "$dir/told" "$dir/read")" "6 the same"
else
  skip "Orthanc" "no Orthanc with its DICOMweb plugin"
fi

is "text" "$("$VITRAIL" measure "$dir/study" --draw length:2-3:10,20,70,20::LVOT)" \
  "  length \"LVOT\", frames 2-3 of 1.2.3, by ultrasound region 1 (tissue 2D)
    Length 30 mm"
is "no report" "$("$VITRAIL" measure "$dir/study")" \
  "There is no report with measurements"
fails "nothing given" 2 \
  "vitrail measure: give a LOCATION (see vitrail measure --help)" \
  "$VITRAIL" measure
fails "nothing drawn" 2 "vitrail measure: -o and --to save what --draw \
measures (see vitrail measure --help)" "$VITRAIL" measure -o "$dir/x" "$dir"
for drawn in length length:0:1,2,3,4 length:1:1,x round:1:1,2 length:1:1,2,3,4:a4c; do
  fails "$drawn" 1 "vitrail: --draw: $drawn: not \
KIND:[UID/]FRAME[-LAST]:X,Y,...[:ROLE[:LABEL]]" \
    "$VITRAIL" measure "$dir/study" --draw "$drawn"
done
fails "no chamber" 1 "vitrail: --draw: only a chamber is a4c-ed" \
  "$VITRAIL" measure "$dir/study" --draw length:1:1,2,3,4:a4c-ed
done_testing
