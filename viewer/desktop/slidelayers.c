/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideLayers: see slidelayers.h. */

#include "slidelayers.h"

#include "panelparts.h"
#include "pixel/colormap.h"
#include "viewportslide.h"

#include <glib/gi18n.h>

#include <math.h>

/* What a list of rows can hold; the picture shows all of them. */
#define MAX_PARTS   100u
#define RANGE_STEPS 200.0

/* The widgets of one object. */
typedef struct {
  VitrailSlideLayers *panel;
  guint index;
  char *id;
  GtkWidget *shown;
  /* NULL until it has been read. */
  GtkWidget *opacity;
  GtkWidget *colormap;
  GtkWidget *low;
  GtkWidget *high;
  GPtrArray *parts; /* (element-type Part) */
} Layer;

/* A group or a segment. */
typedef struct {
  Layer *layer;
  guint part;
  GtkWidget *visible;
  GtkWidget *color;
} Part;

struct _VitrailSlideLayers {
  GtkWidget parent_instance;

  VitrailSession *session; /* the window's: it outlives us */
  GtkWidget *box;
  VitrailSlideObjects *objects; /* that the rows are of, or NULL */
  char *state;                  /* which rows those are */
  GPtrArray *layers;            /* (element-type Layer) */
  gboolean updating;            /* the widgets follow, nobody moves them */
};

G_DEFINE_FINAL_TYPE (VitrailSlideLayers, vitrail_slide_layers, GTK_TYPE_WIDGET)

static void
layer_free (gpointer data)
{
  Layer *self = data;
  g_free (self->id);
  g_ptr_array_unref (self->parts);
  g_free (self);
}

/* What hands do */

static void
send_style (const Layer *self, const char *text)
{
  if (!self->panel->updating)
    vitrail_session_run (self->panel->session, "style-layer",
                         g_variant_new ("(ss)", self->id, text), NULL);
}

static void
shown_cb (const Layer *self)
{
  gboolean shown = gtk_check_button_get_active (GTK_CHECK_BUTTON (self->shown));
  if (!self->panel->updating)
    vitrail_session_run (self->panel->session, "show-layer",
                         g_variant_new ("(sb)", self->id, shown), NULL);
}

static void
append_number (GString *text, const char *before, GtkWidget *scale)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  g_string_append (text, before);
  g_string_append (text,
                   g_ascii_dtostr (buffer, sizeof buffer,
                                   gtk_range_get_value (GTK_RANGE (scale))));
}

static void
opacity_cb (const Layer *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  append_number (text, "opacity=", self->opacity);
  send_style (self, text->str);
}

static void
colormap_cb (const Layer *self)
{
  guint chosen = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->colormap));
  const char *const *names = vitrail_colormap_list ();
  g_autofree char *text = g_strconcat ("colormap=", names[chosen], NULL);
  send_style (self, text);
}

/* An empty range is refused: the other end stays where it is. */
static void
range_cb (const Layer *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  append_number (text, "range=", self->low);
  append_number (text, ":", self->high);
  send_style (self, text->str);
}

static guint32
get_rgb (GtkWidget *button)
{
  GdkRGBA rgba;
  gtk_color_chooser_get_rgba (GTK_COLOR_CHOOSER (button), &rgba);
  return (guint32) lround ((double) rgba.red * 255) << 16 |
         (guint32) lround ((double) rgba.green * 255) << 8 |
         (guint32) lround ((double) rgba.blue * 255);
}

/* All parts, those without a row too, but this one as its widgets say. */
static void
part_cb (const Part *self)
{
  const Layer *layer = self->layer;
  VitrailSlideObjects *objects = layer->panel->objects;
  VitrailSlideObjectPart part = { 0 };
  g_autoptr (GString) text = g_string_new ("parts=");
  if (layer->panel->updating)
    return;
  for (guint i = 0;
       vitrail_slide_objects_get_part (objects, layer->index, i, &part); i++)
  {
    if (i == self->part) {
      part.rgb = get_rgb (self->color);
      part.visible =
          gtk_check_button_get_active (GTK_CHECK_BUTTON (self->visible));
    }
    g_string_append_printf (text, "%s%06X:%d", i > 0 ? "," : "", part.rgb,
                            part.visible);
  }
  send_style (layer, text->str);
}

/* Rows */

static GtkWidget *
append_scale (GtkGrid *grid, const char *title, const double range[3])
{
  int row = 0;
  while (gtk_grid_get_child_at (grid, 0, row) != NULL)
    row++;
  GtkWidget *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL,
                                               range[0], range[1], range[2]);
  gtk_scale_set_value_pos (GTK_SCALE (scale), GTK_POS_RIGHT);
  gtk_scale_set_draw_value (GTK_SCALE (scale), TRUE);
  gtk_widget_set_hexpand (scale, TRUE);
  vitrail_panel_set_name (scale, title);
  gtk_grid_attach (grid, vitrail_panel_label (title, "row-subtitle"), 0, row, 1,
                   1);
  gtk_grid_attach (grid, scale, 1, row, 1, 1);
  return scale;
}

