/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVolumeWork: the volume that the images of a display set make, read
 * once and shared by all viewports that show planes of it, as long as one of
 * them does.
 *
 * Lives in the thread-default main context that made it. Signal, there:
 *   "changed": the volume is there, or more of it, at most ten times a second;
 *     or there will be none */

#pragma once

#include "displayset.h"
#include "volume/volume.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_VOLUME_WORK (vitrail_volume_work_get_type ())
G_DECLARE_FINAL_TYPE (VitrailVolumeWork,
                      vitrail_volume_work,
                      VITRAIL,
                      VOLUME_WORK,
                      GObject)

/* (transfer full): the one of @planes, which is one of
 * vitrail_display_set_new_planes (). Begins to read at the first call. */
VitrailVolumeWork *vitrail_volume_work_enter (VitrailDataSource *source,
                                              const VitrailDisplaySet *planes);
/* (transfer full): what enter () gave; reading ends when nobody is left. */
void vitrail_volume_work_leave (VitrailVolumeWork *self);
/* (transfer none) (nullable): of the largest volume, at the first point in
 * time; from its first slices on. */
VitrailVolume *vitrail_volume_work_get_volume (VitrailVolumeWork *self);
/* Why there is none, for a person; NULL: nothing is known of that. */
const char *vitrail_volume_work_get_error (VitrailVolumeWork *self);

G_END_DECLS
