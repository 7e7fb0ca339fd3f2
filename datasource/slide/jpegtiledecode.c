/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stored JPEG tiles straight to RGB or grey: from where they lie in the file
 * into the caller's rows, through a decompressor that each thread keeps, with
 * its tables, from tile to tile. No lock, and no allocation of ours. */

#include "error.h"
#include "slide/jpegtile.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

/* After stdio.h, which jpeglib.h needs and does not include. */
/* clang-format off */
#include <jpeglib.h>
#include <jerror.h>
/* clang-format on */

/* Rows handed over at once. */
#define MAX_ROWS 16
/* Tables that are kept for the next tile; others are read each time. */
#define MAX_TABLES 4096

typedef struct {
  struct jpeg_decompress_struct jpeg; /* first: libjpeg hands it back */
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf jump;
  gboolean is_open;
  gboolean is_dirty; /* tables of a tile's own are in it */
  size_t n_tables;
  uint8_t tables[MAX_TABLES]; /* that it holds */
  char text[JMSG_LENGTH_MAX];
} Decoder;

static void
decoder_close (Decoder *self)
{
  if (self->is_open)
    jpeg_destroy_decompress (&self->jpeg);
  self->is_open = FALSE;
}

static void
decoder_free (gpointer data)
{
  decoder_close (data);
  g_free (data);
}

static void
error_exit_cb (j_common_ptr jpeg)
{
  Decoder *self = (Decoder *) jpeg;

  jpeg->err->format_message (jpeg, self->text);
  longjmp (self->jump, 1);
}

/* libjpeg goes on after data that it cannot read and makes pixels up. A made up
 * picture is not shown here. */
static void
emit_message_cb (j_common_ptr jpeg, int level)
{
  Decoder *self = (Decoder *) jpeg;
  int code = jpeg->err->msg_code;

  if (level < 0 && (code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE ||
                    code == JWRN_MUST_RESYNC ||
                    (code == JWRN_JPEG_EOF && self->jpeg.progressive_mode)))
    error_exit_cb (jpeg);
}

static void
output_message_cb (j_common_ptr jpeg)
{
}

static void
progress_cb (j_common_ptr jpeg)
{
  Decoder *self = (Decoder *) jpeg;

  if (self->jpeg.input_scan_number <= VITRAIL_JPEG_MAX_SCANS)
    return;
  g_snprintf (self->text, sizeof self->text, "over %d scans",
              VITRAIL_JPEG_MAX_SCANS);
  longjmp (self->jump, 1);
}

static void
decoder_open (Decoder *self)
{
  decoder_close (self);
  self->n_tables = 0;
  self->is_dirty = FALSE;
  jpeg_create_decompress (&self->jpeg);
  self->is_open = TRUE;
  self->jpeg.progress = &self->progress;
}

/* Reads @tables, unless they are there from the tile before. */
static void
load_tables (Decoder *self, const VitrailJpegPart *tables)
{
  gboolean is_known =
      self->is_open && !self->is_dirty && tables->length == self->n_tables &&
      (tables->length == 0 ||
       memcmp (tables->data, self->tables, tables->length) == 0);

  if (is_known)
    return;
  decoder_open (self);
  if (tables->length == 0)
    return;
  jpeg_mem_src (&self->jpeg, tables->data, tables->length);
  jpeg_read_header (&self->jpeg, FALSE);
  if (tables->length > MAX_TABLES) {
    self->is_dirty = TRUE;
    return;
  }
  memcpy (self->tables, tables->data, tables->length);
  self->n_tables = tables->length;
}

static Decoder *
get_decoder (void)
{
  static GPrivate decoders = G_PRIVATE_INIT (decoder_free);
  Decoder *self = g_private_get (&decoders);

  if (self != NULL)
    return self;
  self = g_new0 (Decoder, 1);
  self->jpeg.err = jpeg_std_error (&self->errors);
  self->errors.error_exit = error_exit_cb;
  self->errors.emit_message = emit_message_cb;
  self->errors.output_message = output_message_cb;
  self->progress.progress_monitor = progress_cb;
  g_private_set (&decoders, self);
  return self;
}

static gboolean
fits (Decoder *self, const VitrailJpegTarget *target)
{
  if (self->jpeg.image_width <= target->width &&
      self->jpeg.image_height <= target->height)
    return TRUE;
  g_snprintf (self->text, sizeof self->text, "%u x %u pixels, not %u x %u",
              self->jpeg.image_width, self->jpeg.image_height, target->width,
              target->height);
  return FALSE;
}

