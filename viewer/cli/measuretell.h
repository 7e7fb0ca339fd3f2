/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What `vitrail measure` prints: reports with their measurements. */

#pragma once

#include "measurement/report.h"

G_BEGIN_DECLS

/**
 * VitrailMeasureTold:
 * @instance: SOP Instance UID of the report, or "" where it is not saved
 * @report: owned
 */
typedef struct {
  char *instance;
  VitrailReport *report;
} VitrailMeasureTold;

void vitrail_measure_told_free (VitrailMeasureTold *self);

/* @all: (element-type VitrailMeasureTold). One JSON object and a newline
 * (docs/cli.md). */
char *vitrail_measure_tell_json (const GPtrArray *all);
/* Lines for a person. */
char *vitrail_measure_tell_text (const GPtrArray *all);

G_END_DECLS
