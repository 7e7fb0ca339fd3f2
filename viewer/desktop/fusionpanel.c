/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailFusionPanel: see fusionpanel.h. */

#include "fusionpanel.h"

#include "fusinghand.h"
#include "panelparts.h"
#include "pixel/colormap.h"

#include <glib/gi18n.h>

#include <math.h>

enum {
  OPACITY,
  CENTER,
  WIDTH,
  LOWEST,
  N_SCALES,
};

struct _VitrailFusionPanel {
  GtkWidget parent_instance;

  VitrailSession *session;
  GtkWidget *scroller;
  GtkBox *box;
  GtkWidget *upper;
  GtkWidget *how;
  GtkWidget *lower;
  GtkWidget *look; /* what follows */
  GtkWidget *labels[N_SCALES];
  GtkWidget *scales[N_SCALES];
  GtkWidget *colors;
  const VitrailDisplaySet *ranged; /* whose values the scales are made for */
  gboolean updating;               /* the widgets follow, nobody moves them */
};

G_DEFINE_FINAL_TYPE (VitrailFusionPanel, vitrail_fusion_panel, GTK_TYPE_WIDGET)

static void
moved_cb (GtkRange *range, gpointer user_data)
{
  VitrailFusionPanel *self = user_data;
  VitrailFusingStatus status;
  if (self->updating || !vitrail_session_get_fusing (self->session, &status))
    return;
  const double value = gtk_range_get_value (range);
  const GtkWidget *scale = GTK_WIDGET (range);
  if (scale == self->scales[OPACITY])
    status.look.opacity = value;
  else if (scale == self->scales[CENTER])
    status.look.presentation.window_center = value;
  else if (scale == self->scales[WIDTH])
    status.look.presentation.window_width = value;
  else
    status.look.low = value;
  vitrail_session_set_fusing_look (self->session, &status.look);
}

static void
colored_cb (GtkDropDown *colors, GParamSpec *spec, gpointer user_data)
{
  VitrailFusionPanel *self = user_data;
  const guint index = gtk_drop_down_get_selected (colors);
  if (!self->updating && index != GTK_INVALID_LIST_POSITION)
    vitrail_session_run (self->session, "layer-colormap",
                         g_variant_new_string (vitrail_colormap_list ()[index]),
                         NULL);
}

static const char *
get_how (const VitrailFusingStatus *status)
{
  static const char *const states[] = {
    [VITRAIL_FUSING_LOOKING] = N_ ("Looking for how it lies…"),
    [VITRAIL_FUSING_ALIGNING] = N_ ("Aligning…"),
    [VITRAIL_FUSING_READING] = N_ ("Reading…"),
  };
  static const char *const ways[] = {
    [VITRAIL_FUSING_BY_FRAME] = N_ ("One frame of reference"),
    [VITRAIL_FUSING_BY_REGISTRATION] = N_ ("By the study's registration"),
    [VITRAIL_FUSING_BY_ALIGNMENT] =
        N_ ("Aligned automatically: check that it fits"),
    [VITRAIL_FUSING_BY_HAND] = N_ ("Nothing says how it lies: move it by hand"),
  };
  if (status->state == VITRAIL_FUSING_REFUSED)
    return status->reason;
  return _ (status->state == VITRAIL_FUSING_SHOWN ? ways[status->by]
                                                  : states[status->state]);
}

/* And what a hand has done to it since. */
static char *
dup_how (const VitrailFusingStatus *status)
{
  double mm = 0;
  double degrees = 0;

  if (status->state == VITRAIL_FUSING_SHOWN)
    vitrail_fusing_measure_hand (status, &mm, &degrees);
  if (mm < 0.05 && degrees < 0.05)
    return g_strdup (get_how (status));
  return g_strdup_printf (_ ("%s. Moved by hand: %.1f mm, %.1f°"),
                          get_how (status), mm, degrees);
}

/* So wide that a hand can set what makes sense, once for each layer. */
static void
set_ranges (VitrailFusionPanel *self, const VitrailFusingStatus *status)
{
  const VitrailPresentation *look = &status->look.presentation;
  const double low = look->window_center - look->window_width;
  const double high = look->window_center + 2 * look->window_width;
  gtk_range_set_range (GTK_RANGE (self->scales[CENTER]), low, high);
  gtk_range_set_range (GTK_RANGE (self->scales[WIDTH]),
                       look->window_width / 1000, 3 * look->window_width);
  gtk_range_set_range (GTK_RANGE (self->scales[LOWEST]),
                       look->window_center - look->window_width / 2, high);
  self->ranged = status->upper;
}

static void
set_scale (VitrailFusionPanel *self,
           guint scale,
           const char *text,
           double value)
{
  gtk_label_set_text (GTK_LABEL (self->labels[scale]), text);
  gtk_range_set_value (GTK_RANGE (self->scales[scale]), value);
}

static int
get_digits (double width)
{
  return (int) CLAMP (3 - ceil (log10 (MAX (width, 1e-3))), 0, 4);
}

