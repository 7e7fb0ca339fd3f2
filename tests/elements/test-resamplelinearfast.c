/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Linear interpolation with AVX2: plain C is the judge. */

#include "pixel/resamplerow.h"
#include "testframe.h"

#include <string.h>

enum { MAX_WIDTH = 700 };

/* Rows of random views, by both ways: equal, and nothing beside them. */
static void
compare (const VitrailResample *self, guint width, guint line)
{
  static uint8_t fast[MAX_WIDTH * 8 + 1];
  static uint8_t plain[MAX_WIDTH * 8 + 1];
  const double *m = self->affine;
  guint span[2];

  vitrail_resample_get_span (m, &self->src->format, line, width, span);
  if (span[0] == span[1])
    return;
  VitrailResampleRow row = {
    self, m[1] * line + m[2], m[4] * line + m[5], span[0], span[1], fast
  };
  memset (fast, 0xa5, sizeof fast);
  memset (plain, 0xa5, sizeof plain);
  vitrail_resample_row_linear (&row);
  row.dst = plain;
  vitrail_resample_row_linear_c (&row);
  g_assert_cmpmem (fast, sizeof fast, plain, sizeof plain);
}

static void
make_view (GRand *rand, VitrailView *view, guint i)
{
  const VitrailView whole = VITRAIL_VIEW_INIT;

  *view = whole;
  view->zoom = exp2 (g_rand_double_range (rand, -1, 4));
  view->pan_x = g_rand_double_range (rand, 0, 1);
  view->pan_y = g_rand_double_range (rand, 0, 1);
  view->flip_horizontal = g_rand_boolean (rand);
  view->flip_vertical = g_rand_boolean (rand);
  if (i % 4 == 3)
    view->rotation = g_rand_double_range (rand, 0, 360);
}

/* Some values; of every fourth all from one on. */
static void
set_padding (VitrailResample *self, GRand *rand, guint i)
{
  const guint top = self->src->format.bits_allocated == 8 ? 255 : 65535;

  self->has_padding = TRUE;
  self->padding_low = (guint32) g_rand_int_range (rand, 0, (gint32) top);
  self->padding_high = self->padding_low + (i % 8 == 1 ? 100000 : top / 9);
}

static void
test_judge (gconstpointer data)
{
  const guint bits = GPOINTER_TO_UINT (data) % 100;
  const guint samples = GPOINTER_TO_UINT (data) / 100;
  g_autoptr (GRand) rand = g_rand_new_with_seed (bits + samples);

  for (guint i = 0; i < 300; i++) {
    const guint w = (guint) g_rand_int_range (rand, 1, i % 3 ? 60 : 900);
    const guint h = (guint) g_rand_int_range (rand, 1, i % 3 ? 60 : 500);
    g_autoptr (VitrailFrame) frame =
        test_frame_new_noise (w, h, samples, bits, i);
    const guint width = (guint) g_rand_int_range (rand, 1, MAX_WIDTH);
    const guint height = (guint) g_rand_int_range (rand, 1, 500);
    VitrailResample self;
    VitrailView view;
    double affine[6];

    make_view (rand, &view, i);
    vitrail_view_get_affine (&view, w, h, 1.0 + 0.1 * (i % 5), width, height,
                             affine);
    vitrail_resample_init (&self, frame, NULL, affine,
                           VITRAIL_INTERPOLATION_LINEAR);
    if (samples == 1 && i % 2 == 1)
      set_padding (&self, rand, i);
    for (guint k = 0; k < 5; k++)
      compare (&self, width,
               (guint) g_rand_int_range (rand, 0, (gint32) height));
  }
}

int
main (int argc, char **argv)
{
  static const guint kinds[] = { 108, 116, 308, 316, 416 };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree char *path = g_strdup_printf ("/resamplelinearfast/%ux%u",
                                             kinds[i] / 100, kinds[i] % 100);
    g_test_add_data_func (path, GUINT_TO_POINTER (kinds[i]), test_judge);
  }
  return g_test_run ();
}
