/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Volumes as they grow. "time SLICES": a body of 400 mm in so many slices of
 * 512 x 512; lines of NAME MILLISECONDS (of processors), for filling the volume
 * in the order that slices come in, for the first oblique plane, and for a
 * ray-cast picture. "memory
 * SLICES": the peak of memory in KiB when three planes and a body have been
 * drawn of it; 0 slices: of nothing. "open FOLDER": milliseconds from its files
 * to three planes of its volume, as a part of what decoding alone takes. */

#include "parallel.h"
#include "rounds.h"
#include "volume/mpr.h"
#include "volume/render.h"
#include "volume/sliceorder.h"
#include "volumedata.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SIDE = 512 };

/* Of all cores, which others that are at work do not lengthen. */
static double
get_ms (void)
{
  return 1e3 * (double) clock () / CLOCKS_PER_SEC;
}

/* Fat around muscle, and a spine; HU + 1024. */
static guint16
choose_voxel (guint i, guint j, double z, GRand *rand)
{
  const double x = (i - 255.5) * 0.7;
  const double y = (j - 255.5) * 0.7;
  const double body = hypot (x / 165, y / 110);
  const double spine = hypot (x / 22, (y - 70) / 20);
  const double hu = spine < 1 && fmod (z, 30) > 3 ? 400
                    : body < 0.88                 ? 45
                    : body < 1                    ? -90
                                                  : -1000;

  return (guint16) (hu + 1024 + g_rand_int_range (rand, -15, 16));
}

static VitrailVolume *
make_volume (guint n_slices)
{
  const gsize n = (gsize) SIDE * SIDE;
  const double step = 400.0 / n_slices;
  VitrailVolumeInfo info = { .size = { SIDE, SIDE, n_slices },
                             .type = VITRAIL_VOXEL_U16,
                             .matrix = { 0.7, 0, 0, 0, 0, 0.7, 0, 0, 0, 0, step,
                                         0, 0, 0, 0, 1 },
                             .slope = 1,
                             .intercept = -1024 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autofree guint16 *slice = g_new (guint16, n);
  g_autofree guint *order =
      vitrail_slice_order_new (VITRAIL_ORDER_INTERLEAVED, n_slices);
  g_autoptr (VitrailVolume) volume = vitrail_volume_new (&info, NULL, NULL);

  if (volume == NULL)
    return NULL;
  for (guint i = 0; i < n; i++)
    slice[i] = choose_voxel (i % SIDE, i / SIDE, 15, rand);
  for (guint s = 0; s < n_slices; s++) {
    const guint k = order[s];
    guint16 *out = vitrail_volume_begin_slice (volume, k);
    if (out == NULL)
      return NULL;
    /* The noise of another slice. */
    memcpy (out, slice + k % 64, (n - k % 64) * sizeof *out);
    vitrail_volume_end_slice (volume, k, VITRAIL_SLICE_THERE);
  }
  return g_steal_pointer (&volume);
}

static void
cut_plane (VitrailVolume *volume, double degrees, double tilt)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  const double a = degrees * G_PI / 180;
  const double b = tilt * G_PI / 180;
  const double right[3] = { cos (a), sin (a), 0 };
  const double down[3] = { -sin (a) * cos (b), cos (a) * cos (b), sin (b) };
  g_autofree guint16 *out = g_new (guint16, (gsize) SIDE * SIDE);
  VitrailReslice self = { .voxels = vitrail_volume_get_voxels (volume),
                          .type = VITRAIL_VOXEL_U16,
                          .n_planes = 1,
                          .interpolation = VITRAIL_RESLICE_LINEAR };

  for (guint n = 0; n < 3; n++) {
    self.size[n] = info->size[n];
    self.right[n] = 0.7 * right[n] * info->inverse[(gsize) 5 * n];
    self.down[n] = 0.7 * down[n] * info->inverse[(gsize) 5 * n];
    self.origin[n] = (self.size[n] - 1) / 2.0 -
                     (SIDE - 1) / 2.0 * (self.right[n] + self.down[n]);
  }
  vitrail_reslice_picture (&self, SIDE, SIDE, out, SIDE * sizeof *out);
}

static void
cut_planes (VitrailVolume *volume)
{
  cut_plane (volume, 0, 0);
  cut_plane (volume, 0, 90);
  cut_plane (volume, 90, 90);
}

