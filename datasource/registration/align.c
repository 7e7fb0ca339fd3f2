/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rigid alignment: see align.h. A search along six axes that steps less and
 * less far, from coarse volumes to fine ones. Histograms count in whole
 * numbers, so that no order of adding changes the answer. */

#include "registration/align.h"

#include "error.h"
#include "parallel.h"
#include "registration/coarse.h"

#include <math.h>
#include <string.h>

#define BINS VITRAIL_COARSE_BINS
/* Points of the fixed volume that are looked at, and pieces of that work. */
#define POINTS 120000
#define PIECES 8
/* What one point adds. */
#define ONE 64
/* Of the points, that have to lie in the moving volume. */
#define OVERLAP 0.2
/* Rounds of one step's length. */
#define ROUNDS 60

/* Turns in degrees about the fixed volume's middle, then millimetres. */
typedef struct {
  double by[6];
} Pose;

typedef struct {
  guint32 counts[BINS][BINS + 1]; /* one more: of the last one's neighbour */
  guint64 n;
} Histogram;

typedef struct {
  VitrailCoarse fixed;
  VitrailCoarse moving;
  double middle[3];      /* of the fixed one, millimetres */
  double base[16];       /* from fixed to moving, before the pose */
  gsize stride;          /* voxels from point to point */
  double index[16];      /* from fixed voxels to moving ones */
  Histogram *histograms; /* PIECES */
  GCancellable *cancellable;
} Search;

/* From where a point of the fixed volume is to where the pose puts it. */
static void
make_pose (const Pose *pose, const double middle[3], double out[16])
{
  double turned[16] = { 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1 };

  for (guint axis = 0; axis < 3; axis++) {
    const double angle = pose->by[axis] * G_PI / 180;
    const gsize a = (axis + 1) % 3;
    const gsize b = (axis + 2) % 3;
    double turn[16] = { 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1 };
    turn[5 * a] = turn[5 * b] = cos (angle);
    turn[4 * a + b] = -sin (angle);
    turn[4 * b + a] = sin (angle);
    vitrail_matrix_multiply (turn, turned, turned);
  }
  for (gsize n = 0; n < 3; n++)
    turned[4 * n + 3] =
        middle[n] + pose->by[3 + n] -
        (turned[4 * n] * middle[0] + turned[4 * n + 1] * middle[1] +
         turned[4 * n + 2] * middle[2]);
  memcpy (out, turned, sizeof turned);
}

/* From fixed to moving millimetres. */
static void
map_pose (const Search *self, const Pose *pose, double out[16])
{
  double posed[16];

  make_pose (pose, self->middle, posed);
  vitrail_matrix_multiply (self->base, posed, out);
}

/* Linear between eight voxels; FALSE outside. */
static gboolean
look_up (const VitrailCoarse *of, const double at[3], float *bin)
{
  const gsize row = of->size[0];
  const gsize slice = row * of->size[1];
  float weights[3];
  gsize from = 0;
  const gsize steps[3] = { 1, row, slice };
  gsize next[3];

  for (guint a = 0; a < 3; a++) {
    if (!(at[a] >= 0 && at[a] <= of->size[a] - 1.0))
      return FALSE;
    const guint low = (guint) at[a];
    weights[a] = (float) (at[a] - low);
    from += low * steps[a];
    next[a] = low + 1 < of->size[a] ? steps[a] : 0;
  }
  float planes[2];
  for (guint z = 0; z < 2; z++) {
    const float *p = of->bins + from + z * next[2];
    const float upper = p[0] + (p[next[0]] - p[0]) * weights[0];
    const float *q = p + next[1];
    const float lower = q[0] + (q[next[0]] - q[0]) * weights[0];
    planes[z] = upper + (lower - upper) * weights[1];
  }
  *bin = planes[0] + (planes[1] - planes[0]) * weights[2];
  return TRUE;
}

