/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A volume as a body in a viewport: from where it is seen, and as what. Zoom,
 * pan and rotation are the viewport's view. */

#pragma once

#include "viewport.h"
#include "volume/render.h"

G_BEGIN_DECLS

/**
 * VitrailBodyLook:
 * @direction: where one begins to look from
 * @azimuth, @elevation: degrees, as in VitrailCamera; -90 to 90 for @elevation
 * @preset: as vitrail_transfer_parse () reads it; of
 *   VITRAIL_RENDER_COMPOSITE; interned
 * @shift: of its curves, in values
 * @box: parts of the volume that are seen, as in VitrailCamera
 * @cuts: (nullable): shapes that are cut out, as vitrail_cuts_new () reads
 *   them; interned
 */
typedef struct {
  VitrailCameraDirection direction;
  double azimuth;
  double elevation;
  VitrailRenderMode mode;
  const char *preset;
  double shift;
  double box[6];
  const char *cuts;
} VitrailBodyLook;

/* The front, bone. */
#define VITRAIL_BODY_LOOK_INIT                                           \
  {                                                                      \
    .direction = VITRAIL_CAMERA_FRONT, .mode = VITRAIL_RENDER_COMPOSITE, \
    .preset = "CT-Bone", .box = { 0, 1, 0, 1, 0, 1 },                    \
  }

gboolean vitrail_viewport_is_body (VitrailViewport *self);
void vitrail_viewport_get_body (VitrailViewport *self, VitrailBodyLook *look);
/* FALSE: no body is shown, there is no such preset, a number is not finite, or
 * box or cuts are none. */
gboolean
vitrail_viewport_set_body (VitrailViewport *self, const VitrailBodyLook *look);

/* (transfer none) (nullable): the volume that is shown, of planes too. */
VitrailVolume *vitrail_viewport_get_volume (VitrailViewport *self);
/* Colours in it what @segments says; NULL: nothing. */
void vitrail_viewport_set_segments (VitrailViewport *self,
                                    const VitrailRenderSegments *segments);

G_END_DECLS
