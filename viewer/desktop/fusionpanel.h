/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailFusionPanel: at the right while something lies over planes: what, how
 * it lies there, and how it looks. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_FUSION_PANEL (vitrail_fusion_panel_get_type ())
G_DECLARE_FINAL_TYPE (VitrailFusionPanel,
                      vitrail_fusion_panel,
                      VITRAIL,
                      FUSION_PANEL,
                      GtkWidget)

void vitrail_fusion_panel_set_session (VitrailFusionPanel *self,
                                       VitrailSession *session);

G_END_DECLS
