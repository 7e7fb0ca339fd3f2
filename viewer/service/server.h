/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailServer: HTTP in front of the routes. All requests arrive on the main
 * loop; what a route cannot answer at once goes to the pool and comes back. */

#pragma once

#include "service.h"

G_BEGIN_DECLS

typedef struct _VitrailServer VitrailServer;

/* @service is borrowed and must outlive the server. */
VitrailServer *vitrail_server_new (VitrailService *service);
/* Stops listening, cancels what is being answered and waits for it. */
void vitrail_server_free (VitrailServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailServer, vitrail_server_free)

/* @bind: a loopback address or "localhost"; others are refused, because there
 * is no authentication. @port 0: any free one. Returns the URL. */
char *vitrail_server_listen (VitrailServer *self,
                             const char *bind,
                             guint port,
                             GError **error);

G_END_DECLS
