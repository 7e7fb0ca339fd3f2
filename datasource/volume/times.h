/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVolumeTimes: one volume at many points in time. Each is decoded when
 * it is first asked for, kept as long as the memory budget likes, and decoded
 * again when it is wanted again. Safe on any thread. */

#pragma once

#include "volume/loader.h"
#include "volume/region.h"

G_BEGIN_DECLS

typedef struct _VitrailVolumeTimes VitrailVolumeTimes;

/* @instances: the @n objects that the plan was made of; referenced. @budget:
 * NULL: the process's. */
VitrailVolumeTimes *vitrail_volume_times_new (VitrailVolumePlan *plan,
                                              VitrailInstance *const *instances,
                                              guint n,
                                              VitrailMemoryBudget *budget);

/**
 * VitrailTimesLoad:
 * @time: from 0
 * @hold: where its voxels go
 *
 * Begins to load the volume at @time.
 */
typedef VitrailVolume *(*VitrailTimesLoad) (guint time,
                                            const VitrailVolumeHold *hold,
                                            GCancellable *cancellable,
                                            gpointer user_data,
                                            GError **error);
/* The same, of volumes that come by @load: (scope notified). */
VitrailVolumeTimes *vitrail_volume_times_new_with (VitrailVolumePlan *plan,
                                                   VitrailTimesLoad load,
                                                   gpointer user_data,
                                                   GDestroyNotify destroy,
                                                   VitrailMemoryBudget *budget);
void vitrail_volume_times_free (VitrailVolumeTimes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailVolumeTimes, vitrail_volume_times_free)

guint vitrail_volume_times_get_n (const VitrailVolumeTimes *self);
/* Whether it is kept now. */
gboolean vitrail_volume_times_is_kept (VitrailVolumeTimes *self, guint time);

/* The volume at @time (from 0), filling or filled; ask for the next one ahead,
 * and it is there when it is shown. */
VitrailVolume *vitrail_volume_times_ref_volume (VitrailVolumeTimes *self,
                                                guint time,
                                                GError **error);

/**
 * VitrailTimesOperation:
 * @VITRAIL_TIMES_SUBTRACT: the first of the times less all others
 */
typedef enum {
  VITRAIL_TIMES_SUM,
  VITRAIL_TIMES_MEAN,
  VITRAIL_TIMES_SUBTRACT,
  VITRAIL_TIMES_MAXIMUM,
} VitrailTimesOperation;

/**
 * vitrail_volume_times_parse:
 * @text: (nullable): "1,3-5": points in time, from 1; NULL: all
 *
 * Returns: (element-type guint): from 0; NULL where @text is something else
 */
GArray *
vitrail_volume_times_parse (const char *text, guint n_times, GError **error);

/* "sum", "mean", "subtract", "maximum". Static. */
const char *vitrail_times_operation_get_name (VitrailTimesOperation operation);
gboolean vitrail_times_operation_from_text (const char *text,
                                            VitrailTimesOperation *operation,
                                            GError **error);

/**
 * vitrail_volume_times_compute:
 * @times: (array length=n): which points in time
 *
 * Voxel for voxel over the values at @times, which need not be in memory at
 * once. Blocks.
 *
 * Returns: (transfer full): a complete volume of values in float
 */
VitrailVolume *vitrail_volume_times_compute (VitrailVolumeTimes *self,
                                             VitrailTimesOperation operation,
                                             const guint *times,
                                             guint n,
                                             GCancellable *cancellable,
                                             GError **error);

/**
 * vitrail_volume_times_measure:
 * @mask: one byte a voxel, not 0: in the region; NULL: all of the volume
 * @means: (array length=get_n): of the values in the region at each point in
 *   time; NAN where there are none
 *
 * The curve of a region over time. Blocks.
 */
gboolean vitrail_volume_times_measure (VitrailVolumeTimes *self,
                                       const uint8_t *mask,
                                       double *means,
                                       GCancellable *cancellable,
                                       GError **error);
/* The same of the voxels whose centres lie in @ball; there must be one. */
gboolean vitrail_volume_times_measure_ball (VitrailVolumeTimes *self,
                                            const VitrailBall *ball,
                                            double *means,
                                            GCancellable *cancellable,
                                            GError **error);

G_END_DECLS
