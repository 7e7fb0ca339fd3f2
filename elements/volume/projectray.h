/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Projections in parts: shared by project.c and projectfast.c. */

#pragma once

#include "volume/project.h"

G_BEGIN_DECLS

/**
 * VitrailProjectPart:
 * @out: of the picture's first pixel; of a surface, the number of the first
 *   sample in it
 */
typedef struct {
  const VitrailProjection *projection;
  guint width;
  guint height;
  float *out;
} VitrailProjectPart;

/* Pixels from @from to before @end, eight rays at a time; FALSE where this
 * processor has no way. */
gboolean vitrail_project_part_fast (const VitrailProjectPart *self,
                                    const guint from[2],
                                    const guint end[2]);

G_END_DECLS
