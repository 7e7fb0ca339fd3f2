/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailTransferPlot: see transferplot.h. */

#include "transferplot.h"

#include "viewportbody.h"
#include "volume/histogram.h"
#include "volume/transferedit.h"

#include <glib/gi18n.h>

#include <math.h>

/* Pixels: of the plot, of the strip of colours below it, around both. */
#define HEIGHT 150
#define STRIP  18
#define GAP    6
#define SIDE   8
#define DOT    4.5
/* From a point to a hand that means it. */
#define NEAR 11.0

#define BINS        128
#define MOST_VOXELS (1 << 19)
/* Points of a curve stay that part of the values away from each other. */
#define LEAST 0.002
/* What a key moves. */
#define KEY_VALUE   0.01
#define KEY_OPACITY 0.02

struct _VitrailTransferPlot {
  GtkWidget parent_instance;

  VitrailSession *session;
  VitrailTransfer transfer; /* as it is shown */
  gboolean is_there;
  double shift;
  char *text; /* that transfer was read from */
  double low; /* values at the left and right edge */
  double high;
  VitrailVolume *counted; /* the volume bins are of; a weak pointer */
  guint generation;
  guint32 bins[BINS];
  guint32 most;

  VitrailTransferCurve curve; /* of the chosen point */
  int chosen;                 /* -1: none */
  double grip[2];             /* from the pointer to the point, while dragged */
  GtkWidget *dialog;          /* while a colour is being chosen */
};

G_DEFINE_FINAL_TYPE (VitrailTransferPlot,
                     vitrail_transfer_plot,
                     GTK_TYPE_WIDGET)

static guint changed_signal;

/* --- places --- */

static double
get_across (VitrailTransferPlot *self)
{
  return MAX (gtk_widget_get_width (GTK_WIDGET (self)) - 2 * SIDE, 1);
}

/* Points beyond what there is are at the edges. */
static double
get_x (VitrailTransferPlot *self, double value)
{
  const double part =
      (value + self->shift - self->low) / (self->high - self->low);

  return SIDE + CLAMP (part, 0, 1) * get_across (self);
}

static double
get_value (VitrailTransferPlot *self, double x)
{
  return self->low + (x - SIDE) / get_across (self) * (self->high - self->low) -
         self->shift;
}

static double
get_y (double opacity)
{
  return SIDE + (1 - opacity) * HEIGHT;
}

static void
get_point (VitrailTransferPlot *self,
           VitrailTransferCurve curve,
           guint index,
           double at[2])
{
  at[0] =
      get_x (self, vitrail_transfer_get_value (&self->transfer, curve, index));
  at[1] = curve == VITRAIL_TRANSFER_OPACITY
              ? get_y (self->transfer.opacities[index][1])
              : SIDE + HEIGHT + GAP + STRIP / 2.0;
}

static VitrailTransferCurve
find_curve (double y)
{
  return y < SIDE + HEIGHT + GAP / 2.0 ? VITRAIL_TRANSFER_OPACITY
                                       : VITRAIL_TRANSFER_COLOR;
}

/* The point at a place; -1: none. */
static int
find_point (VitrailTransferPlot *self,
            VitrailTransferCurve curve,
            double x,
            double y)
{
  double best = NEAR;
  int found = -1;

  for (guint i = 0; i < vitrail_transfer_get_n_points (&self->transfer, curve);
       i++)
  {
    double at[2];
    get_point (self, curve, i, at);
    const double far = hypot (at[0] - x, at[1] - y);
    /* Of those on one place the last: it is drawn over the others. */
    if (far <= best) {
      best = far;
      found = (int) i;
    }
  }
  return found;
}

/* --- changes --- */

static void
tell (VitrailTransferPlot *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, changed_signal, 0);
}

static void
apply (VitrailTransferPlot *self)
{
  g_autofree char *text = vitrail_transfer_dup_text (&self->transfer);
  g_autofree char *old = g_steal_pointer (&self->text);

  self->text = g_steal_pointer (&text);
  vitrail_session_run (self->session, "render-preset",
                       g_variant_new_string (self->text), NULL);
  tell (self);
}

