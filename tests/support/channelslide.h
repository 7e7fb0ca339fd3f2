/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A slide of grey paths and focal planes whose samples follow a formula, as a
 * fluorescence scanner would deliver them. */

#pragma once

#include "slide/slide.h"

G_BEGIN_DECLS

#define TEST_CHANNEL_TILE   64
#define TEST_CHANNEL_WIDTH  200u
#define TEST_CHANNEL_HEIGHT 150u

/* Two levels, 200 x 150 and 100 x 75 pixels in tiles of 64 x 64, samples of 12
 * bits; planes lie 2 micrometres apart around 0. Paths are coloured red, green,
 * blue and white. "made-of-channels". */
VitrailSlide *test_channel_slide_new (guint n_paths, guint n_planes);

/* Level 1 has nothing of path @path: samples of 0. */
void test_channel_slide_leave_out (VitrailSlide *slide, guint path);

/* The sample at (@x, @y) of @level. */
guint16 test_channel_slide_sample (guint level,
                                   guint path,
                                   guint plane,
                                   guint x,
                                   guint y);

G_END_DECLS
