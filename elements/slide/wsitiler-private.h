/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the files of wsitiler share. */

#pragma once

#include "slide/tiler.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (vitrail_wsi_tiler_debug);
#define GST_CAT_DEFAULT vitrail_wsi_tiler_debug

#define VITRAIL_TYPE_WSI_TILER (vitrail_wsi_tiler_get_type ())
G_DECLARE_FINAL_TYPE (VitrailWsiTiler,
                      vitrail_wsi_tiler,
                      VITRAIL,
                      WSI_TILER,
                      GstElement)

struct _VitrailWsiTiler {
  GstElement parent;
  GstPad *sink_pad;
  GstPad *src_pad;

  VitrailTilerSettings settings; /* guarded by the object lock */

  /* The streaming thread's. */
  GstEvent *segment; /* held back until caps are known */
  GstVideoInfo info;
  VitrailSlide *opened; /* that came in */
  char *look_asked;     /* that slide was made by, or NULL */
  char *look;           /* the same in full; NULL: none */
  VitrailSlide *slide;  /* opened with the look: that the plan is of */
  VitrailDeepZoom plan;
};

/* Caps of @width x @height or, where @exact is FALSE, of what comes nearest to
 * it downstream. FALSE after an error message. */
gboolean vitrail_wsi_tiler_ensure_size (VitrailWsiTiler *self,
                                        int width,
                                        int height,
                                        gboolean exact);
/* What the settings ask for of the slide that @input refers to. */
GstFlowReturn
vitrail_wsi_tiler_push_pictures (VitrailWsiTiler *self, GstBuffer *input);

G_END_DECLS
