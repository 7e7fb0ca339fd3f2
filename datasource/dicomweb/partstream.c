/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Multipart bodies while they come: see partstream.h.
 *
 * The line's end before a delimiter belongs to it, so a delimiter is
 * "\r\n--boundary". No boundary holds a '\r': of a delimiter that does not come
 * to its end no later byte can begin another one, and what was held back is
 * its beginning itself. */

#include "dicomweb/partstream.h"

#include "dicomweb/mediatype.h"
#include "error.h"

#include <string.h>

/* RFC 2046 5.1.1 allows 70. */
#define MAX_BOUNDARY 200u
/* Header of one part; what stands before the first and behind the last part. */
#define MAX_HEADER_BYTES 16384u
#define MAX_AROUND_BYTES 65536u
#define MAX_LINE_BYTES   256u

#define LINE_END 2u /* bytes */

typedef enum {
  STATE_PREAMBLE,
  STATE_DELIMITER, /* behind one: "--" or the rest of its line */
  STATE_HEADER,
  STATE_DATA,
  STATE_EPILOGUE,
} State;

struct _VitrailPartStream {
  VitrailPartEvents events;
  gpointer user_data;
  char *delimiter;
  gsize delimiter_length;
  State state;
  gsize matched;   /* bytes of the delimiter that have come */
  gsize unreal;    /* of these, how many were no bytes of the part */
  gsize around;    /* bytes of preamble or epilogue */
  GString *text;   /* rest of a delimiter's line, or a header */
  gint64 stated;   /* length of the part; -1: not said */
  guint64 length;  /* come of the part */
  guint64 n_parts; /* whole ones */
};

static gboolean
fail (VitrailError code, const char *what, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, (int) code, "multipart: %s", what);
  return FALSE;
}

/* --- a part's header --- */

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

static gboolean
read_length (char *const *lines, gint64 *length, GError **error)
{
  g_autofree char *text = dup_field (lines, "Content-Length");
  guint64 stated = 0;

  *length = -1;
  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &stated, NULL))
    return fail (VITRAIL_ERROR_MALFORMED, "a Content-Length that is no number",
                 error);
  *length = (gint64) stated;
  return TRUE;
}

static gboolean
begin_part (VitrailPartStream *self, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (self->text->str, "\r\n", -1);
  VitrailPartHeader header = { 0 };

  if (!read_length (lines, &header.length, error))
    return FALSE;
  header.content_type = dup_field (lines, "Content-Type");
  header.content_location = dup_field (lines, "Content-Location");
  header.content_encoding = dup_field (lines, "Content-Encoding");
  self->stated = header.length;
  self->length = 0;
  self->state = STATE_DATA;
  /* The line's end of an empty header or of its last line may belong to the
   * delimiter of an empty part. */
  self->matched = LINE_END;
  self->unreal = LINE_END;
  const gboolean done = self->events.begin (&header, self->user_data, error);
  g_free (header.content_type);
  g_free (header.content_location);
  g_free (header.content_encoding);
  return done;
}

/* --- what comes --- */

/* Bytes that are not of a delimiter. */
static gboolean
take_bytes (VitrailPartStream *self,
            const guint8 *data,
            gsize length,
            GError **error)
{
  if (length == 0)
    return TRUE;
  if (self->state == STATE_PREAMBLE) {
    self->around += length;
    return self->around <= MAX_AROUND_BYTES ||
           fail (VITRAIL_ERROR_MALFORMED, "its boundary is not in it", error);
  }
  self->length += length;
  if (self->stated >= 0 && self->length > (guint64) self->stated)
    return fail (VITRAIL_ERROR_MALFORMED,
                 "a part is longer than its Content-Length", error);
  return self->events.data (data, length, self->user_data, error);
}

/* A delimiter has come whole. */
static gboolean
take_delimiter (VitrailPartStream *self, GError **error)
{
  const gboolean is_part = self->state == STATE_DATA;

  self->matched = 0;
  self->unreal = 0;
  self->state = STATE_DELIMITER;
  g_string_truncate (self->text, 0);
  if (!is_part)
    return TRUE;
  if (self->stated >= 0 && self->length != (guint64) self->stated)
    return fail (VITRAIL_ERROR_MALFORMED,
                 "a part is shorter than its Content-Length", error);
  self->n_parts++;
  return self->events.end (self->user_data, error);
}

/* The next byte is not the delimiter's: what was held back of @held bytes from
 * earlier pieces is the part's after all. */
static gboolean
give_back (VitrailPartStream *self, gsize held, GError **error)
{
  const gsize unreal = self->unreal;

  self->matched = 0;
  self->unreal = 0;
  return held <= unreal ||
         take_bytes (self, (const guint8 *) self->delimiter + unreal,
                     held - unreal, error);
}

