/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A slow slide: see slowslide.h. */

#include "slowslide.h"

#include <string.h>

#define TEST_TYPE_SLOW_SLIDE (test_slow_slide_get_type ())
G_DECLARE_FINAL_TYPE (TestSlowSlide, test_slow_slide, TEST, SLOW_SLIDE, GObject)

struct _TestSlowSlide {
  GObject parent_instance;
  guint64 tile_us;
};

static void test_slow_slide_slide_init (VitrailSlideInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (
    TestSlowSlide,
    test_slow_slide,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_SLIDE, test_slow_slide_slide_init))

static guint
test_slow_slide_get_n_levels (VitrailSlide *slide)
{
  return 1;
}

static void
test_slow_slide_get_level (VitrailSlide *slide,
                           guint level,
                           VitrailSlideLevel *out)
{
  *out = (VitrailSlideLevel){ .width = TEST_SLOW_SIDE,
                              .height = TEST_SLOW_SIDE,
                              .tile_width = TEST_SLOW_TILE,
                              .tile_height = TEST_SLOW_TILE,
                              .columns = TEST_SLOW_SIDE / TEST_SLOW_TILE,
                              .rows = TEST_SLOW_SIDE / TEST_SLOW_TILE,
                              .downsample = 1.0 };
}

static const char *
test_slow_slide_get_text (VitrailSlide *slide)
{
  return "slow";
}

static gboolean
test_slow_slide_decode_tile (VitrailSlide *slide,
                             guint level,
                             guint column,
                             guint row,
                             uint8_t *rgb,
                             size_t stride,
                             GCancellable *cancellable,
                             GError **error)
{
  g_usleep (TEST_SLOW_SLIDE (slide)->tile_us);
  for (guint y = 0; y < TEST_SLOW_TILE; y++)
    memset (rgb + y * stride, 200, (size_t) TEST_SLOW_TILE * 3);
  return TRUE;
}

static void
test_slow_slide_slide_init (VitrailSlideInterface *iface)
{
  iface->get_n_levels = test_slow_slide_get_n_levels;
  iface->get_level = test_slow_slide_get_level;
  iface->get_id = test_slow_slide_get_text;
  iface->get_name = test_slow_slide_get_text;
  iface->decode_tile = test_slow_slide_decode_tile;
}

static void
test_slow_slide_class_init (TestSlowSlideClass *klass)
{
}

static void
test_slow_slide_init (TestSlowSlide *self)
{
}

VitrailSlide *
test_slow_slide_new (guint64 tile_us)
{
  TestSlowSlide *self = g_object_new (TEST_TYPE_SLOW_SLIDE, NULL);

  self->tile_us = tile_us;
  return VITRAIL_SLIDE (self);
}
