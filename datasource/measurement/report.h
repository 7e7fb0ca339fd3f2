/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Measurements as structured reports (PS3.3 A.35, PS3.16): written by TID 1500,
 * each a group of TID 1410 or 1501, or by TID 5300 for the left ventricle; read
 * from both, and from what others write like them. */

#pragma once

#include "measurement/measurement.h"

G_BEGIN_DECLS

/**
 * VitrailReportKind:
 * @VITRAIL_REPORT_IMAGING: Comprehensive SR, TID 1500
 * @VITRAIL_REPORT_ECHO: Simplified Adult Echo SR, TID 5300: what
 *   vitrail_echo_evaluate () finds, and all measurements besides
 */
typedef enum {
  VITRAIL_REPORT_IMAGING,
  VITRAIL_REPORT_ECHO,
} VitrailReportKind;

/**
 * vitrail_measure_report_write:
 * @measurements: (element-type VitrailMeasurement): of one study
 * @image: an image of it, whose patient and study are the report's
 * @observer: (nullable): who measured, as PN
 *
 * A new object with UIDs of its own.
 *
 * Returns: (transfer full): VITRAIL_ERROR_MALFORMED where there is nothing to
 *   write
 */
VitrailDataSet *vitrail_measure_report_write (const GPtrArray *measurements,
                                              const VitrailDataSet *image,
                                              VitrailReportKind kind,
                                              const char *observer,
                                              GError **error);

/* Whether @data_set has a content tree. */
gboolean vitrail_measure_report_is_there (const VitrailDataSet *data_set);

/**
 * VitrailReport:
 * @title: meaning of the root's concept, or ""
 * @measurements: (element-type VitrailMeasurement): groups with a geometry on
 *   an image
 * @values: (element-type VitrailValue): numbers of known concepts that belong
 *   to no measurement: an ejection fraction
 * @warnings: (element-type utf8): what was left out
 */
typedef struct {
  char *title;
  GPtrArray *measurements;
  GArray *values;
  GPtrArray *warnings;
} VitrailReport;

/**
 * vitrail_measure_report_read:
 *
 * Returns: (transfer full): with what could be read; VITRAIL_ERROR_FORMAT where
 *   there is no content tree
 */
VitrailReport *
vitrail_measure_report_read (const VitrailDataSet *data_set, GError **error);
void vitrail_report_free (VitrailReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailReport, vitrail_report_free)

G_END_DECLS
