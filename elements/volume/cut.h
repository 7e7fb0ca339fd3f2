/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Shapes that somebody has drawn on a picture of a volume, and what they cut
 * out of it along the direction that it was seen in. They stay with the volume
 * however it is turned afterwards. */

#pragma once

#include "volume/raycast.h"

G_BEGIN_DECLS

typedef struct _VitrailCuts VitrailCuts;

/**
 * vitrail_cuts_new: (skip)
 * @text: (nullable): shapes with ";" between them, as vitrail_cut_describe ()
 *   writes each: "inside" or "outside", what goes; then the direction; then at
 *   least three corners in any plane, each of them three numbers in the
 *   volume's space, in millimetres. With commas or blanks between numbers
 *
 * Corners are joined in their order and the last to the first; where the line
 * crosses itself, what it goes round an even number of times is outside.
 *
 * Returns: without any shape for NULL and ""; NULL with
 *   VITRAIL_ERROR_MALFORMED for what is none of that, VITRAIL_ERROR_LIMIT for
 *   more than VITRAIL_RAYCAST_CUTS shapes, or where there is no memory
 */
VitrailCuts *vitrail_cuts_new (const char *text, GError **error);
void vitrail_cuts_free (VitrailCuts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailCuts, vitrail_cuts_free)

/* Lets rays through a volume be cut; @matrix: from its index to its space.
 * Borrowed by @cast. */
void vitrail_cuts_apply (const VitrailCuts *self,
                         const double matrix[16],
                         VitrailRaycast *cast);

/**
 * vitrail_cut_describe: (skip)
 * @plane: the picture's, as VitrailFrameMeta has it
 * @corners: (array length=n): pixels of it, x and y of each
 * @is_outside: what lies outside goes
 *
 * Returns: the shape that was drawn
 */
char *vitrail_cut_describe (const double plane[12],
                            const double (*corners)[2],
                            guint n,
                            gboolean is_outside);

G_END_DECLS
