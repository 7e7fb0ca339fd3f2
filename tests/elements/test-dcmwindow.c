/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dcmwindow, and viewtransform before it: the bytes of vitrail_present (), for
 * every kind of frame and view; and what it does with caps and metas. */

#include "pixel/blank.h"
#include "pixel/display.h"
#include "pixel/present.h"
#include "testbuffer.h"
#include "testdata.h"
#include "testframe.h"

#include <gst/video/video.h>

#include <math.h>
#include <string.h>

static const struct {
  guint samples;
  guint bits;
} kinds[] = { { 1, 8 }, { 1, 16 }, { 3, 8 }, { 3, 16 }, { 1, 32 } };

static const VitrailView views[] = {
  VITRAIL_VIEW_INIT,
  { 2.5, 0.4, 0.6, 0, FALSE, FALSE, 0 },
  { 0.3, 0.5, 0.5, 90, TRUE, FALSE, 0 },
  { 1.3, 0.5, 0.5, 33, FALSE, TRUE, 0 },
  { 3, 0.7, 0.1, -10, FALSE, FALSE, VITRAIL_INTERPOLATION_NEAREST },
};

static const VitrailPresentation presentations[] = {
  VITRAIL_PRESENTATION_INIT,
  { TRUE, 100, 150, VITRAIL_VOI_LINEAR, FALSE },
  { TRUE, 30000, 20000, VITRAIL_VOI_SIGMOID, TRUE },
};

/* One pipeline a kind, changed while it plays. */
static void
test_present (gconstpointer data)
{
  const guint kind = GPOINTER_TO_UINT (data);
  g_autoptr (VitrailFrame) frame =
      test_frame_new_noise (60, 44, kinds[kind].samples, kinds[kind].bits,
                            kind);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  VitrailFrameInfo *info = test_info_new (frame);
  g_auto (TestPipe) pipe = { 0 };

  info->has_spacing = TRUE;
  info->spacing[0] = 1.25;
  info->spacing[1] = 1;
  info->inverted = kind == 1;
  info->has_padding = TRUE;
  info->padding_low = info->padding_high = 17;
  test_pipe_start (&pipe,
                   "viewtransform name=view ! dcmwindow name=window ! "
                   "video/x-raw, width=70, height=81",
                   caps);
  g_autoptr (GstElement) view = test_pipe_get (&pipe, "view");
  g_autoptr (GstElement) window = test_pipe_get (&pipe, "window");
  for (guint v = 0; v < G_N_ELEMENTS (views); v++)
    for (guint p = 0; p < G_N_ELEMENTS (presentations); p++) {
      g_auto (VitrailImage) image = { 0 };
      g_object_set (view, "view", &views[v], NULL);
      g_object_set (window, "presentation", &presentations[p], NULL);
      g_autoptr (GstSample) sample =
          test_pipe_run (&pipe, test_buffer_new (frame, info));
      g_assert_nonnull (sample);
      g_assert_true (vitrail_present (frame, info, &views[v], &presentations[p],
                                      70, 81, &image, NULL));
      test_sample_compare (sample, image.data, image.stride);
    }
}

/* Without a size from downstream, and a whole view: the frame's own pixels. */
static void
test_own_size (void)
{
  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++) {
    g_autoptr (VitrailFrame) frame =
        test_frame_new_noise (61, 33, kinds[kind].samples, kinds[kind].bits,
                              kind);
    g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
    VitrailFrameInfo *info = test_info_new (frame);
    g_auto (VitrailImage) image = { 0 };
    g_auto (TestPipe) pipe = { 0 };

    info->has_spacing = TRUE;
    info->spacing[0] = 2;
    info->spacing[1] = 1;
    test_pipe_start (&pipe, "viewtransform ! dcmwindow", caps);
    g_autoptr (GstSample) sample =
        test_pipe_run (&pipe, test_buffer_new (frame, info));
    g_assert_nonnull (sample);
    g_assert_true (
        vitrail_present (frame, info, NULL, NULL, 0, 0, &image, NULL));
    test_sample_compare (sample, image.data, image.stride);
  }
}

