/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* MP4 files of H.264, in memory, by GStreamer's x264enc. */

#pragma once

#include "pixel/present.h"

G_BEGIN_DECLS

typedef struct _VitrailFilm VitrailFilm;

/* Whether this machine has what it takes; any thread, the first call may take
 * tenths of a second. */
gboolean vitrail_film_is_possible (void);

/* @channels: of all its pictures. */
VitrailFilm *
vitrail_film_new (guint width, guint height, guint channels, GError **error);
void vitrail_film_free (VitrailFilm *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailFilm, vitrail_film_free)

/* The next picture, of the film's size, which stands for @duration_ns. Blocks
 * while the encoder has enough to do. */
gboolean vitrail_film_add (VitrailFilm *self,
                           const VitrailImage *image,
                           guint64 duration_ns,
                           GError **error);
/* The file: it can be played from its first bytes on. */
GBytes *vitrail_film_end (VitrailFilm *self, GError **error);

G_END_DECLS
