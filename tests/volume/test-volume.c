/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A volume that fills: who stands in for whom, what is known of it, who is
 * told; its bounds; and its matrices. */

#include "error.h"
#include "volume/volume.h"

#include <math.h>
#include <string.h>

#define WIDTH  7u
#define HEIGHT 5u

static VitrailVolume *
make_volume (guint n_slices, VitrailMemoryBudget *budget, GError **error)
{
  const VitrailVolumeInfo info = {
    .size = { WIDTH, HEIGHT, n_slices },
    .matrix = { 0.5, 0, 0, -10, 0, 0.7, 0.1, -20, 0, 0, 2, 30, 0, 0, 0, 1 },
    .slope = 1,
    .background = 9,
    .has_padding = TRUE,
    .padding_low = 60000,
    .padding_high = 60001,
  };

  const VitrailVolumeHold hold = { .budget = budget };

  return vitrail_volume_new (&info, &hold, error);
}

static void
put (VitrailVolume *volume, guint k)
{
  uint16_t *voxels = vitrail_volume_begin_slice (volume, k);

  g_assert_nonnull (voxels);
  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    voxels[i] = (uint16_t) (k * 100 + i);
  voxels[3] = 60001;
  vitrail_volume_end_slice (volume, k, VITRAIL_SLICE_THERE);
}

/* Voxel (0, 0, k) tells which slice was written there. */
static guint
look (VitrailVolume *volume, guint k)
{
  const guint from[3] = { 0, 0, k };
  const guint size[3] = { 1, 1, 1 };
  uint16_t voxel = 0;
  g_autoptr (GError) error = NULL;

  vitrail_volume_read_box (volume, from, size, &voxel, &error);
  g_assert_no_error (error);
  return voxel;
}

/* @is_bricked: the budget has no room for the volume, only for a brick. */
static void
test_stand_in (gconstpointer is_bricked)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailMemoryBudget) budget =
      vitrail_memory_budget_new (is_bricked != NULL ? 100 : 1 << 20);
  g_autoptr (VitrailVolume) volume = make_volume (9, budget, &error);
  static const guint after_two[9] = { 200, 200, 200, 200, 200,
                                      800, 800, 800, 800 };
  static const guint after_three[9] = { 200, 200, 200, 200, 500,
                                        500, 500, 800, 800 };
  guint states[5] = { 0 };

  g_assert_no_error (error);
  g_assert_true ((vitrail_volume_get_voxels (volume) == NULL) ==
                 (is_bricked != NULL));
  for (guint k = 0; k < 9; k++)
    g_assert_cmpuint (look (volume, k), ==, 9);
  put (volume, 2);
  put (volume, 8);
  /* Halfway, the newer one. */
  g_assert_cmpuint (look (volume, 5), ==, 800);
  for (guint k = 0; k < 9; k++)
    g_assert_cmpuint (look (volume, k), ==, after_two[k]);
  put (volume, 5);
  for (guint k = 0; k < 9; k++)
    g_assert_cmpuint (look (volume, k), ==, after_three[k]);
  for (guint k = 0; k < 9; k++)
    states[vitrail_volume_get_slice_state (volume, k)]++;
  g_assert_cmpuint (states[VITRAIL_SLICE_THERE], ==, 3);
  g_assert_cmpuint (states[VITRAIL_SLICE_COPIED], ==, 6);
  g_assert_true (vitrail_volume_is_usable (volume));
  g_assert_false (vitrail_volume_is_complete (volume));
  for (guint k = 0; k < 9; k++)
    if (k != 2 && k != 5 && k != 8)
      put (volume, k);
  for (guint k = 0; k < 9; k++)
    g_assert_cmpuint (look (volume, k) / 100, ==, k);
  g_assert_true (vitrail_volume_is_complete (volume));
}

static void
count_cb (VitrailVolume *volume, gpointer user_data)
{
  guint *n_calls = user_data;
  (*n_calls)++;
}

