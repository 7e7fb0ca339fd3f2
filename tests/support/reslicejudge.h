/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Volumes for tests of reslicing, and how its ways are compared. */

#pragma once

#include "volume/resliceline.h"

G_BEGIN_DECLS

/* Noise of @n voxels with slack behind; with @padding a third of it is 7 or 8,
 * in runs. */
guint16 *
reslice_judge_make_noise (guint32 seed, const guint size[3], gboolean padding);

/* A plane somewhere through the middle of @size, at any angle, pixels of half a
 * voxel to two. */
void reslice_judge_set_plane (VitrailReslice *self, GRand *rand, guint width);

typedef guint (*ResliceJudgeFast) (const VitrailResliceLine *line,
                                   guint first,
                                   guint end);

/* Fails unless @fast gives plain C's very bits wherever it does anything;
 * returns how many pixels it did. */
guint reslice_judge_compare (const VitrailReslice *self,
                             ResliceJudgeFast fast,
                             guint width,
                             guint height);

G_END_DECLS
