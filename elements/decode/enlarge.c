/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Previews at full size: see enlarge.h. */

#include "decode/enlarge.h"

#include "limits.h"
#include "parallel.h"
#include "pixel/resample.h"

#include <string.h>

/* Rows of one piece of work. */
#define PIECE_ROWS 256

/* One column and one row more, the last ones again: what lies between the last
 * sample and the border of the picture is inside then. */
static VitrailFrame *
pad (const VitrailFrame *frame)
{
  VitrailPixelFormat format = frame->format;
  const size_t pixel = vitrail_pixel_format_get_pixel_bytes (&format);
  const size_t row = format.width * pixel;
  const size_t stride = row + pixel;
  uint8_t *samples = g_try_malloc (stride * (format.height + 1));

  if (samples == NULL)
    return NULL;
  for (guint y = 0; y <= format.height; y++) {
    uint8_t *to = samples + y * stride;
    memcpy (to, frame->data + MIN (y, format.height - 1) * frame->stride, row);
    memcpy (to + row, to + row - pixel, pixel);
  }
  format.width++;
  format.height++;
  VitrailFrame *out = vitrail_frame_new_take (
      &format, g_bytes_new_take (samples, stride * format.height), stride);
  out->normalized = TRUE;
  out->sample_offset = frame->sample_offset;
  return out;
}

typedef struct {
  VitrailResample resample;
  guint width;
  guint height;
  uint8_t *samples;
  size_t stride;
} Work;

static void
piece_cb (guint index, gpointer data)
{
  const Work *self = data;
  const guint first = index * PIECE_ROWS;

  vitrail_resample_rows (&self->resample, first,
                         MIN (PIECE_ROWS, self->height - first), self->width,
                         self->samples + first * self->stride, self->stride);
}

static gboolean
belongs (guint side, guint reduced, guint reduce)
{
  /* An offset on the reference grid may make one less. */
  const guint most = ((side - 1) >> reduce) + 1;

  return reduced == most || reduced + 1 == most;
}

VitrailFrame *
vitrail_frame_enlarge (VitrailFrame *frame,
                       const VitrailFrameInfo *info,
                       guint width,
                       guint height)
{
  const double step = 1.0 / (1u << frame->reduce);
  const double affine[6] = { step, 0, 0, 0, step, 0 };
  VitrailPixelFormat format = frame->format;
  Work work = { .width = width, .height = height };

  if (width == 0 || height == 0 ||
      !belongs (width, format.width, frame->reduce) ||
      !belongs (height, format.height, frame->reduce))
    return NULL;
  g_autoptr (VitrailFrame) padded = pad (frame);
  work.stride = (size_t) width * vitrail_pixel_format_get_pixel_bytes (&format);
  work.samples = padded != NULL ? g_try_malloc (work.stride * height) : NULL;
  if (work.samples == NULL)
    return NULL;
  vitrail_resample_init (&work.resample, padded, info, affine,
                         VITRAIL_INTERPOLATION_LINEAR);
  vitrail_parallel_run ((height + PIECE_ROWS - 1) / PIECE_ROWS, piece_cb, &work,
                        NULL, NULL);
  format.width = width;
  format.height = height;
  VitrailFrame *out = vitrail_frame_new_take (
      &format, g_bytes_new_take (work.samples, work.stride * height),
      work.stride);
  out->normalized = TRUE;
  out->sample_offset = frame->sample_offset;
  out->preview_bytes = MAX (frame->preview_bytes, 1);
  return out;
}
