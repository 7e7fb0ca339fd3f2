/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailPaintable: see paintable.h. */

#include "sink/paintable.h"

#include <gtk/gtk.h>

#include <pthread.h>

/* Pictures that wait for their turn: one more than is drawn at a time makes up
 * for two clocks of the same rate that do not tick together. */
#define MAX_WAITING 2u
/* What comes faster than any display draws takes the place of what waits. */
#define TOO_FAST_US ((gint64) 8000)
/* So long a picture waits to be drawn; one that nobody draws is not waited
 * for. */
#define DRAWN_WITHIN_US ((gint64) 40000)

struct _VitrailPaintable {
  GObject parent_instance;

  /* Only on the main thread. */
  GdkTexture *shown;
  gboolean is_drawn;    /* shown has been */
  gint64 shown_us;      /* when it came */
  gboolean looks_later; /* a timeout has been set for it */

  pthread_mutex_t lock;
  /* Guarded by lock: what comes next, of GdkTexture or, for none, of the
   * paintable itself; and whether the main loop has been asked to look. */
  GQueue waiting;
  gint64 taken_us; /* when the last of them came */
  gboolean scheduled;
};

static void vitrail_paintable_paintable_init (GdkPaintableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (
    VitrailPaintable,
    vitrail_paintable,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE,
                           vitrail_paintable_paintable_init))

VitrailPaintable *
vitrail_paintable_new (void)
{
  return g_object_new (VITRAIL_TYPE_PAINTABLE, NULL);
}

static gboolean
have_same_size (GdkTexture *a, GdkTexture *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return gdk_texture_get_width (a) == gdk_texture_get_width (b) &&
         gdk_texture_get_height (a) == gdk_texture_get_height (b);
}

static void schedule (VitrailPaintable *self);

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* Whoever waits for what shows the picture to end does not wait for that. */
static gboolean
look_again_cb (gpointer user_data)
{
  g_autoptr (VitrailPaintable) self = g_weak_ref_get (user_data);

  if (self != NULL) {
    self->looks_later = FALSE;
    schedule (self);
  }
  return G_SOURCE_REMOVE;
}

static void
look_later (VitrailPaintable *self)
{
  if (self->looks_later)
    return;
  self->looks_later = TRUE;
  GWeakRef *weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  g_timeout_add_full (G_PRIORITY_HIGH_IDLE, DRAWN_WITHIN_US / 1000,
                      look_again_cb, weak, weak_ref_free);
}

/* The next one that waits, once what is shown has been drawn. */
static gboolean
take_next (VitrailPaintable *self, GdkTexture **next)
{
  const gint64 now = g_get_monotonic_time ();
  const gboolean is_free = self->shown == NULL || self->is_drawn ||
                           now - self->shown_us >= DRAWN_WITHIN_US;

  pthread_mutex_lock (&self->lock);
  const gboolean has_next = self->waiting.length > 0;
  /* Nothing is what is shown at once. */
  const gboolean may_go =
      is_free || g_queue_peek_head (&self->waiting) == (gpointer) self;
  gpointer first =
      has_next && may_go ? g_queue_pop_head (&self->waiting) : NULL;
  self->scheduled = FALSE;
  pthread_mutex_unlock (&self->lock);
  if (has_next && !may_go)
    look_later (self);
  *next = first != self ? first : NULL;
  return first != NULL;
}

static gboolean
show_next_cb (gpointer user_data)
{
  VitrailPaintable *self = user_data;
  GdkTexture *next = NULL;

  if (!take_next (self, &next))
    return G_SOURCE_REMOVE;
  g_autoptr (GdkTexture) old = self->shown;
  self->shown = next;
  self->is_drawn = FALSE;
  self->shown_us = g_get_monotonic_time ();
  if (!have_same_size (old, self->shown))
    gdk_paintable_invalidate_size (GDK_PAINTABLE (self));
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
  schedule (self);
  return G_SOURCE_REMOVE;
}

/* Looks at what waits, if anything does. */
static void
schedule (VitrailPaintable *self)
{
  pthread_mutex_lock (&self->lock);
  const gboolean must = !self->scheduled && self->waiting.length > 0;
  self->scheduled |= must;
  pthread_mutex_unlock (&self->lock);
  if (must)
    g_idle_add_full (G_PRIORITY_HIGH_IDLE, show_next_cb, g_object_ref (self),
                     g_object_unref);
}

