/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What tests of reslicing share: see reslicejudge.h. */

#include "reslicejudge.h"

#include <math.h>
#include <string.h>

guint16 *
reslice_judge_make_noise (guint32 seed, const guint size[3], gboolean padding)
{
  const gsize n = (gsize) size[0] * size[1] * size[2];
  guint16 *voxels = g_malloc0 (n * 2 + VITRAIL_VOLUME_SLACK);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  for (gsize i = 0; i < n; i++)
    voxels[i] = padding && i % 48 < 16
                    ? (guint16) g_rand_int_range (rand, 7, 9)
                    : (guint16) g_rand_int_range (rand, 0, 65536);
  return voxels;
}

void
reslice_judge_set_plane (VitrailReslice *self, GRand *rand, guint width)
{
  for (guint a = 0; a < 3; a++) {
    self->right[a] = g_rand_double_range (rand, -1.2, 1.2);
    self->down[a] = g_rand_double_range (rand, -1.2, 1.2);
    self->step[a] = g_rand_double_range (rand, -0.7, 0.7);
    self->origin[a] = (self->size[a] - 1) / 2.0 -
                      width / 2.0 * (self->right[a] + self->down[a]);
  }
}

/* The pixels whose planes are all within the outer voxels, by @margin. */
static void
find_inner (const VitrailResliceLine *line,
            guint width,
            float margin,
            guint span[2])
{
  const VitrailReslice *self = line->self;

  span[0] = span[1] = 0;
  for (guint x = 0; x < width; x++) {
    gboolean is_inner = TRUE;
    for (guint p = 0; p < self->n_planes; p++)
      for (guint a = 0; a < 3; a++) {
        const float at = vitrail_reslice_position (line, x, p, a);
        is_inner =
            is_inner && at > margin && at < (float) self->size[a] - 1 - margin;
      }
    if (is_inner && span[0] == span[1])
      span[0] = x;
    if (is_inner)
      span[1] = x + 1;
  }
}

guint
reslice_judge_compare (const VitrailReslice *self,
                       ResliceJudgeFast fast,
                       guint width,
                       guint height)
{
  const gsize pixel = vitrail_reslice_is_float (self) ? 4 : 2;
  g_autofree guint8 *want = g_malloc0 (width * pixel);
  g_autofree guint8 *got = g_malloc0 (width * pixel);
  const float margin =
      (self->interpolation == VITRAIL_RESLICE_CUBIC ? 1 : 0) + 1.0F / 64;
  guint n_done = 0;

  for (guint y = 0; y < height; y++) {
    VitrailResliceLine line = { .self = self, .out = want };
    guint span[2];
    for (guint a = 0; a < 3; a++) {
      line.base[a] = self->origin[a] + y * self->down[a];
      line.step[a] = (float) self->step[a];
    }
    find_inner (&line, width, margin, span);
    vitrail_reslice_line_c (&line, 0, width);
    line.out = got;
    memcpy (got, want, width * pixel);
    memset (got + span[0] * pixel, 0xee, (span[1] - span[0]) * pixel);
    const guint done = fast (&line, span[0], span[1]);
    g_assert_cmpuint (done, >=, span[0]);
    g_assert_cmpuint (done, <=, span[1]);
    vitrail_reslice_line_c (&line, done, span[1]);
    g_assert_cmpmem (got, width * pixel, want, width * pixel);
    n_done += done - span[0];
  }
  return n_done;
}
