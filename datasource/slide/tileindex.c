/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames to tiles: see tileindex.h. */

#include "slide/tileindex.h"

#include "error.h"
#include "limits.h"

#include <string.h>

#define ROWS                 VITRAIL_TAG (0x0028, 0x0010)
#define COLUMNS              VITRAIL_TAG (0x0028, 0x0011)
#define TOTAL_COLUMNS        VITRAIL_TAG (0x0048, 0x0006)
#define TOTAL_ROWS           VITRAIL_TAG (0x0048, 0x0007)
#define ORGANIZATION_TYPE    VITRAIL_TAG (0x0020, 0x9311)
#define CONCATENATION_OFFSET VITRAIL_TAG (0x0020, 0x9228)
#define PER_FRAME_GROUPS     VITRAIL_TAG (0x5200, 0x9230)
#define PLANE_POSITION       VITRAIL_TAG (0x0048, 0x021a)
#define COLUMN_POSITION      VITRAIL_TAG (0x0048, 0x021e)
#define ROW_POSITION         VITRAIL_TAG (0x0048, 0x021f)
#define PATH_IDENTIFICATION  VITRAIL_TAG (0x0048, 0x0207)
#define PATH_IDENTIFIER      VITRAIL_TAG (0x0048, 0x0106)

struct _VitrailTileIndex {
  VitrailSlideLevel level;
  VitrailTileRef *cells; /* row by row; frame 0: nothing there */
  guint n_tiles;
  char *path; /* the optical path that is shown; NULL until one is named */
};

/* One instance while it is added. */
typedef struct {
  VitrailTileIndex *index;
  guint32 part;
  const VitrailDataSet *data_set;
  guint n_frames;
  const char *name;
} Adding;

static gboolean
fail_attribute (const char *name,
                VitrailTag tag,
                VitrailError code,
                const char *what,
                GError **error)
{
  char text[VITRAIL_TAG_TEXT_SIZE];
  g_set_error (error, VITRAIL_ERROR, (int) code, "%s: %s: %s", name,
               vitrail_tag_text (tag, text), what);
  return FALSE;
}

static gboolean
read_side (const VitrailDataSet *data_set,
           VitrailTag tag,
           int64_t most,
           const char *name,
           int64_t *side,
           GError **error)
{
  if (!vitrail_data_set_get_int (data_set, tag, 0, side))
    return fail_attribute (name, tag, VITRAIL_ERROR_MALFORMED, "missing",
                           error);
  if (*side >= 1 && *side <= most)
    return TRUE;
  g_autofree char *what =
      g_strdup_printf ("%" G_GINT64_FORMAT " is not a size", *side);
  return fail_attribute (name, tag, VITRAIL_ERROR_MALFORMED, what, error);
}

gboolean
vitrail_tile_index_read_level (const VitrailDataSet *data_set,
                               const char *name,
                               VitrailSlideLevel *level,
                               GError **error)
{
  int64_t width;
  int64_t height;
  int64_t columns;
  int64_t rows;

  if (!read_side (data_set, TOTAL_COLUMNS, G_MAXUINT32, name, &width, error) ||
      !read_side (data_set, TOTAL_ROWS, G_MAXUINT32, name, &height, error) ||
      !read_side (data_set, COLUMNS, VITRAIL_LIMIT_SIDE, name, &columns,
                  error) ||
      !read_side (data_set, ROWS, VITRAIL_LIMIT_SIDE, name, &rows, error))
    return FALSE;
  level->width = (guint64) width;
  level->height = (guint64) height;
  level->tile_width = (guint) columns;
  level->tile_height = (guint) rows;
  level->columns = (guint) ((width + columns - 1) / columns);
  level->rows = (guint) ((height + rows - 1) / rows);
  level->downsample = 1.0;
  if (columns * rows > (int64_t) VITRAIL_LIMIT_TILE_PIXELS)
    return fail_attribute (name, COLUMNS, VITRAIL_ERROR_LIMIT,
                           "too large for a tile", error);
  if ((guint64) level->columns * level->rows <= VITRAIL_LIMIT_FRAMES)
    return TRUE;
  g_autofree char *what =
      g_strdup_printf ("%" G_GINT64_FORMAT " x %" G_GINT64_FORMAT
                       " pixels in tiles of %" G_GINT64_FORMAT
                       " x %" G_GINT64_FORMAT " are too many",
                       width, height, columns, rows);
  return fail_attribute (name, TOTAL_COLUMNS, VITRAIL_ERROR_LIMIT, what, error);
}

VitrailTileIndex *
vitrail_tile_index_new (const VitrailSlideLevel *level)
{
  VitrailTileRef *cells =
      g_try_malloc0_n ((gsize) level->columns * level->rows, sizeof *cells);

  if (cells == NULL)
    return NULL;
  VitrailTileIndex *self = g_new0 (VitrailTileIndex, 1);
  self->level = *level;
  self->cells = cells;
  return self;
}

void
vitrail_tile_index_free (VitrailTileIndex *self)
{
  g_free (self->cells);
  g_free (self->path);
  g_free (self);
}

static void
set_cell (const Adding *adding, guint64 cell, guint32 frame)
{
  VitrailTileRef *ref = &adding->index->cells[cell];

  if (ref->frame != 0)
    return;
  ref->part = adding->part;
  ref->frame = frame;
  adding->index->n_tiles++;
}

/* TILED_FULL: along the rows, then down, then focal planes, then optical paths;
 * only the first plane of the first path is shown. */
