/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The volume of a viewport that shows planes of it, or it as a body: from the
 * work that makes it to the feed. */

#include "viewport-private.h"
#include "volumemeta.h"

static void
store (VitrailViewport *self)
{
  VitrailVolume *volume = vitrail_volume_work_get_volume (self->volume);
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

  if (vitrail_volume_work_get_error (work) != NULL)
    vitrail_viewport_set_error (self, vitrail_volume_work_get_error (work));
  if (vitrail_viewport_is_body (self)) {
    show_body (self);
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
  vitrail_viewport_set_layers (self, NULL);
}
