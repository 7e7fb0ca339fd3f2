/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the files that make plans share. */

#pragma once

#include "volume/grid.h"
#include "volume/plan.h"
#include "volume/stack.h"

G_BEGIN_DECLS

/* The volume of @stack, which is sorted, without id and label; NULL, and why it
 * forms none. */
VitrailVolumePlan *
vitrail_volume_plan_new (VitrailStack *stack, GError **error);

/* What sets @a apart from the @n @others, itself among them, as a person reads
 * it: "phase, echo 2"; or "". */
char *vitrail_place_dup_label (const VitrailPlace *a,
                               const VitrailPlace *const *others,
                               guint n);

G_END_DECLS