static GtkWidget *
make_colormaps (Layer *self)
{
  GtkWidget *list = gtk_drop_down_new_from_strings (vitrail_colormap_list ());
  vitrail_panel_set_name (list, _ ("Colours of the values"));
  g_signal_connect_swapped (list, "notify::selected", G_CALLBACK (colormap_cb),
                            self);
  return list;
}

static void
append_values (Layer *self,
               GtkBox *box,
               GtkGrid *grid,
               VitrailSlideObject *what)
{
  double span = what->greatest - what->least;
  const double range[3] = { what->least, what->greatest,
                            span > 0 ? span / RANGE_STEPS : 1 };
  g_autofree char *about =
      g_strdup_printf ("%s %g – %g %s", what->quantity, what->least,
                       what->greatest, what->unit);
  self->colormap = make_colormaps (self);
  gtk_box_append (box,
                  vitrail_panel_label (g_strstrip (about), "row-subtitle"));
  gtk_box_append (box, self->colormap);
  if (!(span > 0))
    return;
  self->low = append_scale (grid, _ ("Low"), range);
  self->high = append_scale (grid, _ ("High"), range);
  g_signal_connect_swapped (self->low, "value-changed", G_CALLBACK (range_cb),
                            self);
  g_signal_connect_swapped (self->high, "value-changed", G_CALLBACK (range_cb),
                            self);
}

static void
append_part (Layer *self, GtkBox *box, guint index)
{
  VitrailSlideObjectPart what = { 0 };
  Part *part = g_new0 (Part, 1);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  vitrail_slide_objects_get_part (self->panel->objects, self->index, index,
                                  &what);
  g_autofree char *show = g_strdup_printf (_ ("Show %s"), what.label);
  g_autofree char *color = g_strdup_printf (_ ("Colour of %s"), what.label);
  part->layer = self;
  part->part = index;
  part->visible = gtk_check_button_new_with_label (what.label);
  part->color = gtk_color_button_new ();
  gtk_widget_set_hexpand (part->visible, TRUE);
  vitrail_panel_set_name (part->visible, show);
  vitrail_panel_set_name (part->color, color);
  /* What has the focus is the button in it. */
  vitrail_panel_set_name (gtk_widget_get_first_child (part->color), color);
  g_signal_connect_swapped (part->visible, "toggled", G_CALLBACK (part_cb),
                            part);
  g_signal_connect_swapped (part->color, "color-set", G_CALLBACK (part_cb),
                            part);
  gtk_box_append (GTK_BOX (row), part->visible);
  gtk_box_append (GTK_BOX (row), part->color);
  gtk_box_append (box, row);
  g_ptr_array_add (self->parts, part);
}

