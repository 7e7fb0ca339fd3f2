/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the pictures of other viewports run through that of one: lines that
 * link planes, and reference lines of images. */

#pragma once

#include "session.h"

G_BEGIN_DECLS

/**
 * VitrailPlaneLine:
 * @viewport: whose plane it is
 * @color: RRGGBB, by the direction of that plane: axial red, sagittal yellow,
 *   coronal green, others blue
 * @from, @to: pixels of the picture
 * @turns: @n_turns of them: where a hand turns planes
 * @slabs: @n_slabs of them: where it makes that plane's slab thicker
 * @half: from the line to one face of the slab, in pixels
 * @slab_mm: millimetres of the slab; 0: none
 */
typedef struct {
  guint viewport;
  guint32 color;
  double from[2];
  double to[2];
  guint n_turns;
  double turns[2][2];
  guint n_slabs;
  double slabs[4][2];
  double half[2];
  double slab_mm;
} VitrailPlaneLine;

/**
 * vitrail_session_find_plane_lines: (skip)
 * @index: of the viewport in whose picture they are to be drawn
 *
 * Planes of one frame of reference see each other, with handles while the
 * crosshairs are the tool; with reference lines every other viewport sees the
 * active one.
 *
 * Returns: (transfer full) (element-type VitrailPlaneLine):
 */
GArray *vitrail_session_find_plane_lines (VitrailSession *self, guint index);

/* Planes of the frame of reference of @viewport's picture go through @place, in
 * millimetres; @viewport itself stays. */
void vitrail_session_go_to_place (VitrailSession *self,
                                  VitrailViewport *viewport,
                                  const double place[3]);

/* Of the active viewport's picture in all others; at first not. */
void vitrail_session_set_reference_lines (VitrailSession *self, gboolean shown);
gboolean vitrail_session_get_reference_lines (VitrailSession *self);

G_END_DECLS
