/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See transferedit.h. */

#include "volume/transferedit.h"

#include <math.h>
#include <string.h>

/* A curve as rows of numbers of which the first is the value. */
typedef struct {
  double *rows;
  guint *n;
  gsize columns;
} Curve;

static Curve
get_curve (VitrailTransfer *self, VitrailTransferCurve curve)
{
  if (curve == VITRAIL_TRANSFER_OPACITY)
    return (Curve){ &self->opacities[0][0], &self->n_opacities, 2 };
  return (Curve){ &self->colors[0][0], &self->n_colors, 4 };
}

guint
vitrail_transfer_get_n_points (const VitrailTransfer *self,
                               VitrailTransferCurve curve)
{
  return curve == VITRAIL_TRANSFER_OPACITY ? self->n_opacities : self->n_colors;
}

double
vitrail_transfer_get_value (const VitrailTransfer *self,
                            VitrailTransferCurve curve,
                            guint index)
{
  return curve == VITRAIL_TRANSFER_OPACITY ? self->opacities[index][0]
                                           : self->colors[index][0];
}

void
vitrail_transfer_move_point (VitrailTransfer *self,
                             VitrailTransferCurve curve,
                             guint index,
                             double value,
                             double least)
{
  const Curve points = get_curve (self, curve);
  double *row = points.rows + index * points.columns;
  double low = -G_MAXDOUBLE;
  double high = G_MAXDOUBLE;

  if (index >= *points.n || !isfinite (value))
    return;
  if (index > 0)
    low = row[-(gssize) points.columns] + least;
  if (index + 1 < *points.n)
    high = row[points.columns] - least;
  if (low <= high)
    row[0] = CLAMP (value, low, high);
}

void
vitrail_transfer_set_opacity (VitrailTransfer *self,
                              guint index,
                              double opacity)
{
  if (index < self->n_opacities && isfinite (opacity))
    self->opacities[index][1] = CLAMP (opacity, 0, 1);
}

void
vitrail_transfer_set_color (VitrailTransfer *self,
                            guint index,
                            const double rgb[3])
{
  for (guint c = 0; c < 3 && index < self->n_colors; c++)
    if (isfinite (rgb[c]))
      self->colors[index][c + 1] = CLAMP (rgb[c], 0, 1);
}

int
vitrail_transfer_add_point (VitrailTransfer *self,
                            VitrailTransferCurve curve,
                            double value)
{
  const Curve points = get_curve (self, curve);
  double rgba[4];
  guint index = 0;

  if (*points.n >= VITRAIL_TRANSFER_POINTS || !isfinite (value))
    return -1;
  while (index < *points.n && points.rows[index * points.columns] < value)
    index++;
  if (index < *points.n && points.rows[index * points.columns] == value)
    return -1;
  vitrail_transfer_get (self, value, rgba);
  double *row = points.rows + index * points.columns;
  memmove (row + points.columns, row,
           (*points.n - index) * points.columns * sizeof *row);
  row[0] = value;
  if (curve == VITRAIL_TRANSFER_OPACITY)
    row[1] = rgba[3];
  else
    memcpy (row + 1, rgba, 3 * sizeof *row);
  ++*points.n;
  return (int) index;
}

gboolean
vitrail_transfer_remove_point (VitrailTransfer *self,
                               VitrailTransferCurve curve,
                               guint index)
{
  const Curve points = get_curve (self, curve);

  if (*points.n < 2 || index >= *points.n)
    return FALSE;
  double *row = points.rows + index * points.columns;
  memmove (row, row + points.columns,
           (*points.n - index - 1) * points.columns * sizeof *row);
  --*points.n;
  return TRUE;
}

/* --- as a text --- */

/* Short, and the same number when it is read again. */
static void
append_number (GString *text, double number)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (digits, sizeof digits, "%.9g", number);
  if (g_ascii_strtod (digits, NULL) != number)
    g_ascii_dtostr (digits, sizeof digits, number);
  g_string_append (text, digits);
}

static void
append_opacities (GString *text, const VitrailTransfer *self)
{
  for (guint i = 0; i < self->n_opacities; i++) {
    g_string_append (text, i == 0 ? ";opacity=" : ",");
    append_number (text, self->opacities[i][0]);
    g_string_append_c (text, ':');
    append_number (text, self->opacities[i][1]);
  }
}

static void
append_colors (GString *text, const VitrailTransfer *self)
{
  for (guint i = 0; i < self->n_colors; i++) {
    g_string_append (text, i == 0 ? ";color=" : ",");
    append_number (text, self->colors[i][0]);
    g_string_append_c (text, ':');
    for (guint c = 1; c < 4; c++)
      g_string_append_printf (text, "%02x",
                              (guint) lrint (self->colors[i][c] * 255));
  }
}

static void
append_light (GString *text, const VitrailTransfer *self)
{
  const double parts[] = { self->ambient, self->diffuse, self->specular,
                           self->specular_power };

  if (!self->is_shaded) {
    g_string_append (text, ";light=none");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_string_append (text, i == 0 ? ";light=" : ",");
    append_number (text, parts[i]);
  }
}

static gboolean
has_rows (const double *a, const double *b, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (a[i] != b[i])
      return FALSE;
  return TRUE;
}

static gboolean
has_light (const VitrailTransfer *a, const VitrailTransfer *b)
{
  if (!a->is_shaded || !b->is_shaded)
    return a->is_shaded == b->is_shaded;
  return a->ambient == b->ambient && a->diffuse == b->diffuse &&
         a->specular == b->specular && a->specular_power == b->specular_power;
}

char *
vitrail_transfer_dup_text (const VitrailTransfer *self)
{
  const VitrailTransfer *preset = vitrail_transfer_find_preset (self->name);
  g_autoptr (GString) text = g_string_new (self->name);

  if (preset->n_opacities != self->n_opacities ||
      !has_rows (preset->opacities[0], self->opacities[0],
                 (gsize) 2 * self->n_opacities))
    append_opacities (text, self);
  if (preset->n_colors != self->n_colors ||
      !has_rows (preset->colors[0], self->colors[0],
                 (gsize) 4 * self->n_colors))
    append_colors (text, self);
  if (!has_light (preset, self))
    append_light (text, self);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
