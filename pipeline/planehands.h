/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Crosshairs: hands that move, turn and thicken the planes of a session's
 * viewports together. */

#pragma once

#include "session.h"
#include "viewportplane.h"

G_BEGIN_DECLS

typedef struct _VitrailPlaneHand VitrailPlaneHand;
void vitrail_plane_hand_free (VitrailPlaneHand *self);

/* The tool's drag in @viewport, @pixel in that: on a handle it turns or
 * thickens planes, elsewhere the others go where it is. */
void vitrail_session_move_crosshairs (VitrailSession *self,
                                      VitrailViewport *viewport,
                                      VitrailHandPhase phase,
                                      const double pixel[2]);

/**
 * vitrail_session_find_cross: (skip)
 * @sheet: (out): the plane of @viewport
 * @place: (out): where it and the planes of its space meet, in millimetres
 *
 * Returns: FALSE: it shows no plane, or not yet
 */
gboolean vitrail_session_find_cross (VitrailSession *self,
                                     VitrailViewport *viewport,
                                     VitrailSheet *sheet,
                                     double place[3]);
/* Of one volume, or of one frame of reference: what is nowhere said is not
 * guessed. */
gboolean
vitrail_sheet_is_same_space (const VitrailSheet *a, const VitrailSheet *b);

/* The planes that meet that of @viewport, about the line through where they
 * meet that runs away from its reader: by degrees, clockwise. FALSE: it shows
 * no plane. */
gboolean vitrail_session_turn_planes (VitrailSession *self,
                                      VitrailViewport *viewport,
                                      double degrees);
/* The planes of the space of @viewport's: as their kind says, through the
 * middle. */
gboolean
vitrail_session_reset_planes (VitrailSession *self, VitrailViewport *viewport);

G_END_DECLS
