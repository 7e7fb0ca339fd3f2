/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The deflated transfer syntax (PS3.5 A.5). Internal to datasource/dicom. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/* @data is a raw deflate stream; one with a zlib header, which some write, is
 * taken too. No more than VITRAIL_LIMIT_INFLATED bytes come out. */
GBytes *vitrail_inflate (const uint8_t *data,
                         size_t length,
                         const char *name,
                         GError **error);

/* The same, but @limit bytes at most. @is_prefix: more would come. */
GBytes *vitrail_inflate_prefix (const uint8_t *data,
                                size_t length,
                                size_t limit,
                                const char *name,
                                gboolean *is_prefix,
                                GError **error);

/* The other way, padded to an even length. */
GBytes *vitrail_deflate (GBytes *bytes, GError **error);

G_END_DECLS
