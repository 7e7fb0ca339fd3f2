/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailFrameMeta: what it survives, and what becomes of its plane; also
 * behind elements of others, by name. */

#include "pixel/view.h"
#include "testbuffer.h"
#include "testframe.h"

#include <gst/video/video.h>

#include <string.h>

static const double plane[12] = { 0.5, 0, 0, -10, 0, 0.5, 0, 20, 0, 0, 0, 30 };

typedef enum {
  KEPT,    /* with its plane, unchanged */
  SCALED,  /* with a plane for the new size */
  NOWHERE, /* kept, without a plane */
  DROPPED,
} Fate;

/* 64 x 64 in; what a new size gets is 32 x 32 unless it says otherwise. */
static const struct {
  const char *element;
  Fate fate;
} fates[] = {
  { "identity", KEPT },
  { "queue", KEPT },
  { "capsfilter caps=video/x-raw", KEPT },
  { "tee ! queue", KEPT },
  { "videorate ! video/x-raw, framerate=25/1", KEPT },
  { "videoconvert", KEPT },
  { "videoconvert ! video/x-raw, format=RGBA", KEPT },
  { "videoscale ! video/x-raw, width=32, height=32", SCALED },
  { "videoconvertscale ! video/x-raw, format=RGB, width=32, height=32",
    SCALED },
  { "videoscale ! video/x-raw, width=32, height=64, pixel-aspect-ratio=1/1",
    DROPPED },
  { "viewtransform ! video/x-raw, width=32, height=32", SCALED },
  { "dcmwindow", KEPT },
  { "videoflip video-direction=90r", DROPPED },
  { "videocrop left=8", DROPPED },
  { "videobalance saturation=0.5", KEPT },
  { "x264enc tune=zerolatency ! avdec_h264", KEPT },
  { "pngenc ! pngdec", KEPT },
  { "videobox left=-8", DROPPED },
  { "compositor", DROPPED },
};

static Fate
get_fate (GstSample *sample)
{
  const VitrailFrameMeta *meta =
      vitrail_buffer_get_frame_meta (gst_sample_get_buffer (sample));
  double first[3];
  double last[3];

  if (meta == NULL)
    return DROPPED;
  g_assert_nonnull (meta->info);
  if (!meta->has_plane)
    return NOWHERE;
  gboolean same = TRUE;
  for (guint i = 0; i < 12; i++)
    same &= meta->plane[i] == plane[i];
  if (same)
    return KEPT;
  /* The corners of the picture stay where they are. */
  vitrail_plane_map (meta->plane, -0.5, -0.5, first);
  vitrail_plane_map (meta->plane, 31.5, 31.5, last);
  g_assert_cmpfloat_with_epsilon (first[0], -10.25, 1e-9);
  g_assert_cmpfloat_with_epsilon (first[1], 19.75, 1e-9);
  g_assert_cmpfloat_with_epsilon (last[0], 21.75, 1e-9);
  g_assert_cmpfloat_with_epsilon (last[1], 51.75, 1e-9);
  g_assert_cmpuint (meta->frame_width, ==, 64);
  return SCALED;
}

static void
test_foreign (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  const gboolean needs_420 = strstr (fates[i].element, "x264") != NULL ||
                             strstr (fates[i].element, "balance") != NULL;
  const GstVideoFormat format =
      needs_420 ? GST_VIDEO_FORMAT_I420 : GST_VIDEO_FORMAT_GRAY8;
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (64, 64, 1, 8, 1);
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GstSample) sample = NULL;
  VitrailFrameInfo *info = test_info_new (frame);
  GstVideoInfo video;
  g_auto (TestPipe) pipe = { 0 };

  info->has_plane = TRUE;
  memcpy (info->plane, plane, sizeof plane);
  gst_video_info_set_format (&video, format, 64, 64);
  video.fps_n = 25;
  g_autoptr (GstCaps) caps = gst_video_info_to_caps (&video);
  buffer = gst_buffer_new_allocate (NULL, video.size, NULL);
  gst_buffer_memset (buffer, 0, 100, video.size);
  vitrail_buffer_add_frame_meta (buffer, info);
  GST_BUFFER_PTS (buffer) = 0;
  GST_BUFFER_DURATION (buffer) = GST_SECOND / 25;
  test_pipe_start (&pipe, fates[i].element, caps);
  test_pipe_push_eos_after (&pipe);
  sample = test_pipe_run (&pipe, g_steal_pointer (&buffer));
  g_assert_nonnull (sample);
  g_assert_cmpint (get_fate (sample), ==, fates[i].fate);
}

