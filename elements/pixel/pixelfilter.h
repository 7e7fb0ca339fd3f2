/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailPixelFilter: base of the elements that make one picture of another. It
 * knows caps, memory and metas; a subclass sees two VitrailFrame. */

#pragma once

#include "framemeta.h"

#include <gst/base/gstbasetransform.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * VitrailPixelCaps: caps of decoded frames (framecaps.h), read.
 * @video: where @is_video, else video/x-vitrail-samples
 */
typedef struct {
  VitrailPixelFormat format;
  gboolean is_video;
  GstVideoInfo video;
} VitrailPixelCaps;

#define VITRAIL_TYPE_PIXEL_FILTER (vitrail_pixel_filter_get_type ())
G_DECLARE_DERIVABLE_TYPE (VitrailPixelFilter,
                          vitrail_pixel_filter,
                          VITRAIL,
                          PIXEL_FILTER,
                          GstBaseTransform)

/**
 * VitrailPixelFilterClass:
 * @formats_changed: new caps on both sides; may be NULL
 * @filter: from @in to @out, whose data is writable; formats are as in the
 *   caps. @in_meta is that of the input, or NULL; the metas of @out_buffer are
 *   up to the subclass
 */
struct _VitrailPixelFilterClass {
  GstBaseTransformClass parent_class;

  void (*formats_changed) (VitrailPixelFilter *self,
                           const VitrailPixelCaps *in,
                           const VitrailPixelCaps *out);
  GstFlowReturn (*filter) (VitrailPixelFilter *self,
                           const VitrailFrame *in,
                           GstBuffer *in_buffer,
                           VitrailFrame *out,
                           GstBuffer *out_buffer);
};

/* What is negotiated; NULL data before. */
const VitrailPixelCaps *
vitrail_pixel_filter_get_in_caps (VitrailPixelFilter *self);
const VitrailPixelCaps *
vitrail_pixel_filter_get_out_caps (VitrailPixelFilter *self);

/* How @frame, as in the caps, is to be understood: @meta's info where there is
 * one, with the layout of @frame. A plain copy: valid as long as @meta is, not
 * to be unreferenced. */
void vitrail_pixel_filter_describe (const VitrailFrameMeta *meta,
                                    const VitrailFrame *frame,
                                    VitrailFrameInfo *info);

G_END_DECLS
