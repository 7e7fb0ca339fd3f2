/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A hand that moves and turns what lies over planes: all planes and bodies that
 * show it follow. */

#pragma once

#include "fusing.h"
#include "viewport.h"

G_BEGIN_DECLS

/* While it holds a layer. */
typedef struct _VitrailFusingHand VitrailFusingHand;
void vitrail_fusing_hand_free (VitrailFusingHand *self);

/* Millimetres to the right and down in the plane of @viewport. FALSE: it shows
 * no plane, or nothing lies over it. */
gboolean vitrail_session_move_layer (VitrailSession *self,
                                     VitrailViewport *viewport,
                                     double right,
                                     double down);
/* About the middle of what is seen of the plane, clockwise. */
gboolean vitrail_session_turn_layer (VitrailSession *self,
                                     VitrailViewport *viewport,
                                     double degrees);
/* As it was without a hand. */
gboolean vitrail_session_reset_layer (VitrailSession *self);

/* The tools' drag in @viewport, @pixel in that: what is under the pointer stays
 * under it; or where @turns it goes about the middle of the picture with it. */
void vitrail_session_drag_layer (VitrailSession *self,
                                 VitrailViewport *viewport,
                                 VitrailHandPhase phase,
                                 const double pixel[2],
                                 gboolean turns);

/* How far the middle of the lower volume is moved, in millimetres, and by what
 * angle it is turned, in degrees. */
void vitrail_fusing_measure_hand (const VitrailFusingStatus *status,
                                  double *mm,
                                  double *degrees);

G_END_DECLS
