/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailBodyPanel: at the right of bodies: the curves of their colours and
 * opacities, where one wants to change them (property "unfolded"), and the
 * names of segments that are coloured. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_BODY_PANEL (vitrail_body_panel_get_type ())
G_DECLARE_FINAL_TYPE (VitrailBodyPanel,
                      vitrail_body_panel,
                      VITRAIL,
                      BODY_PANEL,
                      GtkWidget)

void vitrail_body_panel_set_session (VitrailBodyPanel *self,
                                     VitrailSession *session);

G_END_DECLS
