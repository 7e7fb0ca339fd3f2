/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writes baseline JPEG through libjpeg: see jpegencode.h. */

#include "codec/jpegencode.h"
#include "error.h"

#include <setjmp.h>
#include <stdio.h>

/* After stdio.h, which jpeglib.h needs and does not include. */
/* clang-format off */
#include <jpeglib.h>

/* clang-format on */

typedef struct {
  struct jpeg_compress_struct jpeg; /* first: libjpeg hands it back */
  struct jpeg_error_mgr errors;
  jmp_buf jump;
  char text[JMSG_LENGTH_MAX];

  const VitrailFrame *frame;
  int quality;
  unsigned char *data; /* owned, by malloc () */
  unsigned long length;
} Encoder;

static void
error_exit_cb (j_common_ptr jpeg)
{
  Encoder *self = (Encoder *) jpeg;

  jpeg->err->format_message (jpeg, self->text);
  longjmp (self->jump, 1);
}

static void
set_colours (Encoder *self)
{
  struct jpeg_compress_struct *jpeg = &self->jpeg;
  const VitrailPixelFormat *format = &self->frame->format;

  jpeg->input_components = (int) format->samples;
  jpeg->in_color_space = format->samples == 1 ? JCS_GRAYSCALE
                         : format->photometric == VITRAIL_PHOTOMETRIC_RGB
                             ? JCS_RGB
                             : JCS_YCbCr;
  jpeg_set_defaults (jpeg);
  for (int i = 0; i < jpeg->num_components; i++) {
    jpeg->comp_info[i].h_samp_factor = 1;
    jpeg->comp_info[i].v_samp_factor = 1;
  }
}

/* All that may jump, with nothing of its own to free. */
static gboolean
run (Encoder *self)
{
  struct jpeg_compress_struct *jpeg = &self->jpeg;

  if (setjmp (self->jump) != 0) /* NOLINT(cert-err52-cpp) */
    return FALSE;
  jpeg_create_compress (jpeg);
  jpeg_mem_dest (jpeg, &self->data, &self->length);
  jpeg->image_width = self->frame->format.width;
  jpeg->image_height = self->frame->format.height;
  set_colours (self);
  jpeg_set_quality (jpeg, CLAMP (self->quality, 1, 100), TRUE);
  jpeg->dct_method = JDCT_ISLOW;
  jpeg->optimize_coding = TRUE;
  jpeg_start_compress (jpeg, TRUE);
  while (jpeg->next_scanline < jpeg->image_height) {
    /* libjpeg reads only. */
    JSAMPROW row =
        (JSAMPROW) (uintptr_t) (self->frame->data +
                                jpeg->next_scanline * self->frame->stride);
    jpeg_write_scanlines (jpeg, &row, 1);
  }
  jpeg_finish_compress (jpeg);
  return TRUE;
}

/* What is lost may lift a sample above what fewer stored bits hold: white would
 * be black. */
static gboolean
is_possible (const VitrailPixelFormat *format)
{
  if (format->bits_allocated != 8 || format->bits_stored != 8 ||
      format->is_signed || format->is_float ||
      format->width > JPEG_MAX_DIMENSION || format->height > JPEG_MAX_DIMENSION)
    return FALSE;
  return format->samples == 1 ||
         (format->samples == 3 &&
          (format->photometric == VITRAIL_PHOTOMETRIC_RGB ||
           format->photometric == VITRAIL_PHOTOMETRIC_YBR_FULL));
}

GBytes *
vitrail_jpeg_encode_8 (const VitrailFrame *frame, int quality, GError **error)
{
  const VitrailPixelFormat *format = &frame->format;

  if (!is_possible (format)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "baseline JPEG of %u %ssigned samples of %u bits, %s",
                 format->samples, format->is_signed ? "" : "un",
                 format->bits_stored,
                 vitrail_photometric_text (format->photometric));
    return NULL;
  }
  g_autofree Encoder *self = g_new0 (Encoder, 1);
  self->frame = frame;
  self->quality = quality;
  self->jpeg.err = jpeg_std_error (&self->errors);
  self->errors.error_exit = error_exit_cb;
  const gboolean done = run (self);
  jpeg_destroy_compress (&self->jpeg);
  GBytes *bytes = done ? g_bytes_new (self->data, (gsize) self->length) : NULL;
  /* What fails here is memory; libjpeg may have freed it already. */
  if (done)
    free (self->data);
  else
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "baseline JPEG: %s", self->text);
  return bytes;
}
