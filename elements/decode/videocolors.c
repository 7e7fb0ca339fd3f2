/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVideoColors: see videocolors.h. */

#include "decode/videocolors.h"

#include "decode/deinterlace.h"
#include "decode/yuvrgb.h"
#include "framememory.h"
#include "limits.h"

#include <gst/video/video.h>

#include <pthread.h>

struct _VitrailVideoColors {
  GstCaps *caps; /* this and below: constant */
  GstVideoInfo input;
  GstVideoInfo progressive; /* the same without fields */
  GstVideoInfo output;
  pthread_mutex_t lock;
  GstVideoConverter *converter; /* guarded by lock */
};

static void
colors_clear (gpointer data)
{
  VitrailVideoColors *self = data;

  gst_clear_caps (&self->caps);
  g_clear_pointer (&self->converter, gst_video_converter_free);
  pthread_mutex_destroy (&self->lock);
}

VitrailVideoColors *
vitrail_video_colors_ref (VitrailVideoColors *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
vitrail_video_colors_unref (VitrailVideoColors *self)
{
  g_atomic_rc_box_release_full (self, colors_clear);
}

/* As decoded to RGB: the matrix and range of the stream; where it says none,
 * 601 up to 576 lines and 709 above. */
VitrailVideoColors *
vitrail_video_colors_new (GstCaps *caps)
{
  g_autoptr (VitrailVideoColors) self =
      g_atomic_rc_box_new0 (VitrailVideoColors);

  pthread_mutex_init (&self->lock, NULL);
  if (!gst_video_info_from_caps (&self->input, caps) ||
      (guint64) self->input.width * (guint64) self->input.height >
          VITRAIL_LIMIT_PIXELS ||
      !gst_video_info_set_format (&self->output, GST_VIDEO_FORMAT_RGB,
                                  (guint) self->input.width,
                                  (guint) self->input.height))
    return NULL;
  /* Fields have been made one picture by then. */
  self->progressive = self->input;
  self->progressive.interlace_mode = GST_VIDEO_INTERLACE_MODE_PROGRESSIVE;
  self->output.fps_n = self->input.fps_n;
  self->output.fps_d = self->input.fps_d;
  self->converter =
      gst_video_converter_new (&self->progressive, &self->output, NULL);
  self->caps = gst_caps_ref (caps);
  return self->converter != NULL ? g_steal_pointer (&self) : NULL;
}

/* Two fields of @in, of 8 bits, to one picture in @out. */
static gboolean
join_fields (const GstVideoFrame *in, GstVideoFrame *out)
{
  guint keep = (in->flags & GST_VIDEO_FRAME_FLAG_TFF) != 0 ? 0 : 1;

  if (!gst_video_frame_copy (out, in))
    return FALSE;
  for (guint i = 0; i < GST_VIDEO_FRAME_N_PLANES (out); i++)
    vitrail_deinterlace_plane (GST_VIDEO_FRAME_PLANE_DATA (out, i),
                               (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (out, i),
                               (guint) GST_VIDEO_FRAME_COMP_WIDTH (out, i),
                               (guint) GST_VIDEO_FRAME_COMP_HEIGHT (out, i),
                               keep);
  return TRUE;
}

/* NULL: @in is one picture already, or of a kind that stays as it is. */
static GstBuffer *
deinterlace (const VitrailVideoColors *self, const GstVideoFrame *in)
{
  GstVideoFrame out;
  GstVideoFormat format = GST_VIDEO_INFO_FORMAT (&self->input);

  if (!GST_VIDEO_FRAME_IS_INTERLACED (in) ||
      (format != GST_VIDEO_FORMAT_I420 && format != GST_VIDEO_FORMAT_Y42B &&
       format != GST_VIDEO_FORMAT_Y444))
    return NULL;
  g_autoptr (GstBuffer) joined =
      gst_buffer_new_allocate (NULL, self->progressive.size, NULL);
  if (joined == NULL ||
      !gst_video_frame_map (&out, &self->progressive, joined, GST_MAP_WRITE))
    return NULL;
  gboolean done = join_fields (in, &out);
  gst_video_frame_unmap (&out);
  return done ? g_steal_pointer (&joined) : NULL;
}

static gboolean
map_input (const VitrailVideoColors *self, GstBuffer *from, GstVideoFrame *in)
{
  if (!gst_video_frame_map (in, &self->input, from, GST_MAP_READ))
    return FALSE;
  g_autoptr (GstBuffer) joined = deinterlace (self, in);
  if (joined == NULL)
    return TRUE;
  gst_video_frame_unmap (in);
  return gst_video_frame_map (in, &self->progressive, joined, GST_MAP_READ);
}

/* Three planes of 8 bits, which is what nearly every video is. */
static gboolean
convert_planes (const GstVideoFrame *in, const GstVideoFrame *out)
{
  const GstVideoInfo *info = &in->info;
  GstVideoFormat format = GST_VIDEO_INFO_FORMAT (info);
  VitrailYuvMatrix matrix;
  double kr = 0;
  double kb = 0;

  if ((format != GST_VIDEO_FORMAT_I420 && format != GST_VIDEO_FORMAT_Y42B &&
       format != GST_VIDEO_FORMAT_Y444) ||
      !gst_video_color_matrix_get_Kr_Kb (info->colorimetry.matrix, &kr, &kb))
    return FALSE;
  vitrail_yuv_matrix_init (
      &matrix, kr, kb, info->colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255);
  for (gint y = 0; y < info->height; y++) {
    const guint8 *rows[3];
    for (guint i = 0; i < 3; i++)
      rows[i] = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (in, i) +
                (gsize) (y >> GST_VIDEO_FORMAT_INFO_H_SUB (info->finfo, i)) *
                    (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (in, i);
    vitrail_yuv_to_rgb (&matrix, rows, (guint) info->width,
                        GST_VIDEO_FORMAT_INFO_W_SUB (info->finfo, 1),
                        (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (out, 0) +
                            (gsize) y *
                                (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (out, 0));
  }
  return TRUE;
}

static gboolean
convert (VitrailVideoColors *self, GstBuffer *from, GstBuffer *to)
{
  GstVideoFrame in;
  GstVideoFrame out;

  if (!map_input (self, from, &in))
    return FALSE;
  gboolean done = gst_video_frame_map (&out, &self->output, to, GST_MAP_WRITE);
  if (done) {
    if (!convert_planes (&in, &out)) {
      pthread_mutex_lock (&self->lock);
      gst_video_converter_frame (self->converter, &in, &out);
      pthread_mutex_unlock (&self->lock);
    }
    gst_video_frame_unmap (&out);
  }
  gst_video_frame_unmap (&in);
  return done;
}

gboolean
vitrail_video_colors_is_for (const VitrailVideoColors *self,
                             const GstCaps *caps)
{
  return gst_caps_is_equal (self->caps, caps);
}

VitrailFrame *
vitrail_video_colors_make_frame (VitrailVideoColors *self, GstSample *sample)
{
  VitrailPixelFormat format = { .samples = 3,
                                .bits_allocated = 8,
                                .bits_stored = 8,
                                .high_bit = 7,
                                .photometric = VITRAIL_PHOTOMETRIC_RGB };
  gsize size = GST_VIDEO_INFO_SIZE (&self->output);
  guint8 *data = NULL;
  GBytes *bytes = vitrail_frame_memory_new (size, &data);

  if (bytes == NULL)
    return NULL;
  g_autoptr (GstBuffer) buffer =
      gst_buffer_new_wrapped_full (0, data, size, 0, size, NULL, NULL);
  if (!convert (self, gst_sample_get_buffer (sample), buffer)) {
    g_bytes_unref (bytes);
    return NULL;
  }
  format.width = (guint) self->output.width;
  format.height = (guint) self->output.height;
  return vitrail_frame_new_take (&format, bytes,
                                 (gsize) self->output.stride[0]);
}
