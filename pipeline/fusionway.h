/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which series of a study can be laid over another one, and how each lies on
 * it: by their frames of reference, else by the Spatial Registration objects of
 * the study. */

#pragma once

#include "displayset.h"

G_BEGIN_DECLS

/**
 * VitrailFusionWay:
 * @set: what is laid over; a reference
 * @is_found: whether anything says how
 * @is_registered: a registration says it, not one frame of reference
 * @matrix: from its millimetres to those below it
 * @reason: why there is none, else NULL
 */
typedef struct {
  VitrailDisplaySet *set;
  gboolean is_found;
  gboolean is_registered;
  double matrix[16];
  char *reason;
} VitrailFusionWay;

void vitrail_fusion_way_free (VitrailFusionWay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailFusionWay, vitrail_fusion_way_free)

/* Objects of one study that are looked into. */
#define VITRAIL_FUSION_OBJECTS 64u

/* Of the study's objects of @modality what instances answer, at most
 * VITRAIL_FUSION_OBJECTS; (nullable) (element-type VitrailDataSet). Blocks. */
GPtrArray *vitrail_fusion_query_objects (VitrailDataSource *source,
                                         const char *study_uid,
                                         const char *modality,
                                         GCancellable *cancellable);
/* What the study's registration objects say: (element-type
 * VitrailRegistration). One that is refused is passed by. Blocks. */
GPtrArray *vitrail_fusion_read_registrations (VitrailDataSource *source,
                                              const char *study_uid,
                                              GCancellable *cancellable);
/* (transfer full): of an instance; "" where it says none. NULL with @error.
 * Blocks. */
char *vitrail_fusion_read_frame_of_reference (VitrailDataSource *source,
                                              const char *sop_instance_uid,
                                              GCancellable *cancellable,
                                              GError **error);

/* Series that may form a volume, but for that of @base: (transfer container)
 * (element-type VitrailDisplaySet), likely ones first: a PET over a CT. */
GPtrArray *
vitrail_fusion_list_candidates (GPtrArray *sets, const VitrailDisplaySet *base);

/**
 * vitrail_fusion_find_way_async:
 * @base: what lies below
 * @candidates: (element-type VitrailDisplaySet): the first of them to which a
 *   way leads is chosen, those of one frame of reference going first; else the
 *   first of all, with the reason
 *
 * On a thread: headers are read.
 */
void vitrail_fusion_find_way_async (VitrailDataSource *source,
                                    const char *study_uid,
                                    const VitrailDisplaySet *base,
                                    GPtrArray *candidates,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
/* NULL with @error: cancelled, or nothing could be read. */
VitrailFusionWay *
vitrail_fusion_find_way_finish (GAsyncResult *result, GError **error);

G_END_DECLS
