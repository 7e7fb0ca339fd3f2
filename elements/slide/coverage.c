/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What has been looked at: see coverage.h. */

#include "slide/coverage.h"

#include <math.h>
#include <string.h>

#define N_STEPS VITRAIL_COVERAGE_STEPS
#define LEAST   0.15625

/* Of a cell that has tissue. */
#define LEAST_TISSUE 0.05

G_DEFINE_BOXED_TYPE (VitrailCoverage,
                     vitrail_coverage,
                     vitrail_coverage_copy,
                     vitrail_coverage_free)

VitrailCoverage *
vitrail_coverage_new (VitrailSlide *slide, guint ms)
{
  VitrailCoverage *self = g_new0 (VitrailCoverage, 1);
  VitrailSlideLevel finest;

  vitrail_slide_get_level (slide, 0, &finest);
  self->width = finest.width;
  self->height = finest.height;
  self->cell =
      (double) MAX (finest.width, finest.height) / VITRAIL_COVERAGE_CELLS;
  self->columns = (guint) fmax (ceil ((double) finest.width / self->cell), 1);
  self->rows = (guint) fmax (ceil ((double) finest.height / self->cell), 1);
  self->ms = CLAMP (ms, 1, G_MAXUINT16);
  self->times = g_new0 (guint16, (gsize) self->columns * self->rows * N_STEPS);
  return self;
}

static gsize
get_n_times (const VitrailCoverage *self)
{
  return (gsize) self->columns * self->rows * N_STEPS;
}

VitrailCoverage *
vitrail_coverage_copy (const VitrailCoverage *self)
{
  VitrailCoverage *copy = g_memdup2 (self, sizeof *self);

  copy->times =
      g_memdup2 (self->times, get_n_times (self) * sizeof *self->times);
  return copy;
}

void
vitrail_coverage_free (VitrailCoverage *self)
{
  g_free (self->times);
  g_free (self);
}

/* The step that @magnification has reached, or -1. Zooms that are a hair short
 * of a step have reached it. */
static int
get_step (double magnification)
{
  if (!(magnification >= LEAST * 0.99))
    return -1;
  return (int) fmin (floor (log2 (magnification / LEAST * 1.02) * 2),
                     N_STEPS - 1);
}

static guint16 *
get_times (const VitrailCoverage *self, guint column, guint row)
{
  return self->times + ((gsize) row * self->columns + column) * N_STEPS;
}

static void
add_time (guint16 *times, guint ms)
{
  *times = (guint16) MIN (*times + ms, G_MAXUINT16);
}

/* --- what is in view --- */

static gboolean
invert (const double a[6], double out[6])
{
  const double determinant = a[0] * a[4] - a[1] * a[3];

  if (!isfinite (1 / determinant) || !isfinite (a[2]) || !isfinite (a[5]))
    return FALSE;
  out[0] = a[4] / determinant;
  out[1] = -a[1] / determinant;
  out[3] = -a[3] / determinant;
  out[4] = a[0] / determinant;
  out[2] = -(out[0] * a[2] + out[1] * a[5]);
  out[5] = -(out[3] * a[2] + out[4] * a[5]);
  return TRUE;
}

/* Whether the pixel centre of level 0 falls on the view. */
static gboolean
is_in_view (const double to_view[6],
            const guint size[2],
            const double centre[2])
{
  const double x = to_view[0] * centre[0] + to_view[1] * centre[1] + to_view[2];
  const double y = to_view[3] * centre[0] + to_view[4] * centre[1] + to_view[5];

  return x >= -0.5 && y >= -0.5 && x < size[0] - 0.5 && y < size[1] - 0.5;
}

/* The cell that holds a point of level 0; FALSE beside the slide. */
static gboolean
find_cell (const VitrailCoverage *self, const double point[2], guint cell[2])
{
  if (!(point[0] >= 0) || !(point[1] >= 0) ||
      !(point[0] < (double) self->width) || !(point[1] < (double) self->height))
    return FALSE;
  cell[0] = MIN ((guint) (point[0] / self->cell), self->columns - 1);
  cell[1] = MIN ((guint) (point[1] / self->cell), self->rows - 1);
  return TRUE;
}

