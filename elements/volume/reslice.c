/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which pixels of a line lie where in a volume: see reslice.h. */

#include "volume/reslice.h"

#include "parallel.h"
#include "volume/resliceline.h"

#include <math.h>
#include <string.h>

/* Lines of one piece of work, and pixels of them that are done in turn; whole
 * vectors, so that the middle of a line is. */
#define BAND 16
#define PART 64

gboolean
vitrail_reslice_is_float (const VitrailReslice *self)
{
  return self->type == VITRAIL_VOXEL_F32 ||
         (self->slab == VITRAIL_SLAB_SUM && self->n_planes > 1);
}

/* Narrows @span to the pixels that lie from @low to @high along an axis in all
 * planes, or in any. */
static void
narrow (const VitrailResliceLine *line,
        guint axis,
        double low,
        double high,
        gboolean all,
        double span[2])
{
  const double slope = line->self->right[axis];
  const double depth = (line->self->n_planes - 1) * (double) line->step[axis];
  const double deepest = MAX (depth, 0);
  const double nearest = MIN (depth, 0);
  /* What the first plane's position has to keep to. */
  const double from = low - (all ? nearest : deepest) - line->base[axis];
  const double to = high - (all ? deepest : nearest) - line->base[axis];

  /* A slab thicker than the volume is nowhere within it as a whole. */
  if (!(from <= to) || (slope == 0 && !(from <= 0 && to >= 0))) {
    span[1] = -INFINITY;
    return;
  }
  if (slope == 0)
    return;
  const double a = from / slope;
  const double b = to / slope;
  span[0] = MAX (span[0], MIN (a, b));
  span[1] = MIN (span[1], MAX (a, b));
}

/* Whole pixels of @span, wider or narrower by one than it says. */
static void
round_span (const double span[2], double more, guint width, guint whole[2])
{
  const double first = ceil (span[0] - more);
  const double end = floor (span[1] + more) + 1;

  /* NaN, too, gives none. */
  whole[0] = whole[1] = 0;
  if (!(end > first))
    return;
  whole[0] = (guint) CLAMP (first, 0, (double) width);
  whole[1] = (guint) CLAMP (end, (double) whole[0], (double) width);
}

/* @outer: pixels that may be in the volume; @inner: those whose planes all are,
 * well within. */
static void
find_spans (const VitrailResliceLine *line,
            guint width,
            guint outer[2],
            guint inner[2])
{
  const double margin = 1.0 / 64;
  double any[2] = { 0, width };
  double all[2] = { 0, width };
  /* The taps of a cubic reach one voxel further. */
  const double reach =
      line->self->interpolation == VITRAIL_RESLICE_CUBIC ? 1 : 0;

  for (guint a = 0; a < 3; a++) {
    const double last = line->self->size[a] - 1.0;
    narrow (line, a, -0.5, last + 0.5, FALSE, any);
    narrow (line, a, reach + margin, last - reach - margin, TRUE, all);
  }
  round_span (any, 1, width, outer);
  round_span (all, -1, width, inner);
  inner[0] = CLAMP (inner[0], outer[0], outer[1]);
  inner[1] = CLAMP (inner[1], inner[0], outer[1]);
}

static void
fill (const VitrailResliceLine *line, guint first, guint end)
{
  const double value = line->self->background;

  if (vitrail_reslice_is_float (line->self))
    for (guint x = first; x < end; x++)
      ((float *) line->out)[x] = (float) value;
  else
    for (guint x = first; x < end; x++)
      ((guint16 *) line->out)[x] = (guint16) lrint (CLAMP (value, 0, 65535));
}

/* What is not finite is nowhere. */
static gboolean
is_finite (const VitrailResliceLine *line)
{
  double sum = 0;

  for (guint a = 0; a < 3; a++)
    sum += fabs (line->base[a]) + fabs (line->self->right[a]) +
           fabs ((double) line->step[a]);
  return isfinite (sum);
}

/* A line and where it lies in the volume. */
typedef struct {
  VitrailResliceLine line;
  guint outer[2];
  guint inner[2];
} Placed;

static void
place_line (Placed *self,
            const VitrailReslice *reslice,
            guint y,
            guint width,
            void *out)
{
  VitrailResliceLine *line = &self->line;

  line->self = reslice;
  line->out = out;
  for (guint a = 0; a < 3; a++) {
    line->base[a] = reslice->origin[a] + y * reslice->down[a];
    line->step[a] = (float) reslice->step[a];
  }
  if (is_finite (line))
    find_spans (line, width, self->outer, self->inner);
  else
    memset (self->outer, 0, sizeof self->outer + sizeof self->inner);
  fill (line, 0, self->outer[0]);
  fill (line, self->outer[1], width);
}

/* Pixels @first to @end - 1, as far as they are in the volume. */
static void
do_part (const Placed *self, guint first, guint end)
{
  const VitrailResliceLine *line = &self->line;
  const guint from = CLAMP (first, self->outer[0], self->outer[1]);
  const guint to = CLAMP (end, self->outer[0], self->outer[1]);
  const guint fast = CLAMP (from, self->inner[0], self->inner[1]);
  const guint fast_end = CLAMP (to, self->inner[0], self->inner[1]);

  vitrail_reslice_line_c (line, from, MIN (fast, to));
  const guint done =
      line->self->interpolation == VITRAIL_RESLICE_CUBIC
          ? vitrail_reslice_line_cubic_fast (line, fast, fast_end)
          : vitrail_reslice_line_fast (line, fast, fast_end);
  vitrail_reslice_line_c (line, MAX (done, from), to);
}

/* Neighbouring lines read much the same voxels: part by part, they find them
 * in the processor's cache. */
static void
do_band (const VitrailReslice *self,
         guint first,
         guint n,
         guint width,
         guint8 *out,
         gsize stride)
{
  Placed lines[BAND];

  for (guint y = 0; y < n; y++)
    place_line (&lines[y], self, first + y, width, out + y * stride);
  for (guint x = 0; x < width; x += PART)
    for (guint y = 0; y < n; y++)
      do_part (&lines[y], x, MIN (x + PART, width));
}

void
vitrail_reslice_lines (const VitrailReslice *self,
                       guint first,
                       guint end,
                       guint width,
                       void *out,
                       gsize stride)
{
  for (guint y = first; y < end; y += BAND)
    do_band (self, y, MIN (BAND, end - y), width,
             (guint8 *) out + (y - first) * stride, stride);
}

typedef struct {
  const VitrailReslice *self;
  guint width;
  guint height;
  guint8 *out;
  gsize stride;
} Picture;

static void
do_piece (guint index, gpointer data)
{
  const Picture *picture = data;
  const guint first = index * BAND;

  vitrail_reslice_lines (picture->self, first,
                         MIN (first + BAND, picture->height), picture->width,
                         picture->out + first * picture->stride,
                         picture->stride);
}

void
vitrail_reslice_picture (const VitrailReslice *self,
                         guint width,
                         guint height,
                         void *out,
                         gsize stride)
{
  Picture picture = { self, width, height, out, stride };

  vitrail_parallel_run ((height + BAND - 1) / BAND, do_piece, &picture, NULL,
                        NULL);
}
