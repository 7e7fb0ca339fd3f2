/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Loading libvitrail-NAME.so by name: see module.h. */

#include "config.h"

#include "module.h"

#include "error.h"

#include <gmodule.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Guarded by lock. Name -> GModule; never unloaded. */
static GHashTable *modules;
/* Guarded by lock. The GIOModules in use: types once registered stay. */
static GSList *type_modules;

/* The file in @folder or in one of its subfolders (a build tree has a folder
 * for each part). */
static char *
find_below (const char *folder, const char *file)
{
  g_autofree char *path = g_build_filename (folder, file, NULL);
  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&path);

  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = NULL;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *below = g_build_filename (folder, name, file, NULL);
    if (g_file_test (below, G_FILE_TEST_IS_REGULAR))
      return g_steal_pointer (&below);
  }
  return NULL;
}

static char *
find_module (const char *name, GError **error)
{
  const char *given = g_getenv ("VITRAIL_MODULE_PATH");
  g_auto (GStrv) folders =
      g_strsplit (given != NULL ? given : VITRAIL_MODULE_DIR, ":", -1);
  g_autofree char *file = g_strdup_printf ("libvitrail-%s.so", name);

  for (guint i = 0; folders[i] != NULL; i++) {
    if (folders[i][0] == '\0')
      continue;
    char *path = find_below (folders[i], file);
    if (path != NULL)
      return path;
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND, "%s: not in %s",
               file, given != NULL ? given : VITRAIL_MODULE_DIR);
  return NULL;
}

/* A GIO module registers its types at extension points here. */
static gboolean
use_types (GModule *module, const char *path, GError **error)
{
  gpointer load = NULL;

  if (!g_module_symbol (module, "g_io_module_load", &load))
    return TRUE;
  GIOModule *types = g_io_module_new (path);
  if (g_type_module_use (G_TYPE_MODULE (types))) {
    type_modules = g_slist_prepend (type_modules, types);
    return TRUE;
  }
  g_object_unref (types);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
               "%s: its types do not load", path);
  return FALSE;
}

static GModule *
load_locked (const char *name, GError **error)
{
  if (modules == NULL)
    modules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GModule *module = g_hash_table_lookup (modules, name);
  if (module != NULL)
    return module;

  g_autofree char *path = find_module (name, error);
  if (path == NULL)
    return NULL;
  module = g_module_open (path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
  if (module == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT, "%s",
                 g_module_error ());
    return NULL;
  }
  g_module_make_resident (module);
  if (!use_types (module, path, error))
    return NULL;
  g_hash_table_insert (modules, g_strdup (name), module);
  return module;
}

static GModule *
load (const char *name, GError **error)
{
  pthread_mutex_lock (&lock);
  GModule *module = load_locked (name, error);
  pthread_mutex_unlock (&lock);
  return module;
}

gboolean
vitrail_module_load (const char *name, GError **error)
{
  return load (name, error) != NULL;
}

gpointer
vitrail_module_find_symbol (const char *module,
                            const char *symbol,
                            GError **error)
{
  GModule *loaded = load (module, error);
  gpointer address = NULL;

  if (loaded == NULL)
    return NULL;
  if (g_module_symbol (loaded, symbol, &address) && address != NULL)
    return address;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND, "%s: no %s",
               g_module_name (loaded), symbol);
  return NULL;
}
