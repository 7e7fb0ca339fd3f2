/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The Accept header with DICOM's own parameters (PS3.18 8.7.5), and which media
 * type a transfer syntax has (PS3.18 8.7.3.3). Pure. */

#pragma once

#include "request.h"

G_BEGIN_DECLS

/**
 * VitrailMediaRange: one entry.
 * @type: lower case; for multipart/related its type parameter, or all
 * @transfer_syntax: "" when not given; may be "*"
 * @is_multipart: the answer is to be multipart/related
 */
typedef struct {
  char type[64];
  char transfer_syntax[72];
  gboolean is_multipart;
  double quality;
} VitrailMediaRange;

/* The entries of the query's accept= (PS3.18 8.3.3.1), else of the header, the
 * most wanted first; what does not parse is left out. A single entry for
 * everything when there is none: (element-type VitrailMediaRange). */
GArray *vitrail_accept_parse (const VitrailRequest *request);

/* Whether @range takes @type. */
gboolean
vitrail_media_range_takes (const VitrailMediaRange *range, const char *type);

/* The first of @types (NULL-terminated, @types[0] is the default) that the
 * request takes, or NULL. */
const char *
vitrail_accept_choose (const VitrailRequest *request, const char *const *types);

/* The same; @is_multipart: whether it is taken as a part of multipart/related.
 */
const char *vitrail_accept_choose_as (const VitrailRequest *request,
                                      const char *const *types,
                                      gboolean *is_multipart);

/* "image/jpeg" and so on; "application/octet-stream" for uncompressed ones and
 * those without a type of their own. */
const char *vitrail_transfer_syntax_get_type (const char *transfer_syntax);

/* Whether we write @transfer_syntax, an encapsulated one, without loss. */
gboolean vitrail_transfer_syntax_is_written (const char *transfer_syntax);
/* What we write where @type is asked for without a transfer syntax: the default
 * of PS3.18 8.7.3.3.2; NULL where there is nothing. */
const char *vitrail_media_type_get_written (const char *type);

/* Whether a text is digits and dots, as a header or a URL may hold it. */
gboolean vitrail_is_plain_uid (const char *text);

G_END_DECLS
