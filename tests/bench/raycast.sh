# SPDX-License-Identifier: LGPL-2.1-or-later
# Volume rendering of 512 x 512 x 400 voxels, in turn with VTK's fixed-point
# mapper at the same distance between samples.
xvfb-run -a /usr/bin/python3 tests/bench/raycast.py \
  "$VITRAIL_BUILD/tests/bench_raycast"
