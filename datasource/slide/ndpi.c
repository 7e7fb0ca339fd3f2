/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Hamamatsu's NDPI: levels of one JPEG stream each, cut into tiles without
 * being decoded (jpegcut.h). What cannot be cut is left to OpenSlide. The
 * intervals of one column and one row of tiles are cut together, and the last
 * such groups are kept. */

#include "codec/codec.h"
#include "error.h"
#include "mapping.h"
#include "slide/ndpiindex.h"
#include "slide/slide.h"

#include <pthread.h>
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

#define JPEG_SYNTAX "1.2.840.10008.1.2.4.50"

/* Tiles cut together. */
typedef struct {
  guint64 key;
  GPtrArray *tiles; /* NULL while they are being cut */
} Group;

#define VITRAIL_TYPE_NDPI (vitrail_ndpi_get_type ())
G_DECLARE_FINAL_TYPE (VitrailNdpi, vitrail_ndpi, VITRAIL, NDPI, GObject)

struct _VitrailNdpi {
  GObject parent_instance;

  /* Constant after opening. */
  char *path;
  char *id;
  char *name;
  VitrailNdpiIndex *index;
  GArray *grids;      /* VitrailSlideLevel */
  GArray *properties; /* VitrailSlideProperty, ended by NULL */
  char *date;

  pthread_mutex_t lock;
  pthread_cond_t cut;
  GQueue groups; /* Group, the last used first; guarded by lock */
};

static void vitrail_ndpi_slide_init (VitrailSlideInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VitrailNdpi,
                               vitrail_ndpi,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_SLIDE,
                                                      vitrail_ndpi_slide_init))

static void
group_free (gpointer data)
{
  Group *self = data;

  g_clear_pointer (&self->tiles, g_ptr_array_unref);
  g_free (self);
}

static const VitrailNdpiLevel *
get_ndpi_level (const VitrailNdpi *self, guint level)
{
  return &g_array_index (self->index->levels, VitrailNdpiLevel, level);
}

static const VitrailSlideLevel *
get_grid (const VitrailNdpi *self, guint level)
{
  return &g_array_index (self->grids, VitrailSlideLevel, level);
}

/* --- cutting --- */

/* Tiles in an interval, side by side. */
static guint
count_tiles (const VitrailNdpi *self, guint level)
{
  const VitrailJpegHead *head = &get_ndpi_level (self, level)->head;

  return head->interval * head->mcu_width / get_grid (self, level)->tile_width;
}

/* Interval column @column in row @row of tiles. */
static GPtrArray *
cut_group (VitrailNdpi *self,
           guint level,
           guint column,
           guint row,
           GError **error)
{
  const VitrailNdpiLevel *ndpi = get_ndpi_level (self, level);
  const VitrailSlideLevel *grid = get_grid (self, level);
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
                    level, column * count_tiles (self, level), row);
  return tiles;
}

static Group *
find_group_locked (VitrailNdpi *self, guint64 key)
{
  for (GList *link = self->groups.head; link != NULL; link = link->next)
    if (((Group *) link->data)->key == key)
      return link->data;
  return NULL;
}

/* Lets go of the longest unused that is ready. */
static void
trim_groups_locked (VitrailNdpi *self)
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
claim_group (VitrailNdpi *self, guint64 key)
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
finish_group (VitrailNdpi *self, guint64 key, GPtrArray *tiles)
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

static GBytes *
vitrail_ndpi_get_tile (VitrailSlide *slide,
                       guint level,
                       guint column,
                       guint row,
                       VitrailTileCoding *coding,
                       GError **error)
{
  VitrailNdpi *self = VITRAIL_NDPI (slide);
  const guint n = count_tiles (self, level);
  const guint64 key =
      ((guint64) level << 56) | ((guint64) row << 28) | (column / n);
  g_autoptr (GPtrArray) tiles = claim_group (self, key);

  *coding = VITRAIL_TILE_JPEG;
  if (tiles == NULL) {
    tiles = cut_group (self, level, column / n, row, error);
    finish_group (self, key, tiles);
  }
  if (tiles == NULL)
    return NULL;
  return g_bytes_ref (g_ptr_array_index (tiles, column % n));
}

