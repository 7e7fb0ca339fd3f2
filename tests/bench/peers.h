/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The decoders of DCMTK and GDCM, in this process, behind plain functions. */

#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Peer Peer;

/* Reads @path whole; NULL when the toolkit cannot. */
Peer *peer_dcmtk_open (const char *path);
Peer *peer_gdcm_open (const char *path);
const char *peer_get_name (const Peer *self);
/* All frames once, into a buffer that stays; @samples: where they are. Returns
 * their bytes, 0 when it fails. */
size_t peer_decode (Peer *self, const uint8_t **samples);
void peer_free (Peer *self);

#ifdef __cplusplus
}
#endif
