/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See channelslide.h. */

#include "channelslide.h"

#include "error.h"

#include <string.h>

#define TEST_TYPE_CHANNEL_SLIDE (test_channel_slide_get_type ())
G_DECLARE_FINAL_TYPE (TestChannelSlide,
                      test_channel_slide,
                      TEST,
                      CHANNEL_SLIDE,
                      GObject)

struct _TestChannelSlide {
  GObject parent;
  guint n_paths;
  guint n_planes;
  guint path;
  guint plane;
  gboolean is_left_out[4]; /* by path: level 1 has nothing of it */
};

static void test_channel_slide_iface_init (VitrailSlideInterface *iface);

G_DEFINE_TYPE_WITH_CODE (TestChannelSlide,
                         test_channel_slide,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_SLIDE,
                                                test_channel_slide_iface_init))

guint16
test_channel_slide_sample (guint level,
                           guint path,
                           guint plane,
                           guint x,
                           guint y)
{
  return (guint16) ((x * (7 + path) + y * 13 + plane * 100 + path * 300 +
                     level * 50) %
                    1500);
}

static guint
get_n_levels (VitrailSlide *slide)
{
  return 2;
}

static void
get_level (VitrailSlide *slide, guint level, VitrailSlideLevel *out)
{
  const guint width = TEST_CHANNEL_WIDTH >> level;
  const guint height = TEST_CHANNEL_HEIGHT >> level;

  *out = (VitrailSlideLevel){
    .width = width,
    .height = height,
    .tile_width = TEST_CHANNEL_TILE,
    .tile_height = TEST_CHANNEL_TILE,
    .columns = (width + TEST_CHANNEL_TILE - 1) / TEST_CHANNEL_TILE,
    .rows = (height + TEST_CHANNEL_TILE - 1) / TEST_CHANNEL_TILE,
    .downsample = 1u << level,
  };
}

static const char *
get_name (VitrailSlide *slide)
{
  return "made-of-channels";
}

static guint
get_n_paths (VitrailSlide *slide)
{
  return TEST_CHANNEL_SLIDE (slide)->n_paths;
}

static void
get_path (VitrailSlide *slide, guint path, VitrailSlidePath *out)
{
  static const uint8_t colors[4][3] = { { 255, 0, 0 },
                                        { 0, 255, 0 },
                                        { 0, 0, 255 },
                                        { 255, 255, 255 } };
  static const char *const ids[4] = { "0", "1", "2", "3" };

  *out = (VitrailSlidePath){ .id = ids[path % 4], .bits = 12 };
  memcpy (out->rgb, colors[path % 4], 3);
}

static guint
get_n_focal_planes (VitrailSlide *slide)
{
  return TEST_CHANNEL_SLIDE (slide)->n_planes;
}

static double
get_focal_plane_um (VitrailSlide *slide, guint plane)
{
  return (plane - (TEST_CHANNEL_SLIDE (slide)->n_planes - 1) / 2.0) * 2.0;
}

static VitrailSlide *
new_facet (const TestChannelSlide *self, guint path, guint plane)
{
  TestChannelSlide *facet = g_object_new (TEST_TYPE_CHANNEL_SLIDE, NULL);

  facet->n_paths = self->n_paths;
  facet->n_planes = self->n_planes;
  facet->path = path;
  facet->plane = plane;
  memcpy (facet->is_left_out, self->is_left_out, sizeof self->is_left_out);
  return VITRAIL_SLIDE (facet);
}

static VitrailSlide *
ref_facet (VitrailSlide *slide, guint path, guint plane)
{
  return new_facet (TEST_CHANNEL_SLIDE (slide), path, plane);
}

void
test_channel_slide_leave_out (VitrailSlide *slide, guint path)
{
  TEST_CHANNEL_SLIDE (slide)->is_left_out[path] = TRUE;
}

static gboolean
decode_samples (VitrailSlide *slide,
                guint level,
                guint column,
                guint row,
                uint16_t *samples,
                size_t stride,
                GCancellable *cancellable,
                GError **error)
{
  const TestChannelSlide *self = TEST_CHANNEL_SLIDE (slide);
  VitrailSlideLevel geometry;

  get_level (slide, level, &geometry);
  for (guint y = 0; y < TEST_CHANNEL_TILE; y++)
    for (guint x = 0; x < TEST_CHANNEL_TILE; x++) {
      const guint at_x = column * TEST_CHANNEL_TILE + x;
      const guint at_y = row * TEST_CHANNEL_TILE + y;
      const gboolean inside = at_x < geometry.width && at_y < geometry.height &&
                              !(level == 1 && self->is_left_out[self->path]);
      samples[y * stride + x] =
          inside ? test_channel_slide_sample (level, self->path, self->plane,
                                              at_x, at_y)
                 : 0;
    }
  return TRUE;
}

/* As it would look without windows: the upper 8 bits. */
static gboolean
decode_tile (VitrailSlide *slide,
             guint level,
             guint column,
             guint row,
             uint8_t *rgb,
             size_t stride,
             GCancellable *cancellable,
             GError **error)
{
  uint16_t samples[TEST_CHANNEL_TILE * TEST_CHANNEL_TILE];

  decode_samples (slide, level, column, row, samples, TEST_CHANNEL_TILE,
                  cancellable, error);
  for (guint y = 0; y < TEST_CHANNEL_TILE; y++)
    for (guint x = 0; x < TEST_CHANNEL_TILE; x++)
      memset (rgb + y * stride + (gsize) x * 3,
              samples[y * TEST_CHANNEL_TILE + x] >> 4, 3);
  return TRUE;
}

static void
get_background (VitrailSlide *slide, uint8_t rgb[3])
{
  memset (rgb, 0, 3);
}

static void
test_channel_slide_iface_init (VitrailSlideInterface *iface)
{
  iface->get_n_levels = get_n_levels;
  iface->get_level = get_level;
  iface->get_id = get_name;
  iface->get_name = get_name;
  iface->decode_tile = decode_tile;
  iface->get_background = get_background;
  iface->get_n_paths = get_n_paths;
  iface->get_path = get_path;
  iface->get_n_focal_planes = get_n_focal_planes;
  iface->get_focal_plane_um = get_focal_plane_um;
  iface->ref_facet = ref_facet;
  iface->decode_samples = decode_samples;
}

static void
test_channel_slide_class_init (TestChannelSlideClass *klass)
{
}

static void
test_channel_slide_init (TestChannelSlide *self)
{
}

VitrailSlide *
test_channel_slide_new (guint n_paths, guint n_planes)
{
  const TestChannelSlide shape = { .n_paths = n_paths, .n_planes = n_planes };

  return new_facet (&shape, 0, 0);
}
