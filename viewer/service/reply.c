/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Replies: see reply.h. */

#include "reply.h"

#include "dicom/jsontext.h"
#include "error.h"
#include "request.h"

#include <string.h>

void
vitrail_reply_init (VitrailReply *self)
{
  memset (self, 0, sizeof *self);
  self->status = 200;
}

static void
drop_body (VitrailReply *self)
{
  self->is_gzip = FALSE;
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->made, g_ptr_array_unref);
}

void
vitrail_reply_clear (VitrailReply *self)
{
  drop_body (self);
  g_clear_pointer (&self->owned_content_type, g_free);
  g_clear_pointer (&self->location, g_free);
  g_clear_pointer (&self->link, g_free);
  g_clear_pointer (&self->content_range, g_free);
  g_clear_pointer (&self->warning, g_free);
  g_clear_pointer (&self->total_count, g_free);
}

void
vitrail_reply_take_content_type (VitrailReply *self, char *content_type)
{
  g_free (self->owned_content_type);
  self->owned_content_type = content_type;
  self->content_type = content_type;
}

gsize
vitrail_reply_get_length (const VitrailReply *self)
{
  gsize length = self->body != NULL ? g_bytes_get_size (self->body) : 0;
  for (guint i = 0; self->parts != NULL && i < self->parts->len; i++)
    length += g_bytes_get_size (g_ptr_array_index (self->parts, i));
  return length;
}

void
vitrail_reply_set_body (VitrailReply *self,
                        const char *content_type,
                        GBytes *body)
{
  drop_body (self);
  self->content_type = content_type;
  self->body = body;
}

void
vitrail_reply_set_text (VitrailReply *self,
                        const char *content_type,
                        GString *text)
{
  vitrail_reply_set_body (self, content_type, g_string_free_to_bytes (text));
}

void
vitrail_reply_set_status_error (VitrailReply *self,
                                guint status,
                                const char *message)
{
  g_autofree char *valid = g_utf8_make_valid (message, -1);
  GString *json = g_string_new ("{\"error\": ");

  vitrail_json_append_string (json, valid);
  g_string_append (json, "}\n");
  self->status = status;
  self->caching = VITRAIL_CACHING_NONE;
  self->etag[0] = '\0';
  self->file_name = NULL;
  self->is_single = FALSE;
  g_clear_pointer (&self->link, g_free);
  vitrail_reply_set_text (self, "application/json", json);
}

/* Statuses for errors from below: the object is missing, is beyond a limit, or
 * is there but cannot be shown, which is the file's fault and not ours. */
static guint
get_status (const GError *error)
{
  if (error->domain == VITRAIL_HTTP_ERROR)
    return (guint) error->code;
  if (g_error_matches (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND))
    return 404;
  if (g_error_matches (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT))
    return 413;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return 503;
  if (error->domain == VITRAIL_ERROR && error->code != VITRAIL_ERROR_IO)
    return 422;
  return 500;
}

void
vitrail_reply_set_error (VitrailReply *self, const GError *error)
{
  vitrail_reply_set_status_error (self, get_status (error), error->message);
}

void
vitrail_reply_set_etag (VitrailReply *self,
                        VitrailCaching caching,
                        const char *format,
                        ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);

  g_autofree char *hash =
      g_compute_checksum_for_string (G_CHECKSUM_SHA1, text, -1);
  g_strlcpy (self->etag, hash, sizeof self->etag);
  self->caching = caching;
}

#define GZIP_SUFFIX "-gzip"

/* Whether @list, of "tag" or W/"tag", holds @etag followed by @suffix; our tags
 * hold no quotes, so that a quoted hit is a whole tag. */
static gboolean
has_tag (const char *list, const char *etag, const char *suffix)
{
  gsize length = strlen (etag);

  for (const char *c = strstr (list, etag); c != NULL; c = strstr (c + 1, etag))
    if (c > list && c[-1] == '"' && g_str_has_prefix (c + length, suffix) &&
        c[length + strlen (suffix)] == '"')
      return TRUE;
  return FALSE;
}

