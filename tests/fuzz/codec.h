/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the targets for codecs share. A seed is 8 bytes that stand for the data
 * set's header, then the code stream:
 *   0, 1: columns and rows, less one
 *   2: Samples per Pixel 1, 3 or 4 (modulo 3)
 *   3: Bits Allocated 1, 8, 16 or 32 (modulo 4)
 *   4: Bits Stored, less one (modulo Bits Allocated)
 *   5: bit 0 signed, bit 1 planar, bit 2 big endian,
 *      bit 3 only the beginning of a stream
 *   6: Photometric Interpretation (modulo their number)
 *   7: how often to halve (modulo 4) */

#pragma once

#include "codec/codec.h"
#include "fuzz.h"

#define FUZZ_CODEC_HEADER_BYTES 8

/* Decodes @data with @transfer_syntax's codec, normalizes what comes out, and
 * where the codec writes too, writes and reads it again. */
void fuzz_codec (const char *transfer_syntax, const uint8_t *data, size_t size);
/* The same with a decoder that is in no table. */
void fuzz_decoder (const VitrailCodec *codec, const uint8_t *data, size_t size);
