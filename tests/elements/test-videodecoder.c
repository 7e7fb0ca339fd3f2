/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What plays is decoded once: a decoder holds pictures back, to put them in
 * order and for its threads, and is not begun anew for those. */

#include "decode/videodecoder.h"
#include "decode/videoinstance.h"
#include "testdata.h"
#include "videos.h"

/* What the first frame alone takes, which is wanted at once. */
#define N_FIRST 4u

static const char *const names[] = {
  "a.m2v",       "a.mpg",    "m2.mp4",   "a.h264", "plain.h264",
  "open.h264",   "a.mp4",    "open.mp4", "a.ts",   "a.h265",
  "closed.h265", "h265.mp4", "h265.ts",
};

static VitrailInstance *
open_video (const char *name)
{
  static gboolean made;
  g_autoptr (GError) error = NULL;

  if (!made)
    test_videos_make ("basic");
  made = TRUE;
  g_autofree char *file = g_strconcat (name, ".dcm", NULL);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), file, NULL);
  VitrailInstance *instance =
      vitrail_video_instance_wrap (vitrail_instance_open (path, &error),
                                   &error);
  g_assert_no_error (error);
  return instance;
}

static void
show (VitrailVideoDecoder *decoder, guint frame)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstSample) sample =
      vitrail_video_decoder_get_frame (decoder, frame, &error);

  g_assert_no_error (error);
  g_assert_nonnull (sample);
}

/* Frames in steps of @together, each step backwards: as threads that want the
 * next ones may come. */
static void
check_once (const char *name, guint together)
{
  g_autoptr (VitrailInstance) instance = open_video (name);
  VitrailVideoIndex *index =
      vitrail_video_instance_get_index (VITRAIL_VIDEO_INSTANCE (instance));
  const guint n = vitrail_video_index_get_n_frames (index);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailVideoDecoder) decoder =
      vitrail_video_decoder_new (index, name, &error);

  g_assert_no_error (error);
  show (decoder, 0);
  for (guint first = 0; first < n; first += together)
    for (guint k = MIN (together, n - first); k > 0; k--)
      show (decoder, first + k - 1);
  g_test_message ("%s: %u frames, %u units, %u decoded", name, n,
                  vitrail_video_index_get_n_units (index),
                  vitrail_video_decoder_get_n_fed (decoder));
  g_assert_cmpuint (vitrail_video_decoder_get_n_fed (decoder), <=,
                    vitrail_video_index_get_n_units (index) + N_FIRST +
                        together);
}

static void
test_forwards (gconstpointer name)
{
  check_once (name, 1);
}

static void
test_together (gconstpointer name)
{
  check_once (name, 2);
  check_once (name, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *forwards =
        g_strdup_printf ("/videodecoder/forwards/%s", names[i]);
    g_autofree char *together =
        g_strdup_printf ("/videodecoder/together/%s", names[i]);
    g_test_add_data_func (forwards, names[i], test_forwards);
    g_test_add_data_func (together, names[i], test_together);
  }
  return g_test_run ();
}
