#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the C tables of dictionary.c from dictionary.tsv and uids.tsv, and
proves them: sorted, no duplicates, valid VRs and multiplicities. Any fault ends
the build with the line that has it."""

import re
import sys

VRS = set("AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS "
          "ST SV TM UC UI UL UN UR US UT UV".split())
HASH_BITS = 14


def fail(path, number, text):
    sys.exit(f"{path}:{number}: {text}")


def lines(path):
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.startswith("#"):
                yield number, line.rstrip("\n").split("\t")


def multiplicity(text):
    """(min, max), max 0 for any number."""
    match = re.fullmatch(r"(\d+)(?:-(\d*)n|-(\d+))?", text)
    if not match or int(match[1]) > 255:
        return None
    low = int(match[1])
    if match[3]:
        return (low, int(match[3])) if low < int(match[3]) <= 255 else None
    return (low, 0 if match[2] is not None else low)


def read_dictionary(path):
    entries, seen, keywords, last = [], set(), set(), None
    for number, fields in lines(path):
        if len(fields) not in (3, 4, 5, 6):
            fail(path, number, "not 3 to 6 fields")
        tag, vr, vm, keyword, name, retired = fields + [""] * (6 - len(fields))
        if not re.fullmatch(r"[0-9A-Fx]{8}", tag):
            fail(path, number, f"{tag}: not a tag")
        if tag in seen:
            fail(path, number, f"{tag}: appears twice")
        if last and (tag.replace("x", "0"), tag) < last:
            fail(path, number, f"{tag}: out of order")
        if vr != "-" and not set(vr.split(" or ")) <= VRS:
            fail(path, number, f"{vr}: no such VR")
        if multiplicity(vm) is None:
            fail(path, number, f"{vm}: no value multiplicity")
        if keyword and not re.fullmatch(r"[A-Za-z0-9_]+", keyword):
            fail(path, number, f"{keyword}: no keyword")
        if keyword and keyword in keywords:
            fail(path, number, f"{keyword}: appears twice")
        if retired not in ("", "retired"):
            fail(path, number, f"{retired}: neither empty nor 'retired'")
        seen.add(tag)
        keywords.add(keyword)
        last = (tag.replace("x", "0"), tag)
        entries.append((tag, vr, multiplicity(vm), keyword, name))
    return entries


def read_uids(path):
    uids = []
    for number, fields in lines(path):
        uid = fields[0]
        if len(fields) < 3 or not re.fullmatch(r"[0-9]+(\.[0-9]+)+", uid):
            fail(path, number, f"{uid}: not a UID with its name and type")
        if uids and uids[-1][0] >= uid:
            fail(path, number, f"{uid}: out of order or twice")
        uids.append((uid, fields[1]))
    return uids


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def mask(tag):
    """Bits of a tag that must match; a repeating group is even."""
    bits = "".join("0" if digit == "x" else "F" for digit in tag)
    return int(bits, 16) | (0x00010000 if tag[3] == "x" else 0)


def entry_row(entry):
    tag, vr, (low, high), keyword, name = entry
    first = "0" if vr == "-" else f"VITRAIL_VR ('{vr[0]}', '{vr[1]}')"
    return (f"  {{ 0x{tag.replace('x', '0')}, 0x{mask(tag):08X}, {first}, {low}, "
            f"{high}, {quoted(keyword)}, {quoted(name)} }},")


def hash_slots(tags):
    """Open addressing, index + 1 in each slot, 0 where free."""
    size = 1 << HASH_BITS
    if len(tags) * 2 > size:
        sys.exit("dictionary: HASH_BITS is too small")
    slots = [0] * size
    for index, tag in enumerate(tags):
        slot = ((tag * 2654435761) & 0xFFFFFFFF) >> (32 - HASH_BITS)
        while slots[slot]:
            slot = (slot + 1) % size
        slots[slot] = index + 1
    return slots


def array(ctype, name, values):
    out = [f"static const {ctype} {name}[] = {{"]
    for start in range(0, len(values), 12):
        out.append("  " + " ".join(f"{v}," for v in values[start:start + 12]))
    return out + ["};"]


def write(entries, uids, path):
    single = [entry for entry in entries if "x" not in entry[0]]
    repeating = [entry for entry in entries if "x" in entry[0]]
    both = single + repeating
    by_keyword = sorted((i for i, entry in enumerate(both) if entry[3]),
                        key=lambda i: both[i][3])
    signed = [i for i, entry in enumerate(both)
              if entry[1].startswith("US or SS")]
    out = ["/* Written by dictionary.py. */",
           f"#define DICTIONARY_HASH_BITS {HASH_BITS}",
           f"#define DICTIONARY_N_SINGLE {len(single)}",
           "static const VitrailDictionaryEntry dictionary_entries[] = {"]
    out += [entry_row(entry) for entry in both]
    out += ["};"]
    out += array("uint16_t", "dictionary_hash",
                 hash_slots([int(entry[0], 16) for entry in single]))
    out += array("uint16_t", "dictionary_by_keyword", by_keyword)
    out += array("uint16_t", "dictionary_us_or_ss", signed)
    out += ["static const struct {", "  const char *uid;", "  const char *name;",
            "} dictionary_uids[] = {"]
    out += [f"  {{ {quoted(uid)}, {quoted(name)} }}," for uid, name in uids]
    out += ["};"]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: dictionary.py DICTIONARY.tsv UIDS.tsv OUT.h")
    write(read_dictionary(sys.argv[1]), read_uids(sys.argv[2]), sys.argv[3])


main()
