/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Resampling as a whole: what must be exact, and what must follow when the
 * picture is flipped or turned. No reference pictures. */

#include "pixel/resample.h"
#include "testframe.h"

#include <math.h>
#include <string.h>

static VitrailFrame *
resample (const VitrailResample *self, guint width, guint height)
{
  const VitrailPixelFormat *f = &self->src->format;
  VitrailFrame *out =
      test_frame_new (width, height, f->samples, f->bits_allocated);

  vitrail_resample_rows (self, 0, height, width, (gpointer) out->data,
                         out->stride);
  return out;
}

static VitrailFrame *
show (const VitrailFrame *frame,
      const VitrailView *view,
      guint width,
      guint height)
{
  VitrailResample self;
  double affine[6];

  vitrail_view_get_affine (view, frame->format.width, frame->format.height, 1,
                           width, height, affine);
  vitrail_resample_init (&self, frame, NULL, affine, view->interpolation);
  return resample (&self, width, height);
}

/* Zoom 1 in a viewport of the image's size: the image; flips and turns move
 * each pixel to where it belongs and change none. */
static void
test_exact (void)
{
  const struct {
    guint samples;
    guint bits;
  } kinds[] = { { 1, 8 }, { 1, 16 }, { 3, 8 }, { 4, 16 }, { 1, 32 } };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (VitrailFrame) image =
        test_frame_new_noise (37, 52, kinds[i].samples, kinds[i].bits, i);
    VitrailView view = VITRAIL_VIEW_INIT;

    g_autoptr (VitrailFrame) same = show (image, &view, 37, 52);
    g_assert_cmpuint (test_frame_count_different (image, same), ==, 0);

    view.flip_horizontal = TRUE;
    g_autoptr (VitrailFrame) flipped = test_frame_flip (image);
    g_autoptr (VitrailFrame) flip = show (image, &view, 37, 52);
    g_assert_cmpuint (test_frame_count_different (flipped, flip), ==, 0);

    view.flip_horizontal = FALSE;
    view.rotation = 90;
    g_autoptr (VitrailFrame) turned = test_frame_turn (image);
    g_autoptr (VitrailFrame) turn = show (image, &view, 52, 37);
    g_assert_cmpuint (test_frame_count_different (turned, turn), ==, 0);

    view.rotation = -180;
    view.flip_vertical = TRUE;
    g_autoptr (VitrailFrame) both = show (image, &view, 37, 52);
    g_assert_cmpuint (test_frame_count_different (flipped, both), ==, 0);
  }
}

/* A shift by whole pixels copies; beside the image is the fill. */
static void
test_shift (void)
{
  g_autoptr (VitrailFrame) image = test_frame_new_noise (10, 8, 1, 16, 3);
  const VitrailResample self = { image, { 1, 0, -3, 0, 1, 2 }, 777, 0, FALSE, 0,
                                 0 };
  g_autoptr (VitrailFrame) out = resample (&self, 20, 8);

  for (guint y = 0; y < 8; y++)
    for (guint x = 0; x < 20; x++) {
      const gboolean inside = x >= 3 && x < 13 && y < 6;
      const double expected =
          inside ? test_frame_get (image, x - 3, y + 2, 0) : 777;
      g_assert_cmpfloat (test_frame_get (out, x, y, 0), ==, expected);
    }
}

/* The picture flipped and the view flipped, or the picture turned and the view
 * turned: the same result, at any zoom; to the last bit at quarter turns. */