static void
choose (VitrailTransferPlot *self, VitrailTransferCurve curve, int index)
{
  self->curve = curve;
  self->chosen = index;
  tell (self);
}

static double
get_least (VitrailTransferPlot *self)
{
  return (self->high - self->low) * LEAST;
}

static void
move_chosen (VitrailTransferPlot *self, double value, double opacity)
{
  if (self->chosen < 0)
    return;
  const guint index = (guint) self->chosen;
  vitrail_transfer_move_point (&self->transfer, self->curve, index, value,
                               get_least (self));
  if (self->curve == VITRAIL_TRANSFER_OPACITY)
    vitrail_transfer_set_opacity (&self->transfer, index, opacity);
  apply (self);
}

static void
remove_chosen (VitrailTransferPlot *self)
{
  if (self->chosen < 0 ||
      !vitrail_transfer_remove_point (&self->transfer, self->curve,
                                      (guint) self->chosen))
    return;
  self->chosen = -1;
  apply (self);
}

static void
answered_cb (GtkDialog *dialog, int response, gpointer user_data)
{
  VitrailTransferPlot *self = user_data;
  GdkRGBA color;

  if (response == GTK_RESPONSE_OK && self->chosen >= 0 &&
      self->curve == VITRAIL_TRANSFER_COLOR)
  {
    gtk_color_chooser_get_rgba (GTK_COLOR_CHOOSER (dialog), &color);
    vitrail_transfer_set_color (&self->transfer, (guint) self->chosen,
                                (const double[]){ color.red, color.green,
                                                  color.blue });
    apply (self);
  }
  g_clear_pointer ((GtkWindow **) &self->dialog, gtk_window_destroy);
}

static void
choose_color (VitrailTransferPlot *self)
{
  const double *row = self->transfer.colors[self->chosen];
  const GdkRGBA color = { (float) row[1], (float) row[2], (float) row[3], 1 };
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->dialog != NULL)
    return;
  self->dialog = gtk_color_chooser_dialog_new (_ ("Colour of this value"),
                                               GTK_WINDOW (root));
  gtk_color_chooser_set_use_alpha (GTK_COLOR_CHOOSER (self->dialog), FALSE);
  gtk_color_chooser_set_rgba (GTK_COLOR_CHOOSER (self->dialog), &color);
  gtk_window_set_modal (GTK_WINDOW (self->dialog), TRUE);
  g_signal_connect_object (self->dialog, "response", G_CALLBACK (answered_cb),
                           self, 0);
  gtk_window_present (GTK_WINDOW (self->dialog));
}

/* --- hands --- */

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, gpointer user_data)
{
  VitrailTransferPlot *self = user_data;
  const VitrailTransferCurve curve = find_curve (y);
  double at[2];

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (!self->is_there)
    return;
  choose (self, curve, find_point (self, curve, x, y));
  if (self->chosen < 0)
    return;
  get_point (self, curve, (guint) self->chosen, at);
  self->grip[0] = at[0] - x;
  self->grip[1] = at[1] - y;
}

static void
drag_update_cb (GtkGestureDrag *gesture,
                double dx,
                double dy,
                gpointer user_data)
{
  VitrailTransferPlot *self = user_data;
  double x = 0;
  double y = 0;

  /* A hand that shakes while it clicks moves nothing. */
  if (!self->is_there || hypot (dx, dy) < 2)
    return;
  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  x += dx + self->grip[0];
  y += dy + self->grip[1];
  move_chosen (self, get_value (self, x), 1 - (y - SIDE) / HEIGHT);
}

static void
pressed_cb (GtkGestureClick *gesture,
            int n_press,
            double x,
            double y,
            gpointer user_data)
{
  VitrailTransferPlot *self = user_data;
  const VitrailTransferCurve curve = find_curve (y);

  if (n_press != 2 || !self->is_there)
    return;
  const int index = find_point (self, curve, x, y);
  if (index >= 0 && curve == VITRAIL_TRANSFER_COLOR) {
    choose (self, curve, index);
    choose_color (self);
  } else if (index < 0) {
    const double value = get_value (self, x);
    choose (self, curve,
            vitrail_transfer_add_point (&self->transfer, curve, value));
    move_chosen (self, value, 1 - (y - SIDE) / HEIGHT);
  }
}

