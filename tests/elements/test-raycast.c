/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Volume rendering as a whole, of what can be reckoned by hand: how much a
 * thickness lets through, where a sphere ends, what a box cuts off. */

#include "raycastjudge.h"

#include <math.h>

enum { SIZE = 48, SIDE = 64 };

static const VitrailTransfer haze = {
  .name = "haze",
  .n_opacities = 4,
  .opacities = { { 0, 0 }, { 999, 0 }, { 1000, 0.05 }, { 3000, 0.05 } },
  .n_colors = 2,
  .colors = { { 0, 1, 0.5, 0.25 }, { 3000, 1, 0.5, 0.25 } },
};

typedef struct {
  guint16 *voxels;
  VitrailBounds *bounds;
  VitrailTransferTable *table;
  VitrailRaycast cast;
} Scene;

typedef guint16 (*Choose) (double x, double y, double z);

/* A cube of voxels of a millimetre, one a pixel, seen along k. */
static void
scene_init (Scene *self, Choose choose, double step)
{
  const guint size[3] = { SIZE, SIZE, SIZE };

  self->voxels =
      g_malloc0 ((gsize) SIZE * SIZE * SIZE * 2 + VITRAIL_VOLUME_SLACK);
  for (guint i = 0; i < SIZE * SIZE * SIZE; i++) {
    const guint row = i / SIZE;
    const guint slice = row / SIZE;
    self->voxels[i] = choose (i % SIZE, row % SIZE, slice);
  }
  self->table = vitrail_transfer_table_new (&haze, 0, 1, 0, 0, 2000, step);
  self->bounds = vitrail_bounds_new (self->voxels, size, NULL);
  vitrail_bounds_classify (self->bounds, self->table);
  self->cast = (VitrailRaycast){ .voxels = self->voxels,
                                 .size = { SIZE, SIZE, SIZE },
                                 .bounds = self->bounds,
                                 .table = self->table,
                                 .high = { SIZE - 1, SIZE - 1, SIZE - 1 },
                                 .origin = { -8, -8, -10 },
                                 .right = { 1, 0, 0 },
                                 .down = { 0, 1, 0 },
                                 .ray = { 0, 0, step } };
}

static void
scene_clear (Scene *self)
{
  g_free (self->voxels);
  vitrail_bounds_free (self->bounds);
  vitrail_transfer_table_free (self->table);
}

static guint8 *
draw (const Scene *self)
{
  guint8 *out = g_malloc ((gsize) SIDE * SIDE * 4);

  vitrail_raycast_picture (&self->cast, SIDE, SIDE, out, (gsize) SIDE * 4);
  return out;
}

static guint16
choose_all (double x, double y, double z)
{
  return 1500;
}

static guint16
choose_ball (double x, double y, double z)
{
  const double far =
      sqrt ((x - 24) * (x - 24) + (y - 24) * (y - 24) + (z - 24) * (z - 24));

  /* Falls through 1000, where it ends, at 15. */
  return (guint16) lrint (CLAMP (1000 + (15 - far) * 200, 0, 2000));
}

/* As much as the thickness says, however far samples lie apart. */
static void
test_thickness (void)
{
  for (guint n = 1; n <= 3; n++) {
    const double step = n == 1 ? 1 : n == 2 ? 0.5 : 0.25;
    Scene scene;
    scene_init (&scene, choose_all, step);
    g_autofree guint8 *out = draw (&scene);
    /* Samples from the first centre to the last. */
    const double want = 1 - pow (0.95, (SIZE - 1) + step);
    const guint8 *pixel = out;
    for (guint i = 0; i < SIDE * SIDE; i++, pixel += 4) {
      const guint x = i % SIDE;
      const guint y = i / SIDE;
      const gboolean is_in = x >= 8 && x < 8 + SIZE && y >= 8 && y < 8 + SIZE;
      g_assert_cmpfloat_with_epsilon (pixel[3], is_in ? 255 * want : 0, 1.01);
      g_assert_cmpfloat_with_epsilon (pixel[0], pixel[3], 1.01);
      g_assert_cmpfloat_with_epsilon (2 * pixel[1], pixel[3], 2.01);
      g_assert_cmpfloat_with_epsilon (4 * pixel[2], pixel[3], 3.01);
    }
    scene_clear (&scene);
  }
}

