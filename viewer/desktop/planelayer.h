/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lines of other viewports' planes over the picture of one. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Of the viewport with this @index; @scale: device pixels for one of GTK's. */
void vitrail_plane_layer_snapshot (VitrailSession *session,
                                   guint index,
                                   int scale,
                                   GtkSnapshot *snapshot);

G_END_DECLS
