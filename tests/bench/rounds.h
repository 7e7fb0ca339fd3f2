/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What benchmarks make of their rounds. */

#pragma once

#include <glib.h>

#include <stdlib.h>

/* @usual rounds, which is the most; VITRAIL_BENCH_ROUNDS asks for fewer, to see
 * whether a benchmark works. */
static inline guint
bench_get_rounds (guint usual)
{
  const char *text = g_getenv ("VITRAIL_BENCH_ROUNDS");
  const guint64 asked = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;

  return asked > 0 ? (guint) MIN (asked, usual) : usual;
}

static int
bench_compare (const void *a, const void *b)
{
  const double x = *(const double *) a;
  const double y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Sorts @values. */
static inline double
bench_median (double *values, guint n)
{
  qsort (values, n, sizeof *values, bench_compare);
  return values[n / 2];
}
