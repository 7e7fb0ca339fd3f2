/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A video that lies elsewhere: of MP4 the tables and what one frame takes are
 * all that is fetched before that frame is shown; what is asked for beyond that
 * is held back for ever, so nothing can wait for it. The tables tell the same
 * frames as the samples themselves. */

#include "decode/videoinstance.h"
#include "error.h"
#include "testdata.h"
#include "videos.h"

#include <gst/gst.h>

#include <string.h>

/* Elsewhere. */

#define TEST_TYPE_FAR (test_far_get_type ())
G_DECLARE_FINAL_TYPE (TestFar, test_far, TEST, FAR, VitrailInstance)

struct _TestFar {
  VitrailInstance parent;
  GBytes *stream;
  guint64 fetched;
  guint64 most; /* that may be fetched */
  gboolean is_whole;
};

G_DEFINE_FINAL_TYPE (TestFar, test_far, VITRAIL_TYPE_INSTANCE)

static GBytes *
test_far_load_frame (VitrailInstance *instance,
                     guint frame,
                     GCancellable *cancellable,
                     GError **error)
{
  TestFar *self = TEST_FAR (instance);

  self->is_whole = TRUE;
  return g_bytes_ref (self->stream);
}

static GBytes *
test_far_load_range (VitrailInstance *instance,
                     guint64 from,
                     guint64 length,
                     guint64 *total,
                     GCancellable *cancellable,
                     GError **error)
{
  TestFar *self = TEST_FAR (instance);

  *total = g_bytes_get_size (self->stream);
  g_assert_cmpuint (from, <, *total);
  length = MIN (length, *total - from);
  self->fetched += length;
  if (self->fetched <= self->most)
    return g_bytes_new_from_bytes (self->stream, (gsize) from, (gsize) length);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "the line is cut");
  return NULL;
}

static void
test_far_finalize (GObject *object)
{
  g_clear_pointer (&TEST_FAR (object)->stream, g_bytes_unref);
  G_OBJECT_CLASS (test_far_parent_class)->finalize (object);
}

static void
test_far_class_init (TestFarClass *klass)
{
  VitrailInstanceClass *instance_class = VITRAIL_INSTANCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = test_far_finalize;
  instance_class->load_frame = test_far_load_frame;
  instance_class->load_range = test_far_load_range;
}

static void
test_far_init (TestFar *self)
{
}

static char *
make_path (const char *name)
{
  static gboolean made;

  if (!made)
    test_videos_make ("matrix h264");
  if (!made)
    test_videos_make ("far");
  made = TRUE;
  return g_build_filename (test_data_get_scratch (), name, NULL);
}

static TestFar *
new_far (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".dcm", NULL);
  g_autofree char *path = make_path (file);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) near = vitrail_instance_open (path, &error);

  g_assert_no_error (error);
  TestFar *self =
      g_object_new (TEST_TYPE_FAR, "name", name, "data-set",
                    vitrail_instance_get_data_set (near), "transfer-syntax",
                    vitrail_instance_get_transfer_syntax (near), "n-frames",
                    vitrail_instance_get_n_frames (near), NULL);
  self->stream = vitrail_instance_load_frame (near, 1, NULL, &error);
  g_assert_no_error (error);
  self->most = G_MAXUINT64;
  return self;
}

static VitrailFrame *
decode (VitrailInstance *instance, guint frame, GError **error)
{
  return vitrail_instance_decode_frame (instance, frame, 0, NULL, error);
}

static void
check_frame (VitrailInstance *instance, guint frame)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) decoded = decode (instance, frame, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (test_videos_read_number (decoded->data, decoded->stride),
                    ==, frame);
}

/* Tables at the front, and at the end. */
static void
test_start (gconstpointer name)
{
  g_autoptr (TestFar) far = new_far (name);
  g_autoptr (GError) error = NULL;

  far->most = g_bytes_get_size (far->stream) / 3;
  g_autoptr (VitrailInstance) instance =
      vitrail_video_instance_wrap (VITRAIL_INSTANCE (g_object_ref (far)),
                                   &error);
  g_assert_no_error (error);
  check_frame (instance, 1);
  g_assert_false (far->is_whole);
  g_test_message ("%" G_GUINT64_FORMAT " bytes of %" G_GSIZE_FORMAT,
                  far->fetched, g_bytes_get_size (far->stream));
  /* A line that is cut is said, and is no end. */
  guint last = vitrail_instance_get_n_frames (instance);
  far->most = 0;
  g_autoptr (VitrailFrame) none = decode (instance, last / 2, &error);
  g_assert_null (none);
  g_assert_nonnull (strstr (error->message, "the line is cut"));
  far->most = G_MAXUINT64;
  check_frame (instance, last / 2);
  check_frame (instance, last);
  for (guint frame = 1; frame <= last; frame += 7)
    check_frame (instance, frame);
}

/* What has no tables in one place is fetched whole. */
static void
test_whole (gconstpointer name)
{
  g_autoptr (TestFar) far = new_far (name);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance =
      vitrail_video_instance_wrap (VITRAIL_INSTANCE (g_object_ref (far)),
                                   &error);

  g_assert_no_error (error);
  g_assert_true (far->is_whole);
  check_frame (instance, 11);
}

/* The same frames, whoever tells them. */
static void
test_tables (gconstpointer name)
{
  g_autoptr (TestFar) far = new_far (name);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailVideoStream) stream =
      vitrail_video_stream_new (VITRAIL_INSTANCE (far), &error);
  g_autoptr (VitrailVideoIndex) remote =
      vitrail_video_index_new_remote (stream, VITRAIL_VIDEO_H264, name, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailVideoIndex) local =
      vitrail_video_index_new (far->stream, VITRAIL_VIDEO_H264, name, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_video_index_get_n_units (remote), ==,
                    vitrail_video_index_get_n_units (local));
  g_assert_cmpuint (vitrail_video_index_get_n_frames (remote), ==,
                    vitrail_video_index_get_n_frames (local));
  for (guint i = 0; i < vitrail_video_index_get_n_units (local); i++) {
    const VitrailVideoUnit *a = vitrail_video_index_get_unit (remote, i);
    const VitrailVideoUnit *b = vitrail_video_index_get_unit (local, i);
    g_assert_cmpuint (a->frame, ==, b->frame);
    g_assert_cmpuint (a->access, <=, b->access);
    g_assert_cmpuint (a->size, ==, b->size);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_data_func ("/videoremote/front", "front.mp4", test_start);
  g_test_add_data_func ("/videoremote/end", "end.mp4", test_start);
  g_test_add_data_func ("/videoremote/elementary", "closed.h264", test_whole);
  g_test_add_data_func ("/videoremote/pieces", "closed-pieces.mp4", test_whole);
  g_test_add_data_func ("/videoremote/tables/plain", "plain.mp4", test_tables);
  g_test_add_data_func ("/videoremote/tables/closed", "closed.mp4",
                        test_tables);
  g_test_add_data_func ("/videoremote/tables/open", "open.mp4", test_tables);
  g_test_add_data_func ("/videoremote/tables/edit", "closed-edit.mp4",
                        test_tables);
  return g_test_run ();
}
