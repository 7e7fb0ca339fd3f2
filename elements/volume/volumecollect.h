/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What volumebuilder has been given: frames as they are stored, whose instances
 * are at hand, or decoded ones; and the volumes that they form. */

#pragma once

#include "framemeta.h"
#include "volume/times.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

typedef struct _VitrailVolumeCollect VitrailVolumeCollect;

VitrailVolumeCollect *vitrail_volume_collect_new (void);
void vitrail_volume_collect_free (VitrailVolumeCollect *self);

/* Takes @buffer in. FALSE where it says nothing of the frame that it holds: it
 * comes from an element that does not know our metas. */
gboolean vitrail_volume_collect_add (VitrailVolumeCollect *self,
                                     GstBuffer *buffer,
                                     GstCaps *caps);

/* The volumes of all that has come. */
VitrailVolumePlans *vitrail_volume_collect_plan (VitrailVolumeCollect *self);

/* The objects that @plan has slices of: (element-type VitrailDataSet). */
GPtrArray *vitrail_volume_collect_list (const VitrailVolumeCollect *self,
                                        const VitrailVolumePlan *plan);

/* One of them, filling or filled: see vitrail_volume_load (). */
VitrailVolume *vitrail_volume_collect_load (VitrailVolumeCollect *self,
                                            VitrailVolumePlan *plan,
                                            guint time,
                                            VitrailSliceOrder order,
                                            GCancellable *cancellable,
                                            GError **error);

/* All of them, kept as the memory budget likes. @self outlives it. */
VitrailVolumeTimes *
vitrail_volume_collect_get_times (VitrailVolumeCollect *self,
                                  VitrailVolumePlan *plan,
                                  VitrailSliceOrder order);

G_END_DECLS
