/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Windows of channels from their data: see look.h. */

#include "slide/look.h"

#include <pthread.h>
#include <string.h>

#define MAX_TILES       64
#define LOW_PERCENTILE  0.01
#define HIGH_PERCENTILE 0.998
#define N_VALUES        65536

typedef struct {
  double low;
  double high;
} Window;

/* --- finding --- */

typedef struct {
  guint64 counts[N_VALUES];
  guint64 total;
} Histogram;

static void
count_tile (Histogram *self,
            const VitrailSlideLevel *level,
            const guint16 *samples,
            const guint place[2])
{
  const guint64 left = level->width - (guint64) place[0] * level->tile_width;
  const guint64 below = level->height - (guint64) place[1] * level->tile_height;
  const guint width = (guint) MIN (left, level->tile_width);
  const guint height = (guint) MIN (below, level->tile_height);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      self->counts[samples[(size_t) y * level->tile_width + x]]++;
  self->total += (guint64) width * height;
}

static guint
get_percentile (const Histogram *self, double part)
{
  const guint64 rank = (guint64) (part * (double) (self->total - 1));
  guint64 sum = 0;
  guint value = 0;

  while (value < N_VALUES - 1 && (sum += self->counts[value]) <= rank)
    value++;
  return value;
}

static void
count_level (Histogram *self, VitrailSlide *facet, guint index)
{
  VitrailSlideLevel level;

  vitrail_slide_get_level (facet, index, &level);
  const guint64 n_tiles = (guint64) level.columns * level.rows;
  const guint64 step = (n_tiles + MAX_TILES - 1) / MAX_TILES;
  g_autofree guint16 *samples = g_try_malloc (
      (gsize) level.tile_width * level.tile_height * sizeof *samples);
  if (samples == NULL)
    return;
  for (guint64 i = step / 2; i < n_tiles; i += step) {
    const guint place[2] = { (guint) (i % level.columns),
                             (guint) (i / level.columns) };
    if (vitrail_slide_decode_samples (facet, index, place[0], place[1], samples,
                                      level.tile_width, NULL, NULL))
      count_tile (self, &level, samples, place);
  }
}

static gboolean
has_one_value (const Histogram *self)
{
  guint n = 0;

  for (guint i = 0; i < N_VALUES && n < 2; i++)
    n += self->counts[i] > 0 ? 1 : 0;
  return n < 2;
}

/* Of the coarsest level that shows something: not all channels are in all
 * levels. */
static void
count_facet (Histogram *self, VitrailSlide *facet)
{
  for (guint i = vitrail_slide_get_n_levels (facet); i > 0; i--) {
    memset (self, 0, sizeof *self);
    count_level (self, facet, i - 1);
    if (!has_one_value (self))
      return;
  }
}

static Window
find_window (VitrailSlide *slide, guint path, guint plane, guint bits)
{
  g_autofree Histogram *histogram = g_new0 (Histogram, 1);
  g_autoptr (VitrailSlide) facet = vitrail_slide_ref_facet (slide, path, plane);
  Window window = { 0, (double) ((1u << CLAMP (bits, 1, 16)) - 1) };

  if (facet != NULL)
    count_facet (histogram, facet);
  if (has_one_value (histogram))
    return window;
  window.low = get_percentile (histogram, LOW_PERCENTILE);
  window.high =
      MAX (get_percentile (histogram, HIGH_PERCENTILE), window.low + 1);
  return window;
}

void
vitrail_slide_count_channel (VitrailSlide *slide,
                             guint path,
                             guint plane,
                             guint64 counts[VITRAIL_CHANNEL_BINS])
{
  g_autofree Histogram *histogram = g_new0 (Histogram, 1);
  g_autoptr (VitrailSlide) facet = vitrail_slide_ref_facet (slide, path, plane);
  VitrailSlidePath about;

  vitrail_slide_get_path (slide, path, &about);
  if (facet != NULL)
    count_facet (histogram, facet);
  memset (counts, 0, VITRAIL_CHANNEL_BINS * sizeof *counts);
  const guint64 range = 1ull << CLAMP (about.bits, 1, 16);
  for (guint64 i = 0; i < N_VALUES; i++)
    counts[MIN (i * VITRAIL_CHANNEL_BINS / range, VITRAIL_CHANNEL_BINS - 1)] +=
        histogram->counts[i];
}

/* --- keeping --- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* path << 16 | plane -> Window. A part of the slide; under the lock. */
static GHashTable *
get_table_locked (VitrailSlide *slide)
{
  static GQuark quark;

  if (quark == 0)
    quark = g_quark_from_static_string ("vitrail-channel-windows");
  GHashTable *table = g_object_get_qdata (G_OBJECT (slide), quark);
  if (table == NULL) {
    table = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, g_free);
    g_object_set_qdata_full (G_OBJECT (slide), quark, table,
                             (GDestroyNotify) g_hash_table_unref);
  }
  return table;
}

static gboolean
look_up (VitrailSlide *slide, guint key, Window *window)
{
  pthread_mutex_lock (&lock);
  const Window *held =
      g_hash_table_lookup (get_table_locked (slide), GUINT_TO_POINTER (key));
  if (held != NULL)
    *window = *held;
  pthread_mutex_unlock (&lock);
  return held != NULL;
}

static void
keep (VitrailSlide *slide, guint key, const Window *window)
{
  pthread_mutex_lock (&lock);
  g_hash_table_insert (get_table_locked (slide), GUINT_TO_POINTER (key),
                       g_memdup2 (window, sizeof *window));
  pthread_mutex_unlock (&lock);
}

static gboolean
is_grey_picture (VitrailSlide *slide, const VitrailSlidePath *path)
{
  return vitrail_slide_get_n_paths (slide) == 1 && path->bits == 8 &&
         path->rgb[0] == 255 && path->rgb[1] == 255 && path->rgb[2] == 255;
}

void
vitrail_slide_look_find_windows (VitrailSlideLook *self, VitrailSlide *slide)
{
  for (guint i = 0; i < self->n_channels; i++) {
    VitrailChannelLook *channel = &self->channels[i];
    const guint key = i << 16 | self->focal_plane;
    VitrailSlidePath path;
    Window window = { 0, 255 };

    vitrail_slide_get_path (slide, i, &path);
    if (!channel->visible || path.is_color || channel->low != 0 ||
        channel->high != 0)
      continue;
    if (!is_grey_picture (slide, &path) && !look_up (slide, key, &window)) {
      window = find_window (slide, i, self->focal_plane, path.bits);
      keep (slide, key, &window);
    }
    channel->low = window.low;
    channel->high = window.high;
  }
}
