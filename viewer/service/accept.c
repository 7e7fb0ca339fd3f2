/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Content negotiation: see accept.h. */

#include "accept.h"

#include <string.h>

#define MAX_RANGES 32

/* PS3.18 table 8.7.3-2 and 8.7.3-5; and what we write without loss, the first
 * of a type being its default. */
static const struct {
  const char *transfer_syntax;
  const char *type;
  gboolean is_written;
} syntax_types[] = {
  { "1.2.840.10008.1.2.4.70", "image/jpeg", TRUE },
  { "1.2.840.10008.1.2.4.57", "image/jpeg", TRUE },
  { "1.2.840.10008.1.2.4.50", "image/jpeg" },
  { "1.2.840.10008.1.2.4.51", "image/jpeg" },
  { "1.2.840.10008.1.2.4.80", "image/jls", TRUE },
  { "1.2.840.10008.1.2.4.81", "image/jls" },
  { "1.2.840.10008.1.2.4.90", "image/jp2", TRUE },
  { "1.2.840.10008.1.2.4.91", "image/jp2" },
  { "1.2.840.10008.1.2.4.92", "image/jpx" },
  { "1.2.840.10008.1.2.4.93", "image/jpx" },
  { "1.2.840.10008.1.2.4.100", "video/mpeg" },
  { "1.2.840.10008.1.2.4.101", "video/mpeg" },
  { "1.2.840.10008.1.2.4.102", "video/mp4" },
  { "1.2.840.10008.1.2.4.103", "video/mp4" },
  { "1.2.840.10008.1.2.4.104", "video/mp4" },
  { "1.2.840.10008.1.2.4.105", "video/mp4" },
  { "1.2.840.10008.1.2.4.106", "video/mp4" },
  { "1.2.840.10008.1.2.4.107", "video/H265" },
  { "1.2.840.10008.1.2.4.108", "video/H265" },
  { "1.2.840.10008.1.2.4.110", "image/jxl" },
  { "1.2.840.10008.1.2.4.111", "image/jxl" },
  { "1.2.840.10008.1.2.4.112", "image/jxl" },
  { "1.2.840.10008.1.2.4.201", "image/jphc", TRUE },
  { "1.2.840.10008.1.2.4.202", "image/jphc", TRUE },
  { "1.2.840.10008.1.2.4.203", "image/jphc", TRUE },
  { "1.2.840.10008.1.2.5", "image/dicom-rle", TRUE },
};

/* Names of earlier editions, and ones that clients made up. */
static const struct {
  const char *name;
  const char *type;
} aliases[] = {
  { "image/x-dicom-rle", "image/dicom-rle" },
  { "image/dicom+rle", "image/dicom-rle" },
  { "image/dicom+jpeg", "image/jpeg" },
  { "image/dicom+jpeg-ls", "image/jls" },
  { "image/x-jls", "image/jls" },
  { "image/dicom+jp2", "image/jp2" },
  { "image/dicom+jpx", "image/jpx" },
  { "video/mpeg2", "video/mpeg" },
};

const char *
vitrail_transfer_syntax_get_type (const char *transfer_syntax)
{
  for (guint i = 0; i < G_N_ELEMENTS (syntax_types); i++)
    if (strcmp (syntax_types[i].transfer_syntax, transfer_syntax) == 0)
      return syntax_types[i].type;
  return "application/octet-stream";
}

gboolean
vitrail_transfer_syntax_is_written (const char *transfer_syntax)
{
  for (guint i = 0; i < G_N_ELEMENTS (syntax_types); i++)
    if (strcmp (syntax_types[i].transfer_syntax, transfer_syntax) == 0)
      return syntax_types[i].is_written;
  return FALSE;
}

const char *
vitrail_media_type_get_written (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (syntax_types); i++)
    if (syntax_types[i].is_written && strcmp (syntax_types[i].type, type) == 0)
      return syntax_types[i].transfer_syntax;
  return NULL;
}

gboolean
vitrail_is_plain_uid (const char *text)
{
  gsize length = strlen (text);
  return length > 0 && length <= 64 && strspn (text, "0123456789.") == length;
}

/* Where the list at @text ends: at @separator outside of quotes. */
static gsize
find_end (const char *text, char separator)
{
  gboolean is_quoted = FALSE;
  gsize i = 0;

  for (; text[i] != '\0' && (is_quoted || text[i] != separator); i++)
    if (text[i] == '"')
      is_quoted = !is_quoted;
  return i;
}

