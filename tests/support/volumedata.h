/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Series whose values are known at each voxel, for tests of volumes. */

#pragma once

#include "volume/loader.h"

G_BEGIN_DECLS

#define TEST_VOLUME_COLUMNS 9u
#define TEST_VOLUME_ROWS    7u
#define TEST_VOLUME_SLICES  8u

/* The folder of series @name, made by pydicom (volumedata.py):
 *  "ct"      signed, 8 slices, their files in another order
 *  "pet"     a rescale of its own each slice
 *  "gap"     ct without slice 3
 *  "broken"  ct with slice 5 cut short
 *  "times"   ct at 3 points in time, each 1000 higher
 *  "flat"    ct that says no orientation */
char *test_volume_dup_folder (const char *name);

/* What was written at voxel (i, j, k). */
double test_volume_get_value (guint i, guint j, guint k);

/* A budget that lasts until the program ends: the pool lets go of volumes a
 * little later than they are complete. */
VitrailMemoryBudget *test_volume_budget_new (guint64 bytes);

/**
 * TestSeries: the opened files of a folder, and what they form.
 * @instances: (element-type VitrailInstance)
 */
typedef struct {
  GPtrArray *instances;
  VitrailVolumePlans *plans;
} TestSeries;

void test_series_open (TestSeries *self, const char *folder);
void test_series_clear (TestSeries *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestSeries, test_series_clear)

/* Loads point in time @time of the first volume, and waits for it. @budget may
 * be NULL. */
VitrailVolume *
test_series_load (TestSeries *self, guint time, VitrailMemoryBudget *budget);

/* The value at voxel (i, j, k). */
double test_volume_look (VitrailVolume *volume, guint i, guint j, guint k);
/* Slice @k is what was written as slice @written, @more higher. */
void test_volume_check_slice (VitrailVolume *volume,
                              guint k,
                              double written,
                              double more);

G_END_DECLS
