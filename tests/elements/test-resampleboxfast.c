/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Area averages with AVX2: plain C is the judge. */

#include "resamplejudge.h"

int
main (int argc, char **argv)
{
  static const TestResampleJudge judge = { vitrail_resample_row_box,
                                           vitrail_resample_row_box_c, -7, 1 };

  g_test_init (&argc, &argv, NULL);
  test_resample_judge_add ("resampleboxfast", &judge);
  return g_test_run ();
}
