/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Small pictures of whole slides: see standin.h. */

#include "slide/standin.h"

#include <math.h>
#include <string.h>

#define NAME "thumbnail"

/* Where it is in the cache: no level has this number. */
#define KEY_LEVEL 0x7fffffffu

/* Sides: what is smaller is no help, what is larger not small. */
#define MIN_SIDE 128u
#define MAX_SIDE 8192u

/* How far sides may be off: thumbnails were cropped to whole tiles. */
#define TOLERANCE 0.02

static gboolean
has_shape (const VitrailFrame *frame, const VitrailSlideLevel *finest)
{
  const VitrailPixelFormat *format = &frame->format;
  const double across = (double) finest->width / format->width;
  const double down = (double) finest->height / format->height;

  return MAX (format->width, format->height) >= MIN_SIDE &&
         MAX (format->width, format->height) <= MAX_SIDE &&
         fabs (across / down - 1) <=
             TOLERANCE + 1.0 / MIN (format->width, format->height);
}

static VitrailTile *
to_tile (const VitrailFrame *frame)
{
  const VitrailPixelFormat *format = &frame->format;

  if (!frame->normalized || format->bits_allocated != 8 || format->samples != 3)
    return NULL;
  VitrailTile *tile = vitrail_tile_new (format->width, format->height);
  for (guint y = 0; tile != NULL && y < format->height; y++)
    memcpy (tile->rgb + (size_t) y * format->width * 3,
            frame->data + (size_t) y * frame->stride,
            (size_t) format->width * 3);
  return tile;
}

VitrailTile *
vitrail_slide_ref_stand_in (VitrailSlide *slide, VitrailTileCache *cache)
{
  const VitrailTileKey key = { vitrail_tile_cache_get_slide_number (slide),
                               KEY_LEVEL, 0, 0 };
  VitrailTile *held = vitrail_tile_cache_peek (cache, &key);
  VitrailSlideLevel finest;

  /* Whose tiles are far away, has pictures that are. */
  if (held != NULL ||
      !g_strv_contains (vitrail_slide_list_associated (slide), NAME) ||
      !vitrail_slide_is_tile_at_hand (slide, 0, 0, 0))
    return held;
  g_autoptr (VitrailFrame) frame =
      vitrail_slide_read_associated (slide, NAME, NULL);
  vitrail_slide_get_level (slide, 0, &finest);
  if (frame == NULL || !has_shape (frame, &finest))
    return NULL;
  held = to_tile (frame);
  if (held != NULL)
    vitrail_tile_cache_insert (cache, &key, held);
  return held;
}

gboolean
vitrail_slide_is_large (VitrailSlide *slide, guint n_tiles)
{
  const guint n_levels = vitrail_slide_get_n_levels (slide);
  VitrailSlideLevel coarsest;

  vitrail_slide_get_level (slide, n_levels - 1, &coarsest);
  return (guint64) coarsest.columns * coarsest.rows > n_tiles;
}
