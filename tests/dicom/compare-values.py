#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare-values.py LIST: each line of LIST is a file's path, its number of
attributes, its transfer syntax and some values, as we read them. pydicom must
read the same."""

import os
import sys
import warnings

import pydicom
from pydicom.multival import MultiValue
from pydicom.valuerep import IS, DSfloat


# Where pydicom reads less, and DCMTK agrees with us.
KNOWN = {
    "GH179A.dcm": "an attribute without a valid VR ends pydicom's reading",
    "emri_small_jpeg_2k_lossless_too_short.dcm":
        "cut off inside Pixel Data, which pydicom then leaves out",
}


def text(data_set, tag):
    try:
        element = data_set[tag]
    except KeyError:
        return ""
    value = element.value
    if element.VR == "PN" and str(value) == "None":
        return ""
    values = value if isinstance(value, (list, MultiValue)) else [value]
    parts = []
    for part in values:
        if isinstance(part, (DSfloat, IS)):
            part = getattr(part, "original_string", str(part))
        part = "" if part is None else str(part)
        parts.append(part.strip(" \0"))
    return "\\".join(parts)


def unescape(value):
    return value.encode("latin-1", "backslashreplace").decode("unicode_escape") \
        .encode("latin-1").decode("utf-8")


def same(ours, theirs):
    if ours.rstrip("^=") == theirs.rstrip("^="):
        return True
    try:
        return [float(v) for v in ours.split("\\")] == \
            [float(v) for v in theirs.split("\\")]
    except ValueError:
        return False


def main():
    warnings.simplefilter("ignore")
    pydicom.config.logger.disabled = True
    faults, compared, refused = [], 0, []
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            path, count, syntax, *values = line.rstrip("\n").split("\t")
            if os.path.basename(path) in KNOWN:
                continue
            try:
                data_set = pydicom.dcmread(path, force=True, defer_size=4096)
                length = len(data_set)
            except Exception as error:
                refused.append(f"{path}: {error}")
                continue
            compared += 1
            if length != int(count):
                faults.append(f"{path}: {count} attributes, not {length}")
            stated = data_set.file_meta.get("TransferSyntaxUID", syntax)
            if stated != syntax:
                faults.append(f"{path}: {syntax}, not {stated}")
            for pair in values:
                tag, ours = pair.split("=", 1)
                ours = unescape(ours)
                try:
                    theirs = text(data_set, int(tag, 16))
                except Exception as error:
                    refused.append(f"{path}: {tag}: {error}")
                    continue
                if not same(ours, theirs):
                    faults.append(f"{path}: {tag}: {ours!r} is not {theirs!r}")
    print(f"{compared} files compared, {len(refused)} refusals of pydicom's")
    if faults:
        sys.exit("\n".join(faults[:40]))


main()
