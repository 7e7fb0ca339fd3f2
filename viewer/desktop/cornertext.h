/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What stands in the corners of a viewport, at its edges and at its scale bar:
 * words only, taken from what the shown picture says of itself. */

#pragma once

#include "annotation/measure.h"
#include "shown.h"

G_BEGIN_DECLS

typedef enum {
  VITRAIL_CORNER_TOP_LEFT,
  VITRAIL_CORNER_TOP_RIGHT,
  VITRAIL_CORNER_BOTTOM_LEFT,
  VITRAIL_CORNER_BOTTOM_RIGHT,
} VitrailCorner;

#define VITRAIL_N_CORNERS 4

/* Lines of text, to be freed; "" where there is nothing to say. @position and
 * @n_positions: the shown picture's place in its display set. */
char *vitrail_corner_text (VitrailCorner corner,
                           const VitrailShownState *shown,
                           guint position,
                           guint n_positions);

/* "Axial": what a plane through a volume is called; plane as in
 * VitrailFrameMeta. */
const char *vitrail_plane_name (const double plane[12]);

/* What a reader must not miss: lossy, not calibrated, incomplete, ... */
char *vitrail_warning_text (const VitrailShownState *shown);

/* What is worth knowing: where the code stream contradicts its header, without
 * the names of file and frame, which are known. */
char *vitrail_notice_text (const VitrailShownState *shown);

/* Which image could not be decoded, and why; NULL where it could be. */
char *vitrail_failure_text (const VitrailShownState *shown,
                            guint position,
                            guint n_positions);

/* The lowest and the highest value that the window tells apart, with units;
 * both NULL where no window was applied. */
void
vitrail_window_texts (const VitrailShownState *shown, char **low, char **high);

/* "0.25 mm, 0.004 mm²": length and area of a shape, to be freed. */
char *vitrail_size_text (const VitrailShapeSize *size);

/* "2 / 5, +1.5 µm", to be freed. */
char *vitrail_focal_plane_text (VitrailSlide *slide, guint plane);

typedef enum {
  VITRAIL_EDGE_LEFT,
  VITRAIL_EDGE_RIGHT,
  VITRAIL_EDGE_TOP,
  VITRAIL_EDGE_BOTTOM,
} VitrailEdge;

#define VITRAIL_N_EDGES 4

/* Orientation letters (PS3.3 C.7.6.1.1.1), "" where unknown. */
void vitrail_edge_text (VitrailEdge edge,
                        const VitrailShownState *shown,
                        char text[4]);

/* Millimetres per viewport pixel across; 0 where unknown. */
double vitrail_shown_get_mm_per_pixel (const VitrailShownState *shown);

/* The longest of 1, 2, 5 times a power of ten that is not over @max_px pixels
 * long: its length in pixels and its @text; 0 where unknown. */
double
vitrail_scale_bar (const VitrailShownState *shown, double max_px, char **text);

G_END_DECLS
