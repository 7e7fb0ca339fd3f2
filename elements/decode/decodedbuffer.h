/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Decoded frames as buffers: what dcmdecode pushes. */

#pragma once

#include "frameinfo.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * VitrailDecodedFormat: what leaves dcmdecode between two caps.
 * @format: of normalized frames
 * @video: UNKNOWN for video/x-vitrail-samples
 * @has_video_meta: whoever reads the buffers minds GstVideoMeta
 */
typedef struct {
  VitrailPixelFormat format;
  GstVideoFormat video;
  gboolean has_video_meta;
} VitrailDecodedFormat;

/* The format of normalized frames that are stored as @stored; errors where that
 * is beyond the limits. */
gboolean vitrail_decoded_format_plan (VitrailDecodedFormat *self,
                                      const VitrailPixelFormat *stored,
                                      GError **error);

/* The samples of @frame, which fits, not copied where the layout allows;
 * without metas. */
GstBuffer *vitrail_decoded_buffer_new (const VitrailDecodedFormat *format,
                                       VitrailFrame *frame,
                                       GError **error);
/* Whether buffers of @frame fit between these caps. */
gboolean vitrail_decoded_format_fits (const VitrailDecodedFormat *self,
                                      const VitrailFrame *frame);
/* All samples 0; NULL when there is no memory. */
GstBuffer *
vitrail_decoded_buffer_new_blank (const VitrailDecodedFormat *format);

/* What caps alone say of a frame: no window, no place. */
VitrailFrameInfo *
vitrail_frame_info_from_format (const VitrailPixelFormat *stored,
                                const char *transfer_syntax,
                                GError **error);

G_END_DECLS