/* What stands for a frame that did not decode is marked, through a view too. */
static void
test_corrupt (void)
{
  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++) {
    g_autoptr (VitrailFrame) frame =
        test_frame_new_noise (61, 33, kinds[kind].samples, kinds[kind].bits,
                              kind);
    g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
    const guint channels = kinds[kind].samples == 1 ? 1 : 3;
    uint8_t mark[61 * 33 * 3];
    g_auto (TestPipe) pipe = { 0 };

    GstBuffer *buffer = test_buffer_new (frame, test_info_new (frame));
    vitrail_buffer_get_frame_meta (buffer)->flags |= VITRAIL_FRAME_META_CORRUPT;
    test_pipe_start (&pipe, "viewtransform ! dcmwindow", caps);
    g_autoptr (GstSample) sample = test_pipe_run (&pipe, buffer);
    g_assert_nonnull (sample);
    vitrail_blank_draw (mark, (size_t) 61 * channels, 61, 33, channels);
    test_sample_compare (sample, mark, (size_t) 61 * channels);
    g_assert_cmpint (
        vitrail_buffer_get_frame_meta (gst_sample_get_buffer (sample))->flags &
            VITRAIL_FRAME_META_CORRUPT,
        !=, 0);
  }
}

static const char *
get_format (GstSample *sample)
{
  return gst_structure_get_string (
      gst_caps_get_structure (gst_sample_get_caps (sample), 0), "format");
}

/* Grey, then a picture with a palette, then grey again: the caps follow. */
static void
test_palette (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (16, 16, 1, 8, 1);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  static const guint16 colours[9] = { 1000,  20000, 30000, 40000, 50000,
                                      60000, 7000,  8000,  65535 };
  static VitrailPalette palette = { 100, 3, colours };
  VitrailFrameInfo *grey = test_info_new (frame);
  VitrailFrameInfo *info = test_info_new (frame);
  g_auto (VitrailImage) image = { 0 };
  g_auto (TestPipe) pipe = { 0 };

  info->palette = &palette;
  test_pipe_start (&pipe, "dcmwindow", caps);
  g_autoptr (GstSample) first =
      test_pipe_run (&pipe, test_buffer_new (frame, grey));
  g_autoptr (GstSample) second =
      test_pipe_run (&pipe, test_buffer_new (frame, info));
  g_autoptr (GstSample) third =
      test_pipe_run (&pipe, test_buffer_new (frame, grey));
  g_assert_cmpstr (get_format (first), ==, "GRAY8");
  g_assert_cmpstr (get_format (second), ==, "RGB");
  g_assert_cmpstr (get_format (third), ==, "GRAY8");
  g_assert_true (vitrail_present (frame, info, NULL, NULL, 0, 0, &image, NULL));
  test_sample_compare (second, image.data, image.stride);

  /* Nobody gets indices for grey levels. */
  g_auto (TestPipe) other = { 0 };
  test_pipe_start (&other, "dcmwindow ! video/x-raw, format=GRAY8", caps);
  g_assert_null (test_pipe_run (&other, test_buffer_new (frame, info)));
}

/* Grey, a colormap while it plays, grey; unknown names are none. */
static void
test_colormap (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (33, 7, 1, 16, 1);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  VitrailFrameInfo *info = test_info_new (frame);
  const VitrailPresentation colored = { .colormap = "viridis" };
  const char *const names[] = { "no such", "VIRIDIS", NULL };
  const char *const formats[] = { "GRAY8", "RGB", "GRAY8" };
  g_auto (VitrailImage) image = { 0 };
  g_auto (TestPipe) pipe = { 0 };

  g_assert_true (
      vitrail_present (frame, info, NULL, &colored, 0, 0, &image, NULL));
  g_assert_cmpuint (image.channels, ==, 3);
  test_pipe_start (&pipe, "dcmwindow name=window", caps);
  g_autoptr (GstElement) window = test_pipe_get (&pipe, "window");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_object_set (window, "colormap", names[i], NULL);
    g_autoptr (GstSample) sample =
        test_pipe_run (&pipe, test_buffer_new (frame, info));
    g_assert_cmpstr (get_format (sample), ==, formats[i]);
    if (i == 1)
      test_sample_compare (sample, image.data, image.stride);
  }

  /* The boxed value's name may be gone: it is one of ours. */
  g_autofree char *name = g_strdup ("Hot_Iron");
  VitrailPresentation given = { .voi = 3, .colormap = name };
  VitrailPresentation *taken = NULL;
  g_object_set (window, "presentation", &given, NULL);
  name[0] = 'x';
  g_object_get (window, "presentation", &taken, NULL);
  g_assert_cmpstr (taken->colormap, ==, "hot_iron");
  g_assert_cmpuint (taken->voi, ==, 3);
  vitrail_presentation_free (taken);
}

