/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Kernel: pixels of one picture, laid anyhow into another one: turned, larger,
 * smaller. Interpolated linearly, positions rounded to 1/128 pixel. */

#pragma once

#include <glib.h>

#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * VitrailTilePaint:
 * @affine: from the picture's pixel centres to those of @src
 * @src: RGB, rows @src_stride bytes apart, of which a byte beyond the last one
 *   can be read; NULL: all of it is @color
 * @low, @high: the part of the picture that is painted: positions in @src at or
 *   beyond @low, and below @high, across and down
 * @width, @height: of @src, whose outermost pixels go on beyond its border
 * @is_nearest: the pixel whose area a position lies in
 */
typedef struct {
  double affine[6];
  const uint8_t *src;
  size_t src_stride;
  uint8_t color[3];
  double low[2];
  double high[2];
  guint width;
  guint height;
  gboolean is_nearest;
} VitrailTilePaint;

/* Row @y of a picture of @n pixels. */
void vitrail_tile_paint_row (const VitrailTilePaint *self,
                             guint y,
                             guint n,
                             uint8_t *rgb);

G_END_DECLS
