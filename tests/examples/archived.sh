# SPDX-License-Identifier: LGPL-2.1-or-later
# What tests of lines that end in an archive share: our service at ${url}, which
# stores below $dir/store; recordings grow in $dir/data.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
mkdir "$dir/store"
XDG_DATA_HOME=$dir/data
export XDG_DATA_HOME
: >"$dir/url"
"${VITRAIL:-vitrail}" serve --port 0 --store "$dir/store" "$dir/store" \
  >"$dir/url" &
server=$!
trap 'kill $server; wait $server; rm -rf "$dir"' EXIT
until grep -q http "$dir/url" && url=$(head -n 1 "$dir/url") &&
  curl -sf "${url}readyz" >"$dir/ready"; do
  sleep 0.1
done

# valid FILE...: what dciodvfy finds wrong.
valid() {
  for file in "$@"; do
    dciodvfy "$file" 2>&1 | grep '^Error'
  done
}

# refers FILE...: to all images of the sample, and no other; same study.
refers() {
  /usr/bin/python3 - "$VITRAIL_SAMPLES/ct" "$@" <<'END'
import os, sys, pydicom
folder, *files = sys.argv[1:]
images = [pydicom.dcmread(os.path.join(folder, f), stop_before_pixels=True)
          for f in os.listdir(folder)]
for file in files:
    data = pydicom.dcmread(file, stop_before_pixels=True)
    assert {(i.ReferencedSOPClassUID, i.ReferencedSOPInstanceUID)
            for i in data.SourceImageSequence} == {
        (i.SOPClassUID, i.SOPInstanceUID) for i in images}
    assert data.ImageType[0] == "DERIVED", data.ImageType
    assert data.SeriesInstanceUID != images[0].SeriesInstanceUID
    for word in ("StudyInstanceUID", "PatientID", "PatientName", "StudyDate",
                 "AccessionNumber", "Modality", "FrameOfReferenceUID"):
        assert data[word] == images[0][word], word
    print(data.DerivationCodeSequence[0].CodeMeaning)
END
}
