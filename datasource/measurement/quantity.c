/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is measured: see quantity.h. */

#include "measurement/quantity.h"

#include <math.h>
#include <string.h>

/* Codes of our own, where PS3.16 has none. */
#define OWN "99VITRAIL"

/* clang-format off */
static const VitrailQuantityRow rows[VITRAIL_N_QUANTITIES] = {
  [VITRAIL_QUANTITY_LENGTH] = { "length", "Length", "mm", { "410668003", "SCT", "Length" } },
  [VITRAIL_QUANTITY_PATH_LENGTH] = { "path-length", "Path", "mm", { "121211", "DCM", "Path length" } },
  [VITRAIL_QUANTITY_PERIMETER] = { "perimeter", "Perimeter", "mm", { "131191004", "SCT", "Perimeter" } },
  [VITRAIL_QUANTITY_AREA] = { "area", "Area", "mm2", { "42798000", "SCT", "Area" } },
  [VITRAIL_QUANTITY_MAJOR_AXIS] = { "major-axis", "Major axis", "mm", { "131187009", "SCT", "Major Axis" } },
  [VITRAIL_QUANTITY_MINOR_AXIS] = { "minor-axis", "Minor axis", "mm", { "131188004", "SCT", "Minor Axis" } },
  [VITRAIL_QUANTITY_LONG_AXIS] = { "long-axis", "Long axis", "mm", { "103339001", "SCT", "Long axis" } },
  [VITRAIL_QUANTITY_VOLUME] = { "volume", "Volume", "ml", { "118565006", "SCT", "Volume" } },
  [VITRAIL_QUANTITY_ANGLE] = { "angle", "Angle", "deg", { "1483009", "SCT", "Angle" } },
  [VITRAIL_QUANTITY_DEPTH] = { "depth", "Depth", "mm", { "131197000", "SCT", "Depth" } },
  [VITRAIL_QUANTITY_INTERVAL] = { "interval", "Time", "ms", { "385673002", "SCT", "Interval" } },
  [VITRAIL_QUANTITY_VELOCITY] = { "velocity", "Velocity", "cm/s", { "110828", "DCM", "Flow Velocity" } },
  [VITRAIL_QUANTITY_VELOCITY_DIFFERENCE] = { "velocity-difference", "Difference", "cm/s", { "velocity-difference", OWN, "Velocity difference" } },
  [VITRAIL_QUANTITY_SLOPE] = { "slope", "Slope", "cm/s", { "slope", OWN, "M-mode slope" } },
  [VITRAIL_QUANTITY_ACCELERATION] = { "acceleration", "Acceleration", "cm/s2", { "20167-3", "LN", "Acceleration Slope" } },
  [VITRAIL_QUANTITY_DECELERATION] = { "deceleration", "Deceleration", "cm/s2", { "20216-8", "LN", "Deceleration Slope" } },
  [VITRAIL_QUANTITY_GRADIENT] = { "peak-gradient", "Peak gradient", "mm[Hg]", { "20247-3", "LN", "Peak Gradient [Pressure]" } },
  [VITRAIL_QUANTITY_MEAN_GRADIENT] = { "mean-gradient", "Mean gradient", "mm[Hg]", { "20256-4", "LN", "Mean Gradient [Pressure] by Doppler" } },
  [VITRAIL_QUANTITY_PEAK_VELOCITY] = { "peak-velocity", "Peak", "cm/s", { "11726-7", "LN", "Peak Blood Velocity" } },
  [VITRAIL_QUANTITY_MEAN_VELOCITY] = { "mean-velocity", "Mean", "cm/s", { "20352-1", "LN", "Mean Blood Velocity" } },
  [VITRAIL_QUANTITY_VTI] = { "velocity-time-integral", "VTI", "cm", { "20354-7", "LN", "Velocity Time Integral" } },
  [VITRAIL_QUANTITY_PIXEL_LENGTH] = { "length-pixels", "Length", "{pixels}", { "length-pixels", OWN, "Length in pixels" } },
  [VITRAIL_QUANTITY_PIXEL_AREA] = { "area-pixels", "Area", "{pixels}2", { "area-pixels", OWN, "Area in pixels" } },
  [VITRAIL_QUANTITY_COLUMN_WIDTH] = { "column-width", "Column", "mm", { "column-width", OWN, "Distance of columns" } },
  [VITRAIL_QUANTITY_ROW_HEIGHT] = { "row-height", "Row", "mm", { "row-height", OWN, "Distance of rows" } },
  [VITRAIL_QUANTITY_EDV_4C] = { "edv-4c", "LV EDV 4C", "ml", { "79999-9", "LN", "Left ventricular end diastolic volume single plane 4C (MOD)" } },
  [VITRAIL_QUANTITY_ESV_4C] = { "esv-4c", "LV ESV 4C", "ml", { "80004-5", "LN", "Left ventricular end systolic volume single plane 4C (MOD)" } },
  [VITRAIL_QUANTITY_EF_4C] = { "ef-4c", "LV EF 4C", "%", { "79993-2", "LN", "Left ventricular ejection fraction single plane 4C (MOD)" } },
  [VITRAIL_QUANTITY_EDV_2C] = { "edv-2c", "LV EDV 2C", "ml", { "79998-1", "LN", "Left ventricular end diastolic volume single plane 2C (MOD)" } },
  [VITRAIL_QUANTITY_ESV_2C] = { "esv-2c", "LV ESV 2C", "ml", { "80003-7", "LN", "Left ventricular end systolic volume single plane 2C (MOD)" } },
  [VITRAIL_QUANTITY_EF_2C] = { "ef-2c", "LV EF 2C", "%", { "79992-4", "LN", "Left ventricular ejection fraction single plane 2C (MOD)" } },
  [VITRAIL_QUANTITY_EDV_BIPLANE] = { "edv-biplane", "LV EDV biplane", "ml", { "79996-5", "LN", "Left ventricular end diastolic volume biplane (MOD)" } },
  [VITRAIL_QUANTITY_ESV_BIPLANE] = { "esv-biplane", "LV ESV biplane", "ml", { "80001-1", "LN", "Left ventricular end systolic volume biplane (MOD)" } },
  [VITRAIL_QUANTITY_EF_BIPLANE] = { "ef-biplane", "LV EF biplane", "%", { "79991-6", "LN", "Left ventricular ejection fraction biplane (MOD)" } },
};

