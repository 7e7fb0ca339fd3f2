/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The slides that an index knows: see slides.h. The instances of a DICOM slide
 * are those of one series and one Pyramid UID (PS3.3 C.7.6.1.1 and C.8.12.4);
 * what has no Pyramid UID, as labels and old writers' levels, belongs to each
 * pyramid of its series. */

#include "folder/slides.h"

#include <string.h>

/* One instance of a series of slides. */
typedef struct {
  char *path;
  char *pyramid; /* or NULL */
} SlideFile;

typedef struct {
  char *series; /* or NULL: none yet */
  char *name;
  GPtrArray *files;    /* SlideFile */
  GPtrArray *pyramids; /* distinct, in their order; borrowed from files */
} SlideSeries;

static void
slide_file_free (SlideFile *self)
{
  g_free (self->path);
  g_free (self->pyramid);
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

static void
slide_series_end (SlideSeries *self, GPtrArray *entries)
{
  if (self->pyramids == NULL)
    return;
  guint n = self->pyramids->len;
  /* Only where there are several does the id name the pyramid. */
  for (guint i = 0; i < MAX (n, 1); i++) {
    const char *pyramid = n > 1 ? g_ptr_array_index (self->pyramids, i) : NULL;
    char *id = n > 1 ? g_strconcat (self->series, ".", pyramid, NULL)
                     : g_strdup (self->series);
    g_ptr_array_add (entries, slide_entry_new (id, self->name,
                                               collect_paths (self, pyramid)));
  }
  slide_series_clear (self);
}

static void
slide_series_add (SlideSeries *self, sqlite3_stmt *row)
{
  SlideFile *file = g_new0 (SlideFile, 1);

  file->path = g_strdup ((const char *) sqlite3_column_text (row, 2));
  file->pyramid = g_strdup ((const char *) sqlite3_column_text (row, 3));
  g_ptr_array_add (self->files, file);
  guint n = self->pyramids->len;
  if (file->pyramid != NULL &&
      (n == 0 ||
       strcmp (g_ptr_array_index (self->pyramids, n - 1), file->pyramid) != 0))
    g_ptr_array_add (self->pyramids, file->pyramid);
}

static void
slide_series_begin (SlideSeries *self, const char *series, const char *name)
{
  self->series = g_strdup (series);
  self->name = g_strdup (name);
  self->files =
      g_ptr_array_new_with_free_func ((GDestroyNotify) slide_file_free);
  self->pyramids = g_ptr_array_new ();
}

static gboolean
list_dicom (VitrailIndex *self, GPtrArray *entries, GError **error)
{
  g_auto (SlideSeries) series = { 0 };
  g_autoptr (sqlite3_stmt) rows = vitrail_database_prepare (
      vitrail_index_get_database (self),
      "SELECT SeriesInstanceUID, coalesce (ContainerIdentifier,"
      " SeriesDescription, SeriesInstanceUID), path, PyramidUID"
      " FROM instance JOIN file ON file.id = instance.file"
      " WHERE SOPClassUID = '1.2.840.10008.5.1.4.1.1.77.1.6'"
      " AND duplicate = 0 AND made = 0 ORDER BY 1, PyramidUID, path",
      error);

  if (rows == NULL)
    return FALSE;
  while (sqlite3_step (rows) == SQLITE_ROW) {
    const char *uid = (const char *) sqlite3_column_text (rows, 0);
    if (series.series == NULL || g_strcmp0 (uid, series.series) != 0) {
      slide_series_end (&series, entries);
      slide_series_begin (&series, uid,
                          (const char *) sqlite3_column_text (rows, 1));
    }
    slide_series_add (&series, rows);
  }
  slide_series_end (&series, entries);
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

G_DEFINE_BOXED_TYPE (VitrailSlideEntry,
                     vitrail_slide_entry,
                     vitrail_slide_entry_copy,
                     vitrail_slide_entry_free)

VitrailSlideEntry *
vitrail_slide_entry_copy (const VitrailSlideEntry *self)
{
  VitrailSlideEntry *copy = g_new (VitrailSlideEntry, 1);

  copy->id = g_strdup (self->id);
  copy->name = g_strdup (self->name);
  copy->paths = g_strdupv (self->paths);
  return copy;
}

void
vitrail_slide_entry_free (VitrailSlideEntry *self)
{
  g_free (self->id);
  g_free (self->name);
  g_strfreev (self->paths);
  g_free (self);
}
