/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rays in packets show what plain C shows, though they leap over what is empty:
 * every preset, shaded and not, from many sides, with bounds and without. */

#include "raycastjudge.h"
#include "volume/raycastray.h"

#include <math.h>

enum { SIDE = RAYCAST_SCENE_SIDE };

/* NOLINTBEGIN(readability-non-const-parameter): written by way of rays */
/* The picture in one part; FALSE where there is no fast way. */
static gboolean
draw (const VitrailRaycast *cast, gboolean is_fast, guint8 *out)
{
  VitrailRays rays = { .cast = cast,
                       .width = SIDE,
                       .height = SIDE,
                       .out = out,
                       .stride = (gsize) SIDE * 4 };

  for (guint i = 0; i <= VITRAIL_RAYCAST_HIGHLIGHTS; i++)
    rays.highlights[i] = cast->specular * (float) i * 1e-3F;
  if (is_fast)
    return vitrail_raycast_part_fast (&rays, 0, 0, SIDE, SIDE);
  vitrail_raycast_part_c (&rays, 0, 0, SIDE, SIDE);
  return TRUE;
}

/* NOLINTEND(readability-non-const-parameter) */

/* Where a curve is steep, a sample that is rounded the other way takes another
 * entry of the table: few pixels, and little on the whole. */
static void
compare (const VitrailRaycast *cast, double most)
{
  g_autofree guint8 *want = g_malloc0 ((gsize) SIDE * SIDE * 4);
  g_autofree guint8 *got = g_malloc0 ((gsize) SIDE * SIDE * 4);
  guint64 sum = 0;
  guint n_far = 0;

  draw (cast, FALSE, want);
  if (!draw (cast, TRUE, got)) {
    g_test_skip ("this processor has no fast way");
    return;
  }
  for (guint i = 0; i < SIDE * SIDE * 4; i++) {
    const guint away = (guint) ABS ((int) want[i] - (int) got[i]);
    n_far += away > 3;
    sum += away;
  }
  g_assert_cmpuint (n_far, <, SIDE * SIDE / 500);
  g_assert_cmpfloat ((double) sum / (SIDE * SIDE * 4), <, most);
}

static void
test_presets (void)
{
  guint n;
  const VitrailTransfer *presets = vitrail_transfer_get_presets (&n);

  for (guint i = 0; i < n; i++) {
    g_autoptr (RaycastScene) scene =
        raycast_scene_new (presets[i].name, i, i % 2 == 1);
    compare (&scene->cast, 0.01);
  }
}

/* Two and three in one picture, cut or not. */
static void
test_volumes (void)
{
  for (guint n = 0; n < 8; n++) {
    g_autoptr (RaycastScene) first =
        raycast_scene_new ("CT-Bone", n + 1, n % 2 != 0);
    g_autoptr (RaycastScene) second = raycast_scene_new ("CT-Muscle", 1, FALSE);
    g_autoptr (RaycastScene) third = raycast_scene_new ("CT-Fat", 1, FALSE);
    raycast_scene_lay_over (second, first, 0.8);
    raycast_scene_lay_over (third, first, 1.3);
    first->cast.next = &second->cast;
    compare (&first->cast, 0.02);
    if (n % 3 == 0)
      second->cast.bounds = NULL;
    second->cast.next = &third->cast;
    compare (&first->cast, 0.02);
  }
}

/* A ball of one segment, a slab of another, and one that is hidden. */
static void
test_segments (void)
{
  static const VitrailRaycastSegment segments[4] = {
    { .opacity = 0 },
    { { 1, 0.2F, 0 }, 0.7F, 0.1F },
    { { 0, 0.9F, 0.3F }, 0.4F, 0.05F },
    { { 0, 0, 1 }, 0, 0 },
  };

  for (guint32 n = 0; n < 6; n++) {
    g_autoptr (RaycastScene) scene =
        raycast_scene_new ("CT-Bone", n, n % 2 == 1);
    const guint *size = scene->cast.size;
    const gsize n_voxels = (gsize) size[0] * size[1] * size[2];
    g_autofree guint8 *labels = g_malloc0 (n_voxels);
    g_autofree guint8 *inside = g_malloc (n_voxels);
    for (gsize v = 0; v < n_voxels; v++) {
      const gsize row = v / size[0];
      const gsize slice = row / size[1];
      const double i = (double) (v % size[0]) - 14;
      const double j = (double) (row % size[1]) - 12;
      const double k = (double) slice - 13;
      const double far = sqrt (i * i + j * j + k * k);
      labels[v] = far < 8 ? 1 : fabs (k - 5) < 2 ? 2 : fabs (i) < 2 ? 3 : 0;
      inside[v] = (guint8) CLAMP (255 - (far - 6) * 64, 0, 255);
    }
    scene->cast.bounds = NULL;
    scene->cast.labels = labels;
    scene->cast.inside = inside;
    scene->cast.segments = segments;
    compare (&scene->cast, 0.02);
  }
}

static void
test_sides (void)
{
  for (guint32 i = 0; i < 12; i++) {
    g_autoptr (RaycastScene) scene = raycast_scene_new ("CT-Bone", i, TRUE);
    if (i % 3 == 0)
      scene->cast.bounds = NULL;
    compare (&scene->cast, 0.01);
  }
  for (guint turn = 0; turn < 6; turn++) {
    g_autoptr (RaycastScene) scene = raycast_scene_new ("CT-Fat", 0, FALSE);
    raycast_scene_set_axes (scene, turn, turn % 2 == 1 ? 0.9 : -0.9);
    compare (&scene->cast, 0.01);
  }
}

static void
test_boxes (void)
{
  for (guint32 i = 0; i < 8; i++) {
    g_autoptr (RaycastScene) scene = raycast_scene_new ("CT-Muscle", i, FALSE);
    for (guint a = 0; a < 3; a++) {
      scene->cast.low[a] = 5.5 + i;
      scene->cast.high[a] = 30.25 - i;
    }
    compare (&scene->cast, 0.01);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/raycastfast/presets", test_presets);
  g_test_add_func ("/raycastfast/sides", test_sides);
  g_test_add_func ("/raycastfast/segments", test_segments);
  g_test_add_func ("/raycastfast/boxes", test_boxes);
  g_test_add_func ("/raycastfast/volumes", test_volumes);
  return g_test_run ();
}
