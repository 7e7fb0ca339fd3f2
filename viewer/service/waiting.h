/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Work for answers: on the pool's workers, or where it may wait for another
 * archive on threads of its own, so that one that does not answer keeps nobody
 * from working. */

#pragma once

#include "pool.h"
#include "service.h"

G_BEGIN_DECLS

/* As vitrail_pool_push (). */
void vitrail_waiting_push (const VitrailService *service,
                           VitrailPriority priority,
                           VitrailJob job,
                           gpointer data,
                           GCancellable *cancellable);

G_END_DECLS