/* The data's second window. */
static void
test_voi (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (33, 7, 1, 16, 1);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  VitrailFrameInfo *info = test_info_new (frame);
  static VitrailWindow windows[] = { { 100, 200, NULL }, { 3e4, 2e4, NULL } };
  const VitrailPresentation second = { .voi = 1 };
  g_auto (VitrailImage) image = { 0 };
  g_auto (TestPipe) pipe = { 0 };

  info->windows = windows;
  info->n_windows = 2;
  g_assert_true (
      vitrail_present (frame, info, NULL, &second, 0, 0, &image, NULL));
  test_pipe_start (&pipe, "dcmwindow voi=1", caps);
  g_autoptr (GstSample) sample =
      test_pipe_run (&pipe, test_buffer_new (frame, info));
  test_sample_compare (sample, image.data, image.stride);
  const VitrailFrameMeta *meta =
      vitrail_buffer_get_frame_meta (gst_sample_get_buffer (sample));
  g_assert_true (meta->has_window);
  g_assert_cmpfloat (meta->window_center, ==, 3e4);
}

/* Four bytes a pixel, grey and colour. */
static void
test_four_bytes (void)
{
  static const struct {
    const char *format;
    guint red;
  } layouts[] = { { "RGBA", 0 }, { "BGRx", 2 } };

  for (guint i = 0; i < 4; i++) {
    const guint samples = i < 2 ? 1 : 3;
    const guint red = layouts[i % 2].red;
    g_autoptr (VitrailFrame) frame =
        test_frame_new_noise (21, 9, samples, 8, i);
    g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
    VitrailFrameInfo *info = test_info_new (frame);
    g_autofree char *line =
        g_strdup_printf ("dcmwindow ! video/x-raw, format=%s",
                         layouts[i % 2].format);
    g_auto (VitrailImage) image = { 0 };
    g_auto (TestPipe) pipe = { 0 };
    GstMapInfo map;

    g_assert_true (
        vitrail_present (frame, info, NULL, NULL, 0, 0, &image, NULL));
    test_pipe_start (&pipe, line, caps);
    g_autoptr (GstSample) sample =
        test_pipe_run (&pipe, test_buffer_new (frame, info));
    GstBuffer *buffer = gst_sample_get_buffer (sample);
    g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
    g_assert_cmpuint (map.size, ==, (gsize) 21 * 9 * 4);
    for (guint p = 0; p < 21 * 9; p++) {
      const guint8 *in = image.data + (gsize) p * samples;
      g_assert_cmpuint (map.data[4 * p + red], ==, in[0]);
      g_assert_cmpuint (map.data[4 * p + 1], ==, in[samples / 2]);
      g_assert_cmpuint (map.data[4 * p + 2 - red], ==, in[samples - 1]);
      g_assert_cmpuint (map.data[4 * p + 3], ==, 255);
    }
    gst_buffer_unmap (buffer, &map);
  }
}

/* Colour that is shown as it is: the same memory; inverted it is not. */
static void
test_no_copy (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (32, 8, 3, 8, 1);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  VitrailFrameInfo *info = test_info_new (frame);
  g_auto (TestPipe) pipe = { 0 };

  test_pipe_start (&pipe, "dcmwindow name=window", caps);
  g_autoptr (GstElement) window = test_pipe_get (&pipe, "window");
  for (guint i = 0; i < 4; i++) {
    GstBuffer *buffer = test_buffer_new (frame, info);
    g_autoptr (GstMemory) memory = gst_buffer_get_memory (buffer, 0);
    g_object_set (window, "invert", i % 2 == 1, "colormap", "hsv", NULL);
    g_autoptr (GstSample) sample = test_pipe_run (&pipe, buffer);
    g_autoptr (GstMemory) out =
        gst_buffer_get_memory (gst_sample_get_buffer (sample), 0);
    g_assert_true ((out == memory) == (i % 2 == 0));
    g_assert_cmpstr (get_format (sample), ==, "RGB");
  }
}

