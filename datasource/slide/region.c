/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any rectangle of a level, put together from its tiles. */

#include "error.h"
#include "limits.h"
#include "slide/slide.h"

#include <string.h>

/* A region in the making: its rectangle, where it goes, what it is read from.
 */
typedef struct {
  VitrailSlide *slide;
  guint level;
  VitrailSlideLevel geometry;
  const gint64 *rect;
  uint8_t *rgb;
  size_t stride;
  uint8_t *tile; /* scratch: one decoded tile, or NULL */
} Region;

/* Room for a tile that lies in the region only in part. */
static gboolean
region_need_tile (Region *self, GError **error)
{
  if (self->tile == NULL)
    self->tile = g_try_malloc_n (
        (size_t) self->geometry.tile_width * self->geometry.tile_height, 3);
  if (self->tile == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory for a tile of level %u",
                 vitrail_slide_get_name (self->slide), self->level);
  return self->tile != NULL;
}

/* Decodes one tile: in place where all of it lies in the region, else the part
 * that does is copied. */
static gboolean
region_add_tile (Region *self,
                 guint column,
                 guint row,
                 GCancellable *cancellable,
                 GError **error)
{
  const VitrailSlideLevel *g = &self->geometry;
  const gint64 *rect = self->rect;
  size_t tile_stride = (size_t) g->tile_width * 3;
  gint64 left = (gint64) column * g->tile_width;
  gint64 top = (gint64) row * g->tile_height;
  gint64 x0 = MAX (left, rect[0]);
  gint64 y0 = MAX (top, rect[1]);
  gint64 x1 =
      MIN (MIN (left + g->tile_width, (gint64) g->width), rect[0] + rect[2]);
  gint64 y1 =
      MIN (MIN (top + g->tile_height, (gint64) g->height), rect[1] + rect[3]);

  if (x0 >= x1 || y0 >= y1)
    return TRUE;
  if (x1 - x0 == g->tile_width && y1 - y0 == g->tile_height)
    return vitrail_slide_decode_tile (
        self->slide, self->level, column, row,
        self->rgb + (size_t) (y0 - rect[1]) * self->stride +
            (size_t) (x0 - rect[0]) * 3,
        self->stride, cancellable, error);
  if (!region_need_tile (self, error) ||
      !vitrail_slide_decode_tile (self->slide, self->level, column, row,
                                  self->tile, tile_stride, cancellable, error))
    return FALSE;
  for (gint64 y = y0; y < y1; y++)
    memcpy (self->rgb + (size_t) (y - rect[1]) * self->stride +
                (size_t) (x0 - rect[0]) * 3,
            self->tile + (size_t) (y - top) * tile_stride +
                (size_t) (x0 - left) * 3,
            (size_t) (x1 - x0) * 3);
  return TRUE;
}

static gboolean
region_read_tiles (Region *self, GCancellable *cancellable, GError **error)
{
  const VitrailSlideLevel *g = &self->geometry;
  const gint64 *rect = self->rect;
  gint64 first_x = CLAMP (rect[0], 0, (gint64) g->width);
  gint64 first_y = CLAMP (rect[1], 0, (gint64) g->height);
  gint64 end_x = CLAMP (rect[0] + rect[2], 0, (gint64) g->width);
  gint64 end_y = CLAMP (rect[1] + rect[3], 0, (gint64) g->height);

  if (first_x >= end_x || first_y >= end_y)
    return TRUE;
  const guint first[2] = { (guint) (first_x / g->tile_width),
                           (guint) (first_y / g->tile_height) };
  const guint end[2] = { (guint) ((end_x - 1) / g->tile_width) + 1,
                         (guint) ((end_y - 1) / g->tile_height) + 1 };
  vitrail_slide_prefetch_tiles (self->slide, self->level, first, end);
  for (gint64 row = first_y / g->tile_height; row * g->tile_height < end_y;
       row++) {
    for (gint64 column = first_x / g->tile_width;
         column * g->tile_width < end_x; column++)
    {
      if (!region_add_tile (self, (guint) column, (guint) row, cancellable,
                            error))
        return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_region (VitrailSlide *self,
              guint level,
              const gint64 rect[4],
              GError **error)
{
  const gint64 far = G_MAXINT64 / 4;

  if (level >= vitrail_slide_get_n_levels (self)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no level %u", vitrail_slide_get_name (self), level);
    return FALSE;
  }
  if (rect[2] < 1 || rect[3] < 1 || rect[2] > VITRAIL_LIMIT_SIDE ||
      rect[3] > VITRAIL_LIMIT_SIDE || rect[0] < -far || rect[0] > far ||
      rect[1] < -far || rect[1] > far)
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: region of %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT
                 " pixels cannot be read",
                 vitrail_slide_get_name (self), rect[2], rect[3]);
    return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_slide_assemble_region (VitrailSlide *self,
                               guint level,
                               const gint64 rect[4],
                               uint8_t *rgb,
                               size_t stride,
                               GCancellable *cancellable,
                               GError **error)
{
  Region region = { self, level, { 0 }, rect, rgb, stride, NULL };
  uint8_t background[3];

  vitrail_slide_get_background (self, background);
  vitrail_slide_get_level (self, level, &region.geometry);
  /* Tiles cover what lies in the level. */
  if (rect[0] < 0 || rect[1] < 0 ||
      (guint64) (rect[0] + rect[2]) > region.geometry.width ||
      (guint64) (rect[1] + rect[3]) > region.geometry.height)
    for (gint64 y = 0; y < rect[3]; y++)
      vitrail_slide_fill_row (rgb + (size_t) y * stride, (size_t) rect[2],
                              background);
  gboolean ok = region_read_tiles (&region, cancellable, error);
  g_free (region.tile);
  return ok;
}

gboolean
vitrail_slide_read_region (VitrailSlide *self,
                           guint level,
                           const gint64 rect[4],
                           uint8_t *rgb,
                           size_t stride,
                           GCancellable *cancellable,
                           GError **error)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);

  if (!check_region (self, level, rect, error))
    return FALSE;
  if (iface->read_region != NULL)
    return iface->read_region (self, level, rect, rgb, stride, cancellable,
                               error);
  return vitrail_slide_assemble_region (self, level, rect, rgb, stride,
                                        cancellable, error);
}

GBytes *
vitrail_slide_ref_region (VitrailSlide *self,
                          guint level,
                          const gint64 rect[4],
                          GCancellable *cancellable,
                          GError **error)
{
  if (!check_region (self, level, rect, error))
    return NULL;
  size_t stride = (size_t) rect[2] * 3;
  size_t length = stride * (size_t) rect[3];
  g_autofree uint8_t *rgb = NULL;

  if ((guint64) rect[2] * (guint64) rect[3] <= VITRAIL_LIMIT_PIXELS)
    rgb = g_try_malloc (length);
  if (rgb == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: region of %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT
                 " pixels is too large",
                 vitrail_slide_get_name (self), rect[2], rect[3]);
    return NULL;
  }
  if (!vitrail_slide_read_region (self, level, rect, rgb, stride, cancellable,
                                  error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&rgb), length);
}
