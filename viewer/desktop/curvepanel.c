/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailCurvePanel: see curvepanel.h. */

#include "curvepanel.h"

#include "activewatch.h"
#include "panelparts.h"
#include "timeregions.h"

#include <glib/gi18n.h>

#include <math.h>

/* Pixels of the drawing, and around it. */
#define HEIGHT 180
#define LEFT   44.0
#define TOP    10.0
#define RIGHT  10.0
#define BOTTOM 22.0
#define DOT    2.5
/* Of the panel. */
#define MARGIN 8

struct _VitrailCurvePanel {
  GtkWidget parent_instance;

  VitrailSession *session;
  GtkWidget *box;
  GtkWidget *drawing;
  GtkWidget *what; /* by what the points in time are told apart */
  GtkWidget *legend;
  GtkFileChooserNative *chooser; /* while one is open */
};

G_DEFINE_FINAL_TYPE (VitrailCurvePanel, vitrail_curve_panel, GTK_TYPE_WIDGET)

/* --- the drawing --- */

/* What of time and of means is where on it. */
typedef struct {
  double across[2];
  double up[2];
  double width;
  double height;
} Axes;

static Axes
make_axes (const VitrailTimeCurves *curves, int width, int height)
{
  Axes axes = { .width = width - LEFT - RIGHT,
                .height = height - TOP - BOTTOM };
  g_autofree double *times = g_new (double, curves->n_times);

  for (guint i = 0; i < curves->n_times; i++)
    times[i] = vitrail_time_curves_get_time (curves, i);
  vitrail_time_curves_find_range (times, curves->n_times, axes.across);
  vitrail_time_curves_find_range (curves->means,
                                  (gsize) curves->n_times * curves->n_regions,
                                  axes.up);
  return axes;
}

static double
get_x (const Axes *self, double time)
{
  return LEFT + (time - self->across[0]) / (self->across[1] - self->across[0]) *
                    self->width;
}

static double
get_y (const Axes *self, double mean)
{
  return TOP +
         (self->up[1] - mean) / (self->up[1] - self->up[0]) * self->height;
}

static void
set_color (cairo_t *cr, guint32 color)
{
  cairo_set_source_rgb (cr, (color >> 16 & 0xff) / 255.0,
                        (color >> 8 & 0xff) / 255.0, (color & 0xff) / 255.0);
}

static void
draw_curve (cairo_t *cr,
            const VitrailTimeCurves *curves,
            guint region,
            const Axes *axes)
{
  const double *means = curves->means + (gsize) region * curves->n_times;

  set_color (cr, vitrail_time_curves_get_color (region));
  cairo_new_path (cr);
  for (guint i = 0; i < curves->n_times; i++)
    if (isfinite (means[i]))
      cairo_line_to (cr, get_x (axes, vitrail_time_curves_get_time (curves, i)),
                     get_y (axes, means[i]));
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
  for (guint i = 0; i < curves->n_times; i++) {
    if (!isfinite (means[i]))
      continue;
    cairo_arc (cr, get_x (axes, vitrail_time_curves_get_time (curves, i)),
               get_y (axes, means[i]), DOT, 0, 2 * G_PI);
    cairo_fill (cr);
  }
}

/* To the left of (@x, @y), or with @across in the middle below it. */
static void
draw_number (GtkWidget *widget,
             cairo_t *cr,
             double x,
             double y,
             gboolean across,
             double number)
{
  g_autofree char *text = g_strdup_printf ("%.4g", number);
  g_autoptr (PangoLayout) layout =
      gtk_widget_create_pango_layout (widget, text);
  int width = 0;
  int height = 0;

  pango_layout_get_pixel_size (layout, &width, &height);
  if (across)
    cairo_move_to (cr, x - width / 2.0, y + 2);
  else
    cairo_move_to (cr, x - width - 4.0, y - height / 2.0);
  cairo_set_source_rgb (cr, 0.75, 0.78, 0.82);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_axes (GtkWidget *widget, cairo_t *cr, const Axes *axes)
{
  cairo_set_source_rgb (cr, 0.45, 0.48, 0.53);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, LEFT - 0.5, TOP);
  cairo_line_to (cr, LEFT - 0.5, TOP + axes->height + 0.5);
  cairo_line_to (cr, LEFT + axes->width, TOP + axes->height + 0.5);
  cairo_stroke (cr);
  draw_number (widget, cr, LEFT, TOP + 4, FALSE, axes->up[1]);
  draw_number (widget, cr, LEFT, TOP + axes->height - 4, FALSE, axes->up[0]);
  draw_number (widget, cr, LEFT + 6, TOP + axes->height, TRUE, axes->across[0]);
  draw_number (widget, cr, LEFT + axes->width - 10, TOP + axes->height, TRUE,
               axes->across[1]);
}

