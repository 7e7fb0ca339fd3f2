/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lines of other viewports' planes over the picture of one,
 * slabs, and handles to turn and thicken them. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Of the viewport with this @index, which @widget shows. */
void vitrail_plane_layer_snapshot (VitrailSession *session,
                                   guint index,
                                   GtkWidget *widget,
                                   GtkSnapshot *snapshot);

G_END_DECLS
