/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailCineBar: play, position and rate of the active viewport. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_CINE_BAR (vitrail_cine_bar_get_type ())
G_DECLARE_FINAL_TYPE (VitrailCineBar,
                      vitrail_cine_bar,
                      VITRAIL,
                      CINE_BAR,
                      GtkWidget)

void
vitrail_cine_bar_set_session (VitrailCineBar *self, VitrailSession *session);

G_END_DECLS
