/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Affine maps between voxels and millimetres: see volume.h. */

#include "volume/volume.h"

#include <math.h>
#include <string.h>

/* Columns that are closer to one plane than this (the volume of the cell they
 * span, against that of a box with their lengths) span no space. */
#define FLAT 1e-6

void
vitrail_matrix_map (const double matrix[16],
                    const double point[3],
                    double out[3])
{
  const double x = point[0];
  const double y = point[1];
  const double z = point[2];

  for (guint i = 0; i < 3; i++) {
    const double *row = matrix + (size_t) i * 4;
    out[i] = row[0] * x + row[1] * y + row[2] * z + row[3];
  }
}

void
vitrail_matrix_multiply (const double a[16], const double b[16], double out[16])
{
  double product[16];

  for (size_t i = 0; i < 16; i++) {
    const double *row = a + (i / 4) * 4;
    const double *column = b + i % 4;
    product[i] = row[0] * column[0] + row[1] * column[4] + row[2] * column[8] +
                 row[3] * column[12];
  }
  memcpy (out, product, sizeof product);
}

static double
get_column_length (const double matrix[16], guint column)
{
  return sqrt (matrix[column] * matrix[column] +
               matrix[4 + column] * matrix[4 + column] +
               matrix[8 + column] * matrix[8 + column]);
}

static gboolean
is_affine (const double m[16])
{
  for (guint i = 0; i < 16; i++)
    if (!isfinite (m[i]))
      return FALSE;
  return m[12] == 0 && m[13] == 0 && m[14] == 0 && m[15] == 1;
}

/* The cofactor of row @r and column @c of the upper left 3 x 3. */
static double
get_cofactor (const double m[16], guint r, guint c)
{
  const guint r1 = (r + 1) % 3;
  const guint r2 = (r + 2) % 3;
  const guint c1 = (c + 1) % 3;
  const guint c2 = (c + 2) % 3;

  return m[(size_t) r1 * 4 + c1] * m[(size_t) r2 * 4 + c2] -
         m[(size_t) r1 * 4 + c2] * m[(size_t) r2 * 4 + c1];
}

gboolean
vitrail_matrix_invert (const double matrix[16], double inverse[16])
{
  double out[16] = { 0 };

  if (!is_affine (matrix))
    return FALSE;
  const double box = get_column_length (matrix, 0) *
                     get_column_length (matrix, 1) *
                     get_column_length (matrix, 2);
  const double determinant = matrix[0] * get_cofactor (matrix, 0, 0) +
                             matrix[1] * get_cofactor (matrix, 0, 1) +
                             matrix[2] * get_cofactor (matrix, 0, 2);
  if (!isfinite (box) || !(fabs (determinant) > FLAT * box))
    return FALSE;
  for (guint r = 0; r < 3; r++) {
    double *row = out + (size_t) r * 4;
    for (guint c = 0; c < 3; c++)
      row[c] = get_cofactor (matrix, c, r) / determinant;
    row[3] = -(row[0] * matrix[3] + row[1] * matrix[7] + row[2] * matrix[11]);
  }
  out[15] = 1;
  memcpy (inverse, out, sizeof out);
  return is_affine (inverse);
}
