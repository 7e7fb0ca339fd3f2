/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* HTJ2K (ISO 15444-15; PS3.5 8.2.4, A.4.4): JPEG 2000 with a block coder that
 * is ten times as fast, through OpenJPH. */

#include "codec/j2kframe.h"
#include "codec/openjph.h"
#include "error.h"

#include <string.h>

#define LOSSLESS      "1.2.840.10008.1.2.4.201"
#define LOSSLESS_RPCL "1.2.840.10008.1.2.4.202"
#define ANY           "1.2.840.10008.1.2.4.203"

/* So small is the smallest picture of a stream, at most. */
#define SMALLEST 64

/* RCT makes one bit more, and OpenJPH's blocks hold so many. */
#define MAX_PRECISION 24

/* OpenJPH 0.9 writes what it does not read where magnitudes of two neighbours
 * have more than 21 bits: its decoder masks five bits of a suffix by four. RCT
 * and wavelets make three bits of these. */
#define SAFE_PRECISION 18

static gboolean
put_cb (gpointer user_data, guint c, guint y, const int32_t *row, size_t width)
{
  const VitrailJ2kJob *job = user_data;
  guint expected_width = 0;
  guint expected_height = 0;

  if (c >= job->format.samples)
    return FALSE;
  vitrail_j2k_get_component_size (job, c, &expected_width, &expected_height);
  if (width < expected_width || y >= expected_height)
    return FALSE;
  vitrail_j2k_put_row (job, c, y, row);
  return TRUE;
}

gboolean
vitrail_j2k_run_openjph (const VitrailJ2kJob *self, GString *text)
{
  VitrailJ2kJob job = *self;

  return vitrail_openjph_decode (self->header->data, self->header->length,
                                 self->reduce, self->header->subsampled, put_cb,
                                 &job, text);
}

static void
get_cb (gconstpointer user_data, guint c, guint y, int32_t *row)
{
  vitrail_j2k_get_row (user_data, c, y, row);
}

static GBytes *
refuse (GError **error, const char *reason)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED, "HTJ2K: %s",
               reason);
  return NULL;
}

/* TLM (ISO 15444-1 A.7.1) says how long tile parts are, here the only one, so
 * that a reader finds the resolutions that it wants; .202 demands it and
 * OpenJPH 0.9 does not write it. It goes before the first SOT. */
static gboolean
insert_tlm (GByteArray *stream)
{
  static const uint8_t head[] = { 0xff, 0x55, 0, 8, 0, 0x40 };
  size_t at = 2;

  while (at + 12 < stream->len && stream->data[at] == 0xff &&
         stream->data[at + 1] != 0x90)
    at += 2 + ((size_t) stream->data[at + 2] << 8 | stream->data[at + 3]);
  if (at + 12 >= stream->len || stream->data[at + 1] != 0x90)
    return FALSE;
  uint8_t segment[sizeof head + 4];
  memcpy (segment, head, sizeof head);
  memcpy (segment + sizeof head, stream->data + at + 6, 4);
  g_byte_array_set_size (stream, stream->len + (guint) sizeof segment);
  memmove (stream->data + at + sizeof segment, stream->data + at,
           stream->len - sizeof segment - at);
  memcpy (stream->data + at, segment, sizeof segment);
  return TRUE;
}

static guint
choose_levels (const VitrailPixelFormat *format)
{
  const guint side = MAX (format->width, format->height);
  guint n = 0;

  while (((side - 1) >> n) + 1 > SMALLEST)
    n++;
  return n;
}

typedef struct {
  const VitrailFrame *frame;
  int32_t *row;
} Comparison;

static gboolean
compare_cb (gpointer user_data,
            guint c,
            guint y,
            const int32_t *row,
            size_t width)
{
  const Comparison *self = user_data;
  const VitrailPixelFormat *format = &self->frame->format;

  if (c >= format->samples || y >= format->height || width < format->width)
    return FALSE;
  vitrail_j2k_get_row (self->frame, c, y, self->row);
  return memcmp (row, self->row, format->width * sizeof *row) == 0;
}

static gboolean
reads_back (const GByteArray *stream, const VitrailFrame *frame)
{
  g_autofree int32_t *row = g_new (int32_t, frame->format.width);
  g_autoptr (GString) text = g_string_new (NULL);
  Comparison comparison = { frame, row };

  return vitrail_openjph_decode (stream->data, stream->len, 0, FALSE,
                                 compare_cb, &comparison, text);
}

static GBytes *
encode (const VitrailFrame *frame,
        const VitrailEncodeOptions *options,
        GError **error)
{
  const VitrailPixelFormat *format = &frame->format;
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  VitrailOpenjphPicture picture = {
    .width = format->width,
    .height = format->height,
    .n_components = format->samples,
    .is_signed = format->is_signed,
    .transform = vitrail_j2k_is_transformed (format),
    .n_levels = choose_levels (format),
    .get = get_cb,
    .user_data = frame,
  };

  if (format->is_float || format->bits_allocated > 32)
    return refuse (error, "samples that are no integers of 32 bits at most");
  picture.precision = vitrail_codec_measure_depth (frame);
  if (picture.precision > MAX_PRECISION)
    return refuse (error, "samples of more than 24 bits");
  if (vitrail_frame_get_size_bytes (frame) > G_MAXINT32)
    return refuse (error, "a frame of that size");
  if (!vitrail_openjph_encode (&picture, out, text))
    return refuse (error, text->str);
  if (picture.precision > SAFE_PRECISION && !reads_back (out, frame))
    return refuse (error, "samples that OpenJPH would not read again");
  if (g_strcmp0 (options->transfer_syntax, LOSSLESS_RPCL) == 0 &&
      !insert_tlm (out))
    return refuse (error, "no tile part");
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static const char *const transfer_syntaxes[] = {
  LOSSLESS,
  LOSSLESS_RPCL,
  ANY,
  NULL,
};

const VitrailCodec vitrail_codec_htj2k = {
  .name = "htj2k",
  .transfer_syntaxes = transfer_syntaxes,
  .takes_beginnings = TRUE,
  .decode = vitrail_j2k_decode,
  .encode = encode,
  .get_encoded_photometric = vitrail_j2k_get_encoded_photometric,
};
