/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideChannels: see slidechannels.h. */

#include "slidechannels.h"

#include <glib/gi18n.h>

#include <math.h>

enum {
  LOW,
  HIGH,
  GAMMA,
  OPACITY,
  N_NUMBERS,
};

/* The widgets of one channel. */
typedef struct {
  VitrailSlideChannels *panel;
  guint number; /* from 1 */
  GtkWidget *visible;
  GtkWidget *color;
  GtkWidget *numbers[N_NUMBERS];
} Channel;

struct _VitrailSlideChannels {
  GtkWidget parent_instance;

  VitrailSession *session;
  VitrailSlide *slide; /* or NULL */
  GtkWidget *box;
  GPtrArray *channels; /* (element-type Channel) */
  gboolean updating;   /* the widgets follow, nobody moves them */
};

G_DEFINE_FINAL_TYPE (VitrailSlideChannels,
                     vitrail_slide_channels,
                     GTK_TYPE_WIDGET)

static void
send (const Channel *self)
{
  GdkRGBA rgba;
  double numbers[N_NUMBERS];
  if (self->panel->updating)
    return;
  gtk_color_chooser_get_rgba (GTK_COLOR_CHOOSER (self->color), &rgba);
  for (guint i = 0; i < N_NUMBERS; i++)
    numbers[i] = gtk_range_get_value (GTK_RANGE (self->numbers[i]));
  g_autofree char *color =
      g_strdup_printf ("%02X%02X%02X", (guint) lround ((double) rgba.red * 255),
                       (guint) lround ((double) rgba.green * 255),
                       (guint) lround ((double) rgba.blue * 255));
  vitrail_session_run (self->panel->session, "set-channel",
                       g_variant_new ("(ubsdddd)", self->number,
                                      gtk_check_button_get_active (
                                          GTK_CHECK_BUTTON (self->visible)),
                                      color, numbers[LOW],
                                      MAX (numbers[HIGH], numbers[LOW] + 1),
                                      numbers[GAMMA], numbers[OPACITY]),
                       NULL);
}

static void
only_cb (const Channel *self)
{
  vitrail_session_run (self->panel->session, "show-channel",
                       g_variant_new_uint32 (self->number), NULL);
}

static void
set_name (GtkWidget *widget, const char *format, const char *channel)
{
  g_auto (GStrv) around = g_strsplit (format, "%s", 2);
  g_autofree char *name = g_strjoinv (channel, around);
  gtk_widget_set_tooltip_text (widget, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* All as wide, so that all sliders are as long. */
static void
say_number (GtkRange *range, GtkLabel *label)
{
  g_autofree char *text =
      g_strdup_printf ("%.*f", gtk_scale_get_digits (GTK_SCALE (range)),
                       gtk_range_get_value (range));
  gtk_label_set_text (label, text);
}

/* A label, a slider and its number. */
static GtkWidget *
append_number (GtkGrid *grid,
               int row,
               const char *title,
               const double range[3],
               const char *name)
{
  GtkWidget *label = gtk_label_new (title);
  GtkWidget *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL,
                                               range[0], range[1], range[2]);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "row-subtitle");
  GtkWidget *number = gtk_label_new (NULL);
  gtk_label_set_width_chars (GTK_LABEL (number), 5);
  gtk_label_set_xalign (GTK_LABEL (number), 1);
  gtk_widget_add_css_class (number, "row-subtitle");
  gtk_scale_set_draw_value (GTK_SCALE (scale), FALSE);
  gtk_widget_set_hexpand (scale, TRUE);
  set_name (scale, name, title);
  g_signal_connect_object (scale, "value-changed", G_CALLBACK (say_number),
                           number, G_CONNECT_DEFAULT);
  say_number (GTK_RANGE (scale), GTK_LABEL (number));
  gtk_grid_attach (grid, label, 0, row, 1, 1);
  gtk_grid_attach (grid, scale, 1, row, 1, 1);
  gtk_grid_attach (grid, number, 2, row, 1, 1);
  return scale;
}

static GtkWidget *
make_numbers (Channel *self, guint bits, const char *name)
{
  GtkWidget *grid = gtk_grid_new ();
  const double full = exp2 (CLAMP (bits, 1, 16)) - 1;
  const double samples[3] = { 0, full, 1 };
  const double gamma[3] = { 0.1, 4, 0.1 };
  const double opacity[3] = { 0, 1, 0.05 };

  const struct {
    const char *title;
    const double *range;
  } rows[N_NUMBERS] = { { _ ("Low"), samples },
                        { _ ("High"), samples },
                        { _ ("Gamma"), gamma },
                        { _ ("Opacity"), opacity } };

  for (guint i = 0; i < N_NUMBERS; i++) {
    g_autofree char *format = g_strdup_printf ("%s: %%s", name);
    self->numbers[i] = append_number (GTK_GRID (grid), (int) i, rows[i].title,
                                      rows[i].range, format);
    g_signal_connect_swapped (self->numbers[i], "value-changed",
                              G_CALLBACK (send), self);
  }
  return grid;
}

