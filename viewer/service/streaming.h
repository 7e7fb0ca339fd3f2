/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bodies that are made while they are sent: instances that a slide becomes, of
 * gigabytes, of which a few frames are in memory at a time. */

#pragma once

#include "reply.h"
#include "slide/dicomizedinstance.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Appends @instance, whole, to @reply's parts. */
void vitrail_reply_add_instance (VitrailReply *reply,
                                 VitrailDicomizedInstance *instance);

/* Sends @reply's parts and instances as @message's body, in chunks: each is
 * made on a worker when the one before has been sent. Listening threads only.
 */
void
vitrail_streaming_start (SoupServerMessage *message, const VitrailReply *reply);

/* Waits for the workers, when all connections of this thread are closed. */
void vitrail_streaming_drain (void);

G_END_DECLS
