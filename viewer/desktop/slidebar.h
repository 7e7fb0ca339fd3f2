/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideBar: below the images, in place of the cine bar, while a slide is
 * active: how far it is turned, and which focal plane is shown. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_SLIDE_BAR (vitrail_slide_bar_get_type ())
G_DECLARE_FINAL_TYPE (VitrailSlideBar,
                      vitrail_slide_bar,
                      VITRAIL,
                      SLIDE_BAR,
                      GtkWidget)

void
vitrail_slide_bar_set_session (VitrailSlideBar *self, VitrailSession *session);

G_END_DECLS