static void
test_follows (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint i = 0; i < 120; i++) {
    const guint bits = i % 2 ? 16 : 8;
    const guint samples = i % 3 ? 1 : 3;
    g_autoptr (VitrailFrame) image =
        test_frame_new_noise ((guint) g_rand_int_range (rand, 1, 90),
                              (guint) g_rand_int_range (rand, 1, 90), samples,
                              bits, i);
    g_autoptr (VitrailFrame) flipped = test_frame_flip (image);
    g_autoptr (VitrailFrame) turned = test_frame_turn (image);
    const guint w = (guint) g_rand_int_range (rand, 1, 70);
    const guint h = (guint) g_rand_int_range (rand, 1, 70);
    VitrailView view = VITRAIL_VIEW_INIT;

    view.zoom = exp (g_rand_double_range (rand, -1.5, 1.5));
    view.pan_x = g_rand_double_range (rand, 0.2, 0.8);
    view.pan_y = g_rand_double_range (rand, 0.2, 0.8);
    view.rotation = i % 4 ? 90 * (i % 5) : g_rand_double_range (rand, 0, 360);
    view.flip_vertical = i % 7 == 0;
    g_autoptr (VitrailFrame) expected = show (image, &view, w, h);

    VitrailView other = view;
    other.flip_horizontal = TRUE;
    other.pan_x = 1 - view.pan_x;
    g_autoptr (VitrailFrame) one = show (flipped, &other, w, h);
    /* The sine of any angle is rounded: a position may be, the other way. */
    const guint tolerated = i % 4 ? 0 : 2;
    g_assert_cmpuint (test_frame_count_different (expected, one), <=,
                      tolerated);

    if (view.flip_vertical)
      continue;
    other = view;
    other.rotation -= 90;
    other.pan_x = 1 - view.pan_y;
    other.pan_y = view.pan_x;
    g_autoptr (VitrailFrame) two = show (turned, &other, w, h);
    g_assert_cmpuint (test_frame_count_different (expected, two), <=,
                      tolerated);
  }
}

/* Rows one by one, from anywhere, are what all at once are. */
static void
test_rows (void)
{
  g_autoptr (VitrailFrame) image = test_frame_new_noise (64, 64, 1, 16, 5);
  VitrailView view = VITRAIL_VIEW_INIT;
  VitrailResample self;
  double affine[6];

  for (guint i = 0; i < 4; i++) {
    view.zoom = 0.2 * pow (2.3, i);
    view.rotation += 17;
    vitrail_view_get_affine (&view, 64, 64, 1, 100, 80, affine);
    vitrail_resample_init (&self, image, NULL, affine, 0);
    g_autoptr (VitrailFrame) all = resample (&self, 100, 80);
    for (guint y = 0; y < 80; y += 13) {
      uint16_t row[100];
      vitrail_resample_rows (&self, y, 1, 100, row, sizeof row);
      g_assert_cmpmem (row, sizeof row, all->data + y * all->stride,
                       sizeof row);
    }
  }
}

/* The span is where the image is: by the definition, pixel by pixel. */
static void
test_span (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (23);
  VitrailPixelFormat image = { 0 };
  guint empty = 0;

  for (guint i = 0; i < 3000; i++) {
    VitrailView view = VITRAIL_VIEW_INIT;
    double m[6];
    guint span[2];
    guint inside = 0;

    image.width = (guint) g_rand_int_range (rand, 1, 60);
    image.height = (guint) g_rand_int_range (rand, 1, 60);
    view.zoom = exp (g_rand_double_range (rand, -2, 2));
    view.pan_x = g_rand_double_range (rand, -0.2, 1.2);
    view.rotation = i % 2 ? 90 * (i % 4) : g_rand_double_range (rand, 0, 360);
    vitrail_view_get_affine (&view, image.width, image.height, 1, 50, 40, m);
    const guint y = (guint) g_rand_int_range (rand, 0, 40);
    vitrail_resample_get_span (m, &image, y, 50, span);
    for (guint x = 0; x < 50; x++) {
      const double u = m[0] * x + m[1] * y + m[2];
      const double v = m[3] * x + m[4] * y + m[5];
      const double margin = 1.0 / 65536;
      const gboolean in =
          u >= -0.5 - margin && u <= image.width - 0.5 + margin &&
          v >= -0.5 - margin && v <= image.height - 0.5 + margin;
      inside += in;
      if (x >= span[0] && x < span[1])
        g_assert_true (in);
    }
    g_assert_cmpuint (span[1] - span[0], <=, inside);
    g_assert_cmpuint (span[1] - span[0] + 2, >=, inside);
    empty += span[0] == span[1];
  }
  g_assert_cmpuint (empty, >, 10);
}

