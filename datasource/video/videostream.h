/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVideoStream: a video that lies elsewhere, fetched in ranges as it is
 * asked for, into memory that is only taken where something has come. What is
 * asked for one after the other comes in larger and larger ranges. Safe on any
 * thread. */

#pragma once

#include "instance.h"

G_BEGIN_DECLS

typedef struct _VitrailVideoStream VitrailVideoStream;

/* The stored stream of @instance, which is its first frame; fetches how it
 * begins. VITRAIL_ERROR_UNSUPPORTED where there are no ranges. May block. */
VitrailVideoStream *
vitrail_video_stream_new (VitrailInstance *instance, GError **error);
VitrailVideoStream *vitrail_video_stream_ref (VitrailVideoStream *self);
void vitrail_video_stream_unref (VitrailVideoStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailVideoStream, vitrail_video_stream_unref)

/* All of it; what has not been fetched reads as zeros. */
GBytes *vitrail_video_stream_get_bytes (const VitrailVideoStream *self);
/* Has @length bytes at @from there, as far as the stream goes. May block. */
gboolean vitrail_video_stream_fetch (VitrailVideoStream *self,
                                     guint64 from,
                                     guint64 length,
                                     GError **error);
/* The same for the tables of an MP4 file, wherever they stand.
 * VITRAIL_ERROR_UNSUPPORTED: it is none, or comes in movie fragments, whose
 * tables are strewn over all of it. */
gboolean
vitrail_video_stream_fetch_tables (VitrailVideoStream *self, GError **error);

G_END_DECLS
