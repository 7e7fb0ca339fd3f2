/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Blocks: see blocks.h. */

#include "volume/blocks.h"

#include "parallel.h"

#include <string.h>

#define FAR 255

static gsize
count (const VitrailBlocks *self)
{
  return (gsize) self->size[0] * self->size[1] * self->size[2];
}

VitrailBlocks *
vitrail_blocks_new (const guint size[3])
{
  VitrailBlocks *self = g_new0 (VitrailBlocks, 1);

  for (guint a = 0; a < 3; a++)
    self->size[a] = (size[a] + VITRAIL_BLOCK - 1) / VITRAIL_BLOCK;
  const gsize n = count (self);
  /* Processors read four bytes at once. */
  self->low = g_new0 (guint16, n + 1);
  self->high = g_new0 (guint16, n + 1);
  self->distance = g_malloc (n + 4);
  memset (self->low, 0xff, n * sizeof *self->low);
  memset (self->distance, FAR, n + 4);
  return self;
}

void
vitrail_blocks_free (VitrailBlocks *self)
{
  if (self == NULL)
    return;
  g_free (self->low);
  g_free (self->high);
  g_free (self->distance);
  g_free (self);
}

typedef struct {
  VitrailBlocks *self;
  const guint16 *voxels;
  const guint *size;
  guint first; /* layer of blocks */
} Update;

/* The lowest and highest of each column so far, over another row. */
static void
widen (const guint16 *row, guint n, guint16 *low, guint16 *high)
{
  for (guint i = 0; i < n; i++) {
    low[i] = MIN (low[i], row[i]);
    high[i] = MAX (high[i], row[i]);
  }
}

/* Of a row of blocks, from what its columns of voxels have. */
static void
sum_up_row (const Update *update,
            const guint16 *low,
            const guint16 *high,
            gsize block)
{
  VitrailBlocks *self = update->self;

  for (guint i = 0; i < update->size[0]; i += VITRAIL_BLOCK, block++) {
    const guint end = MIN (i + VITRAIL_BLOCK + 1, update->size[0]);
    guint16 lowest = low[i];
    guint16 highest = high[i];
    for (guint n = i + 1; n < end; n++) {
      lowest = MIN (lowest, low[n]);
      highest = MAX (highest, high[n]);
    }
    self->low[block] = lowest;
    self->high[block] = highest;
  }
}

/* A layer of blocks. */
static void
update_layer (guint index, gpointer data)
{
  const Update *update = data;
  const VitrailBlocks *self = update->self;
  const guint *size = update->size;
  const guint layer = update->first + index;
  const guint k_end = MIN ((layer + 1) * VITRAIL_BLOCK + 1, size[2]);
  g_autofree guint16 *low = g_new (guint16, size[0]);
  g_autofree guint16 *high = g_new (guint16, size[0]);

  for (guint b = 0; b < self->size[1]; b++) {
    const guint j_end = MIN ((b + 1) * VITRAIL_BLOCK + 1, size[1]);
    memset (low, 0xff, size[0] * sizeof *low);
    memset (high, 0, size[0] * sizeof *high);
    for (guint k = layer * VITRAIL_BLOCK; k < k_end; k++)
      for (guint j = b * VITRAIL_BLOCK; j < j_end; j++)
        widen (update->voxels + ((gsize) k * size[1] + j) * size[0], size[0],
               low, high);
    sum_up_row (update, low, high,
                ((gsize) layer * self->size[1] + b) * self->size[0]);
  }
}

void
vitrail_blocks_update (VitrailBlocks *self,
                       const guint16 *voxels,
                       const guint size[3],
                       guint first,
                       guint end)
{
  /* The first slice of a layer is the last of the one before, too. */
  const guint layer = first > 0 ? (first - 1) / VITRAIL_BLOCK : 0;
  Update update = { self, voxels, size, layer };

  if (end > first)
    vitrail_parallel_run ((end - 1) / VITRAIL_BLOCK - layer + 1, update_layer,
                          &update, NULL, NULL);
}

/* One step away from @neighbour, if that is nearer. */
static guint8
step_from (guint8 distance, guint8 neighbour)
{
  return neighbour < distance ? (guint8) (neighbour + 1) : distance;
}

/* Along one axis: the nearest that shows something before or behind. */
static void
spread_line (guint8 *distance, gsize step, guint n)
{
  for (guint i = 1; i < n; i++)
    distance[i * step] =
        step_from (distance[i * step], distance[(i - 1) * step]);
  for (guint i = n - 1; i > 0; i--)
    distance[(i - 1) * step] =
        step_from (distance[(i - 1) * step], distance[i * step]);
}

/* The lowest, over a line, of the greater of the way along it and of what the
 * other axes have found: two passes do for the first axis only. A block looks
 * both ways until nothing nearer can come. */
static void
combine_line (guint8 *distance, gsize step, guint n, guint8 *line)
{
  for (guint i = 0; i < n; i++)
    line[i] = distance[i * step];
  for (guint i = 0; i < n; i++) {
    guint best = line[i];
    for (guint away = 1; away < best; away++) {
      if (i >= away)
        best = MIN (best, MAX (away, line[i - away]));
      if (i + away < n)
        best = MIN (best, MAX (away, line[i + away]));
      if (i < away && i + away >= n)
        break;
    }
    distance[i * step] = (guint8) best;
  }
}

/* Distances within a layer. */
static void
spread_layer (guint index, gpointer data)
{
  const VitrailBlocks *self = data;
  const gsize columns = self->size[0];
  guint8 *layer = self->distance + index * columns * self->size[1];
  g_autofree guint8 *line = g_malloc (self->size[1]);

  for (guint j = 0; j < self->size[1]; j++)
    spread_line (layer + j * columns, 1, self->size[0]);
  for (guint i = 0; i < self->size[0]; i++)
    combine_line (layer + i, columns, self->size[1], line);
}

/* And from layer to layer, for a row of blocks. */
static void
spread_row (guint index, gpointer data)
{
  const VitrailBlocks *self = data;
  const gsize columns = self->size[0];
  g_autofree guint8 *line = g_malloc (self->size[2]);

  for (guint i = 0; i < self->size[0]; i++)
    combine_line (self->distance + index * columns + i, columns * self->size[1],
                  self->size[2], line);
}

void
vitrail_blocks_classify (VitrailBlocks *self, const VitrailTransferTable *table)
{
  g_autofree guint32 *seen = vitrail_transfer_seen_new (table);
  const gsize n = count (self);

  for (gsize i = 0; i < n; i++) {
    const gboolean is_seen =
        vitrail_transfer_seen_has (seen, table, self->low[i], self->high[i]);
    self->distance[i] = is_seen ? 0 : FAR;
  }
  vitrail_parallel_run (self->size[2], spread_layer, self, NULL, NULL);
  vitrail_parallel_run (self->size[1], spread_row, self, NULL, NULL);
}