static const VitrailCode methods[VITRAIL_N_METHODS] = {
  [VITRAIL_METHOD_DIRECT] = { "125316", "DCM", "Directly measured" },
  [VITRAIL_METHOD_AREA_LENGTH] = { "125205", "DCM", "Area-Length Single Plane" },
  [VITRAIL_METHOD_DISCS] = { "125208", "DCM", "Method of Disks, Single Plane" },
  [VITRAIL_METHOD_DISCS_BIPLANE] = { "125207", "DCM", "Method of Disks, Biplane" },
  [VITRAIL_METHOD_BERNOULLI] = { "125218", "DCM", "Simplified Bernoulli" },
  [VITRAIL_METHOD_PLANIMETRY] = { "125220", "DCM", "Planimetry" },
};

/* clang-format on */

const VitrailQuantityRow *
vitrail_quantity_get (VitrailQuantity quantity)
{
  return &rows[MIN ((guint) quantity, VITRAIL_N_QUANTITIES - 1)];
}

static gboolean
is_code (const VitrailCode *code, const char *value, const char *scheme)
{
  return g_strcmp0 (code->value, value) == 0 &&
         g_strcmp0 (code->scheme, scheme) == 0;
}

VitrailQuantity
vitrail_quantity_find (const char *code_value, const char *scheme)
{
  guint i = 0;

  while (i < VITRAIL_N_QUANTITIES &&
         !is_code (&rows[i].code, code_value, scheme))
    i++;
  return (VitrailQuantity) i;
}

const VitrailCode *
vitrail_method_get (VitrailMethod method)
{
  return &methods[MIN ((guint) method, VITRAIL_N_METHODS - 1)];
}

VitrailMethod
vitrail_method_find (const char *code_value, const char *scheme)
{
  for (guint i = 0; i < VITRAIL_N_METHODS; i++)
    if (is_code (&methods[i], code_value, scheme))
      return (VitrailMethod) i;
  return VITRAIL_METHOD_DIRECT;
}

void
vitrail_value_clear (VitrailValue *self)
{
  g_clear_pointer (&self->reason, g_free);
}

char *
vitrail_value_dup_text (const VitrailValue *self)
{
  static const struct {
    const char *ucum;
    const char *text;
  } units[] = {
    { "mm2", "mm²" },     { "deg", "°" },       { "cm/s2", "cm/s²" },
    { "mm[Hg]", "mmHg" }, { "{pixels}", "px" }, { "{pixels}2", "px²" },
  };

  const VitrailQuantityRow *row = vitrail_quantity_get (self->quantity);
  const char *unit = row->unit;
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (self->reason != NULL)
    return g_strdup_printf ("%s: no value, because %s", row->label,
                            self->reason);
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (units[i].ucum, unit) == 0)
      unit = units[i].text;
  g_ascii_formatd (number, sizeof number,
                   fabs (self->value) >= 100 ? "%.0f" : "%.3g", self->value);
  return g_strdup_printf ("%s %s %s", row->label, number, unit);
}
