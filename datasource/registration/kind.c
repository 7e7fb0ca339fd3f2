/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Kinds of matrices: see kind.h. */

#include "registration/kind.h"

#include <math.h>

/* Of a direction's length, and of the cosine between two: writers round. */
#define TOLERANCE 0.01

static const char *const names[] = { "RIGID", "RIGID_SCALE", "AFFINE" };

const char *
vitrail_registration_kind_to_text (VitrailRegistrationKind kind)
{
  return names[kind];
}

gboolean
vitrail_registration_kind_read (const VitrailDataSet *item,
                                VitrailTag tag,
                                VitrailRegistrationKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (vitrail_data_set_text_is (item, tag, 0, names[i])) {
      *kind = (VitrailRegistrationKind) i;
      return TRUE;
    }
  return FALSE;
}

/* Of columns, or of rows. */
static double
get_product (const double m[16], const guint which[2], gboolean of_rows)
{
  const guint across = of_rows ? 1 : 4;
  const guint along = of_rows ? 4 : 1;
  double sum = 0;

  for (guint n = 0; n < 3; n++)
    sum += m[which[0] * along + n * across] * m[which[1] * along + n * across];
  return sum;
}

static gboolean
is_orthogonal (const double m[16], gboolean of_rows)
{
  for (guint a = 0; a < 3; a++) {
    const guint next = (a + 1) % 3;
    const double lengths =
        sqrt (get_product (m, (const guint[]){ a, a }, of_rows) *
              get_product (m, (const guint[]){ next, next }, of_rows));
    if (!(fabs (get_product (m, (const guint[]){ a, next }, of_rows)) <=
          TOLERANCE * lengths))
      return FALSE;
  }
  return TRUE;
}

/* What is turned is not mirrored: its left would be right. */
static gboolean
is_mirror (const double m[16])
{
  return m[0] * (m[5] * m[10] - m[6] * m[9]) -
             m[1] * (m[4] * m[10] - m[6] * m[8]) +
             m[2] * (m[4] * m[9] - m[5] * m[8]) <
         0;
}

gboolean
vitrail_registration_kind_fits (VitrailRegistrationKind kind,
                                const double matrix[16])
{
  if (kind == VITRAIL_REGISTRATION_AFFINE)
    return TRUE;
  /* Scaled before it is turned, or after. */
  if (kind == VITRAIL_REGISTRATION_RIGID_SCALE)
    return is_orthogonal (matrix, FALSE) || is_orthogonal (matrix, TRUE);
  for (guint a = 0; a < 3; a++) {
    const double length =
        sqrt (get_product (matrix, (const guint[]){ a, a }, FALSE));
    if (!(fabs (length - 1) <= TOLERANCE))
      return FALSE;
  }
  return !is_mirror (matrix) && is_orthogonal (matrix, FALSE);
}
