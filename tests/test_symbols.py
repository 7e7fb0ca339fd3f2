# SPDX-License-Identifier: LGPL-2.1-or-later
"""No two sources define the same function for others: in a program that loads
several of our libraries one would silently stand in for the other."""

import collections
import os
import subprocess
import sys

build = os.environ["VITRAIL_BUILD"]


def definitions(path):
    listed = subprocess.run(["nm", "--defined-only", "--extern-only",
                             "--format=posix", path], check=True,
                            capture_output=True, text=True).stdout
    for line in listed.splitlines():
        name, kind = line.split()[:2]
        if kind in "TDBR" and not name.startswith("__"):
            yield name


def main():
    owners = collections.defaultdict(set)
    n_objects = 0
    for folder, folders, files in os.walk(build):
        # Each test is a program of its own, so are the examples' modules.
        folders[:] = [f for f in folders
                      if f not in ("tests", "examples", "meson-private")]
        for name in files:
            if not name.endswith(".c.o"):
                continue
            n_objects += 1
            for symbol in definitions(os.path.join(folder, name)):
                owners[symbol].add(os.path.join(folder, name))
    twice = {symbol: sorted(files) for symbol, files in owners.items()
             if len(files) > 1 and symbol.startswith("vitrail_")}
    print("1..2")
    print("%s 1 objects were built" % ("ok" if n_objects > 100 else "not ok"))
    for symbol, files in sorted(twice.items()):
        print("# %s: %s" % (symbol, ", ".join(
            os.path.relpath(f, build) for f in files)))
    print("%s 2 every function is one source's" % ("not ok" if twice else "ok"))
    return bool(twice)


sys.exit(main())