static void
count_point (const Search *self, gsize number, Histogram *histogram)
{
  const guint *size = self->fixed.size;
  const gsize slice = (gsize) size[0] * size[1];
  const gsize at_row = number % slice / size[0];
  const gsize at_slice = number / slice;
  const double index[3] = { (double) (number % size[0]), (double) at_row,
                            (double) at_slice };
  const guint row = (guint) lrintf (self->fixed.bins[number]);
  double at[3];
  float bin = 0;

  vitrail_matrix_map (self->index, index, at);
  if (!look_up (&self->moving, at, &bin))
    return;
  const guint low = (guint) bin;
  const guint32 part = (guint32) lrintf ((bin - (float) low) * ONE);
  histogram->counts[row][low] += ONE - part;
  histogram->counts[row][low + 1] += part;
  histogram->n++;
}

static void
count_piece (guint index, gpointer data)
{
  Search *self = data;
  Histogram *histogram = &self->histograms[index];
  const gsize n = (gsize) self->fixed.size[0] * self->fixed.size[1] *
                  self->fixed.size[2] / self->stride;

  memset (histogram, 0, sizeof *histogram);
  for (gsize i = n * index / PIECES; i < n * (index + 1) / PIECES; i++)
    count_point (self, i * self->stride, histogram);
}

static double
get_entropy (const guint64 *counts, gsize n, double all)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    if (counts[i] > 0) {
      const double part = (double) counts[i] / all;
      sum -= part * log (part);
    }
  return sum;
}

/* What all pieces counted. */
static double
get_information (const Search *self)
{
  guint64 joint[BINS * BINS] = { 0 };
  guint64 rows[BINS] = { 0 };
  guint64 columns[BINS] = { 0 };
  guint64 all = 0;

  for (guint piece = 0; piece < PIECES; piece++)
    for (gsize i = 0; i < (gsize) BINS * BINS; i++)
      joint[i] += self->histograms[piece].counts[i / BINS][i % BINS];
  for (gsize i = 0; i < (gsize) BINS * BINS; i++) {
    rows[i / BINS] += joint[i];
    columns[i % BINS] += joint[i];
    all += joint[i];
  }
  const double both = get_entropy (joint, (gsize) BINS * BINS, (double) all);
  if (!(both > 0))
    return 0;
  return (get_entropy (rows, BINS, (double) all) +
          get_entropy (columns, BINS, (double) all)) /
         both;
}

/* 0 where they hardly overlap. */
static double
judge (Search *self, const Pose *pose)
{
  double matrix[16];
  guint64 n = 0;

  map_pose (self, pose, matrix);
  vitrail_matrix_multiply (matrix, self->fixed.matrix, matrix);
  vitrail_matrix_multiply (self->moving.inverse, matrix, self->index);
  vitrail_parallel_run (PIECES, count_piece, self, NULL, NULL);
  for (guint i = 0; i < PIECES; i++)
    n += self->histograms[i].n;
  const gsize points = (gsize) self->fixed.size[0] * self->fixed.size[1] *
                       self->fixed.size[2] / self->stride;
  return (double) n < OVERLAP * (double) points ? 0 : get_information (self);
}

/* One step each way along each axis; TRUE where one of them was better. */
static gboolean
explore (Search *self, double step, Pose *pose, double *best)
{
  gboolean moved = FALSE;

  for (guint axis = 0; axis < 6; axis++)
    for (int way = -1; way <= 1; way += 2) {
      Pose tried = *pose;
      tried.by[axis] += way * step;
      const double got = judge (self, &tried);
      if (got > *best) {
        *best = got;
        *pose = tried;
        moved = TRUE;
        break;
      }
    }
  return moved;
}

/* On in the direction that helped, as long as it does. */
static void
go_on (Search *self, const Pose *from, Pose *pose, double *best)
{
  Pose last = *from;

  for (guint round = 0; round < ROUNDS; round++) {
    Pose tried;
    for (guint axis = 0; axis < 6; axis++)
      tried.by[axis] = 2 * pose->by[axis] - last.by[axis];
    const double got = judge (self, &tried);
    if (!(got > *best))
      return;
    *best = got;
    last = *pose;
    *pose = tried;
  }
}

