/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rendered pictures (PS3.18 8.3.5): query parameters to a view and a
 * presentation, a frame to a picture file by vitrail_present (). */

#pragma once

#include "archive.h"
#include "caption.h"
#include "outputprofile.h"
#include "pixel/present.h"
#include "waveform/ecg.h"

G_BEGIN_DECLS

/**
 * VitrailRenderOptions:
 * @type: "image/jpeg", "image/png", "image/gif" or "video/mp4"
 * @is_multipart: as a part of multipart/related
 * @width, @height: the picture must fit in; 0: the frame's own size
 * @has_region: show only @region (x, y, width, height in image pixels; a
 *   negative width or height mirrors it)
 * @quality: of JPEG, 1..100
 * @captions: burnt in
 * @profile: (nullable): which colours, and whether they say so
 * @ecg: of the page of a waveform
 */
typedef struct {
  const char *type;
  gboolean is_multipart;
  guint width;
  guint height;
  gboolean has_region;
  double region[4];
  int quality;
  VitrailCaption captions;
  const VitrailOutputProfile *profile;
  VitrailPresentation presentation;
  VitrailEcgLook ecg;
} VitrailRenderOptions;

/* From Accept, viewport=w,h[,sx,sy,sw,sh], window=c,w[,function], quality=n,
 * annotation=patient,technique, iccprofile=name, voi=n, colormap=name; of
 * waveforms ecg=layout[,speed[,gain[,start[,group]]]]. Errors are
 * VITRAIL_HTTP_ERROR 400 and 406. */
gboolean vitrail_render_parse (VitrailRenderOptions *self,
                               const VitrailRequest *request,
                               GError **error);

/* Whether it is one file of several pictures. */
gboolean vitrail_render_is_moving (const VitrailRenderOptions *self);
/* VITRAIL_HTTP_ERROR 406 for those that are not a single picture. */
gboolean
vitrail_render_check_single (const VitrailRenderOptions *self, GError **error);
/* All of it as a text, for an ETag. */
char *vitrail_render_describe (const VitrailRenderOptions *self);

/* Frame @number (from 1) as samples, with all that lies on it. */
gboolean vitrail_render_image (const VitrailRenderOptions *self,
                               VitrailInstance *instance,
                               guint number,
                               GCancellable *cancellable,
                               VitrailImage *image,
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