static void
test_told (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailVolume) volume = make_volume (4, NULL, &error);
  double low = 0;
  double high = 0;
  guint n_calls = 0;

  g_assert_no_error (error);
  const guint watch = vitrail_volume_watch (volume, count_cb, &n_calls);
  g_assert_false (vitrail_volume_get_range (volume, &low, &high));
  put (volume, 1);
  g_assert_null (vitrail_volume_begin_slice (volume, 1));
  g_assert_null (vitrail_volume_begin_slice (volume, 4));
  g_assert_cmpuint (n_calls, ==, 1);
  g_assert_cmpuint (vitrail_volume_get_generation (volume), ==, 1);
  /* Padding is no data. */
  g_assert_true (vitrail_volume_get_range (volume, &low, &high));
  g_assert_cmpfloat (low, ==, 100);
  g_assert_cmpfloat (high, ==, 134);
  vitrail_volume_fail_slice (volume, 2, "no such file");
  vitrail_volume_fail_slice (volume, 3, "nor this");
  g_assert_cmpuint (look (volume, 2), ==, 9);
  g_assert_null (vitrail_volume_begin_slice (volume, 2));
  vitrail_volume_unwatch (volume, watch);
  put (volume, 0);
  g_assert_cmpuint (n_calls, ==, 3);
  g_assert_true (vitrail_volume_is_complete (volume));
  g_assert_true (vitrail_volume_is_usable (volume));
  g_assert_cmpuint (vitrail_volume_get_n_there (volume), ==, 2);
  g_assert_cmpuint (vitrail_volume_get_n_failed (volume), ==, 2);
  g_autofree char *warning = vitrail_volume_dup_warning (volume);
  g_assert_cmpstr (warning, ==, "no such file");
}

static gpointer
fill_thread (gpointer data)
{
  for (guint k = 0; k < 40; k++)
    put (data, (k * 7) % 40);
  return NULL;
}

static gpointer
cancel_thread (gpointer data)
{
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_wait (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailVolume) volume = make_volume (40, NULL, &error);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_assert_no_error (error);
  GThread *thread = g_thread_new ("cancel", cancel_thread, cancellable);
  g_assert_false (vitrail_volume_wait (volume, 1, cancellable));
  g_thread_join (thread);
  thread = g_thread_new ("fill", fill_thread, volume);
  g_assert_true (vitrail_volume_wait (volume, 3, NULL));
  g_assert_true (vitrail_volume_is_usable (volume));
  g_assert_true (vitrail_volume_wait (volume, G_MAXUINT, NULL));
  g_assert_true (vitrail_volume_is_complete (volume));
  g_thread_join (thread);
}

