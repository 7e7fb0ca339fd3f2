/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailClipStrip: see clipstrip.h. Its pictures come one after the other,
 * after all that is looked at. */

#include "clipstrip.h"

#include "activewatch.h"
#include "clipframes.h"
#include "thumbnail.h"

#include <string.h>

/* Of a picture, of the number below it, around both. */
#define PICTURE VITRAIL_THUMBNAIL_PX
#define NUMBER  16
#define SIDE    4
#define CELL    (PICTURE + 2 * SIDE)

enum { PROP_UNFOLDED = 1 };

struct _VitrailClipStrip {
  GtkWidget parent_instance;

  VitrailSession *session;
  gboolean unfolded;
  VitrailDisplaySet *set; /* that pictures are of, or NULL */
  guint n;                /* pictures */
  guint n_frames;
  guint frame; /* that is shown */
  GdkTexture *pictures[VITRAIL_CLIP_FRAMES_MAX];
  guint n_loaded;
  GCancellable *cancellable; /* while one is being read */
  guint restart;             /* an idle source, or 0 */
};

G_DEFINE_FINAL_TYPE (VitrailClipStrip, vitrail_clip_strip, GTK_TYPE_WIDGET)

/* --- pictures --- */

static void load_next (VitrailClipStrip *self);

static void
forget (VitrailClipStrip *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (self->pictures); i++)
    g_clear_object (&self->pictures[i]);
  g_clear_pointer (&self->set, vitrail_display_set_unref);
  self->n = self->n_loaded = 0;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VitrailClipStrip) self = user_data;
  g_autoptr (GdkTexture) picture = vitrail_thumbnail_load_finish (result, NULL);

  /* Who asked may show something else. */
  if (g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;
  g_clear_object (&self->cancellable);
  /* One that cannot be decoded keeps its place. */
  self->pictures[self->n_loaded++] = g_steal_pointer (&picture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  load_next (self);
}

static void
load_next (VitrailClipStrip *self)
{
  if (self->n_loaded >= self->n || self->cancellable != NULL)
    return;
  self->cancellable = g_cancellable_new ();
  vitrail_thumbnail_load_frame_async (
      vitrail_session_get_source (self->session), self->set,
      vitrail_clip_frames_get_frame (self->n_loaded, self->n, self->n_frames),
      self->cancellable, loaded_cb, g_object_ref (self));
}

/* --- what is shown --- */

/* NULL: it has no frames to be seen one by one. */
static VitrailDisplaySet *
find_clip (VitrailClipStrip *self)
{
  VitrailDisplaySet *set = vitrail_viewport_get_display_set (
      vitrail_session_get_active_viewport (self->session));

  return self->unfolded && set != NULL &&
                 set->kind == VITRAIL_DISPLAY_SET_CINE && set->n_positions > 1
             ? set
             : NULL;
}

static void
update (gpointer owner)
{
  VitrailClipStrip *self = owner;
  VitrailDisplaySet *set = find_clip (self);
  const guint n =
      set != NULL
          ? vitrail_clip_frames_count (gtk_widget_get_width (GTK_WIDGET (self)),
                                       CELL, set->n_positions)
          : 0;

  gtk_widget_set_visible (GTK_WIDGET (self), set != NULL);
  if (set != self->set || n != self->n) {
    forget (self);
    self->set = set != NULL ? vitrail_display_set_ref (set) : NULL;
    self->n = n;
    self->n_frames = set != NULL ? set->n_positions : 0;
    load_next (self);
  }
  const guint frame =
      set != NULL ? vitrail_viewport_get_shown_position (
                        vitrail_session_get_active_viewport (self->session))
                  : 0;
  if (frame != self->frame)
    gtk_widget_queue_draw (GTK_WIDGET (self));
  self->frame = frame;
}

static gboolean
restart_cb (gpointer user_data)
{
  VitrailClipStrip *self = user_data;

  self->restart = 0;
  if (self->session != NULL)
    update (self);
  return G_SOURCE_REMOVE;
}

static void
vitrail_clip_strip_size_allocate (GtkWidget *widget,
                                  int width,
                                  int height,
                                  int baseline)
{
  VitrailClipStrip *self = VITRAIL_CLIP_STRIP (widget);

  if (self->restart == 0)
    self->restart = g_idle_add (restart_cb, self);
}

/* --- the row --- */

/* Where picture @index begins: those at the ends touch them. */
static double
get_left (VitrailClipStrip *self, guint index)
{
  const double room = gtk_widget_get_width (GTK_WIDGET (self)) - CELL;

  return self->n > 1 ? room * index / (self->n - 1) : room / 2;
}

static void
draw_picture (VitrailClipStrip *self, GtkSnapshot *snapshot, guint index)
{
  GdkTexture *picture = self->pictures[index];
  const double left = get_left (self, index) + SIDE;

  if (picture == NULL)
    return;
  const double width = gdk_texture_get_width (picture);
  const double height = gdk_texture_get_height (picture);
  const double scale = MIN (PICTURE / width, PICTURE / height);
  gtk_snapshot_append_texture (
      snapshot, picture,
      &GRAPHENE_RECT_INIT ((float) (left + (PICTURE - width * scale) / 2),
                           (float) (SIDE + (PICTURE - height * scale) / 2),
                           (float) (width * scale), (float) (height * scale)));
}

static void
draw_number (VitrailClipStrip *self, GtkSnapshot *snapshot, guint index)
{
  const GdkRGBA color = { 0.75F, 0.78F, 0.82F, 1 };
  g_autofree char *text =
      g_strdup_printf ("%u", vitrail_clip_frames_get_frame (index, self->n,
                                                            self->n_frames));
  g_autoptr (PangoLayout) layout =
      gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  int width = 0;

  pango_layout_get_pixel_size (layout, &width, NULL);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT ((float) (get_left (self, index) +
                                               (CELL - width) / 2.0),
                                      SIDE + PICTURE));
  gtk_snapshot_append_layout (snapshot, layout, &color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_mark (VitrailClipStrip *self, GtkSnapshot *snapshot)
{
  const guint index =
      vitrail_clip_frames_find (self->frame, self->n, self->n_frames);
  const float wide[4] = { 2, 2, 2, 2 };
  const GdkRGBA blue = { 0.38F, 0.65F, 1, 1 };
  const GdkRGBA colors[4] = { blue, blue, blue, blue };
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (
      &outline,
      &GRAPHENE_RECT_INIT ((float) get_left (self, index) + 1, 1, CELL - 2,
                           PICTURE + 2 * SIDE - 2),
      3);
  gtk_snapshot_append_border (snapshot, &outline, wide, colors);
}

static void
vitrail_clip_strip_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  VitrailClipStrip *self = VITRAIL_CLIP_STRIP (widget);

  for (guint i = 0; i < self->n; i++) {
    draw_picture (self, snapshot, i);
    draw_number (self, snapshot, i);
  }
  if (self->n > 0 && self->frame > 0)
    draw_mark (self, snapshot);
}

static void
vitrail_clip_strip_measure (GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL
                            ? PICTURE + 2 * SIDE + NUMBER
                            : CELL;
}

/* --- hands --- */

static void
go_to (VitrailClipStrip *self, double x)
{
  const double room = gtk_widget_get_width (GTK_WIDGET (self)) - CELL;
  const double part = room > 0 ? (x - CELL / 2.0) / room : 0;

  if (self->set != NULL)
    vitrail_viewport_set_step (
        vitrail_session_get_active_viewport (self->session),
        vitrail_clip_frames_find_frame (part, self->n_frames));
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, gpointer user_data)
{
  go_to (user_data, x);
}

static void
drag_update_cb (GtkGestureDrag *gesture,
                double dx,
                double dy,
                gpointer user_data)
{
  double x = 0;
  double y = 0;

  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  go_to (user_data, x + dx);
}

/* --- the widget --- */

void
vitrail_clip_strip_set_session (VitrailClipStrip *self, VitrailSession *session)
{
  self->session = g_object_ref (session);
  vitrail_active_watch (session, G_OBJECT (self), update);
}

static void
vitrail_clip_strip_set_property (GObject *object,
                                 guint id,
                                 const GValue *value,
                                 GParamSpec *spec)
{
  VitrailClipStrip *self = VITRAIL_CLIP_STRIP (object);

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
vitrail_clip_strip_get_property (GObject *object,
                                 guint id,
                                 GValue *value,
                                 GParamSpec *spec)
{
  if (id == PROP_UNFOLDED)
    g_value_set_boolean (value, VITRAIL_CLIP_STRIP (object)->unfolded);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
vitrail_clip_strip_dispose (GObject *object)
{
  VitrailClipStrip *self = VITRAIL_CLIP_STRIP (object);

  forget (self);
  g_clear_handle_id (&self->restart, g_source_remove);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vitrail_clip_strip_parent_class)->dispose (object);
}

static void
vitrail_clip_strip_class_init (VitrailClipStripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = vitrail_clip_strip_set_property;
  object_class->get_property = vitrail_clip_strip_get_property;
  object_class->dispose = vitrail_clip_strip_dispose;
  widget_class->size_allocate = vitrail_clip_strip_size_allocate;
  widget_class->snapshot = vitrail_clip_strip_snapshot;
  widget_class->measure = vitrail_clip_strip_measure;
  g_object_class_install_property (
      object_class, PROP_UNFOLDED,
      g_param_spec_boolean ("unfolded", "Unfolded", "Whether it is wanted",
                            FALSE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                G_PARAM_STATIC_STRINGS));
  gtk_widget_class_set_css_name (widget_class, "clipstrip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
vitrail_clip_strip_init (VitrailClipStrip *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}
