/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Handing out frames: see frames.h. */

#include "frames.h"

#include "error.h"
#include "multipart.h"
#include "streaming.h"
#include "transcode.h"

#include <string.h>

#define IMPLICIT_LE  "1.2.840.10008.1.2"
#define EXPLICIT_LE  "1.2.840.10008.1.2.1"
#define DEFLATED     "1.2.840.10008.1.2.1.99"
#define EXPLICIT_BE  "1.2.840.10008.1.2.2"
#define OCTET_STREAM "application/octet-stream"

static gboolean
is_native_syntax (const char *transfer_syntax)
{
  static const char *const native[] = { IMPLICIT_LE, EXPLICIT_LE, DEFLATED,
                                        EXPLICIT_BE, NULL };
  return g_strv_contains (native, transfer_syntax);
}

static void
offer (VitrailFrameOffer *self,
       const VitrailMediaRange *range,
       const char *type,
       const char *transfer_syntax)
{
  g_strlcpy (self->type, type, sizeof self->type);
  g_snprintf (self->content_type, sizeof self->content_type,
              "%s; transfer-syntax=%s", type, transfer_syntax);
  /* Without a wish, multipart is the default (PS3.18 10.4.4). */
  self->is_multipart = range->is_multipart || strcmp (range->type, "*/*") == 0;
}

/* Whether what is stored, uncompressed or to be decoded, is taken as bytes. */
static gboolean
takes_plain (const VitrailMediaRange *range, gboolean is_native)
{
  const char *syntax = range->transfer_syntax;

  if (!vitrail_media_range_takes (range, OCTET_STREAM))
    return FALSE;
  /* "*" alone asks for what is stored, whatever it is. */
  return *syntax == '\0' || strcmp (syntax, EXPLICIT_LE) == 0 ||
         strcmp (syntax, IMPLICIT_LE) == 0 ||
         (is_native && strcmp (syntax, "*") == 0);
}

static gboolean
offer_native (VitrailFrameOffer *self,
              const VitrailMediaRange *range,
              const char *stored)
{
  if (!takes_plain (range, TRUE))
    return FALSE;
  self->decode = strcmp (stored, EXPLICIT_BE) == 0;
  offer (self, range, OCTET_STREAM, EXPLICIT_LE);
  return TRUE;
}

static gboolean
offer_compressed (VitrailFrameOffer *self,
                  const VitrailMediaRange *range,
                  const char *stored)
{
  const char *type = vitrail_transfer_syntax_get_type (stored);
  const char *syntax = range->transfer_syntax;
  gboolean is_stored =
      strcmp (syntax, "*") == 0 || strcmp (syntax, stored) == 0;

  if (vitrail_media_range_takes (range, type) &&
      strcmp (range->type, OCTET_STREAM) != 0 && (*syntax == '\0' || is_stored))
    offer (self, range, type, stored);
  else if (vitrail_media_range_takes (range, OCTET_STREAM) && is_stored)
    offer (self, range, OCTET_STREAM, stored);
  else
    return FALSE;
  return TRUE;
}

/* What is there already. */
static gboolean
offer_stored (VitrailFrameOffer *self,
              const VitrailMediaRange *range,
              const char *stored)
{
  return is_native_syntax (stored) ? offer_native (self, range, stored)
                                   : offer_compressed (self, range, stored);
}

/* A film is one stream of all of its frames. */
static gboolean
is_film (const char *transfer_syntax)
{
  return g_str_has_prefix (vitrail_transfer_syntax_get_type (transfer_syntax),
                           "video/");
}

