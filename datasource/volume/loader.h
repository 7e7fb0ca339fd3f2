/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a plan and opened instances to a volume that fills while it is looked
 * at: the whole way without GStreamer. */

#pragma once

#include "framestore.h"
#include "volume/plan.h"
#include "volume/sliceorder.h"

G_BEGIN_DECLS

/**
 * VitrailVolumeRequest:
 * @plan: what to load; @time: which point in time, from 0
 * @instances: the objects that the plan numbers, as many as it was made of;
 *   those that it does not use may be NULL
 * @order: which slices come first. Where slices are interpolated they come as
 *   they lie, so that few are kept meanwhile
 * @priority: of decoding
 * @store: (nullable): NULL: the process's frame store
 * @hold: where the voxels go
 *
 * What vitrail_volume_load () wants; all borrowed for the call.
 */
typedef struct {
  VitrailVolumePlan *plan;
  guint time;
  VitrailInstance *const *instances;
  VitrailSliceOrder order;
  VitrailPriority priority;
  VitrailFrameStore *store;
  VitrailVolumeHold hold;
} VitrailVolumeRequest;

/**
 * vitrail_volume_load:
 *
 * Begins to decode on the pool, and returns at once. A frame that does not
 * decode fails its slice and no other. When cancelled the slices that have not
 * come fail. Frames that lie in mapped files are decoded past the frame store,
 * so that voxels are held once; those that come over a network go through it.
 *
 * Returns: (transfer full): NULL where not one header can be read, or there is
 *   no room
 */
VitrailVolume *vitrail_volume_load (const VitrailVolumeRequest *request,
                                    GCancellable *cancellable,
                                    GError **error);

G_END_DECLS
