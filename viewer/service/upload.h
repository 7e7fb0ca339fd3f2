/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bodies that are stored while they come (STOW-RS): what libsoup reads goes to
 * the pool, which writes it to files; a client that sends faster than it can be
 * written waits. Each listening thread has its own. */

#pragma once

#include "reply.h"
#include "service.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* When only the headers of @message have come: TRUE if its body is one to be
 * stored, which happens from now on. Else, where it was meant to be, @reply
 * says why it is not. */
gboolean vitrail_upload_begin (VitrailService *service,
                               SoupServerMessage *message,
                               VitrailReply *reply);

/* When all of it has come: TRUE if it was begun; the answer follows. */
gboolean vitrail_upload_end (SoupServerMessage *message);

/* Gives up what is still coming, without a word to its clients. */
void vitrail_upload_give_up (void);

/* The same, and waits for what is being stored. The
 * connections are gone. */
void vitrail_upload_drain (void);

G_END_DECLS
