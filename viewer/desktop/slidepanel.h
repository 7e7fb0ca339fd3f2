/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlidePanel: at the right while a slide is active: what is known of it,
 * its pictures, colours and channels. Its property "unfolded" says whether it
 * is wanted. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_SLIDE_PANEL (vitrail_slide_panel_get_type ())
G_DECLARE_FINAL_TYPE (VitrailSlidePanel,
                      vitrail_slide_panel,
                      VITRAIL,
                      SLIDE_PANEL,
                      GtkWidget)

void vitrail_slide_panel_set_session (VitrailSlidePanel *self,
                                      VitrailSession *session);

G_END_DECLS
