/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Planes of volumes in viewports: see viewportplane.h. */

#include "viewportplane.h"

#include "viewport-private.h"
#include "volume/vector.h"

#include <math.h>
#include <string.h>

#define MAX_SLAB_MM 1000.0

gboolean
vitrail_viewport_is_plane (VitrailViewport *self)
{
  return self->display_set != NULL &&
         self->display_set->kind == VITRAIL_DISPLAY_SET_PLANE;
}

static const VitrailVolumeInfo *
get_info (VitrailViewport *self)
{
  VitrailVolume *volume = self->volume != NULL
                              ? vitrail_volume_work_get_volume (self->volume)
                              : NULL;

  return volume != NULL ? vitrail_volume_get_info (volume) : NULL;
}

/* All but where along its way. */
static void
make_mpr (VitrailViewport *self, VitrailMpr *mpr)
{
  const VitrailViewportPlane *plane = &self->plane;

  *mpr = (VitrailMpr) VITRAIL_MPR_INIT;
  mpr->orientation = (VitrailMprOrientation) self->display_set->orientation;
  mpr->thickness = plane->slab_mm;
  mpr->slab = (VitrailSlab) plane->slab;
  if (!plane->is_turned)
    return;
  mpr->orientation = VITRAIL_MPR_OBLIQUE;
  memcpy (mpr->right, plane->right, sizeof mpr->right);
  memcpy (mpr->down, plane->down, sizeof mpr->down);
}

gboolean
vitrail_viewport_get_way (VitrailViewport *self, VitrailMprWay *way)
{
  const VitrailVolumeInfo *info = get_info (self);
  VitrailMpr mpr;

  if (info == NULL || !vitrail_viewport_is_plane (self))
    return FALSE;
  make_mpr (self, &mpr);
  return vitrail_mpr_get_way (&mpr, info, way, NULL);
}

/* How large its pictures are. */
static gboolean
get_size (VitrailViewport *self, double size[2])
{
  const VitrailVolumeInfo *info = get_info (self);
  VitrailMprPicture picture;
  VitrailMpr mpr;

  make_mpr (self, &mpr);
  if (!vitrail_mpr_place (&mpr, info, &picture, NULL))
    return FALSE;
  size[0] = picture.width;
  size[1] = picture.height;
  /* As large however it is turned: else it would grow and shrink under the
   * hand that turns it. */
  if (self->plane.is_turned)
    size[0] = size[1] = vitrail_mpr_get_widest (info, picture.spacing);
  return TRUE;
}

/* Tells the graph. */
static void
show (VitrailViewport *self, const VitrailMprWay *way)
{
  double size[2] = { 0, 0 };
  VitrailMpr mpr;

  make_mpr (self, &mpr);
  mpr.offset =
      vitrail_mpr_way_get_offset (way, self->position) + self->plane.shift;
  if (self->plane.is_turned && get_size (self, size)) {
    mpr.width = (guint) size[0];
    mpr.height = (guint) size[1];
  }
  vitrail_view_graph_set_plane (self->graph, &mpr);
}

static void
show_layers (VitrailViewport *self)
{
  if (self->fused != NULL) {
    self->fused->thickness = self->plane.slab_mm;
    self->fused->slab = (VitrailSlab) self->plane.slab;
  }
  vitrail_view_graph_set_layers (self->graph, self->fused);
}

void
vitrail_viewport_set_layers (VitrailViewport *self,
                             const VitrailFusionLayers *layers)
{
  if (layers == NULL && self->fused == NULL)
    return;
  g_clear_pointer (&self->fused, vitrail_fusion_layers_free);
  if (layers != NULL)
    self->fused = vitrail_fusion_layers_copy (layers);
  if (self->graph != NULL)
    show_layers (self);
}

void
vitrail_viewport_go_to_plane (VitrailViewport *self, guint position)
{
  VitrailMprWay way;

  if (vitrail_viewport_get_way (self, &way))
    show (self, &way);
}

gboolean
vitrail_viewport_get_sheet (VitrailViewport *self, VitrailSheet *sheet)
{
  const VitrailVolumeInfo *info = get_info (self);
  VitrailMprWay way;

  if (self->position == 0 || !vitrail_viewport_get_way (self, &way))
    return FALSE;
  const double offset =
      vitrail_mpr_way_get_offset (&way, self->position) + self->plane.shift;
  memcpy (sheet->right, way.right, sizeof sheet->right);
  memcpy (sheet->down, way.down, sizeof sheet->down);
  memcpy (sheet->away, way.away, sizeof sheet->away);
  for (guint n = 0; n < 3; n++)
    sheet->place[n] = way.middle[n] + offset * way.away[n];
  sheet->space =
      info->space == VITRAIL_SPACE_PATIENT ? info->frame_of_reference_uid : "";
  sheet->work = self->volume;
  return TRUE;
}

