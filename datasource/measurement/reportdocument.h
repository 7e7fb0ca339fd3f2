/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The document around the content of a report: for reportwrite.c. */

#pragma once

#include "dicom/builder.h"
#include "measurement/report.h"

G_BEGIN_DECLS

/* Patient, study, series, equipment, document and the images that are referred
 * to. NULL with @error where there is nothing to write. */
VitrailDataSetBuilder *vitrail_report_begin (const GPtrArray *measurements,
                                             const VitrailDataSet *image,
                                             gboolean is_echo,
                                             GError **error);
/* Continuity, and @template of PS3.16 (nullable). */
void vitrail_report_set_container (VitrailDataSetBuilder *builder,
                                   const char *template);

G_END_DECLS
