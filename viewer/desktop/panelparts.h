/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the parts of the panel of a slide are made of. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For those who see it and those who hear it. */
void vitrail_panel_set_name (GtkWidget *widget, const char *name);
/* At the left; what does not fit is cut. @style: a class of style.css. */
GtkWidget *vitrail_panel_label (const char *text, const char *style);
GtkWidget *vitrail_panel_heading (const char *text);
/* @action: with its target. It leaves the focus where it was. */
GtkWidget *vitrail_panel_text_button (const char *text,
                                      const char *action,
                                      const char *name);

G_END_DECLS
