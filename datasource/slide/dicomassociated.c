/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Associated images of DICOM slides: see dicomassociated.h. */

#include "slide/dicomassociated.h"

#include "codec/codec.h"
#include "error.h"
#include "limits.h"
#include "slide/dicompyramid.h"
#include "slide/dicomtile.h"

#include <string.h>

#define N_ROLES 3

static const struct {
  VitrailWsiRole role;
  const char *name;
} roles[N_ROLES] = {
  { VITRAIL_WSI_LABEL, "label" },
  { VITRAIL_WSI_OVERVIEW, "macro" },
  { VITRAIL_WSI_THUMBNAIL, "thumbnail" },
};

struct _VitrailWsiAssociated {
  VitrailInstance *instances[N_ROLES]; /* NULL: there is none */
  const char *names[N_ROLES + 1];
};

VitrailWsiAssociated *
vitrail_wsi_associated_new (const VitrailWsiSeries *series)
{
  VitrailWsiAssociated *self = g_new0 (VitrailWsiAssociated, 1);
  guint n = 0;

  for (guint i = 0; i < N_ROLES; i++) {
    for (guint j = 0; j < series->parts->len; j++) {
      const VitrailWsiPart *part = g_ptr_array_index (series->parts, j);
      if (part->role != roles[i].role || self->instances[i] != NULL)
        continue;
      self->instances[i] = g_object_ref (part->instance);
      self->names[n++] = roles[i].name;
    }
  }
  return self;
}

void
vitrail_wsi_associated_free (VitrailWsiAssociated *self)
{
  for (guint i = 0; i < N_ROLES; i++)
    g_clear_object (&self->instances[i]);
  g_free (self);
}

const char *const *
vitrail_wsi_associated_list (const VitrailWsiAssociated *self)
{
  return self->names;
}

/* Tiles of one level laid side by side. */
typedef struct {
  const VitrailWsiLevel *level;
  uint8_t *rgb;
  size_t stride;
  uint8_t *tile; /* room for one */
} Mosaic;

static gboolean
add_tile (const Mosaic *self, guint column, guint row, GError **error)
{
  const VitrailSlideLevel *level = &self->level->geometry;
  const size_t tile_stride = (size_t) level->tile_width * 3;
  VitrailDicomTileTarget target = { .rgb = self->tile,
                                    .stride = tile_stride,
                                    .width = level->tile_width,
                                    .height = level->tile_height };
  guint64 x = (guint64) column * level->tile_width;
  guint64 y = (guint64) row * level->tile_height;
  VitrailTileRef ref;

  if (!vitrail_tile_index_find (self->level->index, 0, 0, column, row, &ref))
    return TRUE;
  if (!vitrail_dicom_tile_decode (g_ptr_array_index (self->level->parts,
                                                     ref.part),
                                  ref.frame, &target, error))
    return FALSE;
  size_t n = (size_t) MIN (level->tile_width, level->width - x) * 3;
  guint64 n_rows = MIN (level->tile_height, level->height - y);
  for (guint64 i = 0; i < n_rows; i++)
    memcpy (self->rgb + (y + i) * self->stride + x * 3,
            self->tile + i * tile_stride, n);
  return TRUE;
}

static VitrailFrame *
take_rgb (const VitrailSlideLevel *level, uint8_t *rgb, size_t stride)
{
  const VitrailPixelFormat format = { .width = (guint) level->width,
                                      .height = (guint) level->height,
                                      .samples = 3,
                                      .bits_allocated = 8,
                                      .bits_stored = 8,
                                      .high_bit = 7,
                                      .photometric = VITRAIL_PHOTOMETRIC_RGB };
  VitrailFrame *frame = vitrail_frame_new_take (
      &format, g_bytes_new_take (rgb, stride * level->height), stride);
  frame->normalized = TRUE;
  return frame;
}

static VitrailFrame *
fail (VitrailInstance *instance, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "%s: too large for an image beside a slide",
               vitrail_instance_get_name (instance));
  return NULL;
}

static VitrailFrame *
join_tiles (VitrailInstance *instance,
            const VitrailWsiLevel *level,
            GError **error)
{
  const VitrailSlideLevel *geometry = &level->geometry;
  const size_t stride = (size_t) geometry->width * 3;

  if (geometry->width > VITRAIL_LIMIT_SIDE ||
      geometry->height > VITRAIL_LIMIT_SIDE ||
      geometry->width * geometry->height > VITRAIL_LIMIT_TILE_PIXELS)
    return fail (instance, error);
  g_autofree uint8_t *rgb = g_try_malloc (stride * geometry->height);
  g_autofree uint8_t *tile =
      g_try_malloc_n ((size_t) geometry->tile_width * geometry->tile_height, 3);
  if (rgb == NULL || tile == NULL)
    return fail (instance, error);
  memset (rgb, 255, stride * geometry->height);
  Mosaic mosaic = { level, rgb, stride, tile };
  for (guint row = 0; row < geometry->rows; row++)
    for (guint column = 0; column < geometry->columns; column++)
      if (!add_tile (&mosaic, column, row, error))
        return NULL;
  return take_rgb (geometry, g_steal_pointer (&rgb), stride);
}

static VitrailFrame *
read_tiled (VitrailInstance *instance, GError **error)
{
  g_auto (VitrailWsiPyramid) pyramid = { 0 };
  g_autoptr (GPtrArray) instances = g_ptr_array_new ();

  g_ptr_array_add (instances, instance);
  if (!vitrail_wsi_pyramid_read (&pyramid, instances, instance, error))
    return NULL;
  return join_tiles (instance, g_ptr_array_index (pyramid.levels, 0), error);
}

VitrailFrame *
vitrail_wsi_associated_read (const VitrailWsiAssociated *self,
                             const char *name,
                             GError **error)
{
  VitrailInstance *instance = NULL;

  for (guint i = 0; i < N_ROLES; i++)
    if (strcmp (roles[i].name, name) == 0)
      instance = self->instances[i];
  if (vitrail_instance_get_n_frames (instance) > 1)
    return read_tiled (instance, error);
  VitrailFrame *frame =
      vitrail_instance_decode_frame (instance, 1, 0, NULL, error);
  return frame != NULL ? vitrail_frame_normalize (frame) : NULL;
}
