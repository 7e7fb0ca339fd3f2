/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The one place that decides between a code stream and the header of its data
 * set where they contradict each other: colour, bits, sign and size. What the
 * stream says of itself wins, and the frame carries a warning. */

#pragma once

#include "codec/codec.h"

G_BEGIN_DECLS

/**
 * VitrailStreamColour:
 * @VITRAIL_STREAM_COLOUR_UNSAID: the header decides
 * @VITRAIL_STREAM_COLOUR_RGB: the samples that the decoder hands out are RGB:
 *   so marked, or turned into it by the stream's own component transform
 * @VITRAIL_STREAM_COLOUR_YBR: they are luma and chroma of full range
 * @VITRAIL_STREAM_COLOUR_RESTORED: RGB, which the decoder has made of luma and
 *   chroma: the header may mean either
 * @VITRAIL_STREAM_COLOUR_UNSHARED: the header decides, unless it says that
 *   chroma is shared: the stream never shares any, so they are RGB
 *
 * What a stream of three components says of them.
 */
typedef enum {
  VITRAIL_STREAM_COLOUR_UNSAID,
  VITRAIL_STREAM_COLOUR_RGB,
  VITRAIL_STREAM_COLOUR_YBR,
  VITRAIL_STREAM_COLOUR_RESTORED,
  VITRAIL_STREAM_COLOUR_UNSHARED,
} VitrailStreamColour;

/**
 * VitrailStreamSign:
 *
 * Whether samples are signed. JPEG and JPEG-LS streams cannot say.
 */
typedef enum {
  VITRAIL_STREAM_SIGN_UNSAID,
  VITRAIL_STREAM_SIGN_UNSIGNED,
  VITRAIL_STREAM_SIGN_SIGNED,
} VitrailStreamSign;

/**
 * VitrailStream:
 * @kind: for messages: "JPEG", "JPEG-LS", ...
 * @width, @height: of the whole picture, before any reduction
 * @samples: components
 * @precision: bits of a sample, 1..32
 *
 * What a code stream says of itself, in the headers that a codec has read and
 * checked before it decodes.
 */
typedef struct {
  const char *kind;
  guint width;
  guint height;
  guint samples;
  guint precision;
  VitrailStreamSign sign;
  VitrailStreamColour colour;
} VitrailStream;

/**
 * VitrailJpegColour:
 * @adobe_transform: of the APP14 marker; -1 without one
 * @ids: component identifiers of the frame header
 * @subsampled: the components' sampling factors differ
 *
 * What a JPEG stream (also a lossless one) says about three components.
 */
typedef struct {
  gboolean has_jfif;
  int adobe_transform;
  uint8_t ids[3];
  gboolean subsampled;
} VitrailJpegColour;

/* Adobe's marker, then identifiers "RGB", then JFIF's marker or halved chroma
 * (primaries are never halved); else UNSAID. */
VitrailStreamColour vitrail_jpeg_colour_decide (const VitrailJpegColour *self);

/**
 * vitrail_stream_reconcile:
 * @format: (out): of the decoded frame, at full size
 * @warning: (out) (transfer full) (nullable): what contradicts the header, for
 *   VitrailFrame's field
 *
 * To be called before anything is allocated for the samples.
 *
 * - Size and Samples per Pixel are the stream's, if its frame is no larger than
 *   the one the header announces, or smaller than VITRAIL_LIMIT_SURPRISE;
 *   larger ones are refused.
 * - More than VITRAIL_LIMIT_MODEST_SAMPLES samples in a stream that is over
 *   VITRAIL_LIMIT_SAMPLES_PER_BYTE times smaller are refused: a blank picture
 *   may be that small, a picture is not. The same holds for any number of
 *   samples that the header did not announce.
 * - A precision beyond Bits Stored, up to Bits Allocated, is no contradiction:
 *   writers encode the container. Beyond Bits Allocated the stream's counts.
 * - A stream that says it is signed is. Samples that the header calls signed in
 *   a stream that is not, or cannot say, are two's complement of its precision:
 *   vitrail_stream_extend_signs ().
 * - Colour that the stream says, else what the header says; YBR_ICT and YBR_RCT
 *   are RGB once decoded, shared chroma has been spread.
 *
 * Returns: FALSE with @error when the frame is refused
 */
gboolean vitrail_stream_reconcile (const VitrailStream *self,
                                   const VitrailCodecInput *input,
                                   VitrailPixelFormat *format,
                                   char **warning,
                                   GError **error);

/* Whether the decoder's values, of @self's precision and never negative, have
 * to go through vitrail_stream_extend_signs (). */
gboolean vitrail_stream_needs_signs (const VitrailStream *self,
                                     const VitrailPixelFormat *format);
/* Bit precision - 1 of each of @n samples of @sample_bytes, 1, 2 or 4, goes
 * into all bits above it. */
void vitrail_stream_extend_signs (const VitrailStream *self,
                                  void *samples,
                                  size_t n,
                                  guint sample_bytes);

G_END_DECLS
