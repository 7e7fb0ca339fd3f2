/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Indexing a folder: seconds for a first scan, and for one in which nothing
 * changed. Arguments: the folder, the database. */

#include "folder.h"

static double
scan (const char *folder, const char *index, VitrailScanStats *stats)
{
  const char *paths[] = { folder, NULL };
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  g_autoptr (VitrailFolder) source = vitrail_folder_new (paths, index);

  if (!vitrail_folder_scan (source, NULL, &error))
    g_error ("%s", error->message);
  vitrail_folder_get_stats (source, stats);
  return 1e-6 * (double) (g_get_monotonic_time () - start);
}

static void
print (const char *name, const VitrailScanStats *stats, double s, double bound)
{
  g_autofree char *what = g_strdup_printf ("index %u %s", stats->n_files, name);

  g_print ("%-32s %10.3f s %12s %8.2f  %.1f s\n", what, s, "-", bound / s,
           bound);
}

int
main (int argc, char **argv)
{
  VitrailScanStats stats;

  if (argc != 3)
    return 2;
  double cold = scan (argv[1], argv[2], &stats);
  print ("files, new", &stats, cold, 2.0);
  double warm = scan (argv[1], argv[2], &stats);
  print ("files, unchanged", &stats, warm, 0.3);
  return 0;
}
