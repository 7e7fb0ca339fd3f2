/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A small picture of a display set: its middle image through the frame store
 * and vitrail_present (), or a slide's thumbnail. Less urgent than what is
 * looked at. */

#pragma once

#include "displayset.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

#define VITRAIL_THUMBNAIL_PX 64

/* Not for VITRAIL_DISPLAY_SET_UNSUPPORTED. */
void vitrail_thumbnail_load_async (VitrailDataSource *source,
                                   VitrailDisplaySet *display_set,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
GdkTexture *
vitrail_thumbnail_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
