/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Colour deconvolution: see stain.h. */

#include "slide/stain.h"

#include <math.h>
#include <string.h>

/* Optical density in red, green and blue of an amount of 1, as published. */
static const double densities[3][3] = {
  { 0.650, 0.704, 0.286 }, /* hematoxylin */
  { 0.072, 0.990, 0.105 }, /* eosin */
  { 0.268, 0.570, 0.776 }, /* DAB */
};

double
vitrail_stain_get_density (guint value)
{
  return -log10 (MAX (value, 1) / 255.0);
}

void
vitrail_stain_get_densities (VitrailStain stain, double out[3])
{
  memcpy (out, densities[stain - VITRAIL_STAIN_HEMATOXYLIN], 3 * sizeof *out);
}

/* The column of the inverse of densities that gives the amount of @stain: the
 * cross product of the other two stains over the determinant. */
void
vitrail_stain_get_weights (VitrailStain stain, double weights[3])
{
  const guint index = (guint) stain - VITRAIL_STAIN_HEMATOXYLIN;
  const double *a = densities[(index + 1) % 3];
  const double *b = densities[(index + 2) % 3];
  double determinant = 0.0;

  for (guint c = 0; c < 3; c++) {
    weights[c] =
        a[(c + 1) % 3] * b[(c + 2) % 3] - a[(c + 2) % 3] * b[(c + 1) % 3];
    determinant += weights[c] * densities[index][c];
  }
  for (guint c = 0; c < 3; c++)
    weights[c] /= determinant;
}

void
vitrail_stain_table_init (VitrailStainTable *self, VitrailStain stain)
{
  const guint index = (guint) stain - VITRAIL_STAIN_HEMATOXYLIN;
  double weights[3];
  double most = 0.0;

  vitrail_stain_get_weights (stain, weights);
  for (guint c = 0; c < 3; c++)
    most += fmax (weights[c], 0.0) * vitrail_stain_get_density (0);
  const double step = most / (VITRAIL_STAIN_STEPS - 1);
  for (guint c = 0; c < 3; c++)
    for (guint i = 0; i < 256; i++)
      self->amounts[c][i] =
          (float) (weights[c] * vitrail_stain_get_density (i) / step);
  for (guint i = 0; i < VITRAIL_STAIN_STEPS; i++)
    for (guint c = 0; c < 3; c++)
      self->colors[i][c] =
          (uint8_t) rint (255 * pow (10, -(i * step) * densities[index][c]));
}

void
vitrail_stain_row (const VitrailStainTable *self, uint8_t *rgb, size_t n)
{
  for (size_t x = 0; x < n; x++, rgb += 3) {
    const float amount = self->amounts[0][rgb[0]] + self->amounts[1][rgb[1]] +
                         self->amounts[2][rgb[2]];
    const int at = (int) (MAX (amount, 0.0f) + 0.5f);
    memcpy (rgb, self->colors[MIN (at, VITRAIL_STAIN_STEPS - 1)], 3);
  }
}
