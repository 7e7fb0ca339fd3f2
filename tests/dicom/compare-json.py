#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare-json.py LIST: each line of LIST is a file's path, a tab, and our
DICOM JSON of it, which must say the same as DCMTK's dcm2json. What DCMTK is
known to do otherwise is named here, and nothing else is forgiven."""

import json
import subprocess
import sys

faults = []


def close(a, b):
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return abs(a - b) <= 1e-5 * max(abs(a), abs(b))
    return a == b


def names(value):
    """DCMTK drops empty components at the end of a name."""
    return [{k: v.rstrip("^") for k, v in name.items() if v.rstrip("^")}
            for name in value]


def text(value):
    """DCMTK keeps the NULs that some writers pad text with."""
    return [v.rstrip("\0 ") if isinstance(v, str) else v for v in value]


def same_value(vr, ours, peer):
    a, b = ours.get("Value", []), peer.get("Value", [])
    if vr == "PN":
        return [n for n in names(a) if n] == [n for n in names(b) if n]
    a, b = text(a), text(b)
    return (len(a) == len(b) and all(close(x, y) for x, y in zip(a, b)) and
            ours.get("InlineBinary") == peer.get("InlineBinary"))


def compare(path, ours, peer):
    for tag in sorted(set(ours) | set(peer)):
        where = f"{path}: {tag}"
        # Ours is always ISO_IR 192; pixels are left out of the comparison.
        if tag == "00080005" or tag.startswith("7FE0"):
            continue
        if tag not in ours or tag not in peer:
            faults.append(f"{where}: only in {'ours' if tag in ours else 'theirs'}")
        elif peer[tag]["vr"] == "UN" and ours[tag]["vr"] != "UN":
            pass  # written as UN, but in the dictionary: DCMTK leaves it UN
        elif ours[tag]["vr"] == "UN" and int(tag[:4], 16) % 2 == 1:
            pass  # DCMTK has a dictionary of private attributes
        elif ours[tag]["vr"] != peer[tag]["vr"]:
            faults.append(f"{where}: {ours[tag]['vr']}, not {peer[tag]['vr']}")
        elif ours[tag]["vr"] == "SQ":
            a, b = ours[tag].get("Value", []), peer[tag].get("Value", [])
            if len(a) != len(b):
                faults.append(f"{where}: {len(a)} items, not {len(b)}")
            for x, y in zip(a, b):
                compare(where, x, y)
        elif not same_value(ours[tag]["vr"], ours[tag], peer[tag]):
            faults.append(f"{where}: {ours[tag]} is not {peer[tag]}"[:300])


def main():
    compared = refused = 0
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            path, ours = line.rstrip("\n").split("\t", 1)
            run = subprocess.run(["dcm2json", "-q", "-fc", "-ee", path],
                                 capture_output=True, check=False)
            if run.returncode != 0:
                refused += 1  # encapsulated pixels, for one
                continue
            compare(path, json.loads(ours),
                    json.loads(run.stdout.decode("utf-8", "replace")))
            compared += 1
    print(f"{compared} files compared, {refused} that dcm2json refuses")
    if faults:
        sys.exit("\n".join(faults[:20]))


main()
