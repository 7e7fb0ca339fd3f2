/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames of an instance to tiles, paths and planes: see dicomlayout.h. */

#include "slide/dicomlayout.h"

#include "error.h"
#include "limits.h"
#include "slide/dicompaths.h"

#include <string.h>

#define NUMBER_OF_FRAMES     VITRAIL_TAG (0x0028, 0x0008)
#define ORGANIZATION_TYPE    VITRAIL_TAG (0x0020, 0x9311)
#define CONCATENATION        VITRAIL_TAG (0x0020, 0x9161)
#define CONCATENATION_NUMBER VITRAIL_TAG (0x0020, 0x9162)
#define CONCATENATION_TOTAL  VITRAIL_TAG (0x0020, 0x9163)
#define CONCATENATION_OFFSET VITRAIL_TAG (0x0020, 0x9228)
#define SHARED_GROUPS        VITRAIL_TAG (0x5200, 0x9229)
#define PER_FRAME_GROUPS     VITRAIL_TAG (0x5200, 0x9230)
#define PLANE_POSITION       VITRAIL_TAG (0x0048, 0x021a)
#define Z_OFFSET             VITRAIL_TAG (0x0040, 0x074a)
#define MATRIX_ORIGIN        VITRAIL_TAG (0x0048, 0x0008)
#define PATH_IDENTIFICATION  VITRAIL_TAG (0x0048, 0x0207)
#define PATH_IDENTIFIER      VITRAIL_TAG (0x0048, 0x0106)
#define OPTICAL_PATHS        VITRAIL_TAG (0x0048, 0x0105)
#define N_OPTICAL_PATHS      VITRAIL_TAG (0x0048, 0x0302)
#define N_FOCAL_PLANES       VITRAIL_TAG (0x0048, 0x0303)
#define PLANE_DISTANCE_UM    VITRAIL_TAG (0x0048, 0x0014)
#define PIXEL_MEASURES       VITRAIL_TAG (0x0028, 0x9110)
#define SLICE_SPACING_MM     VITRAIL_TAG (0x0018, 0x0088)
#define PIXEL_DATA           VITRAIL_TAG (0x7fe0, 0x0010)

/* Places of fewer frames are read as fast as they are found. */
#define MIN_KEPT    1024u
#define PLACES_KIND "places"

static gboolean
fail_attribute (const VitrailWsiLayout *self,
                VitrailTag tag,
                const char *what,
                GError **error)
{
  char text[VITRAIL_TAG_TEXT_SIZE];
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED, "%s: %s: %s",
               vitrail_instance_get_name (self->instance),
               vitrail_tag_text (tag, text), what);
  return FALSE;
}

static VitrailDataSet *
get_data_set (const VitrailWsiLayout *self)
{
  return vitrail_instance_get_data_set (self->instance);
}

/* What the header says, as long as Pixel Data could hold so many: frames are
 * counted only when one is asked for, which may mean to walk over all. */
static guint
count_frames (VitrailInstance *instance)
{
  const VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
  const VitrailElement *pixels = vitrail_data_set_find (data_set, PIXEL_DATA);
  int64_t stated;

  if (pixels == NULL || !pixels->undefined_length ||
      !vitrail_data_set_get_int (data_set, NUMBER_OF_FRAMES, 0, &stated))
    return vitrail_instance_get_n_frames (instance);
  const guint64 item_bytes = 8;
  const guint64 most = MIN (pixels->length / item_bytes, VITRAIL_LIMIT_FRAMES);
  return (guint) CLAMP (stated, 0, (int64_t) most);
}

