/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailViewportArea: one viewport of the session as a widget: draws the
 * sink's paintable and the overlay, sends input upstream as GstNavigation
 * events. Knows nothing about tools. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_VIEWPORT_AREA (vitrail_viewport_area_get_type ())
G_DECLARE_FINAL_TYPE (VitrailViewportArea,
                      vitrail_viewport_area,
                      VITRAIL,
                      VIEWPORT_AREA,
                      GtkWidget)

GtkWidget *
vitrail_viewport_area_new (VitrailSession *session, VitrailViewport *viewport);
VitrailViewport *vitrail_viewport_area_get_viewport (VitrailViewportArea *self);
void
vitrail_viewport_area_set_active (VitrailViewportArea *self, gboolean active);

G_END_DECLS
