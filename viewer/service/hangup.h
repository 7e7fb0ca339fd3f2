/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Noticing that a client hangs up while its answer is still being made. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Calls @gone once on this thread when the other end of @socket closes or
 * breaks. A client that sends on meanwhile (its next request) is there, and not
 * watched any further. To be destroyed and unreferenced by the caller, who may
 * do the first within @gone. NULL where there is no socket. */
GSource *
vitrail_hangup_watch (GSocket *socket, GSourceFunc gone, gpointer user_data);

G_END_DECLS
