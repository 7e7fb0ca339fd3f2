/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Renditions of several frames: parts of a multipart answer, a GIF, a film
 * (PS3.18 8.7.4 and 10.4.1.1.3). */

#pragma once

#include "render.h"

G_BEGIN_DECLS

/* VitrailPicture: frame @frame (from 1) of @instance. */
typedef struct {
  VitrailInstance *instance;
  guint frame;
} VitrailPicture;

/* The frames that the path names: those of its list, else all of its instance,
 * else all of the series or study, of which objects without pixels are passed
 * over. VITRAIL_ERROR_NOT_FOUND when there are none, VITRAIL_ERROR_LIMIT for
 * too many: (element-type VitrailPicture). */
GArray *vitrail_pictures_list (const VitrailRequest *request, GError **error);

/* How many pictures there are: frames; of a waveform one page. */
guint vitrail_pictures_count (VitrailInstance *instance);

/* The instance that the path names; each frame of a video is a picture of it
 * (video/videoinstance.h), and masks of angiograms are subtracted where the
 * data want it (mask/maskinstance.h). */
VitrailInstance *
vitrail_pictures_open (const VitrailRequest *request, GError **error);

/* An object with a picture in the midst of the series or study. */
VitrailInstance *
vitrail_pictures_open_middle (const VitrailRequest *request, GError **error);

/* All of @pictures, which are not changed any more, as a whole answer, by
 * @options' media type. */
gboolean vitrail_pictures_answer (GArray *pictures,
                                  const VitrailRenderOptions *options,
                                  const VitrailRequest *request,
                                  VitrailReply *reply,
                                  GError **error);

G_END_DECLS
