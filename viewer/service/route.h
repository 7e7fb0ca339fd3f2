/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The table of routes. One route is one file in routes/, defines one `const
 * VitrailRoute vitrail_route_NAME`, is one word in this folder's meson.build
 * and has one test, tests/viewer/service/test_NAME.py. */

#pragma once

#include "pool.h"
#include "reply.h"
#include "request.h"

G_BEGIN_DECLS

/**
 * VitrailRoute: one row.
 * @name: its word in meson.build, and its label in /metrics
 * @patterns: NULL-terminated URL patterns. A segment is either literal or
 *   "{name}suffix"; what a {name} may hold is said in router.c's table, and a
 *   path with anything else does not match
 * @at_once: answers on a thread that listens, from memory only, in
 * microseconds. FALSE: left to @answer. May be NULL
 * @answer: answers on a worker, where it may block; FALSE with an error, whose
 *   text goes to the client. May be NULL when @at_once always answers
 * @priority: of @answer in the pool
 * @is_open: pages of the origins that --cors names may read the answers
 * @takes_store: instances that are POSTed are stored (stow.h), not by @answer
 * @max_body_bytes: PUT and DELETE are answered too, by @answer, bodies of at
 *   most so many bytes being taken (writing.h)
 */
struct _VitrailRoute {
  const char *name;
  const char *const *patterns;
  gboolean (*at_once) (VitrailRequest *request, VitrailReply *reply);
  gboolean (*answer) (VitrailRequest *request,
                      VitrailReply *reply,
                      GError **error);
  VitrailPriority priority;
  gboolean is_open;
  gboolean takes_store;
  gsize max_body_bytes;
};

/* All routes in the order of meson.build; the first that matches answers. */
extern const VitrailRoute *const vitrail_routes[];
extern const guint vitrail_n_routes;

G_END_DECLS
