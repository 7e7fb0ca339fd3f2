/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail info: what is there, and what could not be read and why. */

#include "command.h"
#include "contents.h"
#include "error.h"
#include "locations.h"
#include "output.h"

#include <string.h>

extern const VitrailCommand vitrail_command_info;

/* A file that was named, and not met in a folder, must be readable. */
static gboolean
check_named_files (const VitrailContents *contents,
                   char *const *locations,
                   GError **error)
{
  for (guint i = 0; locations[i] != NULL; i++) {
    g_autofree char *path = vitrail_location_dup_path (locations[i], NULL);
    for (guint k = 0; path != NULL && k < contents->unreadable->len; k++) {
      const VitrailUnreadable *unreadable =
          g_ptr_array_index (contents->unreadable, k);
      if (strcmp (unreadable->path, path) != 0)
        continue;
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT, "%s: %s",
                   locations[i], unreadable->reason);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
info (char *const *locations, gboolean json, GError **error)
{
  g_autoptr (VitrailDataSource) source =
      vitrail_locations_open (locations, error);
  g_auto (VitrailContents) contents = { 0 };

  if (source == NULL || !vitrail_contents_read (&contents, source, error))
    return FALSE;
  gboolean ok = check_named_files (&contents, locations, error);
  if (!ok && !json)
    return FALSE;
  g_autofree char *text = json ? vitrail_contents_to_json (&contents)
                               : vitrail_contents_to_text (&contents);
  g_autoptr (VitrailOutput) output = vitrail_output_open ("-", NULL);
  return vitrail_output_write (output, text, strlen (text),
                               ok ? error : NULL) &&
         ok;
}

static int
run (int argc, char **argv)
{
  g_auto (GStrv) locations = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "one JSON object", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &locations, NULL,
      NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;

  if (!vitrail_command_parse (&vitrail_command_info, entries, "PATH...", argc,
                              argv))
    return 2;
  if (locations == NULL)
    return vitrail_command_wrong_usage ("info", "give a PATH");
  return info (locations, json, &error) ? 0 : vitrail_command_fail (error);
}

const VitrailCommand vitrail_command_info = {
  "info", "studies, series, instances and slides, and what is unreadable", run
};
