/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The metabolic volume of a PET series, as `vitrail suv --measure` tells it. */

#pragma once

#include "contents.h"
#include "suv/suv.h"

G_BEGIN_DECLS

/**
 * VitrailSuvMeasure:
 * @threshold: "41%", "2.5", "2.5-100"
 * @regions: (array zero-terminated=1) (nullable): "X,Y,Z,RADIUS" each; NULL:
 *   all of the volume
 * @kind: of uptake; NULL: BW
 */
typedef struct {
  const char *threshold;
  char **regions;
  const char *kind;
} VitrailSuvMeasure;

/* Corrects what a series says by what the reader knows. */
typedef void (*VitrailSuvCorrect) (VitrailSuvFacts *facts, gpointer user_data);

/* Lines of a CSV file (docs/suv.md), of the only PET series of @contents. */
char *vitrail_suv_measure_to_csv (const VitrailSuvMeasure *self,
                                  const VitrailContents *contents,
                                  VitrailSuvCorrect correct,
                                  gpointer user_data,
                                  GError **error);

G_END_DECLS
