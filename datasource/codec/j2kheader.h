/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The headers of a JPEG 2000 code stream (ISO 15444-1 A.4 to A.6). */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/**
 * VitrailJ2kHeader:
 * @data, @length: the code stream itself, without the JP2 boxes around it
 * @width, @height: of the image area, in pixels of the reference grid
 * @precision: bits of the deepest component
 * @subsampled: components differ in size
 * @n_levels: how often both sides can be halved: wavelet levels that all
 *   components have
 * @has_component_transform: RCT or ICT
 * @has_ht_blocks: some code blocks are of HTJ2K (ISO 15444-15)
 */
typedef struct {
  const uint8_t *data;
  size_t length;
  guint width;
  guint height;
  guint n_components;
  guint precision;
  gboolean subsampled;
  guint n_levels;
  gboolean has_component_transform;
  gboolean has_ht_blocks;
} VitrailJ2kHeader;

/* Reads the main header and those of all tile parts. NULL, or why it is no code
 * stream. */
const char *vitrail_j2k_header_read (VitrailJ2kHeader *self,
                                     const uint8_t *data,
                                     size_t length);

G_END_DECLS
