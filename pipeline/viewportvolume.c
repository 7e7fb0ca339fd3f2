/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The volume of a viewport that shows planes of it, or it as a body: from the
 * work that makes it to the feed. */

#include "error.h"
#include "viewport-private.h"
#include "volumemeta.h"

#include <string.h>

/* Nothing where it has not changed. */
static void
store (VitrailViewport *self)
{
  VitrailVolume *volume = vitrail_volume_work_get_volume (self->volume);
  const guint generation = vitrail_volume_get_generation (volume);

  if (volume == self->stored && generation == self->stored_generation)
    return;
  self->stored = volume;
  self->stored_generation = generation;
  g_autoptr (GstBuffer) buffer = vitrail_volume_buffer_new (volume);
  g_autoptr (GstCaps) caps = vitrail_volume_caps_new (volume);

  vitrail_feed_store (self->feed, buffer, caps);
}

static void
show_body (VitrailViewport *self)
{
  if (vitrail_volume_work_get_volume (self->volume) == NULL)
    return;
  if (self->display_set->n_positions == 0) {
    self->display_set->n_positions = 1;
    vitrail_viewport_go_to (self, 1);
    vitrail_viewport_emit_changed (self);
  }
  vitrail_viewport_place_body (self);
  store (self);
}

static void
volume_changed_cb (VitrailVolumeWork *work, gpointer user_data)
{
  VitrailViewport *self = user_data;
  VitrailMprWay way;

  /* One point in time may have none. */
  if (vitrail_volume_work_get_error (work) != NULL ||
      vitrail_viewport_has_times (self))
    vitrail_viewport_set_error (self, vitrail_volume_work_get_error (work));
  if (vitrail_viewport_has_times (self))
    vitrail_viewport_emit_changed (self);
  if (vitrail_viewport_is_body (self)) {
    show_body (self);
    return;
  }
  if (vitrail_viewport_is_path (self)) {
    if (vitrail_viewport_update_path (self))
      store (self);
    return;
  }
  if (!vitrail_viewport_get_way (self, &way))
    return;
  if (self->display_set->n_positions == 0) {
    self->display_set->n_positions = way.n_planes;
    vitrail_viewport_go_to (self,
                            self->has_start_place
                                ? vitrail_mpr_way_find (&way, self->start_place)
                                : (way.n_planes + 1) / 2);
    vitrail_viewport_emit_changed (self);
  }
  store (self);
}

void
vitrail_viewport_start_planes (VitrailViewport *self)
{
  vitrail_viewport_start_plane (self);
  vitrail_viewport_start_path (self);
  self->volume = vitrail_volume_work_enter (self->source, self->display_set);
  self->volume_changed =
      g_signal_connect (self->volume, "changed", G_CALLBACK (volume_changed_cb),
                        self);
  volume_changed_cb (self->volume, self);
}

void
vitrail_viewport_stop_planes (VitrailViewport *self)
{
  if (self->volume == NULL)
    return;
  g_signal_handler_disconnect (self->volume, self->volume_changed);
  g_clear_pointer (&self->volume, vitrail_volume_work_leave);
  self->has_start_place = FALSE;
  self->stored = NULL;
  vitrail_viewport_set_layers (self, NULL);
  vitrail_viewport_set_segments (self, NULL);
}

void
vitrail_viewport_set_path (VitrailViewport *self,
                           const char *path,
                           const double up[3])
{
  if (!vitrail_viewport_is_path (self))
    return;
  g_free (self->path);
  self->path = g_strdup (path);
  memcpy (self->path_up, up, sizeof self->path_up);
  if (path == NULL) {
    vitrail_viewport_forget_picture (self);
    self->stored = NULL;
  } else if (vitrail_viewport_update_path (self))
    store (self);
  vitrail_viewport_emit_changed (self);
}

/* --- points in time --- */

guint
vitrail_viewport_get_n_times (VitrailViewport *self)
{
  return self->volume != NULL ? vitrail_volume_work_get_n_times (self->volume)
                              : 0;
}

gboolean
vitrail_viewport_has_times (VitrailViewport *self)
{
  return vitrail_viewport_get_n_times (self) > 1;
}

guint
vitrail_viewport_get_time (VitrailViewport *self)
{
  return self->volume != NULL ? vitrail_volume_work_get_time (self->volume) : 0;
}

void
vitrail_viewport_set_time (VitrailViewport *self, guint time)
{
  if (vitrail_viewport_has_times (self))
    vitrail_viewport_set_step (self, time);
}

gboolean
vitrail_viewport_combine_times (VitrailViewport *self,
                                VitrailTimesOperation operation,
                                const char *times,
                                GError **error)
{
  if (!vitrail_viewport_has_times (self)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "There are no several points in time");
    return FALSE;
  }
  vitrail_viewport_set_playing (self, FALSE);
  return vitrail_volume_work_combine (self->volume, operation, times, error);
}
