/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG 2000 (ISO 15444-1, of 15444-2 the component transforms; PS3.5 8.2.4,
 * A.4.4) through OpenJPEG. HTJ2K (ISO 15444-15) gets there only where OpenJPH
 * fails. */

#include "codec/assertguard.h"
#include "codec/j2kframe.h"

#include <openjpeg.h>
#include <string.h>

/* OpenJPEG's view of the code stream. */
typedef struct {
  const uint8_t *data;
  size_t length;
  size_t at;
} Reader;

static OPJ_SIZE_T
read_cb (void *buffer, OPJ_SIZE_T n, void *data)
{
  Reader *self = data;
  size_t left = self->length - self->at;

  n = MIN (n, left);
  if (n == 0)
    return (OPJ_SIZE_T) -1;
  memcpy (buffer, self->data + self->at, n);
  self->at += n;
  return n;
}

static OPJ_OFF_T
skip_cb (OPJ_OFF_T n, void *data)
{
  Reader *self = data;

  if (n < 0 || (guint64) n > self->length - self->at)
    return -1;
  self->at += (size_t) n;
  return n;
}

static OPJ_BOOL
seek_cb (OPJ_OFF_T to, void *data)
{
  Reader *self = data;

  if (to < 0 || (guint64) to > self->length)
    return OPJ_FALSE;
  self->at = (size_t) to;
  return OPJ_TRUE;
}

/* Keeps the first message: it is the cause, the rest is consequence. */
static void
error_cb (const char *message, void *data)
{
  GString *text = data;

  if (text->len == 0)
    g_string_append_len (text, message, (gssize) strcspn (message, "\n"));
}

static void
warning_cb (const char *message, void *data)
{
  g_debug ("JPEG 2000: %.*s", (int) strcspn (message, "\n"), message);
}

static void
destroy_stream (opj_stream_t *stream)
{
  opj_stream_destroy (stream);
}

static void
destroy_codec (opj_codec_t *codec)
{
  opj_destroy_codec (codec);
}

typedef opj_stream_t *Stream;
typedef opj_codec_t *Codec;
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (Stream, destroy_stream, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (Codec, destroy_codec, NULL)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (opj_image_t, opj_image_destroy)

static opj_stream_t *
open_stream (Reader *reader)
{
  size_t buffer = CLAMP (reader->length, 4096, 65536);
  opj_stream_t *stream = opj_stream_create (buffer, OPJ_TRUE);

  if (stream == NULL)
    return NULL;
  opj_stream_set_user_data (stream, reader, NULL);
  opj_stream_set_user_data_length (stream, reader->length);
  opj_stream_set_read_function (stream, read_cb);
  opj_stream_set_skip_function (stream, skip_cb);
  opj_stream_set_seek_function (stream, seek_cb);
  return stream;
}

/* Its assertions are about blocks of HTJ2K. */
static gboolean
decode_guarded (opj_stream_t *stream,
                opj_codec_t *codec,
                opj_image_t *image,
                GString *text)
{
  static gsize guarded;
  jmp_buf jump;
  volatile gboolean done = FALSE;

  if (g_once_init_enter (&guarded)) {
    vitrail_assert_guard ("libopenjp2.so");
    g_once_init_leave (&guarded, 1);
  }
  vitrail_assert_escape = &jump;
  if (setjmp (jump) == 0) /* NOLINT(cert-err52-cpp) */
    done = opj_decode (codec, stream, image) != OPJ_FALSE;
  else
    g_string_printf (text, "fails the assertion that %s", vitrail_assert_text);
  vitrail_assert_escape = NULL;
  return done;
}

/* NULL, with OpenJPEG's own words in @text, when it does not decode. */
static opj_image_t *
decode_image (const VitrailJ2kHeader *header, guint reduce, GString *text)
{
  Reader reader = { header->data, header->length, 0 };
  opj_dparameters_t parameters;
  g_auto (Stream) stream = open_stream (&reader);
  g_auto (Codec) codec = opj_create_decompress (OPJ_CODEC_J2K);
  opj_image_t *image = NULL;

  if (stream == NULL || codec == NULL)
    return NULL;
  opj_set_error_handler (codec, error_cb, text);
  opj_set_warning_handler (codec, warning_cb, NULL);
  opj_set_default_decoder_parameters (&parameters);
  parameters.cp_reduce = reduce;
  if (!opj_setup_decoder (codec, &parameters) ||
      !opj_read_header (stream, codec, &image))
    return NULL;
  g_autoptr (opj_image_t) owned = image;
  if (!decode_guarded (stream, codec, owned, text))
    return NULL;
  return g_steal_pointer (&owned);
}

static gboolean
has_all_samples (const VitrailJ2kJob *self, const opj_image_t *image)
{
  if (image->numcomps != self->format.samples)
    return FALSE;
  for (guint c = 0; c < image->numcomps; c++) {
    guint width = 0;
    guint height = 0;
    vitrail_j2k_get_component_size (self, c, &width, &height);
    if (image->comps[c].data == NULL || image->comps[c].w != width ||
        image->comps[c].h != height)
      return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_j2k_run_openjpeg (const VitrailJ2kJob *self, GString *text)
{
  g_autoptr (opj_image_t) image =
      decode_image (self->header, self->reduce, text);

  if (image == NULL)
    return FALSE;
  if (!has_all_samples (self, image)) {
    g_string_assign (text, "samples are missing");
    return FALSE;
  }
  for (guint c = 0; c < image->numcomps; c++) {
    const opj_image_comp_t *component = &image->comps[c];
    for (guint y = 0; y < component->h; y++)
      vitrail_j2k_put_row (self, c, y,
                           component->data + (size_t) y * component->w);
  }
  return TRUE;
}

static const char *const transfer_syntaxes[] = {
  "1.2.840.10008.1.2.4.90", /* JPEG 2000, lossless only */
  "1.2.840.10008.1.2.4.91", /* JPEG 2000 */
  "1.2.840.10008.1.2.4.92", /* part 2, components, lossless only */
  "1.2.840.10008.1.2.4.93", /* part 2, components */
  NULL,
};

const VitrailCodec vitrail_codec_jpeg2000 = {
  .name = "jpeg2000",
  .transfer_syntaxes = transfer_syntaxes,
  .decode = vitrail_j2k_decode,
};
