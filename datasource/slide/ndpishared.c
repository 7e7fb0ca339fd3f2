/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the focal planes of an NDPI slide share: its index, the grids that tiles
 * are cut by, and the tiles that were cut last. */

#include "slide/ndpishared.h"

#include "error.h"
#include "mapping.h"

#include <stdio.h>
#include <string.h>

/* What tiles should measure: as near as intervals allow, and at least and at
 * most so much. */
#define TILE_SIDE     512u
#define MIN_TILE_SIDE 128u
#define MAX_TILE_SIDE 2048u
/* Pixels that are cut at a time. */
#define MAX_BAND_PIXELS (16u << 20)
/* Groups kept, and what one takes. */
#define MAX_GROUPS  16u
#define GROUP_BYTES (G_GUINT64_CONSTANT (1) << 20)

/* Tiles cut together. */
typedef struct {
  guint64 key;
  GPtrArray *tiles; /* NULL while they are being cut */
} Group;

static void
group_free (gpointer data)
{
  Group *self = data;

  g_clear_pointer (&self->tiles, g_ptr_array_unref);
  g_free (self);
}

static const VitrailNdpiLevel *
get_ndpi_level (const VitrailNdpiShared *self, const guint place[2])
{
  return &g_array_index (self->index->all, VitrailNdpiLevel,
                         vitrail_ndpi_index_find (self->index, place[0],
                                                  place[1]));
}

const VitrailSlideLevel *
vitrail_ndpi_shared_get_grid (const VitrailNdpiShared *self, guint level)
{
  return &g_array_index (self->grids, VitrailSlideLevel, level);
}

/* Tiles in an interval, side by side. */
static guint
count_tiles (const VitrailNdpiLevel *ndpi, const VitrailSlideLevel *grid)
{
  return ndpi->head.interval * ndpi->head.mcu_width / grid->tile_width;
}

/* Interval column @column in row @row of the tiles of @place: a plane, a level.
 */
static GPtrArray *
cut_group (VitrailNdpiShared *self,
           const guint place[2],
           guint column,
           guint row,
           GError **error)
{
  const guint level = place[1];
  const VitrailNdpiLevel *ndpi = get_ndpi_level (self, place);
  const VitrailSlideLevel *grid = vitrail_ndpi_shared_get_grid (self, level);
  const guint height = grid->tile_height / ndpi->head.mcu_height;
  const guint first = row * height;
  const guint n = MIN (height, ndpi->rows - first);
  g_autofree VitrailJpegPart *parts = g_new0 (VitrailJpegPart, n);
  const VitrailJpegBand band = { .head = &ndpi->head,
                                 .mcus = ndpi->head.interval,
                                 .rows = n,
                                 .parts = parts,
                                 .n_parts = n };

  for (guint i = 0; i < n; i++) {
    if (vitrail_ndpi_level_get_interval (ndpi, column, first + i, &parts[i]) &&
        vitrail_mapping_is_whole (parts[i].data, parts[i].length))
      continue;
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT,
                 "%s: level %u: restart interval %u of row %u is not there",
                 self->path, level, column, first + i);
    return NULL;
  }
  GPtrArray *tiles =
      vitrail_jpeg_cut (&band, grid->tile_width, grid->tile_height, error);
  if (tiles == NULL)
    g_prefix_error (error,
                    "%s: level %u: tiles from column %u, row %u: ", self->path,
                    level, column * count_tiles (ndpi, grid), row);
  return tiles;
}

static Group *
find_group_locked (VitrailNdpiShared *self, guint64 key)
{
  for (GList *link = self->groups.head; link != NULL; link = link->next)
    if (((Group *) link->data)->key == key)
      return link->data;
  return NULL;
}

/* Lets go of the longest unused that is ready. */
static void
trim_groups_locked (VitrailNdpiShared *self)
{
  GList *link = self->groups.tail;

  while (link != NULL && self->groups.length > MAX_GROUPS) {
    GList *before = link->prev;
    if (((Group *) link->data)->tiles != NULL) {
      group_free (link->data);
      g_queue_delete_link (&self->groups, link);
    }
    link = before;
  }
}