/* What can be made of it without loss, if exactly that is asked for. */
static gboolean
offer_made (VitrailFrameOffer *self,
            const VitrailMediaRange *range,
            const char *stored)
{
  const char *syntax = range->transfer_syntax;
  gboolean is_any = strcmp (range->type, "*/*") == 0;

  if (is_film (stored))
    return FALSE;
  if (!is_native_syntax (stored) && takes_plain (range, FALSE) &&
      (!is_any || *syntax != '\0'))
  {
    self->decode = TRUE;
    offer (self, range, OCTET_STREAM, EXPLICIT_LE);
    return TRUE;
  }
  if (*syntax == '\0' || strcmp (syntax, "*") == 0)
    syntax = vitrail_media_type_get_written (range->type);
  if (syntax == NULL || !vitrail_transfer_syntax_is_written (syntax))
    return FALSE;
  const char *type = strcmp (range->type, OCTET_STREAM) == 0
                         ? OCTET_STREAM
                         : vitrail_transfer_syntax_get_type (syntax);
  if (!vitrail_media_range_takes (range, type))
    return FALSE;
  g_strlcpy (self->encode, syntax, sizeof self->encode);
  offer (self, range, type, syntax);
  return TRUE;
}

typedef gboolean (*Offering) (VitrailFrameOffer *self,
                              const VitrailMediaRange *range,
                              const char *stored);

/* The first of @ranges from @start to before @end for which there is one. */
static gboolean
offer_first (VitrailFrameOffer *self,
             const GArray *ranges,
             guint start,
             guint end,
             Offering offering,
             const char *stored)
{
  for (guint i = start; i < end; i++)
    if (offering (self, &g_array_index (ranges, VitrailMediaRange, i), stored))
      return TRUE;
  return FALSE;
}

static gboolean
offer_best (VitrailFrameOffer *self, const GArray *ranges, const char *stored)
{
  guint end = 0;

  for (guint start = 0; start < ranges->len; start = end) {
    double quality = g_array_index (ranges, VitrailMediaRange, start).quality;
    while (end < ranges->len &&
           g_array_index (ranges, VitrailMediaRange, end).quality >= quality)
      end++;
    if (offer_first (self, ranges, start, end, offer_stored, stored) ||
        offer_first (self, ranges, start, end, offer_made, stored))
      return TRUE;
  }
  return FALSE;
}

gboolean
vitrail_frame_offer_choose (VitrailFrameOffer *self,
                            const VitrailRequest *request,
                            VitrailInstance *instance,
                            GError **error)
{
  const char *stored = vitrail_instance_get_transfer_syntax (instance);
  g_autoptr (GArray) ranges = vitrail_accept_parse (request);

  memset (self, 0, sizeof *self);
  if (!vitrail_is_plain_uid (stored)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: its transfer syntax is not a UID",
                 vitrail_instance_get_name (instance));
    return FALSE;
  }
  if (offer_best (self, ranges, stored))
    return TRUE;
  g_set_error (error, VITRAIL_HTTP_ERROR, 406,
               "stored is %s (%s); that, " OCTET_STREAM
               "; transfer-syntax=" EXPLICIT_LE
               " or a lossless compression can be had",
               stored, vitrail_transfer_syntax_get_type (stored));
  return FALSE;
}

/* The samples one after the other; by planes where the header says so, because
 * the client reads the same header. */
static GBytes *
pack (const VitrailFrame *frame, gboolean by_planes, GError **error)
{
  const VitrailPixelFormat *format = &frame->format;
  gsize sample = vitrail_pixel_format_get_sample_bytes (format);
  gsize n_pixels = (gsize) format->width * format->height;
  gsize row = (gsize) format->width * format->samples * sample;
  uint8_t *bytes = g_try_malloc (MAX (row * format->height, 1));

  if (bytes == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "no memory for a frame of %zu bytes", row * format->height);
    return NULL;
  }
  for (guint y = 0; y < format->height; y++) {
    const uint8_t *from = frame->data + y * frame->stride;
    if (!by_planes) {
      memcpy (bytes + y * row, from, row);
      continue;
    }
    for (gsize x = 0; x < format->width; x++)
      for (gsize s = 0; s < format->samples; s++)
        memcpy (bytes + (s * n_pixels + (gsize) y * format->width + x) * sample,
                from + (x * format->samples + s) * sample, sample);
  }
  return g_bytes_new_take (bytes, row * format->height);
}

