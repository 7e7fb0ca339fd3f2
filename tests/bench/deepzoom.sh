# SPDX-License-Identifier: LGPL-2.1-or-later
# DeepZoom tiles without a network (over HTTP, beside iipsrv: http.sh).
set -eu
"$VITRAIL_BUILD/tests/bench_deepzoom" dicom \
  "$VITRAIL_SAMPLES/slide/dicom/wsi-000000.dcm"
"$VITRAIL_BUILD/tests/bench_deepzoom" svs "$VITRAIL_SAMPLES/slide/biopsy.svs"
