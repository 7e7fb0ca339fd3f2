/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A time by which something of several requests must be over, however little a
 * server says at a time: then a cancellable is cancelled. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _VitrailDeadline VitrailDeadline;

/* In @seconds from now, unless it is freed before. */
VitrailDeadline *vitrail_deadline_new (guint seconds);
/* Waits for nothing. */
void vitrail_deadline_free (VitrailDeadline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailDeadline, vitrail_deadline_free)

/* Owned by @self. */
GCancellable *vitrail_deadline_get_cancellable (VitrailDeadline *self);

G_END_DECLS
