/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailBodyPanel: see bodypanel.h. */

#include "bodypanel.h"

#include "activewatch.h"
#include "bodysegments.h"
#include "panelparts.h"
#include "transferplot.h"
#include "viewportbody.h"

#include <glib/gi18n.h>

#include <string.h>

#define MARGIN 8

enum { PROP_UNFOLDED = 1 };

struct _VitrailBodyPanel {
  GtkWidget parent_instance;

  VitrailSession *session;
  gboolean unfolded;
  GtkWidget *scroller;
  GtkWidget *transfer; /* all that is of curves */
  GtkWidget *preset;
  GtkWidget *plot;
  GtkWidget *point;
  GtkWidget *segments; /* all that is of segments */
  GtkWidget *title;
  GtkWidget *legend;
};

G_DEFINE_FINAL_TYPE (VitrailBodyPanel, vitrail_body_panel, GTK_TYPE_WIDGET)

/* --- curves --- */

static void
update_point (VitrailBodyPanel *self)
{
  g_autofree char *text =
      vitrail_transfer_plot_dup_text (VITRAIL_TRANSFER_PLOT (self->plot));

  gtk_label_set_text (GTK_LABEL (self->point),
                      *text != '\0'
                          ? text
                          : _ ("Drag a point; double-click for another one"));
}

/* The name alone, and whether something is different. */
static void
update_preset (VitrailBodyPanel *self, const char *preset)
{
  g_auto (GStrv) parts = g_strsplit (preset, ";", 2);
  g_autofree char *text = parts[1] != NULL
                              ? g_strdup_printf (_ ("%s, changed"), parts[0])
                              : g_strdup (parts[0]);

  gtk_label_set_text (GTK_LABEL (self->preset), text);
}

static void
reset_cb (GtkButton *button, gpointer user_data)
{
  VitrailBodyPanel *self = user_data;
  VitrailBodyLook look;

  vitrail_viewport_get_body (
      vitrail_session_get_active_viewport (self->session), &look);
  g_auto (GStrv) parts = g_strsplit (look.preset, ";", 2);
  vitrail_session_run (self->session, "render-preset",
                       g_variant_new_string (parts[0]), NULL);
}

/* --- segments --- */

static void
update_segments (VitrailBodyPanel *self,
                 const VitrailBodySegmentsStatus *status)
{
  g_autoptr (GString) markup = g_string_new (NULL);
  g_autofree char *title = status->n > 1
                               ? g_strdup_printf ("%s (%u / %u)", status->title,
                                                  status->number, status->n)
                               : g_strdup (status->title);

  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_widget_set_visible (self->title, *title != '\0');
  for (guint i = 0; i < status->labels->segments->len; i++) {
    const VitrailLabelsSegment *segment =
        &g_array_index (status->labels->segments, VitrailLabelsSegment, i);
    g_autofree char *name = g_markup_escape_text (segment->label, -1);
    g_string_append_printf (markup, "%s<span foreground=\"#%06x\">●</span> %s",
                            i > 0 ? "\n" : "", segment->rgb & 0xffffff, name);
  }
  gtk_label_set_markup (GTK_LABEL (self->legend), markup->str);
}

/* --- the panel --- */

static void
update (gpointer owner)
{
  VitrailBodyPanel *self = owner;
  VitrailViewport *viewport =
      vitrail_session_get_active_viewport (self->session);
  VitrailBodyLook look = VITRAIL_BODY_LOOK_INIT;
  VitrailBodySegmentsStatus status;
  const gboolean is_body = vitrail_viewport_is_body (viewport);

  if (is_body)
    vitrail_viewport_get_body (viewport, &look);
  const gboolean has_curves =
      is_body && self->unfolded && look.mode == VITRAIL_RENDER_COMPOSITE;
  const gboolean has_segments =
      is_body && vitrail_session_get_segments (self->session, &status);
  gtk_widget_set_visible (self->transfer, has_curves);
  gtk_widget_set_visible (self->segments, has_segments);
  gtk_widget_set_visible (GTK_WIDGET (self), has_curves || has_segments);
  if (has_segments)
    update_segments (self, &status);
  if (!has_curves)
    return;
  update_preset (self, look.preset);
  vitrail_transfer_plot_update (VITRAIL_TRANSFER_PLOT (self->plot));
}

