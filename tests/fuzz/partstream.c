/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A multipart body that comes in pieces: a line that is the content type, a
 * byte that says how long the pieces are, then the body. Whatever the pieces,
 * the parts are the same; and where the reader of whole bodies takes it, too,
 * they are its parts. */

#define _GNU_SOURCE /* memmem () */

#include "dicomweb/mediatype.h"
#include "dicomweb/multipart.h"
#include "fuzz.h"
#include "parttext.h"

#include <string.h>

/* The reader of whole bodies finds the same bytes. */
static void
compare_whole (const char *type, GBytes *body, const GString *text)
{
  g_autoptr (GPtrArray) parts = vitrail_multipart_read (body, type, "", NULL);
  const char *at = text->str;

  for (guint i = 0; parts != NULL && i < parts->len; i++) {
    const VitrailWebPart *part = g_ptr_array_index (parts, i);
    gsize length = 0;
    const char *data = g_bytes_get_data (part->bytes, &length);
    const gsize left = text->len - (gsize) (at - text->str);
    const char *found =
        length > 0 ? memmem (at, left, data, length) : memchr (at, ']', left);
    g_assert_nonnull (found);
    at = found + length;
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const uint8_t *end = size > 0 ? memchr (data, '\n', size) : NULL;

  if (end == NULL || end + 1 == data + size)
    return 0;
  g_autofree char *type = g_strndup ((const char *) data, (gsize) (end - data));
  const gsize piece = (gsize) end[1] + 1;
  const guint8 *body = end + 2;
  const gsize length = size - (gsize) (body - data);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) pieces = g_string_new (NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (body, length);
  const gboolean fine =
      test_part_text_read (type, bytes, length, 1, text, NULL);

  g_assert_true (test_part_text_read (type, bytes, 0, piece, pieces, NULL) ==
                 fine);
  if (!fine)
    return 0;
  g_assert_true (g_string_equal (text, pieces));
  if (vitrail_media_type_is (type, "multipart/"))
    compare_whole (type, bytes, text);
  return 0;
}
