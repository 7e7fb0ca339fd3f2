/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What draws the rays of a VitrailRender: the processor, or a graphics
 * processor where there is one. */

#pragma once

#include "volume/gpu.h"
#include "volume/render.h"

G_BEGIN_DECLS

typedef struct {
  VitrailGpu *gpu; /* NULL: the processor */
  VitrailRenderDevice device;
  gboolean is_chosen;
  guint64 voxels_serial;
} VitrailRenderDrawer;

void vitrail_render_drawer_clear (VitrailRenderDrawer *self);

/* Looks for @device, where it was not the one before. */
gboolean vitrail_render_drawer_choose (VitrailRenderDrawer *self,
                                       VitrailRenderDevice device,
                                       GError **error);
/* The voxels are others from now on. */
void vitrail_render_drawer_renew (VitrailRenderDrawer *self);

/* As vitrail_raycast_picture (), on the processor where there are labels, and
 * vitrail_project_picture (). Where a graphics processor fails that nobody
 * asked for, the processor goes on. */
gboolean vitrail_render_drawer_cast (VitrailRenderDrawer *self,
                                     const VitrailRaycast *cast,
                                     const guint size[2],
                                     guint8 *out,
                                     GError **error);
gboolean vitrail_render_drawer_project (VitrailRenderDrawer *self,
                                        const VitrailProjection *projection,
                                        const guint size[2],
                                        float *out,
                                        GError **error);

G_END_DECLS
