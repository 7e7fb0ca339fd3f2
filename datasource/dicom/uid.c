/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* New UIDs: 2.25 and a random UUID as one decimal number (PS3.5 B.2). */

#include "dicom/tag.h"

#include <string.h>

/* Takes the last decimal digit off a big-endian number. */
static guint
take_digit (uint8_t number[16])
{
  guint rest = 0;

  for (guint i = 0; i < 16; i++) {
    rest = rest << 8 | number[i];
    number[i] = (uint8_t) (rest / 10);
    rest %= 10;
  }
  return rest;
}

static void
parse_uuid (const char *text, uint8_t number[16])
{
  guint n = 0;

  for (; *text != '\0' && n < 32; text++) {
    const int digit = g_ascii_xdigit_value (*text);
    if (digit < 0)
      continue;
    number[n / 2] = (uint8_t) (number[n / 2] << 4 | digit);
    n++;
  }
}

char *
vitrail_uid_new (void)
{
  g_autofree char *uuid = g_uuid_string_random ();
  uint8_t number[16] = { 0 };
  char digits[40] = "";
  gsize at = sizeof digits - 1;

  parse_uuid (uuid, number);
  do
    digits[--at] = (char) ('0' + take_digit (number));
  while (at > 0 && memcmp (number, (const uint8_t[16]){ 0 }, 16) != 0);
  return g_strconcat ("2.25.", digits + at, NULL);
}
