/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Projections against sums in double precision that leap over nothing, with and
 * without bounds, from many sides. */

#include "raycastjudge.h"
#include "volume/project.h"

#include <math.h>

enum { SIDE = RAYCAST_SCENE_SIDE };

/* What is no data in those bodies that have such. */
static const guint16 padding[2] = { 20, 30 };

static gboolean
is_padding (guint16 voxel)
{
  return voxel >= padding[0] && voxel <= padding[1];
}

typedef struct {
  gsize cell[3];
  double weight[3];
} Cell;

static Cell
find_cell (const VitrailRaycast *cast, const double at[3])
{
  Cell self;

  for (guint a = 0; a < 3; a++) {
    const double inner = CLAMP (at[a], 0, cast->size[a] - 1.0);
    self.cell[a] = MIN ((gsize) inner, cast->size[a] - 2);
    self.weight[a] = inner - (double) self.cell[a];
  }
  return self;
}

/* The voxel at a corner, and the part that it has in the mix. */
static guint16
read_corner (const VitrailRaycast *cast,
             const Cell *cell,
             guint corner,
             double *part)
{
  gsize v[3];

  *part = 1;
  for (guint a = 0; a < 3; a++) {
    const guint more = corner >> a & 1;
    *part *= more ? cell->weight[a] : 1 - cell->weight[a];
    v[a] = cell->cell[a] + more;
  }
  return cast->voxels[(v[2] * cast->size[1] + v[1]) * cast->size[0] + v[0]];
}

/* NAN: it does not count. TRUE in @is_near: rounding says which is nearest. */
static double
read_nearest (const VitrailRaycast *cast, const Cell *cell, gboolean *is_near)
{
  guint corner = 0;
  double part;

  for (guint a = 0; a < 3; a++) {
    corner |= (cell->weight[a] >= 0.5 ? 1U : 0U) << a;
    *is_near |= fabs (cell->weight[a] - 0.5) < 1e-3;
  }
  const guint16 voxel = read_corner (cast, cell, corner, &part);
  return is_padding (voxel) ? NAN : voxel;
}

/* Beside padding, the nearest voxel. */
static double
read_at (const VitrailRaycast *cast,
         const double at[3],
         gboolean has_padding,
         gboolean *is_near)
{
  const Cell cell = find_cell (cast, at);
  gboolean is_beside = FALSE;
  double sum = 0;

  for (guint corner = 0; corner < 8; corner++) {
    double part;
    const guint16 voxel = read_corner (cast, &cell, corner, &part);
    sum += part * voxel;
    is_beside |= has_padding && is_padding (voxel);
  }
  return is_beside ? read_nearest (cast, &cell, is_near) : sum;
}

/* FALSE: a sample that lies beside the volume, or so near to its border that
 * rounding says which. */
static gboolean
is_inside (const VitrailRaycast *cast, const double at[3], gboolean *is_near)
{
  gboolean is_in = TRUE;

  for (guint a = 0; a < 3; a++) {
    const double away = MIN (at[a] - cast->low[a], cast->high[a] - at[a]);
    *is_near |= fabs (away) < 1e-3;
    is_in &= away >= 0;
  }
  return is_in;
}

/* Beyond the volume, and going away from it. */
static gboolean
is_behind (const VitrailRaycast *cast, const double at[3])
{
  for (guint a = 0; a < 3; a++)
    if ((cast->ray[a] > 0 && at[a] > cast->high[a] + 1) ||
        (cast->ray[a] < 0 && at[a] < cast->low[a] - 1))
      return TRUE;
  return FALSE;
}

/* Lowest, highest, mean; the number of samples. */
static guint
look_along (const VitrailRaycast *cast,
            guint x,
            guint y,
            gboolean has_padding,
            double out[3])
{
  gboolean is_near = FALSE;
  guint n_samples = 0;

  out[0] = INFINITY;
  out[1] = -INFINITY;
  out[2] = 0;
  for (guint n = 0; n < 3000; n++) {
    double at[3];
    gboolean is_here = FALSE;
    for (guint a = 0; a < 3; a++)
      at[a] = cast->origin[a] + x * cast->right[a] + y * cast->down[a] +
              n * cast->ray[a];
    if (is_behind (cast, at))
      break;
    const gboolean is_in = is_inside (cast, at, &is_here);
    is_near |= is_here && is_in;
    if (!is_in)
      continue;
    const double value = read_at (cast, at, has_padding, &is_near);
    if (isnan (value))
      continue;
    out[0] = MIN (out[0], value);
    out[1] = MAX (out[1], value);
    out[2] += value;
    n_samples++;
  }
  out[2] /= MAX (n_samples, 1);
  return is_near ? 0 : n_samples;
}

