/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG tiles that are handed out as they are stored. In DICOM the colour model
 * is the header's business (Photometric Interpretation); out of it a decoder
 * only has the stream's own markers, so these must say it. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/* A progressive picture has about ten scans; one with thousands wants time. */
#define VITRAIL_JPEG_MAX_SCANS 128

/* @jpeg with its colour model stated by a JFIF (APP0) or an Adobe (APP14)
 * marker: as it is where one of them is there or there are not 3 components,
 * else a copy with an Adobe marker behind SOI. Three components mean what the
 * codec takes them for: what the stream says, then (chroma is halved, primaries
 * are not) how it is sampled, then @header_is_rgb. NULL when it is no JPEG
 * stream with a frame header. */
GBytes *vitrail_jpeg_tile_state_colour (GBytes *jpeg, gboolean header_is_rgb);

/** VitrailJpegPart: bytes of a part of a stream, borrowed. */
typedef struct {
  const uint8_t *data;
  size_t length;
} VitrailJpegPart;

/* One stream of an abbreviated table specification (ISO/IEC 10918-1 B.5, may be
 * empty) and the abbreviated image that needs it, of one component or three.
 * The colour model of three is stated by an Adobe marker, unless the image
 * states it itself. NULL where the image is broken. */
GBytes *
vitrail_jpeg_tile_join (const VitrailJpegPart parts[2], gboolean header_is_rgb);

/* What the markers of a stream tell: whether three components are RGB (as
 * above), and whether it has tables of its own. FALSE when it is no JPEG stream
 * with a frame header. */
gboolean vitrail_jpeg_tile_inspect (const VitrailJpegPart *image,
                                    gboolean header_is_rgb,
                                    gboolean *is_rgb,
                                    gboolean *has_tables);

/**
 * VitrailJpegTarget:
 * @pixels: rows @stride bytes apart, of RGB or, where @is_grey, of one byte
 * @width, @height: of the largest picture that may come; then, of what came
 * @reduce: 0 to 3: at 1 / 2^@reduce of its size, sides rounded up
 *
 * Where a picture goes.
 */
typedef struct {
  uint8_t *pixels;
  size_t stride;
  guint width;
  guint height;
  gboolean is_grey;
  guint reduce;
} VitrailJpegTarget;

/* Tables and an image that needs them (as above) to pixels: those that whoever
 * is handed the joined stream will see. VITRAIL_ERROR_CORRUPT, without a file's
 * name, where it does not decode cleanly, is larger than @target or has other
 * components. */
gboolean vitrail_jpeg_tile_decode_parts (const VitrailJpegPart parts[2],
                                         gboolean header_is_rgb,
                                         VitrailJpegTarget *target,
                                         GError **error);

/* @jpeg, which states its colour model, as RGB, @stride bytes a row: the pixels
 * that whoever is handed the stream will see. FALSE, with nothing to be relied
 * on in @rgb, when it is not @width x @height or does not decode cleanly. */
gboolean vitrail_jpeg_tile_decode (GBytes *jpeg,
                                   guint width,
                                   guint height,
                                   uint8_t *rgb,
                                   size_t stride);

/* The same at 1 / 2^@reduce of its size (@reduce 0 to 3), sides rounded up:
 * each block of 8 x 8 pixels becomes one of 4, 2 or 1 by its lower
 * frequencies. @width, @height: of the whole tile. */
gboolean vitrail_jpeg_tile_decode_reduced (GBytes *jpeg,
                                           guint width,
                                           guint height,
                                           guint reduce,
                                           uint8_t *rgb,
                                           size_t stride);

G_END_DECLS
