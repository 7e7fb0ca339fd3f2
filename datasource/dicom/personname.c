/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "dicom/personname.h"

#include <string.h>

char *
vitrail_person_name_format (const char *text)
{
  g_auto (GStrv) groups = g_strsplit (text != NULL ? text : "", "=", 3);
  guint used = 0;
  while (groups[used] != NULL && groups[used][strspn (groups[used], "^ ")] == 0)
    used++;
  g_auto (GStrv) parts =
      g_strsplit (groups[used] != NULL ? groups[used] : "", "^", 5);
  g_autoptr (GString) name = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++) {
    const char *part = g_strstrip (parts[i]);
    if (part[0] == '\0')
      continue;
    if (name->len > 0)
      g_string_append (name, i == 1 ? ", " : " ");
    g_string_append (name, part);
  }
  return g_string_free (g_steal_pointer (&name), FALSE);
}
