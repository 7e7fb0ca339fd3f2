/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail_present (): row by row through two kernels, as viewtransform and
 * dcmwindow do frame by frame, then the overlay planes, as annotationoverlay
 * does. */

#include "pixel/present.h"

#include "error.h"
#include "limits.h"
#include "overlay/planes.h"
#include "overlay/shutterdraw.h"
#include "pixel/resample.h"
#include "pixel/window.h"

#include <math.h>

void
vitrail_image_clear (VitrailImage *self)
{
  g_clear_pointer (&self->data, g_free);
}

static gboolean
image_alloc (VitrailImage *image,
             guint width,
             guint height,
             guint channels,
             GError **error)
{
  const guint64 pixels = (guint64) width * height;

  if (width == 0 || height == 0 || width > VITRAIL_LIMIT_SIDE ||
      height > VITRAIL_LIMIT_SIDE || pixels > VITRAIL_LIMIT_PIXELS)
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "a picture of %u x %u pixels", width, height);
    return FALSE;
  }
  image->width = width;
  image->height = height;
  image->channels = channels;
  image->stride = (size_t) width * channels;
  image->data = g_try_malloc (image->stride * height);
  if (image->data == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "no memory for a picture of %u x %u pixels", width, height);
  return image->data != NULL;
}

static void
window_frame (const VitrailWindowLut *lut,
              const VitrailFrame *frame,
              VitrailImage *image)
{
  for (guint y = 0; y < image->height; y++)
    vitrail_window_row (lut, frame->data + y * frame->stride,
                        image->data + y * image->stride, image->width);
}

static void
present_view (const VitrailResample *resample,
              const VitrailWindowLut *lut,
              VitrailImage *image)
{
  const VitrailPixelFormat *format = &resample->src->format;
  const size_t bytes = vitrail_pixel_format_get_pixel_bytes (format);
  g_autofree uint8_t *row = g_malloc (bytes * image->width);

  for (guint y = 0; y < image->height; y++) {
    uint8_t *out = image->data + y * image->stride;
    guint span[2];
    vitrail_resample_rows (resample, y, 1, image->width, row, 0);
    vitrail_resample_get_span (resample->affine, format, y, image->width, span);
    vitrail_window_row_as (lut,
                           image->channels == 1 ? VITRAIL_WINDOW_GRAY
                                                : VITRAIL_WINDOW_RGB,
                           row, out, image->width, span);
  }
}

/* What annotationoverlay does; @affine from the picture to the frame. */
static void
draw_overlays (const VitrailFrame *frame,
               const VitrailFrameInfo *info,
               const VitrailPresentation *presentation,
               const double affine[6],
               VitrailImage *image)
{
  const VitrailCanvas canvas = { image->width,  image->height, image->channels,
                                 image->stride, image->data,   FALSE };
  const double scale = ldexp (1, (int) frame->reduce);
  double map[6];

  /* Planes lie over the image as it was before it was reduced. */
  for (guint i = 0; i < 6; i++)
    map[i] = affine[i] * scale;
  map[2] += (scale - 1) / 2;
  map[5] += (scale - 1) / 2;
  if (info->shutter != NULL && !presentation->hide_shutter)
    vitrail_shutter_draw (info->shutter, &canvas, map);
  if (presentation->hide_overlays)
    return;
  if (info->overlays != NULL)
    vitrail_overlays_draw (info->overlays, &canvas, map, VITRAIL_OVERLAY_COLOR);
  if (frame->overlays != NULL)
    vitrail_overlays_draw (frame->overlays, &canvas, map,
                           VITRAIL_OVERLAY_COLOR);
}

gboolean
/* NOLINTNEXTLINE(readability-function-size): the whole way takes all of it */
vitrail_present (const VitrailFrame *frame,
                 const VitrailFrameInfo *info,
                 const VitrailView *view,
                 const VitrailPresentation *presentation,
                 guint width,
                 guint height,
                 VitrailImage *image,
                 GError **error)
{
  const VitrailView whole = VITRAIL_VIEW_INIT;
  const VitrailPresentation plain = VITRAIL_PRESENTATION_INIT;
  const VitrailPixelFormat *format = &frame->format;
  const gboolean own_size = width == 0 || height == 0;
  VitrailFrameInfo described;
  VitrailResample resample;
  double affine[6] = { 1, 0, 0, 0, 1, 0 };

  /* The stream may know better than the header what the samples are. */
  vitrail_frame_info_adapt (info, frame, &described);
  described.format = *format;
  g_autoptr (VitrailWindowLut) lut =
      vitrail_window_lut_new (&described, presentation, frame);
  if (!image_alloc (image, own_size ? format->width : width,
                    own_size ? format->height : height,
                    vitrail_window_lut_get_channels (lut), error))
    return FALSE;
  if (own_size) {
    window_frame (lut, frame, image);
  } else {
    view = view != NULL ? view : &whole;
    vitrail_view_get_affine (view, format->width, format->height,
                             vitrail_frame_info_get_aspect (&described), width,
                             height, affine);
    vitrail_resample_init (&resample, frame, &described, affine,
                           view->interpolation);
    present_view (&resample, lut, image);
  }
  draw_overlays (frame, info, presentation != NULL ? presentation : &plain,
                 affine, image);
  return TRUE;
}
