/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a source has that lies on a slide: annotations (ANN), segmentations and
 * parametric maps of the slide's study that name its series, its frame of
 * reference or its container, or nothing at all; and reading them. */

#pragma once

#include "annotation/slideobjects.h"
#include "source.h"

G_BEGIN_DECLS

/* Objects of one study that are looked into. */
#define VITRAIL_OBJECT_FINDER_MAX 256u

/**
 * vitrail_find_objects_async:
 * @objects: where what is found is added, hidden, one by one
 *
 * Nothing is read but what tells objects apart.
 */
void vitrail_find_objects_async (VitrailDataSource *source,
                                 VitrailSlide *slide,
                                 VitrailSlideObjects *objects,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean vitrail_find_objects_finish (GAsyncResult *result, GError **error);

/* Reads one on another thread; vitrail_slide_objects_begin_reading () has been
 * called. It is taken, or why not, in the thread-default main context. */
void vitrail_read_object (VitrailDataSource *source,
                          VitrailSlide *slide,
                          VitrailSlideObjects *objects,
                          guint index,
                          GCancellable *cancellable);

G_END_DECLS
