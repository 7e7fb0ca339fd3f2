/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rays by OpenGL against the processor's, which is the judge: no pixel two
 * levels away. A renderer in software does for this. */

#include "error.h"
#include "raycastjudge.h"
#include "sanitized.h"
#include "volume/cut.h"
#include "volume/gpu.h"

#include <math.h>

enum { SIDE = RAYCAST_SCENE_SIDE };

static const guint picture_size[2] = { SIDE, SIDE };

static const char *const presets[] = { "CT-Bone", "CT-Chest-Contrast-Enhanced",
                                       "CT-Fat", "CT-Soft-Tissue" };

/* NULL, and the test skipped, where there is no OpenGL at all. */
static VitrailGpu *
open_gpu (void)
{
  g_autoptr (GError) error = NULL;

  if (SANITIZED) {
    g_test_skip ("Mesa's compiler takes minutes under AddressSanitizer");
    return NULL;
  }
  VitrailGpu *gpu = vitrail_gpu_new (TRUE, &error);
  if (gpu == NULL) {
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
    g_test_skip (error->message);
  }
  return gpu;
}

static void
compare (VitrailGpu *gpu, const VitrailRaycast *cast, guint64 serial)
{
  g_autofree guint8 *want = g_malloc ((gsize) SIDE * SIDE * 4);
  g_autofree guint8 *got = g_malloc ((gsize) SIDE * SIDE * 4);
  g_autoptr (GError) error = NULL;
  guint n_seen = 0;

  vitrail_raycast_picture (cast, SIDE, SIDE, want, (gsize) SIDE * 4);
  vitrail_gpu_cast (gpu, cast, serial, picture_size, got, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < SIDE * SIDE * 4; i++) {
    g_assert_cmpint (ABS (want[i] - got[i]), <=, 2);
    n_seen += want[i] > 0;
  }
  g_assert_cmpuint (n_seen, >, SIDE * SIDE / 4);
}

/* Two and three volumes. */
static void
test_volumes (void)
{
  g_autoptr (VitrailGpu) gpu = open_gpu ();

  for (guint n = 0; gpu != NULL && n < 8; n++) {
    g_autoptr (RaycastScene) first =
        raycast_scene_new (presets[n / 2], n + 1, n % 2 != 0);
    g_autoptr (RaycastScene) second = raycast_scene_new ("CT-Muscle", 1, FALSE);
    g_autoptr (RaycastScene) third = raycast_scene_new ("CT-Fat", 1, FALSE);
    raycast_scene_lay_over (second, first, 0.8);
    raycast_scene_lay_over (third, first, 1.3);
    first->cast.next = &second->cast;
    compare (gpu, &first->cast, n);
    if (n % 3 != 0)
      second->cast.next = &third->cast;
    compare (gpu, &first->cast, n);
    first->cast.next = NULL;
    compare (gpu, &first->cast, n);
  }
}

/* A triangle aslant, and what is around a square. */
static void
test_cuts (void)
{
  static const double matrix[16] = { 1, 0, 0, 0, 0, 1, 0, 0,
                                     0, 0, 1, 0, 0, 0, 0, 1 };
  g_autoptr (VitrailGpu) gpu = open_gpu ();
  g_autoptr (VitrailCuts) cuts =
      vitrail_cuts_new ("inside 1 0.4 0.2, 0 2 3, 0 30 5, 0 20 40;"
                        "outside 0 0.2 1, 5 5 0, 57 5 0, 57 48 0, 5 48 0",
                        NULL);

  for (guint n = 0; gpu != NULL && n < 8; n++) {
    g_autoptr (RaycastScene) scene =
        raycast_scene_new (presets[n / 2], n + 1, n % 2 != 0);
    vitrail_cuts_apply (cuts, matrix, &scene->cast);
    g_assert_cmpuint (scene->cast.n_cuts, ==, 2);
    compare (gpu, &scene->cast, n);
  }
}

static void
test_composite (void)
{
  g_autoptr (VitrailGpu) gpu = open_gpu ();

  for (guint n = 0; gpu != NULL && n < G_N_ELEMENTS (presets) * 2; n++) {
    g_autoptr (RaycastScene) scene =
        raycast_scene_new (presets[n / 2], n + 1, n % 2 != 0);
    compare (gpu, &scene->cast, n);
    /* A box, nothing near, and no blocks to leap over. */
    scene->cast.low[0] = 12.3;
    scene->cast.high[1] = 40.6;
    compare (gpu, &scene->cast, n);
    /* Dark behind, and cut off aslant. */
    scene->cast.dimming = 0.004F;
    scene->cast.n_clips = 2;
    scene->cast.clips[0][0] = scene->cast.clips[0][1] = 1;
    scene->cast.clips[0][3] = 70;
    scene->cast.clips[1][2] = -1;
    scene->cast.clips[1][3] = -8.3;
    compare (gpu, &scene->cast, n);
    scene->cast.front = 80;
    scene->cast.blocks = NULL;
    scene->cast.bounds = NULL;
    compare (gpu, &scene->cast, n);
  }
}

