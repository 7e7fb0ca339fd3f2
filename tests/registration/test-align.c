/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Alignment that cannot be, or is called off; how good it is stands in
 * tests/viewer/test-register.sh. */

#include "error.h"
#include "registration/align.h"
#include "volumedata.h"

#include <gio/gio.h>

#include <math.h>
#include <string.h>

static VitrailVolume *
load (const char *name)
{
  g_autofree char *folder = test_volume_dup_folder (name);
  g_auto (TestSeries) series = { 0 };

  test_series_open (&series, folder);
  return test_series_load (&series, 0, NULL);
}

/* A volume lies on itself; nothing finds more. */
static void
test_itself (void)
{
  g_autoptr (VitrailVolume) volume = load ("ct");
  g_autoptr (GError) error = NULL;
  VitrailAlignment alignment;

  g_assert_true (
      vitrail_align_rigid (volume, volume, NULL, &alignment, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (alignment.information, >, 1);
  for (guint i = 0; i < 16; i++)
    g_assert_cmpfloat_with_epsilon (alignment.matrix[i], i % 5 == 0, 1);
}

static void
test_cancelled (void)
{
  g_autoptr (VitrailVolume) volume = load ("ct");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  VitrailAlignment alignment;

  g_cancellable_cancel (cancellable);
  g_assert_false (vitrail_align_rigid (volume, volume, NULL, &alignment,
                                       cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* As @like, with nothing in it. */
static VitrailVolume *
make_empty (VitrailVolume *like)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (like);
  VitrailVolume *volume = vitrail_volume_new (info, NULL, NULL);
  const gsize n = (gsize) info->size[0] * info->size[1];

  for (guint k = 0; k < info->size[2]; k++) {
    memset (vitrail_volume_begin_slice (volume, k), 0, n * sizeof (guint16));
    vitrail_volume_end_slice (volume, k, VITRAIL_SLICE_THERE);
  }
  return volume;
}

static void
test_refused (void)
{
  g_autoptr (VitrailVolume) volume = load ("ct");
  g_autoptr (VitrailVolume) empty = make_empty (volume);
  g_autoptr (GError) error = NULL;
  const double flat[16] = { 1 };
  VitrailAlignment alignment;

  g_assert_false (
      vitrail_align_rigid (volume, empty, NULL, &alignment, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_false (
      vitrail_align_rigid (volume, volume, flat, &alignment, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/align/itself", test_itself);
  g_test_add_func ("/align/cancelled", test_cancelled);
  g_test_add_func ("/align/refused", test_refused);
  return g_test_run ();
}
