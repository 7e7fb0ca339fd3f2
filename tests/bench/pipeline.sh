# SPDX-License-Identifier: LGPL-2.1-or-later
# Native 512 x 512 x 16 frames a second through dicomfilesrc ! dcmdecode !
# dcmwindow ! fakesink.
"$VITRAIL_BUILD/tests/bench_pipeline"
