# SPDX-License-Identifier: LGPL-2.1-or-later
"$VITRAIL_BUILD/tests/bench_resample"
