/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The resampling kernel: milliseconds for a viewport of 1000 x 1000 pixels. */

#include "pixel/resample.h"

#include <glib.h>

enum { SIDE = 1000 };

static void
measure (const char *name, guint w, guint h, guint samples, VitrailView view)
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
  for (guint run = 0; run < 5; run++) {
    const gint64 start = g_get_monotonic_time ();
    vitrail_resample_rows (&self, 0, SIDE, SIDE, out,
                           (size_t) SIDE * samples * bits / 8);
    best = MIN (best, 1e-3 * (double) (g_get_monotonic_time () - start));
  }
  g_print ("resample %-23s %9.2f ms %12s %8s  -\n", name, best, "-", "-");
}

int
main (void)
{
  const VitrailView fit = VITRAIL_VIEW_INIT;
  VitrailView turned = VITRAIL_VIEW_INIT;
  VitrailView near = VITRAIL_VIEW_INIT;

  turned.rotation = 20;
  near.interpolation = VITRAIL_INTERPOLATION_NEAREST;
  measure ("512 up, linear", 512, 512, 1, fit);
  measure ("512 up, 20 degrees", 512, 512, 1, turned);
  measure ("512 up, nearest", 512, 512, 1, near);
  measure ("RGB 800 x 600 up", 800, 600, 3, fit);
  measure ("20 MP mammogram down", 4096, 5120, 1, fit);
  measure ("20 MP down, 20 degrees", 4096, 5120, 1, turned);
  measure ("20 MP down, nearest", 4096, 5120, 1, near);
  return 0;
}
