/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailFrameMeta: see framemeta.h. Which transformations it survives is the
 * transform function's business: whole copies, scaling and our own affine;
 * anything else (cropping a region of bytes, unknown geometry) drops it,
 * because a picture without a plane is measured in pixels, one with a wrong
 * plane wrongly. */

#include "framemeta.h"

#include "pixel/view.h"

#include <gst/video/video.h>

#include <string.h>

static const double identity[6] = { 1, 0, 0, 0, 1, 0 };

GType
vitrail_frame_meta_api_get_type (void)
{
  static gsize type;
  static const gchar *tags[] = { GST_META_TAG_VIDEO_STR,
                                 GST_META_TAG_VIDEO_SIZE_STR,
                                 GST_META_TAG_VIDEO_ORIENTATION_STR, NULL };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, gst_meta_api_type_register ("VitrailFrameMetaAPI",
                                                          tags));
  return type;
}

static gboolean
frame_meta_init (GstMeta *meta, gpointer params, GstBuffer *buffer)
{
  VitrailFrameMeta *self = (VitrailFrameMeta *) meta;

  memset ((guint8 *) self + sizeof (GstMeta), 0,
          sizeof (VitrailFrameMeta) - sizeof (GstMeta));
  memcpy (self->to_frame, identity, sizeof identity);
  return TRUE;
}

static void
frame_meta_free (GstMeta *meta, GstBuffer *buffer)
{
  VitrailFrameMeta *self = (VitrailFrameMeta *) meta;

  g_clear_pointer (&self->info, vitrail_frame_info_unref);
  g_clear_pointer (&self->pulse, g_atomic_rc_box_release);
  g_clear_pointer (&self->reason, g_free);
  g_clear_pointer (&self->warning, g_free);
  g_clear_pointer (&self->overlays, vitrail_overlays_unref);
}

/* Whether @in scaled to @out fills it: with different display aspects the
 * scaler may have added borders, and does not say where. */
static gboolean
scale_fills (const GstVideoInfo *in, const GstVideoInfo *out)
{
  gint in_n = 1;
  gint in_d = 1;
  gint out_n = 1;
  gint out_d = 1;

  return gst_util_fraction_multiply (in->width, in->height, in->par_n,
                                     in->par_d, &in_n, &in_d) &&
         gst_util_fraction_multiply (out->width, out->height, out->par_n,
                                     out->par_d, &out_n, &out_d) &&
         in_n == out_n && in_d == out_d;
}

static gboolean
transform_scale (GstBuffer *dst,
                 GstBuffer *src,
                 const GstVideoMetaTransform *scale)
{
  const GstVideoInfo *in = scale->in_info;
  const GstVideoInfo *out = scale->out_info;
  double sx = (double) in->width / out->width;
  double sy = (double) in->height / out->height;
  const double affine[6] = { sx, 0, 0.5 * sx - 0.5, 0, sy, 0.5 * sy - 0.5 };

  if (!scale_fills (in, out))
    return FALSE;
  vitrail_buffer_copy_frame_meta (dst, src, affine);
  vitrail_frame_meta_set_frame_size (vitrail_buffer_get_frame_meta (dst),
                                     (guint) in->width, (guint) in->height);
  return TRUE;
}

static gboolean
frame_meta_transform (GstBuffer *dst,
                      GstMeta *meta,
                      GstBuffer *src,
                      GQuark type,
                      gpointer data)
{
  if (GST_META_TRANSFORM_IS_COPY (type)) {
    const GstMetaTransformCopy *copy = data;
    if (copy != NULL && copy->region)
      return FALSE;
    vitrail_buffer_copy_frame_meta (dst, src, NULL);
    return TRUE;
  }
  if (GST_VIDEO_META_TRANSFORM_IS_SCALE (type))
    return transform_scale (dst, src, data);
  if (type == g_quark_from_static_string (VITRAIL_META_TRANSFORM_AFFINE)) {
    vitrail_buffer_copy_frame_meta (dst, src, data);
    return TRUE;
  }
  return FALSE;
}

const GstMetaInfo *
vitrail_frame_meta_get_info (void)
{
  static const GstMetaInfo *info;

  if (g_once_init_enter (&info)) {
    const GstMetaInfo *made =
        gst_meta_register (VITRAIL_FRAME_META_API_TYPE, "VitrailFrameMeta",
                           sizeof (VitrailFrameMeta), frame_meta_init,
                           frame_meta_free, frame_meta_transform);
    g_once_init_leave (&info, made);
  }
  return info;
}

VitrailFrameMeta *
vitrail_buffer_add_frame_meta (GstBuffer *buffer, VitrailFrameInfo *info)
{
  VitrailFrameMeta *self = (VitrailFrameMeta *) gst_buffer_add_meta (
      buffer, vitrail_frame_meta_get_info (), NULL);

  if (info == NULL)
    return self;
  self->info = vitrail_frame_info_ref (info);
  self->has_plane = info->has_plane;
  memcpy (self->plane, info->plane, sizeof self->plane);
  if (info->lossy)
    self->flags |= VITRAIL_FRAME_META_LOSSY;
  return self;
}

