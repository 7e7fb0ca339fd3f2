/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG files of tiles: see jpegio.h. Each thread keeps its own (de)compressor:
 * making one costs as much as a small tile. */

#include "slide/jpegio.h"

#include "error.h"

#include <string.h>
#include <turbojpeg.h>

static void
handle_destroy (gpointer handle)
{
  tjDestroy (handle);
}

static GPrivate compressors = G_PRIVATE_INIT (handle_destroy);
static GPrivate transformers = G_PRIVATE_INIT (handle_destroy);

static tjhandle
get_handle (GPrivate *handles, tjhandle (*make) (void))
{
  tjhandle handle = g_private_get (handles);
  if (handle == NULL) {
    handle = make ();
    g_private_set (handles, handle);
  }
  return handle;
}

static void
jpeg_free (gpointer data)
{
  tjFree (data);
}

GBytes *
vitrail_jpeg_encode (const uint8_t *rgb,
                     guint width,
                     guint height,
                     int quality,
                     GError **error)
{
  tjhandle handle = get_handle (&compressors, tjInitCompress);
  unsigned char *jpeg = NULL;
  unsigned long length = 0;

  if (handle == NULL ||
      tjCompress2 (handle, rgb, (int) width, 0, (int) height, TJPF_RGB, &jpeg,
                   &length, TJSAMP_420, quality, 0) != 0)
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%u x %u pixels as JPEG: %s", width, height,
                 tjGetErrorStr2 (handle));
    tjFree (jpeg);
    return NULL;
  }
  return g_bytes_new_with_free_func (jpeg, length, jpeg_free, jpeg);
}

GBytes *
vitrail_jpeg_crop (GBytes *jpeg, guint width, guint height)
{
  tjhandle handle = get_handle (&transformers, tjInitTransform);
  tjtransform transform = { .r = { 0, 0, (int) width, (int) height },
                            .op = TJXOP_NONE,
                            .options = TJXOPT_CROP };
  size_t length;
  const unsigned char *data = g_bytes_get_data (jpeg, &length);
  unsigned char *cropped = NULL;
  unsigned long cropped_length = 0;
  int found[2];
  int sampling;
  int colours;

  if (handle == NULL ||
      tjDecompressHeader3 (handle, data, length, &found[0], &found[1],
                           &sampling, &colours) != 0 ||
      found[0] < (int) width || found[1] < (int) height)
    return NULL;
  if (tjTransform (handle, data, length, 1, &cropped, &cropped_length,
                   &transform, TJFLAG_LIMITSCANS) != 0)
  {
    tjFree (cropped);
    return NULL;
  }
  return g_bytes_new_with_free_func (cropped, cropped_length, jpeg_free,
                                     cropped);
}
