/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The headers of a JPEG 2000 code stream (ISO 15444-1 A.4 to A.6). */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/* Of so many components the header is kept: no frame has more. */
#define VITRAIL_J2K_COMPONENTS 4

/* One component of SIZ: @dx, @dy are its distances on the reference grid. */
typedef struct {
  guint precision;
  gboolean is_signed;
  guint dx;
  guint dy;
} VitrailJ2kComponent;

/**
 * VitrailJ2kHeader:
 * @data, @length: the code stream itself, without the JP2 boxes around it
 * @x0, @y0, @width, @height: the image area, in pixels of the reference grid
 * @tile_width, @tile_height, @n_tiles: of the tiles that it is cut into
 * @components: the first of @n_components
 * @precision: bits of the deepest component
 * @subsampled: components differ in size
 * @n_levels: how often both sides can be halved: wavelet levels that all
 *   components have
 * @max_levels: that some component of some tile has
 * @block_exponent: the smallest code block has 2 to so many samples
 * @progression: as in COD, or G_MAXUINT
 * @misses_tiles: there is no tile part of some tile
 * @is_cut: of a beginning: its end is not there
 * @stated_length: what the stream says of its own length, at least
 * @has_component_transform: RCT or ICT
 * @has_ht_blocks: some code blocks are of HTJ2K (ISO 15444-15)
 * @has_plain_blocks: some are not
 * @has_profile: a segment, PRF, that OpenJPEG does not know
 * @mixes_quantization: some component is quantized by other rules than those of
 *   its wavelet (5-3 not at all, 9-7 by a step for each subband), or its
 *   numbers say too little or more than 31 bits
 * @has_reversible, @has_irreversible: some component has the wavelet 5-3, some
 *   9-7
 */
typedef struct {
  const uint8_t *data;
  size_t length;
  guint x0;
  guint y0;
  guint width;
  guint height;
  guint tile_width;
  guint tile_height;
  guint n_tiles;
  VitrailJ2kComponent components[VITRAIL_J2K_COMPONENTS];
  guint n_components;
  guint precision;
  gboolean subsampled;
  guint n_levels;
  guint max_levels;
  guint block_exponent;
  guint progression;
  gboolean misses_tiles;
  gboolean is_cut;
  size_t stated_length;
  gboolean has_component_transform;
  gboolean has_ht_blocks;
  gboolean has_plain_blocks;
  gboolean has_profile;
  gboolean mixes_quantization;
  gboolean has_reversible;
  gboolean has_irreversible;
  /*< private >*/
  gboolean is_beginning;
  guint quantizations; /* bit N: style N */
  size_t n_subbands;   /* that each quantization knows */
} VitrailJ2kHeader;

/* Reads the main header and those of all tile parts. NULL, or why it is no code
 * stream. */
const char *vitrail_j2k_header_read (VitrailJ2kHeader *self,
                                     const uint8_t *data,
                                     size_t length);

/* The same of what may be only the beginning of a code stream: its main header
 * must be there; @length then ends with the last byte that is of use. */
const char *vitrail_j2k_header_read_beginning (VitrailJ2kHeader *self,
                                               const uint8_t *data,
                                               size_t length);

G_END_DECLS
