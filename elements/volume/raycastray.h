/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rays: shared by raycast.c, which hands out parts of a picture, and the files
 * that do them. */

#pragma once

#include "volume/raycast.h"

G_BEGIN_DECLS

/* Pixels of a part, along and down. */
#define VITRAIL_RAYCAST_PART 32

#define VITRAIL_RAYCAST_HIGHLIGHTS 1024

/**
 * VitrailRays:
 * @highlights: what part of the light a slope sends back to the reader, for
 *   cosines from 0 to 1
 * @out: the picture's first pixel
 */
typedef struct {
  const VitrailRaycast *cast;
  float highlights[VITRAIL_RAYCAST_HIGHLIGHTS + 1];
  guint width;
  guint height;
  guint8 *out;
  gsize stride;
} VitrailRays;

/* Pixels from (@x, @y) to before (@x_end, @y_end), sample by sample: the judge,
 * which leaps over nothing. */
void vitrail_raycast_part_c (const VitrailRays *self,
                             guint x,
                             guint y,
                             guint x_end,
                             guint y_end);

/* The same, eight rays at a time; FALSE where this processor has no way. */
gboolean vitrail_raycast_part_fast (const VitrailRays *self,
                                    guint x,
                                    guint y,
                                    guint x_end,
                                    guint y_end);

/* Where the ray of a pixel begins, and its first and last sample in the box;
 * FALSE: it has none. */
gboolean vitrail_raycast_begin (const VitrailRaycast *self,
                                guint x,
                                guint y,
                                float start[3],
                                float span[2]);

/* @highlights: VITRAIL_RAYCAST_HIGHLIGHTS + 1, as VitrailRays has them. */
void
vitrail_raycast_get_highlights (const VitrailRaycast *self, float *highlights);

/* What is left of the light at sample @n. */
static inline float
vitrail_raycast_dim (const VitrailRaycast *self, float n)
{
  return MAX (1 - n * self->dimming, 0.0F);
}

static inline guint8
vitrail_raycast_to_byte (float part)
{
  return (guint8) (MIN (part, 1.0F) * 255 + 0.5F);
}

G_END_DECLS
