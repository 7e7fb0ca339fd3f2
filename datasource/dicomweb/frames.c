/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames over a network: see frames.h. */

#include "dicomweb/frames.h"

#include "dicom/sniff.h"
#include "dicomweb/client.h"
#include "dicomweb/frameanswer.h"
#include "dicomweb/location.h"
#include "dicomweb/mediatype.h"
#include "dicomweb/multipart.h"
#include "diskcache.h"
#include "error.h"

#include <string.h>

#define CACHE_KIND "webframes"
/* What a frame is kept with: its transfer syntax in a fixed room. */
#define SYNTAX_BYTES 72

char *
vitrail_web_frame_make_key (const VitrailWebFrame *self)
{
  return g_strdup_printf ("%s\n%s\n%s", self->url, self->transfer_syntax,
                          self->what);
}

/* --- what is kept --- */

GBytes *
vitrail_web_frame_recall (const char *key, char **transfer_syntax)
{
  g_autoptr (GBytes) kept =
      vitrail_disk_cache_lookup (vitrail_disk_cache_get_default (), CACHE_KIND,
                                 key, NULL);
  gsize length = 0;
  const char *data = kept != NULL ? g_bytes_get_data (kept, &length) : NULL;

  if (length <= SYNTAX_BYTES || memchr (data, '\0', SYNTAX_BYTES) == NULL)
    return NULL;
  if (transfer_syntax != NULL)
    *transfer_syntax = g_strdup (data);
  return g_bytes_new_from_bytes (kept, SYNTAX_BYTES, length - SYNTAX_BYTES);
}

void
vitrail_web_frame_keep (const char *key,
                        const char *transfer_syntax,
                        GBytes *bytes)
{
  const gsize length = g_bytes_get_size (bytes);
  g_autofree char *data = g_try_malloc0 (SYNTAX_BYTES + length);

  if (data == NULL || strlen (transfer_syntax) >= SYNTAX_BYTES || length == 0)
    return;
  g_strlcpy (data, transfer_syntax, SYNTAX_BYTES);
  memcpy (data + SYNTAX_BYTES, g_bytes_get_data (bytes, NULL), length);
  vitrail_disk_cache_store (vitrail_disk_cache_get_default (), CACHE_KIND, key,
                            NULL, data, SYNTAX_BYTES + length);
}

/* --- answers --- */

static gboolean
fail (const VitrailWebFrame *frame,
      VitrailError code,
      const char *what,
      GError **error)
{
  g_autofree char *name = vitrail_web_location_dup_public (frame->url);

  g_set_error (error, VITRAIL_ERROR, (int) code, "%s: %s", name, what);
  return FALSE;
}

/* PS3.18 table 8.7.3-5: what a media type stands for that says no more. */
static const struct {
  const char *type;
  const char *transfer_syntax;
} defaults[] = {
  { "image/jpeg", "1.2.840.10008.1.2.4.50" },
  { "image/jls", "1.2.840.10008.1.2.4.80" },
  { "image/jp2", "1.2.840.10008.1.2.4.90" },
  { "image/jphc", "1.2.840.10008.1.2.4.201" },
  { "image/jxl", "1.2.840.10008.1.2.4.112" },
  { "image/dicom-rle", "1.2.840.10008.1.2.5" },
  { "application/octet-stream", "1.2.840.10008.1.2.1" },
};

