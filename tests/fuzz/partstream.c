/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A multipart body that comes in pieces: a line that is the content type, a
 * byte that says how long the pieces are, then the body. Whatever the pieces,
 * the parts are the same; and where the reader of whole bodies takes it, too,
 * they are its parts. */

#include "dicomweb/partstream.h"

#include "dicomweb/mediatype.h"
#include "dicomweb/multipart.h"
#include "fuzz.h"

#include <string.h>

/* All parts as one text: each begins with '[' and its type, ends with ']'. */
static gboolean
begin_cb (const VitrailPartHeader *header, gpointer user_data, GError **error)
{
  GString *text = user_data;

  g_string_append_printf (text, "[%s|",
                          header->content_type != NULL ? header->content_type
                                                       : "");
  return TRUE;
}

static gboolean
data_cb (const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  g_assert_cmpuint (length, >, 0);
  g_string_append_len (user_data, (const char *) data, (gssize) length);
  return TRUE;
}

static gboolean
end_cb (gpointer user_data, GError **error)
{
  g_string_append_c (user_data, ']');
  return TRUE;
}

static gboolean
read_pieces (const char *type,
             const guint8 *data,
             gsize length,
             gsize piece,
             GString *text)
{
  static const VitrailPartEvents events = { begin_cb, data_cb, end_cb };
  g_autoptr (VitrailPartStream) stream =
      vitrail_part_stream_new (type, &events, text, NULL);
  gboolean fine = stream != NULL;

  for (gsize at = 0; fine && at < length; at += piece)
    fine = vitrail_part_stream_push (stream, data + at,
                                     MIN (piece, length - at), NULL);
  return fine && vitrail_part_stream_end (stream, NULL);
}

static void
compare_whole (const char *type, GBytes *body, const GString *text)
{
  g_autoptr (GPtrArray) parts = vitrail_multipart_read (body, type, "", NULL);
  g_autoptr (GString) whole = g_string_new (NULL);

  if (parts == NULL)
    return;
  for (guint i = 0; i < parts->len; i++) {
    const VitrailWebPart *part = g_ptr_array_index (parts, i);
    const VitrailPartHeader header = { .content_type = part->content_type };
    gsize length = 0;
    const guint8 *data = g_bytes_get_data (part->bytes, &length);
    begin_cb (&header, whole, NULL);
    if (length > 0)
      data_cb (data, length, whole, NULL);
    end_cb (whole, NULL);
  }
  g_assert_true (g_string_equal (whole, text));
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
  const gboolean fine = read_pieces (type, body, length, MAX (length, 1), text);

  g_assert_true (read_pieces (type, body, length, piece, pieces) == fine);
  if (!fine)
    return 0;
  g_assert_true (g_string_equal (text, pieces));
  if (vitrail_media_type_is (type, "multipart/"))
    compare_whole (type, bytes, text);
  return 0;
}
