/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See planeline.h. */

#include "volume/planeline.h"

#include "volume/vector.h"

#include <math.h>
#include <string.h>

/* Of 10 degrees. */
#define LEAST_SINE 0.17

/* Directions from a pixel to the next, the first pixel, and the normal. */
typedef struct {
  double right[3];
  double down[3];
  double origin[3];
  double normal[3];
} Sheet;

static gboolean
open_sheet (const VitrailPlanePicture *picture, Sheet *self)
{
  for (guint n = 0; n < 3; n++) {
    const double *row = &picture->plane[(gsize) 4 * n];
    self->right[n] = row[0];
    self->down[n] = row[1];
    self->origin[n] = row[3];
  }
  vitrail_vector_cross (self->right, self->down, self->normal);
  return vitrail_vector_normalize (self->normal);
}

/* Keeps of @span what has @start + t * @step within -0.5 and @end - 0.5. */
static gboolean
keep_within (double start, double step, double end, double span[2])
{
  const double low = -0.5 - start;
  const double high = end - 0.5 - start;

  if (fabs (step) < 1e-12)
    return low <= 0 && high >= 0;
  span[0] = fmax (span[0], fmin (low / step, high / step));
  span[1] = fmin (span[1], fmax (low / step, high / step));
  return span[0] < span[1];
}

/* The same of the pixels of @other. */
static gboolean
keep_within_other (const VitrailPlanePicture *other,
                   const Sheet *sheet,
                   const double start[3],
                   const double step[3],
                   double span[2])
{
  const double sides[2] = { other->width, other->height };
  double from[3];

  for (guint n = 0; n < 3; n++)
    from[n] = start[n] - sheet->origin[n];
  for (guint a = 0; a < 2; a++) {
    const double *axis = a == 0 ? sheet->right : sheet->down;
    const double length = vitrail_vector_dot (axis, axis);
    if (!keep_within (vitrail_vector_dot (from, axis) / length,
                      vitrail_vector_dot (step, axis) / length, sides[a], span))
      return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_plane_line_find (const VitrailPlanePicture *here,
                         const VitrailPlanePicture *other,
                         double from[2],
                         double to[2])
{
  Sheet a;
  Sheet b;
  double away[3];
  double span[2] = { -1e9, 1e9 };

  if (!open_sheet (here, &a) || !open_sheet (other, &b) ||
      fabs (vitrail_vector_dot (a.normal, b.normal)) >
          sqrt (1 - LEAST_SINE * LEAST_SINE))
    return FALSE;
  /* Pixels of the line: p x + q y + r = 0. */
  for (guint n = 0; n < 3; n++)
    away[n] = a.origin[n] - b.origin[n];
  const double p = vitrail_vector_dot (a.right, b.normal);
  const double q = vitrail_vector_dot (a.down, b.normal);
  const double r = vitrail_vector_dot (away, b.normal);
  const double squares = p * p + q * q;
  const double start[2] = { -p * r / squares, -q * r / squares };
  const double step[2] = { -q / sqrt (squares), p / sqrt (squares) };
  double place[3];
  double way[3];

  for (guint n = 0; n < 3; n++) {
    place[n] = a.origin[n] + start[0] * a.right[n] + start[1] * a.down[n];
    way[n] = step[0] * a.right[n] + step[1] * a.down[n];
  }
  if (!keep_within (start[0], step[0], here->width, span) ||
      !keep_within (start[1], step[1], here->height, span) ||
      !keep_within_other (other, &b, place, way, span))
    return FALSE;
  for (guint n = 0; n < 2; n++) {
    from[n] = start[n] + span[0] * step[n];
    to[n] = start[n] + span[1] * step[n];
  }
  return isfinite (from[0] + from[1] + to[0] + to[1]);
}