/* The tiles of @key where they are there, waiting for whoever cuts them; NULL:
 * the caller is to cut them, and to call finish_group (). */
static GPtrArray *
claim_group (VitrailNdpiShared *self, guint64 key)
{
  GPtrArray *tiles = NULL;
  Group *group;

  pthread_mutex_lock (&self->lock);
  while ((group = find_group_locked (self, key)) != NULL &&
         group->tiles == NULL)
    pthread_cond_wait (&self->cut, &self->lock);
  if (group != NULL) {
    tiles = g_ptr_array_ref (group->tiles);
    g_queue_remove (&self->groups, group);
  } else {
    group = g_new0 (Group, 1);
    group->key = key;
  }
  g_queue_push_head (&self->groups, group);
  trim_groups_locked (self);
  pthread_mutex_unlock (&self->lock);
  return tiles;
}

/* @tiles NULL: it failed; who waits tries again. */
static void
finish_group (VitrailNdpiShared *self, guint64 key, GPtrArray *tiles)
{
  pthread_mutex_lock (&self->lock);
  Group *group = find_group_locked (self, key);
  if (tiles != NULL) {
    group->tiles = g_ptr_array_ref (tiles);
  } else {
    g_queue_remove (&self->groups, group);
    group_free (group);
  }
  pthread_cond_broadcast (&self->cut);
  pthread_mutex_unlock (&self->lock);
}

GBytes *
vitrail_ndpi_shared_ref_tile (VitrailNdpiShared *self,
                              const guint place[2],
                              guint column,
                              guint row,
                              GError **error)
{
  const guint n = count_tiles (get_ndpi_level (self, place),
                               vitrail_ndpi_shared_get_grid (self, place[1]));
  const guint view = vitrail_ndpi_index_find (self->index, place[0], place[1]);
  const guint64 key =
      ((guint64) view << 56) | ((guint64) row << 28) | (column / n);
  g_autoptr (GPtrArray) tiles = claim_group (self, key);

  if (tiles == NULL) {
    tiles = cut_group (self, place, column / n, row, error);
    finish_group (self, key, tiles);
  }
  if (tiles == NULL)
    return NULL;
  return g_bytes_ref (g_ptr_array_index (tiles, column % n));
}

guint64
vitrail_ndpi_shared_get_size_bytes (const VitrailNdpiShared *self)
{
  guint64 bytes = MAX_GROUPS * GROUP_BYTES;

  for (guint i = 0; i < self->index->all->len; i++)
    bytes += g_array_index (self->index->all, VitrailNdpiLevel, i).starts->len *
             sizeof (guint64);
  return bytes;
}

/* The part of an interval, in whole MCUs, that is nearest to TILE_SIDE; 0: none
 * is a good tile. */
static guint
choose_tile_width (const VitrailJpegHead *head)
{
  guint best = 0;

  for (guint mcus = 1; mcus <= head->interval; mcus++) {
    const guint width = mcus * head->mcu_width;
    if (head->interval % mcus != 0 || width > MAX_TILE_SIDE ||
        (width < MIN_TILE_SIDE && mcus < head->interval))
      continue;
    if (best == 0 || ABS ((int) width - (int) TILE_SIDE) <
                         ABS ((int) best - (int) TILE_SIDE))
      best = width;
  }
  return best;
}

