/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Small pictures of a slide: all of it, its label, the scanner's picture of the
 * glass. */

#pragma once

#include "viewportslide.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The longer side of a picture of all of a slide. */
#define VITRAIL_OVERVIEW_PX 256

/**
 * vitrail_slide_picture_load_async:
 * @layer: VITRAIL_SLIDE_OVERVIEW, LABEL or MACRO
 *
 * Reads it on a worker.
 */
void vitrail_slide_picture_load_async (VitrailSlide *slide,
                                       VitrailSlideLayer layer,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
/* (transfer full) */
GdkTexture *
vitrail_slide_picture_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