static gboolean
names_quoted (const char *header, const char *quoted, gboolean take_weak)
{
  for (const char *found = strstr (header, quoted); found != NULL;
       found = strstr (found + 1, quoted))
    if (take_weak || found == header || found[-1] != '/')
      return TRUE;
  return FALSE;
}

gboolean
vitrail_reply_names_tag (const char *header,
                         const char *tag,
                         gboolean take_weak)
{
  g_autofree char *plain = g_strdup_printf ("\"%s\"", tag);
  g_autofree char *packed = g_strdup_printf ("\"%s" GZIP_SUFFIX "\"", tag);

  return strcmp (header, "*") == 0 || names_quoted (header, plain, take_weak) ||
         names_quoted (header, packed, take_weak);
}

gboolean
vitrail_reply_is_known (VitrailReply *self, const char *if_none_match)
{
  if (if_none_match == NULL || self->etag[0] == '\0' || self->status != 200)
    return FALSE;
  if (strcmp (if_none_match, "*") == 0 ||
      has_tag (if_none_match, self->etag, ""))
    return TRUE;
  if (self->is_gzip || !has_tag (if_none_match, self->etag, GZIP_SUFFIX))
    return FALSE;
  g_strlcat (self->etag, GZIP_SUFFIX, sizeof self->etag);
  return TRUE;
}

gboolean
vitrail_reply_takes_ranges (const VitrailReply *self)
{
  return self->status == 200 && self->body != NULL && self->etag[0] != '\0' &&
         !self->is_gzip;
}

void
vitrail_reply_set_known (VitrailReply *self)
{
  self->status = 304;
  drop_body (self);
}

/* NULL when it cannot be done. */
static GBytes *
compress_bytes (GBytes *bytes)
{
  /* The fastest level: JSON packs 10:1 with it, and the loopback is quick. */
  g_autoptr (GZlibCompressor) compressor =
      g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) packer =
      g_converter_output_stream_new (memory, G_CONVERTER (compressor));
  gsize length = 0;
  const void *data = g_bytes_get_data (bytes, &length);

  if (!g_output_stream_write_all (packer, data, length, NULL, NULL, NULL) ||
      !g_output_stream_close (packer, NULL, NULL))
    return NULL;
  return g_memory_output_stream_steal_as_bytes (
      G_MEMORY_OUTPUT_STREAM (memory));
}

gboolean
vitrail_accepts_gzip (const char *accept_encoding)
{
  g_auto (GStrv) codings = g_strsplit (accept_encoding, ",", 32);

  for (guint i = 0; codings[i] != NULL; i++) {
    char *quality = strchr (codings[i], ';');
    if (quality != NULL)
      *quality++ = '\0';
    g_strstrip (codings[i]);
    if (g_ascii_strcasecmp (codings[i], "gzip") != 0 &&
        strcmp (codings[i], "*") != 0)
      continue;
    quality = quality != NULL ? strchr (quality, '=') : NULL;
    return quality == NULL || g_ascii_strtod (quality + 1, NULL) > 0.0;
  }
  return FALSE;
}

void
vitrail_reply_compress (VitrailReply *self, const char *accept_encoding)
{
  /* Below this a packet holds it anyway. */
  const gsize worth_bytes = 1400;

  if (self->body == NULL || self->is_gzip || accept_encoding == NULL ||
      g_bytes_get_size (self->body) < worth_bytes ||
      !vitrail_accepts_gzip (accept_encoding) ||
      (strstr (self->content_type, "json") == NULL &&
       !g_str_has_prefix (self->content_type, "text/")))
    return;

  GBytes *packed = compress_bytes (self->body);
  if (packed == NULL)
    return;
  g_bytes_unref (self->body);
  self->body = packed;
  self->is_gzip = TRUE;
  if (self->etag[0] != '\0')
    g_strlcat (self->etag, GZIP_SUFFIX, sizeof self->etag);
}
