/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Drawing by hand, on a slide or on a frame (measuring.h): what the tools do
 * between the first press and the shape that is then there. Places come in
 * viewport pixels, shapes are kept in pixels of level 0, or of the frame. */

#pragma once

#include "slidework.h"
#include "viewport.h"

G_BEGIN_DECLS

/* A shape with more points has no handles: they would hide it. */
#define VITRAIL_DRAWING_MAX_HANDLES 200u

typedef enum {
  VITRAIL_DRAW_NOTHING,
  VITRAIL_DRAW_POINT,
  VITRAIL_DRAW_LINE,
  VITRAIL_DRAW_POLYGON,
  VITRAIL_DRAW_FREEHAND,
  VITRAIL_DRAW_RECTANGLE,
  VITRAIL_DRAW_ELLIPSE,
  VITRAIL_DRAW_TRACE,   /* freehand, open */
  VITRAIL_DRAW_CHAMBER, /* freehand, closed */
  VITRAIL_DRAW_VERTEX,  /* of the selected shape, which is moved */
  VITRAIL_DRAW_FIELD,   /* the counting field, which is moved */
} VitrailDrawKind;

/**
 * VitrailDraft: what is being drawn.
 * @kind: NOTHING: there is none
 * @points: (element-type double): x and y of each in turn, level 0; of a
 *   polygon the last is where the pointer is
 * @shape, @n_parts: what kind of shape it becomes
 * @index, @vertex: which vertex of which shape of the set is moved
 * @info: the frame that it is drawn on; NULL for a slide
 * @start: where the button went down, viewport pixels
 * @offset: from where it went down to what is moved, level 0
 */
typedef struct {
  VitrailDrawKind kind;
  GArray *points;
  VitrailShapeKind shape;
  guint index;
  guint vertex;
  VitrailFrameInfo *info;
  double start[2];
  double offset[2];
} VitrailDraft;

void vitrail_draft_clear (VitrailDraft *self);

/* Between viewport pixels and pixels of level 0 (corner of the first at 0, 0)
 * as the picture on the screen lies. FALSE while there is none. */
gboolean vitrail_viewport_to_slide (VitrailViewport *self,
                                    const double pixel[2],
                                    double place[2]);
gboolean vitrail_viewport_from_slide (VitrailViewport *self,
                                      const double place[2],
                                      double pixel[2]);

/* The button went down, the pointer moved with it down or without, it went up.
 * Where @kind is NOTHING, a press on a handle of the selected shape or on the
 * edge of the counting field moves that. TRUE: it has been used. */
gboolean vitrail_drawing_press (VitrailViewport *viewport,
                                VitrailDrawKind kind,
                                const double pixel[2]);
void vitrail_drawing_move (VitrailViewport *viewport, const double pixel[2]);
void vitrail_drawing_release (VitrailViewport *viewport, const double pixel[2]);
/* Selects what lies there, or nothing. */
void vitrail_drawing_select (VitrailViewport *viewport, const double pixel[2]);
/* A polygon ends with the points that it has. */
void vitrail_drawing_finish (VitrailViewport *viewport);
void vitrail_drawing_cancel (VitrailViewport *viewport);

G_END_DECLS
