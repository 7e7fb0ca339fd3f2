/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailShown: see shown.h. */

#include "shown.h"

#include "slidemeta.h"

#include <pthread.h>

/* Lives as long as the probe or a scheduled call refers to it, which may be
 * longer than its owner. */
struct _VitrailShown {
  GMainContext *context; /* constant */

  /* Only in the context; NULL once the owner is gone. */
  VitrailShownChanged changed;
  gpointer user_data;
  GstPad *pad;
  gulong probe;

  pthread_mutex_t lock;
  /* Guarded by lock. */
  VitrailShownState state;
  guint dropped_generation;
  gboolean scheduled;
};

void
vitrail_shown_state_clear (VitrailShownState *state)
{
  g_clear_pointer (&state->info, vitrail_frame_info_unref);
  g_clear_object (&state->slide);
  g_clear_pointer (&state->look, g_free);
  g_clear_pointer (&state->reason, g_free);
  g_clear_pointer (&state->warning, g_free);
  *state = (VitrailShownState){ 0 };
}

static void
shown_clear (gpointer data)
{
  VitrailShown *self = data;
  vitrail_shown_state_clear (&self->state);
  pthread_mutex_destroy (&self->lock);
  g_main_context_unref (self->context);
}

static void
shown_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, shown_clear);
}

static gboolean
changed_cb (gpointer user_data)
{
  VitrailShown *self = user_data;
  pthread_mutex_lock (&self->lock);
  self->scheduled = FALSE;
  pthread_mutex_unlock (&self->lock);
  if (self->changed != NULL)
    self->changed (self->user_data);
  return G_SOURCE_REMOVE;
}

static void
schedule (VitrailShown *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, changed_cb, g_atomic_rc_box_acquire (self),
                         shown_unref);
  g_source_attach (source, self->context);
}

static void
state_read (VitrailShownState *state,
            GstBuffer *buffer,
            const VitrailFrameMeta *meta)
{
  vitrail_shown_state_clear (state);
  state->valid = TRUE;
  g_set_object (&state->slide, vitrail_buffer_get_slide (buffer));
  state->look = g_strdup (vitrail_buffer_get_slide_look (buffer));
  if (meta == NULL)
    return;
  if (meta->info != NULL)
    state->info = vitrail_frame_info_ref (meta->info);
  state->has_plane = meta->has_plane;
  for (int i = 0; i < 12; i++)
    state->plane[i] = meta->plane[i];
  for (int i = 0; i < 6; i++)
    state->to_frame[i] = meta->to_frame[i];
  state->flags = meta->flags;
  state->reason = g_strdup (meta->reason);
  state->warning = g_strdup (meta->warning);
  state->quality = meta->quality;
  state->has_window = meta->has_window;
  state->window_center = meta->window_center;
  state->window_width = meta->window_width;
}

static GstPadProbeReturn
buffer_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  VitrailShown *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);

  pthread_mutex_lock (&self->lock);
  gboolean old = meta != NULL && meta->generation <= self->dropped_generation;
  gboolean must_schedule = !old && !self->scheduled;
  if (!old) {
    state_read (&self->state, buffer, meta);
    self->scheduled = TRUE;
  }
  pthread_mutex_unlock (&self->lock);

  if (must_schedule)
    schedule (self);
  return old ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

VitrailShown *
vitrail_shown_new (GstPad *pad, VitrailShownChanged changed, gpointer user_data)
{
  VitrailShown *self = g_atomic_rc_box_new0 (VitrailShown);
  self->context = g_main_context_ref_thread_default ();
  self->changed = changed;
  self->user_data = user_data;
  self->pad = gst_object_ref (pad);
  pthread_mutex_init (&self->lock, NULL);
  self->probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, buffer_cb,
                                   g_atomic_rc_box_acquire (self), shown_unref);
  return self;
}

void
vitrail_shown_free (VitrailShown *self)
{
  self->changed = NULL;
  gst_pad_remove_probe (self->pad, self->probe);
  gst_clear_object (&self->pad);
  shown_unref (self);
}

void
vitrail_shown_reset (VitrailShown *self, guint generation)
{
  pthread_mutex_lock (&self->lock);
  vitrail_shown_state_clear (&self->state);
  self->dropped_generation = generation;
  pthread_mutex_unlock (&self->lock);
}

void
vitrail_shown_get (VitrailShown *self, VitrailShownState *state)
{
  pthread_mutex_lock (&self->lock);
  *state = self->state;
  if (state->info != NULL)
    vitrail_frame_info_ref (state->info);
  if (state->slide != NULL)
    g_object_ref (state->slide);
  state->look = g_strdup (state->look);
  state->reason = g_strdup (state->reason);
  state->warning = g_strdup (state->warning);
  pthread_mutex_unlock (&self->lock);
}
