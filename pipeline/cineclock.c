/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailCineClock: see cineclock.h. */

#include "cineclock.h"

#include <math.h>

/* No display shows more. */
#define MIN_TIME_US 1000.0
#define MAX_TIME_US 60e6
/* Later than this the machine was asleep or stopped: go on from now. */
#define MAX_LATE_US G_USEC_PER_SEC

struct _VitrailCineClock {
  GSource *source;
  guint position;
  VitrailCineLoop loop;
  gint64 due_us; /* when the next position is */
  VitrailCineTime time;
  VitrailCineGo go;
  gpointer user_data;
};

typedef struct {
  GSource source;
} ClockSource;

guint
vitrail_cine_loop_next (VitrailCineLoop *loop, guint position)
{
  guint first = MAX (loop->first, 1);
  guint last = MAX (loop->last, first);

  if (position < first || position > last)
    return loop->backwards ? last : first;
  if (first == last)
    return first;
  if (loop->sweeps && position == (loop->backwards ? first : last))
    loop->backwards = !loop->backwards;
  if (loop->backwards)
    return position > first ? position - 1 : last;
  return position < last ? position + 1 : first;
}

guint
vitrail_cine_loop_map (const VitrailCineLoop *from,
                       guint position,
                       const VitrailCineLoop *to)
{
  guint64 n_from = (guint64) (MAX (from->last, from->first) - from->first) + 1;
  guint64 n_to = (guint64) (MAX (to->last, to->first) - to->first) + 1;
  guint64 passed = position > from->first ? position - from->first : 0;
  guint64 scaled = MIN (passed, n_from - 1) * n_to;

  /* Up to more positions: the first of those that lead back to this one. */
  if (n_to > n_from)
    scaled += n_from - 1;
  return to->first + (guint) (scaled / n_from);
}

static gint64
get_time_us (VitrailCineClock *self)
{
  double time_us = self->time (self->position, self->user_data) * 1000.0;
  if (!isfinite (time_us))
    time_us = MAX_TIME_US;
  return (gint64) CLAMP (time_us, MIN_TIME_US, MAX_TIME_US);
}

static gboolean
tick_cb (gpointer user_data)
{
  VitrailCineClock *self = user_data;
  gint64 now = g_get_monotonic_time ();

  if (now - self->due_us > MAX_LATE_US)
    self->due_us = now;
  while (self->due_us <= now) {
    self->position = vitrail_cine_loop_next (&self->loop, self->position);
    self->due_us += get_time_us (self);
  }
  g_source_set_ready_time (self->source, self->due_us);
  self->go (self->position, self->user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch, NULL, NULL, NULL };

VitrailCineClock *
vitrail_cine_clock_new (guint position,
                        const VitrailCineLoop *loop,
                        VitrailCineTime time,
                        VitrailCineGo go,
                        gpointer user_data)
{
  VitrailCineClock *self = g_new0 (VitrailCineClock, 1);
  self->loop = *loop;
  self->time = time;
  self->go = go;
  self->user_data = user_data;
  self->source = g_source_new (&source_funcs, sizeof (ClockSource));
  g_source_set_callback (self->source, tick_cb, self, NULL);
  vitrail_cine_clock_seek (self, position);
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  g_source_attach (self->source, context);
  return self;
}

void
vitrail_cine_clock_free (VitrailCineClock *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_free (self);
}

void
vitrail_cine_clock_seek (VitrailCineClock *self, guint position)
{
  self->position = MAX (position, 1);
  self->due_us = g_get_monotonic_time () + get_time_us (self);
  g_source_set_ready_time (self->source, self->due_us);
}

void
vitrail_cine_clock_set_loop (VitrailCineClock *self,
                             const VitrailCineLoop *loop)
{
  self->loop = *loop;
}
