/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* DICOM slides: the VOLUME images of a series as levels, its label, overview
 * and thumbnail as associated images. Tiles are frames; JPEG and JPEG 2000 ones
 * are handed out as stored. Each optical path in each focal plane is a slide of
 * its own over what they share. */

#include "slide/dicomwsi.h"

#include "error.h"
#include "slide/dicomseries.h"
#include "slide/dicomshared.h"
#include "slide/dicomtile.h"
#include "slide/slide.h"

#include <string.h>

#define VITRAIL_TYPE_DICOM_WSI (vitrail_dicom_wsi_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDicomWsi,
                      vitrail_dicom_wsi,
                      VITRAIL,
                      DICOM_WSI,
                      GObject)

/* @facet: optical path and focal plane. Constant. */
struct _VitrailDicomWsi {
  GObject parent_instance;
  VitrailWsiShared *shared;
  guint facet[2];
};

static void vitrail_dicom_wsi_slide_init (VitrailSlideInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (
    VitrailDicomWsi,
    vitrail_dicom_wsi,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_SLIDE, vitrail_dicom_wsi_slide_init))

static VitrailSlide *
make_facet (gpointer shared, guint number)
{
  VitrailDicomWsi *self = g_object_new (VITRAIL_TYPE_DICOM_WSI, NULL);
  const guint n_planes = vitrail_wsi_shared_get_n_planes (shared);

  self->shared = vitrail_wsi_shared_ref (shared);
  self->facet[0] = number / n_planes;
  self->facet[1] = number % n_planes;
  return VITRAIL_SLIDE (self);
}

static VitrailSlide *
ref_facet (VitrailWsiShared *self, guint path, guint plane)
{
  return vitrail_facet_table_ref (
      &self->facets, path * vitrail_wsi_shared_get_n_planes (self) + plane,
      make_facet, self);
}

static const VitrailWsiPath *
get_path (VitrailSlide *slide)
{
  const VitrailDicomWsi *self = VITRAIL_DICOM_WSI (slide);
  return g_ptr_array_index (self->shared->pyramid.paths, self->facet[0]);
}

static guint
vitrail_dicom_wsi_get_n_levels (VitrailSlide *slide)
{
  return VITRAIL_DICOM_WSI (slide)->shared->pyramid.levels->len;
}

static void
vitrail_dicom_wsi_get_level (VitrailSlide *slide,
                             guint level,
                             VitrailSlideLevel *out)
{
  *out = vitrail_wsi_shared_get_level (VITRAIL_DICOM_WSI (slide)->shared, level)
             ->geometry;
}

static gboolean
vitrail_dicom_wsi_get_mpp_um (VitrailSlide *slide, double mpp_um[2])
{
  const VitrailWsiDescription *description =
      &VITRAIL_DICOM_WSI (slide)->shared->description;
  memcpy (mpp_um, description->mpp_um, sizeof description->mpp_um);
  return description->has_mpp;
}

static gboolean
vitrail_dicom_wsi_get_plane (VitrailSlide *slide, double plane[12])
{
  const VitrailWsiDescription *description =
      &VITRAIL_DICOM_WSI (slide)->shared->description;
  memcpy (plane, description->plane, sizeof description->plane);
  return description->has_plane;
}

static double
vitrail_dicom_wsi_get_objective_power (VitrailSlide *slide)
{
  return get_path (slide)->objective_power;
}

static const char *
vitrail_dicom_wsi_get_id (VitrailSlide *slide)
{
  return VITRAIL_DICOM_WSI (slide)->shared->id;
}

static const char *
vitrail_dicom_wsi_get_name (VitrailSlide *slide)
{
  return VITRAIL_DICOM_WSI (slide)->shared->description.name;
}

static void
vitrail_dicom_wsi_get_background (VitrailSlide *slide, uint8_t rgb[3])
{
  memset (rgb, get_path (slide)->is_dark ? 0 : 255, 3);
}

static VitrailFrameInfo *
vitrail_dicom_wsi_ref_frame_info (VitrailSlide *slide)
{
  VitrailFrameInfo *info = VITRAIL_DICOM_WSI (slide)->shared->frame_info;
  return info != NULL ? vitrail_frame_info_ref (info) : NULL;
}

static gboolean
vitrail_dicom_wsi_is_lossy (VitrailSlide *slide)
{
  return VITRAIL_DICOM_WSI (slide)->shared->is_lossy;
}

static guint64
vitrail_dicom_wsi_get_size_bytes (VitrailSlide *slide)
{
  return vitrail_wsi_shared_get_size_bytes (VITRAIL_DICOM_WSI (slide)->shared);
}

