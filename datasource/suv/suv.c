/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From facts to factors: see suv.h. */

#include "suv/suv.h"

#include "error.h"

#include <math.h>
#include <string.h>

/* Beyond this, dates do not belong together: a thousandth of the dose is left.
 */
#define MAX_HALF_LIVES 10

static const struct {
  const char *name;
  const char *unit;
} kinds[VITRAIL_N_SUV_KINDS] = {
  [VITRAIL_SUV_BODY_WEIGHT] = { "BW", "g/ml" },
  [VITRAIL_SUV_LEAN_BODY_MASS] = { "LBM", "g/ml" },
  [VITRAIL_SUV_LEAN_BODY_MASS_JAMES] = { "LBMJAMES128", "g/ml" },
  [VITRAIL_SUV_LEAN_BODY_MASS_JANMA] = { "LBMJANMA", "g/ml" },
  [VITRAIL_SUV_BODY_SURFACE] = { "BSA", "cm2/ml" },
  [VITRAIL_SUV_IDEAL_WEIGHT] = { "IBW", "g/ml" },
};

const char *
vitrail_suv_kind_to_text (VitrailSuvKind kind)
{
  return kinds[kind].name;
}

const char *
vitrail_suv_kind_get_unit (VitrailSuvKind kind)
{
  return kinds[kind].unit;
}

gboolean
vitrail_suv_kind_from_text (const char *text, VitrailSuvKind *kind)
{
  for (guint i = 0; i < VITRAIL_N_SUV_KINDS; i++)
    if (g_ascii_strcasecmp (text, kinds[i].name) == 0) {
      *kind = (VitrailSuvKind) i;
      return TRUE;
    }
  return FALSE;
}

static gboolean
require (double value, const char *what, GError **error)
{
  if (!isnan (value))
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "No SUV: %s is missing or no positive number", what);
  return FALSE;
}

/* --- the body --- */

/* kg from kg and m; constants as published: James 1976 (@of_men: 128, or 120 in
 * many scanners), Janmahasatian 2005, Hamwi 1964. */
static double
lean_mass (gboolean is_woman, double of_men, double weight, double size)
{
  const double ratio = weight / (100 * size);

  return is_woman ? 1.07 * weight - 148 * ratio * ratio
                  : 1.10 * weight - of_men * ratio * ratio;
}

static double
lean_mass_janma (gboolean is_woman, double weight, double size)
{
  const double index = weight / (size * size);

  return 9270 * weight / (is_woman ? 8780 + 244 * index : 6680 + 216 * index);
}

static double
ideal_weight (gboolean is_woman, double size)
{
  return is_woman ? 45.5 + 0.91 * (100 * size - 152)
                  : 48.0 + 1.06 * (100 * size - 152);
}

/* cm2, Du Bois 1916. */
static double
body_surface (double weight, double size)
{
  return 71.84 * pow (weight, 0.425) * pow (100 * size, 0.725);
}

static gboolean
require_person (const VitrailSuvFacts *self,
                VitrailSuvKind kind,
                GError **error)
{
  if (kind != VITRAIL_SUV_IDEAL_WEIGHT &&
      !require (self->weight_kg, "Patient's Weight (0010,1030)", error))
    return FALSE;
  if (kind == VITRAIL_SUV_BODY_WEIGHT)
    return TRUE;
  if (!require (self->size_m, "Patient's Size (0010,1020)", error))
    return FALSE;
  if (kind == VITRAIL_SUV_BODY_SURFACE || self->sex != 0)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "No SUV: Patient's Sex (0010,0040) is neither M nor F");
  return FALSE;
}

