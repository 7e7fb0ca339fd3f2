/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Layers of volumes: pixels are what window, threshold and opacity make of the
 * values that lie there, and of nothing where there is none. */

#include "error.h"
#include "volume/fusion.h"
#include "volumedata.h"

#include <math.h>
#include <string.h>

static const double identity[16] = { 1, 0, 0, 0, 0, 1, 0, 0,
                                     0, 0, 1, 0, 0, 0, 0, 1 };

typedef struct {
  TestSeries series;
  VitrailVolume *volume;
} Loaded;

static void
loaded_open (Loaded *self, const char *name)
{
  g_autofree char *folder = test_volume_dup_folder (name);

  memset (self, 0, sizeof *self);
  test_series_open (&self->series, folder);
  self->volume = test_series_load (&self->series, 0, NULL);
}

static void
loaded_clear (Loaded *self)
{
  g_object_unref (self->volume);
  test_series_clear (&self->series);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Loaded, loaded_clear)

static VitrailFusionLayer
make_layer (VitrailVolume *volume, double low, double high)
{
  VitrailFusionLayer layer = { .volume = volume,
                               .look = VITRAIL_FUSION_LOOK_INIT };

  memcpy (layer.matrix, identity, sizeof identity);
  layer.look.interpolation = VITRAIL_RESLICE_NEAREST;
  layer.look.presentation.has_window = TRUE;
  layer.look.presentation.function = VITRAIL_VOI_LINEAR_EXACT;
  layer.look.presentation.window_center = (low + high) / 2;
  layer.look.presentation.window_width = high - low;
  return layer;
}

/* Slice 3 as it was acquired, and a border around it. */
static guint8 *
draw (const VitrailFusionLayer *layers, guint n, VitrailMprPicture *picture)
{
  const VitrailMpr mpr = { .orientation = VITRAIL_MPR_ACQUISITION,
                           .offset = -1,
                           .spacing = 0.5,
                           .width = TEST_VOLUME_COLUMNS + 4,
                           .height = TEST_VOLUME_ROWS + 4 };
  g_autoptr (GError) error = NULL;

  g_assert_true (vitrail_mpr_place (
      &mpr, vitrail_volume_get_info (layers[0].volume), picture, &error));
  guint8 *rgba = g_malloc ((gsize) picture->width * picture->height * 4);
  g_assert_true (vitrail_fusion_draw (layers, n, &mpr, picture, rgba, &error));
  g_assert_no_error (error);
  return rgba;
}

/* The value at a pixel; FALSE: beside the volume. */
static gboolean
look_up (const VitrailMprPicture *picture, guint x, guint y, double *value)
{
  const double *p = picture->plane;
  const double at[2] = { p[0] * x + p[1] * y + p[3],
                         p[4] * x + p[5] * y + p[7] };
  const double i = rint ((at[0] + 10) / 0.5);
  const double j = rint ((at[1] - 20) / 0.7);

  if (i < 0 || j < 0 || i >= TEST_VOLUME_COLUMNS || j >= TEST_VOLUME_ROWS)
    return FALSE;
  *value = test_volume_get_value ((guint) i, (guint) j, 3);
  return TRUE;
}

static double
window (double value, double low, double high)
{
  return CLAMP ((value - low) / (high - low), 0.0, 1.0) * 255;
}

/* A layer of 16 bits below one of floats, half of which is seen. */
static void
test_layers (void)
{
  g_auto (Loaded) ct = { 0 };
  g_auto (Loaded) pet = { 0 };
  VitrailMprPicture picture;
  guint n_both = 0;
  guint n_none = 0;

  loaded_open (&ct, "ct");
  loaded_open (&pet, "pet");
  VitrailFusionLayer layers[2] = { make_layer (ct.volume, -220, -120),
                                   make_layer (pet.volume, -500, 100) };
  layers[1].look.opacity = 0.25;
  layers[1].look.low = -180;
  g_autofree guint8 *rgba = draw (layers, 2, &picture);
  for (guint y = 0; y < picture.height; y++)
    for (guint x = 0; x < picture.width; x++) {
      const guint8 *pixel = rgba + 4 * ((gsize) y * picture.width + x);
      double value = 0;
      const gboolean is_there = look_up (&picture, x, y, &value);
      double want = is_there ? window (value, -220, -120) : 0;
      if (is_there && value >= -180) {
        want += (window (value, -500, 100) - want) * 0.25;
        n_both++;
      }
      n_none += !is_there;
      for (guint c = 0; c < 3; c++)
        g_assert_cmpfloat_with_epsilon ((double) pixel[c], want, 1.01);
      g_assert_cmpint (pixel[3], ==, 255);
    }
  g_assert_cmpuint (n_both, >, 10);
  g_assert_cmpuint (n_none, >, 10);
}

/* Where the upper one ends the lower one is seen; its own values decide. */
static void
test_moved (void)
{
  g_auto (Loaded) ct = { 0 };
  VitrailMprPicture picture;

  loaded_open (&ct, "ct");
  VitrailFusionLayer layers[2] = { make_layer (ct.volume, -1000, -999),
                                   make_layer (ct.volume, 1000, 1001) };
  layers[1].matrix[3] = 2;
  g_autofree guint8 *rgba = draw (layers, 2, &picture);
  const gsize middle = (gsize) picture.height / 2 * picture.width;
  for (guint x = 0; x < picture.width; x++) {
    const double at = picture.plane[0] * x + picture.plane[3];
    const gboolean below = at > -10.2 && at < -5.8;
    const gboolean above = at > -8.2 && at < -3.8;
    g_assert_cmpint (rgba[4 * (middle + x)], ==, below && !above ? 255 : 0);
  }
}

static void
test_colors (void)
{
  g_auto (Loaded) ct = { 0 };
  VitrailMprPicture picture;

  loaded_open (&ct, "ct");
  VitrailFusionLayer layer = make_layer (ct.volume, 1000, 1001);
  layer.look.presentation.colormap = "viridis";
  g_autofree guint8 *rgba = draw (&layer, 1, &picture);
  const guint8 *pixel = rgba + 4 * ((gsize) 5 * picture.width + 6);
  g_assert_cmpint (pixel[0], ==, 68);
  g_assert_cmpint (pixel[1], ==, 1);
  g_assert_cmpint (pixel[2], ==, 84);
}

static void
test_refused (void)
{
  g_auto (Loaded) ct = { 0 };
  g_autoptr (GError) error = NULL;
  const VitrailMpr mpr = { .orientation = VITRAIL_MPR_AXIAL };
  VitrailMprPicture picture;
  guint8 rgba[4 * 2000];

  loaded_open (&ct, "ct");
  VitrailFusionLayer layer = make_layer (ct.volume, 0, 1);
  g_assert_true (vitrail_mpr_place (&mpr, vitrail_volume_get_info (ct.volume),
                                    &picture, NULL));
  g_assert_cmpuint ((guint64) picture.width * picture.height, <=, 2000);
  layer.matrix[0] = 0;
  g_assert_false (
      vitrail_fusion_draw (&layer, 1, &mpr, &picture, rgba, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fusion/layers", test_layers);
  g_test_add_func ("/fusion/moved", test_moved);
  g_test_add_func ("/fusion/colors", test_colors);
  g_test_add_func ("/fusion/refused", test_refused);
  return g_test_run ();
}
