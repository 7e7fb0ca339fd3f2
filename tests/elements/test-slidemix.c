/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Channels added up: what this processor does is what plain C does, and that is
 * what double precision says, to one level. */

#include "slide/slidemix.h"

#include <math.h>
#include <string.h>

#define N          1031
#define N_CHANNELS 5

typedef struct {
  VitrailMixChannel channels[N_CHANNELS];
  double gammas[N_CHANNELS];
  float *curves;
  uint16_t samples[N_CHANNELS][N];
  const uint16_t *rows[N_CHANNELS];
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  static const double windows[N_CHANNELS][2] = { { 0, 4095 },
                                                 { 100, 101 },
                                                 { 0.5, 65535 },
                                                 { 1000, 3000 },
                                                 { 20, 250 } };
  static const double gammas[N_CHANNELS] = { 1, 1, 2.2, 0.4, 1 };
  g_autoptr (GRand) random = g_rand_new_with_seed (4);

  f->curves = g_new (float, (gsize) N_CHANNELS *VITRAIL_MIX_VALUES);
  for (guint i = 0; i < N_CHANNELS; i++) {
    VitrailMixChannel *channel = &f->channels[i];
    channel->low = (float) windows[i][0];
    channel->scale = (float) (1 / (windows[i][1] - windows[i][0]));
    for (guint c = 0; c < 3; c++)
      channel->rgb[c] = (float) g_rand_double_range (random, 0, 255);
    f->gammas[i] = gammas[i];
    if (gammas[i] != 1) {
      float *curve = f->curves + (gsize) i * VITRAIL_MIX_VALUES;
      vitrail_slidemix_fill_curve (channel, gammas[i], curve);
      channel->curve = curve;
    }
    for (guint x = 0; x < N; x++)
      f->samples[i][x] =
          (uint16_t) (x % 3 == 0 ? g_rand_int_range (random, 0, 65536)
                                 : g_rand_int_range (random, 0, 4096));
    f->samples[i][0] = 0;
    f->samples[i][1] = 65535;
    f->rows[i] = f->samples[i];
  }
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_free (f->curves);
}

/* All lengths, all numbers of channels; not a byte beyond the row. */
static void
test_same (Fixture *f, gconstpointer data)
{
  for (guint n_channels = 0; n_channels <= N_CHANNELS; n_channels++)
    for (gsize n = 0; n < 60; n++) {
      guint8 fast[64 * 3];
      guint8 plain[64 * 3];
      memset (fast, 77, sizeof fast);
      memset (plain, 77, sizeof plain);
      vitrail_slidemix_row (f->channels, n_channels, f->rows, fast, n);
      vitrail_slidemix_row_c (f->channels, n_channels, f->rows, plain, n);
      g_assert_cmpmem (fast, sizeof fast, plain, sizeof plain);
    }
  guint8 fast[N * 3];
  guint8 plain[N * 3];
  vitrail_slidemix_row (f->channels, N_CHANNELS, f->rows, fast, N);
  vitrail_slidemix_row_c (f->channels, N_CHANNELS, f->rows, plain, N);
  g_assert_cmpmem (fast, sizeof fast, plain, sizeof plain);
}

static double
get_exact (const Fixture *f, guint n_channels, guint x, guint c)
{
  double sum = 0;

  for (guint i = 0; i < n_channels; i++) {
    const VitrailMixChannel *channel = &f->channels[i];
    const double intensity =
        CLAMP ((f->samples[i][x] - (double) channel->low) * channel->scale, 0,
               1);
    sum += pow (intensity, 1 / f->gammas[i]) * channel->rgb[c];
  }
  return MIN (sum, 255);
}

static void
test_exact (Fixture *f, gconstpointer data)
{
  for (guint n_channels = 0; n_channels <= N_CHANNELS; n_channels++) {
    guint8 rgb[N * 3];
    vitrail_slidemix_row (f->channels, n_channels, f->rows, rgb, N);
    for (guint x = 0; x < N; x++)
      for (guint c = 0; c < 3; c++)
        g_assert_cmpfloat (
            fabs (rgb[x * 3 + c] - get_exact (f, n_channels, x, c)), <=, 0.51);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/slidemix/same", Fixture, NULL, set_up, test_same, tear_down);
  g_test_add ("/slidemix/exact", Fixture, NULL, set_up, test_exact, tear_down);
  return g_test_run ();
}