gboolean
vitrail_suv_body (const VitrailSuvFacts *self,
                  VitrailSuvKind kind,
                  double *body,
                  GError **error)
{
  const gboolean is_woman = self->sex == 'F';
  double value = 0;

  if (!require_person (self, kind, error))
    return FALSE;
  switch (kind) {
  case VITRAIL_SUV_LEAN_BODY_MASS:
    value = 1000 * lean_mass (is_woman, 120, self->weight_kg, self->size_m);
    break;
  case VITRAIL_SUV_LEAN_BODY_MASS_JAMES:
    value = 1000 * lean_mass (is_woman, 128, self->weight_kg, self->size_m);
    break;
  case VITRAIL_SUV_LEAN_BODY_MASS_JANMA:
    value = 1000 * lean_mass_janma (is_woman, self->weight_kg, self->size_m);
    break;
  case VITRAIL_SUV_BODY_SURFACE:
    value = body_surface (self->weight_kg, self->size_m);
    break;
  case VITRAIL_SUV_IDEAL_WEIGHT:
    value = 1000 * ideal_weight (is_woman, self->size_m);
    break;
  case VITRAIL_SUV_BODY_WEIGHT:
  default:
    value = 1000 * self->weight_kg;
    break;
  }
  /* The formulas are of grown people: of a small child they may go below 0. */
  if (!(value > 0) || isinf (value)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "No SUV by %s: its formula does not hold for %.1f kg and "
                 "%.2f m",
                 vitrail_suv_kind_to_text (kind), self->weight_kg,
                 self->size_m);
    return FALSE;
  }
  *body = value;
  return TRUE;
}

/* --- the dose --- */

/* What was left of the dose at the time that the values are corrected to, Bq.
 */
static gboolean
get_dose (const VitrailSuvFacts *self, double *dose, GError **error)
{
  if (!require (self->dose_bq, "Radionuclide Total Dose (0018,1074)", error))
    return FALSE;
  *dose = self->dose_bq;
  if (self->at_injection)
    return TRUE;
  if (!require (self->half_life_s, "Radionuclide Half Life (0018,1075)",
                error) ||
      !require (self->injection_s,
                "the time of the injection, Radiopharmaceutical Start Date "
                "Time (0018,1078) or Start Time (0018,1072),",
                error) ||
      !require (self->scan_s, "the time of the scan", error))
    return FALSE;
  const double half_lives =
      (self->scan_s - self->injection_s) / self->half_life_s;
  if (!(half_lives >= 0 && half_lives <= MAX_HALF_LIVES)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "No SUV: the injection is %.1f hours before the scan, with a "
                 "half life of %.1f",
                 (self->scan_s - self->injection_s) / 3600,
                 self->half_life_s / 3600);
    return FALSE;
  }
  *dose = self->dose_bq * exp2 (-half_lives);
  return TRUE;
}

/* Of values that are uptake of one kind, as another one. */
static gboolean
convert (const VitrailSuvFacts *self,
         VitrailSuvKind from,
         VitrailSuvKind to,
         double *factor,
         GError **error)
{
  double have = 0;
  double want = 0;

  if (from == to)
    return TRUE;
  if (!vitrail_suv_body (self, from, &have, error) ||
      !vitrail_suv_body (self, to, &want, error))
    return FALSE;
  *factor *= want / have;
  return TRUE;
}

static gboolean
from_activity (const VitrailSuvFacts *self,
               VitrailSuvKind kind,
               double *factor,
               GError **error)
{
  double body = 0;
  double dose = 0;

  if (!vitrail_suv_body (self, kind, &body, error) ||
      !get_dose (self, &dose, error))
    return FALSE;
  *factor *= body / dose;
  return TRUE;
}

gboolean
vitrail_suv_factor (const VitrailSuvFacts *self,
                    VitrailSuvKind kind,
                    double *factor,
                    GError **error)
{
  double value = 1;
  gboolean ok = FALSE;

  switch (self->units) {
  case VITRAIL_SUV_UNITS_UPTAKE:
    ok = convert (self, self->stored, kind, &value, error);
    break;
  case VITRAIL_SUV_UNITS_CNTS:
    if (!isnan (self->uptake_factor)) {
      value = self->uptake_factor;
      ok = convert (self, VITRAIL_SUV_BODY_WEIGHT, kind, &value, error);
    } else if (require (self->activity_factor,
                        "Philips' factor of counts (7053,1000) or (7053,1009)",
                        error))
    {
      value = self->activity_factor;
      ok = from_activity (self, kind, &value, error);
    }
    break;
  case VITRAIL_SUV_UNITS_BQML:
  default:
    ok = from_activity (self, kind, &value, error);
    break;
  }
  if (ok)
    *factor = value;
  return ok;
}
