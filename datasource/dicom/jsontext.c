/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "dicom/jsontext.h"

#include <string.h>

void
vitrail_json_append_string (GString *json, const char *text)
{
  g_string_append_c (json, '"');
  for (const char *p = text; *p != '\0'; p++) {
    size_t plain = strcspn (p, "\"\\\001\002\003\004\005\006\007\010\011\012"
                               "\013\014\015\016\017\020\021\022\023\024\025"
                               "\026\027\030\031\032\033\034\035\036\037");
    g_string_append_len (json, p, (gssize) plain);
    p += plain;
    if (*p == '\0')
      break;
    if (*p == '"' || *p == '\\')
      g_string_append_printf (json, "\\%c", *p);
    else
      g_string_append_printf (json, "\\u%04x", (unsigned char) *p);
  }
  g_string_append_c (json, '"');
}
