/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Standardised uptake values of PET: what one unit of a modality's values is
 * worth, from what the series says of patient, dose and times (QIBA's profile
 * of FDG-PET/CT, appendix G). Where something is missing there is no value but
 * a reason: a wrong number would be taken for a finding. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/**
 * VitrailSuvKind: what the uptake is divided by, besides the dose.
 * @VITRAIL_SUV_BODY_WEIGHT: grams of the patient (g/ml)
 * @VITRAIL_SUV_LEAN_BODY_MASS: grams without fat, by James, of men with the
 *   factor 120 that scanners have used for long (g/ml)
 * @VITRAIL_SUV_LEAN_BODY_MASS_JAMES: the same with James' own 128 (g/ml)
 * @VITRAIL_SUV_LEAN_BODY_MASS_JANMA: by Janmahasatian (g/ml)
 * @VITRAIL_SUV_BODY_SURFACE: cm2 of skin, by Du Bois (cm2/ml)
 * @VITRAIL_SUV_IDEAL_WEIGHT: ideal grams at that height, by Hamwi (g/ml)
 *
 * As SUV Type (0054,1006) names them: BW, LBM, LBMJAMES128, LBMJANMA, BSA, IBW.
 */
typedef enum {
  VITRAIL_SUV_BODY_WEIGHT,
  VITRAIL_SUV_LEAN_BODY_MASS,
  VITRAIL_SUV_LEAN_BODY_MASS_JAMES,
  VITRAIL_SUV_LEAN_BODY_MASS_JANMA,
  VITRAIL_SUV_BODY_SURFACE,
  VITRAIL_SUV_IDEAL_WEIGHT,
} VitrailSuvKind;

#define VITRAIL_N_SUV_KINDS (VITRAIL_SUV_IDEAL_WEIGHT + 1)

/**
 * VitrailSuvUnits: what the modality's values are (0054,1001).
 * @VITRAIL_SUV_UNITS_BQML: Bq/ml
 * @VITRAIL_SUV_UNITS_CNTS: counts, which Philips' own factors make activity or
 *   uptake
 * @VITRAIL_SUV_UNITS_UPTAKE: GML, CM2ML: uptake already
 */
typedef enum {
  VITRAIL_SUV_UNITS_BQML,
  VITRAIL_SUV_UNITS_CNTS,
  VITRAIL_SUV_UNITS_UPTAKE,
} VitrailSuvUnits;

/**
 * VitrailSuvFacts: what a series says, and what a reader may correct.
 * @units: of the values
 * @stored: of @VITRAIL_SUV_UNITS_UPTAKE: its kind
 * @weight_kg: (0010,1030)
 * @size_m: (0010,1020)
 * @sex: 'M', 'F' (0010,0040), or 0
 * @dose_bq: (0018,1074)
 * @half_life_s: (0018,1075)
 * @injection_s: (0018,1078), or (0018,1072) of the day of the scan or the day
 *   before
 * @scan_s: what the values are decay corrected to, on the same clock
 * @at_injection: the values are decay corrected to the injection: ADMIN
 *   (0054,1102)
 * @uptake_factor: Philips (7053,xx00): values to SUV by body weight
 * @activity_factor: Philips (7053,xx09): values to Bq/ml
 *
 * Numbers that are not there, or make no sense (a weight of 0), are NAN.
 */
typedef struct {
  VitrailSuvUnits units;
  VitrailSuvKind stored;
  double weight_kg;
  double size_m;
  char sex;
  double dose_bq;
  double half_life_s;
  double injection_s;
  double scan_s;
  gboolean at_injection;
  double uptake_factor;
  double activity_factor;
} VitrailSuvFacts;

/**
 * vitrail_suv_facts_read:
 * @instances: (array length=n): of one series: the time of the scan is that of
 *   all of them
 * @n: at least 1
 *
 * Returns: FALSE where the values cannot be uptake whatever a reader adds: no
 * PET, other units, not corrected for attenuation or decay
 */
gboolean vitrail_suv_facts_read (VitrailSuvFacts *self,
                                 VitrailDataSet *const *instances,
                                 guint n,
                                 GError **error);

/**
 * vitrail_suv_factor:
 * @factor: (out): times the modality's value (after Rescale Slope and
 * Intercept) gives the standardised uptake value
 *
 * Returns: FALSE with an error that names the first attribute that is missing
 */
gboolean vitrail_suv_factor (const VitrailSuvFacts *self,
                             VitrailSuvKind kind,
                             double *factor,
                             GError **error);

/* Grams, or cm2 of @VITRAIL_SUV_BODY_SURFACE. */
gboolean vitrail_suv_body (const VitrailSuvFacts *self,
                           VitrailSuvKind kind,
                           double *body,
                           GError **error);

/* "BW", "LBM", ...; its unit "g/ml" or "cm2/ml". */
const char *vitrail_suv_kind_to_text (VitrailSuvKind kind);
const char *vitrail_suv_kind_get_unit (VitrailSuvKind kind);
gboolean vitrail_suv_kind_from_text (const char *text, VitrailSuvKind *kind);

G_END_DECLS