/* Its silhouette has the circle's area, to half a pixel of its radius. */
static void
test_ball (void)
{
  Scene scene;
  guint n_seen = 0;

  scene_init (&scene, choose_ball, 0.25);
  g_autofree guint8 *out = draw (&scene);
  for (guint i = 0; i < SIDE * SIDE; i++) {
    const guint y = i / SIDE;
    const double far = hypot (i % SIDE - 32.0, y - 32.0);
    n_seen += out[4 * i + 3] > 0;
    if (far < 14.5)
      g_assert_cmpuint (out[4 * i + 3], >, 0);
    if (far > 15.5)
      g_assert_cmpuint (out[4 * i + 3], ==, 0);
  }
  g_assert_cmpfloat_with_epsilon (sqrt (n_seen / G_PI), 15, 0.5);
  scene_clear (&scene);
}

/* What a box leaves is where the box is. */
static void
test_box (void)
{
  Scene scene;

  scene_init (&scene, choose_all, 1);
  for (guint a = 0; a < 3; a++) {
    scene.cast.low[a] = 10 + a;
    scene.cast.high[a] = 20 + 2 * a;
  }
  g_autofree guint8 *out = draw (&scene);
  const double want = 255 * (1 - pow (0.95, 24 - 12 + 1));
  for (guint i = 0; i < SIDE * SIDE; i++) {
    const guint x = i % SIDE - 8;
    const guint y = i / SIDE - 8;
    const gboolean is_in = x >= 10 && x <= 20 && y >= 11 && y <= 22;
    g_assert_cmpfloat_with_epsilon (out[4 * i + 3], is_in ? want : 0, 1.01);
  }
  scene_clear (&scene);
}

/* From the other side, the picture is the other way round; from behind nothing
 * else is seen than from the front. */
static void
test_behind (void)
{
  Scene scene;

  scene_init (&scene, choose_ball, 0.5);
  scene.cast.high[0] = 20;
  g_autofree guint8 *front = draw (&scene);
  scene.cast.origin[0] = 55;
  scene.cast.origin[2] = SIZE - 1 + 10;
  scene.cast.right[0] = -1;
  scene.cast.ray[2] = -0.5;
  g_autofree guint8 *behind = draw (&scene);
  for (guint y = 0; y < SIDE; y++)
    for (guint x = 0; x < SIDE; x++) {
      const gsize line = (gsize) y * SIDE;
      g_assert_cmpfloat_with_epsilon (front[4 * (line + x) + 3],
                                      behind[4 * (line + SIDE - 1 - x) + 3],
                                      1.01);
    }
  scene_clear (&scene);
}

/* Nothing is drawn by what is not finite, and nothing is read. */
static void
test_nowhere (void)
{
  const double strange[] = { NAN, INFINITY, -INFINITY };

  for (guint n = 0; n < 3 * 12; n++) {
    Scene scene;
    scene_init (&scene, choose_all, 1);
    double *const vectors[4] = { scene.cast.origin, scene.cast.right,
                                 scene.cast.down, scene.cast.ray };
    vectors[n / 9][n / 3 % 3] = strange[n % 3];
    g_autofree guint8 *out = draw (&scene);
    for (guint i = 0; i < SIDE * SIDE * 4; i++)
      g_assert_cmpuint (out[i], ==, 0);
    scene_clear (&scene);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/raycast/thickness", test_thickness);
  g_test_add_func ("/raycast/ball", test_ball);
  g_test_add_func ("/raycast/box", test_box);
  g_test_add_func ("/raycast/behind", test_behind);
  g_test_add_func ("/raycast/nowhere", test_nowhere);
  return g_test_run ();
}