static void
append_details (Layer *self, VitrailSlideObject *what)
{
  static const double opacity[3] = { 0, 1, 0.05 };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *expander = gtk_expander_new (_ ("Colours, opacity"));
  g_autofree char *name = g_strdup_printf (_ ("Colours of %s"), what->label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (expander),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_add_css_class (expander, "row-subtitle");
  self->opacity = append_scale (GTK_GRID (grid), _ ("Opacity"), opacity);
  g_signal_connect_swapped (self->opacity, "value-changed",
                            G_CALLBACK (opacity_cb), self);
  if (what->kind == VITRAIL_SLIDE_OBJECT_VALUES)
    append_values (self, GTK_BOX (box), GTK_GRID (grid), what);
  gtk_box_append (GTK_BOX (box), grid);
  for (guint i = 0; i < MIN (what->n_parts, MAX_PARTS); i++)
    append_part (self, GTK_BOX (box), i);
  gtk_expander_set_child (GTK_EXPANDER (expander), box);
  gtk_box_append (GTK_BOX (self->panel->box), expander);
}

static void
append_words (GtkBox *box, const char *text, const char *style)
{
  GtkWidget *label = vitrail_panel_label (text, style);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_NONE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_box_append (box, label);
}

static void
append_layer (VitrailSlideLayers *panel, guint index)
{
  VitrailSlideObject what = { 0 };
  Layer *self = g_new0 (Layer, 1);
  vitrail_slide_objects_get (panel->objects, index, &what);
  self->panel = panel;
  self->index = index;
  self->id = g_strdup (what.id);
  self->parts = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (panel->layers, self);
  g_autofree char *name = g_strdup_printf (_ ("Show layer %s"), what.label);
  self->shown = gtk_check_button_new_with_label (what.label);
  vitrail_panel_set_name (self->shown, name);
  g_signal_connect_swapped (self->shown, "toggled", G_CALLBACK (shown_cb),
                            self);
  gtk_box_append (GTK_BOX (panel->box), self->shown);
  if (what.stage == VITRAIL_SLIDE_OBJECT_READING)
    append_words (GTK_BOX (panel->box), _ ("Being read…"), "row-subtitle");
  if (what.error != NULL)
    append_words (GTK_BOX (panel->box), what.error, "problem");
  if (what.stage == VITRAIL_SLIDE_OBJECT_READ)
    append_details (self, &what);
}

/* What there is: another text, other rows. */
static char *
dup_state (VitrailSlideObjects *objects)
{
  GString *text = g_string_new (NULL);
  VitrailSlideObject what = { 0 };
  for (guint i = 0; vitrail_slide_objects_get (objects, i, &what); i++)
    g_string_append_printf (text, "%s %d\n", what.id, what.stage);
  return g_string_free (text, FALSE);
}

static void
fill (VitrailSlideLayers *self)
{
  GtkWidget *child;
  guint n = vitrail_slide_objects_get_n (self->objects);
  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  g_ptr_array_set_size (self->layers, 0);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  gtk_box_append (GTK_BOX (self->box), vitrail_panel_heading (_ ("LAYERS")));
  for (guint i = 0; i < n; i++)
    append_layer (self, i);
}

static void
show_part (const Part *self)
{
  VitrailSlideObjectPart what = { 0 };
  if (!vitrail_slide_objects_get_part (self->layer->panel->objects,
                                       self->layer->index, self->part, &what))
    return;
  const GdkRGBA rgba = { (float) (what.rgb >> 16 & 255) / 255,
                         (float) (what.rgb >> 8 & 255) / 255,
                         (float) (what.rgb & 255) / 255, 1 };
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->visible), what.visible);
  gtk_color_chooser_set_rgba (GTK_COLOR_CHOOSER (self->color), &rgba);
}

static void
show_values (const Layer *self, const VitrailSlideObject *what)
{
  const char *const *names = vitrail_colormap_list ();
  for (guint i = 0; what->colormap != NULL && names[i] != NULL; i++)
    if (g_str_equal (names[i], what->colormap))
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->colormap), i);
  if (self->low == NULL)
    return;
  gtk_range_set_value (GTK_RANGE (self->low), what->low);
  gtk_range_set_value (GTK_RANGE (self->high), what->high);
}

static void
show_layer (const Layer *self)
{
  VitrailSlideObject what = { 0 };
  if (!vitrail_slide_objects_get (self->panel->objects, self->index, &what))
    return;
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->shown), what.shown);
  if (self->opacity != NULL)
    gtk_range_set_value (GTK_RANGE (self->opacity), what.opacity);
  if (self->colormap != NULL)
    show_values (self, &what);
  for (guint i = 0; i < self->parts->len; i++)
    show_part (g_ptr_array_index (self->parts, i));
}

void
vitrail_slide_layers_update (VitrailSlideLayers *self)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (
      vitrail_session_get_active_viewport (self->session));
  if (work == NULL || self->box == NULL)
    return;
  VitrailSlideObjects *objects = vitrail_slide_work_get_objects (work);
  g_autofree char *state = dup_state (objects);
  self->updating = TRUE;
  if (g_set_object (&self->objects, objects) ||
      g_strcmp0 (state, self->state) != 0)
  {
    g_free (self->state);
    self->state = g_steal_pointer (&state);
    fill (self);
  }
  for (guint i = 0; i < self->layers->len; i++)
    show_layer (g_ptr_array_index (self->layers, i));
  self->updating = FALSE;
}

GtkWidget *
vitrail_slide_layers_new (VitrailSession *session)
{
  VitrailSlideLayers *self = g_object_new (VITRAIL_TYPE_SLIDE_LAYERS, NULL);
  self->session = session;
  return GTK_WIDGET (self);
}

static void
vitrail_slide_layers_dispose (GObject *object)
{
  VitrailSlideLayers *self = VITRAIL_SLIDE_LAYERS (object);
  self->updating = TRUE; /* what goes away says so by changing */
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->layers, g_ptr_array_unref);
  g_clear_pointer (&self->state, g_free);
  g_clear_object (&self->objects);
  G_OBJECT_CLASS (vitrail_slide_layers_parent_class)->dispose (object);
}

static void
vitrail_slide_layers_class_init (VitrailSlideLayersClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = vitrail_slide_layers_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
vitrail_slide_layers_init (VitrailSlideLayers *self)
{
  self->layers = g_ptr_array_new_with_free_func (layer_free);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
