/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* feedsrc: the start of a view pipeline. Pushes what its feed holds when that
 * changes, and again when asked to (vitrail-refresh, reconfigure): once for any
 * number of such events. Live, never seeked, never ends.
 *
 * Where the feed holds a reference to what a renderer has yet to draw
 * (application/x-vitrail-volume, -slide), each push is marked PREVIEW and
 * followed by one marked FULL as soon as nothing newer came. A frame is there:
 * it is FULL at once. */

#include "sink/feedchoice.h"
#include "waveformmeta.h"

#include <gst/base/gstpushsrc.h>

#include <pthread.h>

#define VITRAIL_TYPE_FEED_SRC (vitrail_feed_src_get_type ())
G_DECLARE_FINAL_TYPE (VitrailFeedSrc,
                      vitrail_feed_src,
                      VITRAIL,
                      FEED_SRC,
                      GstPushSrc)

struct _VitrailFeedSrc {
  GstPushSrc parent_instance;

  GstCaps *caps; /* pushed last; streaming thread */
  gint *pulse;   /* atomic, g_atomic_rc_box: changes when a push is stale */

  pthread_mutex_t lock;
  pthread_cond_t changed;   /* any of the below */
  VitrailFeedChoice choice; /* lock */
  gulong reader;            /* lock; 0: none */
  gboolean flushing;        /* lock */
  gboolean wanted;          /* lock; something to push */
  gboolean refine;          /* lock; FULL has to follow */
};

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src",
                             GST_PAD_SRC,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE (VitrailFeedSrc, vitrail_feed_src, GST_TYPE_PUSH_SRC)
GST_ELEMENT_REGISTER_DECLARE (feedsrc)
GST_ELEMENT_REGISTER_DEFINE (feedsrc,
                             "feedsrc",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_FEED_SRC);

/* Feed and events come here, on any thread: nothing but a note. */
static void
want_push_cb (gpointer user_data)
{
  VitrailFeedSrc *self = user_data;

  pthread_mutex_lock (&self->lock);
  self->wanted = TRUE;
  g_atomic_int_inc (self->pulse);
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->lock);
}

/* What to push, references for the caller: FALSE when flushing. Clears the note
 * before looking at the feed, so that what comes later is noted again. */
static gboolean
wait_for_push (VitrailFeedSrc *self,
               GstBuffer **buffer,
               GstCaps **caps,
               guint *generation,
               gboolean *refining)
{
  gboolean found = FALSE;

  pthread_mutex_lock (&self->lock);
  while (!found && !self->flushing) {
    *refining = !self->wanted && self->refine;
    if ((self->wanted || self->refine) && self->choice.feed != NULL)
      found = vitrail_feed_peek (self->choice.feed, buffer, caps, generation);
    self->wanted = self->refine = FALSE;
    if (!found)
      pthread_cond_wait (&self->changed, &self->lock);
  }
  pthread_mutex_unlock (&self->lock);
  return found;
}

/* Whether a renderer has work to do for @caps that can be done coarsely. */
static gboolean
is_reference (const GstCaps *caps)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  const char *name = gst_structure_get_name (structure);

  return g_str_has_prefix (name, "application/x-vitrail-") &&
         !g_str_equal (name, VITRAIL_CAPS_WAVEFORM);
}

static GstBuffer *
mark (VitrailFeedSrc *self,
      GstBuffer *held,
      guint generation,
      VitrailQuality quality)
{
  GstBuffer *buffer = gst_buffer_copy (held);
  VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);

  GST_BUFFER_PTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (buffer) = GST_CLOCK_TIME_NONE;
  if (meta == NULL)
    meta = vitrail_buffer_add_frame_meta (buffer, NULL);
  meta->generation = generation;
  meta->quality = quality;
  return buffer;
}

static GstFlowReturn
vitrail_feed_src_create (GstPushSrc *push, GstBuffer **out)
{
  VitrailFeedSrc *self = VITRAIL_FEED_SRC (push);
  g_autoptr (GstBuffer) held = NULL;
  g_autoptr (GstCaps) caps = NULL;
  guint generation = 0;
  gboolean refining = FALSE;

  if (!wait_for_push (self, &held, &caps, &generation, &refining))
    return GST_FLOW_FLUSHING;
  if (self->caps == NULL || !gst_caps_is_equal (caps, self->caps)) {
    if (!gst_base_src_set_caps (GST_BASE_SRC (self), caps))
      return GST_FLOW_NOT_NEGOTIATED;
    gst_caps_replace (&self->caps, caps);
  }
  const gboolean preview = is_reference (caps) && !refining;
  g_autoptr (GstBuffer) buffer =
      mark (self, held, generation,
            preview ? VITRAIL_QUALITY_PREVIEW : VITRAIL_QUALITY_FULL);

  /* The note and the pulse go together: what is noted now makes this stale. */
  pthread_mutex_lock (&self->lock);
  vitrail_frame_meta_set_pulse (vitrail_buffer_get_frame_meta (buffer),
                                self->pulse);
  if (self->wanted)
    g_atomic_int_inc (self->pulse);
  self->refine = preview;
  pthread_mutex_unlock (&self->lock);
  *out = g_steal_pointer (&buffer);
  return GST_FLOW_OK;
}

static gboolean
vitrail_feed_src_event (GstBaseSrc *base, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_RECONFIGURE ||
      gst_event_has_name (event, VITRAIL_EVENT_REFRESH))
  {
    want_push_cb (base);
    return TRUE;
  }
  return GST_BASE_SRC_CLASS (vitrail_feed_src_parent_class)
      ->event (base, event);
}

