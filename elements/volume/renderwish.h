/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The properties of volumerender. */

#pragma once

#include "pixel/state.h"
#include "volume/render.h"

G_BEGIN_DECLS

/**
 * VitrailRenderWish:
 * @preset, @clip_planes, @registration, @segments: interned
 * @n_frames: pictures of each volume, each turned by @turn_step
 *
 * All that can be asked for.
 */
typedef struct {
  VitrailRenderLook look;
  const char *preset;
  const char *clip_planes;
  const char *registration;
  const char *segments;
  guint n_frames;
  double turn_step;
} VitrailRenderWish;

/* No property of the wish has an id as high as that; others have, from it on.
 */
#define VITRAIL_RENDER_PROP_GIVEN 64

extern const VitrailStateSpec vitrail_render_wish_spec;

void vitrail_render_wish_install (GObjectClass *klass);

G_END_DECLS
