/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writing JPEG streams: what codec/jpeg.c calls. */

#pragma once

#include "codec/codec.h"

G_BEGIN_DECLS

/* Lossless, predictor 1, with the Huffman table that suits the frame: 8 or 16
 * bit containers, 1, 3 or 4 samples a pixel. The precision is Bits Stored where
 * all samples are below 2^Bits Stored and none are signed, else all bits of the
 * container. RGB has the component identifiers "RGB". */
GBytes *
vitrail_jpeg_encode_lossless (const VitrailFrame *frame, GError **error);

/* Baseline by libjpeg-turbo, @quality 1..100: 8-bit unsigned samples, of one
 * component or three of YBR_FULL or RGB. Colour is written without halving
 * chroma: a data set that holds it says YBR_FULL_422 (PS3.3 C.7.6.3.1.2) or, as
 * other readers also understand, YBR_FULL. RGB samples become YBR_FULL. */
GBytes *
vitrail_jpeg_encode_8 (const VitrailFrame *frame, int quality, GError **error);

G_END_DECLS