static GtkWidget *
make_heading (Channel *self, const char *name)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *only = gtk_button_new_with_label (_ ("Only"));
  GtkWidget *label = gtk_label_new (name);
  self->visible = gtk_check_button_new ();
  self->color = gtk_color_button_new ();
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  set_name (self->visible, _ ("Show %s"), name);
  set_name (self->color, _ ("Colour of %s"), name);
  /* What has the focus is the button in it. */
  set_name (gtk_widget_get_first_child (self->color), _ ("Colour of %s"), name);
  set_name (only, _ ("Only %s"), name);
  gtk_widget_add_css_class (only, "flat");
  g_signal_connect_swapped (self->visible, "toggled", G_CALLBACK (send), self);
  g_signal_connect_swapped (self->color, "color-set", G_CALLBACK (send), self);
  g_signal_connect_swapped (only, "clicked", G_CALLBACK (only_cb), self);
  gtk_box_append (GTK_BOX (box), self->visible);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), only);
  gtk_box_append (GTK_BOX (box), self->color);
  return box;
}

static void
append_channel (VitrailSlideChannels *panel, guint path)
{
  VitrailSlidePath what;
  Channel *self = g_new0 (Channel, 1);
  vitrail_slide_get_path (panel->slide, path, &what);
  self->panel = panel;
  self->number = path + 1;
  g_ptr_array_add (panel->channels, self);
  g_autofree char *name = what.name != NULL
                              ? g_strdup (what.name)
                              : g_strdup_printf (_ ("Channel %u"), path + 1);
  g_autofree char *more = g_strdup_printf (_ ("Window of %s"), name);
  gtk_box_append (GTK_BOX (panel->box), make_heading (self, name));
  GtkWidget *expander = gtk_expander_new (_ ("Window, gamma, opacity"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (expander),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, more, -1);
  gtk_widget_add_css_class (expander, "row-subtitle");
  gtk_expander_set_child (GTK_EXPANDER (expander),
                          make_numbers (self, what.bits, name));
  gtk_box_append (GTK_BOX (panel->box), expander);
}

static GtkWidget *
make_preset (const char *text, const char *action)
{
  GtkWidget *button = gtk_button_new_with_label (text);
  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

void
vitrail_slide_channels_set_slide (VitrailSlideChannels *self,
                                  VitrailSlide *slide)
{
  GtkWidget *child;
  if (slide == self->slide)
    return;
  g_set_object (&self->slide, slide);
  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  g_ptr_array_set_size (self->channels, 0);
  if (slide == NULL)
    return;
  GtkWidget *presets = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  gtk_box_append (GTK_BOX (presets),
                  make_preset (_ ("All"), "session.show-channel(uint32 0)"));
  gtk_box_append (GTK_BOX (presets),
                  make_preset (_ ("None"), "session.hide-channels"));
  gtk_box_append (GTK_BOX (presets),
                  make_preset (_ ("As at first"), "session.set-look::"));
  gtk_box_append (GTK_BOX (self->box), presets);
  guint n = vitrail_slide_get_n_paths (slide);
  for (guint i = 0; i < MIN (n, VITRAIL_SLIDE_MAX_PATHS); i++)
    append_channel (self, i);
}

static void
show_channel (const Channel *self, const VitrailChannelLook *look)
{
  const GdkRGBA rgba = { (float) look->rgb[0] / 255, (float) look->rgb[1] / 255,
                         (float) look->rgb[2] / 255, 1 };
  const double numbers[N_NUMBERS] = { look->low, look->high, look->gamma,
                                      look->opacity };
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->visible), look->visible);
  /* What is hidden forgets nothing. */
  if (!look->visible && look->low == 0 && look->high == 0)
    return;
  gtk_color_chooser_set_rgba (GTK_COLOR_CHOOSER (self->color), &rgba);
  for (guint i = 0; i < N_NUMBERS; i++)
    gtk_range_set_value (GTK_RANGE (self->numbers[i]), numbers[i]);
}

void
vitrail_slide_channels_set_look (VitrailSlideChannels *self,
                                 const VitrailSlideLook *look)
{
  self->updating = TRUE;
  for (guint i = 0; i < self->channels->len && i < look->n_channels; i++)
    show_channel (g_ptr_array_index (self->channels, i), &look->channels[i]);
  self->updating = FALSE;
}

GtkWidget *
vitrail_slide_channels_new (VitrailSession *session)
{
  VitrailSlideChannels *self = g_object_new (VITRAIL_TYPE_SLIDE_CHANNELS, NULL);
  self->session = session; /* the window's: it outlives us */
  return GTK_WIDGET (self);
}

static void
vitrail_slide_channels_dispose (GObject *object)
{
  VitrailSlideChannels *self = VITRAIL_SLIDE_CHANNELS (object);
  self->updating = TRUE; /* what goes away says so by changing */
  g_clear_object (&self->slide);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->channels, g_ptr_array_unref);
  G_OBJECT_CLASS (vitrail_slide_channels_parent_class)->dispose (object);
}

static void
vitrail_slide_channels_class_init (VitrailSlideChannelsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = vitrail_slide_channels_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
vitrail_slide_channels_init (VitrailSlideChannels *self)
{
  self->channels = g_ptr_array_new_with_free_func (g_free);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}
