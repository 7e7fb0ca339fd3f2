/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Multipart answers: see multipart.h. */

#include "dicomweb/multipart.h"

#include "dicomweb/mediatype.h"
#include "dicomweb/partstream.h"
#include "error.h"

#include <string.h>

/* Parts of one answer. */
#define MAX_PARTS 65536u
/* RFC 2046 5.1.1 allows 70. */
#define MAX_BOUNDARY 200u

/* A body while it is cut. @from, @length: of the part, in the body */
typedef struct {
  GBytes *body;
  char *content_type;
  const guint8 *from;
  gsize length;
  GPtrArray *parts;
} Cutting;

void
vitrail_web_part_free (VitrailWebPart *self)
{
  g_free (self->content_type);
  g_bytes_unref (self->bytes);
  g_free (self);
}

static gboolean
begin_cb (const VitrailPartHeader *header, gpointer user_data, GError **error)
{
  Cutting *self = user_data;

  if (self->parts->len >= MAX_PARTS) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                         "multipart: it has too many parts");
    return FALSE;
  }
  self->content_type = g_strdup (header->content_type);
  self->length = 0;
  return TRUE;
}

/* The body comes as one piece, and so does each part of it. */
static gboolean
data_cb (const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  Cutting *self = user_data;

  self->from = data;
  self->length = length;
  return TRUE;
}

static gboolean
end_cb (gpointer user_data, GError **error)
{
  Cutting *self = user_data;
  const guint8 *body = g_bytes_get_data (self->body, NULL);
  VitrailWebPart *part = g_new (VitrailWebPart, 1);

  part->content_type = g_steal_pointer (&self->content_type);
  part->bytes = g_bytes_new_from_bytes (
      self->body, self->length > 0 ? (gsize) (self->from - body) : 0,
      self->length);
  g_ptr_array_add (self->parts, part);
  return TRUE;
}

static gboolean
read_multipart (Cutting *self, const char *content_type, GError **error)
{
  static const VitrailPartEvents events = { begin_cb, data_cb, end_cb };
  g_autoptr (VitrailPartStream) stream =
      vitrail_part_stream_new (content_type, &events, self, error);
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (self->body, &length);
  const gboolean fine =
      stream != NULL &&
      vitrail_part_stream_push (stream, data, length, error) &&
      vitrail_part_stream_end (stream, error);

  g_free (self->content_type);
  return fine;
}

/* Servers of files, and some others, say "multipart/related" without its
 * boundary, or call it bytes: then the body says what it is. NULL: the type is
 * as it should be. */
static char *
mend_type (GBytes *body, const char *content_type)
{
  static const char field[] = "\r\nContent-";
  gsize length = 0;
  const char *data = g_bytes_get_data (body, &length);
  g_autofree char *stated =
      vitrail_media_type_dup_parameter (content_type, "boundary");
  const gboolean is_multipart =
      vitrail_media_type_is (content_type, "multipart/");

  if (stated != NULL || data == NULL || length < 2 || data[0] != '-' ||
      data[1] != '-')
    return NULL;
  if (content_type != NULL && !is_multipart &&
      !vitrail_media_type_is (content_type, "application/octet-stream"))
    return NULL;
  const char *end = memchr (data, '\r', MIN (length, MAX_BOUNDARY + 2));
  if (end == NULL || end - data < 3 ||
      (gsize) (data + length - end) < strlen (field) ||
      g_ascii_strncasecmp (end, field, strlen (field)) != 0)
    return NULL;
  g_autofree char *boundary = g_strndup (data + 2, (gsize) (end - data - 2));
  return strpbrk (boundary, "\"\\") == NULL
             ? g_strdup_printf ("multipart/related; boundary=\"%s\"", boundary)
             : NULL;
}

GPtrArray *
vitrail_multipart_read (GBytes *body,
                        const char *content_type,
                        const char *name,
                        GError **error)
{
  g_autoptr (GPtrArray) parts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_web_part_free);
  g_autofree char *mended = mend_type (body, content_type);
  Cutting cutting = { .body = body, .parts = parts };

  if (mended != NULL)
    content_type = mended;
  if (vitrail_media_type_is (content_type, "multipart/")) {
    if (read_multipart (&cutting, content_type, error))
      return g_steal_pointer (&parts);
    g_prefix_error (error, "%s: ", name);
    return NULL;
  }
  VitrailWebPart *part = g_new (VitrailWebPart, 1);
  part->content_type = g_strdup (content_type);
  part->bytes = g_bytes_ref (body);
  g_ptr_array_add (parts, part);
  return g_steal_pointer (&parts);
}
