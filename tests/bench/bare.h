/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The bare calls of the libraries that codecs rest on: a whole code stream of
 * one component of 9 to 16 unsigned or signed bits, to samples of 16. */

#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Samples written; 0 when it does not decode. */
size_t
bare_charls (const uint8_t *data, size_t length, uint16_t *out, size_t n);
size_t
bare_openjpeg (const uint8_t *data, size_t length, uint16_t *out, size_t n);
size_t
bare_openjph (const uint8_t *data, size_t length, uint16_t *out, size_t n);

#ifdef __cplusplus
}
#endif
