/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Small pictures of a cine: which frames, and that each picture is that of its
 * frame: every frame carries its number as ten squares of bits, which are read
 * back from the small picture. H.264, JPEG and RLE. */

#include "clipstrip.h"
#include "folder.h"
#include "framestore.h"
#include "testarchive.h"
#include "testdata.h"
#include "videos.h"

#define N_FRAMES 60
#define N_BITS   10
/* Of the pictures: 320 x 96, a quarter of that in the middle. */
#define SQUARE 8
#define TOP    ((VITRAIL_CLIP_STRIP_HEIGHT - 24) / 2)

static void
test_pick (void)
{
  static const guint sizes[] = { 1, 2, 3, 7, 60, 61, 100000 };

  for (guint k = 0; k < G_N_ELEMENTS (sizes); k++)
    for (guint n = 1; n <= MIN (sizes[k], VITRAIL_CLIP_STRIP_MOST); n++) {
      for (guint i = 0; i < n; i++) {
        const guint frame = vitrail_clip_strip_pick (sizes[k], n, i);
        /* Times n - 1: how far it is from the place of even gaps. */
        const gint64 off =
            (gint64) (frame - 1) * (n - 1) - (gint64) i * (sizes[k] - 1);
        g_assert_cmpint (2 * ABS (off), <=, n - 1);
        g_assert_cmpuint (vitrail_clip_strip_find (sizes[k], n, frame), ==, i);
        g_assert_cmpuint (vitrail_clip_strip_locate (sizes[k], n, i + 0.5), ==,
                          frame);
      }
      g_assert_cmpuint (vitrail_clip_strip_pick (sizes[k], n, 0), ==, 1);
      if (n > 1)
        g_assert_cmpuint (vitrail_clip_strip_pick (sizes[k], n, n - 1), ==,
                          sizes[k]);
    }
}

/* Of 61 frames in 4 pictures: 1, 21, 41 and 61. */
static void
test_places (void)
{
  g_assert_cmpuint (vitrail_clip_strip_find (61, 4, 11), ==, 0);
  g_assert_cmpuint (vitrail_clip_strip_find (61, 4, 12), ==, 1);
  g_assert_cmpuint (vitrail_clip_strip_find (61, 4, 51), ==, 2);
  g_assert_cmpuint (vitrail_clip_strip_find (61, 4, 52), ==, 3);
  g_assert_cmpuint (vitrail_clip_strip_locate (61, 4, -3), ==, 1);
  g_assert_cmpuint (vitrail_clip_strip_locate (61, 4, 0), ==, 1);
  g_assert_cmpuint (vitrail_clip_strip_locate (61, 4, 1.0), ==, 11);
  g_assert_cmpuint (vitrail_clip_strip_locate (61, 4, 2.25), ==, 36);
  g_assert_cmpuint (vitrail_clip_strip_locate (61, 4, 3.9), ==, 61);
  g_assert_cmpuint (vitrail_clip_strip_locate (61, 4, 99), ==, 61);
  g_assert_cmpuint (vitrail_clip_strip_locate (5, 1, 0.9), ==, 1);
}

typedef struct {
  VitrailDataSource *source;
  VitrailDisplaySet *set;
  VitrailClipStrip *strip;
  guint n_changes;
} Fixture;

static void
changed_cb (gpointer user_data)
{
  ((Fixture *) user_data)->n_changes++;
}

static void
set_up (Fixture *self, gconstpointer name)
{
  static gboolean made;
  const VitrailQuery query = { .level = VITRAIL_LEVEL_INSTANCE };
  g_autoptr (GError) error = NULL;

  if (!made)
    test_videos_make ("strip");
  made = TRUE;
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), name, NULL);
  const char *const paths[] = { path, NULL };
  VitrailFolder *folder = vitrail_folder_new (paths, ":memory:");
  g_assert_true (vitrail_folder_scan (folder, NULL, &error));
  g_assert_no_error (error);
  g_autoptr (GPtrArray) answers = vitrail_folder_query (folder, &query, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) sets = vitrail_display_sets_new (NULL, answers);
  g_assert_cmpuint (sets->len, ==, 1);
  self->source = VITRAIL_DATA_SOURCE (folder);
  self->set = vitrail_display_set_ref (g_ptr_array_index (sets, 0));
  g_assert_cmpint (self->set->kind, ==, VITRAIL_DISPLAY_SET_CINE);
  self->n_changes = 0;
  self->strip =
      vitrail_clip_strip_new (self->source, self->set, changed_cb, self);
}

static void
tear_down (Fixture *self, gconstpointer name)
{
  g_clear_pointer (&self->strip, vitrail_clip_strip_free);
  vitrail_display_set_unref (self->set);
  g_object_unref (self->source);
}

static gboolean
is_done (gpointer strip)
{
  return !vitrail_clip_strip_is_busy (strip);
}

/* The number that its picture shows, from 1. */
static guint
read_number (const Fixture *self, guint index)
{
  const VitrailClipPicture *picture =
      vitrail_clip_strip_get_picture (self->strip, index);
  guint number = 0;

  g_assert_nonnull (picture);
  g_assert_nonnull (picture->rgb);
  g_assert_cmpuint (picture->width, ==, VITRAIL_CLIP_STRIP_WIDTH);
  g_assert_cmpuint (picture->height, ==, VITRAIL_CLIP_STRIP_HEIGHT);
  g_assert_cmpuint (g_bytes_get_size (picture->rgb), ==,
                    (gsize) picture->width * picture->height * 3);
  const guint8 *rgb = g_bytes_get_data (picture->rgb, NULL);
  for (guint bit = 0; bit < N_BITS; bit++) {
    const gsize x = bit * SQUARE + SQUARE / 2;
    const gsize y = TOP + SQUARE / 2;
    number |= (rgb[(y * picture->width + x) * 3 + 1] > 128 ? 1u : 0u) << bit;
  }
  return number + 1;
}

