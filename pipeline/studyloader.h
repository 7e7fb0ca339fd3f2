/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a session asks its source for: the studies, and the display sets of one
 * study. Asynchronous; a chain of queries each. */

#pragma once

#include "displayset.h"

G_BEGIN_DECLS

/* (element-type VitrailDataSet): the studies, then each slide that is no DICOM
 * object as a study of its own (StudyInstanceUID is the slide's id). */
void vitrail_load_studies_async (VitrailDataSource *source,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GPtrArray *vitrail_load_studies_finish (GAsyncResult *result, GError **error);

/* (element-type VitrailDisplaySet), by Series Number. */
void vitrail_load_display_sets_async (VitrailDataSource *source,
                                      const char *study_uid,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
GPtrArray *
vitrail_load_display_sets_finish (GAsyncResult *result, GError **error);

G_END_DECLS
