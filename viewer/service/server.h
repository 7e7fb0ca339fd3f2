/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailServer: HTTP in front of the routes. Requests arrive on some threads
 * that only listen (listener.h); what a route cannot answer at once goes to the
 * pool and comes back to the thread that heard it. */

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
 * is no authentication. @port 0: any free one. @n_threads: that listen, at
 * least 1. Once. Returns the URL. */
char *vitrail_server_listen (VitrailServer *self,
                             const char *bind,
                             guint port,
                             guint n_threads,
                             GError **error);

G_END_DECLS