void
vitrail_coverage_add (VitrailCoverage *self,
                      const double affine[6],
                      const guint size[2],
                      double magnification,
                      guint ms)
{
  const int step = get_step (magnification);
  const double x = (size[0] - 1) / 2.0;
  const double y = (size[1] - 1) / 2.0;
  const double middle[2] = { affine[0] * x + affine[1] * y + affine[2] + 0.5,
                             affine[3] * x + affine[4] * y + affine[5] + 0.5 };
  guint at[2] = { G_MAXUINT, G_MAXUINT };
  double to_view[6];

  if (step < 0 || !invert (affine, to_view))
    return;
  if (find_cell (self, middle, at))
    add_time (get_times (self, at[0], at[1]) + step, ms);
  for (guint row = 0; row < self->rows; row++)
    for (guint column = 0; column < self->columns; column++) {
      const double centre[2] = { (column + 0.5) * self->cell - 0.5,
                                 (row + 0.5) * self->cell - 0.5 };
      if ((column != at[0] || row != at[1]) &&
          is_in_view (to_view, size, centre))
        add_time (get_times (self, column, row) + step, ms);
    }
}

gboolean
vitrail_coverage_merge (VitrailCoverage *self, const VitrailCoverage *other)
{
  if (self->width != other->width || self->height != other->height)
    return FALSE;
  for (gsize i = 0; i < get_n_times (self); i++)
    add_time (&self->times[i], other->times[i]);
  return TRUE;
}

/* --- questions --- */

int
vitrail_coverage_get_step (const VitrailCoverage *self, guint column, guint row)
{
  const guint16 *times = get_times (self, column, row);
  guint sum = 0;

  for (int step = N_STEPS - 1; step >= 0; step--) {
    sum += times[step];
    if (sum >= self->ms)
      return step;
  }
  return -1;
}

void
vitrail_coverage_set_step (VitrailCoverage *self,
                           guint column,
                           guint row,
                           guint step)
{
  get_times (self, column, row)[MIN (step, N_STEPS - 1)] = (guint16) self->ms;
}

/* Nothing has been in view. */
static VitrailCoverage *
new_like (const VitrailCoverage *self)
{
  VitrailCoverage *other = g_memdup2 (self, sizeof *self);

  other->times = g_new0 (guint16, get_n_times (self));
  return other;
}

VitrailCoverage *
vitrail_coverage_take_seen (VitrailCoverage *self)
{
  g_autoptr (VitrailCoverage) seen = new_like (self);
  gboolean any = FALSE;

  for (guint row = 0; row < self->rows; row++)
    for (guint column = 0; column < self->columns; column++) {
      const int step = vitrail_coverage_get_step (self, column, row);
      if (step < 0)
        continue;
      vitrail_coverage_set_step (seen, column, row, (guint) step);
      guint16 *times = get_times (self, column, row);
      memset (times, 0, ((size_t) step + 1) * sizeof *times);
      any = TRUE;
    }
  return any ? g_steal_pointer (&seen) : NULL;
}

double
vitrail_coverage_get_magnification (const VitrailCoverage *self,
                                    guint column,
                                    guint row)
{
  const int step = vitrail_coverage_get_step (self, column, row);

  return step >= 0 ? LEAST * exp2 (step / 2.0) : 0.0;
}

static gboolean
counts (const VitrailCoverage *self,
        const VitrailTissue *tissue,
        guint column,
        guint row)
{
  const double rect[4] = { column * self->cell, row * self->cell, self->cell,
                           self->cell };

  return tissue == NULL || vitrail_tissue_get_n_regions (tissue) == 0 ||
         vitrail_tissue_get_share (tissue, rect) >= LEAST_TISSUE;
}

static gboolean
is_seen (const VitrailCoverage *self, guint column, guint row, int step)
{
  return vitrail_coverage_get_step (self, column, row) >= MAX (step, 0);
}

double
vitrail_coverage_get_share (const VitrailCoverage *self,
                            const VitrailTissue *tissue,
                            double magnification)
{
  const int step = get_step (magnification);
  guint n = 0;
  guint n_seen = 0;

  for (guint row = 0; row < self->rows; row++)
    for (guint column = 0; column < self->columns; column++)
      if (counts (self, tissue, column, row)) {
        n++;
        n_seen += is_seen (self, column, row, step);
      }
  return n > 0 ? n_seen / (double) n : 0.0;
}

gboolean
vitrail_coverage_find_unseen (const VitrailCoverage *self,
                              const VitrailTissue *tissue,
                              double magnification,
                              double centre[2])
{
  const int step = get_step (magnification);
  const guint n = self->columns * self->rows;
  guint at[2] = { self->columns - 1, self->rows - 1 };

  find_cell (self, centre, at);
  for (guint i = 1; i <= n; i++) {
    const guint index = (at[1] * self->columns + at[0] + i) % n;
    const guint column = index % self->columns;
    const guint row = index / self->columns;
    if (!counts (self, tissue, column, row) ||
        is_seen (self, column, row, step))
      continue;
    centre[0] = fmin ((column + 0.5) * self->cell, (double) self->width);
    centre[1] = fmin ((row + 0.5) * self->cell, (double) self->height);
    return TRUE;
  }
  return FALSE;
}
