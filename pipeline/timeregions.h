/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailTimeRegions: balls in the volume over time that a session's planes
 * show, and the means of their voxels at each point in time. */

#pragma once

#include "session.h"
#include "timecurves.h"
#include "viewportplane.h"
#include "volume/region.h"

G_BEGIN_DECLS

typedef struct _VitrailTimeRegions VitrailTimeRegions;
void vitrail_time_regions_free (VitrailTimeRegions *self);

/* The tool's drag in @viewport: from a region's centre to its edge. */
void vitrail_session_move_region (VitrailSession *self,
                                  VitrailViewport *viewport,
                                  VitrailHandPhase phase,
                                  const double pixel[2]);
/* FALSE with @error: there are not several points in time. */
gboolean vitrail_session_add_region (VitrailSession *self,
                                     VitrailViewport *viewport,
                                     const VitrailBall *ball,
                                     GError **error);
void vitrail_session_clear_regions (VitrailSession *self);

/**
 * vitrail_session_get_time_curves: (skip)
 *
 * Returns: (nullable): of the regions that have been measured; borrowed, until
 *   the session changes; NULL: there are none
 */
const VitrailTimeCurves *vitrail_session_get_time_curves (VitrailSession *self);

/**
 * VitrailRegionMark:
 * @center: pixel of the picture
 * @radius: pixels; of where the plane cuts the ball
 * @color: 0xRRGGBB
 */
typedef struct {
  double center[2];
  double radius;
  guint32 color;
} VitrailRegionMark;

/* (transfer full) (element-type VitrailRegionMark): where the plane of the
 * viewport at @index cuts them. */
GArray *vitrail_session_find_region_marks (VitrailSession *self, guint index);

G_END_DECLS
