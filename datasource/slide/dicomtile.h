/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tiles of DICOM slides: a frame of a VOLUME image as it is stored, as RGB, or
 * as samples of one channel. */

#pragma once

#include "instance.h"
#include "slide/slide.h"

G_BEGIN_DECLS

/* @frame (from 1) where its coding is one that others can read, with its colour
 * model stated in the stream; else NULL, @coding VITRAIL_TILE_NONE and no
 * error. */
GBytes *vitrail_dicom_tile_ref_stored (VitrailInstance *instance,
                                       guint frame,
                                       VitrailTileCoding *coding,
                                       GError **error);

/**
 * VitrailDicomTileTarget: where the pixels of a tile go.
 * @rgb: of 8 bits: grey becomes RGB, more than 8 bits their upper 8; or NULL
 * @samples: else: one a pixel, as stored
 * @stride: bytes from row to row
 * @bits: of @samples, 1 to 16: those of a frame with fewer are scaled to it
 * @width, @height: of the tile, and of every frame
 * @cancellable: of who wants them; or NULL
 */
typedef struct {
  uint8_t *rgb;
  uint16_t *samples;
  size_t stride;
  guint bits;
  guint width;
  guint height;
  GCancellable *cancellable;
} VitrailDicomTileTarget;

/* CORRUPT where the frame has another size, UNSUPPORTED where it is no picture
 * of a slide, or in colour and @samples are wanted. */
gboolean vitrail_dicom_tile_decode (VitrailInstance *instance,
                                    guint frame,
                                    const VitrailDicomTileTarget *target,
                                    GError **error);

/* @frame by its coarser resolutions alone: @target is 1 / 2^@reduce of its
 * size, sides rounded up. FALSE, without a reason, where it has none. */
gboolean
vitrail_dicom_tile_decode_reduced (VitrailInstance *instance,
                                   guint frame,
                                   guint reduce,
                                   const VitrailDicomTileTarget *target);

/* All of it, with the frame's upper left corner at (@x, @y): what it does not
 * cover stays. */
gboolean vitrail_dicom_tile_decode_at (VitrailInstance *instance,
                                       guint frame,
                                       const VitrailDicomTileTarget *target,
                                       gint32 x,
                                       gint32 y,
                                       GError **error);

G_END_DECLS
