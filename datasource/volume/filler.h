/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVolumeFiller: makes the volume of a plan from frames that come in any
 * order, and interpolates the slices that lie between them. Safe on any
 * thread. */

#pragma once

#include "volume/plan.h"

G_BEGIN_DECLS

typedef struct _VitrailVolumeFiller VitrailVolumeFiller;

/**
 * vitrail_volume_filler_new:
 * @time: of the plan, from 0
 * @infos: (array length=plan->n_places): of the frame of each place; NULL where
 *   there is none at that time. Kept
 * @hold: (nullable): see vitrail_volume_new ()
 *
 * Places without a frame have failed already.
 */
VitrailVolumeFiller *vitrail_volume_filler_new (VitrailVolumePlan *plan,
                                                guint time,
                                                VitrailFrameInfo *const *infos,
                                                const VitrailVolumeHold *hold,
                                                GError **error);
void vitrail_volume_filler_free (VitrailVolumeFiller *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailVolumeFiller, vitrail_volume_filler_free)

/* Borrowed. */
VitrailVolume *vitrail_volume_filler_get_volume (VitrailVolumeFiller *self);

/* Places with a frame, which is @frame; normalized. Once each. */
void vitrail_volume_filler_put (VitrailVolumeFiller *self,
                                guint place,
                                const VitrailFrame *frame);
/* It did not decode. */
void vitrail_volume_filler_fail (VitrailVolumeFiller *self,
                                 guint place,
                                 const char *reason);

G_END_DECLS
