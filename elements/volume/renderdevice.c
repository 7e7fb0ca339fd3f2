/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See renderdevice.h. */

#include "volume/renderdevice.h"

void
vitrail_render_drawer_clear (VitrailRenderDrawer *self)
{
  g_clear_pointer (&self->gpu, vitrail_gpu_free);
  self->is_chosen = FALSE;
}

gboolean
vitrail_render_drawer_choose (VitrailRenderDrawer *self,
                              VitrailRenderDevice device,
                              GError **error)
{
  if (device == VITRAIL_RENDER_AUTO && !vitrail_gpu_is_there ())
    device = VITRAIL_RENDER_CPU;
  if (self->is_chosen && self->device == device)
    return TRUE;
  vitrail_render_drawer_clear (self);
  self->device = device;
  if (device == VITRAIL_RENDER_AUTO)
    self->gpu = vitrail_gpu_new (FALSE, NULL);
  else if (device == VITRAIL_RENDER_GL)
    self->gpu = vitrail_gpu_new (TRUE, error);
  self->is_chosen = device != VITRAIL_RENDER_GL || self->gpu != NULL;
  return self->is_chosen;
}

void
vitrail_render_drawer_renew (VitrailRenderDrawer *self)
{
  self->voxels_serial++;
}

/* TRUE: the processor is to go on. */
static gboolean
give_up (VitrailRenderDrawer *self, GError **reason, GError **error)
{
  if (self->device == VITRAIL_RENDER_GL) {
    g_propagate_error (error, g_steal_pointer (reason));
    return FALSE;
  }
  g_debug ("volumerender: without the graphics processor: %s",
           (*reason)->message);
  g_clear_pointer (&self->gpu, vitrail_gpu_free);
  return TRUE;
}

gboolean
vitrail_render_drawer_cast (VitrailRenderDrawer *self,
                            const VitrailRaycast *cast,
                            const guint size[2],
                            guint8 *out,
                            GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (self->gpu != NULL &&
      vitrail_gpu_cast (self->gpu, cast, self->voxels_serial, size, out,
                        &reason))
    return TRUE;
  if (self->gpu != NULL && !give_up (self, &reason, error))
    return FALSE;
  vitrail_raycast_picture (cast, size[0], size[1], out, (gsize) size[0] * 4);
  return TRUE;
}

gboolean
vitrail_render_drawer_project (VitrailRenderDrawer *self,
                               const VitrailProjection *projection,
                               const guint size[2],
                               float *out,
                               GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (self->gpu != NULL &&
      vitrail_gpu_project (self->gpu, projection, self->voxels_serial, size,
                           out, &reason))
    return TRUE;
  if (self->gpu != NULL && !give_up (self, &reason, error))
    return FALSE;
  vitrail_project_picture (projection, size[0], size[1], out);
  return TRUE;
}
