/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A slide whose tiles take their time, as those of a far server do. */

#pragma once

#include "slide/slide.h"

G_BEGIN_DECLS

#define TEST_SLOW_SIDE 512u
#define TEST_SLOW_TILE 32u

/* One level of 512 x 512 pixels, all 200, in tiles of 32 x 32, each of which
 * takes @tile_us to decode. */
VitrailSlide *test_slow_slide_new (guint64 tile_us);

G_END_DECLS