/* Steps of one length, until none helps. */
static void
walk (Search *self, double step, Pose *pose, double *best)
{
  for (guint round = 0; round < ROUNDS; round++) {
    const Pose from = *pose;
    if (g_cancellable_is_cancelled (self->cancellable) ||
        !explore (self, step, pose, best))
      return;
    go_on (self, &from, pose, best);
  }
}

/* --- levels --- */

static void
get_middle (const VitrailVolumeInfo *info, double middle[3])
{
  const double index[3] = { (info->size[0] - 1) / 2.0,
                            (info->size[1] - 1) / 2.0,
                            (info->size[2] - 1) / 2.0 };

  vitrail_matrix_map (info->matrix, index, middle);
}

static gboolean
set_level (Search *self,
           VitrailVolume *fixed,
           VitrailVolume *moving,
           double spacing,
           GError **error)
{
  vitrail_coarse_clear (&self->fixed);
  vitrail_coarse_clear (&self->moving);
  if (!vitrail_coarse_make (&self->fixed, fixed, spacing, error) ||
      !vitrail_coarse_make (&self->moving, moving, spacing, error))
    return FALSE;
  const gsize n =
      (gsize) self->fixed.size[0] * self->fixed.size[1] * self->fixed.size[2];
  self->stride = MAX (n / POINTS, 1);
  /* Not the same column of each row. */
  if (self->stride > 1)
    self->stride |= 1;
  return TRUE;
}

/* Where the search begins: as the millimetres say, or middle on middle. */
static void
set_start (Search *self, VitrailVolume *fixed, VitrailVolume *moving)
{
  const Pose none = { { 0 } };
  double to[3];

  if (judge (self, &none) > 0)
    return;
  get_middle (vitrail_volume_get_info (moving), to);
  for (gsize n = 0; n < 3; n++)
    self->base[4 * n + 3] = to[n] - self->middle[n];
}

static gboolean
run_levels (Search *self,
            VitrailVolume *fixed,
            VitrailVolume *moving,
            gboolean has_start,
            Pose *pose,
            VitrailAlignment *alignment,
            GError **error)
{
  static const struct {
    double spacing;
    double step;
    guint n_halves;
  } levels[] = { { 8, 8, 4 }, { 4, 2, 3 }, { 2, 0.5, 4 } };

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++) {
    if (!set_level (self, fixed, moving, levels[i].spacing, error))
      return FALSE;
    if (i == 0 && !has_start)
      set_start (self, fixed, moving);
    double best = judge (self, pose);
    for (guint half = 0; half < levels[i].n_halves; half++)
      walk (self, levels[i].step / (1 << half), pose, &best);
    alignment->information = best;
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
      return FALSE;
  }
  if (alignment->information > 0)
    return TRUE;
  g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                       "The volumes do not overlap");
  return FALSE;
}

gboolean
vitrail_align_rigid (VitrailVolume *fixed,
                     VitrailVolume *moving,
                     const double start[16],
                     VitrailAlignment *alignment,
                     GCancellable *cancellable,
                     GError **error)
{
  static const double identity[16] = { 1, 0, 0, 0, 0, 1, 0, 0,
                                       0, 0, 1, 0, 0, 0, 0, 1 };
  g_autofree Histogram *histograms = g_new (Histogram, PIECES);
  Search self = { .histograms = histograms, .cancellable = cancellable };
  Pose pose = { { 0 } };
  double matrix[16];

  get_middle (vitrail_volume_get_info (fixed), self.middle);
  memcpy (self.base, identity, sizeof identity);
  if (start != NULL && !vitrail_matrix_invert (start, self.base)) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                         "The matrix to begin with cannot be inverted");
    return FALSE;
  }
  const gboolean ok =
      run_levels (&self, fixed, moving, start != NULL, &pose, alignment, error);
  vitrail_coarse_clear (&self.fixed);
  vitrail_coarse_clear (&self.moving);
  if (!ok)
    return FALSE;
  map_pose (&self, &pose, matrix);
  return vitrail_matrix_invert (matrix, alignment->matrix);
}
