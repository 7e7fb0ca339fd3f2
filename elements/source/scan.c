/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The images of one series below a folder: see scan.h. */

#include "source/scan.h"

#include "dicom/part10.h"
#include "error.h"
#include "frameinfo.h"
#include "limits.h"
#include "stackorder.h"

#include <glib/gstdio.h>

#define TAG_SERIES        VITRAIL_TAG (0x0020, 0x000e)
#define TAG_SERIES_NUMBER VITRAIL_TAG (0x0020, 0x0011)
#define TAG_N_FRAMES      VITRAIL_TAG (0x0028, 0x0008)
#define TAG_ROWS          VITRAIL_TAG (0x0028, 0x0010)
#define TAG_COLUMNS       VITRAIL_TAG (0x0028, 0x0011)
#define TAG_PIXEL_DATA    VITRAIL_TAG (0x7fe0, 0x0010)
#define TAG_FLOAT_DATA    VITRAIL_TAG (0x7fe0, 0x0008)
#define TAG_DOUBLE_DATA   VITRAIL_TAG (0x7fe0, 0x0009)

/* The images of one series while reading. */
typedef struct {
  char *uid;
  int64_t number;
  GArray *keys; /* VitrailStackKey, whose data is a VitrailScanImage */
} Series;

static void
image_free (gpointer data)
{
  VitrailScanImage *image = data;

  if (image == NULL)
    return;
  g_free (image->path);
  g_free (image);
}

static void
key_clear (gpointer data)
{
  VitrailStackKey *key = data;

  g_clear_pointer (&key->data, image_free);
  vitrail_stack_key_clear (key);
}

static void
series_free (gpointer data)
{
  Series *series = data;

  g_free (series->uid);
  g_array_unref (series->keys);
  g_free (series);
}

static Series *
find_series (GHashTable *all, VitrailDataSet *data_set)
{
  g_autofree char *uid = vitrail_data_set_dup_string (data_set, TAG_SERIES, 0);

  if (uid == NULL)
    uid = g_strdup ("");
  Series *series = g_hash_table_lookup (all, uid);
  if (series != NULL)
    return series;
  series = g_new0 (Series, 1);
  series->uid = g_steal_pointer (&uid);
  series->number =
      vitrail_data_set_get_int_or (data_set, TAG_SERIES_NUMBER, G_MAXINT64);
  series->keys = g_array_new (FALSE, FALSE, sizeof (VitrailStackKey));
  g_array_set_clear_func (series->keys, key_clear);
  g_hash_table_insert (all, series->uid, series);
  return series;
}

static gboolean
has_image (VitrailDataSet *data_set)
{
  return vitrail_data_set_has (data_set, TAG_ROWS) &&
         vitrail_data_set_has (data_set, TAG_COLUMNS) &&
         (vitrail_data_set_has (data_set, TAG_PIXEL_DATA) ||
          vitrail_data_set_has (data_set, TAG_FLOAT_DATA) ||
          vitrail_data_set_has (data_set, TAG_DOUBLE_DATA));
}

/* Number of Frames, but no more than there are bytes for: nothing is allocated
 * on a header's word. */
static guint
count_frames (VitrailDataSet *data_set)
{
  int64_t n_frames = vitrail_data_set_get_int_or (data_set, TAG_N_FRAMES, 1);
  const VitrailElement *pixels =
      vitrail_data_set_find (data_set, TAG_PIXEL_DATA);
  int64_t most = VITRAIL_LIMIT_FRAMES;

  if (pixels != NULL && pixels->length < VITRAIL_LIMIT_FRAMES)
    most = (int64_t) pixels->length;
  return (guint) CLAMP (n_frames, 1, MAX (most, 1));
}

static void
read_file (GHashTable *all, const char *path, const char *wanted)
{
  g_autoptr (VitrailPart10) file =
      vitrail_part10_open (path, VITRAIL_READ_HEADER, NULL);

  if (file == NULL)
    return;
  VitrailDataSet *data_set = vitrail_part10_get_data_set (file);
  if (!has_image (data_set) ||
      (wanted != NULL &&
       !vitrail_data_set_text_is (data_set, TAG_SERIES, 0, wanted)))
    return;
  VitrailScanImage *image = g_new0 (VitrailScanImage, 1);
  VitrailStackKey key;
  image->path = g_strdup (path);
  image->n_frames = count_frames (data_set);
  image->frame_ms = vitrail_frame_time_ms (data_set, 1);
  vitrail_stack_key_init (&key, data_set, image);
  g_array_append_val (find_series (all, data_set)->keys, key);
}

/* Folders to read still. A link to a folder is not followed: it may lead
 * outside, or in circles. */
static void
read_folder (GPtrArray *folders, guint index, GPtrArray *files)
{
  const char *folder = g_ptr_array_index (folders, index);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    if (!g_file_test (path, G_FILE_TEST_IS_DIR))
      g_ptr_array_add (files, g_steal_pointer (&path));
    else if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
      g_ptr_array_add (folders, g_steal_pointer (&path));
  }
}

static Series *
choose_series (GHashTable *all)
{
  GHashTableIter iter;
  gpointer value;
  Series *first = NULL;

  g_hash_table_iter_init (&iter, all);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Series *series = value;
    if (first == NULL || series->number < first->number ||
        (series->number == first->number &&
         g_strcmp0 (series->uid, first->uid) < 0))
      first = series;
  }
  return first;
}

GPtrArray *
vitrail_scan_series (const char *folder, const char *series, GError **error)
{
  g_autoptr (GHashTable) all =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, series_free);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (folders, g_strdup (folder));
  for (guint i = 0; i < folders->len; i++)
    read_folder (folders, i, files);
  for (guint i = 0; i < files->len; i++)
    read_file (all, g_ptr_array_index (files, i), series);

  Series *chosen = choose_series (all);
  if (chosen == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no images%s%s in %u files", folder,
                 series != NULL ? " of series " : "",
                 series != NULL ? series : "", files->len);
    return NULL;
  }
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (image_free);
  vitrail_stack_sort ((VitrailStackKey *) (void *) chosen->keys->data,
                      chosen->keys->len);
  for (guint i = 0; i < chosen->keys->len; i++)
    g_ptr_array_add (
        images, g_steal_pointer (
                    &g_array_index (chosen->keys, VitrailStackKey, i).data));
  return g_steal_pointer (&images);
}