static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;
  VitrailVolumeInfo info = {
    .size = { 65535, 65535, 65535 },
    .matrix = { 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1 },
  };
  const guint from[3] = { WIDTH - 1, 0, 0 };
  const guint beyond[3] = { 2, 1, 1 };
  const guint wraps[3] = { G_MAXUINT, 1, 1 };
  uint16_t voxels[2];

  g_assert_null (vitrail_volume_new (&info, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
  g_clear_error (&error);
  info.size[0] = 0;
  g_assert_null (vitrail_volume_new (&info, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
  g_clear_error (&error);
  info.size[0] = info.size[1] = info.size[2] = 4;
  info.matrix[10] = 0;
  g_assert_null (vitrail_volume_new (&info, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  g_clear_error (&error);
  info.matrix[10] = NAN;
  g_assert_null (vitrail_volume_new (&info, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  g_clear_error (&error);

  g_autoptr (VitrailVolume) volume = make_volume (3, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (
      vitrail_volume_read_box (volume, from, beyond, voxels, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (
      vitrail_volume_read_box (volume, from, wraps, voxels, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
}

#define LARGE_WIDTH  70u
#define LARGE_HEIGHT 50u
#define LARGE_DEPTH  45u

static uint16_t
get_large (guint i, guint j, guint k)
{
  return (uint16_t) (i + 71 * j + 3571 * k);
}

static void
put_large (VitrailVolume *volume, guint k)
{
  uint16_t *voxels = vitrail_volume_begin_slice (volume, k);

  for (guint j = 0; j < LARGE_HEIGHT; j++)
    for (guint i = 0; i < LARGE_WIDTH; i++)
      *voxels++ = get_large (i, j, k);
  vitrail_volume_end_slice (volume, k, VITRAIL_SLICE_THERE);
}

static void
check_large (VitrailVolume *volume, const guint from[3], const guint size[3])
{
  g_autofree uint16_t *box =
      g_new (uint16_t, (size_t) size[0] * size[1] * size[2]);
  const uint16_t *voxel = box;
  g_autoptr (GError) error = NULL;

  vitrail_volume_read_box (volume, from, size, box, &error);
  g_assert_no_error (error);
  for (guint k = 0; k < size[2]; k++)
    for (guint j = 0; j < size[1]; j++)
      for (guint i = 0; i < size[0]; i++)
        g_assert_cmpuint (*voxel++, ==,
                          get_large (from[0] + i, from[1] + j, from[2] + k));
}

/* One after the other: the last slice is not copied anew for each of them, and
 * yet none stands in for it that is eight times as far as another. */
static void
test_in_order (void)
{
  enum { N = 60 };

  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailVolume) volume = make_volume (N, NULL, &error);
  guint n_changes = 0;
  guint before = 0;

  g_assert_no_error (error);
  for (guint k = 0; k < N - 1; k++) {
    put (volume, k);
    const guint last = look (volume, N - 1) / 100;
    n_changes += k == 0 || last != before;
    before = last;
    for (guint j = k + 1; j < N; j++) {
      const guint away = j - look (volume, j) / 100;
      g_assert_cmpuint (away, <, j - k <= 3 ? j - k + 1 : 8 * (j - k));
    }
  }
  g_assert_cmpuint (n_changes, >=, 3);
  g_assert_cmpuint (n_changes, <=, 10);
}

/* Three bricks fit at a time; planes of all directions and boxes read the same
 * as was written, before and after other slices of their bricks came. */
static void
test_bricks (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (200000);
  const VitrailVolumeInfo info = {
    .size = { LARGE_WIDTH, LARGE_HEIGHT, LARGE_DEPTH },
    .matrix = { 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1 },
  };
  static const guint boxes[][6] = {
    { 0, 0, 0, LARGE_WIDTH, LARGE_HEIGHT, LARGE_DEPTH },
    { 33, 0, 0, 1, LARGE_HEIGHT, LARGE_DEPTH },
    { 0, 49, 0, LARGE_WIDTH, 1, LARGE_DEPTH },
    { 0, 0, 31, LARGE_WIDTH, LARGE_HEIGHT, 1 },
    { 30, 31, 29, 37, 5, 9 },
    { 69, 49, 44, 1, 1, 1 },
    { 3, 3, 3, 0, 4, 4 },
  };
  const VitrailVolumeHold hold = { .budget = budget };
  g_autoptr (VitrailVolume) volume = vitrail_volume_new (&info, &hold, &error);

  g_assert_no_error (error);
  g_assert_null (vitrail_volume_get_voxels (volume));
  for (guint k = 0; k < LARGE_DEPTH; k++) {
    put_large (volume, k);
    const guint row[3] = { 0, 20, k };
    const guint size[3] = { LARGE_WIDTH, 2, 1 };
    check_large (volume, row, size);
  }
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < G_N_ELEMENTS (boxes); i++)
      check_large (volume, boxes[i], boxes[i] + 3);
  g_assert_cmpuint (vitrail_memory_budget_get_bytes (budget), >, 0);
  g_assert_cmpuint (vitrail_memory_budget_get_bytes (budget), <=, 200000);
}

/* A sheared matrix and back. */
static void
test_matrix (void)
{
  const double matrix[16] = { 0.5, 0.1, 0, -10, 0,   0.7, 0.3, -20,
                              0.2, 0,   2, 30,  0.0, 0,   0,   1 };
  double inverse[16];
  double there[3];
  double back[3];

  g_assert_true (vitrail_matrix_invert (matrix, inverse));
  for (guint i = 0; i < 27; i++) {
    const guint corner[3] = { i % 3, i / 3 % 3, i / 9 };
    const double point[3] = { corner[0] * 100.0, corner[1] * 100.0,
                              corner[2] * 100.0 };
    vitrail_matrix_map (matrix, point, there);
    vitrail_matrix_map (inverse, there, back);
    for (guint axis = 0; axis < 3; axis++)
      g_assert_cmpfloat_with_epsilon (back[axis], point[axis], 1e-10);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/volume/stand-in", NULL, test_stand_in);
  g_test_add_data_func ("/volume/stand-in-bricked", "", test_stand_in);
  g_test_add_func ("/volume/in-order", test_in_order);
  g_test_add_func ("/volume/bricks", test_bricks);
  g_test_add_func ("/volume/told", test_told);
  g_test_add_func ("/volume/wait", test_wait);
  g_test_add_func ("/volume/refused", test_refused);
  g_test_add_func ("/volume/matrix", test_matrix);
  return g_test_run ();
}