static void
update_look (VitrailFusionPanel *self, const VitrailFusingStatus *status)
{
  const VitrailPresentation *look = &status->look.presentation;
  const char *units = status->units != NULL ? status->units : "";
  const int digits = get_digits (look->window_width);
  g_autofree char *opacity =
      g_strdup_printf (_ ("Opacity %.0f %%"), status->look.opacity * 100);
  g_autofree char *center =
      g_strdup_printf (_ ("Window centre %.*f %s"), digits, look->window_center,
                       units);
  g_autofree char *width = g_strdup_printf (_ ("Window width %.*f %s"), digits,
                                            look->window_width, units);
  g_autofree char *low = status->look.low > -G_MAXDOUBLE
                             ? g_strdup_printf (_ ("Seen from %.*f %s"), digits,
                                                status->look.low, units)
                             : g_strdup (_ ("All values are seen"));
  set_scale (self, OPACITY, opacity, status->look.opacity);
  set_scale (self, CENTER, center, look->window_center);
  set_scale (self, WIDTH, width, look->window_width);
  set_scale (self, LOWEST, low, status->look.low);
  const char *const *names = vitrail_colormap_list ();
  for (guint i = 0; names[i] != NULL; i++)
    if (g_strcmp0 (names[i], look->colormap) == 0)
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->colors), i);
}

static void
update (gpointer owner)
{
  VitrailFusionPanel *self = owner;
  VitrailFusingStatus status;
  const gboolean is_there = vitrail_session_get_fusing (self->session, &status);
  gtk_widget_set_visible (GTK_WIDGET (self), is_there);
  if (!is_there)
    self->ranged = NULL;
  if (!is_there)
    return;
  self->updating = TRUE;
  gtk_label_set_text (GTK_LABEL (self->upper),
                      status.upper != NULL ? status.upper->label : "");
  gtk_label_set_text (GTK_LABEL (self->lower), status.lower->label);
  g_autofree char *how = dup_how (&status);
  gtk_label_set_text (GTK_LABEL (self->how), how);
  const gboolean is_shown = status.state == VITRAIL_FUSING_SHOWN;
  gtk_widget_set_visible (self->look, is_shown);
  if (is_shown && self->ranged != status.upper)
    set_ranges (self, &status);
  if (is_shown)
    update_look (self, &status);
  self->updating = FALSE;
}

void
vitrail_fusion_panel_set_session (VitrailFusionPanel *self,
                                  VitrailSession *session)
{
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
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
append_scale (VitrailFusionPanel *self, guint scale, const char *name)
{
  GtkBox *box = GTK_BOX (self->look);
  self->labels[scale] = vitrail_panel_label ("", "row-subtitle");
  self->scales[scale] =
      gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 0.01);
  gtk_widget_set_focus_on_click (self->scales[scale], FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scales[scale]),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect (self->scales[scale], "value-changed", G_CALLBACK (moved_cb),
                    self);
  gtk_box_append (box, self->labels[scale]);
  gtk_box_append (box, self->scales[scale]);
}

static void
append_look (VitrailFusionPanel *self)
{
  self->look = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  append_scale (self, OPACITY, _ ("Opacity"));
  append_scale (self, CENTER, _ ("Window centre"));
  append_scale (self, WIDTH, _ ("Window width"));
  append_scale (self, LOWEST, _ ("Lowest value that is seen"));
  self->colors = gtk_drop_down_new_from_strings (vitrail_colormap_list ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->colors),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Colours of the layer"), -1);
  g_signal_connect (self->colors, "notify::selected", G_CALLBACK (colored_cb),
                    self);
  gtk_box_append (GTK_BOX (self->look), self->colors);
  gtk_box_append (self->box, self->look);
}

static void
append_hands (VitrailFusionPanel *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_append (GTK_BOX (buttons),
                  vitrail_panel_text_button (_ ("Move"),
                                             "session.set-tool::move-layer",
                                             _ ("Move it by hand (Alt+F)")));
  gtk_box_append (
      GTK_BOX (buttons),
      vitrail_panel_text_button (_ ("Turn"), "session.set-tool::turn-layer",
                                 _ ("Turn it by hand (Alt+Shift+F)")));
  gtk_box_append (GTK_BOX (buttons), vitrail_panel_text_button (
                                         _ ("Reset"), "session.reset-layer",
                                         _ ("As it lay before (Ctrl+Alt+Z)")));
  gtk_box_append (self->box, buttons);
}

static void
vitrail_fusion_panel_dispose (GObject *object)
{
  VitrailFusionPanel *self = VITRAIL_FUSION_PANEL (object);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vitrail_fusion_panel_parent_class)->dispose (object);
}

static void
vitrail_fusion_panel_class_init (VitrailFusionPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = vitrail_fusion_panel_dispose;
  /* It looks like the panel of a slide. */
  gtk_widget_class_set_css_name (widget_class, "slidepanel");
  gtk_widget_class_set_accessible_role (widget_class,
                                        GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
vitrail_fusion_panel_init (VitrailFusionPanel *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 2));
  self->scroller = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy",
                                 GTK_POLICY_NEVER, "child", self->box, NULL);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_box_append (self->box, vitrail_panel_heading (_ ("LAYERS")));
  self->upper = make_wrapped ("row-title");
  self->how = make_wrapped ("row-subtitle");
  gtk_box_append (self->box, self->upper);
  gtk_box_append (self->box, self->how);
  append_look (self);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_box_append (
      GTK_BOX (buttons),
      vitrail_panel_text_button (_ ("Align"), "session.align-layer",
                                 _ ("Align it automatically (Ctrl+Shift+F)")));
  gtk_box_append (GTK_BOX (buttons),
                  vitrail_panel_text_button (_ ("Remove"), "session.unfuse",
                                             _ ("Remove the layer (Ctrl+F)")));
  gtk_box_append (self->box, buttons);
  append_hands (self);
  gtk_box_append (self->box, vitrail_panel_heading (_ ("OVER")));
  self->lower = make_wrapped ("row-title");
  gtk_box_append (self->box, self->lower);
}
