/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* WebP by libwebp: see webp.h. */

#include "webp.h"

#include "error.h"

#include <string.h>
#include <webp/encode.h>

/* 0 to 6: slower, for less bytes. */
#define METHOD          2
#define LOSSLESS_EFFORT 30

static gboolean
fail (const VitrailImage *image, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "%u x %u pixels cannot be written as WebP", image->width,
               image->height);
  return FALSE;
}

/* WebP has no grey. */
static gboolean
import (WebPPicture *picture, const VitrailImage *image)
{
  const size_t stride = (size_t) image->width * 3;

  if (image->channels == 3)
    return WebPPictureImportRGB (picture, image->data, (int) image->stride) !=
           0;
  g_autofree uint8_t *rgb = g_try_malloc_n (image->height, stride);
  if (rgb == NULL)
    return FALSE;
  for (size_t y = 0; y < image->height; y++)
    for (size_t x = 0; x < image->width; x++)
      memset (rgb + y * stride + x * 3, image->data[y * image->stride + x], 3);
  return WebPPictureImportRGB (picture, rgb, (int) stride) != 0;
}

GBytes *
vitrail_webp_encode (const VitrailImage *image, int quality, GError **error)
{
  WebPConfig config;
  WebPPicture picture;
  WebPMemoryWriter writer;

  if (!WebPConfigInit (&config) || !WebPPictureInit (&picture)) {
    fail (image, error);
    return NULL;
  }
  config.method = METHOD;
  config.lossless = quality == 0;
  config.quality = (float) (quality == 0 ? LOSSLESS_EFFORT : quality);
  picture.use_argb = config.lossless;
  picture.width = (int) image->width;
  picture.height = (int) image->height;
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &writer;
  WebPMemoryWriterInit (&writer);
  const gboolean done =
      import (&picture, image) && WebPEncode (&config, &picture);
  WebPPictureFree (&picture);
  GBytes *bytes = done ? g_bytes_new (writer.mem, writer.size) : NULL;
  WebPMemoryWriterClear (&writer);
  if (bytes == NULL)
    fail (image, error);
  return bytes;
}
