/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Series for tests of volumes: see volumedata.h. */

#include "volumedata.h"

#include "testdata.h"

char *
test_volume_dup_folder (const char *name)
{
  static gboolean made;
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "support", "volumedata.py", NULL);
  const char *scratch = test_data_get_scratch ();

  if (!made)
    g_free (test_data_run ("/usr/bin/python3 '%s' '%s'", script, scratch));
  made = TRUE;
  return g_build_filename (scratch, name, NULL);
}

VitrailMemoryBudget *
test_volume_budget_new (guint64 bytes)
{
  static GPtrArray *budgets;

  if (budgets == NULL)
    budgets = g_ptr_array_new ();
  g_ptr_array_add (budgets, vitrail_memory_budget_new (bytes));
  return g_ptr_array_index (budgets, budgets->len - 1);
}

double
test_volume_get_value (guint i, guint j, guint k)
{
  return (double) i + 10.0 * j + 100.0 * k - 500;
}

void
test_series_open (TestSeries *self, const char *folder)
{
  g_autoptr (GPtrArray) files = test_data_list_files (folder);
  g_autoptr (GPtrArray) headers = g_ptr_array_new ();

  self->instances = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < files->len; i++) {
    g_autoptr (GError) error = NULL;
    VitrailInstance *instance =
        vitrail_instance_open (g_ptr_array_index (files, i), &error);
    g_assert_no_error (error);
    g_ptr_array_add (self->instances, instance);
    g_ptr_array_add (headers, vitrail_instance_get_data_set (instance));
  }
  self->plans =
      vitrail_volume_plans_new ((VitrailDataSet *const *) headers->pdata,
                                headers->len);
}

void
test_series_clear (TestSeries *self)
{
  g_clear_pointer (&self->instances, g_ptr_array_unref);
  g_clear_pointer (&self->plans, vitrail_volume_plans_free);
}

VitrailVolume *
test_series_load (TestSeries *self, guint time, VitrailMemoryBudget *budget)
{
  g_assert_cmpuint (self->plans->volumes->len, >, 0);
  const VitrailVolumeRequest request = {
    .plan = g_ptr_array_index (self->plans->volumes, 0),
    .time = time,
    .instances = (VitrailInstance *const *) self->instances->pdata,
    .hold = { .budget = budget },
  };
  g_autoptr (GError) error = NULL;
  VitrailVolume *volume = vitrail_volume_load (&request, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (vitrail_volume_wait (volume, G_MAXUINT, NULL));
  return volume;
}

double
test_volume_look (VitrailVolume *volume, guint i, guint j, guint k)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  const guint from[3] = { i, j, k };
  const guint size[3] = { 1, 1, 1 };
  g_autoptr (GError) error = NULL;

  union {
    uint16_t u16;
    float f32;
  } voxel;

  vitrail_volume_read_box (volume, from, size, &voxel, &error);
  g_assert_no_error (error);
  return (info->type == VITRAIL_VOXEL_F32 ? (double) voxel.f32 : voxel.u16) *
             info->slope +
         info->intercept;
}

void
test_volume_check_slice (VitrailVolume *volume,
                         guint k,
                         double written,
                         double more)
{
  for (guint j = 0; j < TEST_VOLUME_ROWS; j++)
    for (guint i = 0; i < TEST_VOLUME_COLUMNS; i++)
      g_assert_cmpfloat (test_volume_look (volume, i, j, k), ==,
                         test_volume_get_value (i, j, 0) + 100 * written +
                             more);
}