static void
draw_cb (GtkDrawingArea *area,
         cairo_t *cr,
         int width,
         int height,
         gpointer user_data)
{
  VitrailCurvePanel *self = user_data;
  const VitrailTimeCurves *curves =
      self->session != NULL ? vitrail_session_get_time_curves (self->session)
                            : NULL;

  if (curves == NULL)
    return;
  const Axes axes = make_axes (curves, width, height);
  const guint time = vitrail_viewport_get_time (
      vitrail_session_get_active_viewport (self->session));
  draw_axes (GTK_WIDGET (area), cr, &axes);
  if (time > 0 && time <= curves->n_times) {
    const double x =
        get_x (&axes, vitrail_time_curves_get_time (curves, time - 1));
    cairo_set_source_rgba (cr, 1, 1, 1, 0.5);
    cairo_rectangle (cr, x - 0.5, TOP, 1, axes.height);
    cairo_fill (cr);
  }
  for (guint r = 0; r < curves->n_regions; r++)
    draw_curve (cr, curves, r, &axes);
}

/* --- words --- */

/* "Region 1: 812.4", in its colour, at the time that is shown. */
static void
update_legend (VitrailCurvePanel *self, const VitrailTimeCurves *curves)
{
  const guint time = vitrail_viewport_get_time (
      vitrail_session_get_active_viewport (self->session));
  g_autoptr (GString) markup = g_string_new (NULL);

  for (guint r = 0; r < curves->n_regions; r++) {
    g_string_append_printf (markup, "%s<span foreground=\"#%06x\">●</span> ",
                            r > 0 ? "\n" : "",
                            vitrail_time_curves_get_color (r));
    g_string_append_printf (markup, _ ("Region %u"), r + 1);
    if (time > 0 && time <= curves->n_times)
      g_string_append_printf (
          markup, ": %.4g",
          curves->means[(gsize) r * curves->n_times + time - 1]);
  }
  gtk_label_set_markup (GTK_LABEL (self->legend), markup->str);
}

static void
update (gpointer owner)
{
  VitrailCurvePanel *self = owner;
  const VitrailTimeCurves *curves =
      vitrail_session_get_time_curves (self->session);

  gtk_widget_set_visible (GTK_WIDGET (self), curves != NULL);
  if (curves == NULL)
    return;
  g_autofree char *what =
      *curves->unit != '\0'
          ? g_strdup_printf (_ ("Mean by %s, %s"), curves->name, curves->unit)
          : g_strdup_printf (_ ("Mean by %s"), curves->name);
  gtk_label_set_text (GTK_LABEL (self->what), what);
  update_legend (self, curves);
  gtk_widget_queue_draw (self->drawing);
}

/* --- the file --- */

static void
chosen_cb (GtkNativeDialog *chooser, int response, gpointer user_data)
{
  VitrailCurvePanel *self = user_data;

  if (response == GTK_RESPONSE_ACCEPT) {
    g_autoptr (GFile) file =
        gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
    g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
    if (path != NULL)
      vitrail_session_run (self->session, "save-curves",
                           g_variant_new_string (path), NULL);
  }
  g_clear_object (&self->chooser);
}

static void
save_cb (GtkButton *button, gpointer user_data)
{
  VitrailCurvePanel *self = user_data;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("Save means over time"),
                                               GTK_WINDOW (root),
                                               GTK_FILE_CHOOSER_ACTION_SAVE,
                                               _ ("Save"), _ ("Cancel"));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser),
                                     "curves.csv");
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chosen_cb),
                           self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

void
vitrail_curve_panel_set_session (VitrailCurvePanel *self,
                                 VitrailSession *session)
{
  self->session = g_object_ref (session);
  vitrail_active_watch (session, G_OBJECT (self), update);
}

static void
vitrail_curve_panel_dispose (GObject *object)
{
  VitrailCurvePanel *self = VITRAIL_CURVE_PANEL (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->chooser);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vitrail_curve_panel_parent_class)->dispose (object);
}

static void
vitrail_curve_panel_class_init (VitrailCurvePanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vitrail_curve_panel_dispose;
  /* It looks like the panel of a slide. */
  gtk_widget_class_set_css_name (widget_class, "slidepanel");
  gtk_widget_class_set_accessible_role (widget_class,
                                        GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
vitrail_curve_panel_init (VitrailCurvePanel *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_margin_start (self->box, MARGIN);
  gtk_widget_set_margin_end (self->box, MARGIN);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  GtkBox *box = GTK_BOX (self->box);
  gtk_box_append (box, vitrail_panel_heading (_ ("OVER TIME")));
  self->what = vitrail_panel_label ("", "row-subtitle");
  gtk_box_append (box, self->what);
  self->drawing = gtk_drawing_area_new ();
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->drawing),
                                       HEIGHT);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->drawing), draw_cb,
                                  self, NULL);
  vitrail_panel_set_name (self->drawing, _ ("Means of regions over time"));
  gtk_box_append (box, self->drawing);
  self->legend = vitrail_panel_label ("", "row-title");
  gtk_box_append (box, self->legend);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *save = gtk_button_new_with_label (_ ("Save…"));
  gtk_widget_set_focus_on_click (save, FALSE);
  vitrail_panel_set_name (save, _ ("Save the means as CSV or SVG"));
  g_signal_connect (save, "clicked", G_CALLBACK (save_cb), self);
  gtk_box_append (GTK_BOX (buttons), save);
  gtk_box_append (
      GTK_BOX (buttons),
      vitrail_panel_text_button (_ ("Remove"), "session.clear-regions",
                                 _ ("Without these regions (Ctrl+Shift+E)")));
  gtk_box_append (box, buttons);
}
