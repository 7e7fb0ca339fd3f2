/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Directions in space, three doubles each. */

#pragma once

#include <glib.h>

#include <math.h>

G_BEGIN_DECLS

static inline void
vitrail_vector_cross (const double a[3], const double b[3], double out[3])
{
  for (guint n = 0; n < 3; n++)
    out[n] = a[(n + 1) % 3] * b[(n + 2) % 3] - a[(n + 2) % 3] * b[(n + 1) % 3];
}

static inline double
vitrail_vector_dot (const double a[3], const double b[3])
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* FALSE where it has no length. */
static inline gboolean
vitrail_vector_normalize (double vector[3])
{
  const double length = sqrt (vitrail_vector_dot (vector, vector));

  if (!(length > 1e-9) || !isfinite (length))
    return FALSE;
  for (guint n = 0; n < 3; n++)
    vector[n] /= length;
  return TRUE;
}

/* Of a matrix of four by four, row by row: the step along axis @column. */
static inline void
vitrail_vector_get_column (const double matrix[16], guint column, double out[3])
{
  for (guint n = 0; n < 3; n++)
    out[n] = matrix[4 * n + column];
}

/* Both at once, about the third direction: @a goes towards @b. */
static inline void
vitrail_vector_turn (double a[3], double b[3], double degrees)
{
  const double c = cos (degrees * G_PI / 180);
  const double s = sin (degrees * G_PI / 180);

  for (guint n = 0; n < 3; n++) {
    const double was = a[n];
    a[n] = c * was + s * b[n];
    b[n] = c * b[n] - s * was;
  }
}

G_END_DECLS
