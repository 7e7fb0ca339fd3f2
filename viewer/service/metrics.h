/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What /metrics says: counts and times of requests by route, and what the
 * process holds. Any thread. */

#pragma once

#include "route.h"

G_BEGIN_DECLS

typedef struct _VitrailMetrics VitrailMetrics;

VitrailMetrics *vitrail_metrics_new (void);
void vitrail_metrics_free (VitrailMetrics *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailMetrics, vitrail_metrics_free)

/* One request answered; @route NULL: none matched. */
void vitrail_metrics_count (VitrailMetrics *self,
                            const VitrailRoute *route,
                            guint status,
                            gint64 duration_us,
                            gsize bytes);
/* One request that waits for an answer that is being made already. */
void vitrail_metrics_count_shared (VitrailMetrics *self);
/* Appends all in the Prometheus text format 0.0.4. */
void vitrail_metrics_write (VitrailMetrics *self, GString *text);

G_END_DECLS
