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
 * @preset: name, static; of VITRAIL_RENDER_COMPOSITE
 * @shift: of its curves, in values
 */
typedef struct {
  VitrailCameraDirection direction;
  double azimuth;
  double elevation;
  VitrailRenderMode mode;
  const char *preset;
  double shift;
} VitrailBodyLook;

/* The front, bone. */
#define VITRAIL_BODY_LOOK_INIT                                               \
  {                                                                          \
    VITRAIL_CAMERA_FRONT, 0.0, 0.0, VITRAIL_RENDER_COMPOSITE, "CT-Bone", 0.0 \
  }

gboolean vitrail_viewport_is_body (VitrailViewport *self);
void vitrail_viewport_get_body (VitrailViewport *self, VitrailBodyLook *look);
/* FALSE: no body is shown, there is no such preset, or a number is not finite.
 */
gboolean
vitrail_viewport_set_body (VitrailViewport *self, const VitrailBodyLook *look);

G_END_DECLS
