/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which files make one DICOM slide: see dicomseries.h. */

#include "slide/dicomseries.h"

#include "dicom/part10.h"
#include "error.h"

#include <stdio.h>
#include <string.h>

#define IMAGE_TYPE    VITRAIL_TAG (0x0008, 0x0008)
#define SOP_CLASS     VITRAIL_TAG (0x0008, 0x0016)
#define PYRAMID       VITRAIL_TAG (0x0008, 0x0019)
#define STUDY         VITRAIL_TAG (0x0020, 0x000d)
#define SERIES        VITRAIL_TAG (0x0020, 0x000e)
#define CONTAINER     VITRAIL_TAG (0x0040, 0x0512)
#define TOTAL_COLUMNS VITRAIL_TAG (0x0048, 0x0006)

/* VL Whole Slide Microscopy Image Storage. */
#define WSI_SOP_CLASS "1.2.840.10008.5.1.4.1.1.77.1.6"
/* The SOP class stands in the file meta or among the first attributes. */
#define HEAD_BYTES 4096

static gboolean
contains (const uint8_t *data, size_t length, const char *text)
{
  size_t n = strlen (text);

  for (size_t at = 0; at + n <= length; at++)
    if (memcmp (data + at, text, n) == 0)
      return TRUE;
  return FALSE;
}

gboolean
vitrail_wsi_probe (const char *path)
{
  uint8_t head[HEAD_BYTES];
  FILE *file = fopen (path, "rbe");

  if (file == NULL)
    return FALSE;
  size_t length = fread (head, 1, sizeof head, file);
  (void) fclose (file);
  return vitrail_part10_probe (head, length) &&
         contains (head, length, WSI_SOP_CLASS);
}

static gboolean
same_text (const VitrailDataSet *a, const VitrailDataSet *b, VitrailTag tag)
{
  size_t length_a = 0;
  size_t length_b = 0;
  const char *text_a = vitrail_data_set_peek_text (a, tag, 0, &length_a);
  const char *text_b = vitrail_data_set_peek_text (b, tag, 0, &length_b);

  if (text_a == NULL || text_b == NULL)
    return text_a == text_b;
  return length_a == length_b && memcmp (text_a, text_b, length_a) == 0;
}

/* Image Type is mandatory, but Orthanc's dicomizer leaves it out, and others
 * its third value; then every image with a matrix is a level. */
static VitrailWsiRole
get_role (const VitrailDataSet *data_set)
{
  static const char *const names[] = { "VOLUME", "LABEL", "OVERVIEW",
                                       "THUMBNAIL" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (vitrail_data_set_text_is (data_set, IMAGE_TYPE, 2, names[i]))
      return (VitrailWsiRole) i;
  if (vitrail_data_set_get_n_values (data_set, IMAGE_TYPE) < 3 &&
      vitrail_data_set_has (data_set, TOTAL_COLUMNS))
    return VITRAIL_WSI_VOLUME;
  return VITRAIL_WSI_OTHER;
}

static void
part_free (gpointer data)
{
  VitrailWsiPart *part = data;
  g_object_unref (part->instance);
  g_free (part);
}

/* The part that is a copy of @instance. */
static VitrailWsiPart *
find_copy (const VitrailWsiSeries *self, VitrailInstance *instance)
{
  const char *uid = vitrail_instance_get_sop_instance_uid (instance);

  for (guint i = 0; uid[0] != '\0' && i < self->parts->len; i++) {
    VitrailWsiPart *part = g_ptr_array_index (self->parts, i);
    if (strcmp (uid, vitrail_instance_get_sop_instance_uid (part->instance)) ==
        0)
      return part;
  }
  return NULL;
}

/* Copies of one instance are one part: that which was asked for, if any. */
static void
add_part (VitrailWsiSeries *self, VitrailInstance *instance)
{
  VitrailWsiPart *part = find_copy (self, instance);

  if (part != NULL) {
    if (instance == self->first)
      g_set_object (&part->instance, instance);
    return;
  }
  part = g_new (VitrailWsiPart, 1);
  part->role = get_role (vitrail_instance_get_data_set (instance));
  part->instance = g_object_ref (instance);
  g_ptr_array_add (self->parts, part);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* All slide images beside @path, in a stable order. */
static GPtrArray *
list_folder (const char *path)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (folder, name, NULL);
    if (g_file_test (file, G_FILE_TEST_IS_REGULAR) && vitrail_wsi_probe (file))
      g_ptr_array_add (files, g_steal_pointer (&file));
  }
  g_ptr_array_sort (files, compare_paths);
  return g_steal_pointer (&files);
}

static GPtrArray *
list_given (const char *const *paths)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; paths[i] != NULL; i++)
    g_ptr_array_add (files, g_strdup (paths[i]));
  return files;
}

/* Image levels without a Pyramid UID belong to whichever pyramid there is;
 * labels and overviews belong to all. */
