/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a picture is drawn from: see tilesource.h. */

#include "slide/tilesource.h"

#include "error.h"

#include <math.h>
#include <pthread.h>

/* Scales that are nearer than this are the same. */
#define TOLERANCE 1.001

/* Tiles of one level in a reduced size, in the cache. */
#define KEY_REDUCED(reduce, level) (0x40000000u | (reduce) << 24 | (level))

/* Where sides are those of level 0 halved so many times, rounded down or up,
 * pixels lie on its grid; else the level is as wide as level 0. */
static double
get_scale (guint64 finest, guint64 side)
{
  const double ratio = (double) finest / (double) side;
  const double power = exp2 (rint (log2 (ratio)));

  return fabs ((double) finest / power - (double) side) < 1.0 ? power : ratio;
}

static void
set_level (VitrailTileSource *self, guint index, guint reduce)
{
  const guint64 mask = (1u << reduce) - 1;
  VitrailSlideLevel finest;
  VitrailSlideLevel level;

  vitrail_slide_get_level (self->slide, 0, &finest);
  vitrail_slide_get_level (self->slide, index, &level);
  self->level = index;
  self->reduce = reduce;
  self->width = (level.width + mask) >> reduce;
  self->height = (level.height + mask) >> reduce;
  self->tile_width = level.tile_width >> reduce;
  self->tile_height = level.tile_height >> reduce;
  self->columns = level.columns;
  self->rows = level.rows;
  self->scale[0] = ldexp (get_scale (finest.width, level.width), (int) reduce);
  self->scale[1] =
      ldexp (get_scale (finest.height, level.height), (int) reduce);
}

/* The plan's level that is @shift times halved. */
static void
set_computed (VitrailTileSource *self, guint shift)
{
  const guint index = self->plan->n_levels - 1 - shift;
  const VitrailDeepZoomLevel *level = &self->plan->levels[index];

  self->is_computed = TRUE;
  self->level = index;
  self->width = level->width;
  self->height = level->height;
  self->tile_width = self->tile_height = self->plan->tile_size;
  self->columns = level->columns;
  self->rows = level->rows;
  self->scale[0] = self->scale[1] = ldexp (1.0, (int) shift);
}

/* Whether tiles of the level can be halved so often and still meet. */
static gboolean
can_reduce (const VitrailSlideLevel *level, guint reduce)
{
  const guint mask = (1u << reduce) - 1;

  return (level->tile_width & mask) == 0 && (level->tile_height & mask) == 0;
}

void
vitrail_tile_source_init (VitrailTileSource *self,
                          VitrailSlide *slide,
                          const VitrailDeepZoom *plan,
                          VitrailTileCache *cache,
                          double downsample)
{
  const guint n_levels = vitrail_slide_get_n_levels (slide);
  VitrailSlideLevel finest;
  double best = 0.0;
  guint shift = 0;

  *self = (VitrailTileSource){ .slide = slide, .plan = plan, .cache = cache };
  vitrail_slide_get_level (slide, 0, &finest);
  set_level (self, 0, 0);
  for (guint i = n_levels; i-- > 0;) {
    VitrailSlideLevel level;
    vitrail_slide_get_level (slide, i, &level);
    for (guint reduce = 0; reduce <= VITRAIL_SLIDE_MAX_REDUCE; reduce++) {
      /* Not the downsample, which sides that are rounded down make a little
       * more. */
      const double scale =
          ldexp (get_scale (finest.width, level.width), (int) reduce);
      if (scale > downsample * TOLERANCE || scale <= best * TOLERANCE ||
          !can_reduce (&level, reduce))
        continue;
      best = scale;
      set_level (self, i, reduce);
    }
  }
  while (shift + 1 < plan->n_levels &&
         ldexp (1.0, (int) shift + 1) <= downsample * TOLERANCE)
    shift++;
  if (best > 0.0 && ldexp (1.0, (int) shift) >= best * 2 / TOLERANCE)
    set_computed (self, shift);
}

void
vitrail_tile_source_map (const VitrailTileSource *self,
                         const double affine[6],
                         double mapped[6])
{
  for (guint axis = 0; axis < 2; axis++) {
    const double *from = affine + (size_t) axis * 3;
    double *to = mapped + (size_t) axis * 3;

    to[0] = from[0] / self->scale[axis];
    to[1] = from[1] / self->scale[axis];
    to[2] = (from[2] + 0.5) / self->scale[axis] - 0.5;
  }
}

