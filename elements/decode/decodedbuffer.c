/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Decoded frames as buffers: see decodedbuffer.h. */

#include "decode/decodedbuffer.h"

#include "decode/widen.h"
#include "dicom/builder.h"
#include "error.h"
#include "framecaps.h"
#include "limits.h"

#include <string.h>

static guint
get_container (guint bits_allocated)
{
  guint container = 8;

  while (container < bits_allocated)
    container *= 2;
  return container;
}

gboolean
vitrail_decoded_format_plan (VitrailDecodedFormat *self,
                             const VitrailPixelFormat *stored,
                             GError **error)
{
  guint64 pixels = (guint64) stored->width * stored->height;

  self->format = *stored;
  self->format.bits_allocated = get_container (stored->bits_allocated);
  self->format.planar = FALSE;
  self->video = vitrail_decoded_video_format (&self->format);
  self->has_video_meta = FALSE;
  guint pixel_bytes = vitrail_pixel_format_get_pixel_bytes (&self->format);
  if (pixels <= VITRAIL_LIMIT_PIXELS &&
      pixels * pixel_bytes <= VITRAIL_LIMIT_FRAME_BYTES)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "frames of %u x %u pixels of %u bytes are beyond the limit",
               stored->width, stored->height, pixel_bytes);
  return FALSE;
}

/* Bytes between rows of the buffers that are made here, not wrapped. */
static size_t
get_stride (const VitrailDecodedFormat *format)
{
  return vitrail_decoded_default_stride (&format->format);
}

GstBuffer *
vitrail_decoded_buffer_new_blank (const VitrailDecodedFormat *format)
{
  size_t size = get_stride (format) * format->format.height;
  guint8 *data = g_try_malloc0 (size);

  return data != NULL ? gst_buffer_new_wrapped (data, size) : NULL;
}

static void
copy_row (const VitrailDecodedFormat *format, const guint8 *src, guint8 *dst)
{
  size_t width = format->format.width;

  if (format->video == GST_VIDEO_FORMAT_RGBA64_LE)
    vitrail_widen_row ((const uint16_t *) (const void *) src,
                       (uint16_t *) (void *) dst, width);
  else
    memcpy (dst, src,
            width * vitrail_pixel_format_get_pixel_bytes (&format->format));
}

static GstBuffer *
copy_frame (const VitrailDecodedFormat *format, const VitrailFrame *frame)
{
  GstBuffer *buffer = vitrail_decoded_buffer_new_blank (format);
  size_t stride = get_stride (format);
  GstMapInfo map;

  if (buffer == NULL || !gst_buffer_map (buffer, &map, GST_MAP_WRITE)) {
    gst_clear_buffer (&buffer);
    return NULL;
  }
  for (guint y = 0; y < format->format.height; y++)
    copy_row (format, frame->data + y * frame->stride, map.data + y * stride);
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

gboolean
vitrail_decoded_format_fits (const VitrailDecodedFormat *self,
                             const VitrailFrame *frame)
{
  const VitrailPixelFormat *planned = &self->format;
  const VitrailPixelFormat *format = &frame->format;

  return frame->reduce == 0 && format->width == planned->width &&
         format->height == planned->height &&
         format->samples == planned->samples &&
         format->bits_allocated == planned->bits_allocated &&
         format->is_float == planned->is_float;
}

/* Whether the rows can stay where they are. */
static gboolean
fits (const VitrailDecodedFormat *format, const VitrailFrame *frame)
{
  if (format->video == GST_VIDEO_FORMAT_RGBA64_LE || frame->stride > G_MAXINT)
    return FALSE;
  return frame->stride == get_stride (format) ||
         (format->has_video_meta && format->video != GST_VIDEO_FORMAT_UNKNOWN);
}

static GstBuffer *
wrap_frame (const VitrailDecodedFormat *format, VitrailFrame *frame)
{
  size_t size = frame->stride * format->format.height;
  gsize offset[GST_VIDEO_MAX_PLANES] = { 0 };
  int stride[GST_VIDEO_MAX_PLANES] = { (int) frame->stride };
  GstBuffer *buffer = gst_buffer_new_wrapped_full (
      GST_MEMORY_FLAG_READONLY, (gpointer) frame->data, size, 0, size,
      vitrail_frame_ref (frame), (GDestroyNotify) vitrail_frame_unref);

  if (frame->stride != get_stride (format))
    gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
                                    format->video, format->format.width,
                                    format->format.height, 1, offset, stride);
  return buffer;
}

GstBuffer *
vitrail_decoded_buffer_new (const VitrailDecodedFormat *format,
                            VitrailFrame *frame,
                            GError **error)
{
  GstBuffer *buffer = fits (format, frame) ? wrap_frame (format, frame)
                                           : copy_frame (format, frame);
  if (buffer == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT, "no memory");
  return buffer;
}

VitrailFrameInfo *
vitrail_frame_info_from_format (const VitrailPixelFormat *stored,
                                const char *transfer_syntax,
                                GError **error)
{
  const struct {
    VitrailTag tag;
    guint value;
  } numbers[] = {
    { VITRAIL_TAG (0x0028, 0x0002), stored->samples },
    { VITRAIL_TAG (0x0028, 0x0010), stored->height },
    { VITRAIL_TAG (0x0028, 0x0011), stored->width },
    { VITRAIL_TAG (0x0028, 0x0100), stored->bits_allocated },
    { VITRAIL_TAG (0x0028, 0x0101), stored->bits_stored },
    { VITRAIL_TAG (0x0028, 0x0102), stored->high_bit },
    { VITRAIL_TAG (0x0028, 0x0103), stored->is_signed ? 1 : 0 },
  };

  const gboolean is_palette =
      stored->photometric == VITRAIL_PHOTOMETRIC_PALETTE_COLOR;
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    vitrail_data_set_builder_set_int (builder, numbers[i].tag,
                                      numbers[i].value);
  /* Caps hold no palette, and without one an info is refused: the instance's,
   * which comes with the buffers, has it. */
  vitrail_data_set_builder_set_string (
      builder, VITRAIL_TAG (0x0028, 0x0004),
      vitrail_photometric_text (is_palette ? VITRAIL_PHOTOMETRIC_MONOCHROME2
                                           : stored->photometric));
  g_autoptr (VitrailDataSet) data_set = vitrail_data_set_builder_end (builder);
  VitrailFrameInfo *info =
      vitrail_frame_info_new (data_set, transfer_syntax, 1, "stream", error);
  if (info != NULL && is_palette)
    info->format.photometric = VITRAIL_PHOTOMETRIC_PALETTE_COLOR;
  return info;
}
