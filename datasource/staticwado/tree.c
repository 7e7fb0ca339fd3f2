/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files of static archives: see tree.h. */

#include "staticwado/tree.h"

#include "dicom/json.h"
#include "dicomweb/document.h"
#include "error.h"
#include "limits.h"

/* The first of the files @names below @root that is there. */
static GBytes *
read_first (const char *root,
            const char *path,
            const char *const *names,
            guint64 max_bytes,
            char **found,
            GError **error)
{
  for (; *names != NULL; names++) {
    g_autofree char *name = g_strconcat (path, *names, NULL);
    g_autofree char *file = g_build_filename (root, name, NULL);
    if (!g_file_test (file, G_FILE_TEST_IS_REGULAR))
      continue;
    GBytes *bytes = vitrail_document_read (file, max_bytes, NULL, error);
    *found = g_steal_pointer (&file);
    return bytes;
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "%s/%s: no such file of a static archive", root, path);
  return NULL;
}

static GPtrArray *
read_json (const char *root,
           const char *path,
           const char *const *names,
           guint64 max_bytes,
           GError **error)
{
  g_autofree char *file = NULL;
  g_autoptr (GBytes) json =
      read_first (root, path, names, max_bytes, &file, error);

  return json != NULL
             ? vitrail_json_read (g_bytes_get_data (json, NULL),
                                  (gssize) g_bytes_get_size (json), file, error)
             : NULL;
}

GPtrArray *
vitrail_static_tree_list (const char *root, const char *path, GError **error)
{
  static const char *const names[] = { "/index.json.gz", "/index.json", ".gz",
                                       NULL };

  return read_json (root, path, names, VITRAIL_LIMIT_WEB_PAGE_BYTES, error);
}

GPtrArray *
vitrail_static_tree_read_metadata (const char *root,
                                   const char *study,
                                   const char *series,
                                   GError **error)
{
  static const char *const names[] = {
    ".gz", "", "/index.json.gz", "/index.json", ".json.gz", ".json", NULL
  };
  g_autofree char *path =
      g_strdup_printf ("studies/%s/series/%s/metadata", study, series);

  return read_json (root, path, names, VITRAIL_LIMIT_JSON_BYTES, error);
}
