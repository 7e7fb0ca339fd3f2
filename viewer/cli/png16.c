/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sample values as a 16-bit PNG: see png16.h. */

#include "png16.h"

#include "error.h"

#include <png.h>

/* Longest text of one number. */
#define NUMBER_SIZE G_ASCII_DTOSTR_BUF_SIZE

typedef struct {
  png_structp png;
  png_infop info;
  GByteArray *bytes;
  guint8 *row;
} PngWriter;

static void
png_writer_clear (PngWriter *self)
{
  png_destroy_write_struct (&self->png, &self->info);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  g_free (self->row);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PngWriter, png_writer_clear)

static void
write_cb (png_structp png, png_bytep data, png_size_t length)
{
  PngWriter *self = png_get_io_ptr (png);

  g_byte_array_append (self->bytes, data, (guint) length);
}

static void
flush_cb (png_structp png)
{
}

/* The samples of one row, most significant byte first. */
static void
fill_row (const VitrailFrame *frame, guint y, guint8 *row)
{
  gsize n = (gsize) frame->format.width * frame->format.samples;
  const guint8 *in = frame->data + y * frame->stride;

  for (gsize i = 0; i < n; i++) {
    gboolean wide = frame->format.bits_allocated == 16;
    row[2 * i] = wide ? in[2 * i + 1] : 0;
    row[2 * i + 1] = wide ? in[2 * i] : in[i];
  }
}

static void
add_number (PngWriter *self, const char *name, double number)
{
  char text[NUMBER_SIZE];
  png_text entry = { 0 };

  g_ascii_dtostr (text, sizeof text, number);
  entry.compression = PNG_TEXT_COMPRESSION_NONE;
  entry.key = (char *) name;
  entry.text = text;
  png_set_text (self->png, self->info, &entry, 1);
}

/* libpng's errors come back here by a jump: nothing is freed in between. */
static gboolean
write_image (PngWriter *self,
             const VitrailFrame *frame,
             const VitrailFrameInfo *info)
{
  if (setjmp (png_jmpbuf (self->png)) != 0)
    return FALSE;
  png_set_write_fn (self->png, self, write_cb, flush_cb);
  png_set_IHDR (self->png, self->info, frame->format.width,
                frame->format.height, 16,
                frame->format.samples == 3 ? PNG_COLOR_TYPE_RGB
                                           : PNG_COLOR_TYPE_GRAY,
                PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level (self->png, 3);
  add_number (self, "Sample Offset", info->sample_offset);
  add_number (self, "Rescale Slope", info->slope);
  add_number (self, "Rescale Intercept", info->intercept);
  png_write_info (self->png, self->info);
  for (guint y = 0; y < frame->format.height; y++) {
    fill_row (frame, y, self->row);
    png_write_row (self->png, self->row);
  }
  png_write_end (self->png, self->info);
  return TRUE;
}

GBytes *
vitrail_png16_write (const VitrailFrame *frame,
                     const VitrailFrameInfo *info,
                     const char *name,
                     GError **error)
{
  g_auto (PngWriter) writer = { 0 };
  gsize stride = (gsize) frame->format.width * frame->format.samples * 2;

  if (frame->format.bits_allocated > 16 || frame->format.samples == 2 ||
      frame->format.samples > 3)
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: %u samples of %u bits do not fit a 16-bit PNG", name,
                 frame->format.samples, frame->format.bits_allocated);
    return NULL;
  }
  writer.png =
      png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  if (writer.png != NULL)
    writer.info = png_create_info_struct (writer.png);
  writer.bytes = g_byte_array_new ();
  writer.row = g_try_malloc (stride);
  if (writer.info == NULL || writer.row == NULL ||
      !write_image (&writer, frame, info))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory for a PNG of %u x %u pixels", name,
                 frame->format.width, frame->format.height);
    return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&writer.bytes));
}
