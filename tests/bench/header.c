/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads the headers of the files named on standard input, one a line, and
 * prints files, files that are DICOM, seconds and peak memory in KB. With
 * --print also one line a file: its SeriesInstanceUID, or why there is none. */

#include "dicom/part10.h"

#include <glib.h>

#include <stdio.h>
#include <string.h>

#define TAG_SERIES VITRAIL_TAG (0x0020, 0x000d)

static gboolean
read_header (const char *path, gboolean print)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailPart10) file =
      vitrail_part10_open (path, VITRAIL_READ_HEADER, &error);
  size_t length = 0;
  const char *uid =
      file == NULL
          ? NULL
          : vitrail_data_set_peek_text (vitrail_part10_get_data_set (file),
                                        TAG_SERIES, 0, &length);

  if (print && file == NULL)
    printf ("%s\n", error->message);
  else if (print)
    printf ("%s: %.*s\n", path, (int) length, uid != NULL ? uid : "");
  return file != NULL;
}

/* getrusage () would count what the process was before exec. */
static const char *
read_peak_kb (void)
{
  static char line[256];
  FILE *status = fopen ("/proc/self/status", "r");

  while (status != NULL && fgets (line, sizeof line, status) != NULL) {
    if (g_str_has_prefix (line, "VmHWM:")) {
      fclose (status);
      return strtok (line + strlen ("VmHWM:"), " \t");
    }
  }
  return "0";
}

int
main (int argc, char **argv)
{
  gboolean print = argc > 1 && strcmp (argv[1], "--print") == 0;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  char line[4096];
  guint n_dicom = 0;

  while (fgets (line, sizeof line, stdin) != NULL)
    g_ptr_array_add (paths, g_strdup (g_strchomp (line)));

  gint64 start = g_get_monotonic_time ();
  for (guint i = 0; i < paths->len; i++) {
    if (read_header (g_ptr_array_index (paths, i), print))
      n_dicom++;
  }
  double seconds = (double) (g_get_monotonic_time () - start) / 1e6;
  printf ("%u %u %.4f %s\n", paths->len, n_dicom, seconds, read_peak_kb ());
  return 0;
}
