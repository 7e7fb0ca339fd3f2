/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The resampling kernel: milliseconds of processor time for a viewport of 1000
 * x 1000 pixels, beside plain C where there is something faster. */

#include "pixel/resamplerow.h"

#include <glib.h>

#include <time.h>

enum { SIDE = 1000 };

static double
get_cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * (double) now.tv_sec + 1e-6 * (double) now.tv_nsec;
}

typedef void (*Row) (const VitrailResampleRow *row);

/* Plain C, as vitrail_resample_rows () calls it. */
static void
resample_plain (const VitrailResample *self,
                Row function,
                void *dst,
                size_t stride)
{
  const double *m = self->affine;

  for (guint y = 0; y < SIDE; y++) {
    guint span[2];
    vitrail_resample_get_span (m, &self->src->format, y, SIDE, span);
    const VitrailResampleRow row = {
      self,    m[1] * y + m[2], m[4] * y + m[5],
      span[0], span[1],         (uint8_t *) dst + y * stride
    };
    function (&row);
  }
}

static void
measure (const char *name,
         guint w,
         guint h,
         guint samples,
         VitrailView view,
         Row plain)
{
  const guint bits = samples == 3 ? 8 : 16;
  const size_t stride = (size_t) w * samples * bits / 8;
  g_autofree uint8_t *data = g_malloc0 (stride * h);
  g_autofree uint8_t *out = g_malloc0 ((size_t) SIDE * SIDE * 6);
  VitrailFrame frame = { 0 };
  VitrailResample self;
  double affine[6];
  double best = 1e9;

  for (size_t i = 0; i < stride * h; i++)
    data[i] = (uint8_t) (i * 7 >> 3);
  frame.format.width = w;
  frame.format.height = h;
  frame.format.samples = samples;
  frame.format.bits_allocated = bits;
  frame.data = data;
  frame.stride = stride;
  vitrail_view_get_affine (&view, w, h, 1, SIDE, SIDE, affine);
  vitrail_resample_init (&self, &frame, NULL, affine, view.interpolation);
  const size_t out_stride = (size_t) SIDE * samples * bits / 8;
  double best_plain = 1e9;
  self.has_padding = view.zoom < 1;
  self.padding_low = self.padding_high = 3;
  for (guint run = 0; run < 7; run++) {
    const double start = get_cpu_ms ();
    vitrail_resample_rows (&self, 0, SIDE, SIDE, out, out_stride);
    const double middle = get_cpu_ms ();
    if (plain != NULL)
      resample_plain (&self, plain, out, out_stride);
    best = MIN (best, middle - start);
    best_plain = MIN (best_plain, get_cpu_ms () - middle);
  }
  if (plain != NULL)
    g_print ("resample %-23s %9.2f ms %9.2f ms %8.2f  -\n", name, best,
             best_plain, best_plain / best);
  else
    g_print ("resample %-23s %9.2f ms %12s %8s  -\n", name, best, "-", "-");
}

int
main (void)
{
  const VitrailView fit = VITRAIL_VIEW_INIT;
  VitrailView turned = VITRAIL_VIEW_INIT;
  VitrailView padded = VITRAIL_VIEW_INIT;
  VitrailView near = VITRAIL_VIEW_INIT;

  turned.rotation = 20;
  near.interpolation = VITRAIL_INTERPOLATION_NEAREST;
  padded.zoom = 0.999;
  measure ("512 up, linear", 512, 512, 1, fit, vitrail_resample_row_linear_c);
  measure ("512 up, padding", 512, 512, 1, padded,
           vitrail_resample_row_linear_c);
  measure ("512 up, 20 degrees", 512, 512, 1, turned,
           vitrail_resample_row_linear_c);
  measure ("512 up, nearest", 512, 512, 1, near, NULL);
  measure ("RGB 800 x 600 up", 800, 600, 3, fit, vitrail_resample_row_linear_c);
  measure ("20 MP mammogram down", 4096, 5120, 1, fit,
           vitrail_resample_row_box_c);
  measure ("20 MP down, padding", 4096, 5120, 1, padded,
           vitrail_resample_row_box_c);
  measure ("RGB 4000 x 3000 down", 4000, 3000, 3, fit,
           vitrail_resample_row_box_c);
  measure ("20 MP down, 20 degrees", 4096, 5120, 1, turned,
           vitrail_resample_row_box_c);
  measure ("20 MP down, nearest", 4096, 5120, 1, near, NULL);
  return 0;
}
