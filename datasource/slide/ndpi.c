/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Hamamatsu's NDPI: levels of one JPEG stream each, cut into tiles without
 * being decoded (jpegcut.h). What cannot be cut is left to OpenSlide. The
 * intervals of one column and one row of tiles are cut together, and the last
 * such groups are kept. Each focal plane is a slide of its own. */

#include "codec/codec.h"
#include "error.h"
#include "mapping.h"
#include "slide/ndpishared.h"
#include "slide/slide.h"

#include <stdio.h>
#include <string.h>

#define JPEG_SYNTAX "1.2.840.10008.1.2.4.50"

#define VITRAIL_TYPE_NDPI (vitrail_ndpi_get_type ())
G_DECLARE_FINAL_TYPE (VitrailNdpi, vitrail_ndpi, VITRAIL, NDPI, GObject)

/* @plane: the focal plane. Constant. */
struct _VitrailNdpi {
  GObject parent_instance;
  VitrailNdpiShared *shared;
  guint plane;
};

static void vitrail_ndpi_slide_init (VitrailSlideInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VitrailNdpi,
                               vitrail_ndpi,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_SLIDE,
                                                      vitrail_ndpi_slide_init))

static GBytes *
vitrail_ndpi_get_tile (VitrailSlide *slide,
                       guint level,
                       guint column,
                       guint row,
                       VitrailTileCoding *coding,
                       GError **error)
{
  const VitrailNdpi *self = VITRAIL_NDPI (slide);
  const guint place[2] = { self->plane, level };

  *coding = VITRAIL_TILE_JPEG;
  return vitrail_ndpi_shared_ref_tile (self->shared, place, column, row, error);
}

static gboolean
vitrail_ndpi_decode_tile (VitrailSlide *slide,
                          guint level,
                          guint column,
                          guint row,
                          uint8_t *rgb,
                          size_t stride,
                          GCancellable *cancellable,
                          GError **error)
{
  VitrailNdpi *self = VITRAIL_NDPI (slide);
  const VitrailSlideLevel *grid =
      vitrail_ndpi_shared_get_grid (self->shared, level);
  VitrailTileCoding coding;
  g_autoptr (GBytes) tile =
      vitrail_ndpi_get_tile (slide, level, column, row, &coding, error);

  if (tile == NULL)
    return FALSE;
  if (!vitrail_jpeg_tile_decode (tile, grid->tile_width, grid->tile_height, rgb,
                                 stride))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT,
                 "%s: level %u: tile %u, %u does not decode",
                 self->shared->path, level, column, row);
    return FALSE;
  }
  vitrail_slide_fill_outside (slide, level, column, row, rgb, stride);
  return TRUE;
}

static guint
vitrail_ndpi_get_n_levels (VitrailSlide *slide)
{
  return VITRAIL_NDPI (slide)->shared->grids->len;
}

static void
vitrail_ndpi_get_level (VitrailSlide *slide,
                        guint level,
                        VitrailSlideLevel *out)
{
  *out = *vitrail_ndpi_shared_get_grid (VITRAIL_NDPI (slide)->shared, level);
}

static gboolean
vitrail_ndpi_get_mpp_um (VitrailSlide *slide, double mpp_um[2])
{
  const VitrailNdpiIndex *index = VITRAIL_NDPI (slide)->shared->index;

  memcpy (mpp_um, index->mpp_um, sizeof index->mpp_um);
  return mpp_um[0] > 0 && mpp_um[1] > 0;
}

static double
vitrail_ndpi_get_objective_power (VitrailSlide *slide)
{
  return VITRAIL_NDPI (slide)->shared->index->lens;
}

static const char *
vitrail_ndpi_get_id (VitrailSlide *slide)
{
  return VITRAIL_NDPI (slide)->shared->id;
}

static const char *
vitrail_ndpi_get_name (VitrailSlide *slide)
{
  return VITRAIL_NDPI (slide)->shared->name;
}

static gboolean
vitrail_ndpi_is_lossy (VitrailSlide *slide)
{
  return TRUE;
}

static guint64
vitrail_ndpi_get_size_bytes (VitrailSlide *slide)
{
  return vitrail_ndpi_shared_get_size_bytes (VITRAIL_NDPI (slide)->shared);
}

static guint
vitrail_ndpi_get_n_focal_planes (VitrailSlide *slide)
{
  return VITRAIL_NDPI (slide)->shared->index->planes_nm->len;
}

static double
vitrail_ndpi_get_focal_plane_um (VitrailSlide *slide, guint plane)
{
  return g_array_index (VITRAIL_NDPI (slide)->shared->index->planes_nm, gint32,
                        plane) /
         1000.0;
}

static VitrailSlide *
make_facet (gpointer shared, guint number)
{
  VitrailNdpi *self = g_object_new (VITRAIL_TYPE_NDPI, NULL);

  self->shared = vitrail_ndpi_shared_ref (shared);
  self->plane = number;
  return VITRAIL_SLIDE (self);
}