static void
removed_cb (GtkGestureClick *gesture,
            int n_press,
            double x,
            double y,
            gpointer user_data)
{
  VitrailTransferPlot *self = user_data;
  const VitrailTransferCurve curve = find_curve (y);

  if (!self->is_there)
    return;
  choose (self, curve, find_point (self, curve, x, y));
  remove_chosen (self);
}

/* The point after the chosen one, or before it; from one curve to the other at
 * the ends. */
static void
step (VitrailTransferPlot *self, int by)
{
  const int n_opacities = (int) self->transfer.n_opacities;
  const int n = n_opacities + (int) self->transfer.n_colors;
  int at = self->chosen;

  if (at >= 0 && self->curve == VITRAIL_TRANSFER_COLOR)
    at += n_opacities;
  at = at < 0 ? (by > 0 ? 0 : n - 1) : (at + by + n) % n;
  if (at < n_opacities)
    choose (self, VITRAIL_TRANSFER_OPACITY, at);
  else
    choose (self, VITRAIL_TRANSFER_COLOR, at - n_opacities);
}

static gboolean
move_by_key (VitrailTransferPlot *self, guint key)
{
  static const struct {
    guint key;
    double value;
    double opacity;
  } moves[] = { { GDK_KEY_Left, -KEY_VALUE, 0 },
                { GDK_KEY_Right, KEY_VALUE, 0 },
                { GDK_KEY_Up, 0, KEY_OPACITY },
                { GDK_KEY_Down, 0, -KEY_OPACITY } };

  for (guint i = 0; i < G_N_ELEMENTS (moves) && self->chosen >= 0; i++) {
    if (moves[i].key != key)
      continue;
    const guint index = (guint) self->chosen;
    const double opacity = self->curve == VITRAIL_TRANSFER_OPACITY
                               ? self->transfer.opacities[index][1]
                               : 0;
    move_chosen (self,
                 vitrail_transfer_get_value (&self->transfer, self->curve,
                                             index) +
                     moves[i].value * (self->high - self->low),
                 opacity + moves[i].opacity);
    return TRUE;
  }
  return FALSE;
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint key,
        guint code,
        GdkModifierType modifiers,
        gpointer user_data)
{
  VitrailTransferPlot *self = user_data;

  if (!self->is_there || modifiers != 0)
    return FALSE;
  if (key == GDK_KEY_Page_Up || key == GDK_KEY_Page_Down)
    step (self, key == GDK_KEY_Page_Down ? 1 : -1);
  else if (key == GDK_KEY_Delete || key == GDK_KEY_BackSpace)
    remove_chosen (self);
  else if (key == GDK_KEY_Return && self->chosen >= 0 &&
           self->curve == VITRAIL_TRANSFER_COLOR)
    choose_color (self);
  else
    return move_by_key (self, key);
  return TRUE;
}

/* --- the picture --- */

static void
draw_bins (VitrailTransferPlot *self, cairo_t *cr)
{
  const double width = get_across (self) / BINS;

  if (self->most == 0)
    return;
  cairo_set_source_rgb (cr, 0.27, 0.3, 0.35);
  for (guint i = 0; i < BINS; i++) {
    /* Air and water are a thousand times as much as bone. */
    const double part =
        log1p (self->bins[i]) / log1p (self->most) * (HEIGHT - 2);
    cairo_rectangle (cr, SIDE + i * width, SIDE + HEIGHT - part, width + 0.3,
                     part);
  }
  cairo_fill (cr);
}

