/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a URL path to a route and its values. Pure: no I/O, no allocation. */

#pragma once

#include "request.h"

G_BEGIN_DECLS

/* Finds the route for @path (still percent-encoded), fills route and values of
 * @request and returns 200; else the status to answer: 404 unknown, 414 too
 * long, 400 not a path at all. */
guint vitrail_router_match (const char *path, VitrailRequest *request);

/* Whether @text may be a UID in a path or a query: letters too, since real
 * files have them, but no separator and no "..". */
gboolean vitrail_router_is_uid (const char *text);

G_END_DECLS
