/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sparse pyramids: see rasterlayer.h. */

#include "annotation/rasterlayer.h"

#include "error.h"
#include "memorybudget.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#define TILE VITRAIL_RASTER_TILE

size_t
vitrail_raster_get_sample_bytes (VitrailRasterKind kind)
{
  static const size_t bytes[] = { 1, 2, 4 };
  return bytes[kind];
}

/* --- room --- */

static VitrailMemoryClient *memory;

/* Nothing can go as long as somebody has the raster. */
static gsize
evict_nothing (gpointer user_data)
{
  return 0;
}

static void
make_client (void)
{
  memory = vitrail_memory_client_new (vitrail_memory_budget_get_default (),
                                      "rasters", evict_nothing, NULL);
}

/* Before anything is allocated. */
static gboolean
reserve (VitrailRasterRoom *room, gsize bytes)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, make_client);
  if (!vitrail_memory_client_reserve (memory, bytes))
    return FALSE;
  room->reserved += bytes;
  return TRUE;
}

void
vitrail_raster_room_clear (VitrailRasterRoom *self)
{
  if (self->reserved > 0)
    vitrail_memory_client_release (memory, self->reserved);
  self->reserved = 0;
}

static gboolean
fail_room (GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "what lies over the slide takes more than the memory budget "
               "has room for");
  return FALSE;
}

/* --- levels --- */

static gboolean
add_level (VitrailRasterLayer *self,
           VitrailRasterRoom *room,
           guint columns,
           guint rows)
{
  VitrailRasterLevel *level = &self->levels[self->n_levels];
  const guint64 n = (guint64) columns * rows;

  if (n > room->n_tiles || !reserve (room, n * sizeof *level->tiles))
    return FALSE;
  level->tiles = g_try_new0 (void *, n);
  if (level->tiles == NULL)
    return FALSE;
  room->n_tiles -= n;
  level->columns = columns;
  level->rows = rows;
  self->n_levels++;
  return TRUE;
}

VitrailRasterLayer *
vitrail_raster_layer_new (VitrailRasterRoom *room,
                          guint64 width,
                          guint64 height,
                          GError **error)
{
  VitrailRasterLayer *self = g_new0 (VitrailRasterLayer, 1);
  guint columns = (guint) ((width + TILE - 1) / TILE);
  guint rows = (guint) ((height + TILE - 1) / TILE);
  gboolean done = add_level (self, room, columns, rows);

  while (done && (columns > 1 || rows > 1)) {
    columns = (columns + 1) / 2;
    rows = (rows + 1) / 2;
    done = add_level (self, room, columns, rows);
  }
  if (done)
    return self;
  vitrail_raster_layer_free (self);
  fail_room (error);
  return NULL;
}

void
vitrail_raster_layer_free (VitrailRasterLayer *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_levels; i++) {
    const VitrailRasterLevel *level = &self->levels[i];
    const size_t n = (size_t) level->columns * level->rows;
    for (size_t j = 0; j < n; j++)
      g_free (level->tiles[j]);
    g_free (level->tiles);
  }
  g_free (self);
}

/* The tile at (@column, @row), made where it is not there. */
static void *
ensure_tile (const VitrailRasterLevel *level,
             VitrailRasterRoom *room,
             guint column,
             guint row)
{
  void **place = &level->tiles[(size_t) row * level->columns + column];
  const size_t n = (size_t) TILE * TILE;
  const size_t bytes = n * vitrail_raster_get_sample_bytes (room->kind);

  if (*place != NULL)
    return *place;
  if (bytes > room->bytes || !reserve (room, bytes))
    return NULL;
  *place = g_try_malloc0 (bytes);
  if (*place == NULL)
    return NULL;
  room->bytes -= bytes;
  if (room->kind == VITRAIL_RASTER_VALUES) {
    float *values = *place;
    for (size_t i = 0; i < n; i++)
      values[i] = NAN;
  }
  return *place;
}

/* --- frames into tiles --- */

/* Samples of a row, those that are nothing left out. */
static void
paste_row (VitrailRasterKind kind, void *to, const void *from, size_t n)
{
  if (kind == VITRAIL_RASTER_COVERAGE) {
    uint8_t *out = to;
    const uint8_t *in = from;
    for (size_t i = 0; i < n; i++)
      out[i] = MAX (out[i], in[i]);
  } else if (kind == VITRAIL_RASTER_LABELS) {
    uint16_t *out = to;
    const uint16_t *in = from;
    for (size_t i = 0; i < n; i++)
      out[i] = in[i] != 0 ? in[i] : out[i];
  } else {
    float *out = to;
    const float *in = from;
    for (size_t i = 0; i < n; i++)
      out[i] = isnan (in[i]) ? out[i] : in[i];
  }
}

typedef struct {
  gint64 first[2];
  gint64 end[2];
} Rect;

