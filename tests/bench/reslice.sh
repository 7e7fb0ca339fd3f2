# SPDX-License-Identifier: LGPL-2.1-or-later
# Planes and slabs of a volume of 512 x 512 x 400, in turn with VTK.
/usr/bin/python3 tests/bench/reslice.py "$VITRAIL_BUILD/tests/bench_reslice"