/* RGB where downstream wants it. */
static void
test_grey_as_rgb (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (21, 9, 1, 16, 1);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  VitrailFrameInfo *info = test_info_new (frame);
  g_auto (VitrailImage) image = { 0 };
  guint8 rgb[9][63];
  g_auto (TestPipe) pipe = { 0 };

  test_pipe_start (&pipe, "dcmwindow ! video/x-raw, format=RGB", caps);
  g_autoptr (GstSample) sample =
      test_pipe_run (&pipe, test_buffer_new (frame, info));
  g_assert_nonnull (sample);
  g_assert_true (vitrail_present (frame, info, NULL, NULL, 0, 0, &image, NULL));
  for (guint y = 0; y < 9; y++)
    for (guint i = 0; i < 63; i++)
      rgb[y][i] = image.data[y * image.stride + i / 3];
  test_sample_compare (sample, rgb[0], sizeof rgb[0]);
}

/* One picture with a window of its own: it says which it has. */
static VitrailFrameInfo *
show_window (TestPipe *pipe, const VitrailFrame *frame, VitrailWindow *window)
{
  VitrailFrameInfo *info = test_info_new (frame);
  g_auto (VitrailImage) image = { 0 };

  info->n_windows = 1;
  info->windows = window;
  info->has_plane = TRUE;
  info->plane[0] = window->width;
  g_autoptr (GstSample) sample =
      test_pipe_run (pipe, test_buffer_new (frame, info));
  const VitrailFrameMeta *meta =
      vitrail_buffer_get_frame_meta (gst_sample_get_buffer (sample));
  g_assert_true (meta->info == info);
  g_assert_true (meta->has_plane && meta->plane[0] == window->width);
  g_assert_true (meta->has_window);
  g_assert_cmpfloat (meta->window_center, ==, window->center);
  g_assert_cmpfloat (meta->window_width, ==, window->width);
  vitrail_present (frame, info, NULL, NULL, 0, 0, &image, NULL);
  test_sample_compare (sample, image.data, image.stride);
  return info;
}

/* The table is made anew when the data's window changes; afterwards nobody
 * holds on to any of the infos. */
static void
test_meta (void)
{
  static VitrailWindow windows[4] = { { 1000, 500, NULL },
                                      { 1000, 600, NULL },
                                      { 9, 600, NULL },
                                      { 9, 1, NULL } };
  VitrailFrameInfo *infos[4];
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (16, 16, 1, 16, 4);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  TestPipe pipe = { 0 };

  test_pipe_start (&pipe, "dcmwindow", caps);
  for (guint i = 0; i < 4; i++)
    infos[i] = show_window (&pipe, frame, &windows[i]);
  test_pipe_stop (&pipe);
  for (guint i = 0; i < 4; i++)
    test_info_expect_released (infos[i]);
}

/* Video of others, without our meta, is windowed over its range. */
static void
test_foreign (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new (16, 16, 1, 16);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  g_auto (TestPipe) pipe = { 0 };
  guint8 first = 1;
  guint8 last = 1;

  for (guint x = 0; x < 16; x++)
    for (guint y = 0; y < 16; y++)
      test_frame_set (frame, x, y, 0, 5000 + 10 * x);
  test_pipe_start (&pipe, "viewtransform ! dcmwindow", caps);
  g_autoptr (GstSample) sample =
      test_pipe_run (&pipe, test_buffer_new (frame, NULL));
  gst_buffer_extract (gst_sample_get_buffer (sample), 0, &first, 1);
  gst_buffer_extract (gst_sample_get_buffer (sample), 15, &last, 1);
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpuint (last, ==, 255);

  g_auto (TestPipe) colored = { 0 };
  test_pipe_start (&colored, "dcmwindow colormap=viridis", caps);
  g_autoptr (GstSample) colors =
      test_pipe_run (&colored, test_buffer_new (frame, NULL));
  g_assert_cmpstr (get_format (colors), ==, "RGB");
}

