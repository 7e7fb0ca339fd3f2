/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See fusiontest.h. */

#include "fusiontest.h"

#include "folder.h"
#include "lastreference.h"
#include "planelines.h"
#include "testarchive.h"
#include "testdata.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include <math.h>

const double test_fusion_spot[3] = { 21.3, -14.7, 33.1 };

/* --- a session --- */

static const char *
get_folder (void)
{
  static char *folder;
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "elements", "fusiondata.py", NULL);

  if (folder == NULL) {
    folder = g_build_filename (test_data_get_scratch (), "fusion", NULL);
    g_free (test_data_run ("/usr/bin/python3 '%s' '%s'", script, folder));
  }
  return folder;
}

static void
told_cb (VitrailSession *session, const char *text, gpointer user_data)
{
  TestFusion *self = user_data;

  g_free (self->told);
  self->told = g_strdup (text);
}

VitrailViewport *
test_fusion_get_viewport (const TestFusion *self, guint index)
{
  return vitrail_session_get_viewport (self->session, index);
}

static gboolean
is_shown (gpointer user_data)
{
  VitrailViewport *viewport = user_data;
  const guint position = vitrail_viewport_get_position (viewport);

  return position > 0 &&
         vitrail_viewport_get_shown_position (viewport) == position;
}

static gboolean
has_sets (gpointer session)
{
  return vitrail_session_get_display_sets (session)->len > 1 &&
         !vitrail_session_get_busy (session) &&
         is_shown (vitrail_session_get_active_viewport (session));
}

void
test_fusion_run (TestFusion *self, const char *name, GVariant *argument)
{
  g_autoptr (GError) error = NULL;

  vitrail_session_run (self->session, name, argument, &error);
  g_assert_no_error (error);
}

char *
test_fusion_find_id (const TestFusion *self, const char *modality)
{
  GPtrArray *sets = vitrail_session_get_display_sets (self->session);

  for (guint i = 0; i < sets->len; i++) {
    const VitrailDisplaySet *set = g_ptr_array_index (sets, i);
    if (g_strcmp0 (set->modality, modality) == 0)
      return g_strdup (set->id);
  }
  g_error ("no %s", modality);
}

/* The CT and what @names are, the CT as planes through the test_fusion_spot. */
void
test_fusion_open (TestFusion *self, const char *const *names)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *path = g_build_filename (get_folder (), names[i], NULL);
    g_strv_builder_add (builder, path);
  }
  g_auto (GStrv) paths = g_strv_builder_end (builder);
  g_autoptr (VitrailFolder) folder =
      vitrail_folder_new ((const char *const *) paths, NULL);
  self->session = vitrail_session_new ();
  g_signal_connect (self->session, "told", G_CALLBACK (told_cb), self);
  vitrail_session_set_source (self->session, VITRAIL_DATA_SOURCE (folder));
  g_assert_true (test_wait_until (has_sets, self->session));
  g_autofree char *ct = test_fusion_find_id (self, "CT");
  test_fusion_run (self, "show", g_variant_new_string (ct));
  g_assert_true (
      test_wait_until (is_shown, test_fusion_get_viewport (self, 0)));
  test_fusion_run (self, "mpr", NULL);
  for (guint i = 0; i < 3; i++) {
    self->sinks[i] =
        gst_object_ref_sink (gst_element_factory_make ("appsink", NULL));
    g_object_set (self->sinks[i], "max-buffers", 1, "drop", TRUE, NULL);
    vitrail_viewport_set_tail (test_fusion_get_viewport (self, i),
                               self->sinks[i]);
    vitrail_viewport_set_size (test_fusion_get_viewport (self, i),
                               TEST_FUSION_SIZE, TEST_FUSION_SIZE);
  }
  for (guint i = 0; i < 3; i++)
    g_assert_true (
        test_wait_until (is_shown, test_fusion_get_viewport (self, i)));
  vitrail_session_go_to_place (self->session,
                               test_fusion_get_viewport (self, 0),
                               test_fusion_spot);
  vitrail_session_go_to_place (self->session,
                               test_fusion_get_viewport (self, 1),
                               test_fusion_spot);
}

static gboolean
is_ours_alone (gpointer object)
{
  return ((GObject *) object)->ref_count == 1;
}

void
test_fusion_close (TestFusion *self)
{
  for (guint i = 0; i < 3; i++)
    gst_object_unref (self->sinks[i]);
  vitrail_session_close (self->session);
  g_assert_true (test_wait_until (is_ours_alone, self->session));
  test_assert_ends (self->session);
  g_free (self->told);
}

/* --- what is in the pictures --- */

