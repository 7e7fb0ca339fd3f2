/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rows of resampled frames by two ways, of which plain C is the judge. */

#pragma once

#include "pixel/resamplerow.h"

G_BEGIN_DECLS

/**
 * TestResampleJudge:
 * @zoom_low, @zoom_high: logarithms to base 2, of the views that both are for
 */
typedef struct {
  void (*fast) (const VitrailResampleRow *row);
  void (*plain) (const VitrailResampleRow *row);
  double zoom_low;
  double zoom_high;
} TestResampleJudge;

/* Adds a test for each layout of samples, /NAME/SAMPLESxBITS: random views of
 * random frames have equal rows, and nothing beside them. */
void test_resample_judge_add (const char *name, const TestResampleJudge *judge);

G_END_DECLS
