/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVideoInstance: an instance whose pixel data is one video stream, as an
 * instance of frames like any other: its number of frames is the stream's,
 * load_frame () hands out access units, decode_frame () pictures in RGB. */

#pragma once

#include "source.h"
#include "video/videoindex.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_VIDEO_INSTANCE (vitrail_video_instance_get_type ())
G_DECLARE_FINAL_TYPE (VitrailVideoInstance,
                      vitrail_video_instance,
                      VITRAIL,
                      VIDEO_INSTANCE,
                      VitrailInstance)

/**
 * vitrail_video_instance_wrap:
 * @instance: (transfer full) (nullable): any instance; NULL: @error is set
 *
 * Indexes the video of @instance, or takes the index that was kept; where its
 * transfer syntax is none of video, or it is wrapped already, it is handed back
 * as it is.
 *
 * Returns: (transfer full): what has frames; NULL where the video cannot be
 *   read
 */
VitrailInstance *
vitrail_video_instance_wrap (VitrailInstance *instance, GError **error);

/* vitrail_data_source_open_instance_async (), wrapped; finish with
 * vitrail_video_instance_open_finish (). What is no video takes no longer. */
void vitrail_video_instance_open_async (VitrailDataSource *source,
                                        const char *sop_instance_uid,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
VitrailInstance *vitrail_video_instance_open_finish (VitrailDataSource *source,
                                                     GAsyncResult *result,
                                                     GError **error);

/* How long frame @frame (from 1) of any instance stands, in milliseconds; 0:
 * nobody says. Recommended Display Frame Rate asks for it; otherwise of a video
 * the stream says it, and of all else the data set. */
double
vitrail_video_instance_get_time_ms (VitrailInstance *instance, guint frame);

VitrailVideoIndex *
vitrail_video_instance_get_index (VitrailVideoInstance *self);

/* How much of what is decoded is kept at most, 192 MiB otherwise; 0: nothing,
 * each frame is decoded anew. */
void
vitrail_video_instance_set_kept_bytes (VitrailVideoInstance *self, gsize bytes);

G_END_DECLS
