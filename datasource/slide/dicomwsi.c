/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* DICOM slides: the VOLUME images of a series as levels, its label, overview
 * and thumbnail as associated images. Tiles are frames; JPEG and JPEG 2000 ones
 * are handed out as stored. */

#include "codec/codec.h"
#include "error.h"
#include "slide/dicomdescription.h"
#include "slide/dicomseries.h"
#include "slide/dicomtile.h"
#include "slide/slide.h"
#include "slide/tileindex.h"

#include <string.h>

/* One level: its geometry, its instances, and which frame is which tile. */
typedef struct {
  VitrailSlideLevel geometry;
  GPtrArray *parts; /* VitrailInstance */
  VitrailTileIndex *index;
} Level;

#define VITRAIL_TYPE_DICOM_WSI (vitrail_dicom_wsi_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDicomWsi,
                      vitrail_dicom_wsi,
                      VITRAIL,
                      DICOM_WSI,
                      GObject)

/* All constant after opening. */
struct _VitrailDicomWsi {
  GObject parent_instance;
  char *id;
  GPtrArray *levels;      /* Level */
  GHashTable *associated; /* name -> VitrailInstance */
  GStrv associated_names;
  VitrailWsiDescription description;
  VitrailFrameInfo *frame_info; /* or NULL */
  gboolean is_lossy;
};

static void vitrail_dicom_wsi_slide_init (VitrailSlideInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (
    VitrailDicomWsi,
    vitrail_dicom_wsi,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_SLIDE, vitrail_dicom_wsi_slide_init))

static void
level_free (gpointer data)
{
  Level *self = data;
  g_ptr_array_unref (self->parts);
  g_clear_pointer (&self->index, vitrail_tile_index_free);
  g_free (self);
}

static Level *
get_level (VitrailDicomWsi *self, guint level)
{
  return g_ptr_array_index (self->levels, level);
}

/* The instance and frame of a tile; NULL where there is none. */
static VitrailInstance *
find_tile (const Level *level, guint column, guint row, guint *frame)
{
  VitrailTileRef ref;

  if (!vitrail_tile_index_find (level->index, column, row, &ref))
    return NULL;
  *frame = ref.frame;
  return g_ptr_array_index (level->parts, ref.part);
}

static guint
vitrail_dicom_wsi_get_n_levels (VitrailSlide *slide)
{
  return VITRAIL_DICOM_WSI (slide)->levels->len;
}

static void
vitrail_dicom_wsi_get_level (VitrailSlide *slide,
                             guint level,
                             VitrailSlideLevel *out)
{
  *out = get_level (VITRAIL_DICOM_WSI (slide), level)->geometry;
}

static gboolean
vitrail_dicom_wsi_get_mpp_um (VitrailSlide *slide, double mpp_um[2])
{
  VitrailDicomWsi *self = VITRAIL_DICOM_WSI (slide);
  memcpy (mpp_um, self->description.mpp_um, sizeof self->description.mpp_um);
  return self->description.has_mpp;
}

static gboolean
vitrail_dicom_wsi_get_plane (VitrailSlide *slide, double plane[12])
{
  VitrailDicomWsi *self = VITRAIL_DICOM_WSI (slide);
  memcpy (plane, self->description.plane, sizeof self->description.plane);
  return self->description.has_plane;
}

static double
vitrail_dicom_wsi_get_objective_power (VitrailSlide *slide)
{
  return VITRAIL_DICOM_WSI (slide)->description.objective_power;
}

static const char *
vitrail_dicom_wsi_get_id (VitrailSlide *slide)
{
  return VITRAIL_DICOM_WSI (slide)->id;
}

static const char *
vitrail_dicom_wsi_get_name (VitrailSlide *slide)
{
  return VITRAIL_DICOM_WSI (slide)->description.name;
}

static void
vitrail_dicom_wsi_get_background (VitrailSlide *slide, uint8_t rgb[3])
{
  memset (rgb, VITRAIL_DICOM_WSI (slide)->description.is_dark ? 0 : 255, 3);
}

static VitrailFrameInfo *
vitrail_dicom_wsi_ref_frame_info (VitrailSlide *slide)
{
  VitrailFrameInfo *info = VITRAIL_DICOM_WSI (slide)->frame_info;
  return info != NULL ? vitrail_frame_info_ref (info) : NULL;
}

