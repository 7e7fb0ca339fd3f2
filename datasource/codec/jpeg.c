/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG with 8 bits a sample, baseline, extended and progressive (ISO 10918-1;
 * PS3.5 8.2.1), through libjpeg. Samples come out in the stream's own colour
 * model: nobody converts them twice. */

#include "codec/codec.h"
#include "error.h"

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

/* A block of 64 samples takes a bit at least. */
#define MAX_PIXELS_PER_BYTE 512

typedef struct {
  struct jpeg_decompress_struct jpeg; /* first: libjpeg hands it back */
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf jump;
  char text[JMSG_LENGTH_MAX];
  gboolean unsupported;

  const VitrailCodecInput *input;
  VitrailPixelFormat format;
  uint8_t *samples; /* owned */
  uint8_t *row;     /* owned; where samples are wider than libjpeg's */
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

/* The one place that decides what three components mean: what the stream says
 * of itself, then (chroma is halved, primaries never are) how it is sampled,
 * then the header. */
static gboolean
is_rgb (const Decoder *self)
{
  const struct jpeg_decompress_struct *jpeg = &self->jpeg;
  const jpeg_component_info *c = jpeg->comp_info;

  if (jpeg->saw_Adobe_marker)
    return jpeg->Adobe_transform == 0;
  if (c[0].component_id == 'R' && c[1].component_id == 'G' &&
      c[2].component_id == 'B')
    return TRUE;
  if (jpeg->saw_JFIF_marker || c[0].h_samp_factor != c[1].h_samp_factor ||
      c[0].v_samp_factor != c[1].v_samp_factor)
    return FALSE;
  return self->input->format.photometric == VITRAIL_PHOTOMETRIC_RGB;
}

static void
set_colours (Decoder *self)
{
  struct jpeg_decompress_struct *jpeg = &self->jpeg;

  if (jpeg->num_components == 3) {
    gboolean rgb = is_rgb (self);
    jpeg->jpeg_color_space = rgb ? JCS_RGB : JCS_YCbCr;
    self->format.photometric =
        rgb ? VITRAIL_PHOTOMETRIC_RGB : VITRAIL_PHOTOMETRIC_YBR_FULL;
  }
  /* As coded: no conversion. */
  jpeg->out_color_space = jpeg->jpeg_color_space;
}

/* Compares the stream with the header before anything is allocated for it. */
static gboolean
check (Decoder *self)
{
  const struct jpeg_decompress_struct *jpeg = &self->jpeg;
  const VitrailPixelFormat *format = &self->input->format;

  if (jpeg->image_width != format->width ||
      jpeg->image_height != format->height ||
      (guint) jpeg->num_components != format->samples)
    vitrail_codec_fail (self->input, &self->error,
                        "the JPEG stream has %u x %u x %d samples, the header "
                        "%u x %u x %u",
                        jpeg->image_width, jpeg->image_height,
                        jpeg->num_components, format->width, format->height,
                        format->samples);
  else if ((guint64) format->width * format->height / MAX_PIXELS_PER_BYTE >
           self->input->length)
    vitrail_codec_fail (self->input, &self->error,
                        "%" G_GSIZE_FORMAT
                        " bytes of JPEG cannot be %u x %u pixels",
                        self->input->length, format->width, format->height);
  else if (jpeg->arith_code)
    vitrail_codec_refuse (self->input, &self->error,
                          "JPEG with arithmetic coding");
  else if (format->is_float || self->format.bits_allocated > 16)
    vitrail_codec_refuse (self->input, &self->error,
                          "JPEG for samples of %u bits",
                          format->bits_allocated);
  return self->error == NULL;
}

static gboolean
start (Decoder *self)
{
  struct jpeg_decompress_struct *jpeg = &self->jpeg;
  guint reduce = MIN (self->input->reduce, 3);

  jpeg_mem_src (jpeg, self->input->data, self->input->length);
  jpeg_read_header (jpeg, TRUE);
  vitrail_codec_get_output_format (self->input, &self->format);
  if (!check (self))
    return FALSE;
  set_colours (self);
  jpeg->dct_method = JDCT_ISLOW;
  jpeg->scale_num = 8u >> reduce;
  jpeg->scale_denom = 8;
  jpeg_start_decompress (jpeg);

  self->format.width = jpeg->output_width;
  self->format.height = jpeg->output_height;
  self->samples = vitrail_codec_alloc (&self->format, &self->length,
                                       self->input, &self->error);
  if (self->samples == NULL)
    return FALSE;
  if (self->format.bits_allocated > 8)
    self->row = g_malloc ((size_t) self->format.width * self->format.samples);
  return TRUE;
}

static void
read_rows (Decoder *self)
{
  struct jpeg_decompress_struct *jpeg = &self->jpeg;
  size_t n = (size_t) self->format.width * self->format.samples;

  while (jpeg->output_scanline < jpeg->output_height) {
    size_t y = jpeg->output_scanline;
    uint8_t *to = self->samples + y * n * (self->row != NULL ? 2 : 1);
    JSAMPROW row = self->row != NULL ? self->row : to;
    if (jpeg_read_scanlines (jpeg, &row, 1) == 0)
      break;
    for (size_t i = 0; self->row != NULL && i < n; i++) {
      to[2 * i] = row[i];
      to[2 * i + 1] = 0;
    }
  }
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

static VitrailFrame *
decode (const VitrailCodecInput *input, GError **error)
{
  g_autofree Decoder *self = g_new0 (Decoder, 1);

  self->input = input;
  self->jpeg.err = jpeg_std_error (&self->errors);
  self->errors.error_exit = error_exit_cb;
  self->errors.emit_message = emit_message_cb;
  self->errors.output_message = output_message_cb;
  self->progress.progress_monitor = progress_cb;

  gboolean done = run (self);
  jpeg_destroy_decompress (&self->jpeg);
  g_clear_pointer (&self->row, g_free);
  if (!done) {
    g_free (self->samples);
    set_error (self, error);
    return NULL;
  }
  VitrailFrame *frame =
      vitrail_codec_finish (&self->format, self->samples, self->length);
  frame->reduce = MIN (input->reduce, 3);
  return frame;
}

static const char *const transfer_syntaxes[] = {
  "1.2.840.10008.1.2.4.50", /* Baseline (Process 1) */
  "1.2.840.10008.1.2.4.51", /* Extended (Process 2 & 4) */
  NULL,
};

const VitrailCodec vitrail_codec_jpeg = {
  .name = "jpeg",
  .transfer_syntaxes = transfer_syntaxes,
  .decode = decode,
};
