/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailClipBar: see clipbar.h. There while the active viewport shows a cine,
 * from its beginning, so that the picture keeps its place. */

#include "clipbar.h"

#include "activewatch.h"
#include "clipstrip.h"

#include <math.h>

/* Pixels: around all, between two pictures, of a line of words below. */
#define MARGIN 6
#define GAP    6
#define WORDS  17
#define CELL   (VITRAIL_CLIP_STRIP_WIDTH + GAP)
/* Few pictures are not drawn apart farther than that. */
#define WIDEST_CELL (CELL * 1.5)
/* A hand that moves less clicks. */
#define SLACK 4

struct _VitrailClipBar {
  GtkWidget parent_instance;

  VitrailSession *session;
  VitrailDisplaySet *display_set; /* of the strip, or NULL */
  VitrailClipStrip *strip;        /* or NULL */
  guint marked;
  double pressed; /* where the drag began */
};

G_DEFINE_FINAL_TYPE (VitrailClipBar, vitrail_clip_bar, GTK_TYPE_WIDGET)

static VitrailViewport *
get_active (VitrailClipBar *self)
{
  return vitrail_session_get_active_viewport (self->session);
}

/* --- where pictures are --- */

static double
get_cell_width (VitrailClipBar *self)
{
  const double width = gtk_widget_get_width (GTK_WIDGET (self)) - 2 * MARGIN;
  const guint n = vitrail_clip_strip_get_n (self->strip);

  return MIN (width / MAX (n, 1), WIDEST_CELL);
}

/* In pictures from the left edge of the first. */
static double
get_place (VitrailClipBar *self, double x)
{
  return (x - MARGIN) / get_cell_width (self);
}

static void
update_n (VitrailClipBar *self)
{
  const int width = gtk_widget_get_width (GTK_WIDGET (self)) - 2 * MARGIN;

  /* Not before the first large picture. */
  if (self->strip != NULL && width >= CELL &&
      vitrail_viewport_get_shown_position (get_active (self)) > 0)
    vitrail_clip_strip_set_n (self->strip, (guint) width / CELL);
}

/* --- following --- */

static void
changed_cb (gpointer user_data)
{
  gtk_widget_queue_draw (user_data);
}

static void
update_strip (VitrailClipBar *self, VitrailDisplaySet *set)
{
  if (set == self->display_set)
    return;
  g_clear_pointer (&self->strip, vitrail_clip_strip_free);
  g_clear_pointer (&self->display_set, vitrail_display_set_unref);
  if (set == NULL)
    return;
  self->display_set = vitrail_display_set_ref (set);
  self->strip =
      vitrail_clip_strip_new (vitrail_session_get_source (self->session), set,
                              changed_cb, self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static guint
find_marked (VitrailClipBar *self)
{
  return vitrail_clip_strip_find (vitrail_clip_strip_get_n_frames (self->strip),
                                  vitrail_clip_strip_get_n (self->strip),
                                  vitrail_viewport_get_position (
                                      get_active (self)));
}

static void
update (gpointer owner)
{
  VitrailClipBar *self = owner;
  VitrailViewport *active = get_active (self);
  VitrailDisplaySet *set = vitrail_viewport_get_display_set (active);
  const gboolean is_shown =
      vitrail_session_get_clip_strip (self->session) && set != NULL &&
      vitrail_session_get_source (self->session) != NULL &&
      set->kind == VITRAIL_DISPLAY_SET_CINE && set->n_positions > 1;

  update_strip (self, is_shown ? set : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), is_shown);
  if (!is_shown)
    return;
  vitrail_clip_strip_set_held (self->strip,
                               vitrail_viewport_get_playing (active));
  update_n (self);
  const guint marked = find_marked (self);
  if (marked != self->marked)
    gtk_widget_queue_draw (GTK_WIDGET (self));
  self->marked = marked;
}

void
vitrail_clip_bar_set_session (VitrailClipBar *self, VitrailSession *session)
{
  self->session = g_object_ref (session);
  vitrail_active_watch (session, G_OBJECT (self), update);
}

/* --- the hand --- */

static void
go_to (VitrailClipBar *self, double place)
{
  const guint n = vitrail_clip_strip_get_n (self->strip);

  if (n > 0)
    vitrail_viewport_set_step (
        get_active (self),
        vitrail_clip_strip_locate (
            vitrail_clip_strip_get_n_frames (self->strip), n, place));
}

static void
begin_cb (GtkGestureDrag *gesture, double x, double y, gpointer user_data)
{
  VitrailClipBar *self = user_data;

  self->pressed = x;
  if (self->strip != NULL)
    go_to (self, floor (get_place (self, x)) + 0.5);
}

static void
update_cb (GtkGestureDrag *gesture, double dx, double dy, gpointer user_data)
{
  VitrailClipBar *self = user_data;

  if (self->strip != NULL && fabs (dx) > SLACK)
    go_to (self, get_place (self, self->pressed + dx));
}

/* --- drawing --- */

/* "12 · 0.44 s" */
static char *
make_text (VitrailClipBar *self, guint frame)
{
  const double time = vitrail_clip_strip_get_time_s (self->strip, frame);

  if (time < 0)
    return g_strdup_printf ("%u", frame);
  if (time < 60)
    return g_strdup_printf ("%u · %.2f s", frame, time);
  return g_strdup_printf ("%u · %u:%02u", frame, (guint) time / 60,
                          (guint) time % 60);
}

static void
draw_text (VitrailClipBar *self,
           GtkSnapshot *snapshot,
           const graphene_rect_t *below,
           guint frame,
           gboolean is_marked)
{
  static const GdkRGBA muted = { 0.604f, 0.639f, 0.698f, 1 };
  static const GdkRGBA bright = { 0.902f, 0.910f, 0.925f, 1 };
  g_autofree char *text = make_text (self, frame);
  g_autoptr (PangoLayout) layout =
      gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  int width = 0;

  pango_layout_get_pixel_size (layout, &width, NULL);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot,
      &GRAPHENE_POINT_INIT (roundf (below->origin.x +
                                    (below->size.width - (float) width) / 2),
                            below->origin.y + below->size.height + 2));
  gtk_snapshot_append_layout (snapshot, layout, is_marked ? &bright : &muted);
  gtk_snapshot_restore (snapshot);
}

