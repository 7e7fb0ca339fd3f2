/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rigid alignment of two volumes by what one tells of the other: mutual
 * information needs no like values, so that an MR finds its CT. An offer: a
 * person has to look at it before anything is based on it. */

#pragma once

#include "volume/volume.h"

G_BEGIN_DECLS

/**
 * VitrailAlignment:
 * @matrix: from the moving volume's millimetres to the fixed one's, rigid, 4 x
 *   4, row by row
 * @information: normalized mutual information there, 1 (nothing) to 2 (each
 *   tells all of the other)
 */
typedef struct {
  double matrix[16];
  double information;
} VitrailAlignment;

/**
 * vitrail_align_rigid:
 * @start: (nullable): where to begin, as @matrix; NULL: as their millimetres
 *   say or, where they hardly overlap so, middle on middle
 *
 * From 8 mm to 2 mm, on all cores, whose number changes nothing. Blocks.
 *
 * Returns: FALSE with VITRAIL_ERROR_UNSUPPORTED where the volumes have nothing
 *   to go by, VITRAIL_ERROR_LIMIT without memory, G_IO_ERROR_CANCELLED
 */
gboolean vitrail_align_rigid (VitrailVolume *fixed,
                              VitrailVolume *moving,
                              const double start[16],
                              VitrailAlignment *alignment,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
