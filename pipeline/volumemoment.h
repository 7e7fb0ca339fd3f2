/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVolumeMoment: which of a volume's points in time is shown, or what is
 * made of several of them. One is fetched at a time, and the next one ahead;
 * whoever asks faster than they come leaves some out, and sees those that come.
 *
 * Lives in the thread-default main context that made it. */

#pragma once

#include "volume/times.h"

G_BEGIN_DECLS

typedef struct _VitrailVolumeMoment VitrailVolumeMoment;

/**
 * VitrailVolumeMomentShow:
 * @volume: the first one may still fill, all others are complete; NULL with
 *   @error
 * @time: of it, from 1; 0: it is made of several
 * @error: why there is none, for a person
 */
typedef void (*VitrailVolumeMomentShow) (VitrailVolume *volume,
                                         guint time,
                                         const char *error,
                                         gpointer user_data);

/* @instances: (array length=n): the objects that the plan was made of. Asks for
 * the first time. */
VitrailVolumeMoment *
vitrail_volume_moment_new (VitrailVolumePlan *plan,
                           VitrailInstance *const *instances,
                           guint n,
                           VitrailVolumeMomentShow show,
                           gpointer user_data);
/* Nothing is called any more. */
void vitrail_volume_moment_free (VitrailVolumeMoment *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailVolumeMoment, vitrail_volume_moment_free)

guint vitrail_volume_moment_get_n (const VitrailVolumeMoment *self);
/* As asked for, be it there yet or not, from 1; 0: several as one. */
guint vitrail_volume_moment_get_time (const VitrailVolumeMoment *self);
/* Times a second, as the data say. */
double vitrail_volume_moment_get_rate (const VitrailVolumeMoment *self);
/* @time: from 1 to get_n (). */
void vitrail_volume_moment_go_to (VitrailVolumeMoment *self, guint time);
/* @times: (element-type guint): from 0. */
void vitrail_volume_moment_combine (VitrailVolumeMoment *self,
                                    VitrailTimesOperation operation,
                                    GArray *times);

/* @means: (array length=get_n) (nullable): NULL with @error. */
typedef void (*VitrailMeasured) (const double *means,
                                 const char *error,
                                 gpointer user_data);
/* The means of the voxels in @ball at each time; @measured is called once,
 * unless @cancellable is cancelled. */
void vitrail_volume_moment_measure (VitrailVolumeMoment *self,
                                    const VitrailBall *ball,
                                    GCancellable *cancellable,
                                    VitrailMeasured measured,
                                    gpointer user_data);
const VitrailVolumePlan *
vitrail_volume_moment_get_plan (const VitrailVolumeMoment *self);

G_END_DECLS
