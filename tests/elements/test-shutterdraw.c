/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Display shutters against shuttertruth.py, which reads them with pydicom and
 * covers in numpy: as a function, as an element, and switched off. */

#include "codec/codec.h"
#include "instance.h"
#include "overlay/shutterdraw.h"
#include "pixel/present.h"
#include "testbuffer.h"
#include "testdata.h"
#include "testframe.h"

#include <string.h>

#define ROWS     47
#define COLUMNS  61
#define N_FRAMES 2
#define N_PIXELS ((gsize) ROWS * COLUMNS)

static void
check_present (const VitrailFrame *frame,
               const VitrailFrameInfo *info,
               const VitrailPresentation *presentation,
               const uint8_t *truth)
{
  g_autoptr (GError) error = NULL;
  g_auto (VitrailImage) image = { 0 };

  vitrail_present (frame, info, NULL, presentation, 0, 0, &image, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (image.channels, ==, 1);
  for (gsize y = 0; y < ROWS; y++)
    g_assert_cmpmem (image.data + y * image.stride, COLUMNS,
                     truth + y * COLUMNS, COLUMNS);
}

static void
check_element (const char *element,
               VitrailFrame *frame,
               VitrailFrameInfo *info,
               const uint8_t *truth,
               gsize stride)
{
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  g_auto (TestPipe) pipe = { 0 };

  test_pipe_start (&pipe, element, caps);
  g_autoptr (GstSample) sample =
      test_pipe_run (&pipe, test_buffer_new (frame, info));
  g_assert_nonnull (sample);
  test_sample_compare (sample, truth, stride);
}

static void
check_frame (VitrailInstance *instance, guint number, const uint8_t *truth)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrameInfo) info =
      vitrail_instance_ref_frame_info (instance, number, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailFrame) frame = vitrail_frame_normalize (
      vitrail_instance_decode_frame (instance, number, 0, NULL, &error));
  g_assert_no_error (error);
  VitrailPresentation bare = VITRAIL_PRESENTATION_INIT;

  bare.hide_shutter = TRUE;
  check_present (frame, info, NULL, truth);
  check_present (frame, info, &bare, frame->data);
  check_element ("annotationoverlay", frame, info, truth, COLUMNS);
  check_element ("annotationoverlay show-shutter=false", frame, info,
                 frame->data, frame->stride);
}

static void
check_case (const char *name)
{
  g_autofree char *path =
      g_strdup_printf ("%s/shutter/%s.dcm", test_data_get_scratch (), name);
  g_autofree char *truth_path =
      g_strdup_printf ("%s/shutter/%s.truth", test_data_get_scratch (), name);
  g_autoptr (GError) error = NULL;
  g_autofree char *truth = NULL;
  gsize length = 0;

  g_test_message ("%s", name);
  g_file_get_contents (truth_path, &truth, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (length, ==, N_FRAMES * N_PIXELS);
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_FRAMES; i++)
    check_frame (instance, i + 1, (const uint8_t *) truth + i * N_PIXELS);
}

static void
test_truth (void)
{
  g_autofree char *script =
      g_build_filename (g_getenv ("G_TEST_SRCDIR"), "elements",
                        "shuttertruth.py", NULL);
  g_autofree char *names =
      test_data_run ("/usr/bin/python3 -W ignore '%s' '%s/shutter'", script,
                     test_data_get_scratch ());
  g_auto (GStrv) cases = g_strsplit (names, " ", -1);

  g_assert_cmpuint (g_strv_length (cases), >, 10);
  for (guint i = 0; cases[i] != NULL; i++)
    check_case (cases[i]);
}

/* Colours only where the picture has some; nothing beside the image. */
static void
test_colors (void)
{
  uint8_t data[4 * 6];
  const VitrailShutter shutter = { .width = 2,
                                   .height = 1,
                                   .rgb = 0x102030,
                                   .has_rgb = TRUE,
                                   .has_rectangle = TRUE,
                                   .rectangle = { 0, 0, 0, 0 },
                                   .gray = 65535 };
  VitrailCanvas canvas = { 6, 1, 4, sizeof data, data, TRUE };
  const double map[6] = { 0.5, 0, -0.25, 0, 1, 0 };
  const uint8_t paint[] = { 0x30, 0x20, 0x10, 0xff };

  memset (data, 7, sizeof data);
  vitrail_shutter_draw (&shutter, &canvas, map);
  for (guint x = 0; x < 6; x++)
    g_assert_cmpint (memcmp (data + (gsize) 4 * x, paint, 4) == 0, ==,
                     x == 2 || x == 3);
  memset (data, 7, sizeof data);
  canvas.channels = 1;
  vitrail_shutter_draw (&shutter, &canvas, map);
  for (guint x = 0; x < 6; x++)
    g_assert_cmpuint (data[x], ==, x == 2 || x == 3 ? 0xff : 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/shutter/truth", test_truth);
  g_test_add_func ("/shutter/colors", test_colors);
  return g_test_run ();
}