gboolean
vitrail_tile_source_find_tiles (const VitrailTileSource *self,
                                const double mapped[6],
                                const guint size[2],
                                guint first[2],
                                guint end[2])
{
  const double sides[2] = { (double) self->width, (double) self->height };
  const guint tile[2] = { self->tile_width, self->tile_height };

  for (guint axis = 0; axis < 2; axis++) {
    const double *m = mapped + (size_t) axis * 3;
    const double across = m[0] * (size[0] - 1);
    const double down = m[1] * (size[1] - 1);
    const double low = m[2] + fmin (across, 0) + fmin (down, 0);
    const double high = m[2] + fmax (across, 0) + fmax (down, 0);
    if (!(high > -1) || !(low < sides[axis]))
      return FALSE;
    first[axis] = (guint) (fmax (floor (low), 0) / tile[axis]);
    end[axis] =
        (guint) (fmin (floor (high) + 1, sides[axis] - 1) / tile[axis]) + 1;
  }
  return TRUE;
}

static VitrailTileKey
get_key (const VitrailTileSource *self, guint column, guint row)
{
  return (VitrailTileKey){
    vitrail_tile_cache_get_slide_number (self->slide),
    KEY_REDUCED (self->reduce, self->level),
    column,
    row,
  };
}

VitrailTile *
vitrail_tile_source_peek (const VitrailTileSource *self,
                          guint column,
                          guint row)
{
  VitrailTileKey key = get_key (self, column, row);

  if (self->is_computed)
    return vitrail_deepzoom_peek_tile (self->slide, self->plan, self->cache,
                                       self->level, column, row);
  if (self->reduce == 0)
    key.level = self->level;
  return vitrail_tile_cache_peek (self->cache, &key);
}

static VitrailTile *
get_reduced (const VitrailTileSource *self,
             guint column,
             guint row,
             GError **error)
{
  const VitrailTileKey key = get_key (self, column, row);
  VitrailTile *held = vitrail_tile_cache_peek (self->cache, &key);

  if (held != NULL)
    return held;
  g_autoptr (VitrailTile) tile =
      vitrail_tile_new (self->tile_width, self->tile_height);
  if (tile == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory for a tile of level %u",
                 vitrail_slide_get_name (self->slide), self->level);
    return NULL;
  }
  if (!vitrail_slide_decode_tile_reduced (self->slide, self->level, column, row,
                                          self->reduce, tile->rgb,
                                          (size_t) tile->width * 3, NULL,
                                          error))
    return NULL;
  vitrail_tile_cache_insert (self->cache, &key, tile);
  return g_steal_pointer (&tile);
}

VitrailTile *
vitrail_tile_source_get (const VitrailTileSource *self,
                         guint column,
                         guint row,
                         GError **error)
{
  if (self->is_computed)
    return vitrail_deepzoom_render_tile (self->slide, self->plan, self->cache,
                                         self->level, column, row, error);
  if (self->reduce == 0)
    return vitrail_tile_cache_get (self->cache, self->slide, self->level,
                                   column, row, error);
  return get_reduced (self, column, row, error);
}

gboolean
vitrail_tile_source_is_at_hand (const VitrailTileSource *self,
                                guint column,
                                guint row)
{
  /* What is computed takes any number of tiles. */
  return !self->is_computed &&
         vitrail_slide_is_tile_at_hand (self->slide, self->level, column, row);
}

/* What is computed says what it needs when it is. */
void
vitrail_tile_source_prefetch (const VitrailTileSource *self,
                              const guint first[2],
                              const guint end[2])
{
  if (self->is_computed)
    return;
  for (guint row = first[1]; row < end[1]; row++)
    for (guint column = first[0]; column < end[0]; column++) {
      const guint place[2] = { column, row };
      const guint behind[2] = { column + 1, row + 1 };
      g_autoptr (VitrailTile) held =
          vitrail_tile_source_peek (self, column, row);
      if (held == NULL)
        vitrail_slide_prefetch_tiles (self->slide, self->level, place, behind);
    }
}

/* --- what could not be had --- */

/* Of one slide. */
#define MAX_REPORTS 100

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* TRUE the first time, and as long as there are not too many. */
static gboolean
note_report (VitrailSlide *slide, const char *place)
{
  static GQuark quark; /* of a set of places, under the lock */

  pthread_mutex_lock (&lock);
  if (quark == 0)
    quark = g_quark_from_static_string ("vitrail-bad-tiles");
  GHashTable *places = g_object_get_qdata (G_OBJECT (slide), quark);
  if (places == NULL) {
    places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_object_set_qdata_full (G_OBJECT (slide), quark, places,
                             (GDestroyNotify) g_hash_table_unref);
  }
  const gboolean is_new = g_hash_table_size (places) < MAX_REPORTS &&
                          g_hash_table_add (places, g_strdup (place));
  pthread_mutex_unlock (&lock);
  return is_new;
}

void
vitrail_tile_source_report (const VitrailTileSource *self,
                            guint column,
                            guint row,
                            const GError *error)
{
  g_autofree char *place =
      g_strdup_printf ("%s %u, tile %u, %u",
                       self->is_computed ? "computed level" : "level",
                       self->level, column, row);

  if (note_report (self->slide, place))
    g_message ("%s: %s is shown as background: %s",
               vitrail_slide_get_name (self->slide), place, error->message);
}
