/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rendered pictures (PS3.18 8.3.5): query parameters to a view and a
 * presentation, a frame to a picture file by vitrail_present (). */

#pragma once

#include "archive.h"
#include "pixel/present.h"

G_BEGIN_DECLS

/**
 * VitrailRenderOptions:
 * @type: "image/jpeg" or "image/png"
 * @width, @height: the picture must fit in; 0: the frame's own size
 * @has_region: show only @region (x, y, width, height in image pixels)
 * @quality: of JPEG, 1..100
 */
typedef struct {
  const char *type;
  guint width;
  guint height;
  gboolean has_region;
  double region[4];
  int quality;
  VitrailPresentation presentation;
} VitrailRenderOptions;

/* From Accept, viewport=w,h[,sx,sy,sw,sh], window=c,w[,function], quality=n,
 * voi=n, colormap=name. Errors are VITRAIL_HTTP_ERROR 400 and 406. */
gboolean vitrail_render_parse (VitrailRenderOptions *self,
                               const VitrailRequest *request,
                               GError **error);

/* A picture file of frame @number (from 1). */
GBytes *vitrail_render_frame (const VitrailRenderOptions *self,
                              VitrailInstance *instance,
                              guint number,
                              GCancellable *cancellable,
                              GError **error);

/* The same as a route's answer, with its ETag. */
gboolean vitrail_render_answer (const VitrailRenderOptions *self,
                                const VitrailRequest *request,
                                VitrailInstance *instance,
                                guint frame,
                                VitrailReply *reply,
                                GError **error);

G_END_DECLS
