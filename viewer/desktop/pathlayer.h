/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The path that hands draw in planes, over one of these. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Over the viewport @index; nothing where there is none. What is far from its
 * plane is pale. */
void vitrail_path_layer_snapshot (VitrailSession *session,
                                  guint index,
                                  GtkWidget *widget,
                                  GtkSnapshot *snapshot);

G_END_DECLS