/* A tile as it is looked for and found. */
typedef struct {
  const VitrailWsiLevel *level;
  const guint *facet;
  guint place[2];
  VitrailInstance *instance; /* NULL: nothing there */
  guint frame;
  const VitrailLooseTile *loose; /* over it */
  guint n_loose;
} Found;

/* The header may promise more frames than there are: the tile is background,
 * and that is said once. */
static void
check_found (Found *self, VitrailWsiShared *shared)
{
  if (self->instance == NULL ||
      self->frame <= vitrail_instance_get_n_frames (self->instance))
    return;
  if (g_atomic_int_compare_and_exchange (&shared->told_missing, 0, 1))
    g_message ("%s: frame %u is missing: its tile is shown as background",
               vitrail_instance_get_name (self->instance), self->frame);
  self->instance = NULL;
}

static Found
find_tile (VitrailSlide *slide, guint level, guint column, guint row)
{
  const VitrailDicomWsi *self = VITRAIL_DICOM_WSI (slide);
  Found found = { .level = vitrail_wsi_shared_get_level (self->shared, level),
                  .facet = self->facet,
                  .place = { column, row } };
  VitrailTileRef ref;

  if (vitrail_tile_index_find (found.level->index, self->facet[0],
                               self->facet[1], column, row, &ref))
  {
    found.instance = g_ptr_array_index (found.level->parts, ref.part);
    found.frame = ref.frame;
  }
  check_found (&found, self->shared);
  found.loose = vitrail_tile_index_find_loose (found.level->index,
                                               self->facet[0], self->facet[1],
                                               column, row, &found.n_loose);
  return found;
}

static GBytes *
vitrail_dicom_wsi_get_tile (VitrailSlide *slide,
                            guint level,
                            guint column,
                            guint row,
                            VitrailTileCoding *coding,
                            GError **error)
{
  Found found = find_tile (slide, level, column, row);

  if (found.instance == NULL || found.n_loose > 0)
    return NULL;
  return vitrail_dicom_tile_ref_stored (found.instance, found.frame, coding,
                                        error);
}

static gboolean
vitrail_dicom_wsi_is_tile_at_hand (VitrailSlide *slide,
                                   guint level,
                                   guint column,
                                   guint row)
{
  const Found found = find_tile (slide, level, column, row);

  for (guint i = 0; i < found.n_loose; i++)
    if (!vitrail_instance_is_frame_at_hand (
            g_ptr_array_index (found.level->parts, found.loose[i].ref.part),
            found.loose[i].ref.frame))
      return FALSE;
  return found.instance == NULL ||
         vitrail_instance_is_frame_at_hand (found.instance, found.frame);
}

static void
vitrail_dicom_wsi_prefetch_tile (VitrailSlide *slide,
                                 guint level,
                                 guint column,
                                 guint row)
{
  const Found found = find_tile (slide, level, column, row);

  if (found.instance != NULL)
    vitrail_instance_prefetch_frame (found.instance, found.frame);
  for (guint i = 0; i < found.n_loose; i++)
    vitrail_instance_prefetch_frame (
        g_ptr_array_index (found.level->parts, found.loose[i].ref.part),
        found.loose[i].ref.frame);
}

/* Frames beside the grid lie over what is on it; one that does not decode
 * leaves what is below it. */
static void
lay_loose (const Found *found, const VitrailDicomTileTarget *target)
{
  for (guint i = 0; i < found->n_loose; i++) {
    const VitrailLooseTile *tile = &found->loose[i];
    g_autoptr (GError) error = NULL;
    if (!vitrail_dicom_tile_decode_at (
            g_ptr_array_index (found->level->parts, tile->ref.part),
            tile->ref.frame, target, tile->x, tile->y, &error))
      g_debug ("not shown: %s", error->message);
  }
}

static gboolean
vitrail_dicom_wsi_decode_tile (VitrailSlide *slide,
                               guint level,
                               guint column,
                               guint row,
                               uint8_t *rgb,
                               size_t stride,
                               GCancellable *cancellable,
                               GError **error)
{
  Found found = find_tile (slide, level, column, row);
  const VitrailSlideLevel *geometry = &found.level->geometry;
  VitrailDicomTileTarget target = { .rgb = rgb,
                                    .cancellable = cancellable,
                                    .stride = stride,
                                    .width = geometry->tile_width,
                                    .height = geometry->tile_height };

  if (found.instance == NULL) /* all of it */
    vitrail_slide_fill_outside (slide, level, G_MAXUINT, G_MAXUINT, rgb,
                                stride);
  else if (!vitrail_dicom_tile_decode (found.instance, found.frame, &target,
                                       error))
    return FALSE;
  lay_loose (&found, &target);
  vitrail_slide_fill_outside (slide, level, column, row, rgb, stride);
  return TRUE;
}

