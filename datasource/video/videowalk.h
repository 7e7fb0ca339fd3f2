/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The walk over a video's headers by which its index is made. */

#pragma once

#include "video/videoindex.h"

G_BEGIN_DECLS

/* Fills @units and the headers of @track. FALSE: no memory. */
gboolean vitrail_video_walk (VitrailVideoTrack *track,
                             GBytes *stream,
                             GArray *units,
                             guint *n_frames);
/* The same of MP4, by what the tables say alone: no sample is looked at. FALSE
 * where they do not say it of all. */
gboolean vitrail_video_walk_tables (VitrailVideoTrack *track,
                                    GArray *units,
                                    guint *n_frames);
/* The NAL unit whose length, in @nal_bytes, stands at @at: then @at is where it
 * begins. FALSE at the end of the sample. */
gboolean vitrail_video_next_nal (const guint8 *data,
                                 gsize length,
                                 guint nal_bytes,
                                 gsize *at,
                                 gsize *size);

G_END_DECLS
