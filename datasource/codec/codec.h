/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The table of codecs: code stream to samples and back. One codec is one file
 * in this folder, defines one `const VitrailCodec vitrail_codec_NAME`, and is
 * one word in this folder's meson.build. The order of the words is the policy:
 * the first that names a transfer syntax decodes it. */

#pragma once

#include "frame.h"

G_BEGIN_DECLS

/**
 * VitrailCodecInput:
 * @data, @length: its code stream, fragments joined
 * @bytes: holds @data, or NULL; a native frame that is laid out right already
 *   is then handed out as a slice of it, without a copy
 * @format: what the header says. Where the stream contradicts it, stream.h
 *   decides, before anything is allocated: the frame that comes out may have
 *   another container, sign, colour model, even another size
 * @big_endian: native samples are big endian
 * @words: native 8-bit samples lie in 16-bit words (VR OW)
 * @is_beginning: the stream may go on behind @length. What these bytes allow is
 *   decoded, if the codec can and they are enough for a picture: see
 *   preview_bytes of VitrailFrame
 * @reduce: halve both sides so many times, if the codec can (it may ignore it:
 *   the output says what was done)
 * @name: stands for the file in errors
 * @frame: its number, from 1, for errors
 *
 * One frame to decode.
 */
typedef struct {
  const uint8_t *data;
  size_t length;
  GBytes *bytes;
  VitrailPixelFormat format;
  gboolean big_endian;
  gboolean words;
  gboolean is_beginning;
  guint reduce;
  const char *name;
  guint frame;
} VitrailCodecInput;

/**
 * VitrailEncodeOptions:
 * @transfer_syntax: which of the codec's own
 * @quality: 1..100, where it is lossy JPEG
 * @near_lossless: where it is .81: the most by which a sample may differ
 *
 * How to encode.
 */
typedef struct {
  const char *transfer_syntax;
  int quality;
  guint near_lossless;
} VitrailEncodeOptions;

/**
 * VitrailCodec:
 * @name: its word in meson.build
 * @transfer_syntaxes: NULL-terminated UIDs
 * @takes_beginnings: decodes the beginning of a code stream; of the others only
 *   what is whole
 * @decode: a new frame, as coded (see VitrailFrame); its format's photometric
 *   is that of the samples handed out (a J2K stream with RCT gives RGB). Called
 *   on any thread; no global state.
 * @encode: NULL where we do not write it; @frame as coded.
 *   VITRAIL_ERROR_UNSUPPORTED for what this syntax cannot hold
 * @get_encoded_photometric: what Photometric Interpretation says of what
 * @encode makes of @frame (YBR_RCT of RGB, say); NULL: the frame's own
 *
 * One row of the table.
 */
typedef struct {
  const char *name;
  const char *const *transfer_syntaxes;
  gboolean takes_beginnings;
  VitrailFrame *(*decode) (const VitrailCodecInput *input, GError **error);
  GBytes *(*encode) (const VitrailFrame *frame,
                     const VitrailEncodeOptions *options,
                     GError **error);
  VitrailPhotometric (*get_encoded_photometric) (
      const VitrailFrame *frame,
      const VitrailEncodeOptions *options);
} VitrailCodec;

/**
 * vitrail_codec_find:
 *
 * Returns: (transfer none) (nullable): NULL when no codec is known for
 *   @transfer_syntax
 */
const VitrailCodec *vitrail_codec_find (const char *transfer_syntax);
#ifndef __GI_SCANNER__ /* for C only */
/* All, in order. */
const VitrailCodec *const *vitrail_codec_list (guint *n_codecs);

/* Helpers for codecs: the container that a decoded frame of @input has
 * (interleaved, 8, 16, 32 or 64 bits a sample), an output buffer for such a
 * @format (free with g_free ()) after checking the limits, and the frame around
 * it, which takes the buffer. */
void vitrail_codec_get_output_format (const VitrailCodecInput *input,
                                      VitrailPixelFormat *format);
uint8_t *vitrail_codec_alloc (const VitrailPixelFormat *format,
                              size_t *length,
                              const VitrailCodecInput *input,
                              GError **error);
VitrailFrame *vitrail_codec_finish (const VitrailPixelFormat *format,
                                    uint8_t *samples,
                                    size_t length);
/* @n packed samples of 1 bit, bit 0 first (PS3.5 8.1.1) -> bytes 0 and 1. */
void
vitrail_codec_unpack_bits (const uint8_t *data, uint8_t *samples, size_t n);
/* For encoders: the bits that each of @frame's samples, integers of 8 to 32
 * bits, needs so that a decoder makes exactly it again. Bits Stored, unless
 * bits above it say something of their own (they are neither clear nor copies
 * of a signed sample's sign): then the whole container. */
guint vitrail_codec_measure_depth (const VitrailFrame *frame);
/* Sets VITRAIL_ERROR_CORRUPT: "NAME: frame N: REASON". Returns NULL. */
VitrailFrame *vitrail_codec_fail (const VitrailCodecInput *input,
                                  GError **error,
                                  const char *format,
                                  ...) G_GNUC_PRINTF (3, 4);
/* The same with VITRAIL_ERROR_UNSUPPORTED: correct, but not for this codec. */
VitrailFrame *vitrail_codec_refuse (const VitrailCodecInput *input,
                                    GError **error,
                                    const char *format,
                                    ...) G_GNUC_PRINTF (3, 4);
#endif

/**
 * vitrail_frame_normalize:
 * @frame: (transfer full): as coded
 *
 * As coded -> normalized: masks high bits, offsets signed samples (which are
 * then unsigned: @is_signed becomes FALSE), turns YBR into RGB (PS3.3
 * C.7.6.3.1.2). Where no sample changes the result shares @frame's bytes.
 *
 * Returns: (transfer full) (nullable): NULL only when memory for a copy is
 *   not there
 */
VitrailFrame *vitrail_frame_normalize (VitrailFrame *frame);
/* What becomes of @format then. */
void vitrail_pixel_format_normalize (VitrailPixelFormat *format);

G_END_DECLS