/* JPEG 2000 holds smaller pictures of a tile; the others are halved. */
static gboolean
/* NOLINTNEXTLINE(readability-function-size): where from, how, what, where to */
vitrail_dicom_wsi_decode_tile_reduced (VitrailSlide *slide,
                                       guint level,
                                       guint column,
                                       guint row,
                                       guint reduce,
                                       uint8_t *rgb,
                                       size_t stride,
                                       GCancellable *cancellable,
                                       GError **error)
{
  Found found = find_tile (slide, level, column, row);
  const VitrailSlideLevel *geometry = &found.level->geometry;
  const guint mask = (1u << reduce) - 1;
  const VitrailDicomTileTarget target = {
    .rgb = rgb,
    .stride = stride,
    .width = (geometry->tile_width + mask) >> reduce,
    .height = (geometry->tile_height + mask) >> reduce,
  };

  if (found.instance == NULL || found.n_loose > 0 ||
      !vitrail_dicom_tile_decode_reduced (found.instance, found.frame, reduce,
                                          &target))
    return vitrail_slide_halve_tile (slide, level, column, row, reduce, rgb,
                                     stride, cancellable, error);
  vitrail_slide_fill_outside_reduced (slide, level, column, row, reduce, rgb,
                                      stride);
  return TRUE;
}

/* Nothing where the tile lies outside of the level. */
static void
clear_outside (const Found *found, const VitrailDicomTileTarget *target)
{
  const VitrailSlideLevel *level = &found->level->geometry;
  guint64 left = level->width - (guint64) found->place[0] * level->tile_width;
  guint64 below =
      level->height - (guint64) found->place[1] * level->tile_height;
  size_t n = (size_t) MIN (left, target->width);

  for (guint y = 0; y < target->height; y++) {
    uint16_t *samples = target->samples + (size_t) y * target->stride / 2;
    size_t from = y < below ? n : 0;
    memset (samples + from, 0, (target->width - from) * 2);
  }
}

static gboolean
vitrail_dicom_wsi_decode_samples (VitrailSlide *slide,
                                  guint level,
                                  guint column,
                                  guint row,
                                  uint16_t *samples,
                                  size_t stride,
                                  GCancellable *cancellable,
                                  GError **error)
{
  Found found = find_tile (slide, level, column, row);
  const VitrailSlideLevel *geometry = &found.level->geometry;
  const VitrailWsiPath *path = get_path (slide);
  VitrailDicomTileTarget target = { .samples = samples,
                                    .cancellable = cancellable,
                                    .stride = stride * 2,
                                    .bits = path->said.bits,
                                    .width = geometry->tile_width,
                                    .height = geometry->tile_height };

  if (path->said.is_color) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: optical path %s is in colour: it has no samples to mix",
                 vitrail_slide_get_name (slide), path->said.id);
    return FALSE;
  }
  if (found.instance == NULL)
    for (guint y = 0; y < target.height; y++)
      memset (samples + y * stride, 0, (size_t) target.width * 2);
  else if (!vitrail_dicom_tile_decode (found.instance, found.frame, &target,
                                       error))
    return FALSE;
  lay_loose (&found, &target);
  clear_outside (&found, &target);
  return TRUE;
}

static const char *const *
vitrail_dicom_wsi_list_associated (VitrailSlide *slide)
{
  return vitrail_wsi_associated_list (
      VITRAIL_DICOM_WSI (slide)->shared->associated);
}

static VitrailFrame *
vitrail_dicom_wsi_read_associated (VitrailSlide *slide,
                                   const char *name,
                                   GError **error)
{
  return vitrail_wsi_associated_read (
      VITRAIL_DICOM_WSI (slide)->shared->associated, name, error);
}

static GBytes *
vitrail_dicom_wsi_get_icc_profile (VitrailSlide *slide)
{
  GBytes *profile = get_path (slide)->icc_profile;
  return profile != NULL ? g_bytes_ref (profile) : NULL;
}

static guint
vitrail_dicom_wsi_get_n_paths (VitrailSlide *slide)
{
  return VITRAIL_DICOM_WSI (slide)->shared->pyramid.paths->len;
}

static void
vitrail_dicom_wsi_get_path (VitrailSlide *slide,
                            guint path,
                            VitrailSlidePath *out)
{
  const VitrailWsiShared *self = VITRAIL_DICOM_WSI (slide)->shared;
  const VitrailWsiPath *found = g_ptr_array_index (self->pyramid.paths, path);
  *out = found->said;
}

