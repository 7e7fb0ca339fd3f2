/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Picture files in memory: PNG by libpng, JPEG by libjpeg-turbo. */

#include "error.h"
#include "pixel/present.h"

#include <png.h>
#include <setjmp.h>
#include <turbojpeg.h>

/**
 * PngJob: what a PNG is written from.
 * @bits: of one sample in the file, 8 or 16; @significant of them
 * @narrow: rows are 8-bit samples to be widened to 16
 */
typedef struct {
  guint width;
  guint height;
  guint channels;
  int bits;
  guint significant;
  gboolean narrow;
  size_t stride;
  const uint8_t *data;
  GByteArray *out;
  uint16_t *wide;
  char message[128];
} PngJob;

static void
png_error_cb (png_structp png, png_const_charp message)
{
  PngJob *job = png_get_error_ptr (png);

  g_strlcpy (job->message, message, sizeof job->message);
  png_longjmp (png, 1);
}

static void
png_warning_cb (png_structp png, png_const_charp message)
{
}

static void
png_write_cb (png_structp png, png_bytep data, png_size_t length)
{
  const PngJob *job = png_get_io_ptr (png);

  g_byte_array_append (job->out, data, (guint) length);
}

static void
png_flush_cb (png_structp png)
{
}

static void
write_rows (const PngJob *job, png_structp png)
{
  const size_t n = (size_t) job->width * job->channels;

  for (guint y = 0; y < job->height; y++) {
    const uint8_t *row = job->data + y * job->stride;
    for (size_t i = 0; i < n && job->narrow; i++)
      job->wide[i] = row[i];
    png_write_row (png, job->narrow ? (png_const_bytep) job->wide : row);
  }
}

static int
get_color_type (const PngJob *job)
{
  return job->channels == 1   ? PNG_COLOR_TYPE_GRAY
         : job->channels == 4 ? PNG_COLOR_TYPE_RGB_ALPHA
                              : PNG_COLOR_TYPE_RGB;
}

static void
write_header (const PngJob *job, png_structp png, png_infop info)
{
  const png_byte bits = (png_byte) job->significant;
  const png_color_8 significant = { bits, bits, bits, bits, bits };

  png_set_IHDR (png, info, job->width, job->height, job->bits,
                get_color_type (job), PNG_INTERLACE_NONE,
                PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if ((int) job->significant < job->bits)
    png_set_sBIT (png, info, &significant);
  png_set_compression_level (png, 1);
  png_set_filter (png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
  png_write_info (png, info);
  if (job->bits == 16 && G_BYTE_ORDER == G_LITTLE_ENDIAN)
    png_set_swap (png);
}

/* All that libpng may jump out of. */
static gboolean
run_png (PngJob *job, png_structp png, png_infop info)
{
  if (setjmp (png_jmpbuf (png)) != 0) /* NOLINT(cert-err52-cpp) */
    return FALSE;
  png_set_write_fn (png, job, png_write_cb, png_flush_cb);
  write_header (job, png, info);
  write_rows (job, png);
  png_write_end (png, info);
  return TRUE;
}

static GBytes *
write_png (PngJob *job, GError **error)
{
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, job,
                                             png_error_cb, png_warning_cb);
  png_infop info = png != NULL ? png_create_info_struct (png) : NULL;

  job->out = g_byte_array_new ();
  g_strlcpy (job->message, "out of memory", sizeof job->message);
  const gboolean done = info != NULL && run_png (job, png, info);
  png_destroy_write_struct (&png, &info);
  g_autoptr (GBytes) bytes =
      g_byte_array_free_to_bytes (g_steal_pointer (&job->out));
  if (!done) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "PNG of %u x %u pixels: %s", job->width, job->height,
                 job->message);
    return NULL;
  }
  return g_steal_pointer (&bytes);
}

GBytes *
vitrail_image_to_png (const VitrailImage *image, GError **error)
{
  PngJob job = {
    .width = image->width,
    .height = image->height,
    .channels = image->channels,
    .bits = 8,
    .significant = 8,
    .stride = image->stride,
    .data = image->data,
  };

  return write_png (&job, error);
}

GBytes *
vitrail_frame_to_png16 (const VitrailFrame *frame, GError **error)
{
  const VitrailPixelFormat *format = &frame->format;
  const gboolean fits = format->bits_allocated <= 16 && !format->is_float &&
                        (format->samples == 1 || format->samples == 3);

  if (!fits) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "PNG holds 1 or 3 samples of up to 16 bits, not %u of %u",
                 format->samples, format->bits_allocated);
    return NULL;
  }
  g_autofree uint16_t *wide =
      g_new (uint16_t, (size_t) format->width * format->samples);
  PngJob job = {
    .width = format->width,
    .height = format->height,
    .channels = format->samples,
    .bits = 16,
    .significant = format->bits_stored,
    .narrow = format->bits_allocated == 8,
    .stride = frame->stride,
    .data = frame->data,
    .wide = wide,
  };
  return write_png (&job, error);
}

GBytes *
vitrail_image_to_jpeg (const VitrailImage *image, int quality, GError **error)
{
  const gboolean grey = image->channels == 1;
  unsigned char *data = NULL;
  unsigned long length = 0;
  tjhandle compressor = tjInitCompress ();

  if (compressor == NULL ||
      tjCompress2 (compressor, image->data, (int) image->width,
                   (int) image->stride, (int) image->height,
                   grey ? TJPF_GRAY : TJPF_RGB, &data, &length,
                   grey ? TJSAMP_GRAY : TJSAMP_444, CLAMP (quality, 1, 100),
                   TJFLAG_ACCURATEDCT) != 0)
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "JPEG of %u x %u pixels: %s", image->width, image->height,
                 tjGetErrorStr2 (compressor));
    tjFree (data);
    if (compressor != NULL)
      tjDestroy (compressor);
    return NULL;
  }
  tjDestroy (compressor);
  return g_bytes_new_with_free_func (data, length, (GDestroyNotify) tjFree,
                                     data);
}
