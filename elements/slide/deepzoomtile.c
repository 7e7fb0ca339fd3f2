/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* DeepZoom tiles as JPEG files: as stored, cropped, or encoded anew. */

#include "slide/deepzoom-private.h"
#include "slide/jpegio.h"

GBytes *
vitrail_deepzoom_ref_stored_tile (VitrailSlide *slide,
                                  const VitrailDeepZoom *self,
                                  guint level,
                                  guint column,
                                  guint row)
{
  VitrailTileCoding coding = VITRAIL_TILE_NONE;

  if (!vitrail_deepzoom_check_place (slide, self, level, column, row, NULL) ||
      !vitrail_deepzoom_is_whole_stored (slide, self, level, column, row))
    return NULL;
  GBytes *tile = vitrail_slide_get_tile (slide, self->levels[level].native,
                                         column, row, &coding, NULL);
  if (coding != VITRAIL_TILE_JPEG)
    g_clear_pointer (&tile, g_bytes_unref);
  return tile;
}

/* The stored tile, cropped to the level where it lies on its edge; NULL without
 * error where it has to be computed. */
static GBytes *
pass_tile (VitrailSlide *slide,
           const VitrailDeepZoom *self,
           guint index,
           guint column,
           guint row,
           GError **error)
{
  const VitrailDeepZoomLevel *level = &self->levels[index];
  VitrailTileCoding coding;
  VitrailSlideLevel native;

  if (level->kind != VITRAIL_DEEPZOOM_STORED || !level->can_pass)
    return NULL;
  gboolean whole =
      vitrail_deepzoom_is_whole_stored (slide, self, index, column, row);
  vitrail_slide_get_level (slide, level->native, &native);
  if (!whole &&
      (native.width != level->width || native.height != level->height))
    return NULL;
  g_autoptr (GBytes) stored =
      vitrail_slide_get_tile (slide, level->native, column, row, &coding,
                              error);
  if (stored == NULL || coding != VITRAIL_TILE_JPEG)
    return NULL;
  if (whole)
    return g_steal_pointer (&stored);
  return vitrail_jpeg_crop (
      stored,
      vitrail_deepzoom_tile_side (level->width, self->tile_size, column),
      vitrail_deepzoom_tile_side (level->height, self->tile_size, row));
}

GBytes *
vitrail_deepzoom_ref_tile (VitrailSlide *slide,
                           const VitrailDeepZoom *self,
                           guint level,
                           guint column,
                           guint row,
                           gboolean *passthrough,
                           GError **error)
{
  g_autoptr (GError) local = NULL;

  if (passthrough != NULL)
    *passthrough = FALSE;
  if (!vitrail_deepzoom_check_place (slide, self, level, column, row, error))
    return NULL;
  GBytes *stored = pass_tile (slide, self, level, column, row, &local);
  if (stored != NULL && passthrough != NULL)
    *passthrough = TRUE;
  if (stored != NULL)
    return stored;
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  g_autoptr (VitrailTile) tile =
      vitrail_deepzoom_render_tile (slide, self,
                                    vitrail_tile_cache_get_default (), level,
                                    column, row, error);
  if (tile == NULL)
    return NULL;
  return vitrail_jpeg_encode (tile->rgb, tile->width, tile->height,
                              self->quality, error);
}