static gboolean
add_grid (VitrailNdpiShared *self, guint level, GError **error)
{
  const guint place[2] = { self->index->middle, level };
  const VitrailNdpiLevel *ndpi = get_ndpi_level (self, place);
  VitrailSlideLevel grid = { .width = ndpi->width, .height = ndpi->height };

  grid.tile_width = choose_tile_width (&ndpi->head);
  grid.tile_height = TILE_SIDE; /* MCUs have 8, 16, 24 or 32 lines */
  if (TILE_SIDE % ndpi->head.mcu_height != 0)
    grid.tile_height = TILE_SIDE / 4 * 3;
  if (grid.tile_width == 0 || grid.tile_height % ndpi->head.mcu_height != 0 ||
      (guint64) ndpi->head.interval * ndpi->head.mcu_width * grid.tile_height >
          MAX_BAND_PIXELS)
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: level %u: intervals of %u MCUs make no tiles", self->path,
                 level, ndpi->head.interval);
    return FALSE;
  }
  grid.columns = (guint) ((grid.width + grid.tile_width - 1) / grid.tile_width);
  grid.rows = (guint) ((grid.height + grid.tile_height - 1) / grid.tile_height);
  grid.downsample =
      level == 0 ? 1.0
                 : (double) vitrail_ndpi_shared_get_grid (self, 0)->width /
                       (double) grid.width;
  g_array_append_val (self->grids, grid);
  return TRUE;
}

static void
add_property (VitrailNdpiShared *self, const char *keyword, const char *value)
{
  const VitrailSlideProperty property = { keyword, value };

  if (value != NULL && value[0] != '\0')
    g_array_append_val (self->properties, property);
}

/* "2017:02:07 13:06:43" as ISO 8601. */
static char *
make_date (const char *text)
{
  guint d[6];

  if (text == NULL ||
      sscanf (text, "%4u:%2u:%2u %2u:%2u:%2u", /* NOLINT(cert-err34-c) */
              &d[0], &d[1], &d[2], &d[3], &d[4], &d[5]) != 6)
    return NULL;
  return g_strdup_printf ("%04u-%02u-%02uT%02u:%02u:%02u", d[0], d[1], d[2],
                          d[3], d[4], d[5]);
}

static void
read_properties (VitrailNdpiShared *self)
{
  const VitrailNdpiIndex *index = self->index;

  self->date = make_date (index->date);
  add_property (self, "Manufacturer", index->make);
  add_property (self, "ManufacturerModelName", index->model);
  add_property (self, "DeviceSerialNumber", index->serial);
  add_property (self, "AcquisitionDateTime", self->date);
}

static VitrailNdpiShared *
shared_new (const char *path)
{
  VitrailNdpiShared *self = g_new0 (VitrailNdpiShared, 1);

  g_atomic_ref_count_init (&self->ref_count);
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->cut, NULL);
  g_queue_init (&self->groups);
  vitrail_facet_table_init (&self->facets);
  self->grids = g_array_new (FALSE, TRUE, sizeof (VitrailSlideLevel));
  self->properties = g_array_new (TRUE, TRUE, sizeof (VitrailSlideProperty));
  self->path = g_strdup (path);
  self->name = g_path_get_basename (path);
  return self;
}

VitrailNdpiShared *
vitrail_ndpi_shared_open (const char *path, GError **error)
{
  g_autoptr (VitrailNdpiShared) self = shared_new (path);
  g_autoptr (GBytes) file = vitrail_map_file (path, error);

  if (file == NULL)
    return NULL;
  self->id = vitrail_slide_make_id (path, error);
  if (self->id == NULL)
    return NULL;
  self->index = vitrail_ndpi_index_new (file, path, error);
  if (self->index == NULL)
    return NULL;
  for (guint i = 0; i < self->index->n_levels; i++)
    if (!add_grid (self, i, error))
      return NULL;
  read_properties (self);
  return g_steal_pointer (&self);
}

VitrailNdpiShared *
vitrail_ndpi_shared_ref (VitrailNdpiShared *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
vitrail_ndpi_shared_unref (VitrailNdpiShared *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  vitrail_facet_table_clear (&self->facets);
  g_queue_clear_full (&self->groups, group_free);
  g_array_unref (self->grids);
  g_array_unref (self->properties);
  g_clear_pointer (&self->index, vitrail_ndpi_index_free);
  g_free (self->path);
  g_free (self->id);
  g_free (self->name);
  g_free (self->date);
  pthread_cond_destroy (&self->cut);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}
