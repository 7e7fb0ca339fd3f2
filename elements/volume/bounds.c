/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bounds: see bounds.h. One axis after the other: what slices have is put into
 * planes, of these what rows have into lines, of these what columns have. */

#include "volume/bounds.h"

#include "parallel.h"

#include <string.h>

typedef struct {
  guint16 *low;
  guint16 *high;
} Pair;

typedef struct {
  VitrailBounds *self;
  const guint16 *voxels;
  const guint *size;
  const guint16 *padding;
  gint is_short;
} Build;

static guint
get_first (guint entry)
{
  const guint at = entry * VITRAIL_BOUNDS_STEP;

  return at - MIN (at, VITRAIL_BOUNDS_REACH);
}

static guint
get_end (guint entry, guint size)
{
  return MIN ((entry + 1) * VITRAIL_BOUNDS_STEP + VITRAIL_BOUNDS_REACH + 1,
              size);
}

static gboolean
pair_init (Pair *self, gsize n)
{
  self->low = g_try_new (guint16, n);
  self->high = g_try_new (guint16, n);
  return self->low != NULL && self->high != NULL;
}

static void
pair_clear (Pair *self)
{
  g_free (self->low);
  g_free (self->high);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

static void
pair_begin (const Pair *self, gsize n)
{
  memset (self->low, 0xff, n * sizeof *self->low);
  memset (self->high, 0, n * sizeof *self->high);
}

static void
widen (const Pair *self, const guint16 *voxels, gsize n)
{
  guint16 *low = self->low;
  guint16 *high = self->high;

  for (gsize i = 0; i < n; i++) {
    low[i] = MIN (low[i], voxels[i]);
    high[i] = MAX (high[i], voxels[i]);
  }
}

static void
widen_beside_padding (const Pair *self,
                      const guint16 *voxels,
                      gsize n,
                      const guint16 padding[2])
{
  const guint16 first = padding[0];
  const guint16 beyond = (guint16) (padding[1] - first);
  guint16 *low = self->low;
  guint16 *high = self->high;

  for (gsize i = 0; i < n; i++) {
    const guint16 away = (guint16) (voxels[i] - first);
    const guint16 up = away <= beyond ? 0xffff : voxels[i];
    const guint16 down = away <= beyond ? 0 : voxels[i];
    low[i] = MIN (low[i], up);
    high[i] = MAX (high[i], down);
  }
}

static void
merge (const Pair *self, const Pair *from, gsize at, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    self->low[i] = MIN (self->low[i], from->low[at + i]);
    self->high[i] = MAX (self->high[i], from->high[at + i]);
  }
}

static void
sum_up_line (const Build *build, const Pair *line, gsize entry)
{
  const VitrailBounds *self = build->self;

  for (guint b = 0; b < self->size[0]; b++, entry++) {
    const guint end = get_end (b, build->size[0]);
    guint16 low = 0xffff;
    guint16 high = 0;
    for (guint i = get_first (b); i < end; i++) {
      low = MIN (low, line->low[i]);
      high = MAX (high, line->high[i]);
    }
    self->low[entry] = low;
    self->high[entry] = high;
  }
}

static void
do_layer (guint layer, gpointer data)
{
  Build *build = data;
  const VitrailBounds *self = build->self;
  const guint *size = build->size;
  const gsize n = (gsize) size[0] * size[1];
  const guint k_end = get_end (layer, size[2]);
  g_auto (Pair) plane = { 0 };
  g_auto (Pair) line = { 0 };

  if (!pair_init (&plane, n) || !pair_init (&line, size[0])) {
    g_atomic_int_set (&build->is_short, TRUE);
    return;
  }
  pair_begin (&plane, n);
  for (guint k = get_first (layer); k < k_end; k++)
    if (build->padding != NULL)
      widen_beside_padding (&plane, build->voxels + k * n, n, build->padding);
    else
      widen (&plane, build->voxels + k * n, n);
  for (guint b = 0; b < self->size[1]; b++) {
    const guint j_end = get_end (b, size[1]);
    pair_begin (&line, size[0]);
    for (guint j = get_first (b); j < j_end; j++)
      merge (&line, &plane, (gsize) j * size[0], size[0]);
    sum_up_line (build, &line,
                 ((gsize) layer * self->size[1] + b) * self->size[0]);
  }
}

VitrailBounds *
vitrail_bounds_new (const guint16 *voxels,
                    const guint size[3],
                    const guint16 *padding)
{
  g_autoptr (VitrailBounds) self = g_new0 (VitrailBounds, 1);
  Build build = { self, voxels, size, padding, FALSE };
  gsize n = 1;

  for (guint a = 0; a < 3; a++) {
    self->size[a] = (size[a] + VITRAIL_BOUNDS_STEP - 1) / VITRAIL_BOUNDS_STEP;
    n *= self->size[a];
  }
  /* Processors read four bytes at once. */
  self->low = g_try_new0 (guint16, n + 1);
  self->high = g_try_new0 (guint16, n + 1);
  self->is_seen = g_try_malloc (n + 4);
  if (self->low == NULL || self->high == NULL || self->is_seen == NULL)
    return NULL;
  memset (self->is_seen, TRUE, n + 4);
  vitrail_parallel_run (self->size[2], do_layer, &build, NULL, NULL);
  return g_atomic_int_get (&build.is_short) ? NULL : g_steal_pointer (&self);
}

typedef struct {
  VitrailBounds *self;
  const VitrailTransferTable *table;
  const guint32 *seen;
} Classify;

static void
classify_layer (guint layer, gpointer data)
{
  const Classify *classify = data;
  VitrailBounds *self = classify->self;
  const gsize n = (gsize) self->size[0] * self->size[1];

  for (gsize i = layer * n; i < (layer + 1) * n; i++)
    self->is_seen[i] =
        vitrail_transfer_seen_has (classify->seen, classify->table,
                                   self->low[i], self->high[i])
            ? 1
            : 0;
}

void
vitrail_bounds_classify (VitrailBounds *self, const VitrailTransferTable *table)
{
  g_autofree guint32 *seen = vitrail_transfer_seen_new (table);
  Classify classify = { self, table, seen };

  vitrail_parallel_run (self->size[2], classify_layer, &classify, NULL, NULL);
}

void
vitrail_bounds_free (VitrailBounds *self)
{
  if (self == NULL)
    return;
  g_free (self->low);
  g_free (self->high);
  g_free (self->is_seen);
  g_free (self);
}
