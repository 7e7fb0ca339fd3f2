/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the scans of a lossy JPEG frame have in common, sequential (ISO 10918-1
 * F) and progressive (G): which blocks they hold in which order, and the codes
 * of coefficients. */

#pragma once

#include "codec/jpegbits.h"
#include "codec/jpegplanes.h"

G_BEGIN_DECLS

/* Bits that the table of whole coefficients looks at. */
#define VITRAIL_JPEG_AC_BITS 11

/* So many of its codes are whole after a refill: of 56 bits. */
#define VITRAIL_JPEG_AC_A_REFILL (56 / VITRAIL_JPEG_AC_BITS)

/* Bits of the longest code and what follows it. */
#define VITRAIL_JPEG_STEP_BITS 32

/* What an end of block adds to the index of a coefficient. */
#define VITRAIL_JPEG_AC_END 128

/**
 * VitrailJpegAc:
 * @whole: by the next bits: value << 16 | run << 8 | bits of both, where code
 *   and value fit; else 0. Also the end of the block (progressive: of this one
 *   only), a run of VITRAIL_JPEG_AC_END, and in a sequential scan 15 zeros and
 *   one more. Not there in scans that refine.
 *
 * A table of AC codes; short ones are read together with their value.
 */
typedef struct {
  VitrailJpegCodes codes;
  int32_t whole[1 << VITRAIL_JPEG_AC_BITS];
} VitrailJpegAc;

/**
 * VitrailJpegLayout:
 * @planes: of the scan's components
 * @h, @v: blocks of each in one MCU: 1 where the scan has one component
 * @units_x, @units_y: MCUs
 *
 * The blocks of one scan.
 */
typedef struct {
  guint n;
  const VitrailJpegPlane *planes[VITRAIL_JPEG_MAX_COMPONENTS];
  guint h[VITRAIL_JPEG_MAX_COMPONENTS];
  guint v[VITRAIL_JPEG_MAX_COMPONENTS];
  guint units_x;
  guint units_y;
} VitrailJpegLayout;

/**
 * VitrailJpegScanState:
 * @dc, @ac: (owned): tables that the scan's components use, by identifier
 * @quant: steps of each component in the scan, as blocks have them
 * @predictions: DC of the last block of each component in the scan
 * @eob_run: blocks to come that hold nothing more (progressive)
 * @interval: MCUs between restarts; 0: none
 * @left: MCUs up to the next one
 * @restarts: so far
 *
 * Where one scan stands.
 */
typedef struct {
  VitrailJpegScan scan;
  VitrailJpegLayout layout;
  VitrailJpegBits bits;
  VitrailJpegCodes *dc;
  VitrailJpegAc *ac;
  uint16_t quant[VITRAIL_JPEG_MAX_COMPONENTS][64];
  int predictions[VITRAIL_JPEG_MAX_COMPONENTS];
  guint eob_run;
  guint interval;
  guint left;
  guint restarts;
} VitrailJpegScanState;

/* Of @scan, whose header @stream has just read; tables for DC and AC are made
 * where asked for. NULL, or what is wrong. */
const char *vitrail_jpeg_scan_init (VitrailJpegScanState *self,
                                    const VitrailJpegStream *stream,
                                    const VitrailJpegScan *scan,
                                    const VitrailJpegPlanes *planes);
void vitrail_jpeg_scan_clear (VitrailJpegScanState *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailJpegScanState, vitrail_jpeg_scan_clear)

/* Starts over behind a restart marker. */
gboolean vitrail_jpeg_scan_restart (VitrailJpegScanState *self);

/* To be called before each MCU. FALSE: a restart marker is missing. */
static inline gboolean
vitrail_jpeg_scan_next_unit (VitrailJpegScanState *self)
{
  if (G_LIKELY (self->interval == 0))
    return TRUE;
  if (self->left == 0 && !vitrail_jpeg_scan_restart (self))
    return FALSE;
  self->left--;
  return TRUE;
}

/* So that one code and its value can be read. */
static inline void
vitrail_jpeg_scan_refill (VitrailJpegBits *bits)
{
  if (bits->n_bits < VITRAIL_JPEG_STEP_BITS)
    vitrail_jpeg_bits_refill (bits);
}

/* The DC difference, added to *@prediction. FALSE: no code, or a sum beyond 16
 * bits. */
static inline gboolean
vitrail_jpeg_scan_take_dc (const VitrailJpegCodes *codes,
                           VitrailJpegBits *bits,
                           int *prediction)
{
  vitrail_jpeg_scan_refill (bits);
  const int n = vitrail_jpeg_codes_take (codes, bits);
  if (G_UNLIKELY (n < 0))
    return FALSE;
  *prediction += vitrail_jpeg_bits_take_signed (bits, (guint) n);
  return *prediction == (int16_t) *prediction;
}

/* All blocks of MCU row @y of a sequential scan, transformed into their planes.
 * NULL, or what is wrong. */
const char *vitrail_jpeg_sequential_row (VitrailJpegScanState *state,
                                         const VitrailJpegIdctRange *range,
                                         guint y);

G_END_DECLS