/* The media type of a transfer syntax (PS3.18 table 8.7.3-5). */
static const char *
find_media_type (const char *transfer_syntax)
{
  static const struct {
    const char *prefix;
    const char *type;
  } types[] = {
    { "1.2.840.10008.1.2.4.20", "image/jphc" },
    { "1.2.840.10008.1.2.4.11", "image/jxl" },
    { "1.2.840.10008.1.2.4.100", "video/mpeg" },
    { "1.2.840.10008.1.2.4.101", "video/mpeg" },
    { "1.2.840.10008.1.2.4.107", "video/H265" },
    { "1.2.840.10008.1.2.4.108", "video/H265" },
    { "1.2.840.10008.1.2.4.10", "video/mp4" },
    { "1.2.840.10008.1.2.4.5", "image/jpeg" },
    { "1.2.840.10008.1.2.4.70", "image/jpeg" },
    { "1.2.840.10008.1.2.4.8", "image/jls" },
    { "1.2.840.10008.1.2.4.9", "image/jp2" },
    { "1.2.840.10008.1.2.5", "image/dicom-rle" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_has_prefix (transfer_syntax, types[i].prefix))
      return types[i].type;
  return "application/octet-stream";
}

/* What @content_type stands for that says no more. Its bytes tell better: a
 * lossless stream is no baseline JPEG, and a picture made of a frame is not
 * that, whatever @asked was. NULL where it is no frame. */
static const char *
find_unstated (const char *content_type, GBytes *beginning, const char *asked)
{
  gsize length = 0;
  const uint8_t *data = g_bytes_get_data (beginning, &length);
  const char *sniffed = vitrail_sniff_frame (data, length);

  if (sniffed == NULL ||
      !vitrail_media_type_is (content_type, find_media_type (sniffed)))
    sniffed = NULL;
  else if (vitrail_sniff_agrees (sniffed, asked))
    return asked;
  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
    if (vitrail_media_type_is (content_type, defaults[i].type))
      return sniffed != NULL &&
                     !vitrail_sniff_agrees (sniffed,
                                            defaults[i].transfer_syntax)
                 ? sniffed
                 : defaults[i].transfer_syntax;
  return NULL;
}

/* The transfer syntax of a part, or NULL where it is no frame. */
static char *
find_syntax (const char *content_type, GBytes *beginning, const char *asked)
{
  char *stated =
      vitrail_media_type_dup_parameter (content_type, "transfer-syntax");

  if (stated != NULL &&
      (vitrail_media_type_is (content_type, "image/") ||
       vitrail_media_type_is (content_type, "video/") ||
       vitrail_media_type_is (content_type, "application/octet-stream")))
    return stated;
  g_free (stated);
  return g_strdup (find_unstated (content_type, beginning, asked));
}

/* Both implicit and explicit little endian are the same pixels. */
static gboolean
same_syntax (const char *a, const char *b)
{
  static const char *const plain[] = { "1.2.840.10008.1.2",
                                       "1.2.840.10008.1.2.1", NULL };

  return strcmp (a, b) == 0 ||
         (g_strv_contains (plain, a) && g_strv_contains (plain, b));
}

GBytes *
vitrail_web_frame_read_answer (GBytes *body,
                               const char *content_type,
                               const VitrailWebFrame *frame,
                               char **transfer_syntax,
                               GError **error)
{
  g_autofree char *name = vitrail_web_location_dup_public (frame->url);
  g_autoptr (GPtrArray) parts =
      vitrail_multipart_read (body, content_type, name, error);
  const char *asked = frame->transfer_syntax;

  if (parts == NULL)
    return NULL;
  const VitrailWebPart *part = g_ptr_array_index (parts, 0);
  g_autofree char *found = find_syntax (part->content_type, part->bytes, asked);
  if (found == NULL) {
    g_autofree char *valid = g_utf8_make_valid (
        part->content_type != NULL ? part->content_type : "nothing", -1);
    g_autofree char *what =
        g_strdup_printf ("the server answers %.100s, not a frame", valid);
    fail (frame, VITRAIL_ERROR_FORMAT, what, error);
    return NULL;
  }
  if (asked[0] != '\0' && !same_syntax (found, asked)) {
    g_autofree char *what =
        g_strdup_printf ("the frame comes as transfer syntax %.64s, not %s",
                         found, asked);
    fail (frame, VITRAIL_ERROR_UNSUPPORTED, what, error);
    return NULL;
  }
  if (g_bytes_get_size (part->bytes) == 0 ||
      g_bytes_get_size (part->bytes) > frame->max_bytes)
  {
    fail (frame, VITRAIL_ERROR_CORRUPT,
          "an empty frame, or one that is too long", error);
    return NULL;
  }
  *transfer_syntax = g_strdup (asked[0] != '\0' ? asked : found);
  return g_bytes_ref (part->bytes);
}

/* --- requests --- */

char *
vitrail_web_frame_make_accept (guint way, const char *transfer_syntax)
{
  const char *type = find_media_type (transfer_syntax);

  switch (way) {
  case VITRAIL_ASK_STORED:
    return g_strdup ("multipart/related; type=\"application/octet-stream\"; "
                     "transfer-syntax=*");
  case VITRAIL_ASK_EXACTLY:
    if (transfer_syntax[0] != '\0')
      return g_strdup_printf ("multipart/related; type=\"%s\"; "
                              "transfer-syntax=%s",
                              type, transfer_syntax);
    return g_strdup ("multipart/related; type=\"image/jpeg\"; "
                     "transfer-syntax=1.2.840.10008.1.2.4.50");
  case VITRAIL_ASK_BY_TYPE:
    return g_strdup_printf ("multipart/related; type=\"%s\"", type);
  default:
    return g_strdup ("*/*");
  }
}

char *
vitrail_web_frame_make_single_accept (const VitrailWebFrame *self)
{
  return g_strdup_printf ("%s; transfer-syntax=%s",
                          find_media_type (self->transfer_syntax),
                          self->transfer_syntax);
}

gboolean
vitrail_web_frame_is_type (const VitrailWebFrame *self,
                           const char *content_type,
                           GBytes *beginning)
{
  g_autofree char *found =
      content_type != NULL
          ? find_syntax (content_type, beginning, self->transfer_syntax)
          : NULL;

  return found != NULL && same_syntax (found, self->transfer_syntax);
}

void
vitrail_web_frame_put (const VitrailWebFrame *self, GBytes *bytes)
{
  g_autofree char *key = vitrail_web_frame_make_key (self);

  vitrail_web_frame_keep (key, self->transfer_syntax, bytes);
}

gboolean
vitrail_web_frame_is_refusal (const GError *error)
{
  return error != NULL && error->domain == VITRAIL_WEB_ERROR &&
         (error->code == 400 || error->code == 406 || error->code == 415);
}
