/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The tool strip: buttons for the session's commands, and the menus of layouts,
 * windows and colours. To add a button: one row in toolstrip.c. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * VitrailToolstrip:
 * @windows: the menu of the data's own windows and those of the modality
 * @colors: the menu of colormaps
 *
 * What keys open. Not owned: children of the strip.
 */
typedef struct {
  GtkMenuButton *windows;
  GtkMenuButton *colors;
} VitrailToolstrip;

/* The actions of @session are looked up as session.NAME from @strip upwards.
 * @strip lives no longer than @session. */
void vitrail_toolstrip_fill (GtkBox *strip,
                             VitrailSession *session,
                             VitrailToolstrip *parts);

G_END_DECLS
