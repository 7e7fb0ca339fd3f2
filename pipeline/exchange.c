/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See exchange.h. */

#include "exchange.h"

#include <pthread.h>

typedef struct {
  GstElement *before;
  GstElement *old;
  GstElement *new_one;
  GstElement *after;
} Exchange;

/* Shared with the probes, which may outlive the owner. */
struct _VitrailGraphExchanges {
  GstElement *pipeline; /* borrowed: it has the pad, and so the probes */
  GstPad *pad;          /* the same */
  pthread_mutex_t lock;
  GQueue jobs; /* guarded by lock: Exchange */
};

static void
exchange_free (gpointer data)
{
  Exchange *self = data;

  gst_clear_object (&self->before);
  gst_clear_object (&self->old);
  gst_clear_object (&self->new_one);
  gst_clear_object (&self->after);
  g_free (self);
}

static gpointer
ref_or_null (gpointer object)
{
  return object != NULL ? gst_object_ref (object) : NULL;
}

static void
clear (gpointer data)
{
  VitrailGraphExchanges *self = data;

  g_queue_clear_full (&self->jobs, exchange_free);
  pthread_mutex_destroy (&self->lock);
}

static void
release (gpointer data)
{
  g_atomic_rc_box_release_full (data, clear);
}

VitrailGraphExchanges *
vitrail_graph_exchanges_new (GstElement *pipeline, GstPad *pad)
{
  VitrailGraphExchanges *self = g_atomic_rc_box_new0 (VitrailGraphExchanges);

  self->pipeline = pipeline;
  self->pad = pad;
  pthread_mutex_init (&self->lock, NULL);
  g_queue_init (&self->jobs);
  return self;
}

void
vitrail_graph_exchanges_free (VitrailGraphExchanges *self)
{
  pthread_mutex_lock (&self->lock);
  g_queue_clear_full (&self->jobs, exchange_free);
  pthread_mutex_unlock (&self->lock);
  release (self);
}

/* The pad may be idle just between two sticky events: a link made then has them
 * all sent again, but GStreamer (1.22) takes the one that was under way for
 * received, and the new element would never see it. An event that is stored
 * anew has it start over. */
static void
send_sticky_events_again (GstPad *pad)
{
  g_autoptr (GstEvent) start =
      gst_pad_get_sticky_event (pad, GST_EVENT_STREAM_START, 0);

  if (start == NULL)
    return;
  g_autoptr (GstEvent) again = gst_event_copy (start);
  gst_pad_store_sticky_event (pad, again);
}

static void
do_exchange (VitrailGraphExchanges *self, const Exchange *job)
{
  if (job->old != NULL) {
    gst_element_set_locked_state (job->old, TRUE);
    gst_element_set_state (job->old, GST_STATE_NULL);
    gst_bin_remove (GST_BIN (self->pipeline), job->old);
    gst_element_set_locked_state (job->old, FALSE);
  }
  gst_bin_add (GST_BIN (self->pipeline), job->new_one);
  gst_element_link (job->before, job->new_one);
  if (job->after != NULL)
    gst_element_link (job->new_one, job->after);
  send_sticky_events_again (self->pad);
  gst_element_sync_state_with_parent (job->new_one);
}

static Exchange *
take_job (VitrailGraphExchanges *self)
{
  pthread_mutex_lock (&self->lock);
  Exchange *job = g_queue_pop_head (&self->jobs);
  pthread_mutex_unlock (&self->lock);
  return job;
}

void
vitrail_graph_exchanges_finish (VitrailGraphExchanges *self)
{
  Exchange *job = NULL;

  GST_STATE_LOCK (self->pipeline);
  while ((job = take_job (self)) != NULL) {
    do_exchange (self, job);
    exchange_free (job);
  }
  GST_STATE_UNLOCK (self->pipeline);
}

static gboolean
has_jobs (VitrailGraphExchanges *self)
{
  pthread_mutex_lock (&self->lock);
  const gboolean has_any = !g_queue_is_empty (&self->jobs);
  pthread_mutex_unlock (&self->lock);
  return has_any;
}

/* Who holds the lock does what is left: another thread in here, which looks
 * once more when it has let go, or who changes the pipeline's state, and may
 * wait for this thread to end. */
static GstPadProbeReturn
idle_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  VitrailGraphExchanges *self = user_data;

  do {
    if (!GST_STATE_TRYLOCK (self->pipeline))
      return GST_PAD_PROBE_OK;
    vitrail_graph_exchanges_finish (self);
    GST_STATE_UNLOCK (self->pipeline);
  } while (has_jobs (self));
  return GST_PAD_PROBE_REMOVE;
}

void
vitrail_graph_exchanges_add (VitrailGraphExchanges *self,
                             GstElement *before,
                             GstElement *old,
                             GstElement *new_one,
                             GstElement *after)
{
  Exchange *job = g_new0 (Exchange, 1);

  job->before = gst_object_ref (before);
  job->old = ref_or_null (old);
  job->new_one = gst_object_ref (new_one);
  job->after = ref_or_null (after);
  pthread_mutex_lock (&self->lock);
  g_queue_push_tail (&self->jobs, job);
  pthread_mutex_unlock (&self->lock);
  gst_pad_add_probe (self->pad, GST_PAD_PROBE_TYPE_IDLE, idle_cb,
                     g_atomic_rc_box_acquire (self), release);
}