static gboolean
vitrail_ndpi_decode_tile (VitrailSlide *slide,
                          guint level,
                          guint column,
                          guint row,
                          uint8_t *rgb,
                          size_t stride,
                          GCancellable *cancellable,
                          GError **error)
{
  VitrailNdpi *self = VITRAIL_NDPI (slide);
  const VitrailSlideLevel *grid = get_grid (self, level);
  VitrailTileCoding coding;
  g_autoptr (GBytes) tile =
      vitrail_ndpi_get_tile (slide, level, column, row, &coding, error);

  if (tile == NULL)
    return FALSE;
  if (!vitrail_jpeg_tile_decode (tile, grid->tile_width, grid->tile_height, rgb,
                                 stride))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT,
                 "%s: level %u: tile %u, %u does not decode", self->path, level,
                 column, row);
    return FALSE;
  }
  vitrail_slide_fill_outside (slide, level, column, row, rgb, stride);
  return TRUE;
}

/* --- what it says --- */

static guint
vitrail_ndpi_get_n_levels (VitrailSlide *slide)
{
  return VITRAIL_NDPI (slide)->grids->len;
}

static void
vitrail_ndpi_get_level (VitrailSlide *slide,
                        guint level,
                        VitrailSlideLevel *out)
{
  *out = *get_grid (VITRAIL_NDPI (slide), level);
}

static gboolean
vitrail_ndpi_get_mpp_um (VitrailSlide *slide, double mpp_um[2])
{
  const VitrailNdpiIndex *index = VITRAIL_NDPI (slide)->index;

  memcpy (mpp_um, index->mpp_um, sizeof index->mpp_um);
  return mpp_um[0] > 0 && mpp_um[1] > 0;
}

static double
vitrail_ndpi_get_objective_power (VitrailSlide *slide)
{
  return VITRAIL_NDPI (slide)->index->lens;
}

static const char *
vitrail_ndpi_get_id (VitrailSlide *slide)
{
  return VITRAIL_NDPI (slide)->id;
}

static const char *
vitrail_ndpi_get_name (VitrailSlide *slide)
{
  return VITRAIL_NDPI (slide)->name;
}

static gboolean
vitrail_ndpi_is_lossy (VitrailSlide *slide)
{
  return TRUE;
}

static guint64
vitrail_ndpi_get_size_bytes (VitrailSlide *slide)
{
  VitrailNdpi *self = VITRAIL_NDPI (slide);
  guint64 bytes = MAX_GROUPS * GROUP_BYTES;

  for (guint i = 0; i < self->grids->len; i++)
    bytes += get_ndpi_level (self, i)->starts->len * sizeof (guint64);
  return bytes;
}

static const VitrailSlideProperty *
vitrail_ndpi_list_properties (VitrailSlide *slide)
{
  return (const VitrailSlideProperty *) (const void *) VITRAIL_NDPI (slide)
      ->properties->data;
}

static const char *const *
vitrail_ndpi_list_associated (VitrailSlide *slide)
{
  static const char *const none[] = { NULL };
  static const char *const macro[] = { "macro", NULL };

  return VITRAIL_NDPI (slide)->index->macro.data != NULL ? macro : none;
}

static VitrailFrame *
vitrail_ndpi_read_associated (VitrailSlide *slide,
                              const char *name,
                              GError **error)
{
  VitrailNdpi *self = VITRAIL_NDPI (slide);
  const VitrailJpegPart *macro = &self->index->macro;
  VitrailJpegHead head;
  VitrailCodecInput input = { .data = macro->data,
                              .length = macro->length,
                              .format = { .samples = 3,
                                          .bits_allocated = 8,
                                          .bits_stored = 8,
                                          .high_bit = 7,
                                          .photometric =
                                              VITRAIL_PHOTOMETRIC_YBR_FULL },
                              .name = self->path,
                              .frame = 1 };

  if (!vitrail_mapping_is_whole (macro->data, macro->length) ||
      !vitrail_jpeg_head_read (&head, macro->data, macro->length))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT,
                 "%s: the picture '%s' is broken", self->path, name);
    return NULL;
  }
  input.format.width = head.width;
  input.format.height = head.height;
  VitrailFrame *frame =
      vitrail_codec_find (JPEG_SYNTAX)->decode (&input, error);
  return frame != NULL ? vitrail_frame_normalize (frame) : NULL;
}

