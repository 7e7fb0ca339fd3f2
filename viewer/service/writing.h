/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests that change something: PUT, DELETE and POST of the few routes that
 * take them. A page elsewhere cannot have a visitor's browser send them: an
 * Origin that is not ours is refused, and so is a body that is not called JSON,
 * which a form cannot send. What stores is sent by programs and by pages of the
 * origins that --cors names, in multipart/related, which no form sends either.
 * Main loop only. */

#pragma once

#include "reply.h"
#include "request.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* When only the headers of @message have come: whether its body will be taken;
 * then it is kept. */
gboolean vitrail_writing_takes_body (SoupServerMessage *message);

/* When all of it has come and its route is known: sets @request's method and
 * body. FALSE: @reply says what is wrong. */
gboolean vitrail_writing_prepare (SoupServerMessage *message,
                                  VitrailRequest *request,
                                  VitrailReply *reply);

/* The same of a POST to a route that stores, before its body comes: whether
 * that will be taken (stow.h). FALSE: @reply says why not. */
gboolean vitrail_writing_check_store (SoupServerMessage *message,
                                      const VitrailRequest *request,
                                      VitrailReply *reply);

G_END_DECLS
