/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One line of a reslicing: shared by reslice.c, which decides where it lies in
 * the volume, and the files that do it. */

#pragma once

#include "volume/reslice.h"

G_BEGIN_DECLS

/* Weights within a row of voxels are integers: both of them and the voxels,
 * less 32768, go into one multiplication of 16 bits. */
#define VITRAIL_RESLICE_ONE    16384
#define VITRAIL_RESLICE_OFFSET 32768

/**
 * VitrailResliceLine:
 * @base: index of its pixel 0, in the first plane
 * @step: from plane to plane, as all of the arithmetic has it
 * @out: pixel 0
 */
typedef struct {
  const VitrailReslice *self;
  double base[3];
  float step[3];
  void *out;
} VitrailResliceLine;

/* Pixels @first to @end - 1 in plain C: the judge, right everywhere. */
void
vitrail_reslice_line_c (const VitrailResliceLine *line, guint first, guint end);

/* The same for pixels all of whose planes lie between the centres of the outer
 * voxels, by 1/64 of a voxel at least, in blocks of eight; returns the first
 * pixel that is left to plain C, @first where this processor, or the kind of
 * voxels, has no fast way. */
guint vitrail_reslice_line_fast (const VitrailResliceLine *line,
                                 guint first,
                                 guint end);
guint vitrail_reslice_line_cubic_fast (const VitrailResliceLine *line,
                                       guint first,
                                       guint end);

/* Position of pixel @x in plane @p along axis @a. */
static inline float
vitrail_reslice_position (const VitrailResliceLine *line,
                          guint x,
                          guint p,
                          guint a)
{
  const float there = (float) (line->base[a] + x * line->self->right[a]);

  return there + (float) p * line->step[a];
}

/* Weights of the four voxels around a position @t beyond the second. */
static inline void
vitrail_reslice_cubic_weights (float t, float weights[4])
{
  const float u = 1 - t;

  weights[0] = -0.5F * t * u * u;
  weights[3] = -0.5F * u * t * t;
  weights[1] = u * (1 + t - 1.5F * t * t);
  weights[2] = t * (1 + u - 1.5F * u * u);
}

G_END_DECLS
