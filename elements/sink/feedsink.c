/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* feedsink: the end of a content pipeline. Stores each buffer in its feed and
 * returns; in preroll too, so that what is paused can be redrawn. */

#include "sink/feed.h"

#include <gst/base/gstbasesink.h>

#include <pthread.h>

#define VITRAIL_TYPE_FEED_SINK (vitrail_feed_sink_get_type ())
G_DECLARE_FINAL_TYPE (VitrailFeedSink,
                      vitrail_feed_sink,
                      VITRAIL,
                      FEED_SINK,
                      GstBaseSink)

struct _VitrailFeedSink {
  GstBaseSink parent_instance;

  GstCaps *caps; /* streaming thread */

  pthread_mutex_t lock;
  VitrailFeed *feed; /* lock */
  char *name;        /* lock */
};

enum {
  PROP_FEED = 1,
  PROP_FEED_NAME,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink",
                             GST_PAD_SINK,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE (VitrailFeedSink, vitrail_feed_sink, GST_TYPE_BASE_SINK)
GST_ELEMENT_REGISTER_DECLARE (feedsink)
GST_ELEMENT_REGISTER_DEFINE (feedsink,
                             "feedsink",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_FEED_SINK);

static gboolean
vitrail_feed_sink_set_caps (GstBaseSink *base, GstCaps *caps)
{
  gst_caps_replace (&VITRAIL_FEED_SINK (base)->caps, caps);
  return TRUE;
}

/* Stores with the lock held: once the property has been set to something else,
 * nothing of ours gets into the old feed any more. */
static GstFlowReturn
vitrail_feed_sink_store (GstBaseSink *base, GstBuffer *buffer)
{
  VitrailFeedSink *self = VITRAIL_FEED_SINK (base);

  pthread_mutex_lock (&self->lock);
  if (self->feed != NULL && self->caps != NULL)
    vitrail_feed_store (self->feed, buffer, self->caps);
  pthread_mutex_unlock (&self->lock);
  return GST_FLOW_OK;
}

/* Takes both; they belong together. */
static void
take_feed (VitrailFeedSink *self, VitrailFeed *feed, char *name)
{
  pthread_mutex_lock (&self->lock);
  VitrailFeed *old_feed = self->feed;
  char *old_name = self->name;
  self->feed = feed;
  self->name = name;
  pthread_mutex_unlock (&self->lock);
  g_clear_object (&old_feed);
  g_free (old_name);
}

static void
vitrail_feed_sink_set_property (GObject *object,
                                guint id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  VitrailFeedSink *self = VITRAIL_FEED_SINK (object);
  const char *name = NULL;

  switch (id) {
  case PROP_FEED:
    take_feed (self, g_value_dup_object (value), NULL);
    break;
  case PROP_FEED_NAME:
    name = g_value_get_string (value);
    take_feed (self, name != NULL ? vitrail_feed_get_named (name) : NULL,
               g_strdup (name));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
vitrail_feed_sink_get_property (GObject *object,
                                guint id,
                                GValue *value,
                                GParamSpec *pspec)
{
  VitrailFeedSink *self = VITRAIL_FEED_SINK (object);

  pthread_mutex_lock (&self->lock);
  switch (id) {
  case PROP_FEED:
    g_value_set_object (value, self->feed);
    break;
  case PROP_FEED_NAME:
    g_value_set_string (value, self->name);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  pthread_mutex_unlock (&self->lock);
}

static void
vitrail_feed_sink_finalize (GObject *object)
{
  VitrailFeedSink *self = VITRAIL_FEED_SINK (object);

  take_feed (self, NULL, NULL);
  gst_clear_caps (&self->caps);
  pthread_mutex_destroy (&self->lock);
  G_OBJECT_CLASS (vitrail_feed_sink_parent_class)->finalize (object);
}

static void
vitrail_feed_sink_class_init (VitrailFeedSinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *sink_class = GST_BASE_SINK_CLASS (klass);
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  object_class->set_property = vitrail_feed_sink_set_property;
  object_class->get_property = vitrail_feed_sink_get_property;
  object_class->finalize = vitrail_feed_sink_finalize;
  sink_class->set_caps = vitrail_feed_sink_set_caps;
  sink_class->preroll = vitrail_feed_sink_store;
  sink_class->render = vitrail_feed_sink_store;

  props[PROP_FEED] =
      g_param_spec_object ("feed", "Feed", "What the buffers are stored in",
                           VITRAIL_TYPE_FEED, flags);
  props[PROP_FEED_NAME] = g_param_spec_string (
      "feed-name", "Feed name",
      "The feed of that name in this process, shared with feedsrc", NULL,
      flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (
      element_class, "Feed sink", "Sink/Generic",
      "Ends a content pipeline: keeps the newest buffer for any number of "
      "feedsrc",
      "Vitrail");
}

static void
vitrail_feed_sink_init (VitrailFeedSink *self)
{
  pthread_mutex_init (&self->lock, NULL);
  /* The feed holds what there is to hold, and lets go of it when cleared. */
  gst_base_sink_set_last_sample_enabled (GST_BASE_SINK (self), FALSE);
}
