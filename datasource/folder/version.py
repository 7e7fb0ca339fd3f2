#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""version.py OUTPUT INPUT...: a header with a number that is another one when
any of the inputs is: SQLite keeps 31 bits of it, 0 means a new database."""

import hashlib
import sys

digest = hashlib.sha256()
for path in sys.argv[2:]:
    with open(path, "rb") as source:
        digest.update(hashlib.sha256(source.read()).digest())
number = int.from_bytes(digest.digest()[:4], "big") & 0x7fffffff
with open(sys.argv[1], "w") as header:
    header.write("#define VITRAIL_READER_VERSION %d\n" % max(number, 1))
