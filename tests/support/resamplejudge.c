/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See resamplejudge.h. */

#include "resamplejudge.h"

#include "testframe.h"

#include <string.h>

enum { MAX_WIDTH = 700 };

/* Rows of random views, by both ways: equal, and nothing beside them. */
static void
compare (const TestResampleJudge *judge,
         const VitrailResample *self,
         guint width,
         guint line)
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
  judge->fast (&row);
  row.dst = plain;
  judge->plain (&row);
  g_assert_cmpmem (fast, sizeof fast, plain, sizeof plain);
}

static void
make_view (const TestResampleJudge *judge,
           GRand *rand,
           VitrailView *view,
           guint i)
{
  const VitrailView whole = VITRAIL_VIEW_INIT;

  *view = whole;
  view->zoom =
      exp2 (g_rand_double_range (rand, judge->zoom_low, judge->zoom_high));
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
test_judge (const TestResampleJudge *judge, guint samples, guint bits)
{
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

    make_view (judge, rand, &view, i);
    vitrail_view_get_affine (&view, w, h, 1.0 + 0.1 * (i % 5), width, height,
                             affine);
    vitrail_resample_init (&self, frame, NULL, affine,
                           VITRAIL_INTERPOLATION_LINEAR);
    if (samples == 1 && i % 2 == 1)
      set_padding (&self, rand, i);
    for (guint k = 0; k < 5; k++)
      compare (judge, &self, width,
               (guint) g_rand_int_range (rand, 0, (gint32) height));
  }
}

typedef struct {
  const TestResampleJudge *judge;
  guint samples;
  guint bits;
} Kind;

static void
test_kind (gconstpointer data)
{
  const Kind *self = data;

  test_judge (self->judge, self->samples, self->bits);
}

void
test_resample_judge_add (const char *name, const TestResampleJudge *judge)
{
  static const guint kinds[][2] = { { 1, 8 },
                                    { 1, 16 },
                                    { 3, 8 },
                                    { 3, 16 },
                                    { 4, 16 } };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree char *path =
        g_strdup_printf ("/%s/%ux%u", name, kinds[i][0], kinds[i][1]);
    Kind *kind = g_new (Kind, 1);
    *kind = (Kind){ judge, kinds[i][0], kinds[i][1] };
    g_test_add_data_func_full (path, kind, test_kind, g_free);
  }
}
