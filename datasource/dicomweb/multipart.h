/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a WADO-RS answer holds: the parts of multipart/related (RFC 2046 5.1,
 * RFC 2387, PS3.18 8.7.1), or a body that is its own only part. Servers are
 * strangers: every length is checked, and a body that breaks off is an error,
 * not a short part. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VitrailWebPart:
 * @content_type: as it is written, or NULL
 * @bytes: a slice of the body
 */
typedef struct {
  char *content_type;
  GBytes *bytes;
} VitrailWebPart;

void vitrail_web_part_free (VitrailWebPart *self);

/* At least one part, (element-type VitrailWebPart). A body that begins as
 * multipart does is that even where @content_type lacks its boundary, or says
 * that it is bytes. @name stands for the answer in errors: TRUNCATED where it
 * breaks off, MALFORMED, LIMIT. */
GPtrArray *vitrail_multipart_read (GBytes *body,
                                   const char *content_type,
                                   const char *name,
                                   GError **error);

G_END_DECLS
