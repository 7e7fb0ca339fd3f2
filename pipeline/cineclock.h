/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailCineClock: says which position is due when images follow each other,
 * each for its own time, forwards or backwards, round and round or to and fro.
 * Late, it leaves positions out; it never falls behind. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _VitrailCineClock VitrailCineClock;

/**
 * VitrailCineLoop: what is played.
 * @first, @last: positions, from 1; the clock keeps them in order and in range
 * @backwards: from @last to @first
 * @sweeps: turns round at the ends instead of beginning again
 */
typedef struct {
  guint first;
  guint last;
  gboolean backwards;
  gboolean sweeps;
} VitrailCineLoop;

/* The position that comes after @position; at the ends of a sweep @loop's
 * direction turns. From outside of the loop it goes to where it begins. */
guint vitrail_cine_loop_next (VitrailCineLoop *loop, guint position);

/* The position of @to that belongs to @position of @from (both loops from a
 * first to a last position, @position among them): as far from the first as it
 * is in parts of the whole. Going to a loop of no fewer positions and back
 * again leads to where it began. */
guint vitrail_cine_loop_map (const VitrailCineLoop *from,
                             guint position,
                             const VitrailCineLoop *to);

/* How long @position stands, in milliseconds. */
typedef double (*VitrailCineTime) (guint position, gpointer user_data);
typedef void (*VitrailCineGo) (guint position, gpointer user_data);

/* Runs in the thread-default main context from @position on. */
VitrailCineClock *vitrail_cine_clock_new (guint position,
                                          const VitrailCineLoop *loop,
                                          VitrailCineTime time,
                                          VitrailCineGo go,
                                          gpointer user_data);
void vitrail_cine_clock_free (VitrailCineClock *self);
/* Goes on from @position. */
void vitrail_cine_clock_seek (VitrailCineClock *self, guint position);
/* Plays @loop from now on. */
void vitrail_cine_clock_set_loop (VitrailCineClock *self,
                                  const VitrailCineLoop *loop);

G_END_DECLS
