/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Points in time and arithmetic over them, as a person writes them: see
 * times.h. */

#include "error.h"
#include "volume/times.h"

#include <string.h>

static const char *const operations[] = { "sum", "mean", "subtract",
                                          "maximum" };

const char *
vitrail_times_operation_get_name (VitrailTimesOperation operation)
{
  return operation < G_N_ELEMENTS (operations) ? operations[operation] : "";
}

gboolean
vitrail_times_operation_from_text (const char *text,
                                   VitrailTimesOperation *operation,
                                   GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    if (strcmp (text, operations[i]) == 0) {
      *operation = (VitrailTimesOperation) i;
      return TRUE;
    }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "%s is none of sum, mean, subtract, maximum", text);
  return FALSE;
}

/* "3" or "3-5" of @n_times. */
static gboolean
add_range (const char *text, guint n_times, GArray *times)
{
  char *end = NULL;
  const guint64 first = g_ascii_strtoull (text, &end, 10);
  guint64 last = first;

  if (end != text && *end == '-') {
    const char *rest = end + 1;
    last = g_ascii_strtoull (rest, &end, 10);
    if (end == rest)
      return FALSE;
  }
  if (end == text || *end != '\0' || first < 1 || last < first ||
      last > n_times)
    return FALSE;
  for (guint time = (guint) first - 1; time < last; time++)
    g_array_append_val (times, time);
  return TRUE;
}

GArray *
vitrail_volume_times_parse (const char *text, guint n_times, GError **error)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree char *all = g_strdup_printf ("1-%u", n_times);
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : all, ",", 1024);

  for (guint i = 0; parts[i] != NULL; i++)
    if (!add_range (parts[i], n_times, times)) {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                   "%s: no points in time; there are %u", text, n_times);
      return NULL;
    }
  return g_steal_pointer (&times);
}
