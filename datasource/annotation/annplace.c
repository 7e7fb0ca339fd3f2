/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the coordinates of an ANN object lie: see annplace.h. */

#include "annotation/annplace.h"

#include "error.h"
#include "slide/tileindex.h"

#include <math.h>
#include <string.h>

#define REFERENCED_IMAGES VITRAIL_TAG (0x0008, 0x1140)
#define REFERENCED_UID    VITRAIL_TAG (0x0008, 0x1155)
#define REFERENCED_FRAME  VITRAIL_TAG (0x0008, 0x1160)
#define COLUMN_POSITION   VITRAIL_TAG (0x0048, 0x021e)
#define ROW_POSITION      VITRAIL_TAG (0x0048, 0x021f)
#define SLIDE_POSITION    VITRAIL_TAG (0x0048, 0x021a)
#define PIXEL_ORIGIN      VITRAIL_TAG (0x0048, 0x0301)
#define PER_FRAME_GROUPS  VITRAIL_TAG (0x5200, 0x9230)
#define COORDINATE_TYPE   VITRAIL_TAG (0x006a, 0x0001)

char *
vitrail_ann_dup_image_uid (const VitrailDataSet *data_set)
{
  return vitrail_data_set_dup_string (
      vitrail_data_set_get_item (data_set, REFERENCED_IMAGES, 0),
      REFERENCED_UID, 0);
}

/* Millimetres to pixels of level 0: the way back of its plane, seen from
 * above. */
static gboolean
invert_plane (const double plane[12], double affine[6])
{
  const double det = plane[0] * plane[5] - plane[1] * plane[4];

  if (!isfinite (det) || !(fabs (det) > 1e-18))
    return FALSE;
  affine[0] = plane[5] / det;
  affine[1] = -plane[1] / det;
  affine[3] = -plane[4] / det;
  affine[4] = plane[0] / det;
  /* The plane is that of pixel centres, which lie at 0.5 here. */
  affine[2] = 0.5 - (affine[0] * plane[3] + affine[1] * plane[7]);
  affine[5] = 0.5 - (affine[3] * plane[3] + affine[4] * plane[7]);
  return isfinite (affine[2]) && isfinite (affine[5]);
}

/* Pixels of level 0 on one of a level of @width: writers round the sizes of
 * levels, not how much smaller they are. */
static double
get_ratio (guint64 full, guint64 width)
{
  const double ratio = (double) full / (double) width;
  const double whole = round (ratio);
  const double beyond = fabs ((double) full - whole * (double) width);

  return beyond < whole ? whole : ratio;
}

/* The upper left corner of the referenced frame in its matrix. */
static gboolean
find_frame (const VitrailDataSet *data_set,
            const VitrailDataSet *image,
            const VitrailSlideLevel *level,
            double corner[2])
{
  const VitrailDataSet *reference =
      vitrail_data_set_get_item (data_set, REFERENCED_IMAGES, 0);
  const int64_t frame =
      vitrail_data_set_get_int_or (reference, REFERENCED_FRAME, 1);
  const guint64 n_tiles = (guint64) level->columns * level->rows;

  if (frame < 1 || frame > G_MAXUINT32)
    return FALSE;
  const VitrailDataSet *where = vitrail_data_set_get_item (
      vitrail_data_set_get_item (image, PER_FRAME_GROUPS, (guint) frame - 1),
      SLIDE_POSITION, 0);
  if (vitrail_data_set_get_double (where, COLUMN_POSITION, 0, &corner[0]) &&
      vitrail_data_set_get_double (where, ROW_POSITION, 0, &corner[1]))
  {
    corner[0] -= 1;
    corner[1] -= 1;
    return TRUE;
  }
  /* TILED_FULL (PS3.3 C.7.6.17.3): row by row, then other planes and paths. */
  const guint64 tile = ((guint64) frame - 1) % n_tiles;
  const guint64 column = tile % level->columns;
  const guint64 row = tile / level->columns;
  corner[0] = (double) (column * level->tile_width);
  corner[1] = (double) (row * level->tile_height);
  return TRUE;
}

static gboolean
place_2d (VitrailAnnPlace *self,
          const VitrailDataSet *data_set,
          const char *name,
          VitrailSlide *slide,
          const VitrailDataSet *image,
          GError **error)
{
  VitrailSlideLevel full;
  VitrailSlideLevel level;
  double corner[2] = { 0, 0 };

  vitrail_slide_get_level (slide, 0, &full);
  if (!vitrail_tile_index_read_level (image, name, &level, error))
    return FALSE;
  if (vitrail_data_set_text_is (data_set, PIXEL_ORIGIN, 0, "FRAME") &&
      !find_frame (data_set, image, &level, corner))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: ReferencedFrameNumber: no frame of its image", name);
    return FALSE;
  }
  self->affine[0] = get_ratio (full.width, level.width);
  self->affine[4] = get_ratio (full.height, level.height);
  self->affine[2] = corner[0] * self->affine[0];
  self->affine[5] = corner[1] * self->affine[4];
  return TRUE;
}

gboolean
vitrail_ann_place_init (VitrailAnnPlace *self,
                        const VitrailDataSet *data_set,
                        const char *name,
                        VitrailSlide *slide,
                        const VitrailDataSet *image,
                        const char **assumption,
                        GError **error)
{
  double plane[12];

  memset (self, 0, sizeof *self);
  *assumption = NULL;
  self->affine[0] = self->affine[4] = 1;
  self->is_3d = vitrail_data_set_text_is (data_set, COORDINATE_TYPE, 0, "3D");
  if (!self->is_3d) {
    if (image != NULL)
      return place_2d (self, data_set, name, slide, image, error);
    *assumption = "its image is not there: taken for the finest level";
    return TRUE;
  }
  if (vitrail_slide_get_plane (slide, plane) &&
      invert_plane (plane, self->affine))
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "%s: millimetres, on a slide of which none are known", name);
  return FALSE;
}
