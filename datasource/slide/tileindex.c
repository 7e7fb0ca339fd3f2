/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames to tiles: see tileindex.h. */

#include "slide/tileindex.h"

#include "error.h"
#include "limits.h"

#define ROWS          VITRAIL_TAG (0x0028, 0x0010)
#define COLUMNS       VITRAIL_TAG (0x0028, 0x0011)
#define TOTAL_COLUMNS VITRAIL_TAG (0x0048, 0x0006)
#define TOTAL_ROWS    VITRAIL_TAG (0x0048, 0x0007)
/* More frames over one tile are not all drawn. */
#define MAX_LOOSE 64u

/* One optical path in one focal plane.
 * @cells: row by row; frame 0: nothing there; NULL where there are none at all
 * @loose: cell -> GArray of VitrailLooseTile; or NULL */
typedef struct {
  VitrailTileRef *cells;
  GHashTable *loose;
  guint n_tiles;
} Facet;

struct _VitrailTileIndex {
  VitrailSlideLevel level;
  guint n_paths;
  guint n_planes;
  Facet *facets; /* n_planes of each path */
  guint *shown;  /* the facet that is shown for each, see settle () */
  guint64 n_cells;
  guint64 n_loose;
};

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
vitrail_tile_index_new (const VitrailSlideLevel *level,
                        guint n_paths,
                        guint n_planes)
{
  VitrailTileIndex *self = g_new0 (VitrailTileIndex, 1);

  self->level = *level;
  self->n_paths = n_paths;
  self->n_planes = n_planes;
  self->facets = g_new0 (Facet, (gsize) n_paths * n_planes);
  self->shown = g_new (guint, (gsize) n_paths * n_planes);
  for (guint i = 0; i < n_paths * n_planes; i++)
    self->shown[i] = i;
  return self;
}

void
vitrail_tile_index_free (VitrailTileIndex *self)
{
  for (guint i = 0; i < self->n_paths * self->n_planes; i++) {
    g_free (self->facets[i].cells);
    g_clear_pointer (&self->facets[i].loose, g_hash_table_unref);
  }
  g_free (self->facets);
  g_free (self->shown);
  g_free (self);
}

/* The cells of @facet are made when it gets its first frame. */
static gboolean
ensure_cells (VitrailTileIndex *self, Facet *facet)
{
  guint64 n = (guint64) self->level.columns * self->level.rows;

  if (facet->cells != NULL)
    return TRUE;
  if (self->n_cells + n > VITRAIL_LIMIT_FRAMES)
    return FALSE;
  facet->cells = g_try_malloc0_n (n, sizeof *facet->cells);
  if (facet->cells == NULL)
    return FALSE;
  self->n_cells += n;
  return TRUE;
}

static gboolean
add_loose (VitrailTileIndex *self,
           Facet *facet,
           guint64 cell,
           const VitrailLooseTile *tile)
{
  if (facet->loose == NULL)
    facet->loose = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                          (GDestroyNotify) g_array_unref);
  GArray *list = g_hash_table_lookup (facet->loose, &cell);
  if (list == NULL) {
    list = g_array_new (FALSE, FALSE, sizeof (VitrailLooseTile));
    g_hash_table_insert (facet->loose, g_memdup2 (&cell, sizeof cell), list);
  }
  if (list->len == MAX_LOOSE)
    return FALSE;
  g_array_append_val (list, *tile);
  self->n_loose++;
  return TRUE;
}

/* Over each of the up to four tiles that the frame covers. */
static VitrailTileFit
spread_loose (VitrailTileIndex *self,
              Facet *facet,
              guint64 x,
              guint64 y,
              VitrailTileRef ref)
{
  const VitrailSlideLevel *level = &self->level;
  guint column = (guint) (x / level->tile_width);
  guint row = (guint) (y / level->tile_height);
  gint32 right = (gint32) (x % level->tile_width);
  gint32 down = (gint32) (y % level->tile_height);
  gboolean any = FALSE;

  for (guint i = 0; i < 4; i++) {
    guint across = i % 2;
    guint below = i / 2;
    if ((across == 1 && right == 0) || (below == 1 && down == 0) ||
        column + across >= level->columns || row + below >= level->rows)
      continue;
    VitrailLooseTile tile = {
      ref, right - (across == 1 ? (gint32) level->tile_width : 0),
      down - (below == 1 ? (gint32) level->tile_height : 0)
    };
    guint64 cell = (guint64) (row + below) * level->columns + column + across;
    any = add_loose (self, facet, cell, &tile) || any;
  }
  return any ? VITRAIL_TILE_LOOSE : VITRAIL_TILE_COVERED;
}

