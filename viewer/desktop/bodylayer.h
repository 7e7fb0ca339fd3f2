/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Over a body: the box that it is cropped by with its handles, and the shape
 * that is being drawn. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Of @viewport, which @widget shows. */
void vitrail_body_layer_snapshot (VitrailViewport *viewport,
                                  GtkWidget *widget,
                                  GtkSnapshot *snapshot);

G_END_DECLS
