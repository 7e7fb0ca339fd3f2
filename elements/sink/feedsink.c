/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* feedsink: the end of a content pipeline. Stores each buffer in its feed and
 * returns; in preroll too, so that what is paused can be redrawn. */

#include "sink/feedchoice.h"

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
  VitrailFeedChoice choice; /* lock */
};

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
  if (self->choice.feed != NULL && self->caps != NULL)
    vitrail_feed_store (self->choice.feed, buffer, self->caps);
  pthread_mutex_unlock (&self->lock);
  return GST_FLOW_OK;
}

static void
vitrail_feed_sink_set_property (GObject *object,
                                guint id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  VitrailFeedSink *self = VITRAIL_FEED_SINK (object);
  g_auto (VitrailFeedChoice) choice = { NULL, NULL };

  vitrail_feed_choice_init (&choice, id, value);
  pthread_mutex_lock (&self->lock);
  vitrail_feed_choice_swap (&self->choice, &choice);
  pthread_mutex_unlock (&self->lock);
}

static void
vitrail_feed_sink_get_property (GObject *object,
                                guint id,
                                GValue *value,
                                GParamSpec *pspec)
{
  VitrailFeedSink *self = VITRAIL_FEED_SINK (object);

  pthread_mutex_lock (&self->lock);
  vitrail_feed_choice_get (&self->choice, id, value);
  pthread_mutex_unlock (&self->lock);
}

static void
vitrail_feed_sink_finalize (GObject *object)
{
  VitrailFeedSink *self = VITRAIL_FEED_SINK (object);

  vitrail_feed_choice_clear (&self->choice);
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

  object_class->set_property = vitrail_feed_sink_set_property;
  object_class->get_property = vitrail_feed_sink_get_property;
  object_class->finalize = vitrail_feed_sink_finalize;
  sink_class->set_caps = vitrail_feed_sink_set_caps;
  sink_class->preroll = vitrail_feed_sink_store;
  sink_class->render = vitrail_feed_sink_store;

  vitrail_feed_choice_install_properties (object_class,
                                          "What the buffers are stored in");

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
