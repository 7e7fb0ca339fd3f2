/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What JPEG 2000 and HTJ2K share: they differ in how blocks are coded, and so
 * in the library that reads them, and streams of one are found under the name
 * of the other. The stream decides. */

#pragma once

#include "codec/codec.h"
#include "codec/j2kheader.h"

G_BEGIN_DECLS

/**
 * VitrailJ2kJob:
 * @header: has been read and checked
 * @format: of the frame, at the size that is decoded
 * @reduce: halvings to ask the library for
 * @signed_stream: FALSE where single components of an unsigned stream are
 *   signed: they are brought to its range
 * @samples: of @format, to be filled by vitrail_j2k_put_row ()
 *
 * One frame on its way through a library.
 */
typedef struct {
  const VitrailJ2kHeader *header;
  VitrailPixelFormat format;
  guint reduce;
  gboolean signed_stream;
  uint8_t *samples;
} VitrailJ2kJob;

/* The size of component @c, which has to come out: a frame's, or less where its
 * chroma is halved. */
void vitrail_j2k_get_component_size (const VitrailJ2kJob *self,
                                     guint c,
                                     guint *width,
                                     guint *height);

/* Row @y of component @c, as many values as it is wide: clamped to the
 * component's range, spread where it is halved, and laid into the frame. */
void vitrail_j2k_put_row (const VitrailJ2kJob *self,
                          guint c,
                          guint y,
                          const int32_t *row);

/* Either library: FALSE with the reason in @text. */
gboolean vitrail_j2k_run_openjpeg (const VitrailJ2kJob *self, GString *text);
gboolean vitrail_j2k_run_openjph (const VitrailJ2kJob *self, GString *text);

/* The decode function of both codecs. */
VitrailFrame *
vitrail_j2k_decode (const VitrailCodecInput *input, GError **error);

/* For encoders: whether RCT or ICT makes luma and chroma of @format's samples;
 * and what Photometric Interpretation then says (PS3.5 8.2.4). */
gboolean vitrail_j2k_is_transformed (const VitrailPixelFormat *format);
VitrailPhotometric
vitrail_j2k_get_encoded_photometric (const VitrailFrame *frame,
                                     const VitrailEncodeOptions *options);

/* For encoders: row @y of component @c, as many values as @frame, of integers,
 * is wide. */
void
vitrail_j2k_get_row (const VitrailFrame *frame, guint c, guint y, int32_t *row);

G_END_DECLS