/* Takes out whatever @texture leaves no room for. */
static void
make_room_locked (VitrailPaintable *self,
                  GdkTexture *texture,
                  gint64 now,
                  GQueue *replaced)
{
  guint n = 0;

  if (texture == NULL)
    n = self->waiting.length;
  else if (self->waiting.length > 0 && now - self->taken_us < TOO_FAST_US)
    n = 1;
  for (; n > 0; n--)
    g_queue_push_tail (replaced, g_queue_pop_tail (&self->waiting));
  while (self->waiting.length >= MAX_WAITING)
    g_queue_push_tail (replaced, g_queue_pop_head (&self->waiting));
}

static void
clear_textures (VitrailPaintable *self, GQueue *textures)
{
  while (textures->length > 0) {
    gpointer texture = g_queue_pop_head (textures);
    if (texture != self)
      g_object_unref (texture);
  }
}

void
vitrail_paintable_take (VitrailPaintable *self, GdkTexture *texture)
{
  const gint64 now = g_get_monotonic_time ();
  GQueue replaced = G_QUEUE_INIT;

  pthread_mutex_lock (&self->lock);
  make_room_locked (self, texture, now, &replaced);
  g_queue_push_tail (&self->waiting,
                     texture != NULL ? (gpointer) texture : self);
  self->taken_us = now;
  pthread_mutex_unlock (&self->lock);
  clear_textures (self, &replaced);
  schedule (self);
}

/* As large as fits, centred: while a window is being resized the picture that
 * fits it is still on its way. */
static void
vitrail_paintable_snapshot (GdkPaintable *paintable,
                            GdkSnapshot *snapshot,
                            double width,
                            double height)
{
  VitrailPaintable *self = VITRAIL_PAINTABLE (paintable);
  self->is_drawn = TRUE;
  schedule (self);
  if (self->shown == NULL || width <= 0 || height <= 0)
    return;

  double texture_width = gdk_texture_get_width (self->shown);
  double texture_height = gdk_texture_get_height (self->shown);
  double scale = MIN (width / texture_width, height / texture_height);
  double x = (width - texture_width * scale) / 2;
  double y = (height - texture_height * scale) / 2;
  graphene_rect_t bounds =
      GRAPHENE_RECT_INIT ((float) x, (float) y, (float) (texture_width * scale),
                          (float) (texture_height * scale));
  gtk_snapshot_append_texture (GTK_SNAPSHOT (snapshot), self->shown, &bounds);
}

static int
vitrail_paintable_get_intrinsic_width (GdkPaintable *paintable)
{
  VitrailPaintable *self = VITRAIL_PAINTABLE (paintable);
  return self->shown != NULL ? gdk_texture_get_width (self->shown) : 0;
}

static int
vitrail_paintable_get_intrinsic_height (GdkPaintable *paintable)
{
  VitrailPaintable *self = VITRAIL_PAINTABLE (paintable);
  return self->shown != NULL ? gdk_texture_get_height (self->shown) : 0;
}

static GdkPaintable *
vitrail_paintable_get_current_image (GdkPaintable *paintable)
{
  VitrailPaintable *self = VITRAIL_PAINTABLE (paintable);
  if (self->shown == NULL)
    return gdk_paintable_new_empty (0, 0);
  return GDK_PAINTABLE (g_object_ref (self->shown));
}

static void
vitrail_paintable_paintable_init (GdkPaintableInterface *iface)
{
  iface->snapshot = vitrail_paintable_snapshot;
  iface->get_intrinsic_width = vitrail_paintable_get_intrinsic_width;
  iface->get_intrinsic_height = vitrail_paintable_get_intrinsic_height;
  iface->get_current_image = vitrail_paintable_get_current_image;
}

static void
vitrail_paintable_finalize (GObject *object)
{
  VitrailPaintable *self = VITRAIL_PAINTABLE (object);
  g_clear_object (&self->shown);
  clear_textures (self, &self->waiting);
  pthread_mutex_destroy (&self->lock);
  G_OBJECT_CLASS (vitrail_paintable_parent_class)->finalize (object);
}

static void
vitrail_paintable_class_init (VitrailPaintableClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_paintable_finalize;
}

static void
vitrail_paintable_init (VitrailPaintable *self)
{
  pthread_mutex_init (&self->lock, NULL);
  g_queue_init (&self->waiting);
}
