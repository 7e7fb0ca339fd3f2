/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Places of tiles in URLs: see tileplace.h. */

#include "tileplace.h"

#include "request.h"

#include <string.h>

#define MAX_DIGITS 9

/* Moves @text behind the number. FALSE: there is none, or a longer one. */
static gboolean
take_number (const char **text, guint *value)
{
  guint n = 0;

  *value = 0;
  while (n <= MAX_DIGITS && g_ascii_isdigit ((*text)[n]))
    *value = *value * 10 + (guint) ((*text)[n++] - '0');
  *text += n;
  return n > 0 && n <= MAX_DIGITS;
}

gboolean
vitrail_tile_place_parse (const char *level,
                          const char *tile,
                          const char *suffix,
                          guint place[3],
                          GError **error)
{
  const char *c = level;

  if (!take_number (&c, &place[0]) || *c != '\0') {
    g_set_error (error, VITRAIL_HTTP_ERROR, 400,
                 "level \"%.80s\": not a number of up to %d digits", level,
                 MAX_DIGITS);
    return FALSE;
  }
  c = tile;
  if (!take_number (&c, &place[1]) || *c++ != '_' ||
      !take_number (&c, &place[2]) || strcmp (c, suffix) != 0)
  {
    g_set_error (error, VITRAIL_HTTP_ERROR, 400,
                 "tile \"%.80s\": not COLUMN_ROW%s", tile, suffix);
    return FALSE;
  }
  return TRUE;
}