VitrailFrameMeta *
vitrail_buffer_get_frame_meta (GstBuffer *buffer)
{
  return (VitrailFrameMeta *) gst_buffer_get_meta (buffer,
                                                   VITRAIL_FRAME_META_API_TYPE);
}

void
vitrail_frame_meta_set_reason (VitrailFrameMeta *self, const char *reason)
{
  char *copy = g_strdup (reason);

  g_free (self->reason);
  self->reason = copy;
}

static void
set_warning (VitrailFrameMeta *self, const char *warning)
{
  char *copy = g_strdup (warning);

  g_free (self->warning);
  self->warning = copy;
}

static void
set_overlays (VitrailFrameMeta *self, VitrailOverlays *overlays)
{
  if (overlays != NULL)
    vitrail_overlays_ref (overlays);
  g_clear_pointer (&self->overlays, vitrail_overlays_unref);
  self->overlays = overlays;
}

void
vitrail_frame_meta_adapt (VitrailFrameMeta *self, const VitrailFrame *frame)
{
  if (frame->warning != NULL)
    set_warning (self, frame->warning);
  set_overlays (self, frame->overlays);
  if (self->info == NULL)
    return;
  VitrailFrameInfo *info = vitrail_frame_info_ref_for (self->info, frame);
  self->has_plane = self->has_plane && info->has_plane;
  vitrail_frame_info_unref (self->info);
  self->info = info;
}

void
vitrail_frame_meta_set_frame_size (VitrailFrameMeta *self,
                                   guint width,
                                   guint height)
{
  if (self->frame_width > 0)
    return;
  self->frame_width = width;
  self->frame_height = height;
}

gboolean
vitrail_frame_meta_is_stale (const VitrailFrameMeta *self)
{
  return self->pulse != NULL &&
         g_atomic_int_get (self->pulse) != self->pulse_at_push;
}

void
vitrail_frame_meta_set_pulse (VitrailFrameMeta *self, gint *pulse)
{
  g_clear_pointer (&self->pulse, g_atomic_rc_box_release);
  self->pulse = g_atomic_rc_box_acquire (pulse);
  self->pulse_at_push = g_atomic_int_get (pulse);
}

void
vitrail_buffer_copy_frame_meta (GstBuffer *dst,
                                GstBuffer *src,
                                const double affine[6])
{
  const VitrailFrameMeta *from = vitrail_buffer_get_frame_meta (src);

  if (from == NULL)
    return;
  const double *map = affine != NULL ? affine : identity;
  VitrailFrameMeta *to = vitrail_buffer_add_frame_meta (dst, from->info);
  to->has_plane = from->has_plane;
  vitrail_plane_transform (from->plane, map, to->plane);
  vitrail_affine_compose (from->to_frame, map, to->to_frame);
  to->frame_width = from->frame_width;
  to->frame_height = from->frame_height;
  to->has_range = from->has_range;
  memcpy (to->range, from->range, sizeof to->range);
  to->has_window = from->has_window;
  to->window_center = from->window_center;
  to->window_width = from->window_width;
  to->generation = from->generation;
  to->quality = from->quality;
  to->flags = from->flags;
  vitrail_frame_meta_set_reason (to, from->reason);
  set_warning (to, from->warning);
  set_overlays (to, from->overlays);
  if (from->pulse != NULL) {
    to->pulse = g_atomic_rc_box_acquire (from->pulse);
    to->pulse_at_push = from->pulse_at_push;
  }
}

void
vitrail_plane_transform (const double plane[12],
                         const double affine[6],
                         double out[12])
{
  for (int row = 0; row < 12; row += 4) {
    const double *p = plane + row;
    const double column = p[0] * affine[0] + p[1] * affine[3];
    const double line = p[0] * affine[1] + p[1] * affine[4];
    const double origin = p[0] * affine[2] + p[1] * affine[5] + p[3];

    out[row] = column;
    out[row + 1] = line;
    out[row + 2] = p[2];
    out[row + 3] = origin;
  }
}

void
vitrail_plane_to_pixel (const double plane[12],
                        const double millimetres[3],
                        double pixel[2])
{
  for (guint a = 0; a < 2; a++) {
    double squares = 0;
    pixel[a] = 0;
    for (guint n = 0; n < 3; n++) {
      const double step = plane[4 * n + a];
      squares += step * step;
      pixel[a] += (millimetres[n] - plane[4 * n + 3]) * step;
    }
    pixel[a] /= squares;
  }
}

void
vitrail_plane_map (const double plane[12],
                   double x,
                   double y,
                   double millimetres[3])
{
  for (int i = 0; i < 3; i++, plane += 4)
    millimetres[i] = plane[0] * x + plane[1] * y + plane[3];
}
