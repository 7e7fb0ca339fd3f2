/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailCineClock: says which position is due when images follow each other,
 * each for its own time. Late, it leaves positions out; it never falls behind.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _VitrailCineClock VitrailCineClock;

/* How long @position stands, in milliseconds. */
typedef double (*VitrailCineTime) (guint position, gpointer user_data);
typedef void (*VitrailCineGo) (guint position, gpointer user_data);

/* Runs in the thread-default main context from @position on, from 1 to
 * @n_positions and round again. */
VitrailCineClock *vitrail_cine_clock_new (guint position,
                                          guint n_positions,
                                          VitrailCineTime time,
                                          VitrailCineGo go,
                                          gpointer user_data);
void vitrail_cine_clock_free (VitrailCineClock *self);
/* Goes on from @position. */
void vitrail_cine_clock_seek (VitrailCineClock *self, guint position);

G_END_DECLS
