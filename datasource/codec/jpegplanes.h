/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The components of a lossy JPEG frame as planes of samples, and how they
 * become rows of pixels: halved components are spread as the Independent JPEG
 * Group's decoders spread them (its "fancy" triangle filter). */

#pragma once

#include "codec/jpegidct.h"
#include "codec/jpegstream.h"

G_BEGIN_DECLS

/**
 * VitrailJpegSpread:
 * @VITRAIL_JPEG_SPREAD_NONE: a sample a pixel
 * @VITRAIL_JPEG_SPREAD_H2: half the columns, by triangle
 * @VITRAIL_JPEG_SPREAD_V2: half the rows, by triangle
 * @VITRAIL_JPEG_SPREAD_H2V2: half of both, by triangle
 * @VITRAIL_JPEG_SPREAD_REPEAT: any whole ratio, by repeating
 *
 * How a component becomes as large as the picture.
 */
typedef enum {
  VITRAIL_JPEG_SPREAD_NONE,
  VITRAIL_JPEG_SPREAD_H2,
  VITRAIL_JPEG_SPREAD_V2,
  VITRAIL_JPEG_SPREAD_H2V2,
  VITRAIL_JPEG_SPREAD_REPEAT,
} VitrailJpegSpread;

/**
 * VitrailJpegPlane:
 * @h, @v: blocks of one MCU
 * @size: side of a block once transformed: 8, or less in a reduced decode
 * @blocks_x, @blocks_y: that hold the component: those of a scan of its own
 * @padded_x, @padded_y: of whole MCUs: those of a shared scan
 * @width, @height: samples that are of the picture
 * @spread, @ratio_h, @ratio_v: pixels a sample
 * @samples: (owned): rows, @stride samples apart, the first being row @first;
 *   negative before the first MCU row
 *
 * One component.
 */
typedef struct {
  guint h;
  guint v;
  guint size;
  guint blocks_x;
  guint blocks_y;
  guint padded_x;
  guint padded_y;
  guint width;
  guint height;
  VitrailJpegSpread spread;
  guint ratio_h;
  guint ratio_v;
  uint16_t *samples;
  size_t stride;
  guint n_rows;
  gint first;
  VitrailJpegIdct idct;
} VitrailJpegPlane;

/**
 * VitrailJpegPlanes:
 * @size: side of a block of a component that is not halved
 * @mcus_x, @mcus_y: MCUs of a scan of all components
 * @width, @height: of the picture, reduced
 * @next_row: of the picture, to be handed out
 * @lines: (owned): for each component one row as wide as the picture
 */
typedef struct {
  guint n_planes;
  VitrailJpegPlane planes[VITRAIL_JPEG_MAX_COMPONENTS];
  guint max_h;
  guint max_v;
  guint size;
  guint mcus_x;
  guint mcus_y;
  guint width;
  guint height;
  guint next_row;
  size_t line_length;
  uint16_t *lines;
} VitrailJpegPlanes;

/* The geometry of @frame, halved @reduce, 0..3, times. Nothing is allocated.
 * NULL, or what there is no rule for. */
const char *vitrail_jpeg_planes_init (VitrailJpegPlanes *self,
                                      const VitrailJpegFrame *frame,
                                      guint reduce);
/* Memory for all rows, or for those of one MCU row and the ones around it that
 * filters need. FALSE: there is none. */
gboolean vitrail_jpeg_planes_alloc (VitrailJpegPlanes *self, gboolean whole);
void vitrail_jpeg_planes_clear (VitrailJpegPlanes *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailJpegPlanes, vitrail_jpeg_planes_clear)

/* Where block @x, @y of plane @self goes; its rows must be held. */
static inline uint16_t *
vitrail_jpeg_plane_block (const VitrailJpegPlane *self, guint x, guint y)
{
  const gint row = (gint) (y * self->size) - self->first;

  return self->samples + (size_t) row * self->stride + (size_t) x * self->size;
}

/* Pixels, interleaved, in containers of @sample_bytes, 1 or 2, to @out, whose
 * rows lie without gaps: all that whole MCU rows up to @mcu_y give; then, when
 * not all rows are held, there is room for the next MCU row. */
void vitrail_jpeg_planes_emit (VitrailJpegPlanes *self,
                               guint mcu_y,
                               uint8_t *out,
                               guint sample_bytes);

G_END_DECLS
