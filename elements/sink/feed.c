/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailFeed: see feed.h. Two locks, never held together: `lock` for what is
 * held, a few assignments long; `readers_lock` for whom to wake. */

#include "sink/feed.h"

#include <pthread.h>

typedef struct {
  gulong id;
  VitrailFeedWake wake;
  gpointer user_data;
} Reader;

struct _VitrailFeed {
  GObject parent_instance;

  pthread_mutex_t lock;
  GstBuffer *buffer; /* lock */
  GstCaps *caps;     /* lock */
  guint generation;  /* lock */

  pthread_mutex_t readers_lock;
  GArray *readers; /* readers_lock; of Reader */
  gulong last_id;  /* readers_lock */
};

G_DEFINE_FINAL_TYPE (VitrailFeed, vitrail_feed, G_TYPE_OBJECT)

static void
vitrail_feed_finalize (GObject *object)
{
  VitrailFeed *self = VITRAIL_FEED (object);

  gst_clear_buffer (&self->buffer);
  gst_clear_caps (&self->caps);
  g_array_unref (self->readers);
  pthread_mutex_destroy (&self->lock);
  pthread_mutex_destroy (&self->readers_lock);
  G_OBJECT_CLASS (vitrail_feed_parent_class)->finalize (object);
}

static void
vitrail_feed_class_init (VitrailFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_feed_finalize;
}

static void
vitrail_feed_init (VitrailFeed *self)
{
  pthread_mutex_init (&self->lock, NULL);
  pthread_mutex_init (&self->readers_lock, NULL);
  self->readers = g_array_new (FALSE, FALSE, sizeof (Reader));
}

VitrailFeed *
vitrail_feed_new (void)
{
  return g_object_new (VITRAIL_TYPE_FEED, NULL);
}

/* A weak reference stays in the table after its feed: a name is short, and used
 * again when it is. */
VitrailFeed *
vitrail_feed_get_named (const char *name)
{
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static GHashTable *feeds; /* lock; name -> GWeakRef */

  pthread_mutex_lock (&lock);
  if (feeds == NULL)
    feeds = g_hash_table_new (g_str_hash, g_str_equal);
  GWeakRef *held = g_hash_table_lookup (feeds, name);
  if (held == NULL) {
    held = g_new0 (GWeakRef, 1);
    g_weak_ref_init (held, NULL);
    g_hash_table_insert (feeds, g_strdup (name), held);
  }
  VitrailFeed *feed = g_weak_ref_get (held);
  if (feed == NULL) {
    feed = vitrail_feed_new ();
    g_weak_ref_set (held, feed);
  }
  pthread_mutex_unlock (&lock);
  return feed;
}

/* Puts @buffer and @caps, both owned, in place of what is held. What was held
 * is let go outside of the lock: it may be a large frame. */
static void
replace (VitrailFeed *self, GstBuffer *buffer, GstCaps *caps)
{
  pthread_mutex_lock (&self->lock);
  GstBuffer *old_buffer = self->buffer;
  GstCaps *old_caps = self->caps;
  self->buffer = buffer;
  self->caps = caps;
  self->generation++;
  pthread_mutex_unlock (&self->lock);

  gst_clear_buffer (&old_buffer);
  gst_clear_caps (&old_caps);
  pthread_mutex_lock (&self->readers_lock);
  for (guint i = 0; i < self->readers->len; i++) {
    const Reader *reader = &g_array_index (self->readers, Reader, i);
    reader->wake (reader->user_data);
  }
  pthread_mutex_unlock (&self->readers_lock);
}

void
vitrail_feed_store (VitrailFeed *self, GstBuffer *buffer, GstCaps *caps)
{
  replace (self, gst_buffer_ref (buffer), gst_caps_ref (caps));
}

void
vitrail_feed_clear (VitrailFeed *self)
{
  replace (self, NULL, NULL);
}

guint
vitrail_feed_get_generation (VitrailFeed *self)
{
  pthread_mutex_lock (&self->lock);
  const guint generation = self->generation;
  pthread_mutex_unlock (&self->lock);
  return generation;
}

gboolean
vitrail_feed_peek (VitrailFeed *self,
                   GstBuffer **buffer,
                   GstCaps **caps,
                   guint *generation)
{
  pthread_mutex_lock (&self->lock);
  const gboolean held = self->buffer != NULL;
  if (held) {
    if (buffer != NULL)
      *buffer = gst_buffer_ref (self->buffer);
    if (caps != NULL)
      *caps = gst_caps_ref (self->caps);
    if (generation != NULL)
      *generation = self->generation;
  }
  pthread_mutex_unlock (&self->lock);
  return held;
}

gulong
vitrail_feed_add_reader (VitrailFeed *self,
                         VitrailFeedWake wake,
                         gpointer user_data)
{
  pthread_mutex_lock (&self->readers_lock);
  const Reader reader = { ++self->last_id, wake, user_data };
  g_array_append_val (self->readers, reader);
  pthread_mutex_unlock (&self->readers_lock);
  return reader.id;
}

void
vitrail_feed_remove_reader (VitrailFeed *self, gulong id)
{
  pthread_mutex_lock (&self->readers_lock);
  for (guint i = 0; i < self->readers->len; i++)
    if (g_array_index (self->readers, Reader, i).id == id) {
      g_array_remove_index_fast (self->readers, i);
      break;
    }
  pthread_mutex_unlock (&self->readers_lock);
}

static gboolean
send_refresh_cb (GstElement *element, GstPad *pad, gpointer user_data)
{
  gst_pad_push_event (pad, gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
                                                 gst_structure_new_empty (
                                                     VITRAIL_EVENT_REFRESH)));
  return TRUE;
}

void
vitrail_element_send_refresh (GstElement *element)
{
  gst_element_foreach_sink_pad (element, send_refresh_cb, NULL);
}
