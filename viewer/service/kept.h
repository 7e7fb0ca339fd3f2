/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailKept: things that were made at some cost, by name, as long as the
 * memory budget has room for them. Any thread. */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _VitrailKept VitrailKept;

/* @name: of the client of the memory budget. @ref, @unref: of a thing; any
 * thread, without locks. */
VitrailKept *
vitrail_kept_new (const char *name, GBoxedCopyFunc ref, GDestroyNotify unref);
void vitrail_kept_free (VitrailKept *self);

/* (transfer full) (nullable): what is kept as @key. Never blocks for long. */
gpointer vitrail_kept_ref (VitrailKept *self, const char *key);
/* Keeps @value, of @bytes, unless something is kept as @key already. FALSE: no
 * room. */
gboolean vitrail_kept_add (VitrailKept *self,
                           const char *key,
                           gpointer value,
                           gsize bytes);

G_END_DECLS
