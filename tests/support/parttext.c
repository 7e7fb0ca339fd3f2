/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Parts as a text: see parttext.h. */

#include "parttext.h"

static gboolean
begin_cb (const VitrailPartHeader *header, gpointer user_data, GError **error)
{
  g_string_append_printf (
      user_data, "[%s %s %" G_GINT64_FORMAT ":",
      header->content_type != NULL ? header->content_type : "-",
      header->content_location != NULL ? header->content_location : "-",
      header->length);
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

const VitrailPartEvents test_part_text_events = { begin_cb, data_cb, end_cb };

gboolean
test_part_text_read (const char *content_type,
                     GBytes *body,
                     gsize first,
                     gsize piece,
                     GString *text,
                     GError **error)
{
  g_autoptr (VitrailPartStream) stream =
      vitrail_part_stream_new (content_type, &test_part_text_events, text,
                               error);
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (body, &length);
  gboolean fine =
      stream != NULL && vitrail_part_stream_push (stream, data, first, error);

  for (gsize at = first; fine && at < length; at += piece)
    fine = vitrail_part_stream_push (stream, data + at,
                                     MIN (piece, length - at), error);
  return fine && vitrail_part_stream_end (stream, error);
}
