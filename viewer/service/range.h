/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Parts of an answer (Range, RFC 9110 14). */

#pragma once

#include "reply.h"
#include "request.h"

G_BEGIN_DECLS

/* More in one request are refused, as are more bytes than there are. */
#define VITRAIL_MAX_RANGES 16

/* VitrailByteRange: @first .. @last of a body, both included. */
typedef struct {
  gsize first;
  gsize last;
} VitrailByteRange;

/**
 * vitrail_range_parse:
 * @text: the Range header
 * @size: of the body
 *
 * Pure. Those that lie behind the end are left out, and those that reach beyond
 * it cut.
 *
 * Returns: (transfer full) (element-type VitrailByteRange): in the order asked.
 *   Empty with no error where the header is to be ignored, as its unit is none
 *   of ours; VITRAIL_HTTP_ERROR 416 where none can be had and 400 where it is
 *   malformed or asks for too many
 */
GArray *vitrail_range_parse (const char *text, gsize size, GError **error);

/* Cuts @reply to what @request's Range asks for: 206, or 416. Nothing where
 * there is no Range, the answer is none that can be cut (one body that has an
 * ETag), or If-Range names another one. */
void vitrail_range_apply (const VitrailRequest *request, VitrailReply *reply);

G_END_DECLS
