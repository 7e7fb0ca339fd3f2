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

/**
 * vitrail_kept_begin:
 * @value: (out): NULL unless it is kept
 *
 * For things that cost more than making them twice: from TRUE on to
 * vitrail_kept_end () nobody else makes @key, and who wants to waits; others
 * are not held up. FALSE with @value: it is kept; with @error: it failed a
 * moment ago, and would again.
 */
gboolean vitrail_kept_begin (VitrailKept *self,
                             const char *key,
                             gpointer *value,
                             GError **error);
/* @fault: (nullable): why it was not made: remembered for half a minute, where
 * it is what @key names that is at fault. */
void vitrail_kept_end (VitrailKept *self, const char *key, const GError *fault);

G_END_DECLS
