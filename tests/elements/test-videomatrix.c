/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frame N is frame N: one codec, named by the first argument, in every
 * container, without and with B pictures, with open GOPs, from a time that is
 * not 0 and behind an edit list. No decoded frame is kept, so each is sought
 * anew. tests/bench/seek.sh does the same with larger pictures. */

#include "decode/videoinstance.h"
#include "testdata.h"
#include "videos.h"

#include <gst/gst.h>

#define N_SEEKS 50

typedef struct {
  char *name;
  guint n_frames;
  guint first; /* number that the first frame shows, from 0 */
} Video;

static void
video_free (gpointer data)
{
  Video *self = data;

  g_free (self->name);
  g_free (self);
}

static void
check_frame (VitrailInstance *instance, const Video *video, guint frame)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) decoded =
      vitrail_instance_decode_frame (instance, frame, 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_null (decoded->warning);
  g_assert_cmpuint (test_videos_read_number (decoded->data, decoded->stride),
                    ==, video->first + frame);
}

static void
test_video (gconstpointer data)
{
  const Video *video = data;
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  g_autofree char *file = g_strconcat (video->name, ".dcm", NULL);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), file, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance =
      vitrail_video_instance_wrap (vitrail_instance_open (path, &error),
                                   &error);

  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_instance_get_n_frames (instance), ==,
                    video->n_frames);
  vitrail_video_instance_set_kept_bytes (VITRAIL_VIDEO_INSTANCE (instance), 0);
  for (guint i = 0; i < N_SEEKS; i++)
    check_frame (instance, video,
                 (guint) g_rand_int_range (random, 1,
                                           (gint32) video->n_frames + 1));
}

/* What videos.py has listed. */
static void
add_videos (const char *codec, GPtrArray *videos)
{
  g_autofree char *what = g_strconcat ("matrix ", codec, NULL);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "list", NULL);
  g_autofree char *text = NULL;

  test_videos_make (what);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], " ", 3);
    Video *video = g_new0 (Video, 1);
    video->name = g_strdup (words[0]);
    video->n_frames = (guint) g_ascii_strtoull (words[1], NULL, 10);
    video->first = (guint) g_ascii_strtoull (words[2], NULL, 10);
    g_ptr_array_add (videos, video);
    g_autofree char *name =
        g_strdup_printf ("/videomatrix/%s/%s", codec, video->name);
    g_test_add_data_func (name, video, test_video);
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) videos = g_ptr_array_new_with_free_func (video_free);

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_assert_cmpint (argc, ==, 2);
  add_videos (argv[1], videos);
  return g_test_run ();
}
