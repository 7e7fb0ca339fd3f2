/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Regions that are followed over time, over a plane that cuts them. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Over the viewport @index; nothing where there are none. */
void vitrail_region_layer_snapshot (VitrailSession *session,
                                    guint index,
                                    GtkWidget *widget,
                                    GtkSnapshot *snapshot);

G_END_DECLS