/* An affine that makes no sense shows nothing, and reads nothing. */
static void
test_senseless (void)
{
  g_autoptr (VitrailFrame) image = test_frame_new_noise (16, 16, 1, 8, 1);
  const double values[] = { NAN, INFINITY, -INFINITY, 1e300, -1e300, 1e-300 };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    for (guint k = 0; k < 6; k++) {
      VitrailResample self = { image, { 1, 0, 0, 0, 1, 0 }, 9, 0, FALSE, 0, 0 };
      self.affine[k] = values[i];
      g_autoptr (VitrailFrame) out = resample (&self, 16, 16);
      g_assert_nonnull (out);
    }
}

/* Nearest: each output sample is one of the input's, the one whose area it
 * falls in; always so for palettes. */
static void
test_nearest (void)
{
  g_autoptr (VitrailFrame) image = test_frame_new_noise (9, 7, 1, 8, 2);
  VitrailView view = VITRAIL_VIEW_INIT;

  image->format.photometric = VITRAIL_PHOTOMETRIC_PALETTE_COLOR;
  g_autoptr (VitrailFrame) palette = show (image, &view, 45, 35);
  image->format.photometric = VITRAIL_PHOTOMETRIC_MONOCHROME2;
  view.interpolation = VITRAIL_INTERPOLATION_NEAREST;
  g_autoptr (VitrailFrame) grey = show (image, &view, 45, 35);
  for (guint y = 0; y < 35; y++)
    for (guint x = 0; x < 45; x++)
      g_assert_cmpfloat (test_frame_get (palette, x, y, 0), ==,
                         test_frame_get (image, x / 5, y / 5, 0));
  g_assert_cmpuint (test_frame_count_different (palette, grey), ==, 0);
}

/* A disc of samples 1000..1039 with padding around it, at some zoom and angle:
 * nothing else may come out. */
static void
check_padding (const VitrailFrame *image,
               const VitrailFrameInfo *info,
               const VitrailView *view)
{
  VitrailResample self;
  double affine[6];
  guint pads = 0;
  guint others = 0;

  vitrail_view_get_affine (view, 40, 40, 1, 64, 64, affine);
  vitrail_resample_init (&self, image, info, affine, 0);
  g_autoptr (VitrailFrame) out = resample (&self, 64, 64);
  for (guint i = 0; i < 64 * 64; i++) {
    const double s = test_frame_get (out, i % 64, i / 64, 0);
    const gboolean beside = s == 0;
    const gboolean inside = s >= 1000 && s < 1040;
    pads += s == 48;
    others += inside;
    g_assert_true (beside || inside || s == 48);
  }
  g_assert_cmpuint (others, >, 5);
  if (view->zoom < 1)
    g_assert_cmpuint (pads, >, 0);
}

/* Padding never mixes: away from it linear, next to it one of the neighbours,
 * at every zoom and angle. */
static void
test_padding (void)
{
  g_autoptr (VitrailFrame) image = test_frame_new (40, 40, 1, 16);
  VitrailFrameInfo info = { 0 };
  VitrailView view = VITRAIL_VIEW_INIT;

  for (guint y = 0; y < 40; y++)
    for (guint x = 0; x < 40; x++)
      test_frame_set (image, x, y, 0,
                      hypot (x - 19.5, y - 19.5) > 15 ? 48 : 1000 + x);
  info.format = image->format;
  info.has_padding = TRUE;
  info.sample_offset = 2048;
  info.padding_low = info.padding_high = -2000;
  for (guint z = 0; z < 12; z++)
    for (guint turn = 0; turn < 4; turn++) {
      view.zoom = 0.1 * pow (1.37, z);
      view.rotation = 45 * turn;
      check_padding (image, &info, &view);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resample/exact", test_exact);
  g_test_add_func ("/resample/shift", test_shift);
  g_test_add_func ("/resample/follows", test_follows);
  g_test_add_func ("/resample/rows", test_rows);
  g_test_add_func ("/resample/span", test_span);
  g_test_add_func ("/resample/senseless", test_senseless);
  g_test_add_func ("/resample/nearest", test_nearest);
  g_test_add_func ("/resample/padding", test_padding);
  return g_test_run ();
}
