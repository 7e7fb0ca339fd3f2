/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One row of a resampling: shared by resample.c, which decides how, and the
 * files that do it. */

#pragma once

#include "pixel/resample.h"

#include <math.h>

G_BEGIN_DECLS

/* Positions are rounded to this part of a pixel before anything is decided, so
 * that a picture and its mirror image round alike. */
#define VITRAIL_POSITION_ONE 65536

/**
 * VitrailResampleRow:
 * @u0, @v0: the position in the image of the row's pixel 0
 * @first, @end: the pixels that show the image
 * @dst: pixel 0
 */
typedef struct {
  const VitrailResample *self;
  double u0;
  double v0;
  guint first;
  guint end;
  void *dst;
} VitrailResampleRow;

static inline long
vitrail_resample_position (double slope, guint x, double origin)
{
  return lrint ((slope * x + origin) * VITRAIL_POSITION_ONE);
}

/* The pixel whose area a position lies in. */
static inline size_t
vitrail_resample_nearest (long position, guint size)
{
  const long i = (position + VITRAIL_POSITION_ONE / 2) >> 16;

  return (size_t) CLAMP (i, 0, (long) size - 1);
}

static inline gboolean
vitrail_resample_is_padding (const VitrailResample *self, uint32_t sample)
{
  return sample >= self->padding_low && sample <= self->padding_high;
}

/* Input pixels one output pixel steps over, along a row and along a column. */
static inline double
vitrail_resample_step_x (const VitrailResample *self)
{
  return hypot (self->affine[0], self->affine[3]);
}

static inline double
vitrail_resample_step_y (const VitrailResample *self)
{
  return hypot (self->affine[1], self->affine[4]);
}

/* 8 and 16-bit samples: as fast as this processor can, and plain C, which is
 * the judge. */
void vitrail_resample_row_linear (const VitrailResampleRow *row);
void vitrail_resample_row_linear_c (const VitrailResampleRow *row);
void vitrail_resample_row_box (const VitrailResampleRow *row);
void vitrail_resample_row_box_c (const VitrailResampleRow *row);
/* The fast paths alone; FALSE, and nothing done, where there is none. Linear
 * does span[0] <= x < span[1] of the row. */
gboolean
vitrail_resample_row_linear_fast (const VitrailResampleRow *row, guint span[2]);
gboolean vitrail_resample_row_box_fast (const VitrailResampleRow *row);
/* 32 and 64-bit samples. */
void vitrail_resample_row_wide (const VitrailResampleRow *row);

G_END_DECLS