static void
draw_strip (VitrailTransferPlot *self, cairo_t *cr)
{
  cairo_pattern_t *colors =
      cairo_pattern_create_linear (SIDE, 0, SIDE + get_across (self), 0);

  for (guint i = 0; i <= 64; i++) {
    double rgba[4];
    vitrail_transfer_get (&self->transfer,
                          get_value (self, SIDE + i / 64.0 * get_across (self)),
                          rgba);
    cairo_pattern_add_color_stop_rgb (colors, i / 64.0, rgba[0], rgba[1],
                                      rgba[2]);
  }
  cairo_set_source (cr, colors);
  cairo_rectangle (cr, SIDE, SIDE + HEIGHT + GAP, get_across (self), STRIP);
  cairo_fill (cr);
  cairo_pattern_destroy (colors);
}

static void
draw_curve (VitrailTransferPlot *self, cairo_t *cr)
{
  double at[2] = { 0 };

  cairo_move_to (cr, SIDE, get_y (self->transfer.opacities[0][1]));
  for (guint i = 0; i < self->transfer.n_opacities; i++) {
    get_point (self, VITRAIL_TRANSFER_OPACITY, i, at);
    cairo_line_to (cr, at[0], at[1]);
  }
  cairo_line_to (cr, SIDE + get_across (self), at[1]);
  cairo_set_source_rgb (cr, 0.85, 0.87, 0.9);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
}

static void
draw_points (VitrailTransferPlot *self, cairo_t *cr, VitrailTransferCurve curve)
{
  for (guint i = 0; i < vitrail_transfer_get_n_points (&self->transfer, curve);
       i++)
  {
    const gboolean is_chosen = self->curve == curve && self->chosen == (int) i;
    double rgba[4];
    double at[2];
    get_point (self, curve, i, at);
    vitrail_transfer_get (
        &self->transfer, vitrail_transfer_get_value (&self->transfer, curve, i),
        rgba);
    cairo_arc (cr, at[0], at[1], is_chosen ? DOT + 1.5 : DOT, 0, 2 * G_PI);
    cairo_set_source_rgb (cr, rgba[0], rgba[1], rgba[2]);
    cairo_fill_preserve (cr);
    /* Seen on any colour. */
    cairo_set_source_rgb (cr, 0, 0, 0);
    cairo_set_line_width (cr, 3);
    cairo_stroke_preserve (cr);
    if (is_chosen)
      cairo_set_source_rgb (cr, 0.38, 0.65, 1);
    else
      cairo_set_source_rgb (cr, 1, 1, 1);
    cairo_set_line_width (cr, 1.5);
    cairo_stroke (cr);
  }
}

static void
vitrail_transfer_plot_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  VitrailTransferPlot *self = VITRAIL_TRANSFER_PLOT (widget);
  const graphene_rect_t all =
      GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                          (float) gtk_widget_get_height (widget));

  if (!self->is_there)
    return;
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &all);
  cairo_set_source_rgb (cr, 0.07, 0.08, 0.1);
  cairo_rectangle (cr, SIDE, SIDE, get_across (self), HEIGHT);
  cairo_fill (cr);
  draw_bins (self, cr);
  draw_strip (self, cr);
  draw_curve (self, cr);
  draw_points (self, cr, VITRAIL_TRANSFER_OPACITY);
  draw_points (self, cr, VITRAIL_TRANSFER_COLOR);
  if (gtk_widget_has_visible_focus (widget)) {
    cairo_rectangle (cr, SIDE - 2.5, SIDE - 2.5, get_across (self) + 5,
                     HEIGHT + GAP + STRIP + 5);
    cairo_set_source_rgb (cr, 0.38, 0.65, 1);
    cairo_set_line_width (cr, 1);
    cairo_stroke (cr);
  }
  cairo_destroy (cr);
}

/* --- what is shown --- */

