# SPDX-License-Identifier: LGPL-2.1-or-later
# Whole processes, best of 30: from exec to main's first line of work, and what
# the commands take on one CT slice of 512 x 512 pixels.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
slice=$VITRAIL_SAMPLES/ct/ct-030.dcm
XDG_CACHE_HOME=$dir
export XDG_CACHE_HOME
/usr/bin/python3 - "$VITRAIL" "$slice" "$dir" <<'END'
import os
import subprocess
import sys
import time

vitrail, ct, folder = sys.argv[1:]


def best(argv):
    times = []
    for _ in range(30):
        start = time.perf_counter()
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def line(name, ours, peer, bound):
    print("%-32s %9.1f ms %12s %8s  %s" % (
        name, ours, "-" if peer is None else "%.1f ms" % peer,
        "-" if peer is None else "%.2f" % (peer / ours),
        "-" if bound is None else "<= %.0f ms" % bound))


line("start", best([vitrail, "--version"]), best(["/bin/true"]), 12)
line("decode a CT slice", best([vitrail, "decode", "-o", "-", ct]),
     best(["dcmdump", "-q", "+P", "0020,000d", ct]), 12)
line("info of a file", best([vitrail, "info", "--json", ct]), None, None)
png = os.path.join(folder, "a.png")
line("render a CT slice", best([vitrail, "render", "-o", png, ct]),
     best(["dcm2pnm", "-q", "+on", "+Wi", "1", ct, png]), 120)
END