/* Along the axes, where rays lie on the sides of blocks. */
static void
test_axes (void)
{
  g_autoptr (VitrailGpu) gpu = open_gpu ();

  for (guint n = 0; gpu != NULL && n < 6; n++) {
    g_autoptr (RaycastScene) scene =
        raycast_scene_new (presets[n % 4], 1, FALSE);
    raycast_scene_set_axes (scene, n, n % 2 != 0 ? 0.5 : 1);
    compare (gpu, &scene->cast, n);
  }
}

/* The serial alone says that voxels are others. */
static void
test_voxels (void)
{
  g_autoptr (VitrailGpu) gpu = open_gpu ();
  g_autoptr (RaycastScene) scene = raycast_scene_new ("CT-Bone", 3, FALSE);
  const guint *size = scene->cast.size;

  if (gpu == NULL)
    return;
  compare (gpu, &scene->cast, 7);
  for (gsize i = 0; i < (gsize) size[0] * size[1] * size[2] / 3; i++)
    scene->voxels[i] = 1024 + 400;
  vitrail_blocks_update (scene->blocks, scene->voxels, size, 0, size[2]);
  vitrail_blocks_classify (scene->blocks, scene->table);
  scene->cast.bounds = NULL;
  compare (gpu, &scene->cast, 8);
}

/* Projections: through a window of 4096 voxels, half a level is 8. */
static void
test_projections (void)
{
  static const double most[] = { 0.5, 0.5, 0.5, 0.01 };
  g_autoptr (VitrailGpu) gpu = open_gpu ();

  for (guint n = 0; gpu != NULL && n < 4 * 6; n++) {
    g_autoptr (RaycastScene) scene = raycast_scene_new ("CT-Bone", n, TRUE);
    /* Air is none, half of the time. */
    const VitrailProjection projection = { .cast = &scene->cast,
                                           .mode = n % 4,
                                           .threshold = 1024 + 300,
                                           .has_padding = n >= 12,
                                           .padding = { 0, 40 } };
    g_autofree float *want = g_new (float, SIDE *SIDE);
    g_autofree float *got = g_new (float, SIDE *SIDE);
    g_autoptr (GError) error = NULL;
    guint n_far = 0;
    vitrail_project_picture (&projection, SIDE, SIDE, want);
    vitrail_gpu_project (gpu, &projection, n, picture_size, got, &error);
    g_assert_no_error (error);
    for (guint i = 0; i < SIDE * SIDE; i++) {
      g_assert_cmpint (isnan (want[i]), ==, isnan (got[i]));
      n_far += fabsf (want[i] - got[i]) > (float) most[n % 4];
    }
    /* A surface that a ray just touches is met, or not; in the middle between
     * two voxels either is the nearest. */
    g_assert_cmpuint (n_far, <=, n % 4 == 3 || n >= 12 ? 5 : 0);
  }
}

/* What no graphics processor holds is refused, and what follows is drawn. */
static void
test_room (void)
{
  g_autoptr (VitrailGpu) gpu = open_gpu ();
  g_autoptr (RaycastScene) scene = raycast_scene_new ("CT-Bone", 1, FALSE);
  VitrailRaycast cast = scene->cast;
  g_autofree guint8 *out = g_malloc ((gsize) SIDE * SIDE * 4);
  g_autoptr (GError) error = NULL;

  if (gpu == NULL)
    return;
  cast.size[2] = 1000000;
  g_assert_false (vitrail_gpu_cast (gpu, &cast, 1, picture_size, out, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
  compare (gpu, &scene->cast, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gpu/composite", test_composite);
  g_test_add_func ("/gpu/cuts", test_cuts);
  g_test_add_func ("/gpu/volumes", test_volumes);
  g_test_add_func ("/gpu/axes", test_axes);
  g_test_add_func ("/gpu/voxels", test_voxels);
  g_test_add_func ("/gpu/projections", test_projections);
  g_test_add_func ("/gpu/room", test_room);
  return g_test_run ();
}
