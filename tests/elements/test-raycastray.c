/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rays against an integrator in double precision, written anew: it knows the
 * curves themselves and no table. */

#include "raycastjudge.h"

#include <math.h>
#include <string.h>

enum { SIDE = RAYCAST_SCENE_SIDE };

static double
get_voxel (const VitrailRaycast *cast, const long at[3])
{
  return cast
      ->voxels[((gsize) at[2] * cast->size[1] + (gsize) at[1]) * cast->size[0] +
               (gsize) at[0]];
}

static double
read_point (const VitrailRaycast *cast, const double at[3])
{
  long cell[3];
  double sum = 0;

  for (guint a = 0; a < 3; a++)
    cell[a] = CLAMP ((long) floor (at[a]), 0, (long) cast->size[a] - 2);
  for (guint n = 0; n < 8; n++) {
    double weight = 1;
    long corner[3];
    for (guint a = 0; a < 3; a++) {
      const double part = at[a] - (double) cell[a];
      corner[a] = cell[a] + ((n >> a) & 1);
      weight *= (n >> a) & 1 ? part : 1 - part;
    }
    sum += weight * get_voxel (cast, corner);
  }
  return sum;
}

static double
get_cosine (const VitrailRaycast *cast, const double at[3])
{
  double gradient[3];
  double normal[3] = { 0 };
  double squares = 0;

  for (guint a = 0; a < 3; a++) {
    double there[3];
    memcpy (there, at, sizeof there);
    for (guint b = 0; b < 3; b++)
      there[b] = CLAMP (there[b], 1, cast->size[b] - 2.0);
    there[a] += 1;
    gradient[a] = read_point (cast, there);
    there[a] -= 2;
    gradient[a] -= read_point (cast, there);
  }
  for (guint n = 0; n < 9; n++)
    normal[n / 3] += (double) cast->normal[n] * gradient[n % 3];
  for (guint a = 0; a < 3; a++)
    squares += normal[a] * normal[a];
  return squares > 0 ? fabs (normal[2]) / sqrt (squares) : 0;
}

static void
light_up (const VitrailRaycast *cast, const double at[3], double rgba[4])
{
  const double cosine = get_cosine (cast, at);
  const double light = (double) cast->ambient + (double) cast->diffuse * cosine;
  const double back =
      (double) cast->specular *
      pow (fmax (2 * cosine * cosine - 1, 0), (double) cast->specular_power);

  for (guint c = 0; c < 3; c++)
    rgba[c] = fmin (rgba[c] * light + back, 1);
}

static gboolean
is_inside (const VitrailRaycast *cast, const double at[3])
{
  for (guint a = 0; a < 3; a++)
    if (at[a] < cast->low[a] || at[a] > cast->high[a])
      return FALSE;
  return TRUE;
}

static void
integrate (const VitrailRaycast *cast,
           const VitrailTransfer *transfer,
           guint x,
           guint y,
           double total[4])
{
  memset (total, 0, 4 * sizeof *total);
  for (guint n = 0; n < 400; n++) {
    double at[3];
    double rgba[4];
    for (guint a = 0; a < 3; a++)
      at[a] = cast->origin[a] + x * cast->right[a] + y * cast->down[a] +
              n * cast->ray[a];
    if (!is_inside (cast, at))
      continue;
    vitrail_transfer_get (transfer, read_point (cast, at) - 1024, rgba);
    const double part = (1 - total[3]) * (1 - pow (1 - rgba[3], 0.7));
    if (cast->is_shaded)
      light_up (cast, at, rgba);
    for (guint c = 0; c < 3; c++)
      total[c] += part * rgba[c];
    total[3] += part;
  }
}

/* Structural similarity over the green channel (Wang et al. 2004), in boxes of
 * eight. */
static double
get_similarity (const double *a, const double *b)
{
  const double c1 = 6.5025;
  const double c2 = 58.5225;
  double sum = 0;
  guint n_boxes = 0;

  for (guint y = 0; y + 8 <= SIDE; y += 4)
    for (guint x = 0; x + 8 <= SIDE; x += 4, n_boxes++) {
      double s[5] = { 0 };
      for (guint i = 0; i < 64; i++) {
        const gsize at = (gsize) (y + i / 8) * SIDE + x + i % 8;
        s[0] += a[at] / 64;
        s[1] += b[at] / 64;
        s[2] += a[at] * a[at] / 64;
        s[3] += b[at] * b[at] / 64;
        s[4] += a[at] * b[at] / 64;
      }
      sum += (2 * s[0] * s[1] + c1) * (2 * (s[4] - s[0] * s[1]) + c2) /
             ((s[0] * s[0] + s[1] * s[1] + c1) *
              (s[2] - s[0] * s[0] + s[3] - s[1] * s[1] + c2));
    }
  return sum / n_boxes;
}

static void
check (const char *preset, guint32 seed, gboolean is_shaded)
{
  g_autoptr (RaycastScene) scene = raycast_scene_new (preset, seed, is_shaded);
  const VitrailTransfer *transfer = vitrail_transfer_find_preset (preset);
  g_autofree guint8 *out = g_malloc0 ((gsize) SIDE * SIDE * 4);
  g_autofree double *mine = g_new (double, (gsize) SIDE *SIDE);
  g_autofree double *want = g_new (double, (gsize) SIDE *SIDE);
  double away = 0;
  double seen = 0;

  vitrail_raycast_picture (&scene->cast, SIDE, SIDE, out, (gsize) SIDE * 4);
  for (guint i = 0; i < SIDE * SIDE; i++) {
    double total[4];
    integrate (&scene->cast, transfer, i % SIDE, i / SIDE, total);
    for (guint c = 0; c < 4; c++)
      away += fabs (out[4 * i + c] - 255 * total[c]);
    seen += total[3];
    mine[i] = out[4 * i + 1];
    want[i] = 255 * total[1];
  }
  g_assert_cmpfloat (seen, >, 100);
  g_assert_cmpfloat (away / (SIDE * SIDE * 4), <, 1);
  g_assert_cmpfloat (get_similarity (mine, want), >, 0.99);
}

static void
test_plain (void)
{
  check ("CT-Bone", 1, FALSE);
  check ("CT-Chest-Contrast-Enhanced", 2, FALSE);
  check ("CT-Fat", 3, FALSE);
}

static void
test_shaded (void)
{
  check ("CT-Bone", 4, TRUE);
  check ("CT-Chest-Contrast-Enhanced", 5, TRUE);
  check ("CT-Fat", 6, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/raycastray/plain", test_plain);
  g_test_add_func ("/raycastray/shaded", test_shaded);
  return g_test_run ();
}