GBytes *
vitrail_frame_offer_load (const VitrailFrameOffer *self,
                          VitrailInstance *instance,
                          guint number,
                          GCancellable *cancellable,
                          GError **error)
{
  const VitrailEncodeOptions options = { .transfer_syntax = self->encode };
  VitrailPixelFormat format;

  if (*self->encode != '\0')
    return vitrail_transcode_frame (instance, number, &options, cancellable,
                                    error);
  if (!self->decode)
    return vitrail_instance_load_frame (instance, number, cancellable, error);
  if (!vitrail_instance_get_pixel_format (instance, &format, error))
    return NULL;
  g_autoptr (VitrailFrame) frame =
      vitrail_instance_decode_frame (instance, number, 0, cancellable, error);
  if (frame == NULL)
    return NULL;
  return pack (frame, format.planar && frame->format.samples > 1, error);
}

/* Those of an answer that are made while it is sent. */
typedef struct {
  VitrailFrameOffer offer;
  VitrailInstance *instance;
  GArray *numbers;
  guint start; /* among them */
} Later;

static void
later_free (gpointer data)
{
  Later *self = data;

  g_object_unref (self->instance);
  g_array_unref (self->numbers);
  g_free (self);
}

/* One a step. */
static gboolean
make_later (gpointer data,
            guint *step,
            GQueue *chunks,
            GCancellable *cancellable,
            GError **error)
{
  const Later *self = data;
  const guint index = self->start + *step;
  g_autoptr (GBytes) bytes =
      vitrail_frame_offer_load (&self->offer, self->instance,
                                g_array_index (self->numbers, guint, index),
                                cancellable, error);

  if (bytes == NULL)
    return FALSE;
  vitrail_multipart_push (chunks, self->offer.content_type, bytes);
  *step = index + 1 < self->numbers->len ? *step + 1 : 0;
  return TRUE;
}

static void
add_later (const VitrailFrameOffer *self,
           VitrailInstance *instance,
           GArray *numbers,
           guint start,
           VitrailReply *reply)
{
  Later *later = g_new (Later, 1);

  *later =
      (Later){ *self, g_object_ref (instance), g_array_ref (numbers), start };
  vitrail_reply_add_made (reply, make_later, later, later_free);
}

static gboolean
answer_parts (const VitrailFrameOffer *self,
              const VitrailRequest *request,
              VitrailInstance *instance,
              GArray *numbers,
              VitrailReply *reply,
              GError **error)
{
  const gboolean is_made = self->decode || *self->encode != '\0';
  gsize n_kept = 0;

  vitrail_multipart_begin (reply, self->type);
  for (guint i = 0; i < numbers->len; i++) {
    if (n_kept > VITRAIL_REPLY_KEPT_BYTES) {
      add_later (self, instance, numbers, i, reply);
      break;
    }
    g_autoptr (GBytes) bytes =
        vitrail_frame_offer_load (self, instance,
                                  g_array_index (numbers, guint, i),
                                  request->cancellable, error);
    if (bytes == NULL)
      return FALSE;
    vitrail_multipart_add (reply, self->content_type, bytes);
    if (is_made || !vitrail_instance_is_at_hand (instance))
      n_kept += g_bytes_get_size (bytes);
  }
  vitrail_multipart_end (reply);
  return TRUE;
}

gboolean
vitrail_frame_offer_answer (const VitrailFrameOffer *self,
                            const VitrailRequest *request,
                            VitrailInstance *instance,
                            GArray *numbers,
                            VitrailReply *reply,
                            GError **error)
{
  if (!self->is_multipart && numbers->len != 1) {
    g_set_error (error, VITRAIL_HTTP_ERROR, 406,
                 "several frames come as multipart/related only");
    return FALSE;
  }
  if (self->is_multipart)
    return answer_parts (self, request, instance, numbers, reply, error);
  GBytes *bytes = vitrail_frame_offer_load (self, instance,
                                            g_array_index (numbers, guint, 0),
                                            request->cancellable, error);
  if (bytes == NULL)
    return FALSE;
  vitrail_reply_set_body (reply, NULL, bytes);
  vitrail_reply_take_content_type (reply, g_strdup (self->content_type));
  return TRUE;
}
