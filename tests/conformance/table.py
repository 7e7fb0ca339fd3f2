#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The conformance table: runs rows, prints TAP.

    table.py [GROUP...] [--only TEXT] [--jobs N] [--keep FOLDER] [--list]
             [--json FILE] [--judges]

VITRAIL names the program. --only: rows whose name holds TEXT (or is it, with
--exact); --keep leaves their files in FOLDER; --json writes the results;
--judges tries the judges alone, in the program's place."""

import argparse
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback

import numpy as np

import contradictions
import rows as table
from encoders import ENCODERS
from judges import JUDGES
from sources import Case, ToolError, table as table_of

JUDGES_ONLY = "--judges" in sys.argv
VITRAIL = os.environ.get("VITRAIL", "vitrail")


class Wrong(Exception):
    """The program's output is not what it must be."""


def decode(path, *options):
    """What `vitrail decode --all` says: bytes, standard error."""
    done = subprocess.run([VITRAIL, "decode", "--all", *options, "-o", "-",
                           path], capture_output=True, timeout=60, check=False)
    if done.returncode < 0:
        raise Wrong("ended by signal %d" % -done.returncode)
    return done, done.stderr.decode(errors="replace").strip()


def ask(path, case, *options):
    """What it decodes, where it has nothing to complain of."""
    done, said = decode(path, *options)
    if done.returncode != 0:
        raise Wrong(said)
    if said:
        raise Wrong("unasked: " + said)
    return as_array(done.stdout, case)


def as_array(data, case):
    """Bytes of `vitrail decode` as (frames, rows, columns, samples)."""
    source = case.source
    count = int(np.prod(case.shape))
    if source.kind != "int":
        return np.frombuffer(data, case.coded.dtype).reshape(case.shape)
    if len(data) != count * source.decoded_bytes:
        raise Wrong("%d bytes instead of %d" % (
            len(data), count * source.decoded_bytes))
    return np.frombuffer(data, "<u%d" % source.decoded_bytes).reshape(
        case.shape)


def stored(a, source):
    """The bits that count, as numbers."""
    shift = source.high_bit + 1 - source.bits
    a = (a.astype(np.int64) >> shift) & (1 << source.bits) - 1
    if source.signed:
        a = (a ^ 1 << source.bits - 1) - (1 << source.bits - 1)
    return a


def psnr(a, b, source):
    mse = np.mean((a - b).astype(float) ** 2)
    if mse == 0:
        return 999.0
    return 10 * np.log10((source.top - source.low) ** 2 / mse)


def compare(got, expected, how, source, whom):
    """A word for the table; raises when @got is not @expected as @how asks."""
    if how == "none":
        return ""
    kind, _, number = how.partition(" ")
    if kind == "same":
        wide = expected
        if source.kind == "int":
            wide = expected.astype(np.int64) & (
                1 << 8 * source.decoded_bytes) - 1
        bad = np.asarray(got.view("u%d" % got.itemsize) != np.ascontiguousarray(
            wide.astype(got.dtype)).view("u%d" % got.itemsize))
        if bad.any():
            at = tuple(int(i) for i in np.argwhere(bad)[0])
            raise Wrong("%d of %d differ from %s; frame, row, column, sample "
                        "%s is %s, not %s" % (bad.sum(), bad.size, whom, at,
                                              got[at], wide[at]))
        return "same"
    a, b = stored(got, source), stored(expected, source)
    if kind == "point":
        b = b >> int(number) << int(number)
    if kind == "psnr":
        value = psnr(a, b, source)
        if value < float(number):
            raise Wrong("%.1f dB to %s" % (value, whom))
        return "same" if value == 999 else "%.0f dB" % value
    most = int(np.abs(a - b).max())
    allowed = int(number) if kind == "near" else 0
    if most > allowed:
        bad = np.abs(a - b) > allowed
        at = tuple(int(i) for i in np.argwhere(bad)[0])
        raise Wrong("%d of %d differ from %s, by up to %d; %s is %d, not %d" % (
            bad.sum(), bad.size, whom, most, at, a[at], b[at]))
    return "same" if most == 0 else "within %d" % most


def try_size(row, size, folder):
    """One picture: the results against source and judge."""
    source = row.source
    os.makedirs(folder, exist_ok=True)
    case = Case(source, size, folder)
    case.coded_ybr = row.coded_ybr
    path = ENCODERS[row.encoder](case, *row.options)
    if row.edit:
        return try_edited(row, case, path)
    judged = JUDGES[row.judge](case, path)
    if judged.shape != case.shape:
        raise ToolError("judge: %s instead of %s" % (judged.shape, case.shape))
    got = judged.astype(case.coded.dtype) if JUDGES_ONLY else ask(path, case)
    how = row.to_source
    if JUDGES_ONLY and how == "same":
        how = "stored"
    to_source = compare(got, case.coded, how, source, "the source")
    to_judge = compare(got, judged, row.to_judge, source, row.judge)
    if row.rgb and not JUDGES_ONLY:
        compare(ask(path, case, "--rgb"), JUDGES["djpeg"](case, path),
                "near 1", source, "djpeg")
    if source.palette and not JUDGES_ONLY and row.to_source != "none" and (
            row.encoder != "gdcmconv"):  # GDCM writes palettes of its own
        check_palette(path, case)
    return to_source, to_judge


