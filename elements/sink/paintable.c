/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailPaintable: see paintable.h. */

#include "sink/paintable.h"

#include <gtk/gtk.h>

#include <pthread.h>

struct _VitrailPaintable {
  GObject parent_instance;

  /* Only on the main thread. */
  GdkTexture *shown;

  pthread_mutex_t lock;
  /* Guarded by lock: what comes next, and whether the main loop has been asked
   * to look. */
  GdkTexture *pending;
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

static gboolean
show_pending_cb (gpointer user_data)
{
  VitrailPaintable *self = user_data;
  g_autoptr (GdkTexture) old = self->shown;

  pthread_mutex_lock (&self->lock);
  self->shown = g_steal_pointer (&self->pending);
  self->scheduled = FALSE;
  pthread_mutex_unlock (&self->lock);

  if (!have_same_size (old, self->shown))
    gdk_paintable_invalidate_size (GDK_PAINTABLE (self));
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
  return G_SOURCE_REMOVE;
}

void
vitrail_paintable_take (VitrailPaintable *self, GdkTexture *texture)
{
  pthread_mutex_lock (&self->lock);
  g_autoptr (GdkTexture) replaced = self->pending;
  self->pending = texture;
  gboolean must_schedule = !self->scheduled;
  self->scheduled = TRUE;
  pthread_mutex_unlock (&self->lock);

  if (must_schedule)
    g_idle_add_full (G_PRIORITY_HIGH_IDLE, show_pending_cb, g_object_ref (self),
                     g_object_unref);
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
  g_clear_object (&self->pending);
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
}
