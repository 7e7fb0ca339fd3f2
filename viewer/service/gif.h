/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* GIF files (89a), still and moving, in memory. Grey pictures are exact;
 * colours are dithered to 252 that every file has, so that pictures of one film
 * need no look at each other. */

#pragma once

#include "pixel/present.h"

G_BEGIN_DECLS

typedef struct _VitrailGif VitrailGif;

/* @is_grey: all pictures have one channel. VITRAIL_ERROR_LIMIT for sides of
 * more than 65,535 pixels, which the format has no room for. */
VitrailGif *
vitrail_gif_new (guint width, guint height, gboolean is_grey, GError **error);
void vitrail_gif_free (VitrailGif *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailGif, vitrail_gif_free)

/* The next picture, of the file's size, which stands for @duration_ns. */
void vitrail_gif_add (VitrailGif *self,
                      const VitrailImage *image,
                      guint64 duration_ns);
/* The file. A moving one is repeated for ever. */
GBytes *vitrail_gif_end (VitrailGif *self);

G_END_DECLS
