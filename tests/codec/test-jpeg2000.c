/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* jpeg2000 */

#include "codec/codec.h"
#include "error.h"

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  return g_test_run ();
}