static VitrailSlide *
vitrail_ndpi_ref_facet (VitrailSlide *slide, guint path, guint plane)
{
  VitrailNdpiShared *shared = VITRAIL_NDPI (slide)->shared;

  return vitrail_facet_table_ref (&shared->facets, plane, make_facet, shared);
}

static const VitrailSlideProperty *
vitrail_ndpi_list_properties (VitrailSlide *slide)
{
  return (const VitrailSlideProperty *) (const void *) VITRAIL_NDPI (slide)
      ->shared->properties->data;
}

static const char *const *
vitrail_ndpi_list_associated (VitrailSlide *slide)
{
  static const char *const none[] = { NULL };
  static const char *const macro[] = { "macro", NULL };

  return VITRAIL_NDPI (slide)->shared->index->macro.data != NULL ? macro : none;
}

static VitrailFrame *
vitrail_ndpi_read_associated (VitrailSlide *slide,
                              const char *name,
                              GError **error)
{
  VitrailNdpi *self = VITRAIL_NDPI (slide);
  const VitrailJpegPart *macro = &self->shared->index->macro;
  VitrailJpegHead head;
  VitrailCodecInput input = { .data = macro->data,
                              .length = macro->length,
                              .format = { .samples = 3,
                                          .bits_allocated = 8,
                                          .bits_stored = 8,
                                          .high_bit = 7,
                                          .photometric =
                                              VITRAIL_PHOTOMETRIC_YBR_FULL },
                              .name = self->shared->path,
                              .frame = 1 };

  if (!vitrail_mapping_is_whole (macro->data, macro->length) ||
      !vitrail_jpeg_head_read (&head, macro->data, macro->length))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT,
                 "%s: the picture '%s' is broken", self->shared->path, name);
    return NULL;
  }
  input.format.width = head.width;
  input.format.height = head.height;
  VitrailFrame *frame =
      vitrail_codec_find (JPEG_SYNTAX)->decode (&input, error);
  return frame != NULL ? vitrail_frame_normalize (frame) : NULL;
}

static void
vitrail_ndpi_slide_init (VitrailSlideInterface *iface)
{
  iface->get_n_levels = vitrail_ndpi_get_n_levels;
  iface->get_level = vitrail_ndpi_get_level;
  iface->get_mpp_um = vitrail_ndpi_get_mpp_um;
  iface->get_objective_power = vitrail_ndpi_get_objective_power;
  iface->get_id = vitrail_ndpi_get_id;
  iface->get_name = vitrail_ndpi_get_name;
  iface->get_tile = vitrail_ndpi_get_tile;
  iface->decode_tile = vitrail_ndpi_decode_tile;
  iface->list_associated = vitrail_ndpi_list_associated;
  iface->read_associated = vitrail_ndpi_read_associated;
  iface->is_lossy = vitrail_ndpi_is_lossy;
  iface->get_size_bytes = vitrail_ndpi_get_size_bytes;
  iface->list_properties = vitrail_ndpi_list_properties;
  iface->get_n_focal_planes = vitrail_ndpi_get_n_focal_planes;
  iface->get_focal_plane_um = vitrail_ndpi_get_focal_plane_um;
  iface->ref_facet = vitrail_ndpi_ref_facet;
}

static void
vitrail_ndpi_finalize (GObject *object)
{
  g_clear_pointer (&VITRAIL_NDPI (object)->shared, vitrail_ndpi_shared_unref);
  G_OBJECT_CLASS (vitrail_ndpi_parent_class)->finalize (object);
}

static void
vitrail_ndpi_class_init (VitrailNdpiClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_ndpi_finalize;
}

static void
vitrail_ndpi_init (VitrailNdpi *self)
{
}

static VitrailSlide *
ndpi_open (const char *const *paths, GError **error)
{
  g_autoptr (VitrailNdpiShared) shared =
      vitrail_ndpi_shared_open (paths[0], error);

  return shared != NULL
             ? vitrail_facet_table_ref (&shared->facets, shared->index->middle,
                                        make_facet, shared)
             : NULL;
}

/* Cheap where it is no NDPI file; one that cannot be cut is not taken. */
static gboolean
ndpi_probe (const char *path)
{
  const char *paths[] = { path, NULL };
  uint8_t head[4] = { 0 };
  FILE *file = fopen (path, "rbe");

  if (file == NULL)
    return FALSE;
  const size_t n = fread (head, 1, sizeof head, file);
  (void) fclose (file);
  if (n != sizeof head || memcmp (head, "II*\0", 4) != 0)
    return FALSE;
  g_autoptr (VitrailSlide) slide = ndpi_open (paths, NULL);
  return slide != NULL;
}

const VitrailSlideReader vitrail_slide_reader_ndpi = {
  .name = "ndpi",
  .probe = ndpi_probe,
  .open = ndpi_open,
};
