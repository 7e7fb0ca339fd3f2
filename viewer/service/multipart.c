/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Multipart bodies: see multipart.h. */

#include "multipart.h"

#include "streaming.h"

/* Random for the process: no stored object can have been made to hold it. */
static const char *
get_boundary (void)
{
  static gsize boundary = 0;

  if (g_once_init_enter (&boundary)) {
    g_autofree char *uuid = g_uuid_string_random ();
    g_once_init_leave (&boundary, (gsize) g_strconcat ("vitrail-", uuid, NULL));
  }
  return (const char *) boundary;
}

static void
add_text (VitrailReply *reply, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_text (VitrailReply *reply, const char *format, ...)
{
  GString *text = g_string_new (NULL);
  va_list args;
  va_start (args, format);
  g_string_append_vprintf (text, format, args);
  va_end (args);
  g_ptr_array_add (reply->parts, g_string_free_to_bytes (text));
}

static GBytes *
make_head (const char *content_type, GBytes *body, gboolean is_first)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (
      text, "%s--%s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
      is_first ? "" : "\r\n", get_boundary (), content_type,
      g_bytes_get_size (body));
  return g_string_free_to_bytes (text);
}

void
vitrail_multipart_begin (VitrailReply *reply, const char *type)
{
  reply->parts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  vitrail_reply_take_content_type (
      reply, g_strdup_printf ("multipart/related; type=\"%s\"; boundary=%s",
                              type, get_boundary ()));
}

void
vitrail_multipart_begin_ranges (VitrailReply *reply)
{
  reply->parts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  vitrail_reply_take_content_type (
      reply,
      g_strdup_printf ("multipart/byteranges; boundary=%s", get_boundary ()));
}

void
vitrail_multipart_add_range (VitrailReply *reply,
                             const char *content_type,
                             const char *content_range,
                             GBytes *body)
{
  add_text (reply, "%s--%s\r\nContent-Type: %s\r\nContent-Range: %s\r\n\r\n",
            reply->parts->len > 0 ? "\r\n" : "", get_boundary (), content_type,
            content_range);
  g_ptr_array_add (reply->parts, g_bytes_ref (body));
}

void
vitrail_multipart_add (VitrailReply *reply,
                       const char *content_type,
                       GBytes *body)
{
  g_ptr_array_add (reply->parts,
                   make_head (content_type, body, reply->parts->len == 0));
  g_ptr_array_add (reply->parts, g_bytes_ref (body));
}

void
vitrail_multipart_push (GQueue *chunks, const char *content_type, GBytes *body)
{
  g_queue_push_tail (chunks, make_head (content_type, body, FALSE));
  g_queue_push_tail (chunks, g_bytes_ref (body));
}

void
vitrail_multipart_add_instance (VitrailReply *reply,
                                const char *content_type,
                                VitrailDicomizedInstance *instance)
{
  add_text (reply, "%s--%s\r\nContent-Type: %s\r\n\r\n",
            reply->parts->len > 0 ? "\r\n" : "", get_boundary (), content_type);
  vitrail_reply_add_instance (reply, instance);
}

void
vitrail_multipart_end (VitrailReply *reply)
{
  add_text (reply, "%s--%s--\r\n", reply->parts->len > 0 ? "\r\n" : "",
            get_boundary ());
}