/* How many pixels showed what they should. */
static guint
check (const VitrailRaycast *cast, gboolean has_padding, float *pictures[3])
{
  guint n_seen = 0;

  for (guint i = 0; i < SIDE * SIDE; i++) {
    const guint y = i / SIDE;
    double want[3];
    if (look_along (cast, i % SIDE, y, has_padding, want) == 0)
      continue;
    g_assert_cmpfloat_with_epsilon ((double) pictures[1][i], want[0], 0.3);
    g_assert_cmpfloat_with_epsilon ((double) pictures[0][i], want[1], 0.3);
    g_assert_cmpfloat_with_epsilon ((double) pictures[2][i], want[2], 0.3);
    n_seen++;
  }
  return n_seen;
}

static float *
project (const VitrailRaycast *cast,
         VitrailProjecting mode,
         float threshold,
         gboolean has_padding)
{
  /* Where the cast has bounds, the projection has its own. */
  g_autoptr (VitrailBounds) bounds =
      cast->bounds != NULL ? vitrail_bounds_new (cast->voxels, cast->size,
                                                 has_padding ? padding : NULL)
                           : NULL;
  const VitrailProjection projection = { .cast = cast,
                                         .mode = mode,
                                         .threshold = threshold,
                                         .bounds = bounds,
                                         .has_padding = has_padding,
                                         .padding = { padding[0],
                                                      padding[1] } };
  float *out = g_new (float, SIDE *SIDE);

  vitrail_project_picture (&projection, SIDE, SIDE, out);
  return out;
}

static void
check_all (const VitrailRaycast *cast, gboolean has_padding, guint at_least)
{
  g_autofree float *high =
      project (cast, VITRAIL_PROJECT_MAXIMUM, 0, has_padding);
  g_autofree float *low =
      project (cast, VITRAIL_PROJECT_MINIMUM, 0, has_padding);
  g_autofree float *mean = project (cast, VITRAIL_PROJECT_MEAN, 0, has_padding);
  float *pictures[3] = { high, low, mean };

  g_assert_cmpuint (check (cast, has_padding, pictures), >, at_least);
}

static void
test_judge (void)
{
  for (guint seed = 0; seed < 8; seed++) {
    g_autoptr (RaycastScene) scene = raycast_scene_new ("CT-Bone", seed, FALSE);
    if (seed % 2 == 1)
      scene->cast.bounds = NULL;
    if (seed > 3) {
      scene->cast.low[0] = 7;
      scene->cast.high[2] = 30.5;
    }
    check_all (&scene->cast, FALSE, 300);
  }
}

/* A rim, holes, and single voxels that are none. */
static void
pad (RaycastScene *scene)
{
  const guint *size = scene->cast.size;
  const gsize n = (gsize) size[0] * size[1] * size[2];

  for (guint i = 0; i < n; i++) {
    const guint at[3] = { i % size[0], i / size[0] % size[1],
                          i / size[0] / size[1] };
    const double far = hypot (at[0] - 30.0, at[1] - 25.0);
    if (far > 24 ||
        hypot (hypot (at[0] - 20.0, at[1] - 22.0), at[2] - 20.0) < 5 ||
        i % 997 == 0)
      scene->voxels[i] = (guint16) (padding[0] + i % 11);
    else if (is_padding (scene->voxels[i]))
      scene->voxels[i] = (guint16) (padding[1] + 1);
  }
}

static void
test_padding (void)
{
  for (guint seed = 0; seed < 6; seed++) {
    g_autoptr (RaycastScene) scene = raycast_scene_new ("CT-Bone", seed, FALSE);
    pad (scene);
    if (seed % 2 == 1)
      scene->cast.bounds = NULL;
    check_all (&scene->cast, TRUE, 150);
  }
}

