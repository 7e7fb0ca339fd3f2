/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bodies that are not wanted. Listening threads only. */

#pragma once

#include "reply.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Answers @reply on the socket itself, and ends the
 * connection: libsoup would first read the body that was announced. */
void
vitrail_refuse_body (SoupServerMessage *message, const VitrailReply *reply);

/* The same with {"error": "@text"}. */
void vitrail_refuse_body_text (SoupServerMessage *message,
                               guint status,
                               const char *text);

G_END_DECLS