static gboolean
read_concatenation (VitrailWsiLayout *self, GError **error)
{
  const VitrailDataSet *data_set = get_data_set (self);
  int64_t offset = 0;

  self->concatenation =
      vitrail_data_set_dup_string (data_set, CONCATENATION, 0);
  self->number =
      (guint) CLAMP (vitrail_data_set_get_int_or (data_set,
                                                  CONCATENATION_NUMBER, 0),
                     0, G_MAXUINT16);
  self->n_parts =
      (guint) CLAMP (vitrail_data_set_get_int_or (data_set, CONCATENATION_TOTAL,
                                                  0),
                     0, G_MAXUINT16);
  self->is_concatenated = self->concatenation != NULL || self->number > 0 ||
                          vitrail_data_set_has (data_set, CONCATENATION_OFFSET);
  self->has_first =
      vitrail_data_set_get_int (data_set, CONCATENATION_OFFSET, 0, &offset) ||
      !self->is_concatenated;
  if (offset < 0)
    return fail_attribute (self, CONCATENATION_OFFSET, "negative", error);
  self->first = (guint64) offset;
  return TRUE;
}

/* Groups come as bytes out of files, and as items out of metadata. */
static VitrailFramePlaces *
read_groups (const VitrailDataSet *data_set,
             const VitrailElement *groups,
             guint max_frames,
             const char *name)
{
  return groups->length > 0
             ? vitrail_frame_places_read (groups, max_frames, name)
             : vitrail_frame_places_collect (data_set, max_frames);
}

/* Frames say where they are. Writers that leave the organization out do it
 * either way, and a single tile needs neither. */
static gboolean
is_sparse (const VitrailDataSet *data_set, const VitrailElement *groups)
{
  if (vitrail_data_set_text_is (data_set, ORGANIZATION_TYPE, 0, "TILED_FULL"))
    return FALSE;
  if (vitrail_data_set_text_is (data_set, ORGANIZATION_TYPE, 0, "TILED_SPARSE"))
    return TRUE;
  if (groups == NULL)
    return FALSE;
  g_autoptr (VitrailFramePlaces) first = read_groups (data_set, groups, 1, "");
  return first->n_places > 0 &&
         first->places[0].column != VITRAIL_FRAME_NOWHERE;
}

/* What was read of the same file before. */
static VitrailFramePlaces *
recall_places (const VitrailWsiLayout *self)
{
  VitrailDiskCacheStamp stamp;

  if (self->n_frames < MIN_KEPT ||
      !vitrail_instance_get_stamp (self->instance, &stamp))
    return NULL;
  g_autofree char *key =
      g_canonicalize_filename (vitrail_instance_get_name (self->instance),
                               NULL);
  g_autoptr (GBytes) bytes =
      vitrail_disk_cache_lookup (vitrail_disk_cache_get_default (), PLACES_KIND,
                                 key, &stamp);
  VitrailFramePlaces *places =
      bytes != NULL ? vitrail_frame_places_unpack (bytes) : NULL;
  if (places != NULL && places->n_places > self->n_frames)
    g_clear_pointer (&places, vitrail_frame_places_free);
  return places;
}

static void
keep_places (const VitrailWsiLayout *self)
{
  VitrailDiskCacheStamp stamp;

  if (self->places->n_places < MIN_KEPT ||
      !vitrail_instance_get_stamp (self->instance, &stamp))
    return;
  g_autofree char *key =
      g_canonicalize_filename (vitrail_instance_get_name (self->instance),
                               NULL);
  g_autoptr (GBytes) bytes = vitrail_frame_places_pack (self->places);
  vitrail_disk_cache_store (vitrail_disk_cache_get_default (), PLACES_KIND, key,
                            &stamp, g_bytes_get_data (bytes, NULL),
                            g_bytes_get_size (bytes));
}

static gboolean
read_places (VitrailWsiLayout *self, GError **error)
{
  const VitrailDataSet *data_set = get_data_set (self);
  const VitrailElement *groups =
      vitrail_data_set_find (data_set, PER_FRAME_GROUPS);

  if (!is_sparse (data_set, groups))
    return TRUE;
  if (groups == NULL ||
      (groups->length == 0 &&
       vitrail_data_set_get_n_items (data_set, PER_FRAME_GROUPS) == 0))
    return fail_attribute (self, PER_FRAME_GROUPS,
                           "missing, though the tiles are sparse", error);
  self->places = recall_places (self);
  if (self->places == NULL) {
    self->places = read_groups (data_set, groups, self->n_frames,
                                vitrail_instance_get_name (self->instance));
    keep_places (self);
  }
  self->n_frames = self->places->n_places;
  return TRUE;
}

