/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slides as DeepZoom pyramids: see deepzoom.h. The plan; deepzoomrender.c has
 * the pixels, deepzoomtile.c the files. */

#include "error.h"
#include "slide/deepzoom-private.h"

#include <string.h>

#define DEFAULT_TILE_SIZE 256
#define MIN_TILE_SIZE     64
#define MAX_TILE_SIZE     2048
#define DEFAULT_QUALITY   87

/* The slide's own tile size where DeepZoom can use it: square, and even so that
 * two tiles halve into one. */
static guint
choose_tile_size (const VitrailSlideLevel *finest)
{
  guint size = finest->tile_width;

  if (size != finest->tile_height || size % 2 != 0 || size < MIN_TILE_SIZE ||
      size > MAX_TILE_SIZE)
    return DEFAULT_TILE_SIZE;
  return size;
}

/* Whether @native is level 0 shrunk 2^@shift times: sides are then rounded down
 * or up, depending on the writer. */
static gboolean
halves_exactly (const VitrailSlideLevel *finest,
                const VitrailSlideLevel *native,
                guint shift)
{
  guint64 mask = ((guint64) 1 << shift) - 1;
  guint64 width = finest->width >> shift;
  guint64 height = finest->height >> shift;

  return (native->width == width ||
          native->width == (finest->width + mask) >> shift) &&
         (native->height == height ||
          native->height == (finest->height + mask) >> shift);
}

/* Where the pixels of the level that is @shift times halved come from. */
static void
choose_source (VitrailDeepZoomLevel *self,
               VitrailSlide *slide,
               guint shift,
               guint tile_size)
{
  guint n_levels = vitrail_slide_get_n_levels (slide);
  double downsample = (double) ((guint64) 1 << shift);
  VitrailSlideLevel finest;

  vitrail_slide_get_level (slide, 0, &finest);
  for (guint i = 0; i < n_levels; i++) {
    VitrailSlideLevel native;
    vitrail_slide_get_level (slide, i, &native);
    if (!halves_exactly (&finest, &native, shift))
      continue;
    self->kind = VITRAIL_DEEPZOOM_STORED;
    self->native = i;
    self->can_pass =
        native.tile_width == tile_size && native.tile_height == tile_size;
    return;
  }
  VitrailSlideLevel nearest;
  self->native = vitrail_slide_find_level (slide, downsample);
  vitrail_slide_get_level (slide, self->native, &nearest);
  /* A level between this one and the next finer one is better than that; the
   * next finer one itself may have a downsample of a little more, rounded. */
  gboolean is_finer =
      shift > 0 && halves_exactly (&finest, &nearest, shift - 1);
  self->kind = !is_finer && nearest.downsample > downsample / 2 * 1.001
                   ? VITRAIL_DEEPZOOM_RESAMPLED
                   : VITRAIL_DEEPZOOM_HALVED;
}

void
vitrail_deepzoom_init (VitrailDeepZoom *self, VitrailSlide *slide)
{
  VitrailSlideLevel finest;
  guint max_level = 0;

  memset (self, 0, sizeof *self);
  vitrail_slide_get_level (slide, 0, &finest);
  self->tile_size = choose_tile_size (&finest);
  self->quality = DEFAULT_QUALITY;
  guint64 side = MAX (finest.width, finest.height);
  while (((guint64) 1 << max_level) < side &&
         max_level < VITRAIL_DEEPZOOM_MAX_LEVELS - 1)
    max_level++;
  self->n_levels = max_level + 1;
  for (guint shift = 0; shift <= max_level; shift++) {
    VitrailDeepZoomLevel *level = &self->levels[max_level - shift];
    guint64 mask = ((guint64) 1 << shift) - 1;
    level->width = (finest.width + mask) >> shift;
    level->height = (finest.height + mask) >> shift;
    level->columns =
        (guint) ((level->width + self->tile_size - 1) / self->tile_size);
    level->rows =
        (guint) ((level->height + self->tile_size - 1) / self->tile_size);
    choose_source (level, slide, shift, self->tile_size);
    if (level->kind == VITRAIL_DEEPZOOM_HALVED)
      level->halvings = level[1].halvings + 1;
  }
}

char *
vitrail_deepzoom_to_xml (const VitrailDeepZoom *self)
{
  const VitrailDeepZoomLevel *finest = &self->levels[self->n_levels - 1];

  return g_strdup_printf (
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<Image xmlns=\"http://schemas.microsoft.com/deepzoom/2008\" "
      "Format=\"jpg\" Overlap=\"0\" TileSize=\"%u\">\n"
      "  <Size Width=\"%" G_GUINT64_FORMAT "\" Height=\"%" G_GUINT64_FORMAT
      "\"/>\n"
      "</Image>\n",
      self->tile_size, finest->width, finest->height);
}

guint
vitrail_deepzoom_tile_side (guint64 side, guint tile_size, guint index)
{
  return (guint) MIN (tile_size, side - (guint64) index * tile_size);
}

gboolean
vitrail_deepzoom_check_place (VitrailSlide *slide,
                              const VitrailDeepZoom *self,
                              guint level,
                              guint column,
                              guint row,
                              GError **error)
{
  if (level < self->n_levels && column < self->levels[level].columns &&
      row < self->levels[level].rows)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "%s: no DeepZoom tile %u/%u_%u", vitrail_slide_get_name (slide),
               level, column, row);
  return FALSE;
}

gboolean
vitrail_deepzoom_is_whole_stored (VitrailSlide *slide,
                                  const VitrailDeepZoom *self,
                                  guint index,
                                  guint column,
                                  guint row)
{
  const VitrailDeepZoomLevel *level = &self->levels[index];
  guint size = self->tile_size;
  VitrailSlideLevel native;

  if (level->kind != VITRAIL_DEEPZOOM_STORED || !level->can_pass)
    return FALSE;
  vitrail_slide_get_level (slide, level->native, &native);
  return (guint64) (column + 1) * size <= native.width &&
         (guint64) (row + 1) * size <= native.height;
}
