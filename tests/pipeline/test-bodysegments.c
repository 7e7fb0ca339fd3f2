/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A segmentation in a body of a session: the picture is the one that a pipeline
 * makes of the same files, to the last bit; and what is no segmentation of it.
 */

#include "bodysegments.h"
#include "eye.h"
#include "sessiontest.h"
#include "testarchive.h"
#include "testdata.h"
#include "viewportbody.h"

#include <gst/app/gstappsink.h>

#include <string.h>

enum { WIDTH = 120, HEIGHT = 96, BYTES = WIDTH * HEIGHT * 4 };

typedef struct {
  VitrailSession *session;
  GstElement *sink;
  char *told;
} Fixture;

/* A CT and a segmentation, of its own frame of reference or of another one. */
static char *
dup_folder (const char *frame)
{
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "bodysegments",
                        frame != NULL ? frame : "own", NULL);
  g_autofree char *place = g_test_build_filename (G_TEST_DIST, "volume", NULL);

  if (g_file_test (folder, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&folder);
  g_free (test_data_run (
      "/usr/bin/python3 -c 'import sys; sys.path.insert(0, \"%s\"); import "
      "segmented; segmented.write_ct(\"%s/ct\"); "
      "segmented.write_seg(\"%s/seg.dcm\"%s%s%s)'",
      place, folder, folder, frame != NULL ? ", \"" : "",
      frame != NULL ? frame : "", frame != NULL ? "\"" : ""));
  return g_steal_pointer (&folder);
}

static void
told_cb (VitrailSession *session, const char *text, gpointer user_data)
{
  Fixture *self = user_data;

  g_free (self->told);
  self->told = g_strdup (text);
}

static void
look_at (Fixture *self, VitrailViewport *viewport)
{
  gst_clear_object (&self->sink);
  self->sink = gst_object_ref_sink (gst_element_factory_make ("appsink", NULL));
  g_object_set (self->sink, "max-buffers", 1, "drop", TRUE, NULL);
  vitrail_viewport_set_tail (viewport, self->sink);
  vitrail_viewport_set_size (viewport, WIDTH, HEIGHT);
}

/* The CT as a body. */
static void
open_body (Fixture *self, const char *folder)
{
  *self = (Fixture){ .session = test_session_open_images (folder) };
  g_signal_connect (self->session, "told", G_CALLBACK (told_cb), self);
  test_session_run (self->session, "volume-3d", NULL);
  look_at (self, test_session_get_viewport (self->session, 0));
}

static void
fixture_clear (Fixture *self)
{
  gst_clear_object (&self->sink);
  test_session_close (self->session);
  g_free (self->told);
}

static gboolean
is_told (gpointer user_data)
{
  const Fixture *self = user_data;

  return self->told != NULL;
}

/* --- pictures --- */

typedef struct {
  const Fixture *fixture;
  const guint8 *expected;
} Wanted;

static gboolean
is_seen (gpointer user_data)
{
  const Wanted *self = user_data;
  g_autoptr (GstSample) sample = NULL;
  g_autofree guint8 *pixels = g_malloc0 (BYTES);

  g_object_get (self->fixture->sink, "last-sample", &sample, NULL);
  return sample != NULL &&
         gst_buffer_get_size (gst_sample_get_buffer (sample)) == BYTES &&
         gst_buffer_extract (gst_sample_get_buffer (sample), 0, pixels,
                             BYTES) == BYTES &&
         memcmp (pixels, self->expected, BYTES) == 0;
}

/* What a pipeline makes of the files. */
static guint8 *
dup_picture (const char *folder, const char *properties)
{
  g_autofree char *line = g_strdup_printf (
      "dicomfilesrc location=%s/ct ! volumebuilder ! volumerender width=%u "
      "height=%u preset=CT-Bone orientation-cube=true %s ! appsink name=sink",
      folder, WIDTH, HEIGHT, properties);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  guint8 *pixels = g_malloc0 (BYTES);

  g_assert_no_error (error);
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (GST_APP_SINK (sink));
  g_assert_nonnull (sample);
  g_assert_cmpuint (gst_buffer_extract (gst_sample_get_buffer (sample), 0,
                                        pixels, BYTES),
                    ==, BYTES);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return pixels;
}

/* @segments: whether the segmentation is in it. */
static void
assert_picture (const Fixture *self,
                const char *folder,
                gboolean segments,
                const char *properties)
{
  g_autofree char *all =
      segments ? g_strdup_printf ("segments=%s/seg.dcm %s", folder, properties)
               : g_strdup (properties);
  g_autofree guint8 *expected = dup_picture (folder, all);

  g_assert_true (test_wait_until (is_seen, &(Wanted){ self, expected }));
}

/* --- tests --- */

