/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests that are refused before they have come. Listening threads only. */

#pragma once

#include "reply.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Answers @reply on the socket itself, and ends the connection: libsoup would
 * first read the body that was announced. Over TLS it only ends. */
void
vitrail_refuse_body (SoupServerMessage *message, const VitrailReply *reply);

/* The same with {"error": "@text"}. */
void vitrail_refuse_body_text (SoupServerMessage *message,
                               guint status,
                               const char *text);

/* Has requests whose header cannot be read answered with a reason too: libsoup
 * answers some without one, and closes the connection of those of more than
 * 65,536 bytes without a word. @is_tls: what @soup hears is. */
void vitrail_refuse_watch (SoupServer *soup, gboolean is_tls);

/* Whether the header of @message, which libsoup has read, says how long its
 * body is in one way; else it was refused. To be called first of all. */
gboolean vitrail_refuse_check_header (SoupServerMessage *message);

G_END_DECLS