static void
read_rows (Decoder *self, VitrailJpegTarget *target)
{
  struct jpeg_decompress_struct *jpeg = &self->jpeg;

  jpeg_start_decompress (jpeg);
  while (jpeg->output_scanline < jpeg->output_height) {
    JSAMPROW rows[MAX_ROWS];
    JDIMENSION n = MIN (MAX_ROWS, jpeg->output_height - jpeg->output_scanline);
    for (JDIMENSION i = 0; i < n; i++)
      rows[i] = target->pixels + (jpeg->output_scanline + i) * target->stride;
    jpeg_read_scanlines (jpeg, rows, n);
  }
  target->width = jpeg->output_width;
  target->height = jpeg->output_height;
  /* Not finish: it would read on to the end, where tables may stand that are
   * not of this tile, and of the next ones even less. */
  jpeg_abort_decompress (jpeg);
}

/* What the components are, and what becomes of them. */
static gboolean
choose_colours (Decoder *self, const VitrailJpegTarget *target, gboolean is_rgb)
{
  struct jpeg_decompress_struct *jpeg = &self->jpeg;

  if (jpeg->num_components == 3 && !target->is_grey)
    jpeg->jpeg_color_space = is_rgb ? JCS_RGB : JCS_YCbCr;
  else if (jpeg->num_components != 1) {
    g_snprintf (self->text, sizeof self->text, "%d components",
                jpeg->num_components);
    return FALSE;
  }
  jpeg->out_color_space = target->is_grey ? JCS_GRAYSCALE : JCS_RGB;
  jpeg->dct_method = JDCT_ISLOW;
  jpeg->scale_num = 8u >> target->reduce;
  jpeg->scale_denom = 8;
  return TRUE;
}

static gboolean
decode (Decoder *self,
        const VitrailJpegPart parts[2],
        gboolean header_is_rgb,
        VitrailJpegTarget *target)
{
  gboolean is_rgb = FALSE;
  gboolean has_tables = FALSE;

  if (!vitrail_jpeg_tile_inspect (&parts[1], header_is_rgb, &is_rgb,
                                  &has_tables)) {
    g_strlcpy (self->text, "no JPEG stream", sizeof self->text);
    return FALSE;
  }
  if (setjmp (self->jump) != 0) { /* NOLINT(cert-err52-cpp): libjpeg's way */
    decoder_close (self);
    return FALSE;
  }
  load_tables (self, &parts[0]);
  self->is_dirty = self->is_dirty || has_tables;
  jpeg_mem_src (&self->jpeg, parts[1].data, parts[1].length);
  jpeg_read_header (&self->jpeg, TRUE);
  /* Between scans there may be more tables. */
  if (jpeg_has_multiple_scans (&self->jpeg))
    self->is_dirty = TRUE;
  gboolean ok = fits (self, target) && choose_colours (self, target, is_rgb);
  if (ok)
    read_rows (self, target);
  else
    jpeg_abort_decompress (&self->jpeg);
  return ok;
}

gboolean
vitrail_jpeg_tile_decode_parts (const VitrailJpegPart parts[2],
                                gboolean header_is_rgb,
                                VitrailJpegTarget *target,
                                GError **error)
{
  Decoder *self = get_decoder ();

  self->text[0] = '\0';
  if (decode (self, parts, header_is_rgb, target))
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT, "JPEG: %s",
               self->text);
  return FALSE;
}

gboolean
vitrail_jpeg_tile_decode_reduced (GBytes *jpeg,
                                  guint width,
                                  guint height,
                                  guint reduce,
                                  /* NOLINTNEXTLINE(*-non-const-parameter) */
                                  uint8_t *rgb,
                                  size_t stride)
{
  guint round = (1u << reduce) - 1;
  VitrailJpegTarget target = { .pixels = rgb,
                               .stride = stride,
                               .width = width,
                               .height = height,
                               .reduce = reduce };
  size_t length;
  const uint8_t *data = g_bytes_get_data (jpeg, &length);
  const VitrailJpegPart parts[2] = { { NULL, 0 }, { data, length } };

  return vitrail_jpeg_tile_decode_parts (parts, FALSE, &target, NULL) &&
         target.width == (width + round) >> reduce &&
         target.height == (height + round) >> reduce;
}

gboolean
vitrail_jpeg_tile_decode (GBytes *jpeg,
                          guint width,
                          guint height,
                          uint8_t *rgb,
                          size_t stride)
{
  return vitrail_jpeg_tile_decode_reduced (jpeg, width, height, 0, rgb, stride);
}
