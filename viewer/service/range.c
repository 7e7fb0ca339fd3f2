/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Ranges: see range.h. */

#include "range.h"

#include "multipart.h"

#include <string.h>

static gboolean
fail (GError **error, guint status, const char *reason)
{
  g_set_error (error, VITRAIL_HTTP_ERROR, (int) status, "Range: %s", reason);
  return FALSE;
}

/* Digits at @text, as many as fit; larger numbers become the largest. FALSE
 * where there are none. */
static gboolean
parse_number (const char **text, guint64 *number)
{
  const char *start = *text;

  *number = 0;
  for (; g_ascii_isdigit (**text); *text += 1) {
    guint64 digit = (guint64) (**text - '0');
    *number =
        *number > (G_MAXINT64 - digit) / 10 ? G_MAXINT64 : *number * 10 + digit;
  }
  return *text > start;
}

/* "-N": the last N bytes. */
static gboolean
parse_suffix (const char **text, gsize size, VitrailByteRange *range)
{
  guint64 length = 0;

  *text += 1;
  if (!parse_number (text, &length))
    return FALSE;
  /* An empty one lies behind the end. */
  range->first = length == 0 ? size : size - MIN (size, (gsize) length);
  range->last = size == 0 ? 0 : size - 1;
  return TRUE;
}

/* "A-" or "A-B" */
static gboolean
parse_bounds (const char **text, gsize size, VitrailByteRange *range)
{
  guint64 first = 0;
  guint64 last = G_MAXINT64;

  if (!parse_number (text, &first) || **text != '-')
    return FALSE;
  *text += 1;
  if (g_ascii_isdigit (**text) && (!parse_number (text, &last) || last < first))
    return FALSE;
  range->first = (gsize) first;
  range->last = size == 0 ? 0 : MIN ((gsize) last, size - 1);
  return TRUE;
}

static const char *
skip_blanks (const char *text)
{
  return text + strspn (text, " \t");
}

/* One of the list, and what separates it from the next. */
static gboolean
parse_one (const char **text, gsize size, VitrailByteRange *range)
{
  *text = skip_blanks (*text);
  if (**text == '-' ? !parse_suffix (text, size, range)
                    : !parse_bounds (text, size, range))
    return FALSE;
  *text = skip_blanks (*text);
  if (**text != ',')
    return **text == '\0';
  *text += 1;
  return TRUE;
}

/* All of the list: those that can be had. */
static gboolean
parse_all (GArray *ranges, const char *text, gsize size, GError **error)
{
  gsize sum = 0;

  for (guint n = 0; n == 0 || *text != '\0'; n++) {
    VitrailByteRange range;
    if (n == VITRAIL_MAX_RANGES)
      return fail (error, 400, "too many of them");
    if (!parse_one (&text, size, &range))
      return fail (error, 400, "malformed");
    if (range.first >= size)
      continue;
    sum += range.last - range.first + 1;
    g_array_append_val (ranges, range);
  }
  if (ranges->len == 0)
    return fail (error, 416, "behind the end");
  /* Overlapping ones would have us send more than there is. */
  return sum <= size || fail (error, 400, "more bytes than there are");
}

GArray *
vitrail_range_parse (const char *text, gsize size, GError **error)
{
  static const char unit[] = "bytes=";
  g_autoptr (GArray) ranges =
      g_array_new (FALSE, FALSE, sizeof (VitrailByteRange));

  if (g_ascii_strncasecmp (text, unit, strlen (unit)) == 0 &&
      !parse_all (ranges, text + strlen (unit), size, error))
    return NULL;
  return g_steal_pointer (&ranges);
}

static char *
print_range (const VitrailByteRange *range, gsize size)
{
  return g_strdup_printf ("bytes %zu-%zu/%zu", range->first, range->last, size);
}

static void
set_one (VitrailReply *reply, GBytes *body, const VitrailByteRange *range)
{
  reply->content_range = print_range (range, g_bytes_get_size (body));
  g_bytes_unref (reply->body);
  reply->body = g_bytes_new_from_bytes (body, range->first,
                                        range->last - range->first + 1);
}

static void
set_several (VitrailReply *reply, GBytes *body, const GArray *ranges)
{
  g_autofree char *type = g_strdup (reply->content_type);

  g_clear_pointer (&reply->body, g_bytes_unref);
  vitrail_multipart_begin_ranges (reply);
  for (guint i = 0; i < ranges->len; i++) {
    const VitrailByteRange *range =
        &g_array_index (ranges, VitrailByteRange, i);
    g_autofree char *text = print_range (range, g_bytes_get_size (body));
    g_autoptr (GBytes) part =
        g_bytes_new_from_bytes (body, range->first,
                                range->last - range->first + 1);
    vitrail_multipart_add_range (reply, type, text, part);
  }
  vitrail_multipart_end (reply);
}

/* Whether what the client has a part of is this. */
static gboolean
is_same (const char *if_range, const VitrailReply *reply)
{
  g_autofree char *etag = g_strdup_printf ("\"%s\"", reply->etag);
  return if_range == NULL || strcmp (if_range, etag) == 0;
}

void
vitrail_range_apply (const VitrailRequest *request, VitrailReply *reply)
{
  g_autoptr (GError) error = NULL;

  if (!vitrail_reply_takes_ranges (reply) || request->range == NULL ||
      !is_same (request->if_range, reply))
    return;
  g_autoptr (GBytes) body = g_bytes_ref (reply->body);
  g_autoptr (GArray) ranges =
      vitrail_range_parse (request->range, g_bytes_get_size (body), &error);
  if (ranges == NULL) {
    vitrail_reply_set_error (reply, error);
    if (reply->status == 416)
      reply->content_range =
          g_strdup_printf ("bytes */%zu", g_bytes_get_size (body));
    return;
  }
  if (ranges->len == 0)
    return;
  reply->status = 206;
  if (ranges->len == 1)
    set_one (reply, body, &g_array_index (ranges, VitrailByteRange, 0));
  else
    set_several (reply, body, ranges);
}