static guint
read_count (const VitrailDataSet *data_set, VitrailTag tag, guint64 fallback)
{
  int64_t count;

  if (vitrail_data_set_get_int (data_set, tag, 0, &count) && count > 0)
    return (guint) MIN (count, G_MAXINT32);
  return (guint) CLAMP (fallback, 1, G_MAXINT32);
}

/* How many paths and planes its frames run through, where these count. */
static void
read_dimensions (VitrailWsiLayout *self)
{
  const VitrailDataSet *data_set = get_data_set (self);
  guint n_items = vitrail_data_set_get_n_items (data_set, OPTICAL_PATHS);

  self->n_paths = read_count (data_set, N_OPTICAL_PATHS, n_items);
  guint64 a_plane = vitrail_wsi_layout_count_cells (self) * self->n_paths;
  guint64 planes = self->n_frames % a_plane == 0 ? self->n_frames / a_plane : 1;
  self->n_planes = read_count (data_set, N_FOCAL_PLANES, planes);
  guint64 a_path = vitrail_wsi_layout_count_cells (self) * self->n_planes;
  guint64 used = (self->n_frames + a_path - 1) / a_path;
  if (!self->is_concatenated && used < self->n_paths)
    self->n_paths = (guint) MAX (used, 1);
  self->n_paths = MIN (self->n_paths, VITRAIL_SLIDE_MAX_PATHS);
}

static void
read_z (VitrailWsiLayout *self)
{
  const VitrailDataSet *data_set = get_data_set (self);
  VitrailDataSet *shared =
      vitrail_data_set_get_item (data_set, SHARED_GROUPS, 0);
  VitrailDataSet *position =
      vitrail_data_set_get_item (shared, PLANE_POSITION, 0);
  VitrailDataSet *origin =
      vitrail_data_set_get_item (data_set, MATRIX_ORIGIN, 0);
  VitrailDataSet *measures =
      vitrail_data_set_get_item (shared, PIXEL_MEASURES, 0);
  double step_mm = 0.0;

  if (!vitrail_data_set_get_double (position, Z_OFFSET, 0, &self->z_um))
    vitrail_data_set_get_double (origin, Z_OFFSET, 0, &self->z_um);
  if (vitrail_data_set_get_double (measures, SLICE_SPACING_MM, 0, &step_mm))
    self->step_um = step_mm * 1000.0;
  else
    vitrail_data_set_get_double (data_set, PLANE_DISTANCE_UM, 0,
                                 &self->step_um);
  /* Whatever they are apart, they are not one. */
  if (!(self->step_um > VITRAIL_WSI_PLANE_TOLERANCE_UM))
    self->step_um = 1.0;
}

/* Item @number, from 0, as a path of the slide. */
static guint
add_item (VitrailWsiLayout *self, GPtrArray *paths, guint number)
{
  g_autofree char *identifier = g_strdup_printf ("%u", number + 1);

  return vitrail_wsi_paths_add (
      paths, self->instance,
      vitrail_data_set_get_item (get_data_set (self), OPTICAL_PATHS, number),
      identifier);
}

static gboolean
is_identifier (const VitrailDataSet *data_set, const char *identifier)
{
  size_t length = 0;
  const char *text =
      vitrail_data_set_peek_text (data_set, PATH_IDENTIFIER, 0, &length);

  return text != NULL && strlen (identifier) == length &&
         memcmp (text, identifier, length) == 0;
}

/* The item that frames call @identifier. */
static VitrailDataSet *
find_item (const VitrailWsiLayout *self, const char *identifier)
{
  const VitrailDataSet *data_set = get_data_set (self);
  guint n = MIN (vitrail_data_set_get_n_items (data_set, OPTICAL_PATHS),
                 VITRAIL_SLIDE_MAX_PATHS);

  for (guint i = 0; i < n; i++) {
    VitrailDataSet *item =
        vitrail_data_set_get_item (data_set, OPTICAL_PATHS, i);
    if (is_identifier (item, identifier))
      return item;
  }
  return NULL;
}

