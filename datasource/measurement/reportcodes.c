/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Codes of reports: see reportcodes.h. */

#include "measurement/reportcodes.h"

#define OWN "99VITRAIL"

/* clang-format off */
static const VitrailCode codes[VITRAIL_N_CONCEPTS] = {
  [VITRAIL_CONCEPT_IMAGING_REPORT] = { "126000", "DCM", "Imaging Measurement Report" },
  [VITRAIL_CONCEPT_ECHO_REPORT] = { "125200", "DCM", "Adult Echocardiography Procedure Report" },
  [VITRAIL_CONCEPT_LANGUAGE] = { "121049", "DCM", "Language of Content Item and Descendants" },
  [VITRAIL_CONCEPT_ENGLISH] = { "en", "RFC5646", "English" },
  [VITRAIL_CONCEPT_OBSERVER_TYPE] = { "121005", "DCM", "Observer Type" },
  [VITRAIL_CONCEPT_PERSON] = { "121006", "DCM", "Person" },
  [VITRAIL_CONCEPT_OBSERVER_NAME] = { "121008", "DCM", "Person Observer Name" },
  [VITRAIL_CONCEPT_PROCEDURE] = { "121058", "DCM", "Procedure reported" },
  [VITRAIL_CONCEPT_IMAGING_PROCEDURE] = { "363679005", "SCT", "Imaging procedure" },
  [VITRAIL_CONCEPT_MEASUREMENTS] = { "126010", "DCM", "Imaging Measurements" },
  [VITRAIL_CONCEPT_GROUP] = { "125007", "DCM", "Measurement Group" },
  [VITRAIL_CONCEPT_TRACKING_ID] = { "112039", "DCM", "Tracking Identifier" },
  [VITRAIL_CONCEPT_TRACKING_UID] = { "112040", "DCM", "Tracking Unique Identifier" },
  [VITRAIL_CONCEPT_REGION] = { "111030", "DCM", "Image Region" },
  [VITRAIL_CONCEPT_PATH] = { "121055", "DCM", "Path" },
  [VITRAIL_CONCEPT_METHOD] = { "370129005", "SCT", "Measurement Method" },
  [VITRAIL_CONCEPT_SITE] = { "363698007", "SCT", "Finding Site" },
  [VITRAIL_CONCEPT_LEFT_VENTRICLE] = { "87878005", "SCT", "Left Ventricle" },
  [VITRAIL_CONCEPT_VIEW] = { "111031", "DCM", "Image View" },
  [VITRAIL_CONCEPT_A4C] = { "399214001", "SCT", "Apical four chamber" },
  [VITRAIL_CONCEPT_A2C] = { "399232001", "SCT", "Apical two chamber" },
  [VITRAIL_CONCEPT_PHASE] = { "cycle-point", OWN, "Cardiac cycle point" },
  [VITRAIL_CONCEPT_END_DIASTOLE] = { "255254001", "SCT", "End Diastole" },
  [VITRAIL_CONCEPT_END_SYSTOLE] = { "416430001", "SCT", "End Systole" },
  [VITRAIL_CONCEPT_KIND] = { "kind", OWN, "Kind of measurement" },
  [VITRAIL_CONCEPT_CALIBRATION] = { "calibration", OWN, "Calibration" },
  [VITRAIL_CONCEPT_FAILURE] = { "114006", "DCM", "Measurement failure" },
  [VITRAIL_CONCEPT_COMMENT] = { "121106", "DCM", "Comment" },
  [VITRAIL_CONCEPT_PRE_COORDINATED] = { "125301", "DCM", "Pre-coordinated Measurements" },
  [VITRAIL_CONCEPT_POST_COORDINATED] = { "125302", "DCM", "Post-coordinated Measurements" },
  [VITRAIL_CONCEPT_ADHOC] = { "125303", "DCM", "Adhoc Measurements" },
  [VITRAIL_CONCEPT_SHORT_LABEL] = { "125309", "DCM", "Short Label" },
};

/* clang-format on */

const VitrailCode *
vitrail_concept_get (VitrailConcept concept)
{
  return &codes[MIN ((guint) concept, VITRAIL_N_CONCEPTS - 1)];
}