static GtkWidget *
make_wrapped (const char *style)
{
  GtkWidget *label = vitrail_panel_label ("", style);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_NONE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 28);
  return label;
}

static void
append_curves (VitrailBodyPanel *self)
{
  GtkBox *box = GTK_BOX (self->transfer);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *reset = gtk_button_new_with_label (_ ("As the preset"));

  gtk_box_append (box, vitrail_panel_heading (_ ("COLOURS AND OPACITIES")));
  self->preset = make_wrapped ("row-title");
  gtk_box_append (box, self->preset);
  self->plot = vitrail_transfer_plot_new (self->session);
  vitrail_panel_set_name (
      self->plot,
      _ ("Opacities and colours by value: Page Up and Page Down choose a "
         "point, arrows move it, Delete removes it"));
  g_signal_connect_object (self->plot, "changed", G_CALLBACK (update_point),
                           self, G_CONNECT_SWAPPED);
  gtk_box_append (box, self->plot);
  self->point = make_wrapped ("row-subtitle");
  gtk_box_append (box, self->point);
  update_point (self);
  gtk_widget_set_focus_on_click (reset, FALSE);
  vitrail_panel_set_name (reset, _ ("Curves as the preset has them"));
  g_signal_connect (reset, "clicked", G_CALLBACK (reset_cb), self);
  gtk_box_append (GTK_BOX (buttons), reset);
  gtk_box_append (box, buttons);
}

static void
append_segments (VitrailBodyPanel *self)
{
  GtkBox *box = GTK_BOX (self->segments);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_append (box, vitrail_panel_heading (_ ("SEGMENTS")));
  self->title = make_wrapped ("row-subtitle");
  gtk_box_append (box, self->title);
  self->legend = make_wrapped ("row-title");
  gtk_box_append (box, self->legend);
  gtk_box_append (
      GTK_BOX (buttons),
      vitrail_panel_text_button (_ ("Next"), "session.next-segmentation",
                                 _ ("Next segmentation, or none (Alt+G)")));
  gtk_box_append (box, buttons);
}

void
vitrail_body_panel_set_session (VitrailBodyPanel *self, VitrailSession *session)
{
  self->session = g_object_ref (session);
  append_curves (self);
  append_segments (self);
  vitrail_active_watch (session, G_OBJECT (self), update);
}

static void
vitrail_body_panel_set_property (GObject *object,
                                 guint id,
                                 const GValue *value,
                                 GParamSpec *spec)
{
  VitrailBodyPanel *self = VITRAIL_BODY_PANEL (object);

  if (id != PROP_UNFOLDED) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    return;
  }
  if (self->unfolded == g_value_get_boolean (value))
    return;
  self->unfolded = g_value_get_boolean (value);
  if (self->session != NULL)
    update (self);
  g_object_notify_by_pspec (object, spec);
}

static void
vitrail_body_panel_get_property (GObject *object,
                                 guint id,
                                 GValue *value,
                                 GParamSpec *spec)
{
  if (id == PROP_UNFOLDED)
    g_value_set_boolean (value, VITRAIL_BODY_PANEL (object)->unfolded);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
vitrail_body_panel_dispose (GObject *object)
{
  VitrailBodyPanel *self = VITRAIL_BODY_PANEL (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vitrail_body_panel_parent_class)->dispose (object);
}

static void
vitrail_body_panel_class_init (VitrailBodyPanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = vitrail_body_panel_set_property;
  object_class->get_property = vitrail_body_panel_get_property;
  object_class->dispose = vitrail_body_panel_dispose;
  g_object_class_install_property (
      object_class, PROP_UNFOLDED,
      g_param_spec_boolean ("unfolded", "Unfolded",
                            "Whether curves are to be changed", FALSE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                G_PARAM_STATIC_STRINGS));
  /* It looks like the panel of a slide. */
  gtk_widget_class_set_css_name (widget_class, "slidepanel");
  gtk_widget_class_set_accessible_role (widget_class,
                                        GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
vitrail_body_panel_init (VitrailBodyPanel *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, MARGIN);

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  self->transfer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  self->segments = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_box_append (GTK_BOX (box), self->transfer);
  gtk_box_append (GTK_BOX (box), self->segments);
  self->scroller = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy",
                                 GTK_POLICY_NEVER, "child", box, NULL);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}