/* Copies @text without blanks and quotes around it; FALSE when too long. */
static gboolean
copy_value (const char *text, gsize length, char *out, gsize size)
{
  while (length > 0 && strchr (" \t\"", text[0]) != NULL) {
    text++;
    length--;
  }
  while (length > 0 && strchr (" \t\"", text[length - 1]) != NULL)
    length--;
  if (length >= size)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    out[i] = g_ascii_tolower (text[i]);
  out[length] = '\0';
  return TRUE;
}

static gboolean
parse_quality (VitrailMediaRange *range, const char *text)
{
  char *end = NULL;

  range->quality = g_ascii_strtod (text, &end);
  return end > text && *end == '\0' && range->quality >= 0.0 &&
         range->quality <= 1.0;
}

static gboolean
parse_parameter (VitrailMediaRange *range, const char *text, gsize length)
{
  const char *equals = memchr (text, '=', length);
  char name[32];
  char value[64];

  if (equals == NULL)
    return TRUE;
  gsize name_length = (gsize) (equals - text);
  if (!copy_value (text, name_length, name, sizeof name) ||
      !copy_value (equals + 1, length - name_length - 1, value, sizeof value))
    return FALSE;
  if (strcmp (name, "q") == 0)
    return parse_quality (range, value);
  if (strcmp (name, "transfer-syntax") == 0)
    g_strlcpy (range->transfer_syntax, value, sizeof range->transfer_syntax);
  else if (strcmp (name, "type") == 0 && range->is_multipart)
    g_strlcpy (range->type, value, sizeof range->type);
  return TRUE;
}

static gboolean
parse_range (VitrailMediaRange *range, const char *text, gsize length)
{
  gsize end = MIN (find_end (text, ';'), length);

  memset (range, 0, sizeof *range);
  range->quality = 1.0;
  if (!copy_value (text, end, range->type, sizeof range->type) ||
      strchr (range->type, '/') == NULL)
    return FALSE;
  if (strcmp (range->type, "multipart/related") == 0) {
    range->is_multipart = TRUE;
    g_strlcpy (range->type, "*/*", sizeof range->type);
  }
  while (end < length) {
    gsize start = end + 1;
    end = MIN (start + find_end (text + start, ';'), length);
    if (!parse_parameter (range, text + start, end - start))
      return FALSE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (strcmp (range->type, aliases[i].name) == 0)
      g_strlcpy (range->type, aliases[i].type, sizeof range->type);
  return range->quality > 0.0;
}

static void
parse_list (GArray *ranges, const char *text)
{
  while (*text != '\0' && ranges->len < MAX_RANGES) {
    gsize length = find_end (text, ',');
    VitrailMediaRange range;
    if (parse_range (&range, text, length)) {
      guint place = ranges->len;
      while (place > 0 &&
             g_array_index (ranges, VitrailMediaRange, place - 1).quality <
                 range.quality)
        place--;
      g_array_insert_val (ranges, place, range);
    }
    text += length + (text[length] == ',');
  }
}

GArray *
vitrail_accept_parse (const VitrailRequest *request)
{
  static const VitrailMediaRange everything = { .type = "*/*", .quality = 1.0 };
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (VitrailMediaRange));
  const char *wanted = vitrail_request_get_query (request, "accept");

  if (wanted == NULL || *wanted == '\0')
    wanted = request->accept;
  if (wanted == NULL || *wanted == '\0')
    g_array_append_val (ranges, everything);
  else
    parse_list (ranges, wanted);
  return ranges;
}

gboolean
vitrail_media_range_takes (const VitrailMediaRange *range, const char *type)
{
  gsize family = strcspn (type, "/") + 1;

  if (strcmp (range->type, "*/*") == 0)
    return TRUE;
  if (g_ascii_strncasecmp (range->type, type, family) != 0)
    return FALSE;
  return strcmp (range->type + family, "*") == 0 ||
         g_ascii_strcasecmp (range->type + family, type + family) == 0;
}

const char *
vitrail_accept_choose_as (const VitrailRequest *request,
                          const char *const *types,
                          gboolean *is_multipart)
{
  g_autoptr (GArray) ranges = vitrail_accept_parse (request);

  for (guint i = 0; i < ranges->len; i++) {
    const VitrailMediaRange *range =
        &g_array_index (ranges, VitrailMediaRange, i);
    for (guint j = 0; types[j] != NULL; j++)
      if (vitrail_media_range_takes (range, types[j])) {
        *is_multipart = range->is_multipart;
        return types[j];
      }
  }
  return NULL;
}

const char *
vitrail_accept_choose (const VitrailRequest *request, const char *const *types)
{
  gboolean is_multipart = FALSE;
  return vitrail_accept_choose_as (request, types, &is_multipart);
}