static gboolean
vitrail_feed_src_unlock (GstBaseSrc *base)
{
  VitrailFeedSrc *self = VITRAIL_FEED_SRC (base);

  pthread_mutex_lock (&self->lock);
  self->flushing = TRUE;
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->lock);
  return TRUE;
}

/* A buffer may have been dropped on the way to PAUSED: the picture is shown
 * again when it goes on. */
static gboolean
vitrail_feed_src_unlock_stop (GstBaseSrc *base)
{
  VitrailFeedSrc *self = VITRAIL_FEED_SRC (base);

  pthread_mutex_lock (&self->lock);
  self->flushing = FALSE;
  pthread_mutex_unlock (&self->lock);
  want_push_cb (self);
  return TRUE;
}

static gboolean
vitrail_feed_src_start (GstBaseSrc *base)
{
  VitrailFeedSrc *self = VITRAIL_FEED_SRC (base);

  gst_clear_caps (&self->caps);
  want_push_cb (self);
  return TRUE;
}

static gboolean
vitrail_feed_src_is_seekable (GstBaseSrc *base)
{
  return FALSE;
}

static VitrailFeed *
ref_feed (VitrailFeedSrc *self)
{
  pthread_mutex_lock (&self->lock);
  VitrailFeed *feed = self->choice.feed;
  if (feed != NULL)
    g_object_ref (feed);
  pthread_mutex_unlock (&self->lock);
  return feed;
}

static GstCaps *
vitrail_feed_src_get_caps (GstBaseSrc *base, GstCaps *filter)
{
  VitrailFeedSrc *self = VITRAIL_FEED_SRC (base);
  g_autoptr (VitrailFeed) feed = ref_feed (self);
  g_autoptr (GstBuffer) held = NULL;
  g_autoptr (GstCaps) caps = NULL;
  guint generation = 0;

  if (feed == NULL || !vitrail_feed_peek (feed, &held, &caps, &generation))
    caps = gst_caps_new_any ();
  if (filter == NULL)
    return g_steal_pointer (&caps);
  return gst_caps_intersect_full (filter, caps, GST_CAPS_INTERSECT_FIRST);
}

/* Caps come with the buffers. */
static gboolean
vitrail_feed_src_negotiate (GstBaseSrc *base)
{
  return TRUE;
}

/* Wakes are for the new feed from here on: the old one's reader is removed
 * outside of our lock, which a wake takes. Leaves nothing in @choice. */
static void
choose (VitrailFeedSrc *self, VitrailFeedChoice *choice)
{
  const gulong reader =
      choice->feed != NULL
          ? vitrail_feed_add_reader (choice->feed, want_push_cb, self)
          : 0;

  pthread_mutex_lock (&self->lock);
  const gulong old_reader = self->reader;
  self->reader = reader;
  vitrail_feed_choice_swap (&self->choice, choice);
  pthread_mutex_unlock (&self->lock);
  if (choice->feed != NULL)
    vitrail_feed_remove_reader (choice->feed, old_reader);
  vitrail_feed_choice_clear (choice);
  want_push_cb (self);
}

static void
vitrail_feed_src_set_property (GObject *object,
                               guint id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  VitrailFeedChoice choice;

  vitrail_feed_choice_init (&choice, id, value);
  choose (VITRAIL_FEED_SRC (object), &choice);
}

static void
vitrail_feed_src_get_property (GObject *object,
                               guint id,
                               GValue *value,
                               GParamSpec *pspec)
{
  VitrailFeedSrc *self = VITRAIL_FEED_SRC (object);

  pthread_mutex_lock (&self->lock);
  vitrail_feed_choice_get (&self->choice, id, value);
  pthread_mutex_unlock (&self->lock);
}

static void
vitrail_feed_src_dispose (GObject *object)
{
  VitrailFeedChoice none = { NULL, NULL };

  choose (VITRAIL_FEED_SRC (object), &none);
  G_OBJECT_CLASS (vitrail_feed_src_parent_class)->dispose (object);
}

static void
vitrail_feed_src_finalize (GObject *object)
{
  VitrailFeedSrc *self = VITRAIL_FEED_SRC (object);

  gst_clear_caps (&self->caps);
  g_atomic_rc_box_release (self->pulse);
  pthread_mutex_destroy (&self->lock);
  pthread_cond_destroy (&self->changed);
  G_OBJECT_CLASS (vitrail_feed_src_parent_class)->finalize (object);
}

static void
vitrail_feed_src_class_init (VitrailFeedSrcClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *src_class = GST_BASE_SRC_CLASS (klass);

  object_class->dispose = vitrail_feed_src_dispose;
  object_class->finalize = vitrail_feed_src_finalize;
  object_class->set_property = vitrail_feed_src_set_property;
  object_class->get_property = vitrail_feed_src_get_property;
  vitrail_feed_choice_install_properties (object_class, "What is pushed");
  src_class->start = vitrail_feed_src_start;
  src_class->event = vitrail_feed_src_event;
  src_class->unlock = vitrail_feed_src_unlock;
  src_class->unlock_stop = vitrail_feed_src_unlock_stop;
  src_class->is_seekable = vitrail_feed_src_is_seekable;
  src_class->get_caps = vitrail_feed_src_get_caps;
  src_class->negotiate = vitrail_feed_src_negotiate;
  GST_PUSH_SRC_CLASS (klass)->create = vitrail_feed_src_create;

  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (
      element_class, "Feed source", "Source/Generic",
      "Starts a view pipeline: pushes what a feed holds when it changes or a "
      "redraw is asked for",
      "Vitrail");
}

static void
vitrail_feed_src_init (VitrailFeedSrc *self)
{
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->changed, NULL);
  self->pulse = g_atomic_rc_box_new0 (gint);
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
  gst_base_src_set_do_timestamp (GST_BASE_SRC (self), TRUE);
}
