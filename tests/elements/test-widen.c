/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernel that gives 16-bit colour an opaque alpha. */

#include "decode/widen.h"

#include <glib.h>

static void
test_row (void)
{
  const size_t n = 37;
  g_autofree uint16_t *rgb = g_new (uint16_t, 3 * n);
  g_autofree uint16_t *rgba = g_new (uint16_t, 4 * n + 1);

  for (size_t i = 0; i < 3 * n; i++)
    rgb[i] = (uint16_t) (65535 - 7 * i);
  rgba[4 * n] = 0x1234;
  vitrail_widen_row (rgb, rgba, n);
  for (size_t i = 0; i < n; i++) {
    for (size_t c = 0; c < 3; c++)
      g_assert_cmpuint (rgba[4 * i + c], ==, rgb[3 * i + c]);
    g_assert_cmpuint (rgba[4 * i + 3], ==, 65535);
  }
  g_assert_cmphex (rgba[4 * n], ==, 0x1234);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decode/widen/row", test_row);
  return g_test_run ();
}
