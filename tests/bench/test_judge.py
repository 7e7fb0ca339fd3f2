# SPDX-License-Identifier: LGPL-2.1-or-later
"""judge.py marks each missed bound, and only these. Prints TAP."""
import os
import subprocess
import sys

JUDGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "judge.py")

# A line and what it is marked with.
LINES = [
    ("frames  18000  -  -  >= 18000", ""),
    ("frames  17999  -  -  >= 18000", "MISSED"),
    ("metadata of 200  5.0 ms  104.0 ms  20.8  <= 5 ms", ""),
    ("metadata of 200  5.1 ms  104.0 ms  20.4  <= 5 ms", "MISSED"),
    ("tile Q 80, region  2600/s  500/s  5.20  >= 2500/s, ratio >= 5", ""),
    ("tile Q 80, region  2600/s  530/s  4.91  >= 2500/s, ratio >= 5",
     "MISSED"),
    ("tile Q 80, region  2400/s  400/s  6.00  >= 2500/s, ratio >= 5",
     "MISSED"),
    ("DeepZoom tiles  30000  -  -  >= 20000, ratio >= 1", "no peer"),
    ("DeepZoom tiles  10000  -  -  >= 20000, ratio >= 1", "MISSED"),
    ("RLE / GDCM  -  cannot  -  ratio >= 3", "no peer"),
    ("no bound at all  5.0 ms  -  -  -", ""),
    ("nothing measured  -  -  -  <= 5 ms", "MISSED"),
    ("JPEG / DCMTK  400 MB/s  100 MB/s  4.00  ratio >= 2  (other samples)",
     ""),
    # In another unit than is asked for.
    ("start  2 s  -  -  <= 12 ms", "MISSED"),
    # Bounds that nobody can judge.
    ("start  2 ms  -  -  12 ms", "MISSED"),
    ("ratio  2 ms  nan ms  nan  ratio >= 1", "MISSED"),
    ("tiles: failed", "MISSED"),
]


def run(lines):
    done = subprocess.run([sys.executable, JUDGE], check=False, text=True,
                          input="".join(line + "\n" for line in lines),
                          stdout=subprocess.PIPE)
    return done.returncode, done.stdout.splitlines()


def check_marks():
    _, out = run([line for line, _ in LINES])
    wanted = [line + ("  " + mark if mark else "") for line, mark in LINES]
    missed = sum(mark == "MISSED" for _, mark in LINES)
    alone = sum(mark == "no peer" for _, mark in LINES)
    return out == wanted + ["%d figures, %d missed, %d without the peer asked "
                            "for" % (len(LINES), missed, alone)]


def check_status():
    good = [line for line, mark in LINES if mark != "MISSED"]
    return (run(good)[0] == 0 and
            all(run(good + [line])[0] == 1
                for line, mark in LINES if mark == "MISSED"))


def check_skipped():
    return run(["header: no real files, skipped", LINES[0][0]]) == (
        0, ["header: no real files, skipped", LINES[0][0],
            "1 figures, 0 missed"])


CHECKS = [check_marks, check_status, check_skipped]
print("1..%d" % len(CHECKS))
for number, check in enumerate(CHECKS, 1):
    print("%s %d - %s" % ("ok" if check() else "not ok", number,
                          check.__name__[len("check_"):]))