static void
assert_all (Fixture *self, guint n)
{
  vitrail_clip_strip_set_n (self->strip, n);
  g_assert_true (test_wait_until (is_done, self->strip));
  g_assert_cmpuint (vitrail_clip_strip_get_n (self->strip), ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (read_number (self, i), ==,
                      vitrail_clip_strip_pick (N_FRAMES, n, i));
}

/* Every frame, some, one; the frame store keeps nothing of all that. */
static void
test_pictures (Fixture *self, gconstpointer name)
{
  VitrailFrameStoreStats before;
  VitrailFrameStoreStats after;

  vitrail_frame_store_get_stats (vitrail_frame_store_get_default (), &before);
  g_assert_false (vitrail_clip_strip_is_busy (self->strip));
  assert_all (self, 10);
  g_assert_cmpuint (vitrail_clip_strip_get_n_frames (self->strip), ==,
                    N_FRAMES);
  g_assert_cmpuint (self->n_changes, ==, 11);
  assert_all (self, N_FRAMES);
  assert_all (self, 7);
  assert_all (self, 1);
  vitrail_frame_store_get_stats (vitrail_frame_store_get_default (), &after);
  g_assert_cmpuint (after.bytes, ==, before.bytes);
  g_assert_cmpuint (after.misses, ==, before.misses);
}

static void
test_times (Fixture *self, gconstpointer name)
{
  const double step = g_str_equal (name, "h264") ? 0.04 : 0.05;

  g_assert_cmpfloat (vitrail_clip_strip_get_time_s (self->strip, 1), <, 0);
  assert_all (self, 2);
  for (guint frame = 1; frame <= N_FRAMES; frame++)
    g_assert_cmpfloat_with_epsilon (vitrail_clip_strip_get_time_s (self->strip,
                                                                   frame),
                                    (frame - 1) * step, 1e-6);
  g_assert_cmpfloat (vitrail_clip_strip_get_time_s (self->strip, N_FRAMES + 1),
                     <, 0);
}

static gboolean
has_changed (gpointer user_data)
{
  return ((Fixture *) user_data)->n_changes > 0;
}

/* What is under way when it is held is the last; it goes on afterwards. */
static void
test_held (Fixture *self, gconstpointer name)
{
  vitrail_clip_strip_set_held (self->strip, TRUE);
  vitrail_clip_strip_set_n (self->strip, 5);
  test_run_for (50);
  g_assert_cmpuint (self->n_changes, ==, 0);
  g_assert_true (vitrail_clip_strip_is_busy (self->strip));
  vitrail_clip_strip_set_held (self->strip, FALSE);
  g_assert_true (test_wait_until (has_changed, self));
  vitrail_clip_strip_set_held (self->strip, TRUE);
  test_run_for (50);
  g_assert_cmpuint (self->n_changes, <=, 2);
  g_assert_true (vitrail_clip_strip_is_busy (self->strip));
  vitrail_clip_strip_set_held (self->strip, FALSE);
  assert_all (self, 5);
}

static gboolean
is_alone (gpointer source)
{
  return G_OBJECT (source)->ref_count == 1;
}

/* Freed at any moment: nobody is called any more, nothing is left. */
static void
test_freed (Fixture *self, gconstpointer name)
{
  for (guint n_changes = 0; n_changes < 4; n_changes++) {
    self->n_changes = 0;
    vitrail_clip_strip_set_n (self->strip, 20);
    while (self->n_changes < n_changes)
      g_main_context_iteration (NULL, TRUE);
    g_clear_pointer (&self->strip, vitrail_clip_strip_free);
    g_assert_true (test_wait_until (is_alone, self->source));
    g_assert_cmpuint (self->n_changes, ==, n_changes);
    self->strip =
        vitrail_clip_strip_new (self->source, self->set, changed_cb, self);
  }
}

/* A file that is gone: no pictures, and nothing is tried again. */
static void
test_gone (Fixture *self, gconstpointer name)
{
  const char *scratch = test_data_get_scratch ();

  g_free (test_data_run ("mv '%s/%s' '%s/gone'", scratch, (const char *) name,
                         scratch));
  vitrail_clip_strip_set_n (self->strip, 5);
  g_assert_true (test_wait_until (is_done, self->strip));
  g_assert_cmpuint (self->n_changes, ==, 1);
  g_assert_null (vitrail_clip_strip_get_picture (self->strip, 0));
  g_free (test_data_run ("mv '%s/gone' '%s/%s'", scratch, scratch,
                         (const char *) name));
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "h264", "jpeg", "rle" };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clipstrip/pick", test_pick);
  g_test_add_func ("/clipstrip/places", test_places);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *pictures =
        g_strconcat ("/clipstrip/pictures/", names[i], NULL);
    g_autofree char *times = g_strconcat ("/clipstrip/times/", names[i], NULL);
    g_test_add (pictures, Fixture, names[i], set_up, test_pictures, tear_down);
    g_test_add (times, Fixture, names[i], set_up, test_times, tear_down);
  }
  g_test_add ("/clipstrip/held", Fixture, "h264", set_up, test_held, tear_down);
  g_test_add ("/clipstrip/freed", Fixture, "h264", set_up, test_freed,
              tear_down);
  g_test_add ("/clipstrip/gone", Fixture, "rle", set_up, test_gone, tear_down);
  return g_test_run ();
}
