/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Planes of a volume of 512 x 512 x 400 voxels, read from the file named: lines
 * of NAME MILLISECONDS, the median of some rounds of a picture of 512 x 512. */

#include "volume/reslice.h"

#include "benchvolume.h"
#include "rounds.h"

#include <math.h>

/* An oblique plane through the middle, as reslice.py has it: voxels of 0.7 x
 * 0.7 x 1 mm, pixels of 0.7 mm. */
static void
set_plane (VitrailReslice *self, double degrees, double tilt)
{
  const double spacing[3] = { 0.7, 0.7, 1 };
  const double a = degrees * G_PI / 180;
  const double b = tilt * G_PI / 180;
  const double right[3] = { cos (a), sin (a), 0 };
  const double down[3] = { -sin (a) * cos (b), cos (a) * cos (b), sin (b) };
  const double normal[3] = { sin (a) * sin (b), -cos (a) * sin (b), cos (b) };

  for (guint n = 0; n < 3; n++) {
    self->right[n] = 0.7 * right[n] / spacing[n];
    self->down[n] = 0.7 * down[n] / spacing[n];
    self->step[n] = normal[n] / spacing[n];
    self->origin[n] = (self->size[n] - 1) / 2.0 -
                      (SIDE - 1) / 2.0 * (self->right[n] + self->down[n]) -
                      (self->n_planes - 1) / 2.0 * self->step[n];
  }
}

static void
measure (const char *name, VitrailReslice *self, double degrees, double tilt)
{
  g_autofree guint16 *out = g_new (guint16, (gsize) SIDE * SIDE);
  double times[25];
  const guint n = bench_get_rounds (G_N_ELEMENTS (times));

  set_plane (self, degrees, tilt);
  for (guint i = 0; i < n; i++) {
    const gint64 start = g_get_monotonic_time ();
    vitrail_reslice_picture (self, SIDE, SIDE, out, SIDE * sizeof *out);
    times[i] = 1e-3 * (double) (g_get_monotonic_time () - start);
  }
  g_print ("%s %.3f\n", name, bench_median (times, n));
  if (g_getenv ("BENCH_RESLICE_OUT") != NULL) {
    g_autofree char *path =
        g_strconcat (g_getenv ("BENCH_RESLICE_OUT"), name, ".raw", NULL);
    g_file_set_contents (path, (const char *) out,
                         (gssize) SIDE * SIDE * sizeof *out, NULL);
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (VitrailVolume) volume =
      argc == 2 ? bench_make_volume (argv[1]) : NULL;
  VitrailReslice self = { .type = VITRAIL_VOXEL_U16,
                          .size = { COLUMNS, ROWS, SLICES },
                          .n_planes = 1,
                          .interpolation = VITRAIL_RESLICE_LINEAR };

  if (volume == NULL)
    return 1;
  self.voxels = vitrail_volume_get_voxels (volume);
  measure ("axial", &self, 0, 0);
  measure ("coronal", &self, 0, 90);
  measure ("sagittal", &self, 90, 90);
  measure ("oblique", &self, 30, 40);
  self.has_padding = TRUE;
  measure ("padded", &self, 30, 40);
  self.has_padding = FALSE;
  self.interpolation = VITRAIL_RESLICE_NEAREST;
  measure ("nearest", &self, 30, 40);
  self.interpolation = VITRAIL_RESLICE_CUBIC;
  measure ("cubic", &self, 30, 40);
  self.interpolation = VITRAIL_RESLICE_LINEAR;
  self.n_planes = 20;
  measure ("slab", &self, 30, 40);
  return 0;
}
