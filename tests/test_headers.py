# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an installed header includes by a path of ours is installed too: else no
module of others compiles."""

import json
import os
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
FOLDERS = ("datasource", "elements", "pipeline")  # as vitrail-1.pc names them

build, source = os.environ["VITRAIL_BUILD"], os.environ["VITRAIL_SOURCE"]


def installed():
    with open(os.path.join(build, "meson-info", "intro-install_plan.json"),
              encoding="utf-8") as plan:
        headers = json.load(plan)["headers"]
    return {os.path.relpath(path, source) for path in headers}


def main():
    headers = installed()
    missing = []
    n_includes = 0
    for header in sorted(headers):
        with open(os.path.join(source, header), encoding="utf-8") as text:
            includes = INCLUDE.findall(text.read())
        for name in includes:
            n_includes += 1
            folders = (os.path.dirname(header),) + FOLDERS
            found = {os.path.normpath(os.path.join(f, name)) for f in folders}
            if not found & headers:
                missing.append("%s includes %s" % (header, name))
    print("1..2")
    print("%s 1 headers that include others" % (
        "ok" if headers and n_includes else "not ok"))
    for line in missing:
        print("# " + line)
    print("%s 2 all that they include is installed" % (
        "not ok" if missing else "ok"))
    return bool(missing)


sys.exit(main())
