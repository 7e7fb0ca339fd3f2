/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideStains: see slidestains.h. */

#include "slidestains.h"

#include "panelparts.h"

#include <glib/gi18n.h>

#include <math.h>

/* The widgets of one stain. */
typedef struct {
  VitrailSlideStains *panel;
  GtkWidget *visible;
  GtkWidget *color; /* NULL: the slide as it is */
  GtkWidget *weight;
} Stain;

struct _VitrailSlideStains {
  GtkWidget parent_instance;

  VitrailSession *session; /* the window's: it outlives us */
  GtkWidget *box;
  Stain stains[VITRAIL_N_STAINS]; /* by VitrailStain */
  gboolean updating;              /* the widgets follow, nobody moves them */
};

G_DEFINE_FINAL_TYPE (VitrailSlideStains, vitrail_slide_stains, GTK_TYPE_WIDGET)

static char *
dup_color (const Stain *self)
{
  GdkRGBA rgba = { 1, 1, 1, 1 };
  if (self->color != NULL)
    gtk_color_chooser_get_rgba (GTK_COLOR_CHOOSER (self->color), &rgba);
  return g_strdup_printf ("%02X%02X%02X",
                          (guint) lround ((double) rgba.red * 255),
                          (guint) lround ((double) rgba.green * 255),
                          (guint) lround ((double) rgba.blue * 255));
}

static void
send (const Stain *self)
{
  static const char *const names[VITRAIL_N_STAINS] = { "original",
                                                       "hematoxylin", "eosin",
                                                       "dab" };
  if (self->panel->updating)
    return;
  g_autofree char *color = dup_color (self);
  vitrail_session_run (
      self->panel->session, "set-stain-channel",
      g_variant_new ("(sbsd)", names[self - self->panel->stains],
                     gtk_check_button_get_active (
                         GTK_CHECK_BUTTON (self->visible)),
                     color, gtk_range_get_value (GTK_RANGE (self->weight))),
      NULL);
}

static GtkWidget *
make_color (Stain *self, const char *what)
{
  GtkWidget *color = gtk_color_button_new ();
  g_autofree char *name = g_strdup_printf (_ ("Colour of %s"), what);
  vitrail_panel_set_name (color, name);
  /* What has the focus is the button in it. */
  vitrail_panel_set_name (gtk_widget_get_first_child (color), name);
  g_signal_connect_swapped (color, "color-set", G_CALLBACK (send), self);
  return color;
}

static void
append_stain (VitrailSlideStains *panel, GtkGrid *grid, int row)
{
  static const char *const titles[VITRAIL_N_STAINS] = {
    N_ ("Original"), N_ ("Hematoxylin"), N_ ("Eosin"), N_ ("DAB")
  };
  Stain *self = &panel->stains[row];
  gboolean is_original = row == VITRAIL_STAIN_NONE;
  double most = is_original ? 1 : VITRAIL_STAIN_MAX_WEIGHT;
  const char *title = _ (titles[row]);
  g_autofree char *show = g_strdup_printf (_ ("Show %s"), title);
  g_autofree char *weight = g_strdup_printf (_ ("Weight of %s"), title);
  self->panel = panel;
  self->visible = gtk_check_button_new_with_label (title);
  self->weight =
      gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, most, 0.05);
  gtk_widget_set_hexpand (self->weight, TRUE);
  vitrail_panel_set_name (self->visible, show);
  vitrail_panel_set_name (self->weight, weight);
  g_signal_connect_swapped (self->visible, "toggled", G_CALLBACK (send), self);
  g_signal_connect_swapped (self->weight, "value-changed", G_CALLBACK (send),
                            self);
  gtk_grid_attach (grid, self->visible, 0, row, 1, 1);
  gtk_grid_attach (grid, self->weight, 1, row, 1, 1);
  if (is_original)
    return;
  self->color = make_color (self, title);
  gtk_grid_attach (grid, self->color, 2, row, 1, 1);
}

static void
show_stain (const Stain *self, const VitrailStainLook *look)
{
  const GdkRGBA rgba = { (float) look->rgb[0] / 255, (float) look->rgb[1] / 255,
                         (float) look->rgb[2] / 255, 1 };
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->visible), look->visible);
  gtk_range_set_value (GTK_RANGE (self->weight), look->weight);
  if (self->color != NULL)
    gtk_color_chooser_set_rgba (GTK_COLOR_CHOOSER (self->color), &rgba);
}

void
vitrail_slide_stains_set_look (VitrailSlideStains *self,
                               const VitrailSlideLook *look)
{
  g_autoptr (VitrailSlideLook) full = vitrail_slide_look_copy (look);
  if (!full->has_stains)
    vitrail_slide_look_set_default_stains (full);
  self->updating = TRUE;
  for (guint i = 0; i < VITRAIL_N_STAINS; i++)
    show_stain (&self->stains[i], &full->stains[i]);
  self->updating = FALSE;
}

GtkWidget *
vitrail_slide_stains_new (VitrailSession *session)
{
  VitrailSlideStains *self = g_object_new (VITRAIL_TYPE_SLIDE_STAINS, NULL);
  self->session = session;
  return GTK_WIDGET (self);
}

static void
vitrail_slide_stains_dispose (GObject *object)
{
  VitrailSlideStains *self = VITRAIL_SLIDE_STAINS (object);
  self->updating = TRUE; /* what goes away says so by changing */
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (vitrail_slide_stains_parent_class)->dispose (object);
}

static void
vitrail_slide_stains_class_init (VitrailSlideStainsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = vitrail_slide_stains_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
vitrail_slide_stains_init (VitrailSlideStains *self)
{
  GtkWidget *grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (grid), 4);
  self->box = gtk_expander_new (_ ("Stains together"));
  gtk_widget_add_css_class (self->box, "row-subtitle");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Stains together"), -1);
  for (int i = 0; i < VITRAIL_N_STAINS; i++)
    append_stain (self, GTK_GRID (grid), i);
  gtk_expander_set_child (GTK_EXPANDER (self->box), grid);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}