static gboolean
is_other_pyramid (const VitrailDataSet *first, const VitrailDataSet *data_set)
{
  return vitrail_data_set_has (first, PYRAMID) &&
         vitrail_data_set_has (data_set, PYRAMID) &&
         get_role (data_set) == VITRAIL_WSI_VOLUME &&
         !same_text (first, data_set, PYRAMID);
}

/* Labels and the like may have a series of their own; what they show is the
 * same piece of glass. */
static gboolean
is_beside (const VitrailDataSet *first, const VitrailDataSet *data_set)
{
  VitrailWsiRole role = get_role (data_set);

  return role != VITRAIL_WSI_VOLUME && role != VITRAIL_WSI_OTHER &&
         vitrail_data_set_has (first, CONTAINER) &&
         vitrail_data_set_has (first, STUDY) &&
         same_text (first, data_set, CONTAINER) &&
         same_text (first, data_set, STUDY);
}

static VitrailInstance *
open_instance (const char *path, GError **error)
{
  return vitrail_instance_open_with (path, VITRAIL_READ_GROUPS_LATER, error);
}

/* Takes @instance in where it belongs to the slide of the first. */
static void
look_at (VitrailWsiSeries *self, VitrailInstance *instance)
{
  VitrailDataSet *wanted = vitrail_instance_get_data_set (self->first);
  VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
  if (!vitrail_data_set_text_is (data_set, SOP_CLASS, 0, WSI_SOP_CLASS))
    return;
  if (!same_text (wanted, data_set, SERIES)) {
    if (is_beside (wanted, data_set))
      g_ptr_array_add (self->beside, g_object_ref (instance));
  } else if (is_other_pyramid (wanted, data_set)) {
    self->has_others = TRUE;
  } else {
    add_part (self, instance);
  }
}

static void
look_at_file (VitrailWsiSeries *self, const char *path)
{
  g_autoptr (GError) error = NULL;

  if (strcmp (path, vitrail_instance_get_name (self->first)) == 0) {
    add_part (self, self->first);
    return;
  }
  g_autoptr (VitrailInstance) instance = open_instance (path, &error);
  if (instance != NULL)
    look_at (self, instance);
  else
    g_message ("left out of the slide: %s", error->message);
}

static char *
make_id (const VitrailDataSet *data_set, gboolean several)
{
  g_autofree char *series = vitrail_data_set_dup_string (data_set, SERIES, 0);
  g_autofree char *pyramid = vitrail_data_set_dup_string (data_set, PYRAMID, 0);

  if (!several)
    return g_steal_pointer (&series);
  return g_strconcat (series, ".", pyramid, NULL);
}

static gboolean
begin (VitrailWsiSeries *self, VitrailInstance *first, GError **error)
{
  VitrailDataSet *data_set = vitrail_instance_get_data_set (first);
  if (!vitrail_data_set_text_is (data_set, SOP_CLASS, 0, WSI_SOP_CLASS) ||
      !vitrail_data_set_has (data_set, SERIES))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: not a whole slide microscopy image of a series",
                 vitrail_instance_get_name (first));
    return FALSE;
  }
  self->parts = g_ptr_array_new_with_free_func (part_free);
  self->beside = g_ptr_array_new_with_free_func (g_object_unref);
  self->first = first;
  return TRUE;
}

static void
end (VitrailWsiSeries *self)
{
  for (guint i = 0; i < self->beside->len; i++)
    add_part (self, g_ptr_array_index (self->beside, i));
  self->id =
      make_id (vitrail_instance_get_data_set (self->first), self->has_others);
}

gboolean
vitrail_wsi_series_take (VitrailWsiSeries *self,
                         const GPtrArray *instances,
                         VitrailInstance *first,
                         GError **error)
{
  if (!begin (self, first, error))
    return FALSE;
  for (guint i = 0; i < instances->len; i++)
    if (g_ptr_array_index (instances, i) == (gpointer) first)
      add_part (self, first);
    else
      look_at (self, g_ptr_array_index (instances, i));
  end (self);
  return TRUE;
}

gboolean
vitrail_wsi_series_open (VitrailWsiSeries *self,
                         const char *const *paths,
                         GError **error)
{
  g_autoptr (VitrailInstance) first = open_instance (paths[0], error);

  if (first == NULL || !begin (self, first, error))
    return FALSE;
  g_autoptr (GPtrArray) files =
      paths[1] == NULL ? list_folder (paths[0]) : list_given (paths);
  for (guint i = 0; i < files->len; i++)
    look_at_file (self, g_ptr_array_index (files, i));
  end (self);
  return TRUE;
}

void
vitrail_wsi_series_clear (VitrailWsiSeries *self)
{
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->beside, g_ptr_array_unref);
  g_clear_pointer (&self->id, g_free);
}