static void
test_properties (void)
{
  GstElement *window = gst_element_factory_make ("dcmwindow", NULL);
  const VitrailPresentation given = { TRUE, 40, 400, VITRAIL_VOI_SIGMOID,
                                      TRUE };
  VitrailPresentation *got = NULL;
  double center = 0;
  double width = 0;

  g_object_get (window, "window-width", &width, NULL);
  g_assert_cmpfloat (width, ==, 0);
  g_object_set (window, "presentation", &given, NULL);
  g_object_get (window, "window-center", &center, "window-width", &width,
                "presentation", &got, NULL);
  g_assert_cmpfloat (center, ==, 40);
  g_assert_cmpfloat (width, ==, 400);
  g_assert_true (vitrail_presentation_equal (got, &given));
  g_boxed_free (VITRAIL_TYPE_PRESENTATION, got);

  g_object_set (window, "window-width", 0.0, NULL);
  g_object_get (window, "presentation", &got, NULL);
  g_assert_false (got->has_window);
  g_boxed_free (VITRAIL_TYPE_PRESENTATION, got);
  g_object_set (window, "window-center", 7.0, "window-width", 2.0,
                "presentation", NULL, NULL);
  g_object_get (window, "presentation", &got, NULL);
  g_assert_false (got->has_window || got->invert);
  g_boxed_free (VITRAIL_TYPE_PRESENTATION, got);
  gst_object_unref (window);
}

/* What is shown on a display: grey levels calibrated, colours by their profile,
 * as vitrail_present () shows them. */
static void
test_display (void)
{
  g_autofree char *lut =
      g_build_filename (test_data_get_scratch (), "monitor.lut", NULL);
  g_autofree char *icc = g_test_build_filename (G_TEST_DIST, "elements",
                                                "profiles", "mab.icc", NULL);
  const VitrailDisplayFiles files = { .calibration = lut };
  VitrailPresentation p = VITRAIL_PRESENTATION_INIT;
  char *profile = NULL;
  gsize length = 0;

  g_assert_true (g_file_set_contents (
      lut, "max 255\namb 0.5\n0 0.3\n100 40\n255 350\n", -1, NULL));
  g_assert_true (vitrail_display_find (&files, &p.display, NULL));
  g_assert_true (g_file_get_contents (icc, &profile, &length, NULL));
  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++) {
    g_autoptr (VitrailFrame) frame =
        test_frame_new_noise (61, 33, kinds[kind].samples, kinds[kind].bits,
                              kind);
    g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
    VitrailFrameInfo *info = test_info_new (frame);
    g_auto (VitrailImage) image = { 0 };
    g_auto (VitrailImage) plain = { 0 };
    g_auto (TestPipe) pipe = { 0 };

    g_assert_true (
        vitrail_present (frame, info, NULL, NULL, 0, 0, &plain, NULL));
    info->icc_profile = g_bytes_new_static (profile, length);
    info->inverted = kind == 1;
    test_pipe_start (&pipe, "dcmwindow name=window", caps);
    g_autoptr (GstElement) window = test_pipe_get (&pipe, "window");
    g_object_set (window, "display-calibration", lut, NULL);
    g_autoptr (GstSample) sample =
        test_pipe_run (&pipe, test_buffer_new (frame, info));
    g_assert_nonnull (sample);
    g_assert_true (vitrail_present (frame, info, NULL, &p, 0, 0, &image, NULL));
    test_sample_compare (sample, image.data, image.stride);
    g_assert_true (
        memcmp (plain.data, image.data, image.stride * image.height) != 0);

    /* A wrong file is refused, and "none" leaves colours alone. */
    g_object_set (window, "display-calibration", icc, NULL);
    g_autofree char *kept = NULL;
    g_object_get (window, "display-calibration", &kept, NULL);
    g_assert_cmpstr (kept, ==, lut);
    g_object_set (window, "display-calibration", NULL, "display-profile",
                  "none", NULL);
    info->inverted = FALSE;
    g_autoptr (GstSample) stored =
        test_pipe_run (&pipe, test_buffer_new (frame, info));
    test_sample_compare (stored, plain.data, plain.stride);
  }
}