/* The values that there are, and a little more. */
static void
update_range (VitrailTransferPlot *self, VitrailVolume *volume)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  const guint generation = vitrail_volume_get_generation (volume);
  double low = 0;
  double high = 0;

  if (volume == self->counted && generation == self->generation)
    return;
  g_set_weak_pointer (&self->counted, volume);
  self->generation = generation;
  vitrail_volume_get_range (volume, &low, &high);
  low = low * info->slope + info->intercept;
  high = high * info->slope + info->intercept;
  const double more = MAX ((high - low) * 0.04, 1e-6);
  self->low = low - more;
  self->high = high + more;
  vitrail_histogram_count (volume, self->low, self->high, MOST_VOXELS,
                           self->bins, BINS);
  self->most = 0;
  for (guint i = 0; i < BINS; i++)
    self->most = MAX (self->most, self->bins[i]);
}

void
vitrail_transfer_plot_update (VitrailTransferPlot *self)
{
  VitrailViewport *viewport =
      vitrail_session_get_active_viewport (self->session);
  VitrailVolume *volume = vitrail_viewport_is_body (viewport)
                              ? vitrail_viewport_get_volume (viewport)
                              : NULL;
  VitrailBodyLook look;

  self->is_there = volume != NULL;
  if (volume == NULL)
    return;
  update_range (self, volume);
  vitrail_viewport_get_body (viewport, &look);
  self->shift = look.shift;
  if (g_strcmp0 (look.preset, self->text) != 0 &&
      vitrail_transfer_parse (look.preset, &self->transfer, NULL))
  {
    g_autofree char *old = g_steal_pointer (&self->text);
    self->text = g_strdup (look.preset);
    self->chosen = -1;
    g_signal_emit (self, changed_signal, 0);
  }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

char *
vitrail_transfer_plot_dup_text (VitrailTransferPlot *self)
{
  if (!self->is_there || self->chosen < 0)
    return g_strdup ("");
  VitrailVolume *volume = vitrail_viewport_get_volume (
      vitrail_session_get_active_viewport (self->session));
  const char *units =
      volume != NULL ? vitrail_volume_get_info (volume)->frame->units : NULL;
  const guint index = (guint) self->chosen;
  const double value =
      self->shift +
      vitrail_transfer_get_value (&self->transfer, self->curve, index);
  if (self->curve == VITRAIL_TRANSFER_COLOR)
    return g_strdup_printf (_ ("Colour at %.4g %s"), value,
                            units != NULL ? units : "");
  return g_strdup_printf (_ ("%.4g %s: %.0f %% a millimetre"), value,
                          units != NULL ? units : "",
                          self->transfer.opacities[index][1] * 100);
}

/* --- the widget --- */

static void
vitrail_transfer_plot_measure (GtkWidget *widget,
                               GtkOrientation orientation,
                               int for_size,
                               int *minimum,
                               int *natural,
                               int *minimum_baseline,
                               int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL
                            ? 2 * SIDE + HEIGHT + GAP + STRIP
                            : 160;
}

static void
vitrail_transfer_plot_dispose (GObject *object)
{
  VitrailTransferPlot *self = VITRAIL_TRANSFER_PLOT (object);

  g_clear_pointer ((GtkWindow **) &self->dialog, gtk_window_destroy);
  g_clear_weak_pointer (&self->counted);
  g_clear_object (&self->session);
  g_clear_pointer (&self->text, g_free);
  G_OBJECT_CLASS (vitrail_transfer_plot_parent_class)->dispose (object);
}

static void
vitrail_transfer_plot_class_init (VitrailTransferPlotClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vitrail_transfer_plot_dispose;
  widget_class->snapshot = vitrail_transfer_plot_snapshot;
  widget_class->measure = vitrail_transfer_plot_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  changed_signal =
      g_signal_new ("changed", VITRAIL_TYPE_TRANSFER_PLOT, G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vitrail_transfer_plot_init (VitrailTransferPlot *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *right = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->chosen = -1;
  gtk_widget_set_focusable (widget, TRUE);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (right),
                                 GDK_BUTTON_SECONDARY);
  g_signal_connect (right, "pressed", G_CALLBACK (removed_cb), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (right));
  gtk_widget_add_controller (widget, keys);
}

GtkWidget *
vitrail_transfer_plot_new (VitrailSession *session)
{
  VitrailTransferPlot *self = g_object_new (VITRAIL_TYPE_TRANSFER_PLOT, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}
