/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Orders of slices: see sliceorder.h. */

#include "volume/sliceorder.h"

#include <string.h>

typedef struct {
  guint *order;
  gboolean *taken;
  guint n;
  guint n_taken;
} Work;

static void
take (Work *self, gint64 index)
{
  if (index < 0 || index >= self->n || self->taken[index])
    return;
  self->taken[index] = TRUE;
  self->order[self->n_taken++] = (guint) index;
}

static void
take_every (Work *self, guint from, guint step)
{
  for (guint i = from; i < self->n; i += step)
    take (self, i);
}

static void
interleave (Work *self)
{
  static const guint from[4] = { 2, 0, 1, 3 };

  take (self, self->n / 2);
  take (self, 0);
  take (self, (gint64) self->n - 1);
  for (guint i = 0; i < G_N_ELEMENTS (from); i++)
    take_every (self, from[i], 4);
}

static void
go_outwards (Work *self)
{
  const gint64 middle = self->n / 2;

  for (gint64 i = 0; i <= middle; i++) {
    take (self, middle - i);
    take (self, middle + i);
  }
}

static void
take_nth (Work *self)
{
  const gint64 middle = self->n / 2;

  take (self, 0);
  take (self, 1);
  for (gint64 i = -2; i <= 2; i++)
    take (self, middle + i);
  for (gint64 i = 3; i >= 1; i--)
    take (self, (gint64) self->n - i);
  take_every (self, 2, 7);
  take_every (self, 5, 7);
  take_every (self, 0, 2);
  take_every (self, 1, 2);
}

gboolean
vitrail_slice_order_parse (const char *name, VitrailSliceOrder *order)
{
  if (strcmp (name, "interleaveCenter") == 0)
    *order = VITRAIL_ORDER_CENTER;
  else if (strcmp (name, "interleaveTopToBottom") == 0)
    *order = VITRAIL_ORDER_TOP_TO_BOTTOM;
  else if (strcmp (name, "nth") == 0)
    *order = VITRAIL_ORDER_NTH;
  else
    return FALSE;
  return TRUE;
}

guint *
vitrail_slice_order_new (VitrailSliceOrder order, guint n)
{
  g_autofree gboolean *taken = g_new0 (gboolean, n);
  Work work = { g_new (guint, n), taken, n, 0 };

  if (order == VITRAIL_ORDER_INTERLEAVED)
    interleave (&work);
  else if (order == VITRAIL_ORDER_CENTER)
    go_outwards (&work);
  else if (order == VITRAIL_ORDER_NTH)
    take_nth (&work);
  take_every (&work, 0, 1);
  return work.order;
}
