/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Indexing a folder: seconds for a first scan, for one in which nothing
 * changed, and for a first one of the service, which makes the metadata ready
 * too. Arguments: the folder, the database. */

#include "folder.h"
#include "folder/database.h"

static double
scan (const char *folder,
      const char *index,
      gboolean with_metadata,
      VitrailScanStats *stats)
{
  const char *paths[] = { folder, NULL };
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  g_autoptr (VitrailFolder) source = vitrail_folder_new (paths, index);

  if (with_metadata)
    vitrail_folder_prepare_metadata (source);
  if (!vitrail_folder_scan (source, NULL, &error))
    g_error ("%s", error->message);
  vitrail_folder_get_stats (source, stats);
  return 1e-6 * (double) (g_get_monotonic_time () - start);
}

static void
print (const char *name, const VitrailScanStats *stats, double s, double bound)
{
  g_autofree char *what = g_strdup_printf ("index %u %s", stats->n_files, name);

  g_print ("%-32s %10.3f s %12s %8s  <= %.1f s\n", what, s, "-", "-", bound);
}

int
main (int argc, char **argv)
{
  VitrailScanStats stats;

  if (argc != 3)
    return 2;
  double cold = scan (argv[1], argv[2], FALSE, &stats);
  print ("files, new", &stats, cold, 2.0);
  double warm = scan (argv[1], argv[2], FALSE, &stats);
  print ("files, unchanged", &stats, warm, 0.3);
  vitrail_database_remove_files (argv[2]);
  double ready = scan (argv[1], argv[2], TRUE, &stats);
  print ("files, with metadata", &stats, ready, 2.0);
  return 0;
}
