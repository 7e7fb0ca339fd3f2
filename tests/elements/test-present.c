/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail_present (): the two kernels one after the other, and what it does
 * beside the image. */

#include "error.h"
#include "pixel/present.h"
#include "pixel/resample.h"
#include "pixel/window.h"
#include "testframe.h"

#include <string.h>

static VitrailFrameInfo
make_info (const VitrailFrame *frame)
{
  VitrailFrameInfo info = { 0 };

  info.format = frame->format;
  info.slope = 1;
  info.ref_count = 1;
  return info;
}

static void
test_own_size (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (33, 21, 1, 16, 1);
  const VitrailFrameInfo info = make_info (frame);
  const VitrailPresentation p = { TRUE, 30000, 40000, 0, TRUE };
  g_auto (VitrailImage) image = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailWindowLut) lut = vitrail_window_lut_new (&info, &p, NULL);
  uint8_t row[33];

  g_assert_true (
      vitrail_present (frame, &info, NULL, &p, 0, 0, &image, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (image.width, ==, 33);
  g_assert_cmpuint (image.height, ==, 21);
  g_assert_cmpuint (image.channels, ==, 1);
  for (guint y = 0; y < 21; y++) {
    vitrail_window_row_c (lut, frame->data + y * frame->stride, row, 33);
    g_assert_cmpmem (row, 33, image.data + y * image.stride, 33);
  }
}

/* All kinds, all kinds of views: as resampling to a frame, then windowing. */
static void
test_stages (void)
{
  for (guint i = 0; i < 24; i++) {
    g_autoptr (VitrailFrame) frame =
        test_frame_new_noise (40, 30, i % 2 ? 1 : 3, i % 3 ? 16 : 8, i);
    g_autoptr (VitrailFrame) between =
        test_frame_new (70, 50, frame->format.samples,
                        frame->format.bits_allocated);
    const VitrailFrameInfo info = make_info (frame);
    const VitrailPresentation p = { i % 4 != 0, 100, 200, 0, i % 5 == 0 };
    const VitrailView view = { 0.3 * (i + 1), 0.4, 0.6, 15.0 * i, i % 2, 0, 0 };
    g_auto (VitrailImage) image = { 0 };
    g_autoptr (GError) error = NULL;
    VitrailResample resample;
    double affine[6];
    uint8_t row[210];

    g_assert_true (
        vitrail_present (frame, &info, &view, &p, 70, 50, &image, &error));
    g_assert_no_error (error);
    g_autoptr (VitrailWindowLut) lut =
        vitrail_window_lut_new (&info, &p, frame);
    vitrail_view_get_affine (&view, 40, 30, 1, 70, 50, affine);
    vitrail_resample_init (&resample, frame, &info, affine, 0);
    vitrail_resample_rows (&resample, 0, 50, 70, (gpointer) between->data,
                           between->stride);
    for (guint y = 0; y < 50; y++) {
      guint span[2];
      vitrail_resample_get_span (affine, &info.format, y, 70, span);
      vitrail_window_row_c (lut, between->data + y * between->stride, row, 70);
      memset (row, 0, (size_t) span[0] * image.channels);
      memset (row + (size_t) span[1] * image.channels, 0,
              (size_t) (70 - span[1]) * image.channels);
      g_assert_cmpmem (row, 70 * image.channels, image.data + y * image.stride,
                       image.stride);
    }
  }
}

/* The range of a picture without a window does not depend on the view. */
static void
test_range (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new (20, 20, 1, 16);
  const VitrailFrameInfo info = make_info (frame);
  VitrailView view = VITRAIL_VIEW_INIT;
  g_auto (VitrailImage) image = { 0 };

  for (guint x = 0; x < 20; x++)
    for (guint y = 0; y < 20; y++)
      test_frame_set (frame, x, y, 0, 1000 + 100 * x);
  view.zoom = 8;
  g_assert_true (
      vitrail_present (frame, &info, &view, NULL, 160, 160, &image, NULL));
  /* The middle of 1000..2900 is 50 %, with or without the rest in sight. */
  const uint8_t middle = image.data[80 * image.stride + 80];
  g_assert_cmpuint (middle, >=, 120);
  g_assert_cmpuint (middle, <=, 135);
  g_assert_cmpuint (image.data[80 * image.stride], >, 100);
}

/* Pixels twice as high as wide. */
static void
test_aspect (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new (10, 10, 1, 8);
  VitrailFrameInfo info = make_info (frame);
  const VitrailPresentation p = { TRUE, 0, 1, 0, FALSE };
  g_auto (VitrailImage) image = { 0 };
  guint white = 0;

  info.pixel_aspect = 2;
  g_assert_cmpfloat (vitrail_frame_info_get_aspect (&info), ==, 2);
  info.has_spacing = TRUE;
  info.spacing[0] = info.spacing[1] = 1;
  g_assert_cmpfloat (vitrail_frame_info_get_aspect (&info), ==, 1);
  info.spacing[0] = 2;
  g_assert_true (
      vitrail_present (frame, &info, NULL, &p, 40, 40, &image, NULL));
  for (guint x = 0; x < 40; x++)
    white += image.data[20 * image.stride + x] == 255;
  g_assert_cmpuint (white, ==, 20);
  g_assert_cmpuint (image.data[20], ==, 255);
  g_assert_cmpuint (image.data[39 * image.stride + 20], ==, 255);
}

static void
test_limits (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new (4, 4, 1, 8);
  const VitrailFrameInfo info = make_info (frame);
  g_auto (VitrailImage) image = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (
      vitrail_present (frame, &info, NULL, NULL, 70000, 3, &image, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
  g_assert_cmpstr (error->message, ==, "a picture of 70000 x 3 pixels");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/present/own-size", test_own_size);
  g_test_add_func ("/present/stages", test_stages);
  g_test_add_func ("/present/range", test_range);
  g_test_add_func ("/present/aspect", test_aspect);
  g_test_add_func ("/present/limits", test_limits);
  return g_test_run ();
}
