/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Cameras: where a point of the patient comes to lie in the picture, however
 * the volume's own axes run; and what is refused. */

#include "error.h"
#include "volume/camera.h"
#include "volume/vector.h"

#include <string.h>

static const guint size[3] = { 40, 30, 20 };

/* A volume whose axes are a permutation and flips of the patient's. */
static void
make_info (VitrailVolumeInfo *info, guint order, guint flips)
{
  static const guint orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                      { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
  static const double spacing[3] = { 0.7, 0.9, 1.5 };

  memset (info, 0, sizeof *info);
  for (guint a = 0; a < 3; a++) {
    info->size[a] = size[a];
    info->matrix[4 * orders[order][a] + a] =
        spacing[a] * (flips >> a & 1 ? -1 : 1);
    info->matrix[4 * a + 3] = 10.0 * a - 7;
  }
  info->matrix[15] = 1;
  g_assert_true (vitrail_matrix_invert (info->matrix, info->inverse));
}

/* What a ray meets, n samples along it, in the patient. */
static void
get_point (const VitrailVolumeInfo *info,
           const VitrailCameraPicture *picture,
           const double at[3],
           double out[3])
{
  const VitrailRaycast *cast = &picture->cast;
  double index[3];

  for (guint a = 0; a < 3; a++)
    index[a] = cast->origin[a] + at[0] * cast->right[a] +
               at[1] * cast->down[a] + at[2] * cast->ray[a];
  vitrail_matrix_map (info->matrix, index, out);
}

/* The direction in the patient of one millimetre along each of the picture's
 * axes. */
static void
get_axes (const VitrailVolumeInfo *info,
          const VitrailCameraPicture *picture,
          double axes[3][3])
{
  double here[3];

  get_point (info, picture, (double[3]){ 0, 0, 0 }, here);
  for (guint a = 0; a < 3; a++) {
    const double mm = a < 2 ? picture->spacing : picture->step;
    const double at[3] = { a == 0, a == 1, a == 2 };
    double there[3];
    get_point (info, picture, at, there);
    for (guint n = 0; n < 3; n++)
      axes[a][n] = (there[n] - here[n]) / mm;
  }
}

static void
check_axes (const VitrailCamera *camera, const double want[3][3])
{
  for (guint i = 0; i < 48; i++) {
    VitrailVolumeInfo info;
    VitrailCameraPicture picture;
    double axes[3][3];
    make_info (&info, i % 6, i / 6);
    g_assert_true (vitrail_camera_place (camera, &info, &picture, NULL));
    get_axes (&info, &picture, axes);
    for (guint a = 0; a < 3; a++)
      for (guint n = 0; n < 3; n++)
        g_assert_cmpfloat_with_epsilon (axes[a][n], want[a][n], 1e-9);
  }
}

/* Right, down and away, in L, P, H. */
static void
test_directions (void)
{
  static const double want[][3][3] = {
    { { 1, 0, 0 }, { 0, 0, -1 }, { 0, 1, 0 } },
    { { -1, 0, 0 }, { 0, 0, -1 }, { 0, -1, 0 } },
    { { 0, 1, 0 }, { 0, 0, -1 }, { -1, 0, 0 } },
    { { 0, -1, 0 }, { 0, 0, -1 }, { 1, 0, 0 } },
    { { -1, 0, 0 }, { 0, 1, 0 }, { 0, 0, -1 } },
    { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (want); i++) {
    VitrailCamera camera = VITRAIL_CAMERA_INIT;
    camera.direction = (VitrailCameraDirection) i;
    check_axes (&camera, want[i]);
  }
}

static void
test_angles (void)
{
  VitrailCamera camera = VITRAIL_CAMERA_INIT;
  const double left[3][3] = { { 0, 1, 0 }, { 0, 0, -1 }, { -1, 0, 0 } };
  const double head[3][3] = { { 1, 0, 0 }, { 0, -1, 0 }, { 0, 0, -1 } };
  const double roll[3][3] = { { 0, 0, 1 }, { 1, 0, 0 }, { 0, 1, 0 } };

  /* The reader, who stood in front, goes to the right: the patient's left. */
  camera.azimuth = 90;
  check_axes (&camera, left);
  camera.azimuth = 0;
  camera.elevation = 90;
  check_axes (&camera, head);
  /* What was up is right. */
  camera.elevation = 0;
  camera.roll = 90;
  check_axes (&camera, roll);
}

/* The middle is in the middle, whatever is turned; panned, it goes there. */
static void
test_middle (void)
{
  for (guint i = 0; i < 48; i++) {
    VitrailCamera camera = VITRAIL_CAMERA_INIT;
    VitrailVolumeInfo info;
    VitrailCameraPicture picture;
    double want[3];
    double found[3];
    make_info (&info, i % 6, i / 6);
    camera.azimuth = 17.0 * i;
    camera.elevation = 31.0 * i;
    camera.roll = 7.0 * i;
    camera.zoom = 1 + 0.1 * i;
    camera.pan[0] = 3;
    camera.pan[1] = -5;
    g_assert_true (vitrail_camera_place (&camera, &info, &picture, NULL));
    const double index[3] = { (size[0] - 1) / 2.0, (size[1] - 1) / 2.0,
                              (size[2] - 1) / 2.0 };
    vitrail_matrix_map (info.matrix, index, want);
    double across = 0;
    for (guint a = 0; a < 3; a++)
      across +=
          (picture.cast.origin[a] +
           (255.5 + 3 / picture.spacing) * picture.cast.right[a] +
           (255.5 - 5 / picture.spacing) * picture.cast.down[a] - index[a]) *
          picture.cast.ray[a];
    double squares = 0;
    for (guint a = 0; a < 3; a++)
      squares += picture.cast.ray[a] * picture.cast.ray[a];
    const double at[3] = { 255.5 + 3 / picture.spacing,
                           255.5 - 5 / picture.spacing, -across / squares };
    get_point (&info, &picture, at, found);
    for (guint n = 0; n < 3; n++)
      g_assert_cmpfloat_with_epsilon (found[n], want[n], 1e-6);
  }
}

/* However it is turned, no corner is outside, and all lie behind the start. */
static void
test_all_is_seen (void)
{
  VitrailVolumeInfo info;

  make_info (&info, 3, 5);
  for (guint i = 0; i < 100; i++) {
    VitrailCamera camera = VITRAIL_CAMERA_INIT;
    VitrailCameraPicture picture;
    double axes[3][3];
    double start[3];
    camera.azimuth = 23.0 * i;
    camera.elevation = 41.0 * i;
    camera.width = 300;
    g_assert_true (vitrail_camera_place (&camera, &info, &picture, NULL));
    get_axes (&info, &picture, axes);
    get_point (&info, &picture, (double[3]){ 0, 0, 0 }, start);
    for (guint corner = 0; corner < 8; corner++) {
      const double index[3] = { corner & 1 ? size[0] - 1.0 : 0,
                                corner & 2 ? size[1] - 1.0 : 0,
                                corner & 4 ? size[2] - 1.0 : 0 };
      double way[3];
      vitrail_matrix_map (info.matrix, index, way);
      for (guint n = 0; n < 3; n++)
        way[n] -= start[n];
      const double x = vitrail_vector_dot (way, axes[0]) / picture.spacing;
      const double y = vitrail_vector_dot (way, axes[1]) / picture.spacing;
      g_assert_cmpfloat (x, >, -0.501);
      g_assert_cmpfloat (x, <, 299.501);
      g_assert_cmpfloat (y, >, -0.501);
      g_assert_cmpfloat (y, <, 511.501);
      g_assert_cmpfloat (vitrail_vector_dot (way, axes[2]), >, -1e-9);
    }
  }
}

static void
test_refused (void)
{
  VitrailVolumeInfo info;

  for (guint i = 0; i < 14; i++) {
    VitrailCamera camera = VITRAIL_CAMERA_INIT;
    VitrailCameraPicture picture;
    g_autoptr (GError) error = NULL;
    double *const fields[] = { &camera.azimuth, &camera.elevation,
                               &camera.roll,    &camera.zoom,
                               &camera.pan[0],  &camera.pan[1],
                               &camera.front,   &camera.back,
                               &camera.step,    &camera.box[3] };
    make_info (&info, 0, 0);
    if (i < G_N_ELEMENTS (fields))
      *fields[i] = i & 1 ? NAN : INFINITY;
    else if (i == 10)
      camera.width = 0;
    else if (i == 11)
      camera.width = camera.height = G_MAXUINT;
    else if (i == 12)
      camera.zoom = 0;
    else
      info.size[2] = 1;
    g_assert_false (vitrail_camera_place (&camera, &info, &picture, &error));
    const int code =
        i == 10 || i == 11 ? VITRAIL_ERROR_LIMIT : VITRAIL_ERROR_MALFORMED;
    g_assert_error (error, VITRAIL_ERROR, code);
  }
}

static void
test_clips (void)
{
  static const char *const bad[] = {
    "1 0 0",
    "1 0 0 5 6",
    "0 0 0 5",
    "1 0 0 nan",
    "inf 0 0 1",
    "1 0 0 1e300",
    "a",
    "1 0 0 5;",
    "1 0 0 1;1 0 0 2;1 0 0 3;1 0 0 4;1 0 0 5;1 0 0 6;1 0 0 7",
  };
  VitrailCamera camera = VITRAIL_CAMERA_INIT;

  g_assert_true (
      vitrail_camera_set_clips (&camera, " 1 0 0 -5.5 ; 0 -1e-3 .5 12"));
  g_assert_cmpuint (camera.n_clips, ==, 2);
  g_assert_cmpfloat (camera.clips[0][3], ==, -5.5);
  g_assert_cmpfloat (camera.clips[1][1], ==, -1e-3);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (vitrail_camera_set_clips (&camera, bad[i]));
  g_assert_cmpuint (camera.n_clips, ==, 2);
  g_assert_true (vitrail_camera_set_clips (&camera, NULL));
  g_assert_cmpuint (camera.n_clips, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/camera/directions", test_directions);
  g_test_add_func ("/camera/angles", test_angles);
  g_test_add_func ("/camera/middle", test_middle);
  g_test_add_func ("/camera/all-is-seen", test_all_is_seen);
  g_test_add_func ("/camera/refused", test_refused);
  g_test_add_func ("/camera/clips", test_clips);
  return g_test_run ();
}
