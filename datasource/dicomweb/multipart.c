/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Multipart answers: see multipart.h. */

#include "dicomweb/multipart.h"

#include "dicomweb/mediatype.h"
#include "error.h"

#include <string.h>

/* RFC 2046 5.1.1 allows 70. */
#define MAX_BOUNDARY 200
/* Header of one part, and parts of one answer. */
#define MAX_HEADER_BYTES 16384u
#define MAX_PARTS        65536u

/* A body while it is cut. @delimiter: "\r\n--boundary" */
typedef struct {
  GBytes *body;
  const char *data;
  gsize length;
  gsize at;
  char *delimiter;
  gsize delimiter_length;
  const char *name;
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
fail (const Cutting *self, VitrailError code, const char *what, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, (int) code, "%s: multipart answer: %s",
               self->name, what);
  return FALSE;
}

/* Where @text stands at or behind @from, or the end of the body. */
static gsize
find (const Cutting *self, gsize from, const char *text, gsize length)
{
  while (self->length - from >= length) {
    const char *found =
        memchr (self->data + from, text[0], self->length - from - length + 1);
    if (found == NULL)
      break;
    from = (gsize) (found - self->data);
    if (memcmp (found, text, length) == 0)
      return from;
    from++;
  }
  return self->length;
}

/* Behind the first delimiter, which may stand at the very beginning. */
static gboolean
skip_preamble (Cutting *self, GError **error)
{
  const gsize n = self->delimiter_length - 2;

  if (self->length >= n && memcmp (self->data, self->delimiter + 2, n) == 0) {
    self->at = n;
    return TRUE;
  }
  self->at = find (self, 0, self->delimiter, self->delimiter_length);
  if (self->at == self->length)
    return fail (self, VITRAIL_ERROR_MALFORMED, "its boundary is not in it",
                 error);
  self->at += self->delimiter_length;
  return TRUE;
}

/* Behind a delimiter: whether it was the last. Spaces and a line's end go. */
static gboolean
read_delimiter_end (Cutting *self, gboolean *is_last, GError **error)
{
  const char *rest = self->data + self->at;
  const gsize n = self->length - self->at;

  *is_last = n >= 2 && memcmp (rest, "--", 2) == 0;
  if (*is_last)
    return TRUE;
  gsize i = 0;
  while (i < n && (rest[i] == ' ' || rest[i] == '\t'))
    i++;
  if (n - i < 2)
    return fail (self, VITRAIL_ERROR_TRUNCATED, "it breaks off", error);
  if (memcmp (rest + i, "\r\n", 2) != 0)
    return fail (self, VITRAIL_ERROR_MALFORMED, "bytes behind its boundary",
                 error);
  self->at += i + 2;
  return TRUE;
}

/* The value of the field @name in the header @lines, or NULL. */
static char *
dup_field (char *const *lines, const char *name)
{
  const gsize length = strlen (name);

  for (; *lines != NULL; lines++)
    if (g_ascii_strncasecmp (*lines, name, length) == 0 &&
        (*lines)[length] == ':')
      return g_strstrip (g_strdup (*lines + length + 1));
  return NULL;
}

/* The header at @at, which is moved to the part's first byte. */
static gboolean
read_header (Cutting *self, char ***lines, GError **error)
{
  gsize end = self->at;

  if (self->length - self->at < 2 ||
      memcmp (self->data + self->at, "\r\n", 2) != 0)
    end = find (self, self->at, "\r\n\r\n", 4);
  if (end == self->length)
    return fail (self, VITRAIL_ERROR_TRUNCATED,
                 "it breaks off in the header of a part", error);
  if (end - self->at > MAX_HEADER_BYTES)
    return fail (self, VITRAIL_ERROR_LIMIT, "the header of a part is too long",
                 error);
  g_autofree char *text = g_strndup (self->data + self->at, end - self->at);
  *lines = g_strsplit (text, "\r\n", -1);
  self->at = end + (end == self->at ? 2 : 4);
  return TRUE;
}

/* A length that a part states must be its own. */
static gboolean
check_length (const Cutting *self,
              char *const *lines,
              gsize length,
              GError **error)
{
  g_autofree char *text = dup_field (lines, "Content-Length");
  guint64 stated;

  if (text == NULL ||
      (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &stated, NULL) &&
       stated == length))
    return TRUE;
  g_autofree char *what =
      g_strdup_printf ("a part of %" G_GSIZE_FORMAT " bytes says it has %.20s",
                       length, text);
  return fail (self, VITRAIL_ERROR_MALFORMED, what, error);
}

static gboolean
read_part (Cutting *self, GError **error)
{
  g_auto (GStrv) lines = NULL;

  if (self->parts->len >= MAX_PARTS)
    return fail (self, VITRAIL_ERROR_LIMIT, "it has too many parts", error);
  if (!read_header (self, &lines, error))
    return FALSE;
  /* An empty part ends with the line's end of its header. */
  const gsize from = self->at >= 2 ? self->at - 2 : self->at;
  const gsize found =
      find (self, from, self->delimiter, self->delimiter_length);
  if (found == self->length)
    return fail (self, VITRAIL_ERROR_TRUNCATED, "it breaks off in a part",
                 error);
  const gsize end = MAX (found, self->at);
  if (!check_length (self, lines, end - self->at, error))
    return FALSE;
  VitrailWebPart *part = g_new (VitrailWebPart, 1);
  part->content_type = dup_field (lines, "Content-Type");
  part->bytes = g_bytes_new_from_bytes (self->body, self->at, end - self->at);
  g_ptr_array_add (self->parts, part);
  self->at = found + self->delimiter_length;
  return TRUE;
}

static gboolean
cut (Cutting *self, GError **error)
{
  gboolean is_last = FALSE;

  if (!skip_preamble (self, error) ||
      !read_delimiter_end (self, &is_last, error))
    return FALSE;
  while (!is_last)
    if (!read_part (self, error) || !read_delimiter_end (self, &is_last, error))
      return FALSE;
  return self->parts->len > 0 ||
         fail (self, VITRAIL_ERROR_MALFORMED, "it has no part", error);
}

static gboolean
read_multipart (Cutting *self, const char *content_type, GError **error)
{
  g_autofree char *boundary =
      vitrail_media_type_dup_parameter (content_type, "boundary");

  if (boundary == NULL || boundary[0] == '\0' ||
      strlen (boundary) > MAX_BOUNDARY)
    return fail (self, VITRAIL_ERROR_MALFORMED, "it has no boundary", error);
  self->delimiter = g_strconcat ("\r\n--", boundary, NULL);
  self->delimiter_length = strlen (self->delimiter);
  const gboolean ok = cut (self, error);
  g_free (self->delimiter);
  return ok;
}

GPtrArray *
vitrail_multipart_read (GBytes *body,
                        const char *content_type,
                        const char *name,
                        GError **error)
{
  g_autoptr (GPtrArray) parts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_web_part_free);
  Cutting cutting = { .body = body, .name = name, .parts = parts };

  cutting.data = g_bytes_get_data (body, &cutting.length);
  if (vitrail_media_type_is (content_type, "multipart/")) {
    if (cutting.data == NULL)
      fail (&cutting, VITRAIL_ERROR_TRUNCATED, "it is empty", error);
    else if (read_multipart (&cutting, content_type, error))
      return g_steal_pointer (&parts);
    return NULL;
  }
  VitrailWebPart *part = g_new (VitrailWebPart, 1);
  part->content_type = g_strdup (content_type);
  part->bytes = g_bytes_ref (body);
  g_ptr_array_add (parts, part);
  return g_steal_pointer (&parts);
}
