/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files of OME-TIFF sets: see tiffomeset.h. */

#include "slide/tiffomeset.h"

#include "error.h"

#include <stdlib.h>
#include <string.h>

/* Each is mapped as long as the slide is open. */
#define MAX_FILES 512u

void
vitrail_ome_set_init (VitrailOmeSet *self,
                      VitrailTiffFile *file,
                      const VitrailOmeXml *xml,
                      VitrailTiffLayout *layout)
{
  *self =
      (VitrailOmeSet){ .file = file,
                       .xml = xml,
                       .layout = layout,
                       .known = g_hash_table_new_full (g_str_hash, g_str_equal,
                                                       g_free, NULL) };
}

void
vitrail_ome_set_clear (VitrailOmeSet *self)
{
  g_clear_pointer (&self->known, g_hash_table_unref);
}

static gboolean
is_here (const VitrailOmeSet *self, const VitrailOmeBlock *block)
{
  g_autofree char *name = g_path_get_basename (self->file->path);

  return block->uuid == NULL || g_strcmp0 (block->uuid, self->xml->uuid) == 0 ||
         g_strcmp0 (block->file_name, name) == 0;
}

/* Where @name is, links followed; NULL where that is not below the folder of
 * the file that names it. */
static char *
find_path (const VitrailOmeSet *self, const char *name, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->file->path);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *root = realpath (folder, NULL);
  char *real = realpath (path, NULL);
  const size_t length = root != NULL ? strlen (root) : 0;
  char *found = NULL;

  if (real == NULL || root == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no such file", path);
  else if (g_path_is_absolute (name) || strncmp (real, root, length) != 0 ||
           (length > 1 && real[length] != G_DIR_SEPARATOR) ||
           strstr (name, "..") != NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: OME-XML: file '%s' is outside of its folder",
                 self->file->path, name);
  else
    found = g_strdup (real);
  free (real); /* NOLINT(*-no-malloc): realpath () allocates */
  free (root); /* NOLINT(*-no-malloc): as above */
  return found;
}

/* A file that says it is another one of the set is not asked. */
static gboolean
check_uuid (const VitrailTiffFile *file, const char *uuid, GError **error)
{
  static const char attribute[] = " UUID=\"";
  const VitrailTiffDirectory *first = vitrail_tiff_index_get (file->index, 0);
  g_autofree char *start =
      vitrail_tiff_layout_read_start (file, &first->description);
  const char *said = strstr (start, attribute);

  if (said == NULL || g_str_has_prefix (said + sizeof attribute - 1, uuid))
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "%s: OME-XML: another UUID than %s", file->path, uuid);
  return FALSE;
}

static VitrailTiffFile *
open_other (VitrailOmeSet *self, const VitrailOmeBlock *block, GError **error)
{
  if (self->layout->files->len >= MAX_FILES) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: OME-XML: over %u files", self->file->path, MAX_FILES);
    return NULL;
  }
  g_autofree char *path = find_path (self, block->file_name, error);
  g_autoptr (VitrailTiffFile) file =
      path != NULL ? vitrail_tiff_file_open (path, error) : NULL;

  if (file == NULL || !check_uuid (file, block->uuid, error))
    return NULL;
  g_ptr_array_add (self->layout->files, vitrail_tiff_file_ref (file));
  return file;
}

VitrailTiffFile *
vitrail_ome_set_find (VitrailOmeSet *self, const VitrailOmeBlock *block)
{
  g_autoptr (GError) error = NULL;
  gpointer known = NULL;

  if (is_here (self, block))
    return self->file;
  if (block->file_name == NULL)
    return NULL;
  if (g_hash_table_lookup_extended (self->known, block->file_name, NULL,
                                    &known))
    return known;
  VitrailTiffFile *file = open_other (self, block, &error);
  if (error != NULL)
    g_message ("%s; its planes are missing", error->message);
  g_hash_table_insert (self->known, g_strdup (block->file_name), file);
  return file;
}
