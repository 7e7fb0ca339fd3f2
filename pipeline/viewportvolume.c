/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Planes through a volume in a viewport: which there are, and which of them is
 * shown. */

#include "viewport-private.h"
#include "volume/mpr.h"
#include "volumemeta.h"

#include <string.h>

#define MAX_SLAB_MM 1000.0

/* FALSE: nothing is known of the planes yet. */
static gboolean
get_way (VitrailViewport *self, VitrailMprWay *way)
{
  VitrailVolume *volume = self->volume != NULL
                              ? vitrail_volume_work_get_volume (self->volume)
                              : NULL;
  const VitrailMpr mpr = {
    .orientation = (VitrailMprOrientation) self->display_set->orientation
  };

  return volume != NULL &&
         vitrail_mpr_get_way (&mpr, vitrail_volume_get_info (volume), way,
                              NULL);
}

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
  if (!get_way (self, &way))
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

gboolean
vitrail_viewport_set_slab (VitrailViewport *self, double thickness, guint slab)
{
  if (self->display_set == NULL ||
      self->display_set->kind != VITRAIL_DISPLAY_SET_PLANE ||
      !(thickness >= 0 && thickness <= MAX_SLAB_MM) || slab > VITRAIL_SLAB_SUM)
    return FALSE;
  self->slab_mm = thickness;
  self->slab = slab;
  vitrail_view_graph_set_slab (self->graph, thickness, slab);
  vitrail_viewport_emit_changed (self);
  return TRUE;
}

void
vitrail_viewport_get_slab (VitrailViewport *self,
                           double *thickness,
                           guint *slab)
{
  *thickness = self->slab_mm;
  *slab = self->slab;
}

void
vitrail_viewport_start_planes (VitrailViewport *self)
{
  self->slab_mm = 0;
  self->slab = VITRAIL_SLAB_MAXIMUM;
  vitrail_view_graph_set_slab (self->graph, 0, VITRAIL_SLAB_MAXIMUM);
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
}

void
vitrail_viewport_go_to_plane (VitrailViewport *self, guint position)
{
  VitrailMprWay way;

  if (!vitrail_viewport_is_body (self) && get_way (self, &way))
    vitrail_view_graph_set_plane (self->graph, self->display_set->orientation,
                                  vitrail_mpr_way_get_offset (&way, position));
}

void
vitrail_viewport_go_to_place (VitrailViewport *self, const double place[3])
{
  VitrailMprWay way;

  if (self->display_set == NULL ||
      self->display_set->kind != VITRAIL_DISPLAY_SET_PLANE)
    return;
  memcpy (self->start_place, place, sizeof self->start_place);
  self->has_start_place = TRUE;
  if (get_way (self, &way))
    vitrail_viewport_set_position (self, vitrail_mpr_way_find (&way, place));
}

guint
vitrail_viewport_find_plane (VitrailViewport *self,
                             const VitrailShownState *state)
{
  VitrailMprWay way;
  double place[3];

  if (!state->valid || !get_way (self, &way))
    return 0;
  if (!state->has_plane)
    return self->position;
  vitrail_plane_map (state->plane, 0, 0, place);
  return vitrail_mpr_way_find (&way, place);
}
