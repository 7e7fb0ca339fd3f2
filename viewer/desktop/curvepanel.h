/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailCurvePanel: at the right while regions are followed over time: their
 * means, drawn, and where one is in time. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_CURVE_PANEL (vitrail_curve_panel_get_type ())
G_DECLARE_FINAL_TYPE (VitrailCurvePanel,
                      vitrail_curve_panel,
                      VITRAIL,
                      CURVE_PANEL,
                      GtkWidget)

void vitrail_curve_panel_set_session (VitrailCurvePanel *self,
                                      VitrailSession *session);

G_END_DECLS
