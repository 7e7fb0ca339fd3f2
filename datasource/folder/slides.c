/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The slides that an index knows: see slides.h. The instances of a DICOM slide
 * are those of one series and one Pyramid UID (PS3.3 C.7.6.1.1 and C.8.12.4);
 * what has no Pyramid UID, as labels and old writers' levels, belongs to each
 * pyramid of its series. Files of other series that show the same piece of
 * glass come behind them, where they are labels and the like. */

#include "folder/slides.h"

#include <string.h>

/* One instance of a series of slides. @is_beside: a label, overview or
 * thumbnail, which alone is no slide. */
typedef struct {
  char *path;
  char *pyramid; /* or NULL */
  char *glass;   /* study and container; or NULL */
  gboolean is_beside;
} SlideFile;

typedef struct {
  char *series; /* or NULL: none yet */
  char *name;
  GPtrArray *files;    /* SlideFile */
  GPtrArray *pyramids; /* distinct, in their order; borrowed from files */
} SlideSeries;

/* All slides while they are listed.
 * @glasses: of entry i; or NULL
 * @files: glass -> GPtrArray of series and path by turns */
typedef struct {
  GPtrArray *entries;
  GPtrArray *glasses;
  GHashTable *files;
} Listing;

static void
listing_clear (Listing *self)
{
  g_ptr_array_unref (self->glasses);
  g_hash_table_unref (self->files);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Listing, listing_clear)

static void
slide_file_free (SlideFile *self)
{
  g_free (self->path);
  g_free (self->pyramid);
  g_free (self->glass);
  g_free (self);
}

static void
slide_series_clear (SlideSeries *self)
{
  g_clear_pointer (&self->series, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->pyramids, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SlideSeries, slide_series_clear)

static VitrailSlideEntry *
slide_entry_new (char *id, const char *name, GPtrArray *paths)
{
  VitrailSlideEntry *entry = g_new (VitrailSlideEntry, 1);

  g_ptr_array_add (paths, NULL);
  entry->id = id;
  entry->name = g_strdup (name);
  entry->paths = (char **) g_ptr_array_free (paths, FALSE);
  return entry;
}

/* The files of @pyramid, NULL for all. */
static GPtrArray *
collect_paths (const SlideSeries *self, const char *pyramid)
{
  GPtrArray *paths = g_ptr_array_new ();

  for (guint i = 0; i < self->files->len; i++) {
    const SlideFile *file = g_ptr_array_index (self->files, i);
    if (pyramid == NULL || file->pyramid == NULL ||
        strcmp (file->pyramid, pyramid) == 0)
      g_ptr_array_add (paths, g_strdup (file->path));
  }
  return paths;
}

/* Notes what shows the glass of @series beside its slide. */
static void
note_files (Listing *self, const SlideSeries *series)
{
  for (guint i = 0; i < series->files->len; i++) {
    const SlideFile *file = g_ptr_array_index (series->files, i);
    if (!file->is_beside || file->glass == NULL)
      continue;
    GPtrArray *files = g_hash_table_lookup (self->files, file->glass);
    if (files == NULL) {
      files = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (self->files, g_strdup (file->glass), files);
    }
    g_ptr_array_add (files, g_strdup (series->series));
    g_ptr_array_add (files, g_strdup (file->path));
  }
}

static gboolean
is_all_beside (const SlideSeries *self)
{
  for (guint i = 0; i < self->files->len; i++) {
    const SlideFile *file = g_ptr_array_index (self->files, i);
    if (!file->is_beside)
      return FALSE;
  }
  return TRUE;
}

/* Behind the files of @entry those of other series of its glass. */
static void
add_beside (VitrailSlideEntry *entry, const GPtrArray *files)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; entry->paths[i] != NULL; i++)
    g_strv_builder_add (paths, entry->paths[i]);
  for (guint i = 0; i < files->len; i += 2) {
    const char *series = g_ptr_array_index (files, i);
    size_t length = strlen (series);
    if (strncmp (entry->id, series, length) != 0 ||
        (entry->id[length] != '\0' && entry->id[length] != '.'))
      g_strv_builder_add (paths, g_ptr_array_index (files, i + 1));
  }
  g_strfreev (entry->paths);
  entry->paths = g_strv_builder_end (paths);
}

static void
slide_series_end (SlideSeries *self, Listing *listing)
{
  if (self->pyramids == NULL)
    return;
  guint n = self->pyramids->len;
  note_files (listing, self);
  if (is_all_beside (self)) {
    slide_series_clear (self);
    return;
  }
  const SlideFile *first = g_ptr_array_index (self->files, 0);
  /* Only where there are several does the id name the pyramid. */
  for (guint i = 0; i < MAX (n, 1); i++) {
    const char *pyramid = n > 1 ? g_ptr_array_index (self->pyramids, i) : NULL;
    char *id = n > 1 ? g_strconcat (self->series, ".", pyramid, NULL)
                     : g_strdup (self->series);
    g_ptr_array_add (listing->entries,
                     slide_entry_new (id, self->name,
                                      collect_paths (self, pyramid)));
    g_ptr_array_add (listing->glasses, g_strdup (first->glass));
  }
  slide_series_clear (self);
}

