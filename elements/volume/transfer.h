/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Transfer functions of volume rendering: from a value to colour, opacity and
 * how light falls on it. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Points of a preset's curves. */
#define VITRAIL_TRANSFER_POINTS 17

/**
 * VitrailTransfer:
 * @name: "CT-Bone"
 * @n_opacities, @opacities: value and opacity a millimetre, by rising value;
 *   linear between, and as the outer ones beyond
 * @n_colors, @colors: value, red, green, blue, from 0 to 1
 * @is_shaded: whether the surface's slope against the light counts
 * @ambient, @diffuse, @specular: parts of the light
 * @specular_power: how narrow highlights are
 */
typedef struct {
  const char *name;
  double opacities[VITRAIL_TRANSFER_POINTS][2];
  double colors[VITRAIL_TRANSFER_POINTS][4];
  guint n_opacities;
  guint n_colors;
  gboolean is_shaded;
  double ambient;
  double diffuse;
  double specular;
  double specular_power;
} VitrailTransfer;

/* What OHIF offers, by its names and numbers; @n of them, constant. */
const VitrailTransfer *vitrail_transfer_get_presets (guint *n);
/* NULL: there is none of that name. */
const VitrailTransfer *vitrail_transfer_find_preset (const char *name);

/**
 * vitrail_transfer_parse:
 * @text: a preset's name, then perhaps what is different, each behind a ";":
 *   "opacity=VALUE:OPACITY,..." and "color=VALUE:RRGGBB,...", up to
 *   VITRAIL_TRANSFER_POINTS points by rising value, and
 *   "light=AMBIENT,DIFFUSE,SPECULAR,POWER" or "light=none"
 *
 * Returns: FALSE with VITRAIL_ERROR_NOT_FOUND where there is no such preset,
 *   VITRAIL_ERROR_MALFORMED where something else is wrong
 */
gboolean
vitrail_transfer_parse (const char *text, VitrailTransfer *out, GError **error);
/* Curves; how light falls does not count. */
gboolean
vitrail_transfer_is_same (const VitrailTransfer *a, const VitrailTransfer *b);

/* Red, green, blue, and opacity a millimetre, at @value. */
void vitrail_transfer_get (const VitrailTransfer *self,
                           double value,
                           double rgba[4]);

/* Steps of a table of at most so many. */
#define VITRAIL_TRANSFER_STEPS 16384

/**
 * VitrailTransferTable:
 * @low: the voxel of entry 0
 * @scale: entries a voxel unit
 * @n: entries
 * @opacity_red: of each, opacity of one sample in the upper 16 bits, red in the
 *   lower ones
 * @green_blue: green in the upper ones
 *
 * A transfer function as the ray caster reads it.
 */
typedef struct {
  float low;
  float scale;
  guint n;
  guint32 *opacity_red;
  guint32 *green_blue;
} VitrailTransferTable;

/**
 * vitrail_transfer_table_new: (skip)
 * @shift: is added to every value of the curves: they move to the right
 * @slope, @intercept: value = voxel * @slope + @intercept
 * @low, @high: voxels that there are
 * @step_mm: between samples
 */
VitrailTransferTable *vitrail_transfer_table_new (const VitrailTransfer *self,
                                                  double shift,
                                                  double slope,
                                                  double intercept,
                                                  double low,
                                                  double high,
                                                  double step_mm);
void vitrail_transfer_table_free (VitrailTransferTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailTransferTable,
                               vitrail_transfer_table_free)

/* --- what shows --- */

/* How many entries of a table before each one show something: n + 1. */
guint32 *vitrail_transfer_seen_new (const VitrailTransferTable *table);

/* Whether anything from voxel @low to @high does; samples take the nearest
 * entry. */
static inline gboolean
vitrail_transfer_seen_has (const guint32 *seen,
                           const VitrailTransferTable *table,
                           guint16 low,
                           guint16 high)
{
  const float last = (float) (table->n - 1);
  const float from = ((float) low - table->low) * table->scale;
  const float to = ((float) high - table->low) * table->scale + 0.5F;

  return low <= high && seen[(guint) CLAMP (to, 0, last) + 1] >
                            seen[(guint) CLAMP (from, 0, last)];
}

G_END_DECLS
