/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG pictures as cameras give them, as frames of an object. */

#pragma once

#include "recordinghead.h"

G_BEGIN_DECLS

/* What a picture says of itself into @format: size, samples, bits and colour.
 * Returns its transfer syntax; NULL with @error (UNSUPPORTED, with what to put
 * before) where it is no baseline or extended JPEG. */
const char *vitrail_recording_read_jpeg (VitrailRecordingFormat *format,
                                         GBytes *picture,
                                         GError **error);

/* @picture as an object holds it: cameras leave out the Huffman tables that
 * ISO 10918-1 K.3 gives as typical, which then are put in. */
GBytes *vitrail_recording_complete_jpeg (GBytes *picture);

G_END_DECLS
