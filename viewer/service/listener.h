/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailListener: one thread that hears requests: libsoup on a socket of its
 * own, with a main context of its own. The kernel gives each connection to one
 * of the listeners of a port, and there it stays. */

#pragma once

#include "service.h"

G_BEGIN_DECLS

typedef struct _VitrailListener VitrailListener;

/* Answers what comes in on @socket, which listens; @service is borrowed. */
VitrailListener *
vitrail_listener_new (VitrailService *service, GSocket *socket, GError **error);
/* Stops listening, cancels what is being answered and waits for it. */
void vitrail_listener_free (VitrailListener *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailListener, vitrail_listener_free)

/* Calls @function once on the thread that runs @context, soon; any thread. */
void vitrail_listener_send (GMainContext *context,
                            GSourceFunc function,
                            gpointer user_data);

G_END_DECLS
