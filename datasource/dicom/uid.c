/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* UIDs: 2.25 and a UUID as one decimal number (PS3.5 B.2). */

#include "dicom/tag.h"

#include <string.h>

gboolean
vitrail_uid_is_valid (const char *text)
{
  const size_t length = strnlen (text, 65);

  if (length == 0 || length > 64 || strspn (text, "0123456789.") < length)
    return FALSE;
  return text[0] != '.' && text[length - 1] != '.' &&
         strstr (text, "..") == NULL;
}

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

static char *
make_uid (uint8_t number[16])
{
  char digits[40] = "";
  gsize at = sizeof digits - 1;

  do
    digits[--at] = (char) ('0' + take_digit (number));
  while (at > 0 && memcmp (number, (const uint8_t[16]){ 0 }, 16) != 0);
  return g_strconcat ("2.25.", digits + at, NULL);
}

char *
vitrail_uid_new (void)
{
  g_autofree char *uuid = g_uuid_string_random ();
  uint8_t number[16] = { 0 };

  parse_uuid (uuid, number);
  return make_uid (number);
}

char *
vitrail_uid_new_from_name (const char *name)
{
  /* Ours, drawn once. */
  static const uint8_t space[16] = { 0x5c, 0x1e, 0x8f, 0x33, 0x0b, 0xd2,
                                     0x4a, 0x66, 0x9d, 0x70, 0x2e, 0xc1,
                                     0x84, 0xf5, 0x17, 0xab };
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  uint8_t digest[20];
  gsize length = sizeof digest;

  g_checksum_update (checksum, space, sizeof space);
  g_checksum_update (checksum, (const guchar *) name, -1);
  g_checksum_get_digest (checksum, digest, &length);
  digest[6] = (uint8_t) ((digest[6] & 0x0f) | 0x50);
  digest[8] = (uint8_t) ((digest[8] & 0x3f) | 0x80);
  return make_uid (digest);
}
