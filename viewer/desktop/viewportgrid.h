/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailViewportGrid: the session's layout as widgets. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_VIEWPORT_GRID (vitrail_viewport_grid_get_type ())
G_DECLARE_FINAL_TYPE (VitrailViewportGrid,
                      vitrail_viewport_grid,
                      VITRAIL,
                      VIEWPORT_GRID,
                      GtkWidget)

void vitrail_viewport_grid_set_session (VitrailViewportGrid *self,
                                        VitrailSession *session);
void vitrail_viewport_grid_focus_active (VitrailViewportGrid *self);

G_END_DECLS