static void
vitrail_ndpi_slide_init (VitrailSlideInterface *iface)
{
  iface->get_n_levels = vitrail_ndpi_get_n_levels;
  iface->get_level = vitrail_ndpi_get_level;
  iface->get_mpp_um = vitrail_ndpi_get_mpp_um;
  iface->get_objective_power = vitrail_ndpi_get_objective_power;
  iface->get_id = vitrail_ndpi_get_id;
  iface->get_name = vitrail_ndpi_get_name;
  iface->get_tile = vitrail_ndpi_get_tile;
  iface->decode_tile = vitrail_ndpi_decode_tile;
  iface->list_associated = vitrail_ndpi_list_associated;
  iface->read_associated = vitrail_ndpi_read_associated;
  iface->is_lossy = vitrail_ndpi_is_lossy;
  iface->get_size_bytes = vitrail_ndpi_get_size_bytes;
  iface->list_properties = vitrail_ndpi_list_properties;
}

static void
vitrail_ndpi_finalize (GObject *object)
{
  VitrailNdpi *self = VITRAIL_NDPI (object);

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
  G_OBJECT_CLASS (vitrail_ndpi_parent_class)->finalize (object);
}

static void
vitrail_ndpi_class_init (VitrailNdpiClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_ndpi_finalize;
}

static void
vitrail_ndpi_init (VitrailNdpi *self)
{
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->cut, NULL);
  g_queue_init (&self->groups);
  self->grids = g_array_new (FALSE, TRUE, sizeof (VitrailSlideLevel));
  self->properties = g_array_new (TRUE, TRUE, sizeof (VitrailSlideProperty));
}

/* --- opening --- */

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
add_grid (VitrailNdpi *self, guint level, GError **error)
{
  const VitrailNdpiLevel *ndpi = get_ndpi_level (self, level);
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
                 : (double) get_grid (self, 0)->width / (double) grid.width;
  g_array_append_val (self->grids, grid);
  return TRUE;
}

static void
add_property (VitrailNdpi *self, const char *keyword, const char *value)
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
read_properties (VitrailNdpi *self)
{
  const VitrailNdpiIndex *index = self->index;

  self->date = make_date (index->date);
  add_property (self, "Manufacturer", index->make);
  add_property (self, "ManufacturerModelName", index->model);
  add_property (self, "DeviceSerialNumber", index->serial);
  add_property (self, "AcquisitionDateTime", self->date);
}

static VitrailSlide *
ndpi_open (const char *const *paths, GError **error)
{
  g_autoptr (VitrailNdpi) self = g_object_new (VITRAIL_TYPE_NDPI, NULL);
  g_autoptr (GBytes) file = vitrail_map_file (paths[0], error);

  if (file == NULL)
    return NULL;
  self->path = g_strdup (paths[0]);
  self->name = g_path_get_basename (paths[0]);
  self->id = vitrail_slide_make_id (paths[0], error);
  if (self->id == NULL)
    return NULL;
  self->index = vitrail_ndpi_index_new (file, self->path, error);
  if (self->index == NULL)
    return NULL;
  for (guint i = 0; i < self->index->levels->len; i++)
    if (!add_grid (self, i, error))
      return NULL;
  read_properties (self);
  return VITRAIL_SLIDE (g_steal_pointer (&self));
}

/* Cheap where it is no NDPI file; one that cannot be cut is not taken. */
static gboolean
ndpi_probe (const char *path)
{
  const char *paths[] = { path, NULL };
  uint8_t head[4] = { 0 };
  FILE *file = fopen (path, "rbe");

  if (file == NULL)
    return FALSE;
  const size_t n = fread (head, 1, sizeof head, file);
  (void) fclose (file);
  if (n != sizeof head || memcmp (head, "II*\0", 4) != 0)
    return FALSE;
  g_autoptr (VitrailSlide) slide = ndpi_open (paths, NULL);
  return slide != NULL;
}

const VitrailSlideReader vitrail_slide_reader_ndpi = {
  .name = "ndpi",
  .probe = ndpi_probe,
  .open = ndpi_open,
};
