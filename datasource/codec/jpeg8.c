/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG with 8 bits a sample, baseline, extended and progressive, through
 * libjpeg. Samples come out in the stream's own colour model: nobody converts
 * them twice. */

#include "codec/jpegstream.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

/* After stdio.h, which jpeglib.h needs and does not include. */
/* clang-format off */
#include <jpeglib.h>
#include <jerror.h>
/* clang-format on */

/* A progressive picture has about ten scans; one with thousands wants time. */
#define MAX_SCANS 128

/* Rows asked for at once; libjpeg gives 1, 2 or 4. */
#define MAX_ROWS 8

typedef struct {
  struct jpeg_decompress_struct jpeg; /* first: libjpeg hands it back */
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf jump;
  char text[JMSG_LENGTH_MAX];
  gboolean unsupported;

  const VitrailJpegStream *stream;
  const VitrailCodecInput *input;
  VitrailPixelFormat format;
  guint reduce;
  uint8_t *samples; /* owned */
  size_t length;
  GError *error; /* set instead of text */
} Decoder;

G_NORETURN static void
stop (Decoder *self)
{
  longjmp (self->jump, 1);
}

static void
error_exit_cb (j_common_ptr jpeg)
{
  Decoder *self = (Decoder *) jpeg;
  int code = jpeg->err->msg_code;

  self->unsupported =
      code == JERR_SOF_UNSUPPORTED || code == JERR_BAD_PRECISION;
  jpeg->err->format_message (jpeg, self->text);
  stop (self);
}

/* libjpeg goes on after data that it cannot read and makes pixels up. A made up
 * picture is not shown here. */
static void
emit_message_cb (j_common_ptr jpeg, int level)
{
  Decoder *self = (Decoder *) jpeg;
  int code = jpeg->err->msg_code;

  if (level >= 0)
    return;
  jpeg->err->format_message (jpeg, self->text);
  if (code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE ||
      code == JWRN_MUST_RESYNC ||
      (code == JWRN_JPEG_EOF && self->jpeg.progressive_mode))
    stop (self);
  g_debug ("%s: frame %u: %s", self->input->name, self->input->frame,
           self->text);
  self->text[0] = '\0';
}

static void
output_message_cb (j_common_ptr jpeg)
{
}

static void
progress_cb (j_common_ptr jpeg)
{
  Decoder *self = (Decoder *) jpeg;

  if (self->jpeg.input_scan_number <= MAX_SCANS)
    return;
  g_snprintf (self->text, sizeof self->text, "over %d scans", MAX_SCANS);
  stop (self);
}

/* libjpeg has read the same numbers as we. */
static gboolean
agrees (const Decoder *self)
{
  const VitrailJpegFrame *frame = &self->stream->frame;

  return self->jpeg.image_width == frame->width &&
         self->jpeg.image_height == frame->height &&
         (guint) self->jpeg.num_components == frame->n_components;
}

static gboolean
start (Decoder *self)
{
  struct jpeg_decompress_struct *jpeg = &self->jpeg;

  jpeg_mem_src (jpeg, self->input->data, self->input->length);
  jpeg_read_header (jpeg, TRUE);
  if (!agrees (self)) {
    vitrail_codec_fail (self->input, &self->error, "JPEG with two headers");
    return FALSE;
  }
  /* As coded: no conversion. */
  jpeg->out_color_space = jpeg->jpeg_color_space;
  jpeg->dct_method = JDCT_ISLOW;
  jpeg->scale_num = 8u >> self->reduce;
  jpeg->scale_denom = 8;
  jpeg_start_decompress (jpeg);

  self->format.width = jpeg->output_width;
  self->format.height = jpeg->output_height;
  self->samples = vitrail_codec_alloc (&self->format, &self->length,
                                       self->input, &self->error);
  return self->samples != NULL;
}

/* 8-bit samples, the last @n of the @n * @size bytes at @samples, become @size
 * bytes each, little endian. */
static void
widen (uint8_t *samples, size_t n, guint size)
{
  const uint8_t *from = samples + n * (size - 1);

  /* In place from the front: no sample is overwritten before it is read. */
  for (size_t i = 0; i < n; i++) {
    const uint8_t sample = from[i];
    memset (samples + i * size, 0, size);
    samples[i * size] = sample;
  }
}

static void
read_rows (Decoder *self)
{
  struct jpeg_decompress_struct *jpeg = &self->jpeg;
  const size_t stride = (size_t) self->format.width * self->format.samples;
  const size_t n = stride * self->format.height;
  uint8_t *first = self->samples + (self->length - n);
  JSAMPROW rows[MAX_ROWS];

  while (jpeg->output_scanline < jpeg->output_height) {
    const guint left = jpeg->output_height - jpeg->output_scanline;
    const guint n_rows = MIN (left, MAX_ROWS);
    for (guint i = 0; i < n_rows; i++)
      rows[i] = first + (jpeg->output_scanline + i) * stride;
    if (jpeg_read_scanlines (jpeg, rows, n_rows) == 0)
      break;
  }
  if (self->length > n)
    widen (self->samples, n, (guint) (self->length / n));
}

/* All that may jump, with nothing of its own to free. */
static gboolean
run (Decoder *self)
{
  if (setjmp (self->jump) != 0) /* NOLINT(cert-err52-cpp) */
    return FALSE;
  jpeg_create_decompress (&self->jpeg);
  self->jpeg.progress = &self->progress;
  if (!start (self))
    return FALSE;
  read_rows (self);
  return TRUE;
}

static void
set_error (Decoder *self, GError **error)
{
  if (self->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));
  else if (self->unsupported)
    vitrail_codec_refuse (self->input, error, "JPEG: %s", self->text);
  else
    vitrail_codec_fail (self->input, error, "JPEG: %s", self->text);
}

/* Takes the samples. */
static VitrailFrame *
make_frame (Decoder *self, const VitrailStream *said)
{
  const VitrailPixelFormat *format = &self->format;
  const size_t n = (size_t) format->width * format->height * format->samples;

  if (vitrail_stream_needs_signs (said, format))
    vitrail_stream_extend_signs (
        said, self->samples, n, vitrail_pixel_format_get_sample_bytes (format));
  VitrailFrame *frame =
      vitrail_codec_finish (format, self->samples, self->length);
  frame->reduce = self->reduce;
  return frame;
}

VitrailFrame *
vitrail_jpeg_decode_8 (const VitrailJpegStream *stream,
                       const VitrailCodecInput *input,
                       GError **error)
{
  g_autofree Decoder *self = g_new0 (Decoder, 1);
  g_autofree char *warning = NULL;
  VitrailStream said;

  vitrail_jpeg_stream_describe (stream, &said);
  if (!vitrail_stream_reconcile (&said, input, &self->format, &warning, error))
    return NULL;
  self->stream = stream;
  self->input = input;
  self->reduce = MIN (input->reduce, 3);
  self->jpeg.err = jpeg_std_error (&self->errors);
  self->errors.error_exit = error_exit_cb;
  self->errors.emit_message = emit_message_cb;
  self->errors.output_message = output_message_cb;
  self->progress.progress_monitor = progress_cb;

  gboolean done = run (self);
  jpeg_destroy_decompress (&self->jpeg);
  if (!done) {
    g_free (self->samples);
    set_error (self, error);
    return NULL;
  }
  VitrailFrame *frame = make_frame (self, &said);
  frame->warning = g_steal_pointer (&warning);
  return frame;
}
