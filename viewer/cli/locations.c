/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a command line names: see locations.h. */

#include "locations.h"

#include "dicomweb/location.h"
#include "error.h"
#include "folder.h"
#include "merge.h"
#include "progress.h"

#include <gio/gio.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How often the number of files is looked at while they are read. */
#define POLL_INTERVAL_US (G_USEC_PER_SEC / 100)

char *
vitrail_location_dup_path (const char *location, GError **error)
{
  struct stat info;

  if (vitrail_web_location_is (location)) {
    g_autoptr (VitrailWebLocation) web =
        vitrail_web_location_parse (location, error);
    return web != NULL ? g_strdup (location) : NULL;
  }
  if (vitrail_data_source_is_location (location))
    return g_strdup (location);
  if (strstr (location, "://") != NULL &&
      !g_str_has_prefix (location, "file://")) {
    g_autoptr (VitrailDataSource) source =
        vitrail_data_source_new (location, error);
    return NULL;
  }
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (location);
  g_autofree char *path = g_file_get_path (file);
  if (path != NULL && stat (path, &info) == 0) {
    if (S_ISREG (info.st_mode) || S_ISDIR (info.st_mode))
      return g_steal_pointer (&path);
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: not a file or folder", location);
    return NULL;
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: %s", location,
               g_strerror (path != NULL ? errno : ENOENT));
  return NULL;
}

typedef struct {
  VitrailFolder *folder;
  GError *error;
  gint done; /* atomic */
} Scan;

static gpointer
scan_thread (gpointer data)
{
  Scan *scan = data;

  vitrail_folder_scan (scan->folder, NULL, &scan->error);
  g_atomic_int_set (&scan->done, 1);
  return NULL;
}

/* Scans on a thread, and says on a terminal how far it is. */
static gboolean
scan_with_progress (VitrailFolder *folder, GError **error)
{
  Scan scan = { .folder = folder };
  VitrailScanStats stats;

  GThread *thread = g_thread_new ("scan", scan_thread, &scan);
  while (!g_atomic_int_get (&scan.done)) {
    g_usleep (POLL_INTERVAL_US);
    vitrail_folder_get_stats (folder, &stats);
    vitrail_progress_show ("%u files, %u of them read", stats.n_files,
                           stats.n_read);
  }
  g_thread_join (thread);
  vitrail_progress_end ();
  if (scan.error == NULL)
    return TRUE;
  g_propagate_error (error, scan.error);
  return FALSE;
}

static gboolean
scan (VitrailFolder *folder, GError **error)
{
  return isatty (STDERR_FILENO) ? scan_with_progress (folder, error)
                                : vitrail_folder_scan (folder, NULL, error);
}

/* One that is neither a file nor a folder. */
static VitrailDataSource *
open_web (const char *location, GError **error)
{
  g_autoptr (VitrailDataSource) source =
      vitrail_data_source_new (location, error);

  return source != NULL && vitrail_data_source_refresh (source, NULL, error)
             ? g_steal_pointer (&source)
             : NULL;
}

VitrailDataSource *
vitrail_locations_open (char *const *locations, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *merged =
      vitrail_merge_dup_location ((const char *const *) locations);
  gboolean only_files = TRUE;

  if (merged != NULL)
    return open_web (merged, error);
  if (locations[1] == NULL && vitrail_data_source_is_location (locations[0]))
    return open_web (locations[0], error);
  for (; *locations != NULL; locations++) {
    g_autofree char *path = vitrail_location_dup_path (*locations, error);
    if (path == NULL)
      return NULL;
    only_files = only_files && !g_file_test (path, G_FILE_TEST_IS_DIR);
    g_strv_builder_add (builder, path);
  }
  g_auto (GStrv) paths = g_strv_builder_end (builder);
  g_autoptr (VitrailFolder) folder =
      vitrail_folder_new ((const char *const *) paths,
                          only_files ? ":memory:" : NULL);
  return scan (folder, error) ? VITRAIL_DATA_SOURCE (g_steal_pointer (&folder))
                              : NULL;
}
