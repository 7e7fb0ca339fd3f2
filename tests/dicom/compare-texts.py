#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare-texts.py LIST: each line of LIST is a file's path and its text
attributes in order, items before the sequence they are in ends, as we read
them. pydicom must read the same."""

import sys
import warnings

import pydicom
from pydicom.multival import MultiValue


def texts(data_set):
    for element in data_set:
        if element.VR == "SQ":
            for item in element.value:
                yield from texts(item)
        elif element.VR in ("PN", "LO", "SH") and not element.tag.is_private:
            value = element.value
            values = value if isinstance(value, (list, MultiValue)) else [value]
            joined = "\\".join("" if v is None else str(v).strip(" \0")
                               for v in values)
            yield f"{int(element.tag):08X}", "" if joined == "None" else joined


def unescape(value):
    return value.encode("latin-1", "backslashreplace") \
        .decode("unicode_escape").encode("latin-1").decode("utf-8")


def main():
    warnings.simplefilter("ignore")
    faults, compared = [], 0
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            path, *pairs = line.rstrip("\n").split("\t")
            ours = [tuple(pair.split("=", 1)) for pair in pairs]
            ours = [(tag, unescape(value).rstrip("=")) for tag, value in ours]
            theirs = [(tag, value.rstrip("="))
                      for tag, value in texts(pydicom.dcmread(path))]
            compared += len(ours)
            for a, b in zip(ours, theirs):
                if a != b:
                    faults.append(f"{path}: {a} is not {b}")
            if len(ours) != len(theirs):
                faults.append(f"{path}: {len(ours)} texts, not {len(theirs)}")
    print(f"{compared} texts compared")
    if faults:
        sys.exit("\n".join(faults[:40]))


main()
