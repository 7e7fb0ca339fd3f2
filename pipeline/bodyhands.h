/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Hands that cut a body: the faces of its box, and shapes drawn over it. Each
 * step can be undone. */

#pragma once

#include "viewport.h"

G_BEGIN_DECLS

/**
 * VitrailBodyHand: a drag under way, and the steps before. A value, zeroed at
 * first; NONE: there is no drag.
 */
typedef enum {
  VITRAIL_BODY_HAND_NONE,
  VITRAIL_BODY_HAND_FACE,
  VITRAIL_BODY_HAND_SHAPE,
} VitrailBodyGrip;

typedef struct {
  VitrailBodyGrip grip;
  guint face; /* of VitrailBodyLook.box */
  double start[2];
  double start_part;
  GArray *points; /* (element-type double): x, y of each, viewport pixels */
  gboolean is_outside;
  GArray *steps; /* of boxes and cuts, the whole body first */
  guint step;
} VitrailBodyHand;

void vitrail_body_hand_clear (VitrailBodyHand *self);

/* An edge of the box, in pixels; @is_far: the box lies before it. */
typedef struct {
  double from[2];
  double to[2];
  gboolean is_far;
} VitrailBodyEdge;

/**
 * VitrailBodyMarks:
 * @n_handles, @handles, @faces: where a hand moves which face: i low, i high,
 *   j low, ...; those that are seen from the side only
 * @is_far: of each handle: its face is one that the box lies before
 * @has_box: the tool that moves them is the active one
 * @points: (nullable): of the shape that is being drawn, borrowed
 *
 * What is seen over a body.
 */
typedef struct {
  gboolean has_box;
  VitrailBodyEdge edges[12];
  guint n_handles;
  double handles[6][2];
  guint faces[6];
  gboolean is_far[6];
  const GArray *points;
} VitrailBodyMarks;

/* FALSE: nothing is. */
gboolean vitrail_viewport_find_body_marks (VitrailViewport *self,
                                           VitrailBodyMarks *marks);

/* The tools "crop", "cut-inside" and "cut-outside"; viewport pixels. FALSE:
 * the press is for something else. */
gboolean
vitrail_body_hand_press (VitrailViewport *viewport, const double pixel[2]);
void vitrail_body_hand_move (VitrailViewport *viewport, const double pixel[2]);
void
vitrail_body_hand_release (VitrailViewport *viewport, const double pixel[2]);

/* FALSE: no body is shown, or what is wanted is no box. */
gboolean
vitrail_viewport_crop_body (VitrailViewport *self, const double box[6]);
/* A step back, or on again; FALSE: there is none. */
gboolean vitrail_viewport_undo_body (VitrailViewport *self, gboolean is_redo);
/* The whole body again: a step as others. */
gboolean vitrail_viewport_reset_body (VitrailViewport *self);

G_END_DECLS