static gboolean
vitrail_dicom_wsi_is_lossy (VitrailSlide *slide)
{
  return VITRAIL_DICOM_WSI (slide)->is_lossy;
}

static guint64
vitrail_dicom_wsi_get_size_bytes (VitrailSlide *slide)
{
  VitrailDicomWsi *self = VITRAIL_DICOM_WSI (slide);
  guint64 bytes = sizeof *self;

  for (guint i = 0; i < self->levels->len; i++) {
    const Level *level = get_level (self, i);
    bytes += vitrail_tile_index_get_size_bytes (level->index);
    for (guint j = 0; j < level->parts->len; j++)
      bytes +=
          vitrail_instance_get_size_bytes (g_ptr_array_index (level->parts, j));
  }
  return bytes;
}

static GBytes *
vitrail_dicom_wsi_get_tile (VitrailSlide *slide,
                            guint level,
                            guint column,
                            guint row,
                            VitrailTileCoding *coding,
                            GError **error)
{
  Level *self = get_level (VITRAIL_DICOM_WSI (slide), level);
  guint frame;
  VitrailInstance *instance = find_tile (self, column, row, &frame);

  if (instance == NULL)
    return NULL;
  return vitrail_dicom_tile_ref_stored (instance, frame, coding, error);
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
  Level *self = get_level (VITRAIL_DICOM_WSI (slide), level);
  guint number;
  VitrailInstance *instance = find_tile (self, column, row, &number);

  if (instance != NULL &&
      !vitrail_dicom_tile_decode (instance, number, &self->geometry, rgb,
                                  stride, error))
    return FALSE;
  if (instance == NULL) /* all of it */
    column = row = G_MAXUINT;
  vitrail_slide_fill_outside (slide, level, column, row, rgb, stride);
  return TRUE;
}

static const char *const *
vitrail_dicom_wsi_list_associated (VitrailSlide *slide)
{
  return (const char *const *) VITRAIL_DICOM_WSI (slide)->associated_names;
}

static VitrailFrame *
vitrail_dicom_wsi_read_associated (VitrailSlide *slide,
                                   const char *name,
                                   GError **error)
{
  VitrailDicomWsi *self = VITRAIL_DICOM_WSI (slide);
  VitrailInstance *instance = g_hash_table_lookup (self->associated, name);

  if (vitrail_instance_get_n_frames (instance) > 1) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: a %s in %u tiles", vitrail_instance_get_name (instance),
                 name, vitrail_instance_get_n_frames (instance));
    return NULL;
  }
  VitrailFrame *frame =
      vitrail_instance_decode_frame (instance, 1, 0, NULL, error);
  return frame != NULL ? vitrail_frame_normalize (frame) : NULL;
}

static GBytes *
vitrail_dicom_wsi_get_icc_profile (VitrailSlide *slide)
{
  VitrailDicomWsi *self = VITRAIL_DICOM_WSI (slide);
  return self->description.icc_profile != NULL
             ? g_bytes_ref (self->description.icc_profile)
             : NULL;
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
  iface->list_associated = vitrail_dicom_wsi_list_associated;
  iface->read_associated = vitrail_dicom_wsi_read_associated;
  iface->get_icc_profile = vitrail_dicom_wsi_get_icc_profile;
}

static void
vitrail_dicom_wsi_finalize (GObject *object)
{
  VitrailDicomWsi *self = VITRAIL_DICOM_WSI (object);

  g_free (self->id);
  g_ptr_array_unref (self->levels);
  g_hash_table_unref (self->associated);
  g_strfreev (self->associated_names);
  vitrail_wsi_description_clear (&self->description);
  g_clear_pointer (&self->frame_info, vitrail_frame_info_unref);
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
  self->levels = g_ptr_array_new_with_free_func (level_free);
  self->associated =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

static gboolean
same_geometry (const VitrailSlideLevel *a, const VitrailSlideLevel *b)
{
  return a->width == b->width && a->height == b->height &&
         a->tile_width == b->tile_width && a->tile_height == b->tile_height;
}

/* The level that @instance belongs to, made where it is the first of it. */
static Level *
find_or_add_level (VitrailDicomWsi *self,
                   const VitrailSlideLevel *geometry,
                   const char *name,
                   GError **error)
{
  for (guint i = 0; i < self->levels->len; i++) {
    Level *level = get_level (self, i);
    if (same_geometry (&level->geometry, geometry))
      return level;
  }
  VitrailTileIndex *index = vitrail_tile_index_new (geometry);
  if (index == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory for the index of %u x %u tiles", name,
                 geometry->columns, geometry->rows);
    return NULL;
  }
  Level *level = g_new0 (Level, 1);
  level->geometry = *geometry;
  level->parts = g_ptr_array_new_with_free_func (g_object_unref);
  level->index = index;
  g_ptr_array_add (self->levels, level);
  return level;
}