static void
draw_mark (GtkSnapshot *snapshot, const graphene_rect_t *rect)
{
  static const GdkRGBA accent = { 0.357f, 0.616f, 1, 1 };
  const float widths[4] = { 2, 2, 2, 2 };
  const GdkRGBA colors[4] = { accent, accent, accent, accent };
  GskRoundedRect outline;
  graphene_rect_t around = *rect;

  graphene_rect_inset (&around, -2, -2);
  gsk_rounded_rect_init_from_rect (&outline, &around, 2);
  gtk_snapshot_append_border (snapshot, &outline, widths, colors);
}

static void
draw_picture (VitrailClipBar *self, GtkSnapshot *snapshot, guint index)
{
  static const GdkRGBA black = { 0, 0, 0, 1 };
  const double cell = get_cell_width (self);
  const VitrailClipPicture *picture =
      vitrail_clip_strip_get_picture (self->strip, index);
  const guint frame =
      vitrail_clip_strip_pick (vitrail_clip_strip_get_n_frames (self->strip),
                               vitrail_clip_strip_get_n (self->strip), index);
  const graphene_rect_t rect =
      GRAPHENE_RECT_INIT ((float) round (MARGIN + index * cell +
                                         (cell - VITRAIL_CLIP_STRIP_WIDTH) / 2),
                          MARGIN, VITRAIL_CLIP_STRIP_WIDTH,
                          VITRAIL_CLIP_STRIP_HEIGHT);

  gtk_snapshot_append_color (snapshot, &black, &rect);
  if (picture != NULL && picture->rgb != NULL) {
    g_autoptr (GdkTexture) texture =
        gdk_memory_texture_new ((int) picture->width, (int) picture->height,
                                GDK_MEMORY_R8G8B8, picture->rgb,
                                (gsize) picture->width * 3);
    gtk_snapshot_append_texture (snapshot, texture, &rect);
  }
  if (index == self->marked)
    draw_mark (snapshot, &rect);
  draw_text (self, snapshot, &rect, frame, index == self->marked);
}

static void
vitrail_clip_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  VitrailClipBar *self = VITRAIL_CLIP_BAR (widget);

  if (self->strip == NULL)
    return;
  self->marked = find_marked (self);
  const guint n = vitrail_clip_strip_get_n (self->strip);
  for (guint i = 0; i < n; i++)
    draw_picture (self, snapshot, i);
}

/* --- the widget --- */

static void
vitrail_clip_bar_measure (GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL
                            ? MARGIN + VITRAIL_CLIP_STRIP_HEIGHT + WORDS + 2
                            : 2 * MARGIN + CELL;
}

static void
vitrail_clip_bar_size_allocate (GtkWidget *widget,
                                int width,
                                int height,
                                int baseline)
{
  update_n (VITRAIL_CLIP_BAR (widget));
}

static void
vitrail_clip_bar_dispose (GObject *object)
{
  VitrailClipBar *self = VITRAIL_CLIP_BAR (object);

  update_strip (self, NULL);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vitrail_clip_bar_parent_class)->dispose (object);
}

static void
vitrail_clip_bar_class_init (VitrailClipBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vitrail_clip_bar_dispose;
  widget_class->snapshot = vitrail_clip_bar_snapshot;
  widget_class->measure = vitrail_clip_bar_measure;
  widget_class->size_allocate = vitrail_clip_bar_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "clipbar");
  gtk_widget_class_set_accessible_role (widget_class,
                                        GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
vitrail_clip_bar_init (VitrailClipBar *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (update_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}
