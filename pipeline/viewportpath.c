/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A viewport that shows what of a volume is along a path, laid straight. Its
 * positions are turns about the path. */

#include "viewport-private.h"

#include <string.h>

/* All the way round. */
#define N_TURNS 36

gboolean
vitrail_viewport_is_path (VitrailViewport *self)
{
  return self->display_set != NULL &&
         self->display_set->kind == VITRAIL_DISPLAY_SET_PATH;
}

gboolean
vitrail_viewport_wants_path (VitrailViewport *self)
{
  return vitrail_viewport_is_path (self) && self->path == NULL;
}

void
vitrail_viewport_start_path (VitrailViewport *self)
{
  static const double nowhere[3] = { 0, 0, 0 };

  g_clear_pointer (&self->path, g_free);
  /* The same element shows planes. */
  if (!vitrail_viewport_is_path (self))
    vitrail_view_graph_set_path (self->graph, NULL, nowhere);
}

void
vitrail_viewport_go_to_turn (VitrailViewport *self, guint position)
{
  VitrailMpr mpr = VITRAIL_MPR_INIT;

  if (self->path == NULL)
    return;
  mpr.thickness = self->plane.slab_mm;
  mpr.slab = (VitrailSlab) self->plane.slab;
  mpr.turn = 360.0 / N_TURNS * (position - 1);
  vitrail_view_graph_set_plane (self->graph, &mpr);
  vitrail_view_graph_set_path (self->graph, self->path, self->path_up);
}

gboolean
vitrail_viewport_update_path (VitrailViewport *self)
{
  if (self->path == NULL || self->volume == NULL ||
      vitrail_volume_work_get_volume (self->volume) == NULL)
    return FALSE;
  if (self->display_set->n_positions == 0) {
    self->display_set->n_positions = N_TURNS;
    self->position = 1;
  }
  vitrail_viewport_go_to_turn (self, self->position);
  return TRUE;
}
