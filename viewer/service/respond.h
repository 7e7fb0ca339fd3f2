/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Between libsoup's messages and our requests and replies: headers both ways,
 * and what is checked of every request. Main loop only. */

#pragma once

#include "service.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* As soon as the headers are there: HTTP/2 has no Host, but an authority, which
 * everybody else finds as Host then. */
void vitrail_respond_set_host (SoupServerMessage *message);

/* Checks all that is the same for every route, and finds the route. TRUE when
 * there is one to ask; else the reply is there. Headers in @request are
 * borrowed from @message. */
gboolean vitrail_respond_prepare (SoupServerMessage *message,
                                  VitrailRequest *request,
                                  VitrailReply *reply);

/* Whether @host, a Host header or NULL, is this machine. */
gboolean vitrail_respond_is_local (const char *host);

/* Makes @reply the message's response, and counts it. @route may be NULL. */
void vitrail_respond (VitrailService *service,
                      SoupServerMessage *message,
                      const VitrailRoute *route,
                      const VitrailReply *reply,
                      gint64 start_us);

G_END_DECLS