static gboolean
add_full (const Adding *adding, GError **error)
{
  const VitrailSlideLevel *level = &adding->index->level;
  guint64 n_cells = (guint64) level->columns * level->rows;
  int64_t offset =
      vitrail_data_set_get_int_or (adding->data_set, CONCATENATION_OFFSET, 0);

  if (offset < 0)
    return fail_attribute (adding->name, CONCATENATION_OFFSET,
                           VITRAIL_ERROR_MALFORMED, "negative", error);
  for (guint frame = 0; frame < adding->n_frames; frame++) {
    guint64 cell = (guint64) offset + frame;
    if (cell >= n_cells)
      break;
    set_cell (adding, cell, frame + 1);
  }
  return TRUE;
}

/* A position, counted from 1 in pixels of the whole matrix, as a tile. */
static gboolean
read_position (const Adding *adding,
               const VitrailDataSet *position,
               VitrailTag tag,
               guint frame,
               guint *tile,
               GError **error)
{
  const VitrailSlideLevel *level = &adding->index->level;
  gboolean across = tag == COLUMN_POSITION;
  guint side = across ? level->tile_width : level->tile_height;
  guint64 most = across ? level->width : level->height;
  int64_t value;
  char what[96];

  if (!vitrail_data_set_get_int (position, tag, 0, &value)) {
    g_snprintf (what, sizeof what, "missing for frame %u", frame);
    return fail_attribute (adding->name, tag, VITRAIL_ERROR_MALFORMED, what,
                           error);
  }
  if (value < 1 || (guint64) value > most) {
    g_snprintf (what, sizeof what,
                "%" G_GINT64_FORMAT " of frame %u is outside of the matrix",
                value, frame);
    return fail_attribute (adding->name, tag, VITRAIL_ERROR_MALFORMED, what,
                           error);
  }
  if ((value - 1) % side != 0) {
    g_snprintf (what, sizeof what,
                "%" G_GINT64_FORMAT " of frame %u is not on a grid of %u",
                value, frame, side);
    return fail_attribute (adding->name, tag, VITRAIL_ERROR_UNSUPPORTED, what,
                           error);
  }
  *tile = (guint) ((value - 1) / side);
  return TRUE;
}

/* Whether @groups belong to the optical path that is shown: the first one that
 * any frame names. */
static gboolean
is_shown_path (VitrailTileIndex *self, const VitrailDataSet *groups)
{
  size_t length = 0;
  VitrailDataSet *path =
      vitrail_data_set_get_item (groups, PATH_IDENTIFICATION, 0);
  const char *text =
      vitrail_data_set_peek_text (path, PATH_IDENTIFIER, 0, &length);

  if (text == NULL)
    return TRUE;
  if (self->path == NULL)
    self->path = g_strndup (text, length);
  return strlen (self->path) == length &&
         memcmp (self->path, text, length) == 0;
}

static gboolean
add_sparse_frame (const Adding *adding, guint frame, GError **error)
{
  VitrailTileIndex *self = adding->index;
  VitrailDataSet *groups =
      vitrail_data_set_get_item (adding->data_set, PER_FRAME_GROUPS, frame - 1);
  VitrailDataSet *position =
      vitrail_data_set_get_item (groups, PLANE_POSITION, 0);
  guint column;
  guint row;

  if (!is_shown_path (self, groups))
    return TRUE;
  if (!read_position (adding, position, COLUMN_POSITION, frame, &column,
                      error) ||
      !read_position (adding, position, ROW_POSITION, frame, &row, error))
    return FALSE;
  set_cell (adding, (guint64) row * self->level.columns + column, frame);
  return TRUE;
}

static gboolean
add_sparse (const Adding *adding, GError **error)
{
  guint n_items =
      vitrail_data_set_get_n_items (adding->data_set, PER_FRAME_GROUPS);
  guint n_frames = MIN (n_items, adding->n_frames);

  for (guint frame = 1; frame <= n_frames; frame++)
    if (!add_sparse_frame (adding, frame, error))
      return FALSE;
  return TRUE;
}

/* Frames say where they are. Writers that leave the organization out do it
 * either way, and a single tile needs neither. */
static gboolean
is_sparse (const VitrailDataSet *data_set)
{
  if (vitrail_data_set_text_is (data_set, ORGANIZATION_TYPE, 0, "TILED_FULL"))
    return FALSE;
  VitrailDataSet *first =
      vitrail_data_set_get_item (data_set, PER_FRAME_GROUPS, 0);
  return vitrail_data_set_text_is (data_set, ORGANIZATION_TYPE, 0,
                                   "TILED_SPARSE") ||
         vitrail_data_set_get_n_items (first, PLANE_POSITION) > 0;
}

gboolean
vitrail_tile_index_add (VitrailTileIndex *self,
                        guint32 part,
                        const VitrailDataSet *data_set,
                        guint n_frames,
                        const char *name,
                        GError **error)
{
  Adding adding = { self, part, data_set, n_frames, name };

  if (!is_sparse (data_set))
    return add_full (&adding, error);
  if (vitrail_data_set_get_n_items (data_set, PER_FRAME_GROUPS) == 0)
    return fail_attribute (name, PER_FRAME_GROUPS, VITRAIL_ERROR_MALFORMED,
                           "missing, though the tiles are sparse", error);
  return add_sparse (&adding, error);
}

gboolean
vitrail_tile_index_find (const VitrailTileIndex *self,
                         guint column,
                         guint row,
                         VitrailTileRef *ref)
{
  if (column >= self->level.columns || row >= self->level.rows)
    return FALSE;
  *ref = self->cells[(gsize) row * self->level.columns + column];
  return ref->frame != 0;
}

gsize
vitrail_tile_index_get_size_bytes (const VitrailTileIndex *self)
{
  return sizeof *self +
         (gsize) self->level.columns * self->level.rows * sizeof *self->cells;
}

guint
vitrail_tile_index_get_n_tiles (const VitrailTileIndex *self)
{
  return self->n_tiles;
}
