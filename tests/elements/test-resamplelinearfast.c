/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Linear interpolation with AVX2: plain C is the judge. */

#include "resamplejudge.h"

int
main (int argc, char **argv)
{
  static const TestResampleJudge judge = { vitrail_resample_row_linear,
                                           vitrail_resample_row_linear_c, -1,
                                           4 };

  g_test_init (&argc, &argv, NULL);
  test_resample_judge_add ("resamplelinearfast", &judge);
  return g_test_run ();
}