/* Whole copies keep it, parts do not. */
static void
test_copies (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (8, 8, 1, 8, 1);
  VitrailFrameInfo *info = test_info_new (frame);

  info->lossy = TRUE;
  g_autoptr (GstBuffer) buffer = test_buffer_new (frame, info);
  VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
  g_assert_cmpint (meta->flags, ==, VITRAIL_FRAME_META_LOSSY);
  meta->generation = 7;
  meta->quality = VITRAIL_QUALITY_PREVIEW;
  g_autoptr (GstBuffer) copy = gst_buffer_copy (buffer);
  const VitrailFrameMeta *got = vitrail_buffer_get_frame_meta (copy);
  g_assert_true (got->info == info);
  g_assert_cmpuint (got->generation, ==, 7);
  g_assert_cmpint (got->quality, ==, VITRAIL_QUALITY_PREVIEW);
  g_assert_cmpint (got->flags, ==, VITRAIL_FRAME_META_LOSSY);
  g_autoptr (GstBuffer) part =
      gst_buffer_copy_region (buffer, GST_BUFFER_COPY_ALL, 8, 8);
  g_assert_null (vitrail_buffer_get_frame_meta (part));
  g_clear_pointer (&copy, gst_buffer_unref);
  g_clear_pointer (&buffer, gst_buffer_unref);
  test_info_expect_released (info);
}

/* Any transformation by our own name, through the generic function. */
static void
test_affine (void)
{
  const double quarter[6] = { 0, 1, 2, -1, 0, 5 };
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (8, 8, 1, 8, 1);
  VitrailFrameInfo *info = test_info_new (frame);
  double at[3];

  info->has_plane = TRUE;
  memcpy (info->plane, plane, sizeof plane);
  g_autoptr (GstBuffer) buffer = test_buffer_new (frame, info);
  g_autoptr (GstBuffer) out = gst_buffer_new ();
  VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
  double affine[6];
  memcpy (affine, quarter, sizeof affine);
  g_assert_true (meta->meta.info->transform_func (
      out, &meta->meta, buffer,
      g_quark_from_string (VITRAIL_META_TRANSFORM_AFFINE), affine));
  g_assert_false (meta->meta.info->transform_func (
      out, &meta->meta, buffer, g_quark_from_string ("unheard-of"), affine));
  const VitrailFrameMeta *got = vitrail_buffer_get_frame_meta (out);
  /* out (3, 4) is in (6, 2) */
  vitrail_plane_map (got->plane, 3, 4, at);
  g_assert_cmpfloat (at[0], ==, -10 + 0.5 * 6);
  g_assert_cmpfloat (at[1], ==, 20 + 0.5 * 2);
  g_assert_cmpfloat (at[2], ==, 30);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/framemeta/copies", test_copies);
  g_test_add_func ("/framemeta/affine", test_affine);
  for (guint i = 0; i < G_N_ELEMENTS (fates); i++) {
    g_autofree char *path =
        g_strdup_printf ("/framemeta/foreign/%u %s", i, fates[i].element);
    g_strdelimit (path + strlen ("/framemeta/foreign/"), "/", ':');
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_foreign);
  }
  return g_test_run ();
}
