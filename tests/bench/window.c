/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The window kernel: gigabytes of samples a second, plain C and the path that
 * this processor takes, and what a table costs to make. The peer is plain C. */

#include "pixel/window.h"

#include <glib.h>

enum { WIDTH = 512, HEIGHT = 512, ROUNDS = 200 };

typedef void (*Row) (const VitrailWindowLut *lut,
                     const void *samples,
                     uint8_t *out,
                     size_t n);

static VitrailFrameInfo
make_info (guint bits, guint samples)
{
  VitrailFrameInfo info = { 0 };

  info.format.samples = samples;
  info.format.bits_allocated = bits > 8 ? 16 : 8;
  info.format.bits_stored = bits;
  info.slope = 1;
  info.intercept = bits > 8 ? -1024 : 0;
  info.ref_count = 1;
  return info;
}

/* Best of some runs: others use this machine too. */
static double
measure (Row row, const VitrailWindowLut *lut, const void *in, size_t in_bytes)
{
  static uint8_t out[3 * WIDTH];
  double best = 0;

  for (guint run = 0; run < 5; run++) {
    const gint64 start = g_get_monotonic_time ();
    for (guint i = 0; i < ROUNDS; i++)
      for (guint y = 0; y < HEIGHT; y++)
        row (lut, (const uint8_t *) in + y * in_bytes, out, WIDTH);
    const double us = (double) (g_get_monotonic_time () - start);
    best = MAX (best, 1e-3 * (double) in_bytes * HEIGHT * ROUNDS / us);
  }
  return best;
}

static void
compare (const char *name,
         const VitrailFrameInfo *info,
         const VitrailPresentation *presentation)
{
  g_autoptr (VitrailWindowLut) lut =
      vitrail_window_lut_new (info, presentation, NULL);
  const size_t row =
      (size_t) WIDTH * vitrail_pixel_format_get_pixel_bytes (&info->format);
  g_autofree uint8_t *in = g_malloc (row * HEIGHT);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (size_t i = 0; i < row * HEIGHT; i += 2) {
    const guint v = (guint) g_rand_int_range (rand, 0, 2400);
    in[i] = (uint8_t) v;
    in[i + 1] = info->format.bits_allocated > 8 ? (uint8_t) (v >> 8)
                                                : (uint8_t) (v >> 3);
  }
  const double plain = measure (vitrail_window_row_c, lut, in, row);
  const double fast = measure (vitrail_window_row, lut, in, row);
  g_print ("window %-25s %7.2f GB/s %7.2f GB/s %8.2f  -\n", name, fast, plain,
           fast / plain);
}

static void
tables (const char *name,
        const VitrailFrameInfo *info,
        const VitrailPresentation *presentation)
{
  const guint n = 500;
  const gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < n; i++) {
    VitrailPresentation p = *presentation;
    p.window_center += 0.5 * i;
    g_autoptr (VitrailWindowLut) lut = vitrail_window_lut_new (info, &p, NULL);
  }
  g_print ("window %-25s %9.1f us %12s %8s  -\n", name,
           (double) (g_get_monotonic_time () - start) / n, "-", "-");
}

int
main (void)
{
  const VitrailFrameInfo ct = make_info (12, 1);
  const VitrailFrameInfo deep = make_info (16, 1);
  const VitrailFrameInfo echo = make_info (8, 1);
  const VitrailFrameInfo colour = make_info (16, 3);
  const VitrailPresentation soft = { TRUE, 40, 400, VITRAIL_VOI_LINEAR, FALSE };
  const VitrailPresentation odd = { TRUE, 40.5, 511, VITRAIL_VOI_LINEAR,
                                    FALSE };
  const VitrailPresentation sigmoid = { TRUE, 40, 400, VITRAIL_VOI_SIGMOID,
                                        FALSE };
  const VitrailPresentation wide = { TRUE, 30000, 65000, VITRAIL_VOI_LINEAR,
                                     FALSE };
  const VitrailPresentation bright = { TRUE, 100, 200, VITRAIL_VOI_LINEAR,
                                       FALSE };

  compare ("16 bit linear", &ct, &soft);
  compare ("16 bit linear, ties", &ct, &odd);
  compare ("16 bit sigmoid", &ct, &sigmoid);
  compare ("8 bit linear", &echo, &bright);
  compare ("3 x 16 bit colour", &colour, NULL);
  tables ("table, width 400", &ct, &soft);
  tables ("table, sigmoid", &ct, &sigmoid);
  tables ("table, width 65000", &deep, &wide);
  return 0;
}