/* On the thread that posts: what follows it comes after it. */
static void
warning_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  GString *text = user_data;
  g_autoptr (GError) error = NULL;

  gst_message_parse_warning (message, &error, NULL);
  g_string_assign (text, error->message);
}

static void
keep_warnings (const TestPipe *pipe, GString *text)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipe->pipeline);

  gst_bus_enable_sync_message_emission (bus);
  g_signal_connect (bus, "sync-message::warning", G_CALLBACK (warning_cb),
                    text);
}

/* Wrong files are told, also where they were set before anybody listens. */
static void
test_bad_display (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (61, 33, 1, 8, 5);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (TestPipe) pipe = { 0 };

  test_pipe_start (&pipe,
                   "dcmwindow name=window display-calibration=/nowhere/a "
                   "display-profile=/nowhere/b",
                   caps);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipe.pipeline);
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, (GstClockTime) 60 * GST_SECOND,
                                  GST_MESSAGE_WARNING);
  g_autoptr (GError) error = NULL;
  g_assert_nonnull (message);
  gst_message_parse_warning (message, &error, NULL);
  g_assert_nonnull (strstr (error->message, "/nowhere/a"));
  g_assert_nonnull (strstr (error->message, "/nowhere/b"));

  keep_warnings (&pipe, text);
  g_autoptr (GstSample) sample =
      test_pipe_run (&pipe, test_buffer_new (frame, test_info_new (frame)));
  g_assert_nonnull (sample);
  g_assert_cmpstr (text->str, ==, "");
  g_autoptr (GstElement) window = test_pipe_get (&pipe, "window");
  g_object_set (window, "display-calibration", "/nowhere/c", NULL);
  g_assert_nonnull (strstr (text->str, "/nowhere/c"));
}

/* A profile that is none: colours as they are, and a warning. */
static void
test_bad_profile (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (61, 33, 3, 8, 5);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  VitrailFrameInfo *info = test_info_new (frame);
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (TestPipe) pipe = { 0 };

  info->icc_profile = g_bytes_new_static ("no profile", 10);
  test_pipe_start (&pipe, "dcmwindow", caps);
  keep_warnings (&pipe, text);
  g_autoptr (GstSample) sample =
      test_pipe_run (&pipe, test_buffer_new (frame, info));
  g_assert_nonnull (sample);
  test_sample_compare (sample, frame->data, frame->stride);
  g_assert_true (g_str_has_prefix (text->str, "ICC profile: "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_data_func ("/dcmwindow/present/grey8", GUINT_TO_POINTER (0),
                        test_present);
  g_test_add_data_func ("/dcmwindow/present/grey16", GUINT_TO_POINTER (1),
                        test_present);
  g_test_add_data_func ("/dcmwindow/present/rgb", GUINT_TO_POINTER (2),
                        test_present);
  g_test_add_data_func ("/dcmwindow/present/rgb16", GUINT_TO_POINTER (3),
                        test_present);
  g_test_add_data_func ("/dcmwindow/present/float", GUINT_TO_POINTER (4),
                        test_present);
  g_test_add_func ("/dcmwindow/own-size", test_own_size);
  g_test_add_func ("/dcmwindow/corrupt", test_corrupt);
  g_test_add_func ("/dcmwindow/palette", test_palette);
  g_test_add_func ("/dcmwindow/colormap", test_colormap);
  g_test_add_func ("/dcmwindow/voi", test_voi);
  g_test_add_func ("/dcmwindow/four-bytes", test_four_bytes);
  g_test_add_func ("/dcmwindow/no-copy", test_no_copy);
  g_test_add_func ("/dcmwindow/grey-as-rgb", test_grey_as_rgb);
  g_test_add_func ("/dcmwindow/meta", test_meta);
  g_test_add_func ("/dcmwindow/foreign", test_foreign);
  g_test_add_func ("/dcmwindow/properties", test_properties);
  g_test_add_func ("/dcmwindow/display", test_display);
  g_test_add_func ("/dcmwindow/bad-display", test_bad_display);
  g_test_add_func ("/dcmwindow/bad-profile", test_bad_profile);
  return g_test_run ();
}
