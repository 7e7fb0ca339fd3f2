/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A plane through a volume in a viewport: where it lies, as somebody has turned
 * it. Which of the planes of its kind is shown is the viewport's position. */

#pragma once

#include "viewport.h"
#include "volume/fusion.h"

G_BEGIN_DECLS

/**
 * VitrailViewportPlane:
 * @is_turned: @right and @down say how it lies; else the display set does
 * @right, @down: directions in the patient, as in VitrailMpr
 * @shift: millimetres beyond the plane that the position names, away from the
 *   reader: at most half of the way to the next one
 * @slab_mm, @slab: what of the volume is seen, as VitrailMpr has it
 */
typedef struct {
  gboolean is_turned;
  double right[3];
  double down[3];
  double shift;
  double slab_mm;
  guint slab;
} VitrailViewportPlane;

/**
 * VitrailSheet:
 * @right, @down, @away: directions, one millimetre long, at right angles
 * @place: a point in the middle of it, in millimetres
 * @space: Frame of Reference UID, "" where unknown; borrowed
 * @work: of whose volume it is; borrowed
 */
typedef struct {
  double right[3];
  double down[3];
  double away[3];
  double place[3];
  const char *space;
  gconstpointer work;
} VitrailSheet;

gboolean vitrail_viewport_is_plane (VitrailViewport *self);
/* As asked for, be it on the screen yet or not. FALSE: no plane is shown, or
 * nothing is known of its volume yet. */
gboolean
vitrail_viewport_get_sheet (VitrailViewport *self, VitrailSheet *sheet);
/* The plane along @right and @down through @place, in millimetres. What is seen
 * stays as large as it is. */
void vitrail_viewport_turn_plane (VitrailViewport *self,
                                  const double right[3],
                                  const double down[3],
                                  const double place[3]);
/* Through the middle, as the display set says, without a slab, all of it. */
void vitrail_viewport_reset_plane (VitrailViewport *self);
/* Of a viewport that shows what is along a path: which; NULL: none yet. */
void vitrail_viewport_set_path (VitrailViewport *self,
                                const char *path,
                                const double up[3]);
/* Whether there is nothing to be seen until there is one. */
gboolean vitrail_viewport_wants_path (VitrailViewport *self);
/* What lies over it; NULL: nothing. They are as thick as the plane is. */
void vitrail_viewport_set_layers (VitrailViewport *self,
                                  const VitrailFusionLayers *layers);
/* For planes that have begun to be shown. */
void vitrail_viewport_start_plane (VitrailViewport *self);

G_END_DECLS
