/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a JPEG 2000 code stream cuts its components up (ISO 15444-1 annex B):
 * tiles, resolutions, subbands, precincts, code blocks. */

#pragma once

#include "codec/j2kheader.h"

G_BEGIN_DECLS

/* More wavelet levels than any picture bears. */
#define VITRAIL_J2K_LEVELS 16

typedef struct {
  guint x0;
  guint y0;
  guint x1;
  guint y1;
} VitrailJ2kRect;

/**
 * VitrailJ2kGrid:
 * @image: the image area, on the reference grid
 * @tile_x0, @tile_y0, @tile_width, @tile_height: the first tile
 * @n_across: tiles in a row
 * @components: distances of the @n_components
 * @n_levels: wavelet levels
 * @block_x, @block_y: exponents of a code block's sides
 * @precincts: of each resolution, the smallest first: exponents of the width
 *   (lower four bits) and the height
 *
 * What SIZ and COD say.
 */
typedef struct {
  VitrailJ2kRect image;
  guint tile_x0;
  guint tile_y0;
  guint tile_width;
  guint tile_height;
  guint n_across;
  guint n_tiles;
  VitrailJ2kComponent components[VITRAIL_J2K_COMPONENTS];
  guint n_components;
  guint n_levels;
  guint block_x;
  guint block_y;
  uint8_t precincts[VITRAIL_J2K_LEVELS + 1];
} VitrailJ2kGrid;

/**
 * VitrailJ2kResolution:
 * @area: in samples of this resolution
 * @level: 0 is the smallest, the only one that has the subband LL
 * @precinct_x, @precinct_y: exponents of a precinct's sides
 * @n_across, @n_down: precincts
 *
 * One resolution of one component of one tile.
 */
typedef struct {
  VitrailJ2kRect area;
  guint level;
  guint precinct_x;
  guint precinct_y;
  guint n_across;
  guint n_down;
  /*< private >*/
  guint block_x;
  guint block_y;
  guint step_x; /* of one sample, on the reference grid */
  guint step_y;
  guint tile_x0;
  guint tile_y0;
} VitrailJ2kResolution;

VitrailJ2kResolution
vitrail_j2k_grid_get_resolution (const VitrailJ2kGrid *self,
                                 guint tile,
                                 guint component,
                                 guint level);

/* Where precinct @i starts on the reference grid, or in the tile if that is
 * later: orders of progression go by it (B.12.1). */
void vitrail_j2k_resolution_get_place (const VitrailJ2kResolution *self,
                                       guint i,
                                       guint *x,
                                       guint *y);

/* Code blocks of subband @band (0 LL, 1 HL, 2 LH, 3 HH) in precinct @i. */
void vitrail_j2k_resolution_get_blocks (const VitrailJ2kResolution *self,
                                        guint i,
                                        guint band,
                                        guint *n_across,
                                        guint *n_down);

/* Bytes that a decoder needs that keeps one row of whole code blocks of each
 * subband. */
guint64 vitrail_j2k_resolution_measure_rows (const VitrailJ2kResolution *self);

G_END_DECLS
