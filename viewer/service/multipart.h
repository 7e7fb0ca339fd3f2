/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* multipart bodies (RFC 2387, RFC 2046) of parts that are not copied. */

#pragma once

#include "reply.h"
#include "slide/dicomizedinstance.h"

G_BEGIN_DECLS

/* Makes @reply a multipart/related of @type with no parts yet. */
void vitrail_multipart_begin (VitrailReply *reply, const char *type);
/* One part; @body is referenced. */
void vitrail_multipart_add (VitrailReply *reply,
                            const char *content_type,
                            GBytes *body);
/* The same behind others, for what is made while it is sent (streaming.h). */
void
vitrail_multipart_push (GQueue *chunks, const char *content_type, GBytes *body);
/* An instance that is. */
void vitrail_multipart_add_instance (VitrailReply *reply,
                                     const char *content_type,
                                     VitrailDicomizedInstance *instance);
/* Makes @reply a multipart/byteranges (RFC 9110 14.6), and adds a part. */
void vitrail_multipart_begin_ranges (VitrailReply *reply);
void vitrail_multipart_add_range (VitrailReply *reply,
                                  const char *content_type,
                                  const char *content_range,
                                  GBytes *body);
void vitrail_multipart_end (VitrailReply *reply);

G_END_DECLS
