# SPDX-License-Identifier: LGPL-2.1-or-later
# A 12-lead ECG of 10 s from the file to a picture and to a page of paper: whole
# processes, best of 30. Beside it Python that only reads the samples.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
XDG_CACHE_HOME=$dir
export XDG_CACHE_HOME
/usr/bin/python3 -W ignore "$VITRAIL_SOURCE/tests/viewer/make-ecg.py" "$dir/ecg.dcm"
/usr/bin/python3 - "$VITRAIL" "$dir" <<'END'
import os
import subprocess
import sys
import time

vitrail, folder = sys.argv[1:]
ecg = os.path.join(folder, "ecg.dcm")
READ = "import pydicom, sys; pydicom.dcmread(sys.argv[1]).waveform_array(0)"


def best(argv, rounds=30):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


peer = best(["/usr/bin/python3", "-W", "ignore", "-c", READ, ecg], 5)
for name, file, bound in (("open to picture, 1188x840", "a.png", "<= 50 ms"),
                          ("open to a page of A4", "a.pdf", "-")):
    ours = best([vitrail, "render", ecg, "--size=1188x840" if "png" in file
                 else "--layout=3x4+1", "-o", os.path.join(folder, file)])
    print("%-32s %9.1f ms %9.1f ms %8.1f  %s" % (name, ours, peer, peer / ours,
                                               bound))
END
