/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Curves and tables: see transfer.h. */

#include "volume/transfer.h"

#include "volume/transferpresets.h"

#include <math.h>
#include <string.h>

const VitrailTransfer *
vitrail_transfer_get_presets (guint *n)
{
  *n = G_N_ELEMENTS (vitrail_transfer_presets);
  return vitrail_transfer_presets;
}

const VitrailTransfer *
vitrail_transfer_find_preset (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (vitrail_transfer_presets); i++)
    if (strcmp (vitrail_transfer_presets[i].name, name) == 0)
      return &vitrail_transfer_presets[i];
  return NULL;
}

/* Where @value lies among @n points of @stride numbers, the first of which is
 * the point's value: between @*point and the next one, by so much. */
static double
find_point (const double *points,
            guint n,
            guint stride,
            double value,
            guint *point)
{
  guint i = 0;

  while (i + 1 < n && value >= points[(gsize) (i + 1) * stride])
    i++;
  *point = i;
  const double here = points[(gsize) i * stride];
  if (i + 1 >= n || !(value > here))
    return 0;
  return (value - here) / (points[(gsize) (i + 1) * stride] - here);
}

static double
mix (double a, double b, double weight)
{
  return a + (b - a) * weight;
}

void
vitrail_transfer_get (const VitrailTransfer *self, double value, double rgba[4])
{
  guint i;
  double weight =
      find_point (&self->colors[0][0], self->n_colors, 4, value, &i);
  const guint next = MIN (i + 1, self->n_colors - 1);

  for (guint c = 0; c < 3; c++)
    rgba[c] = mix (self->colors[i][c + 1], self->colors[next][c + 1], weight);
  weight = find_point (&self->opacities[0][0], self->n_opacities, 2, value, &i);
  rgba[3] =
      mix (self->opacities[i][1],
           self->opacities[MIN (i + 1, self->n_opacities - 1)][1], weight);
}

static guint32
to_16_bits (double part)
{
  return (guint32) lrint (CLAMP (part, 0, 1) * 65535);
}

VitrailTransferTable *
vitrail_transfer_table_new (const VitrailTransfer *self,
                            double shift,
                            double slope,
                            double intercept,
                            double low,
                            double high,
                            double step_mm)
{
  VitrailTransferTable *table = g_new0 (VitrailTransferTable, 1);
  const double range = MAX (high - low, 1);

  table->n = (guint) CLAMP (ceil (range) + 1, 2, VITRAIL_TRANSFER_STEPS);
  table->low = (float) low;
  table->scale = (float) ((table->n - 1) / range);
  table->opacity_red = g_new (guint32, table->n);
  table->green_blue = g_new (guint32, table->n);
  for (guint i = 0; i < table->n; i++) {
    const double voxel = low + i * range / (table->n - 1);
    double rgba[4];
    vitrail_transfer_get (self, voxel * slope + intercept - shift, rgba);
    /* What one millimetre lets through, for the length of a step. */
    const double opacity = 1 - pow (1 - CLAMP (rgba[3], 0, 1), step_mm);
    table->opacity_red[i] = to_16_bits (opacity) << 16 | to_16_bits (rgba[0]);
    table->green_blue[i] = to_16_bits (rgba[1]) << 16 | to_16_bits (rgba[2]);
  }
  return table;
}

void
vitrail_transfer_table_free (VitrailTransferTable *self)
{
  if (self == NULL)
    return;
  g_free (self->opacity_red);
  g_free (self->green_blue);
  g_free (self);
}

guint32 *
vitrail_transfer_seen_new (const VitrailTransferTable *table)
{
  guint32 *seen = g_new (guint32, table->n + 1);

  seen[0] = 0;
  for (guint i = 0; i < table->n; i++)
    seen[i + 1] = seen[i] + ((table->opacity_red[i] >> 16) != 0);
  return seen;
}
