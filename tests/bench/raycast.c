/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Volume rendering of the file named, 512 x 512 x 400 voxels of HU + 1024:
 * lines of NAME MILLISECONDS, the median of some turns of a picture of 512 x
 * 512. */

#include "benchvolume.h"
#include "rounds.h"
#include "volume/project.h"

#include <math.h>

static const double spacing[3] = { 0.7, 0.7, 1 };
static const double pixel_mm = 0.8;
static const double step_mm = 0.7;

/* From the front, feet down, turned about the body's axis. */
static void
set_view (VitrailRaycast *self, double degrees)
{
  const double a = degrees * G_PI / 180;
  const double right[3] = { cos (a), sin (a), 0 };
  const double down[3] = { 0, 0, -1 };
  const double ray[3] = { -sin (a), cos (a), 0 };
  const double far = 400;

  for (guint n = 0; n < 3; n++) {
    self->right[n] = pixel_mm * right[n] / spacing[n];
    self->down[n] = pixel_mm * down[n] / spacing[n];
    self->ray[n] = step_mm * ray[n] / spacing[n];
    self->origin[n] = (self->size[n] - 1) / 2.0 -
                      (SIDE - 1) / 2.0 * (self->right[n] + self->down[n]) -
                      far / step_mm * self->ray[n];
    self->normal[n] = (float) (right[n] / spacing[n]);
    self->normal[3 + n] = (float) (down[n] / spacing[n]);
    self->normal[6 + n] = (float) (ray[n] / spacing[n]);
  }
}

static double
get_ms (void)
{
  return 1e-3 * (double) g_get_monotonic_time ();
}

static void
write_picture (const char *name, const guint8 *out)
{
  const char *folder = g_getenv ("BENCH_OUT");
  g_autofree char *path =
      g_strconcat (folder != NULL ? folder : "", name, ".rgba", NULL);

  if (folder != NULL)
    g_file_set_contents (path, (const char *) out, (gssize) SIDE * SIDE * 4,
                         NULL);
}

static void
measure (const char *preset, VitrailRaycast *self, VitrailBounds *bounds)
{
  const VitrailTransfer *transfer = vitrail_transfer_find_preset (preset);
  g_autofree guint8 *out = g_malloc ((gsize) SIDE * SIDE * 4);
  double times[15];
  double changes[15];
  const guint n = bench_get_rounds (G_N_ELEMENTS (times));

  for (guint shaded = 0; shaded < 2; shaded++) {
    self->is_shaded = shaded == 1;
    self->ambient = (float) transfer->ambient;
    self->diffuse = (float) transfer->diffuse;
    self->specular = (float) transfer->specular;
    self->specular_power = (float) transfer->specular_power;
    for (guint i = 0; i < n; i++) {
      const double start = get_ms ();
      g_autoptr (VitrailTransferTable) table =
          vitrail_transfer_table_new (transfer, 0, 1, -1024, 0, 4095, step_mm);
      vitrail_bounds_classify (bounds, table);
      changes[i] = get_ms () - start;
      self->table = table;
      set_view (self, 10 * (double) i);
      const double middle = get_ms ();
      vitrail_raycast_picture (self, SIDE, SIDE, out, (gsize) SIDE * 4);
      times[i] = get_ms () - middle;
      if (i == 0) {
        g_autofree char *name =
            g_strconcat (preset, shaded ? "-shaded" : "", NULL);
        write_picture (name, out);
      }
    }
    g_print ("%s%s %.3f\n", preset, shaded ? "-shaded" : "",
             bench_median (times, n));
  }
  g_print ("%s-change %.3f\n", preset, bench_median (changes, n));
}

/* Maximum, minimum, mean. */
static void
measure_projections (VitrailRaycast *self)
{
  static const char *const names[] = { "maximum", "minimum", "mean" };
  g_autofree float *out = g_new (float, (gsize) SIDE *SIDE);
  double times[15];
  const guint n = bench_get_rounds (G_N_ELEMENTS (times));

  for (guint mode = 0; mode < G_N_ELEMENTS (names); mode++) {
    const VitrailProjection projection = { .cast = self,
                                           .mode = mode,
                                           .bounds = self->bounds };
    for (guint i = 0; i < n; i++) {
      set_view (self, 10 * (double) i);
      const double begun = get_ms ();
      vitrail_project_picture (&projection, SIDE, SIDE, out);
      times[i] = get_ms () - begun;
    }
    g_print ("%s %.3f\n", names[mode], bench_median (times, n));
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (VitrailVolume) volume =
      argc == 2 ? bench_make_volume (argv[1]) : NULL;

  if (volume == NULL)
    return 1;
  VitrailRaycast self = { .voxels = vitrail_volume_get_voxels (volume),
                          .size = { COLUMNS, ROWS, SLICES },
                          .high = { COLUMNS - 1, ROWS - 1, SLICES - 1 } };
  const double start = get_ms ();
  g_autoptr (VitrailBounds) bounds =
      vitrail_bounds_new (self.voxels, self.size, NULL);
  g_print ("bounds %.3f\n", get_ms () - start);
  self.bounds = bounds;
  measure ("CT-Bone", &self, bounds);
  measure ("CT-Chest-Contrast-Enhanced", &self, bounds);
  measure ("CT-Fat", &self, bounds);
  measure_projections (&self);
  return 0;
}