static gboolean
draw_body (VitrailRender *render, VitrailVolume *volume, double azimuth)
{
  g_autofree guint8 *out = g_malloc ((gsize) SIDE * SIDE * 4);
  VitrailRenderLook look = {
    .camera = VITRAIL_CAMERA_INIT,
    .transfer = vitrail_transfer_find_preset ("CT-Bone"),
    .device = VITRAIL_RENDER_CPU,
  };
  double plane[12];
  double spacing;

  look.camera.azimuth = azimuth;
  look.camera.step = 0.7;
  return vitrail_render_draw (render, volume, &look, out, plane, &spacing,
                              NULL);
}

static gboolean
measure_time (guint n_slices)
{
  double times[9];
  const guint n = bench_get_rounds (G_N_ELEMENTS (times));
  double start = get_ms ();
  g_autoptr (VitrailVolume) volume = make_volume (n_slices);
  g_autoptr (VitrailRender) render = vitrail_render_new ();

  if (volume == NULL)
    return FALSE;
  g_print ("fill %.3f\n", get_ms () - start);
  start = get_ms ();
  cut_plane (volume, 30, 40);
  g_print ("setup %.3f\n", get_ms () - start);
  if (!draw_body (render, volume, 0))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    const double begun = get_ms ();
    draw_body (render, volume, 10 * (double) i);
    times[i] = get_ms () - begun;
  }
  g_print ("frame %.3f\n", bench_median (times, n));
  return TRUE;
}

static gboolean
measure_memory (guint n_slices)
{
  g_autoptr (VitrailVolume) volume =
      n_slices > 0 ? make_volume (n_slices) : NULL;
  g_autoptr (VitrailRender) render = vitrail_render_new ();
  g_autofree char *status = NULL;

  if (volume != NULL) {
    cut_planes (volume);
    if (!draw_body (render, volume, 30))
      return FALSE;
  }
  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return FALSE;
  const char *line = strstr (status, "VmHWM:");
  g_print ("peak %" G_GUINT64_FORMAT "\n",
           line != NULL ? g_ascii_strtoull (line + 6, NULL, 10) : 0);
  return volume != NULL || n_slices == 0;
}

/* --- from files --- */

static double
open_and_cut (const char *folder)
{
  const gint64 before = g_get_monotonic_time ();
  TestSeries series = { 0 };

  test_series_open (&series, folder);
  g_autoptr (VitrailVolume) volume = test_series_load (&series, 0, NULL);
  cut_planes (volume);
  const double took = (double) (g_get_monotonic_time () - before);
  test_series_clear (&series);
  return took;
}

static void
decode_one (guint index, gpointer data)
{
  const TestSeries *series = data;
  g_autoptr (VitrailFrame) frame = vitrail_instance_decode_frame (
      g_ptr_array_index (series->instances, index), 1, 0, NULL, NULL);

  g_assert_nonnull (frame);
}

/* Of what is opened already, on all cores. */
static double
decode_alone (const char *folder)
{
  TestSeries series = { 0 };

  test_series_open (&series, folder);
  const gint64 before = g_get_monotonic_time ();
  vitrail_parallel_run (series.instances->len, decode_one, &series, NULL, NULL);
  const double took = (double) (g_get_monotonic_time () - before);
  test_series_clear (&series);
  return took;
}

static gboolean
measure_open (const char *folder)
{
  double ours[3];
  double alone[3];
  const guint n = bench_get_rounds (G_N_ELEMENTS (ours));

  for (guint i = 0; i < n; i++) {
    ours[i] = open_and_cut (folder) / 1e3;
    alone[i] = decode_alone (folder) / 1e3;
  }
  g_print ("open %.0f %.0f\n", bench_median (ours, n), bench_median (alone, n));
  return TRUE;
}

int
main (int argc, char **argv)
{
  if (argc != 3)
    return 1;
  if (strcmp (argv[1], "open") == 0)
    return measure_open (argv[2]) ? 0 : 1;
  const guint n_slices = (guint) g_ascii_strtoull (argv[2], NULL, 10);
  if (strcmp (argv[1], "memory") == 0)
    return measure_memory (n_slices) ? 0 : 1;
  return measure_time (n_slices) ? 0 : 1;
}