/* Steps of many voxels, and of a small part of one. */
static void
test_steps (void)
{
  static const double steps[] = { 0.03, 0.2, 1.9, 2.1, 5, 30 };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_autoptr (RaycastScene) scene = raycast_scene_new ("CT-Bone", i, FALSE);
    for (guint a = 0; a < 3; a++) {
      scene->cast.origin[a] += 90 * scene->cast.ray[a];
      scene->cast.ray[a] *= steps[i] / 0.7;
      scene->cast.origin[a] -= floor (45 / steps[i]) * scene->cast.ray[a];
    }
    check_all (&scene->cast, FALSE, 100);
  }
}

/* Too small for eight at a time: plain C says the same. */
static void
test_plain (void)
{
  static guint16 voxels[3 * 3 * 3 + 32];
  const guint size[3] = { 3, 3, 3 };
  VitrailRaycast cast = { .voxels = voxels,
                          .size = { 3, 3, 3 },
                          .high = { 2, 2, 2 },
                          .origin = { 0, 0, -3 },
                          .right = { 1, 0, 0 },
                          .down = { 0, 1, 0 },
                          .ray = { 0, 0, 1 } };

  for (guint i = 0; i < 27; i++)
    voxels[i] = (guint16) (100 * (i / 9) + i % 9);
  g_autoptr (VitrailBounds) bounds = vitrail_bounds_new (voxels, size, NULL);
  cast.bounds = bounds;
  g_autofree float *high = project (&cast, VITRAIL_PROJECT_MAXIMUM, 0, FALSE);
  g_autofree float *low = project (&cast, VITRAIL_PROJECT_MINIMUM, 0, FALSE);
  g_autofree float *mean = project (&cast, VITRAIL_PROJECT_MEAN, 0, FALSE);
  for (guint i = 0; i < SIDE * SIDE; i++) {
    const guint y = i / SIDE;
    const guint x = i % SIDE;
    if (x > 2 || y > 2) {
      g_assert_true (isnan (high[i]) && isnan (low[i]) && isnan (mean[i]));
      continue;
    }
    g_assert_cmpfloat ((double) high[i], ==, 200 + 3 * y + x);
    g_assert_cmpfloat ((double) low[i], ==, 3 * y + x);
    g_assert_cmpfloat_with_epsilon ((double) mean[i], 100 + 3 * y + x, 1e-3);
  }
}

/* A ball is lit as its slope says, and nothing is seen beside it. */
static void
test_surface (void)
{
  enum { N = 48 };

  const guint size[3] = { N, N, N };
  g_autofree guint16 *voxels =
      g_malloc0 ((gsize) N * N * N * 2 + VITRAIL_VOLUME_SLACK);
  VitrailRaycast cast = { .voxels = voxels,
                          .size = { N, N, N },
                          .high = { N - 1, N - 1, N - 1 },
                          .origin = { -12, -12, -10 },
                          .right = { 1, 0, 0 },
                          .down = { 0, 1, 0 },
                          .ray = { 0, 0, 0.7 },
                          .normal = { 1, 0, 0, 0, 1, 0, 0, 0, 1 },
                          .diffuse = 1 };

  for (guint i = 0; i < N * N * N; i++) {
    const guint row = i / N;
    const guint slice = row / N;
    const double far =
        hypot (hypot (i % N - 23.5, row % N - 23.5), slice - 23.5);
    voxels[i] = (guint16) lrint (MAX (3000 - 100 * far, 0));
  }
  g_autoptr (VitrailBounds) bounds = vitrail_bounds_new (voxels, size, NULL);
  cast.bounds = bounds;
  g_autofree float *out = project (&cast, VITRAIL_PROJECT_SURFACE, 1500, FALSE);
  for (guint i = 0; i < SIDE * SIDE; i++) {
    const guint y = i / SIDE;
    const double far = hypot (i % SIDE - 35.5, y - 35.5);
    if (far > 15.2)
      g_assert_true (isnan (out[i]));
    else if (far < 14)
      g_assert_cmpfloat_with_epsilon ((double) out[i],
                                      sqrt (1 - far * far / 225), 0.03);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/project/judge", test_judge);
  g_test_add_func ("/project/padding", test_padding);
  g_test_add_func ("/project/steps", test_steps);
  g_test_add_func ("/project/plain", test_plain);
  g_test_add_func ("/project/surface", test_surface);
  return g_test_run ();
}