static guint
vitrail_dicom_wsi_get_n_focal_planes (VitrailSlide *slide)
{
  return vitrail_wsi_shared_get_n_planes (VITRAIL_DICOM_WSI (slide)->shared);
}

static double
vitrail_dicom_wsi_get_focal_plane_um (VitrailSlide *slide, guint plane)
{
  return vitrail_wsi_shared_get_plane_um (VITRAIL_DICOM_WSI (slide)->shared,
                                          plane);
}

static VitrailSlide *
vitrail_dicom_wsi_ref_facet (VitrailSlide *slide, guint path, guint plane)
{
  return ref_facet (VITRAIL_DICOM_WSI (slide)->shared, path, plane);
}

static const VitrailSlideProperty *
vitrail_dicom_wsi_list_properties (VitrailSlide *slide)
{
  return VITRAIL_DICOM_WSI (slide)->shared->description.properties;
}

static void
vitrail_dicom_wsi_slide_init (VitrailSlideInterface *iface)
{
  iface->get_n_levels = vitrail_dicom_wsi_get_n_levels;
  iface->get_level = vitrail_dicom_wsi_get_level;
  iface->get_mpp_um = vitrail_dicom_wsi_get_mpp_um;
  iface->get_plane = vitrail_dicom_wsi_get_plane;
  iface->get_objective_power = vitrail_dicom_wsi_get_objective_power;
  iface->get_id = vitrail_dicom_wsi_get_id;
  iface->get_name = vitrail_dicom_wsi_get_name;
  iface->get_background = vitrail_dicom_wsi_get_background;
  iface->ref_frame_info = vitrail_dicom_wsi_ref_frame_info;
  iface->is_lossy = vitrail_dicom_wsi_is_lossy;
  iface->get_size_bytes = vitrail_dicom_wsi_get_size_bytes;
  iface->get_tile = vitrail_dicom_wsi_get_tile;
  iface->decode_tile = vitrail_dicom_wsi_decode_tile;
  iface->decode_tile_reduced = vitrail_dicom_wsi_decode_tile_reduced;
  iface->decode_samples = vitrail_dicom_wsi_decode_samples;
  iface->is_tile_at_hand = vitrail_dicom_wsi_is_tile_at_hand;
  iface->prefetch_tile = vitrail_dicom_wsi_prefetch_tile;
  iface->list_associated = vitrail_dicom_wsi_list_associated;
  iface->read_associated = vitrail_dicom_wsi_read_associated;
  iface->get_icc_profile = vitrail_dicom_wsi_get_icc_profile;
  iface->get_n_paths = vitrail_dicom_wsi_get_n_paths;
  iface->get_path = vitrail_dicom_wsi_get_path;
  iface->get_n_focal_planes = vitrail_dicom_wsi_get_n_focal_planes;
  iface->get_focal_plane_um = vitrail_dicom_wsi_get_focal_plane_um;
  iface->ref_facet = vitrail_dicom_wsi_ref_facet;
  iface->list_properties = vitrail_dicom_wsi_list_properties;
}

static void
vitrail_dicom_wsi_finalize (GObject *object)
{
  g_clear_pointer (&VITRAIL_DICOM_WSI (object)->shared,
                   vitrail_wsi_shared_unref);
  G_OBJECT_CLASS (vitrail_dicom_wsi_parent_class)->finalize (object);
}

static void
vitrail_dicom_wsi_class_init (VitrailDicomWsiClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_dicom_wsi_finalize;
}

static void
vitrail_dicom_wsi_init (VitrailDicomWsi *self)
{
}

VitrailSlide *
vitrail_dicom_wsi_new (VitrailWsiSeries *series, GError **error)
{
  g_autoptr (VitrailWsiShared) shared = vitrail_wsi_shared_new (series, error);

  return shared != NULL
             ? ref_facet (shared, 0,
                          vitrail_wsi_shared_find_middle_plane (shared))
             : NULL;
}

static VitrailSlide *
dicomwsi_open (const char *const *paths, GError **error)
{
  g_auto (VitrailWsiSeries) series = { 0 };

  return vitrail_wsi_series_open (&series, paths, error)
             ? vitrail_dicom_wsi_new (&series, error)
             : NULL;
}

const VitrailSlideReader vitrail_slide_reader_dicomwsi = {
  .name = "dicomwsi",
  .probe = vitrail_wsi_probe,
  .open = dicomwsi_open,
};