static void
test_shown (void)
{
  static const char *const names[] = { "ball", "bar", "slab" };
  g_autofree char *folder = dup_folder (NULL);
  VitrailBodySegmentsStatus status;
  Fixture self;

  open_body (&self, folder);
  assert_picture (&self, folder, FALSE, "");
  g_assert_false (vitrail_session_get_segments (self.session, &status));
  test_session_run (self.session, "next-segmentation", NULL);
  assert_picture (&self, folder, TRUE, "");
  g_assert_true (vitrail_session_get_segments (self.session, &status));
  g_assert_cmpuint (status.number, ==, 1);
  g_assert_cmpuint (status.n, ==, 1);
  g_assert_cmpuint (status.labels->segments->len, ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (
        g_array_index (status.labels->segments, VitrailLabelsSegment, i).label,
        ==, names[i]);
  test_session_run (self.session, "turn-body",
                    g_variant_new ("(dd)", 40., 20.));
  assert_picture (&self, folder, TRUE, "azimuth=40 elevation=20");
  test_session_run (self.session, "next-segmentation", NULL);
  assert_picture (&self, folder, FALSE, "azimuth=40 elevation=20");
  g_assert_false (vitrail_session_get_segments (self.session, &status));
  g_assert_null (self.told);
  fixture_clear (&self);
}

static gboolean
is_idle (gpointer user_data)
{
  const Fixture *self = user_data;

  return !vitrail_session_get_busy (self->session);
}

static gboolean
has_segments (gpointer user_data)
{
  const Fixture *self = user_data;
  VitrailBodySegmentsStatus status;

  return vitrail_session_get_segments (self->session, &status);
}

/* They go with the body, wherever it is shown, and end with it. */
static void
test_views (void)
{
  g_autofree char *folder = dup_folder (NULL);
  VitrailBodySegmentsStatus status;
  Fixture self;

  open_body (&self, folder);
  test_session_run (self.session, "next-segmentation", NULL);
  g_assert_true (test_wait_until (has_segments, &self));
  test_session_run (self.session, "four-up", NULL);
  look_at (&self, test_session_get_viewport (self.session, 3));
  assert_picture (&self, folder, TRUE, "");
  test_session_run (self.session, "four-up", NULL);
  g_assert_false (vitrail_session_get_segments (self.session, &status));
  test_session_refuse (self.session, "next-segmentation", NULL,
                       "Segments are coloured in bodies");
  fixture_clear (&self);
}

/* Left while it is being read. */
static void
test_left (void)
{
  g_autofree char *folder = dup_folder (NULL);
  VitrailBodySegmentsStatus status;
  Fixture self;

  open_body (&self, folder);
  test_session_run (self.session, "next-segmentation", NULL);
  test_session_run (self.session, "volume-3d", NULL);
  g_assert_false (vitrail_session_get_segments (self.session, &status));
  fixture_clear (&self);
}

static void
test_refused (void)
{
  g_autofree char *foreign = dup_folder ("1.2.9.8");
  g_autofree char *own = dup_folder (NULL);
  g_autofree char *alone = g_build_filename (own, "ct", NULL);
  Fixture self;

  open_body (&self, foreign);
  test_session_run (self.session, "next-segmentation", NULL);
  g_assert_true (test_wait_until (is_told, &self));
  g_test_message ("%s", self.told);
  g_assert_true (
      g_str_has_prefix (self.told, "The segmentation is not of this volume: "));
  g_assert_false (has_segments (&self));
  assert_picture (&self, foreign, FALSE, "");
  fixture_clear (&self);
  open_body (&self, alone);
  test_session_run (self.session, "next-segmentation", NULL);
  g_assert_true (test_wait_until (is_told, &self));
  g_assert_cmpstr (self.told, ==,
                   "The study has no segmentation of this volume");
  fixture_clear (&self);
}

/* One that cannot be read does not hide the others. */
static void
test_broken (void)
{
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "brokensegments", NULL);
  g_autofree char *place = g_test_build_filename (G_TEST_DIST, "volume", NULL);
  Fixture self;

  g_free (test_data_run (
      "/usr/bin/python3 -c 'import sys; sys.path.insert(0, \"%s\"); import "
      "segmented, pydicom; segmented.write_ct(\"%s/ct\"); "
      "segmented.write_seg(\"%s/seg.dcm\"); d = "
      "pydicom.dcmread(\"%s/seg.dcm\"); del d.SegmentSequence; "
      "d.SOPInstanceUID = d.file_meta.MediaStorageSOPInstanceUID = "
      "\"1.2.3.9\"; d.save_as(\"%s/broken.dcm\")'",
      place, folder, folder, folder, folder));
  open_body (&self, folder);
  for (guint i = 0; i < 2; i++) {
    test_session_run (self.session, "next-segmentation", NULL);
    g_assert_true (test_wait_until (is_idle, &self));
    if (has_segments (&self))
      assert_picture (&self, folder, TRUE, "");
    else
      g_assert_nonnull (strstr (self.told, "broken.dcm"));
  }
  g_assert_nonnull (self.told);
  fixture_clear (&self);
}

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bodysegments/shown", test_shown);
  g_test_add_func ("/bodysegments/views", test_views);
  g_test_add_func ("/bodysegments/left", test_left);
  g_test_add_func ("/bodysegments/refused", test_refused);
  g_test_add_func ("/bodysegments/broken", test_broken);
  return g_test_run ();
}