def check_palette(path, case):
    """`--rgb`: the table's entries, the outermost for indices beyond it."""
    done, said = decode(path, "--rgb")
    if said:
        raise Wrong(said)
    entries = table_of(case.source, case.seed)
    index = np.clip(case.array[..., 0] - min(case.source.low, 0), 0,
                    len(entries) - 1)
    got = np.frombuffer(done.stdout, "u1").reshape(*index.shape, 3)
    off = np.abs(got - entries[index] / 257)
    if off.max() > 1:
        raise Wrong("%d colours are not the palette's" % (off > 1).sum())


def try_edited(row, case, path):
    """A file whose header and stream contradict each other."""
    signed = row.source.signed if row.signed is None else row.signed
    source = row.source._replace(signed=signed)
    judged = JUDGES[row.judge](case, path)
    to_source = compare(judged.astype(case.coded.dtype), case.coded,
                        "stored" if row.to_source == "same" else row.to_source,
                        row.source, "the source (the judge)")
    values = stored(judged, source)
    out = case.path("edited.dcm")
    contradictions.apply(row.edit, path, out)
    if JUDGES_ONLY:
        return to_source, ""
    done, said = decode(out)
    if row.fails:
        if done.returncode != 1 or row.fails not in said:
            raise Wrong("not refused: %d %s" % (done.returncode, said))
        return to_source, "refused"
    if done.returncode != 0:
        raise Wrong(said)
    if row.warns != said.startswith("warning: ") or (said and not row.warns):
        raise Wrong("no warning" if row.warns else "unasked: " + said)
    result = compare_values(done.stdout, values, row.to_judge, source,
                            row.judge)
    if row.final:
        # Of what came out as coded, which has just been judged.
        values = as_values(done.stdout, values.shape, source).astype(np.int64)
        done, said = decode(out, "--rgb")
        if row.final != "rgb":
            values = contradictions.to_rgb(values, source.bits, row.final)
        compare_values(done.stdout, values, "near 1", source, "its RGB")
    return to_source, result


def as_values(data, shape, source):
    """Samples in a container of any size: all its bits count."""
    n = int(np.prod(shape))
    size = len(data) // n
    if len(data) != n * size or size not in (1, 2, 4):
        raise Wrong("%d bytes for %d samples" % (len(data), n))
    return np.frombuffer(data, "<%s%d" % (
        "ui"[source.signed], size)).reshape(shape)


def compare_values(data, values, how, source, whom):
    got = as_values(data, values.shape, source)
    kind, _, number = how.partition(" ")
    wide = source._replace(bits=8 * got.itemsize)
    if kind == "psnr":
        return compare(got, values, how, source, whom)
    return compare(got, values, "near " + (number or "0"), wide, whom)


def worst(words):
    """Of the results of all sizes, the one that says most."""
    def weight(word):
        if word.startswith("within"):
            return float(word.split()[1])
        return 1 / float(word.split()[0]) if word.endswith("dB") else -1
    return max(filter(None, words), key=weight, default="")


def try_row(row, keep=None):
    """A result for the table."""
    work = keep or tempfile.mkdtemp(prefix="conformance-")
    results, problem = [], ""
    try:
        for size in row.source.get_sizes():
            folder = os.path.join(work, "%dx%d" % size)
            try:
                results.append(try_size(row, size, folder))
            except (Wrong, ToolError) as error:
                problem = "%dx%d: %s%s" % (
                    *size, "" if isinstance(error, Wrong) else "TOOL: ", error)
                break
            except Exception:
                problem = "%dx%d: TOOL: %s" % (
                    *size, traceback.format_exc(limit=-3).strip())
                break
    finally:
        if not keep:
            shutil.rmtree(work, ignore_errors=True)
    return {"name": row.name, "group": row.group, "source": str(row.source),
            "encoder": " ".join((row.encoder, *row.options)),
            "edit": ", ".join(row.edit), "judge": row.judge,
            "to_source": worst([r[0] for r in results]),
            "to_judge": worst([r[1] for r in results]),
            "problem": problem.replace(work + "/", "")}


def parse(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("groups", nargs="*")
    parser.add_argument("--only")
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--json")
    parser.add_argument("--judges", action="store_true")
    return parser.parse_args(arguments)


def chosen(args):
    rows = [r for g in args.groups or table.GROUPS for r in table.rows(g)]
    if args.only:
        rows = [r for r in rows if (r.name == args.only if args.exact
                                    else args.only in r.name)]
    return rows


def results(rows, args):
    if args.jobs == 1:
        for n, row in enumerate(rows):
            keep = args.keep and os.path.join(args.keep, str(n))
            yield try_row(row, keep)
        return
    with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
        yield from pool.map(try_row, rows)


def main(arguments):
    args = parse(arguments)
    rows = chosen(args)
    if args.list:
        print("\n".join(row.name for row in rows))
        return 0
    bad, done = 0, []
    print("1..%d" % len(rows))
    for n, result in enumerate(results(rows, args), 1):
        done.append(result)
        bad += bool(result["problem"])
        print("%sok %d - %s" % ("not " if result["problem"] else "", n,
                                result["name"].replace("#", "")))
        for line in result["problem"].splitlines():
            print("# " + line)
        sys.stdout.flush()
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(done, file)
    return 1 if bad or not rows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