VitrailTileFit
vitrail_tile_index_add (VitrailTileIndex *self,
                        guint path,
                        guint plane,
                        guint64 x,
                        guint64 y,
                        VitrailTileRef ref)
{
  const VitrailSlideLevel *level = &self->level;
  Facet *facet = &self->facets[path * self->n_planes + plane];

  if (!ensure_cells (self, facet))
    return VITRAIL_TILE_NO_ROOM;
  if (x % level->tile_width != 0 || y % level->tile_height != 0)
    return spread_loose (self, facet, x, y, ref);
  VitrailTileRef *cell = &facet->cells[y / level->tile_height * level->columns +
                                       x / level->tile_width];
  if (cell->frame != 0)
    return VITRAIL_TILE_COVERED;
  *cell = ref;
  facet->n_tiles++;
  return VITRAIL_TILE_FITS;
}

static gboolean
has_frames (const VitrailTileIndex *self, guint facet)
{
  return self->facets[facet].cells != NULL;
}

/* Planes are in ascending order: the nearest one with frames is the last before
 * or the first behind. */
static void
settle_path (VitrailTileIndex *self, guint path, const double *z_um)
{
  guint first = path * self->n_planes;
  guint last = G_MAXUINT;
  guint next = 0;

  for (guint plane = 0; plane < self->n_planes; plane++) {
    while (next < self->n_planes &&
           (next < plane || !has_frames (self, first + next)))
      next++;
    gboolean is_next = next < self->n_planes &&
                       (last == G_MAXUINT ||
                        z_um[next] - z_um[plane] < z_um[plane] - z_um[last]);
    if (next == plane)
      last = plane;
    if (is_next)
      self->shown[first + plane] = first + next;
    else if (last != G_MAXUINT)
      self->shown[first + plane] = first + last;
  }
}

void
vitrail_tile_index_settle (VitrailTileIndex *self, const double *z_um)
{
  for (guint path = 0; path < self->n_paths; path++)
    settle_path (self, path, z_um);
}

static const Facet *
get_facet (const VitrailTileIndex *self, guint path, guint plane)
{
  return &self->facets[self->shown[path * self->n_planes + plane]];
}

gboolean
vitrail_tile_index_find (const VitrailTileIndex *self,
                         guint path,
                         guint plane,
                         guint column,
                         guint row,
                         VitrailTileRef *ref)
{
  const Facet *facet = get_facet (self, path, plane);

  if (facet->cells == NULL || column >= self->level.columns ||
      row >= self->level.rows)
    return FALSE;
  *ref = facet->cells[(gsize) row * self->level.columns + column];
  return ref->frame != 0;
}

const VitrailLooseTile *
vitrail_tile_index_find_loose (const VitrailTileIndex *self,
                               guint path,
                               guint plane,
                               guint column,
                               guint row,
                               guint *n)
{
  const Facet *facet = get_facet (self, path, plane);
  guint64 cell = (guint64) row * self->level.columns + column;

  *n = 0;
  if (facet->loose == NULL || column >= self->level.columns)
    return NULL;
  GArray *list = g_hash_table_lookup (facet->loose, &cell);
  if (list == NULL)
    return NULL;
  *n = list->len;
  return &g_array_index (list, VitrailLooseTile, 0);
}

gsize
vitrail_tile_index_get_size_bytes (const VitrailTileIndex *self)
{
  const gsize loose_bytes = 64 + sizeof (VitrailLooseTile);

  return sizeof *self +
         (gsize) self->n_paths * self->n_planes *
             (sizeof *self->facets + sizeof *self->shown) +
         self->n_cells * sizeof (VitrailTileRef) + self->n_loose * loose_bytes;
}

guint
vitrail_tile_index_get_n_tiles (const VitrailTileIndex *self)
{
  guint most = 0;

  for (guint i = 0; i < self->n_paths * self->n_planes; i++)
    most = MAX (most, self->facets[i].n_tiles);
  return most;
}