static gboolean
is_beside (const char *image_type)
{
  return image_type != NULL && (strstr (image_type, "\\LABEL") != NULL ||
                                strstr (image_type, "\\OVERVIEW") != NULL ||
                                strstr (image_type, "\\THUMBNAIL") != NULL);
}

static char *
dup_glass (sqlite3_stmt *row)
{
  const char *study = (const char *) sqlite3_column_text (row, 4);
  const char *container = (const char *) sqlite3_column_text (row, 5);

  if (container == NULL || container[0] == '\0')
    return NULL;
  return g_strconcat (study != NULL ? study : "", "\n", container, NULL);
}

static void
slide_series_add (SlideSeries *self, sqlite3_stmt *row)
{
  SlideFile *file = g_new0 (SlideFile, 1);

  file->path = g_strdup ((const char *) sqlite3_column_text (row, 2));
  file->pyramid = g_strdup ((const char *) sqlite3_column_text (row, 3));
  file->glass = dup_glass (row);
  file->is_beside = is_beside ((const char *) sqlite3_column_text (row, 6));
  g_ptr_array_add (self->files, file);
  guint n = self->pyramids->len;
  if (file->pyramid != NULL &&
      (n == 0 ||
       strcmp (g_ptr_array_index (self->pyramids, n - 1), file->pyramid) != 0))
    g_ptr_array_add (self->pyramids, file->pyramid);
}

static void
slide_series_begin (SlideSeries *self, sqlite3_stmt *row)
{
  self->series = g_strdup ((const char *) sqlite3_column_text (row, 0));
  self->name = g_strdup ((const char *) sqlite3_column_text (row, 1));
  self->files =
      g_ptr_array_new_with_free_func ((GDestroyNotify) slide_file_free);
  self->pyramids = g_ptr_array_new ();
}

static gboolean
list_dicom (VitrailIndex *self, GPtrArray *entries, GError **error)
{
  g_auto (SlideSeries) series = { 0 };
  g_auto (Listing) listing = {
    .entries = entries,
    .glasses = g_ptr_array_new_with_free_func (g_free),
    .files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                    (GDestroyNotify) g_ptr_array_unref)
  };
  g_autoptr (sqlite3_stmt) rows = vitrail_database_prepare (
      vitrail_index_get_database (self),
      "SELECT SeriesInstanceUID, coalesce (ContainerIdentifier,"
      " SeriesDescription, SeriesInstanceUID), path, PyramidUID,"
      " StudyInstanceUID, ContainerIdentifier, ImageType"
      " FROM instance JOIN file ON file.id = instance.file"
      " WHERE SOPClassUID = '1.2.840.10008.5.1.4.1.1.77.1.6'"
      " AND duplicate = 0 AND made = 0 ORDER BY 1, PyramidUID, path",
      error);

  if (rows == NULL)
    return FALSE;
  while (sqlite3_step (rows) == SQLITE_ROW) {
    const char *uid = (const char *) sqlite3_column_text (rows, 0);
    if (series.series == NULL || g_strcmp0 (uid, series.series) != 0) {
      slide_series_end (&series, &listing);
      slide_series_begin (&series, rows);
    }
    slide_series_add (&series, rows);
  }
  slide_series_end (&series, &listing);
  for (guint i = 0; i < listing.glasses->len; i++) {
    const char *glass = g_ptr_array_index (listing.glasses, i);
    const GPtrArray *files =
        glass != NULL ? g_hash_table_lookup (listing.files, glass) : NULL;
    if (files != NULL)
      add_beside (g_ptr_array_index (entries, i), files);
  }
  return TRUE;
}

static gboolean
list_vendor (VitrailIndex *self, GPtrArray *entries, GError **error)
{
  g_autoptr (sqlite3_stmt) rows = vitrail_database_prepare (
      vitrail_index_get_database (self),
      "SELECT slide_id, min (path) FROM file"
      " WHERE state <> 0 AND state = 2 GROUP BY slide_id ORDER BY 2",
      error);

  if (rows == NULL)
    return FALSE;
  while (sqlite3_step (rows) == SQLITE_ROW) {
    const char *path = (const char *) sqlite3_column_text (rows, 1);
    g_autofree char *name = g_path_get_basename (path);
    GPtrArray *paths = g_ptr_array_new ();
    g_ptr_array_add (paths, g_strdup (path));
    g_ptr_array_add (
        entries, slide_entry_new (
                     g_strdup ((const char *) sqlite3_column_text (rows, 0)),
                     name, paths));
  }
  return TRUE;
}

GPtrArray *
vitrail_index_list_slides (VitrailIndex *self, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_slide_entry_free);

  if (!list_dicom (self, entries, error) || !list_vendor (self, entries, error))
    return NULL;
  return g_steal_pointer (&entries);
}
