/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stains as channels against double precision; all of them together are the
 * slide. */

#include "slide/stainmix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void
init (VitrailStainLook stains[VITRAIL_N_STAINS])
{
  for (guint i = 0; i < VITRAIL_N_STAINS; i++)
    vitrail_stain_look_init (&stains[i], (VitrailStain) i);
}

/* What the definition says of a pixel. */
static void
judge (const VitrailStainLook stains[VITRAIL_N_STAINS],
       const guint8 rgb[3],
       double out[3])
{
  const VitrailStainLook *original = &stains[VITRAIL_STAIN_NONE];
  double density[3] = { 0, 0, 0 };
  gboolean alone = TRUE;

  for (guint s = 1; s < VITRAIL_N_STAINS; s++) {
    alone = alone && !stains[s].visible;
    double weights[3];
    double own[3];
    guint8 color[3];
    double amount = 0;
    vitrail_stain_get_weights ((VitrailStain) s, weights);
    vitrail_stain_get_densities ((VitrailStain) s, own);
    vitrail_stain_get_color ((VitrailStain) s, color);
    for (guint c = 0; c < 3; c++)
      amount += weights[c] * -log10 (MAX (rgb[c], 1) / 255.0);
    for (guint c = 0; c < 3 && stains[s].visible; c++)
      density[c] += fmax (amount, 0) * stains[s].weight *
                    (memcmp (color, stains[s].rgb, 3) == 0
                         ? own[c]
                         : -log10 (MAX (stains[s].rgb[c], 1) / 255.0));
  }
  for (guint c = 0; c < 3; c++) {
    double share = alone ? 1 : original->weight;
    if (!original->visible)
      share = 0;
    out[c] = 255 * pow (10, -density[c]) * (1 - share) + rgb[c] * share;
  }
}

static void
check (const VitrailStainLook stains[VITRAIL_N_STAINS])
{
  g_autofree VitrailStainMix *mix = g_new (VitrailStainMix, 1);
  double most = 0;

  vitrail_stain_mix_init (mix, stains);
  for (guint i = 0; i < 4096; i++) {
    const guint8 rgb[3] = { (guint8) ((i & 15) * 17),
                            (guint8) ((i >> 4 & 15) * 17),
                            (guint8) ((i >> 8) * 17) };
    guint8 mixed[3];
    double wanted[3];
    memcpy (mixed, rgb, 3);
    vitrail_stain_mix_row (mix, mixed, 1);
    judge (stains, rgb, wanted);
    for (guint c = 0; c < 3; c++)
      most = fmax (most, fabs (mixed[c] - wanted[c]));
  }
  g_assert_cmpfloat (most, <, 1.2);
}

static void
test_definition (void)
{
  static const guint8 green[3] = { 0, 200, 60 };
  VitrailStainLook stains[VITRAIL_N_STAINS];

  for (guint which = 0; which < 16; which++) {
    init (stains);
    for (guint i = 0; i < VITRAIL_N_STAINS; i++)
      stains[i].visible = (which >> i & 1) != 0;
    stains[VITRAIL_STAIN_NONE].weight = 0.375;
    stains[VITRAIL_STAIN_EOSIN].weight = 2.5;
    memcpy (stains[VITRAIL_STAIN_DAB].rgb, green, 3);
    check (stains);
  }
}

/* Of colours that stains can make. */
static void
test_together (void)
{
  VitrailStainLook stains[VITRAIL_N_STAINS];
  g_autofree VitrailStainMix *mix = g_new (VitrailStainMix, 1);

  init (stains);
  for (guint i = 1; i < VITRAIL_N_STAINS; i++)
    stains[i].visible = TRUE;
  vitrail_stain_mix_init (mix, stains);
  for (guint i = 0; i < 512; i++) {
    const double amounts[3] = { (i & 7) * 0.1, (i >> 3 & 7) * 0.1,
                                (i >> 6) * 0.1 };
    guint8 rgb[3];
    guint8 mixed[3];
    double density[3] = { 0, 0, 0 };
    for (guint s = 0; s < 3; s++) {
      double own[3];
      vitrail_stain_get_densities ((VitrailStain) (s + 1), own);
      for (guint c = 0; c < 3; c++)
        density[c] += amounts[s] * own[c];
    }
    for (guint c = 0; c < 3; c++)
      rgb[c] = (guint8) lround (255 * pow (10, -density[c]));
    memcpy (mixed, rgb, 3);
    vitrail_stain_mix_row (mix, mixed, 1);
    for (guint c = 0; c < 3; c++)
      g_assert_cmpint (abs (mixed[c] - rgb[c]), <=, 3);
  }
}

/* One alone is what the table of one stain gives. */
static void
test_alone (void)
{
  VitrailStainLook stains[VITRAIL_N_STAINS];
  g_autofree VitrailStainMix *mix = g_new (VitrailStainMix, 1);
  g_autofree VitrailStainTable *table = g_new (VitrailStainTable, 1);

  for (guint s = 1; s < VITRAIL_N_STAINS; s++) {
    init (stains);
    stains[s].visible = TRUE;
    vitrail_stain_mix_init (mix, stains);
    vitrail_stain_table_init (table, (VitrailStain) s);
    for (guint i = 0; i < 4096; i++) {
      guint8 a[3] = { (guint8) ((i & 15) * 17), (guint8) ((i >> 4 & 15) * 17),
                      (guint8) ((i >> 8) * 17) };
      guint8 b[3];
      memcpy (b, a, 3);
      vitrail_stain_mix_row (mix, a, 1);
      vitrail_stain_row (table, b, 1);
      for (guint c = 0; c < 3; c++)
        g_assert_cmpint (abs (a[c] - b[c]), <=, 1);
    }
  }
}

static void
test_plain (void)
{
  VitrailStainLook stains[VITRAIL_N_STAINS];
  g_autofree VitrailStainMix *mix = g_new (VitrailStainMix, 1);
  guint8 rgb[3] = { 12, 200, 99 };

  init (stains);
  g_assert_false (vitrail_stain_looks_are_plain (stains));
  vitrail_stain_mix_init (mix, stains); /* nothing is shown: the glass */
  vitrail_stain_mix_row (mix, rgb, 1);
  g_assert_cmpmem (rgb, 3, "\xff\xff\xff", 3);
  stains[VITRAIL_STAIN_NONE].visible = TRUE;
  g_assert_true (vitrail_stain_looks_are_plain (stains));
  stains[VITRAIL_STAIN_DAB].visible = TRUE;
  g_assert_false (vitrail_stain_looks_are_plain (stains));
  stains[VITRAIL_STAIN_NONE].weight = 1;
  g_assert_true (vitrail_stain_looks_are_plain (stains));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stainmix/definition", test_definition);
  g_test_add_func ("/stainmix/together", test_together);
  g_test_add_func ("/stainmix/alone", test_alone);
  g_test_add_func ("/stainmix/plain", test_plain);
  return g_test_run ();
}
