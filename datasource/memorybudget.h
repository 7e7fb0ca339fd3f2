/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailMemoryBudget: one per process. How many bytes all caches together may
 * hold: decoded frames, tiles, opened objects. Each cache is a client; when one
 * needs room, the least recently used entry of all of them goes first, whoever
 * holds it. Safe on any thread.
 *
 * Locks: a client guards its entries by a lock of its own. The budget's lock is
 * a leaf: it may be taken under any other and is held over no call. So:
 *  - vitrail_memory_client_reserve () lets other clients evict: call it without
 *    your own lock;
 *  - functions that take an entry belong under your own lock;
 *  - evicting comes on any thread that needs room, with no lock held. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _VitrailMemoryBudget VitrailMemoryBudget;

/**
 * vitrail_memory_budget_get_default:
 *
 * Returns: (transfer none): the process's budget: half of the machine's memory
 */
VitrailMemoryBudget *vitrail_memory_budget_get_default (void);
#ifndef __GI_SCANNER__ /* for C only */
/* For tests: a budget of one's own, freed after its clients. */
VitrailMemoryBudget *vitrail_memory_budget_new (guint64 limit_bytes);
void vitrail_memory_budget_free (VitrailMemoryBudget *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailMemoryBudget, vitrail_memory_budget_free)
#endif

/* What is above goes at once. */
void vitrail_memory_budget_set_limit (VitrailMemoryBudget *self,
                                      guint64 limit_bytes);
guint64 vitrail_memory_budget_get_limit (VitrailMemoryBudget *self);
/* Of all clients; never above the limit, except while set_limit () shrinks. */
guint64 vitrail_memory_budget_get_bytes (VitrailMemoryBudget *self);

#ifndef __GI_SCANNER__ /* for C only */

typedef struct _VitrailMemoryClient VitrailMemoryClient;

/* Lets go of the client's least recently used entry, frees it, and answers how
 * many bytes it had; 0 when there is none. The budget takes them off. */
typedef gsize (*VitrailMemoryEvict) (gpointer user_data);

/* @name: a word, constant; clients of one name are told as one. */
VitrailMemoryClient *vitrail_memory_client_new (VitrailMemoryBudget *budget,
                                                const char *name,
                                                VitrailMemoryEvict evict,
                                                gpointer user_data);
/* Call it first when a cache is freed, without the cache's lock: waits for
 * others' evictions, evicts all that is left and gives all bytes back. */
void vitrail_memory_client_free (VitrailMemoryClient *self);

/* Makes room for @bytes and takes them. FALSE when that much cannot be had:
 * then the caller keeps nothing. May wait for the other clients' locks. What
 * cannot be evicted for a while (a volume that is shown) is reserved and not
 * added. */
gboolean vitrail_memory_client_reserve (VitrailMemoryClient *self, gsize bytes);
/* Gives back what was reserved and is kept no longer. Under any lock. */
void vitrail_memory_client_release (VitrailMemoryClient *self, gsize bytes);

/**
 * VitrailMemoryEntry: a part of each thing that a client keeps.
 *
 * A place in the client's order of use.
 */
typedef struct {
  /*< private >*/
  GList link;
  guint64 used; /* the budget's clock when it was last used */
} VitrailMemoryEntry;

/* All under the client's own lock. @owner: what get_oldest () answers. */
void vitrail_memory_client_add (VitrailMemoryClient *self,
                                VitrailMemoryEntry *entry,
                                gpointer owner);
void vitrail_memory_client_use (VitrailMemoryClient *self,
                                VitrailMemoryEntry *entry);
void vitrail_memory_client_remove (VitrailMemoryClient *self,
                                   VitrailMemoryEntry *entry);
gpointer vitrail_memory_client_get_oldest (VitrailMemoryClient *self);

/**
 * VitrailMemoryStats:
 * @name: of the client
 * @bytes: reserved
 * @n_entries: kept
 * @evictions: entries that went to make room
 * @refusals: what there was no room for
 */
typedef struct {
  const char *name;
  guint64 bytes;
  guint64 n_entries;
  guint64 evictions;
  guint64 refusals;
} VitrailMemoryStats;

/* Of this client only. */
void vitrail_memory_client_get_stats (VitrailMemoryClient *self,
                                      VitrailMemoryStats *stats);
/* (transfer full) (element-type VitrailMemoryStats): one a name, in the order
 * in which the first of each came. */
GArray *vitrail_memory_budget_list_stats (VitrailMemoryBudget *self);

#endif

G_END_DECLS
