/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* For whatever shows the state of the active viewport: being told when it may
 * be another. */

#pragma once

#include "session.h"

G_BEGIN_DECLS

typedef void (*VitrailActiveFunc) (gpointer owner);

/* Calls @function with @owner, now and whenever another viewport is active,
 * what it shows has changed, or another picture of it is on the screen. Ends
 * with @owner. One watch an owner. */
void vitrail_active_watch (VitrailSession *session,
                           GObject *owner,
                           VitrailActiveFunc function);

G_END_DECLS