/* The path of frames that do not name one: that of all, or the first. */
static guint
add_default (VitrailWsiLayout *self, GPtrArray *paths)
{
  const VitrailDataSet *data_set = get_data_set (self);
  VitrailDataSet *shared =
      vitrail_data_set_get_item (data_set, SHARED_GROUPS, 0);
  VitrailDataSet *named =
      vitrail_data_set_get_item (shared, PATH_IDENTIFICATION, 0);

  if (!vitrail_data_set_has (named, PATH_IDENTIFIER))
    named = vitrail_data_set_get_item (data_set, OPTICAL_PATHS, 0);
  for (guint p = 0; p < self->n_paths; p++)
    if (is_identifier (named, self->places->paths[p]))
      return self->paths[p];
  g_autofree char *identifier =
      vitrail_data_set_dup_string (named, PATH_IDENTIFIER, 0);
  if (identifier == NULL)
    return add_item (self, paths, 0);
  return vitrail_wsi_paths_add (paths, self->instance,
                                find_item (self, identifier), identifier);
}

static gboolean
names_no_path (const VitrailFramePlaces *places)
{
  for (guint i = 0; i < places->n_places; i++)
    if (places->places[i].path == VITRAIL_FRAME_NO_PATH)
      return TRUE;
  return places->n_places == 0;
}

/* In the order of the Optical Path Sequence, not of the frames. */
static void
add_named_paths (VitrailWsiLayout *self, GPtrArray *paths)
{
  const VitrailDataSet *data_set = get_data_set (self);
  guint n = MIN (vitrail_data_set_get_n_items (data_set, OPTICAL_PATHS),
                 VITRAIL_SLIDE_MAX_PATHS);

  for (guint i = 0; i < n; i++) {
    VitrailDataSet *item =
        vitrail_data_set_get_item (data_set, OPTICAL_PATHS, i);
    for (guint p = 0; p < self->n_paths; p++)
      if (self->paths[p] == G_MAXUINT &&
          is_identifier (item, self->places->paths[p]))
        self->paths[p] = vitrail_wsi_paths_add (paths, self->instance, item,
                                                self->places->paths[p]);
  }
  for (guint p = 0; p < self->n_paths; p++)
    if (self->paths[p] == G_MAXUINT)
      self->paths[p] = vitrail_wsi_paths_add (paths, self->instance, NULL,
                                              self->places->paths[p]);
}

static void
add_paths (VitrailWsiLayout *self, GPtrArray *paths)
{
  self->default_path = G_MAXUINT;
  if (self->places != NULL)
    self->n_paths = self->places->n_paths;
  self->paths = g_new (guint, MAX (self->n_paths, 1));
  memset (self->paths, 0xff, sizeof (guint) * MAX (self->n_paths, 1));
  if (self->places == NULL) {
    for (guint i = 0; i < self->n_paths; i++)
      self->paths[i] = add_item (self, paths, i);
    return;
  }
  add_named_paths (self, paths);
  if (names_no_path (self->places))
    self->default_path = add_default (self, paths);
}

VitrailWsiLayout *
vitrail_wsi_layout_new (VitrailInstance *instance,
                        GPtrArray *paths,
                        GError **error)
{
  g_autoptr (VitrailWsiLayout) self = g_new0 (VitrailWsiLayout, 1);

  self->instance = g_object_ref (instance);
  if (!vitrail_tile_index_read_level (get_data_set (self),
                                      vitrail_instance_get_name (instance),
                                      &self->geometry, error) ||
      !read_concatenation (self, error))
    return NULL;
  self->n_frames = count_frames (instance);
  if (!read_places (self, error))
    return NULL;
  if (self->places == NULL)
    read_dimensions (self);
  read_z (self);
  add_paths (self, paths);
  return g_steal_pointer (&self);
}

void
vitrail_wsi_layout_free (VitrailWsiLayout *self)
{
  g_object_unref (self->instance);
  g_clear_pointer (&self->places, vitrail_frame_places_free);
  g_free (self->concatenation);
  g_free (self->paths);
  g_free (self);
}
