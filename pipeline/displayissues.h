/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is the matter with the images of a display set, as a person is told who
 * looks through a study (messages of VitrailVolumeIssue, volume/plan.h). */

#pragma once

#include "displayset.h"

G_BEGIN_DECLS

/* Bits of VitrailVolumeIssue for the @n images of a stack of this @modality
 * (NULL: not said), by their instance-level answers. Only of CT, MR, PET and NM
 * does a reader expect a volume. */
guint vitrail_display_issues_of_stack (const char *modality,
                                       VitrailDataSet *const *images,
                                       guint n);

/* The same for an object that is not shown. */
guint vitrail_display_issues_of_unsupported (const VitrailDataSet *object);

G_END_DECLS