static gboolean
add_volume (VitrailDicomWsi *self, VitrailInstance *instance, GError **error)
{
  const char *name = vitrail_instance_get_name (instance);
  VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
  VitrailSlideLevel geometry = { 0 };

  if (!vitrail_tile_index_read_level (data_set, name, &geometry, error))
    return FALSE;
  Level *level = find_or_add_level (self, &geometry, name, error);
  if (level == NULL)
    return FALSE;
  g_ptr_array_add (level->parts, g_object_ref (instance));
  return vitrail_tile_index_add (level->index, level->parts->len - 1, data_set,
                                 vitrail_instance_get_n_frames (instance), name,
                                 error);
}

static gboolean
add_parts (VitrailDicomWsi *self,
           const VitrailWsiSeries *series,
           GError **error)
{
  static const char *const names[] = { NULL, "label", "macro", "thumbnail" };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < series->parts->len; i++) {
    const VitrailWsiPart *part = g_ptr_array_index (series->parts, i);
    if (part->role == VITRAIL_WSI_VOLUME &&
        !add_volume (self, part->instance, error))
      return FALSE;
    if (part->role == VITRAIL_WSI_VOLUME || part->role == VITRAIL_WSI_OTHER)
      continue;
    const char *name = names[part->role];
    if (g_hash_table_contains (self->associated, name))
      continue;
    g_hash_table_insert (self->associated, g_strdup (name),
                         g_object_ref (part->instance));
    g_strv_builder_add (builder, name);
  }
  self->associated_names = g_strv_builder_end (builder);
  return TRUE;
}

static int
compare_levels (gconstpointer a, gconstpointer b)
{
  const Level *left = *(const Level *const *) a;
  const Level *right = *(const Level *const *) b;

  if (left->geometry.width != right->geometry.width)
    return left->geometry.width > right->geometry.width ? -1 : 1;
  if (left->geometry.height != right->geometry.height)
    return left->geometry.height > right->geometry.height ? -1 : 1;
  return 0;
}

/* Levels may differ: one made from a lossless one may be lossy. */
static void
read_frame_infos (VitrailDicomWsi *self)
{
  for (guint i = 0; i < self->levels->len; i++) {
    g_autoptr (VitrailFrameInfo) info = vitrail_instance_ref_frame_info (
        g_ptr_array_index (get_level (self, i)->parts, 0), 1, NULL);
    self->is_lossy = self->is_lossy || (info != NULL && info->lossy);
    if (i == 0)
      self->frame_info = g_steal_pointer (&info);
  }
}

static VitrailSlide *
dicomwsi_open (const char *const *paths, GError **error)
{
  g_auto (VitrailWsiSeries) series = { 0 };
  g_autoptr (VitrailDicomWsi) self =
      g_object_new (VITRAIL_TYPE_DICOM_WSI, NULL);

  if (!vitrail_wsi_series_open (&series, paths, error) ||
      !add_parts (self, &series, error))
    return NULL;
  if (self->levels->len == 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no VOLUME image in its series, so there is no slide",
                 paths[0]);
    return NULL;
  }
  g_ptr_array_sort (self->levels, compare_levels);
  double width = (double) get_level (self, 0)->geometry.width;
  for (guint i = 1; i < self->levels->len; i++) {
    VitrailSlideLevel *geometry = &get_level (self, i)->geometry;
    geometry->downsample = width / (double) geometry->width;
  }
  self->id = g_steal_pointer (&series.id);
  const Level *finest = get_level (self, 0);
  vitrail_wsi_description_read (&self->description,
                                g_ptr_array_index (finest->parts, 0),
                                &finest->geometry);
  read_frame_infos (self);
  return VITRAIL_SLIDE (g_steal_pointer (&self));
}

const VitrailSlideReader vitrail_slide_reader_dicomwsi = {
  .name = "dicomwsi",
  .probe = vitrail_wsi_probe,
  .open = dicomwsi_open,
};
