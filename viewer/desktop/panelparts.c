/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Parts of a panel: see panelparts.h. */

#include "panelparts.h"

void
vitrail_panel_set_name (GtkWidget *widget, const char *name)
{
  gtk_widget_set_tooltip_text (widget, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

GtkWidget *
vitrail_panel_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, style);
  return label;
}

GtkWidget *
vitrail_panel_heading (const char *text)
{
  return vitrail_panel_label (text, "heading");
}

GtkWidget *
vitrail_panel_text_button (const char *text,
                           const char *action,
                           const char *name)
{
  GtkWidget *button = gtk_button_new_with_label (text);
  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_hexpand (button, TRUE);
  gtk_widget_set_focus_on_click (button, FALSE);
  vitrail_panel_set_name (button, name);
  return button;
}
