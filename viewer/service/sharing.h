/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who else may read what the service answers: pages of other origins (CORS,
 * Fetch 3.2), by default none. The archive has no other lock than that only
 * this machine reaches it, and a browser would carry any page's wishes here. */

#pragma once

#include "route.h"
#include "service.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Whether @origin may be named: "*", or scheme, host and port as browsers write
 * them, without a path. */
gboolean vitrail_sharing_origin_is_valid (const char *origin);

/* Headers that tell a browser whether the page that asked may read the answer
 * of @route (NULL: of none). */
void vitrail_sharing_set_headers (const VitrailService *service,
                                  const VitrailRoute *route,
                                  SoupServerMessage *message);

/* Before it asks across origins a page asks what it may (OPTIONS): TRUE when
 * the answer is yes, its headers set. */
gboolean vitrail_sharing_answer_preflight (const VitrailService *service,
                                           const VitrailRoute *route,
                                           SoupServerMessage *message);

G_END_DECLS
