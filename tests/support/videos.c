/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Videos whose frames carry their numbers: see videos.h. */

#include "videos.h"

#include "testdata.h"

#define SQUARE 32
#define N_BITS 10

void
test_videos_make (const char *what)
{
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "support", "videos.py", NULL);

  g_free (test_data_run ("/usr/bin/python3 '%s' '%s' %s", script,
                         test_data_get_scratch (), what));
}

guint
test_videos_read_number (const guint8 *data, gsize stride)
{
  guint number = 0;

  for (guint bit = 0; bit < N_BITS; bit++) {
    const guint8 *pixel =
        data + SQUARE / 2 * stride + (gsize) (bit * SQUARE + SQUARE / 2) * 3;
    number |= (pixel[1] > 128 ? 1u : 0u) << bit;
  }
  return number + 1;
}
