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
#include "volumemoment.h"

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
/* (transfer none) (nullable): of the largest volume, at the point in time that
 * came last; from its first slices on. */
VitrailVolume *vitrail_volume_work_get_volume (VitrailVolumeWork *self);
/* How many points in time there are; 0: not known yet. */
guint vitrail_volume_work_get_n_times (VitrailVolumeWork *self);
/* As asked for, from 1; 0: what is made of several. */
guint vitrail_volume_work_get_time (VitrailVolumeWork *self);
/* Times a second, as the data say; 0: there is one. */
double vitrail_volume_work_get_rate (VitrailVolumeWork *self);
/* For all who show it. @time: from 1 to get_n_times (). */
void vitrail_volume_work_set_time (VitrailVolumeWork *self, guint time);
/* Shows what @operation makes of @times, as vitrail_volume_times_parse () reads
 * them; NULL: all. FALSE with @error: there are none such. */
gboolean vitrail_volume_work_combine (VitrailVolumeWork *self,
                                      VitrailTimesOperation operation,
                                      const char *times,
                                      GError **error);
/* (nullable): where there are several points in time. */
VitrailVolumeMoment *vitrail_volume_work_get_moment (VitrailVolumeWork *self);
/* Why there is none (at this time), for a person; NULL: nothing is known of
 * that. */
const char *vitrail_volume_work_get_error (VitrailVolumeWork *self);

G_END_DECLS