/* What of @rect lies in the tile. */
static void
paste_tile (VitrailRasterKind kind,
            uint8_t *tile,
            const guint at[2],
            const uint8_t *samples,
            const guint size[2],
            const gint64 place[2])
{
  const size_t bytes = vitrail_raster_get_sample_bytes (kind);
  const gint64 corner[2] = { (gint64) at[0] * TILE, (gint64) at[1] * TILE };
  Rect rect;

  for (guint i = 0; i < 2; i++) {
    rect.first[i] = MAX (place[i], corner[i]);
    rect.end[i] = MIN (place[i] + size[i], corner[i] + TILE);
  }
  if (rect.end[0] <= rect.first[0])
    return;
  const size_t n = (size_t) (rect.end[0] - rect.first[0]);
  for (gint64 y = rect.first[1]; y < rect.end[1]; y++) {
    const size_t to =
        (size_t) (y - corner[1]) * TILE + (size_t) (rect.first[0] - corner[0]);
    const size_t from =
        (size_t) (y - place[1]) * size[0] + (size_t) (rect.first[0] - place[0]);
    paste_row (kind, tile + to * bytes, samples + from * bytes, n);
  }
}

static gboolean
is_empty (VitrailRasterKind kind, const void *samples, size_t n)
{
  if (kind == VITRAIL_RASTER_VALUES) {
    const float *values = samples;
    for (size_t i = 0; i < n; i++)
      if (!isnan (values[i]))
        return FALSE;
    return TRUE;
  }
  const uint8_t *bytes = samples;
  const size_t length = n * vitrail_raster_get_sample_bytes (kind);
  return bytes[0] == 0 && memcmp (bytes, bytes + 1, length - 1) == 0;
}

gboolean
vitrail_raster_layer_paste (VitrailRasterLayer *self,
                            VitrailRasterRoom *room,
                            const void *samples,
                            const guint size[2],
                            const gint64 place[2],
                            GError **error)
{
  const VitrailRasterLevel *level = &self->levels[0];
  const guint n[2] = { level->columns, level->rows };
  gint64 first[2];
  gint64 last[2];

  if (is_empty (room->kind, samples, (size_t) size[0] * size[1]))
    return TRUE;
  for (guint i = 0; i < 2; i++) {
    first[i] = MAX (place[i], 0) / TILE;
    last[i] = MIN ((place[i] + size[i] - 1) / TILE, (gint64) n[i] - 1);
    if (place[i] + (gint64) size[i] <= 0)
      return TRUE;
  }
  for (gint64 row = first[1]; row <= last[1]; row++)
    for (gint64 column = first[0]; column <= last[0]; column++) {
      const guint at[2] = { (guint) column, (guint) row };
      uint8_t *tile = ensure_tile (level, room, at[0], at[1]);
      if (tile == NULL)
        return fail_room (error);
      paste_tile (room->kind, tile, at, samples, size, place);
    }
  return TRUE;
}

/* --- coarser levels --- */

/* Four samples to one. */
static uint8_t
reduce_coverage (const uint8_t *from)
{
  return (uint8_t) ((from[0] + from[1] + from[TILE] + from[TILE + 1] + 2) / 4);
}

static uint16_t
reduce_labels (const uint16_t *from)
{
  const uint16_t four[4] = { from[0], from[1], from[TILE], from[TILE + 1] };

  for (guint i = 0; i < 4; i++)
    if (four[i] != 0)
      return four[i];
  return 0;
}

static float
reduce_values (const float *from)
{
  const float four[4] = { from[0], from[1], from[TILE], from[TILE + 1] };
  float sum = 0;
  float n = 0;

  for (guint i = 0; i < 4; i++)
    if (!isnan (four[i])) {
      sum += four[i];
      n += 1;
    }
  return n > 0 ? sum / n : NAN;
}

/* @quarter: which one of @to @from becomes. */
static void
reduce_tile (VitrailRasterKind kind, void *to, const void *from, guint quarter)
{
  const size_t half = TILE / 2;
  const size_t corner = (quarter & 1) * half + (quarter >> 1) * half * TILE;

  for (size_t y = 0; y < half; y++)
    for (size_t x = 0; x < half; x++) {
      const size_t out = corner + y * TILE + x;
      const size_t in = 2 * y * TILE + 2 * x;
      if (kind == VITRAIL_RASTER_COVERAGE)
        ((uint8_t *) to)[out] = reduce_coverage ((const uint8_t *) from + in);
      else if (kind == VITRAIL_RASTER_LABELS)
        ((uint16_t *) to)[out] = reduce_labels ((const uint16_t *) from + in);
      else
        ((float *) to)[out] = reduce_values ((const float *) from + in);
    }
}

static gboolean
reduce_level (const VitrailRasterLevel *fine,
              const VitrailRasterLevel *coarse,
              VitrailRasterRoom *room)
{
  for (guint row = 0; row < fine->rows; row++)
    for (guint column = 0; column < fine->columns; column++) {
      const void *from = fine->tiles[(size_t) row * fine->columns + column];
      if (from == NULL)
        continue;
      void *to = ensure_tile (coarse, room, column / 2, row / 2);
      if (to == NULL)
        return FALSE;
      reduce_tile (room->kind, to, from, (row & 1) * 2 + (column & 1));
    }
  return TRUE;
}

gboolean
vitrail_raster_layer_finish (VitrailRasterLayer *self,
                             VitrailRasterRoom *room,
                             GError **error)
{
  for (guint i = 0; i + 1 < self->n_levels; i++)
    if (!reduce_level (&self->levels[i], &self->levels[i + 1], room))
      return fail_room (error);
  return TRUE;
}