/* Preamble and parts: up to the end of a delimiter, or of the piece. */
static gboolean
search (VitrailPartStream *self,
        const guint8 *data,
        gsize length,
        gsize *used,
        GError **error)
{
  gsize held = self->matched; /* in earlier pieces */
  gsize at = 0;

  while (at < length && self->matched < self->delimiter_length) {
    if (self->matched == 0) {
      const guint8 *found = memchr (data + at, '\r', length - at);
      at = found != NULL ? (gsize) (found - data) + 1 : length;
      self->matched = found != NULL;
    } else if (data[at] == (guint8) self->delimiter[self->matched]) {
      self->matched++;
      at++;
    } else {
      if (!give_back (self, held, error))
        return FALSE;
      held = 0;
    }
  }
  *used = at;
  if (!take_bytes (self, data, at - (self->matched - held), error))
    return FALSE;
  return self->matched < self->delimiter_length || take_delimiter (self, error);
}

/* Behind a delimiter: "--" where it was the last, else blanks and a line's end.
 */
static gboolean
read_delimiter_end (VitrailPartStream *self, guint8 byte, GError **error)
{
  GString *text = self->text;

  g_string_append_c (text, (char) byte);
  if (strcmp (text->str, "--") == 0) {
    self->state = STATE_EPILOGUE;
    self->around = 0;
    return TRUE;
  }
  if (text->len >= LINE_END && byte == '\n' &&
      text->str[text->len - LINE_END] == '\r')
  {
    self->state = STATE_HEADER;
    g_string_truncate (text, 0);
    return TRUE;
  }
  if (text->len > MAX_LINE_BYTES ||
      (byte != ' ' && byte != '\t' && byte != '\r' &&
       (byte != '-' || text->len > 1)))
    return fail (VITRAIL_ERROR_MALFORMED, "bytes behind its boundary", error);
  return TRUE;
}

static gboolean
read_header (VitrailPartStream *self, guint8 byte, GError **error)
{
  GString *text = self->text;

  if (byte == '\0')
    return fail (VITRAIL_ERROR_MALFORMED, "a zero byte in a part's header",
                 error);
  if (text->len == MAX_HEADER_BYTES)
    return fail (VITRAIL_ERROR_LIMIT, "the header of a part is too long",
                 error);
  g_string_append_c (text, (char) byte);
  if (byte == '\n' && (strcmp (text->str, "\r\n") == 0 ||
                       g_str_has_suffix (text->str, "\r\n\r\n")))
    return begin_part (self, error);
  return TRUE;
}

static gboolean
read_epilogue (VitrailPartStream *self, gsize length, GError **error)
{
  self->around += length;
  return self->around <= MAX_AROUND_BYTES ||
         fail (VITRAIL_ERROR_MALFORMED, "bytes behind its end", error);
}

gboolean
vitrail_part_stream_push (VitrailPartStream *self,
                          const guint8 *data,
                          gsize length,
                          GError **error)
{
  gboolean fine = TRUE;

  while (fine && length > 0) {
    gsize used = 1;
    switch (self->state) {
    case STATE_DELIMITER:
      fine = read_delimiter_end (self, *data, error);
      break;
    case STATE_HEADER:
      fine = read_header (self, *data, error);
      break;
    case STATE_EPILOGUE:
      used = length;
      fine = read_epilogue (self, length, error);
      break;
    case STATE_PREAMBLE:
    case STATE_DATA:
    default:
      fine = search (self, data, length, &used, error);
      break;
    }
    data += used;
    length -= used;
  }
  return fine;
}

gboolean
vitrail_part_stream_end (VitrailPartStream *self, GError **error)
{
  if (self->state == STATE_PREAMBLE)
    return fail (VITRAIL_ERROR_MALFORMED, "its boundary is not in it", error);
  if (self->state != STATE_EPILOGUE)
    return fail (VITRAIL_ERROR_TRUNCATED, "it breaks off", error);
  return self->n_parts > 0 ||
         fail (VITRAIL_ERROR_MALFORMED, "it has no part", error);
}

VitrailPartStream *
vitrail_part_stream_new (const char *content_type,
                         const VitrailPartEvents *events,
                         gpointer user_data,
                         GError **error)
{
  g_autofree char *boundary =
      vitrail_media_type_dup_parameter (content_type, "boundary");

  if (boundary == NULL || boundary[0] == '\0' ||
      strlen (boundary) > MAX_BOUNDARY || strpbrk (boundary, "\r\n") != NULL)
  {
    fail (VITRAIL_ERROR_MALFORMED, "its Content-Type names no boundary", error);
    return NULL;
  }
  VitrailPartStream *self = g_new0 (VitrailPartStream, 1);
  self->events = *events;
  self->user_data = user_data;
  self->delimiter = g_strconcat ("\r\n--", boundary, NULL);
  self->delimiter_length = strlen (self->delimiter);
  self->text = g_string_new (NULL);
  /* The first delimiter may stand at the very beginning. */
  self->matched = LINE_END;
  self->unreal = LINE_END;
  return self;
}

void
vitrail_part_stream_free (VitrailPartStream *self)
{
  g_free (self->delimiter);
  g_string_free (self->text, TRUE);
  g_free (self);
}
