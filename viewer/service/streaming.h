/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bodies that are made while they are sent: instances that a slide becomes, of
 * gigabytes, of which a few frames are in memory at a time; many frames, many
 * files. */

#pragma once

#include "reply.h"
#include "service.h"
#include "slide/dicomizedinstance.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Appends to @chunks (GBytes) what comes at *@step, 0 at first, and sets it to
 * the next one, or to 0 after the last. FALSE with an error: the connection
 * breaks off. On workers; @data is that of all who are sent it. */
typedef gboolean (*VitrailMakeChunks) (gpointer data,
                                       guint *step,
                                       GQueue *chunks,
                                       GCancellable *cancellable,
                                       GError **error);

/* What answers keep of parts that are not views of files, and how many parts:
 * those behind are made while they are sent. */
#define VITRAIL_REPLY_KEPT_BYTES ((gsize) 16 * 1024 * 1024)
#define VITRAIL_REPLY_KEPT_PARTS 1024u

/* Appends to @reply's parts what @make makes of @data, which @destroy frees. */
void vitrail_reply_add_made (VitrailReply *reply,
                             VitrailMakeChunks make,
                             gpointer data,
                             GDestroyNotify destroy);

/* Appends @instance, whole, to @reply's parts. */
void vitrail_reply_add_instance (VitrailReply *reply,
                                 VitrailDicomizedInstance *instance);

/* Sends @reply's parts, and those that are made, as @message's body, in chunks:
 * each is made on a worker when the one before has been sent. Listening threads
 * only.
 */
void vitrail_streaming_start (const VitrailService *service,
                              SoupServerMessage *message,
                              const VitrailReply *reply);

/* Waits for the workers, when all connections of this thread are closed. */
void vitrail_streaming_drain (void);

G_END_DECLS
