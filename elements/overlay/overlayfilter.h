/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailOverlayFilter: what elements share that draw over pictures in place,
 * where the pictures' VitrailFrameMeta says. A picture over which nothing lies,
 * or that stands for a broken frame, goes on untouched and without a copy. */

#pragma once

#include "framemeta.h"
#include "overlay/planes.h"

#include <gst/base/gstbasetransform.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_OVERLAY_FILTER (vitrail_overlay_filter_get_type ())
G_DECLARE_DERIVABLE_TYPE (VitrailOverlayFilter,
                          vitrail_overlay_filter,
                          VITRAIL,
                          OVERLAY_FILTER,
                          GstBaseTransform)

/**
 * VitrailOverlayFilterClass: all on the streaming thread.
 * @meet: (nullable): a picture comes, whatever lies over it
 * @has_any: whether anything is to be drawn
 * @draw: draws; what was there may be gone since @has_any
 */
struct _VitrailOverlayFilterClass {
  GstBaseTransformClass parent_class;

  void (*meet) (VitrailOverlayFilter *self, const VitrailFrameMeta *meta);
  gboolean (*has_any) (VitrailOverlayFilter *self,
                       const VitrailFrameMeta *meta);
  void (*draw) (VitrailOverlayFilter *self,
                const VitrailCanvas *canvas,
                const VitrailFrameMeta *meta);
};

G_END_DECLS