/* The nearest of its planes to @place, and what is left to it. */
static void
find_position (VitrailViewport *self,
               const VitrailMprWay *way,
               const double place[3])
{
  self->display_set->n_positions = way->n_planes;
  self->position = vitrail_mpr_way_find (way, place);
  if (self->clock != NULL)
    vitrail_cine_clock_seek (self->clock, self->position);
  self->plane.shift = 0;
  if (!self->plane.is_turned)
    return;
  const double offset = vitrail_vector_dot (place, way->away) -
                        vitrail_vector_dot (way->middle, way->away);
  const double left = offset - vitrail_mpr_way_get_offset (way, self->position);
  self->plane.shift = CLAMP (left, -way->step / 2, way->step / 2);
}

/* What is seen stays where and as large as it is although pictures have another
 * size, about the same middle. */
static void
keep_view (VitrailViewport *self, const double was[2], const double size[2])
{
  VitrailView view = self->view;
  const double old =
      vitrail_view_get_fit_scale (&view, (guint) was[0], (guint) was[1], 1,
                                  self->width, self->height);
  const double new =
      vitrail_view_get_fit_scale (&view, (guint) size[0], (guint) size[1], 1,
                                  self->width, self->height);

  if (!(old > 0 && new > 0))
    return;
  view.zoom *= old / new;
  view.pan_x = 0.5 + (view.pan_x - 0.5) * was[0] / size[0];
  view.pan_y = 0.5 + (view.pan_y - 0.5) * was[1] / size[1];
  vitrail_viewport_set_view (self, &view);
}

void
vitrail_viewport_turn_plane (VitrailViewport *self,
                             const double right[3],
                             const double down[3],
                             const double place[3])
{
  const gboolean was_turned = self->plane.is_turned;
  double was[2] = { 0, 0 };
  double size[2] = { 0, 0 };
  VitrailMprWay way;

  if (!vitrail_viewport_get_way (self, &way) || !get_size (self, was))
    return;
  self->plane.is_turned = TRUE;
  memcpy (self->plane.right, right, sizeof self->plane.right);
  memcpy (self->plane.down, down, sizeof self->plane.down);
  if (!vitrail_viewport_get_way (self, &way) || !get_size (self, size)) {
    self->plane.is_turned = was_turned;
    return;
  }
  find_position (self, &way, place);
  if (!was_turned)
    keep_view (self, was, size);
  show (self, &way);
  vitrail_viewport_emit_changed (self);
}

void
vitrail_viewport_go_to_place (VitrailViewport *self, const double place[3])
{
  VitrailMprWay way;

  if (!vitrail_viewport_is_plane (self))
    return;
  memcpy (self->start_place, place, sizeof self->start_place);
  self->has_start_place = TRUE;
  if (self->position == 0 || !vitrail_viewport_get_way (self, &way))
    return;
  find_position (self, &way, place);
  show (self, &way);
  vitrail_viewport_emit_changed (self);
}

void
vitrail_viewport_reset_plane (VitrailViewport *self)
{
  VitrailView view = self->view;
  VitrailMprWay way;

  if (!vitrail_viewport_is_plane (self))
    return;
  self->plane.is_turned = FALSE;
  self->plane.slab_mm = 0;
  if (!vitrail_viewport_get_way (self, &way))
    return;
  find_position (self, &way, way.middle);
  view.zoom = 1;
  view.pan_x = view.pan_y = 0.5;
  vitrail_viewport_set_view (self, &view);
  show_layers (self);
  show (self, &way);
  vitrail_viewport_emit_changed (self);
}

void
vitrail_viewport_start_plane (VitrailViewport *self)
{
  self->plane = (VitrailViewportPlane){ .slab = VITRAIL_SLAB_MAXIMUM };
}

gboolean
vitrail_viewport_set_slab (VitrailViewport *self, double thickness, guint slab)
{
  VitrailMprWay way;

  if ((!vitrail_viewport_is_plane (self) && !vitrail_viewport_is_path (self)) ||
      !(thickness >= 0 && thickness <= MAX_SLAB_MM) || slab > VITRAIL_SLAB_SUM)
    return FALSE;
  self->plane.slab_mm = thickness;
  self->plane.slab = slab;
  if (vitrail_viewport_is_path (self))
    vitrail_viewport_go_to_turn (self, MAX (self->position, 1));
  show_layers (self);
  if (self->position > 0 && vitrail_viewport_get_way (self, &way))
    show (self, &way);
  vitrail_viewport_emit_changed (self);
  return TRUE;
}

void
vitrail_viewport_get_slab (VitrailViewport *self,
                           double *thickness,
                           guint *slab)
{
  *thickness = self->plane.slab_mm;
  *slab = self->plane.slab;
}

guint
vitrail_viewport_find_plane (VitrailViewport *self,
                             const VitrailShownState *state)
{
  VitrailMprWay way;
  double place[3];

  if (!state->valid || !vitrail_viewport_get_way (self, &way))
    return 0;
  if (!state->has_plane)
    return self->position;
  vitrail_plane_map (state->plane, 0, 0, place);
  for (guint n = 0; n < 3; n++)
    place[n] -= self->plane.shift * way.away[n];
  return vitrail_mpr_way_find (&way, place);
}
