/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Channels of a slide, mixed: see channelmix.h. */

#include "slide/channelmix.h"

#include "error.h"
#include "slide/slidemix.h"
#include "slide/tilecache.h"

struct _VitrailChannelMix {
  VitrailSlide *slide;
  guint n_channels;
  VitrailSlide **facets;
  VitrailMixChannel *channels;
  float **curves; /* one a channel, or NULL */
};

static void
add_channel (VitrailChannelMix *self,
             VitrailSlide *facet,
             const VitrailChannelLook *look)
{
  VitrailMixChannel *channel = &self->channels[self->n_channels];

  channel->low = (float) look->low;
  channel->scale = (float) (1.0 / (look->high - look->low));
  for (guint c = 0; c < 3; c++)
    channel->rgb[c] = (float) (look->rgb[c] * look->opacity);
  if (look->gamma != 1.0) {
    float *curve = g_new (float, VITRAIL_MIX_VALUES);
    vitrail_slidemix_fill_curve (channel, look->gamma, curve);
    self->curves[self->n_channels] = curve;
    channel->curve = curve;
  }
  self->facets[self->n_channels++] = facet;
}

VitrailChannelMix *
vitrail_channel_mix_new (VitrailSlide *slide, const VitrailSlideLook *look)
{
  VitrailChannelMix *self = g_new0 (VitrailChannelMix, 1);

  self->slide = g_object_ref (slide);
  self->facets = g_new0 (VitrailSlide *, look->n_channels);
  self->channels = g_new0 (VitrailMixChannel, look->n_channels);
  self->curves = g_new0 (float *, look->n_channels);
  for (guint i = 0; i < look->n_channels; i++) {
    VitrailSlidePath path;
    vitrail_slide_get_path (slide, i, &path);
    if (!look->channels[i].visible || path.is_color)
      continue;
    VitrailSlide *facet = vitrail_slide_ref_facet (slide, i, look->focal_plane);
    if (facet != NULL)
      add_channel (self, facet, &look->channels[i]);
  }
  return self;
}

void
vitrail_channel_mix_free (VitrailChannelMix *self)
{
  for (guint i = 0; i < self->n_channels; i++) {
    g_object_unref (self->facets[i]);
    g_free (self->curves[i]);
  }
  g_free (self->facets);
  g_free (self->channels);
  g_free (self->curves);
  g_object_unref (self->slide);
  g_free (self);
}

/* Samples of a tile, in the cache: two bytes each where pixels have three. */
#define KEY_SAMPLES 0x20000000u

static VitrailTile *
new_samples (VitrailSlide *facet,
             const VitrailSlideLevel *level,
             GError **error)
{
  VitrailTile *tile =
      vitrail_tile_new (level->tile_width, level->tile_height / 3 * 2 + 2);

  if (tile == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory for the samples of a tile",
                 vitrail_slide_get_name (facet));
  return tile;
}

/* Kept, so that another window or colour costs no decoding. */
static VitrailTile *
get_samples (VitrailSlide *facet,
             guint level,
             const guint place[2],
             GCancellable *cancellable,
             GError **error)
{
  VitrailTileCache *cache = vitrail_tile_cache_get_default ();
  const VitrailTileKey key = { vitrail_tile_cache_get_slide_number (facet),
                               KEY_SAMPLES | level, place[0], place[1] };
  VitrailTile *held = vitrail_tile_cache_peek (cache, &key);
  VitrailSlideLevel geometry;

  if (held != NULL)
    return held;
  vitrail_slide_get_level (facet, level, &geometry);
  g_autoptr (VitrailTile) tile = new_samples (facet, &geometry, error);
  if (tile == NULL ||
      !vitrail_slide_decode_samples (facet, level, place[0], place[1],
                                     (uint16_t *) (gpointer) tile->rgb,
                                     geometry.tile_width, cancellable, error))
    return NULL;
  vitrail_tile_cache_insert (cache, &key, tile);
  return g_steal_pointer (&tile);
}

static void
mix_rows (const VitrailChannelMix *self,
          const VitrailSlideLevel *level,
          VitrailTile *const *tiles,
          uint8_t *rgb,
          size_t stride)
{
  const uint16_t *rows[VITRAIL_SLIDE_MAX_PATHS];

  for (guint y = 0; y < level->tile_height; y++) {
    for (guint i = 0; i < self->n_channels; i++)
      rows[i] = (const uint16_t *) (gconstpointer) tiles[i]->rgb +
                (gsize) y * level->tile_width;
    vitrail_slidemix_row (self->channels, self->n_channels, rows,
                          rgb + y * stride, level->tile_width);
  }
}

gboolean
vitrail_channel_mix_decode_tile (const VitrailChannelMix *self,
                                 guint level,
                                 guint column,
                                 guint row,
                                 uint8_t *rgb,
                                 size_t stride,
                                 GCancellable *cancellable,
                                 GError **error)
{
  const guint place[2] = { column, row };
  VitrailTile *tiles[VITRAIL_SLIDE_MAX_PATHS];
  VitrailSlideLevel geometry;
  guint n = 0;

  vitrail_slide_get_level (self->slide, level, &geometry);
  while (n < self->n_channels &&
         (tiles[n] = get_samples (self->facets[n], level, place, cancellable,
                                  error)) != NULL)
    n++;
  if (n == self->n_channels)
    mix_rows (self, &geometry, tiles, rgb, stride);
  for (guint i = 0; i < n; i++)
    vitrail_tile_unref (tiles[i]);
  return n == self->n_channels;
}