guint8 *
test_fusion_dup_picture (const TestFusion *self, guint index)
{
  g_autoptr (GstSample) sample = NULL;
  GstVideoFrame frame;
  GstVideoInfo info;

  g_object_get (self->sinks[index], "last-sample", &sample, NULL);
  if (sample == NULL ||
      !gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      info.width != TEST_FUSION_SIZE || info.height != TEST_FUSION_SIZE ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample),
                            GST_MAP_READ))
    return NULL;
  guint8 *rgb = g_new (guint8, (gsize) TEST_FUSION_SIZE * TEST_FUSION_SIZE * 3);
  for (gsize y = 0; y < TEST_FUSION_SIZE; y++)
    for (gsize x = 0; x < TEST_FUSION_SIZE; x++)
      for (guint c = 0; c < 3; c++)
        rgb[((gsize) y * TEST_FUSION_SIZE + x) * 3 + c] =
            ((const guint8 *) GST_VIDEO_FRAME_COMP_DATA (
                &frame,
                c))[(gsize) y * GST_VIDEO_FRAME_COMP_STRIDE (&frame, c) +
                    (gsize) x * GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, c)];
  gst_video_frame_unmap (&frame);
  return rgb;
}

gboolean
test_fusion_find_colors (const TestFusion *self, guint index, double middle[2])
{
  g_autofree guint8 *rgb = test_fusion_dup_picture (self, index);
  guint n = 0;

  middle[0] = middle[1] = 0;
  for (gsize i = 0;
       rgb != NULL && i < (gsize) TEST_FUSION_SIZE * TEST_FUSION_SIZE; i++)
  {
    if (rgb[3 * i] < rgb[3 * i + 2] + 30)
      continue;
    const guint row = (guint) (i / TEST_FUSION_SIZE);
    middle[0] += (guint) (i % TEST_FUSION_SIZE);
    middle[1] += row;
    n++;
  }
  middle[0] /= n;
  middle[1] /= n;
  return n > 30;
}

typedef struct {
  const TestFusion *fixture;
  double near_mm;
} Waiting;

double
test_fusion_get_distance (const TestFusion *self, guint index)
{
  g_auto (VitrailShownState) state = { 0 };
  double middle[2];
  double at[3];
  double squares = 0;

  vitrail_viewport_get_shown (test_fusion_get_viewport (self, index), &state);
  if (!state.valid || !state.has_plane ||
      !test_fusion_find_colors (self, index, middle))
    return INFINITY;
  vitrail_plane_map (state.plane, middle[0], middle[1], at);
  for (guint a = 0; a < 2; a++) {
    double along = 0;
    double length = 0;
    for (guint n = 0; n < 3; n++) {
      const double step = state.plane[4 * n + a];
      along += (at[n] - test_fusion_spot[n]) * step;
      length += step * step;
    }
    squares += along * along / length;
  }
  return sqrt (squares);
}

static gboolean
is_in_place (gpointer data)
{
  const Waiting *self = data;

  for (guint i = 0; i < 3; i++)
    if (!(test_fusion_get_distance (self->fixture, i) < self->near_mm))
      return FALSE;
  return TRUE;
}

void
test_fusion_expect_in_place (const TestFusion *self, double near_mm)
{
  Waiting waiting = { self, near_mm };

  if (!test_wait_until (is_in_place, &waiting))
    g_error ("%g, %g, %g mm beside", test_fusion_get_distance (self, 0),
             test_fusion_get_distance (self, 1),
             test_fusion_get_distance (self, 2));
}

gboolean
test_fusion_has_no_colors (gpointer data)
{
  double middle[2];

  for (guint i = 0; i < 3; i++) {
    g_autofree guint8 *rgb = test_fusion_dup_picture (data, i);
    if (rgb == NULL || test_fusion_find_colors (data, i, middle))
      return FALSE;
  }
  return TRUE;
}

gboolean
test_fusion_is_refused (gpointer data)
{
  const TestFusion *self = data;
  VitrailFusingStatus status;

  return vitrail_session_get_fusing (self->session, &status) &&
         status.state == VITRAIL_FUSING_REFUSED;
}

gboolean
test_fusion_is_seen (gpointer data)
{
  const TestFusion *self = data;
  VitrailFusingStatus status;

  return vitrail_session_get_fusing (self->session, &status) &&
         status.state == VITRAIL_FUSING_SHOWN;
}

VitrailFusingStatus
test_fusion_get_status (const TestFusion *self)
{
  VitrailFusingStatus status = { 0 };

  g_assert_true (vitrail_session_get_fusing (self->session, &status));
  return status;
}
