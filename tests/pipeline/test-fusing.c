/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A PET over the planes of a CT, and in its body, in a session: which is
 * proposed, where a point source that both saw lies, how it looks, and why it
 * is refused. */

#include "error.h"
#include "folder.h"
#include "fusing.h"
#include "lastreference.h"
#include "planelines.h"
#include "session.h"
#include "testarchive.h"
#include "testdata.h"
#include "viewportbody.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include <math.h>
#include <string.h>

enum { SIZE = 96 };

/* What both saw, in the CT's space; the CT's finest voxels. */
static const double spot[3] = { 21.3, -14.7, 33.1 };
#define VOXEL 0.9

typedef struct {
  VitrailSession *session;
  GstElement *sinks[3];
  char *told;
} Fixture;

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
  Fixture *self = user_data;

  g_free (self->told);
  self->told = g_strdup (text);
}

static VitrailViewport *
get_viewport (const Fixture *self, guint index)
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

static void
run (Fixture *self, const char *name, GVariant *argument)
{
  g_autoptr (GError) error = NULL;

  vitrail_session_run (self->session, name, argument, &error);
  g_assert_no_error (error);
}

/* The id of the only series of @modality. */
static char *
find_id (const Fixture *self, const char *modality)
{
  GPtrArray *sets = vitrail_session_get_display_sets (self->session);

  for (guint i = 0; i < sets->len; i++) {
    const VitrailDisplaySet *set = g_ptr_array_index (sets, i);
    if (g_strcmp0 (set->modality, modality) == 0)
      return g_strdup (set->id);
  }
  g_error ("no %s", modality);
}

/* The CT and what @names are, the CT as planes through the spot. */
static void
open_planes (Fixture *self, const char *const *names)
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
  g_autofree char *ct = find_id (self, "CT");
  run (self, "show", g_variant_new_string (ct));
  g_assert_true (test_wait_until (is_shown, get_viewport (self, 0)));
  run (self, "mpr", NULL);
  for (guint i = 0; i < 3; i++) {
    self->sinks[i] =
        gst_object_ref_sink (gst_element_factory_make ("appsink", NULL));
    g_object_set (self->sinks[i], "max-buffers", 1, "drop", TRUE, NULL);
    vitrail_viewport_set_tail (get_viewport (self, i), self->sinks[i]);
    vitrail_viewport_set_size (get_viewport (self, i), SIZE, SIZE);
  }
  for (guint i = 0; i < 3; i++)
    g_assert_true (test_wait_until (is_shown, get_viewport (self, i)));
  vitrail_session_go_to_place (self->session, get_viewport (self, 0), spot);
  vitrail_session_go_to_place (self->session, get_viewport (self, 1), spot);
}

static gboolean
is_ours_alone (gpointer object)
{
  return ((GObject *) object)->ref_count == 1;
}

static void
close_planes (Fixture *self)
{
  for (guint i = 0; i < 3; i++)
    gst_object_unref (self->sinks[i]);
  vitrail_session_close (self->session);
  g_assert_true (test_wait_until (is_ours_alone, self->session));
  test_assert_ends (self->session);
  g_free (self->told);
}

/* --- what is in the pictures --- */

/* Red, green and blue of the last picture of a viewport; NULL while there is
 * none of this size. */
static guint8 *
dup_picture (const Fixture *self, guint index)
{
  g_autoptr (GstSample) sample = NULL;
  GstVideoFrame frame;
  GstVideoInfo info;

  g_object_get (self->sinks[index], "last-sample", &sample, NULL);
  if (sample == NULL ||
      !gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      info.width != SIZE || info.height != SIZE ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample),
                            GST_MAP_READ))
    return NULL;
  guint8 *rgb = g_new (guint8, (gsize) SIZE * SIZE * 3);
  for (gsize y = 0; y < SIZE; y++)
    for (gsize x = 0; x < SIZE; x++)
      for (guint c = 0; c < 3; c++)
        rgb[((gsize) y * SIZE + x) * 3 + c] =
            ((const guint8 *) GST_VIDEO_FRAME_COMP_DATA (
                &frame,
                c))[(gsize) y * GST_VIDEO_FRAME_COMP_STRIDE (&frame, c) +
                    (gsize) x * GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, c)];
  gst_video_frame_unmap (&frame);
  return rgb;
}

/* Where colours have their middle: FALSE where there are none. */
static gboolean
find_colors (const Fixture *self, guint index, double middle[2])
{
  g_autofree guint8 *rgb = dup_picture (self, index);
  guint n = 0;

  middle[0] = middle[1] = 0;
  for (gsize i = 0; rgb != NULL && i < (gsize) SIZE * SIZE; i++) {
    if (rgb[3 * i] < rgb[3 * i + 2] + 30)
      continue;
    const guint row = (guint) (i / SIZE);
    middle[0] += (guint) (i % SIZE);
    middle[1] += row;
    n++;
  }
  middle[0] /= n;
  middle[1] /= n;
  return n > 30;
}

typedef struct {
  const Fixture *fixture;
  double near_mm;
} Waiting;

/* In the picture, not along the way to the nearest plane. */
static double
get_distance (const Fixture *self, guint index)
{
  g_auto (VitrailShownState) state = { 0 };
  double middle[2];
  double at[3];
  double squares = 0;

  vitrail_viewport_get_shown (get_viewport (self, index), &state);
  if (!state.valid || !state.has_plane || !find_colors (self, index, middle))
    return INFINITY;
  vitrail_plane_map (state.plane, middle[0], middle[1], at);
  for (guint a = 0; a < 2; a++) {
    double along = 0;
    double length = 0;
    for (guint n = 0; n < 3; n++) {
      const double step = state.plane[4 * n + a];
      along += (at[n] - spot[n]) * step;
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
    if (!(get_distance (self->fixture, i) < self->near_mm))
      return FALSE;
  return TRUE;
}

static void
expect_in_place (const Fixture *self, double near_mm)
{
  Waiting waiting = { self, near_mm };

  if (!test_wait_until (is_in_place, &waiting))
    g_error ("%g, %g, %g mm beside", get_distance (self, 0),
             get_distance (self, 1), get_distance (self, 2));
}

static gboolean
has_no_colors (gpointer data)
{
  double middle[2];

  for (guint i = 0; i < 3; i++) {
    g_autofree guint8 *rgb = dup_picture (data, i);
    if (rgb == NULL || find_colors (data, i, middle))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_refused (gpointer data)
{
  const Fixture *self = data;
  VitrailFusingStatus status;

  return vitrail_session_get_fusing (self->session, &status) &&
         status.state == VITRAIL_FUSING_REFUSED;
}

static gboolean
is_fused (gpointer data)
{
  const Fixture *self = data;
  VitrailFusingStatus status;

  return vitrail_session_get_fusing (self->session, &status) &&
         status.state == VITRAIL_FUSING_SHOWN;
}

static VitrailFusingStatus
get_status (const Fixture *self)
{
  VitrailFusingStatus status = { 0 };

  g_assert_true (vitrail_session_get_fusing (self->session, &status));
  return status;
}

/* --- tests --- */

static void
test_one_frame (void)
{
  static const char *const names[] = { "ct", "pet", NULL };
  Fixture self = { 0 };

  open_planes (&self, names);
  g_assert_true (test_wait_until (has_no_colors, &self));
  run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (is_fused, &self));
  VitrailFusingStatus status = get_status (&self);
  g_assert_cmpint (status.by, ==, VITRAIL_FUSING_BY_FRAME);
  g_assert_cmpstr (status.upper->modality, ==, "PT");
  g_assert_cmpstr (status.lower->modality, ==, "CT");
  g_assert_cmpstr (status.look.presentation.colormap, ==, "hot_iron");
  g_assert_cmpfloat (status.look.opacity, ==, 0.5);
  run (&self, "layer-opacity", g_variant_new_double (1));
  expect_in_place (&self, VOXEL / 2);
  /* However planes are turned. */
  run (&self, "turn-planes", g_variant_new_double (33));
  expect_in_place (&self, VOXEL / 2);
  run (&self, "change-layer-opacity", g_variant_new_double (-2));
  g_assert_cmpfloat (get_status (&self).look.opacity, ==, 0);
  g_assert_true (test_wait_until (has_no_colors, &self));
  run (&self, "layer-opacity", g_variant_new_double (0.7));
  expect_in_place (&self, VOXEL / 2);
  /* Nothing is as high as that. */
  run (&self, "layer-threshold", g_variant_new ("(dd)", 1e6, 2e6));
  g_assert_true (test_wait_until (has_no_colors, &self));
  run (&self, "layer-threshold", g_variant_new ("(dd)", 5000.0, 1e9));
  run (&self, "layer-colormap", g_variant_new_string ("Grayscale"));
  g_assert_true (test_wait_until (has_no_colors, &self));
  run (&self, "layer-colormap", g_variant_new_string ("hot_iron"));
  run (&self, "layer-window", g_variant_new ("(dd)", 9000.0, 18000.0));
  expect_in_place (&self, VOXEL / 2);
  g_assert_null (self.told);
  run (&self, "toggle-fusion", NULL);
  g_assert_true (test_wait_until (has_no_colors, &self));
  close_planes (&self);
}

static void
test_bad_looks (void)
{
  static const char *const names[] = { "ct", "pet", NULL };
  Fixture self = { 0 };
  g_autoptr (GError) error = NULL;

  open_planes (&self, names);
  g_assert_false (vitrail_session_run (self.session, "layer-opacity",
                                       g_variant_new_double (0.5), &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
  g_assert_cmpstr (error->message, ==,
                   "layer-opacity: Nothing is laid over the planes");
  vitrail_session_act (self.session, "align-layer", NULL);
  g_assert_cmpstr (self.told, ==, "Nothing is laid over the planes");
  vitrail_session_act (self.session, "fuse", g_variant_new_string ("1.9"));
  g_assert_cmpstr (self.told, ==, "The study has no such series");
  run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (is_fused, &self));
  vitrail_session_act (self.session, "layer-opacity",
                       g_variant_new_double (1.5));
  g_assert_cmpstr (self.told, ==,
                   "This cannot be done here: How much of the layer is seen, "
                   "0 to 1");
  g_assert_false (vitrail_session_run (self.session, "layer-window",
                                       g_variant_new ("(dd)", NAN, 3.0), NULL));
  g_assert_false (vitrail_session_run (self.session, "layer-colormap",
                                       g_variant_new_string ("mud"), NULL));
  /* Under itself nothing lies. */
  g_autofree char *ct = find_id (&self, "CT");
  g_assert_false (vitrail_session_run (self.session, "fuse",
                                       g_variant_new_string (ct), NULL));
  /* Left with its planes. */
  run (&self, "mpr", NULL);
  VitrailFusingStatus status;
  g_assert_false (vitrail_session_get_fusing (self.session, &status));
  close_planes (&self);
}

static void
test_registered (void)
{
  static const char *const names[] = { "ct", "moved", "one.dcm", NULL };
  Fixture self = { 0 };

  open_planes (&self, names);
  run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (is_fused, &self));
  g_assert_cmpint (get_status (&self).by, ==, VITRAIL_FUSING_BY_REGISTRATION);
  run (&self, "layer-opacity", g_variant_new_double (1));
  expect_in_place (&self, VOXEL / 2);
  close_planes (&self);
}

static gboolean
glows_in_body (gpointer data)
{
  return get_distance (data, 0) < VOXEL / 2;
}

static gboolean
is_body_plain (gpointer data)
{
  const Fixture *self = data;
  g_autofree guint8 *rgb = dup_picture (self, 0);
  double middle[2];

  return rgb != NULL && is_shown (get_viewport (self, 0)) &&
         !find_colors (self, 0, middle);
}

/* The CT as a body that shows nothing of itself. */
static void
open_body (Fixture *self, const char *const *names)
{
  open_planes (self, names);
  run (self, "volume-3d", NULL);
  g_assert_true (vitrail_viewport_is_body (get_viewport (self, 0)));
  run (self, "render-shift", g_variant_new_double (1e5));
  g_assert_true (test_wait_until (is_body_plain, self));
}

/* From three sides the spot lies where it is in the patient. */
static void
expect_in_body (Fixture *self)
{
  static const char *const sides[] = { "front", "left", "head" };

  run (self, "layer-opacity", g_variant_new_double (1));
  run (self, "layer-window", g_variant_new ("(dd)", 12500.0, 5000.0));
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++) {
    run (self, "look-from", g_variant_new_string (sides[i]));
    if (!test_wait_until (glows_in_body, self))
      g_error ("%s: %g mm beside", sides[i], get_distance (self, 0));
  }
}

static void
test_body (void)
{
  static const char *const names[] = { "ct", "pet", NULL };
  Fixture self = { 0 };

  open_body (&self, names);
  run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (is_fused, &self));
  g_assert_cmpint (get_status (&self).by, ==, VITRAIL_FUSING_BY_FRAME);
  expect_in_body (&self);
  run (&self, "layer-threshold", g_variant_new ("(dd)", 1e6, 2e6));
  g_assert_true (test_wait_until (is_body_plain, &self));
  run (&self, "layer-threshold", g_variant_new ("(dd)", 5000.0, 1e9));
  g_assert_true (test_wait_until (glows_in_body, &self));
  run (&self, "layer-colormap", g_variant_new_string ("Grayscale"));
  g_assert_true (test_wait_until (is_body_plain, &self));
  run (&self, "layer-colormap", g_variant_new_string ("hot_iron"));
  g_assert_true (test_wait_until (glows_in_body, &self));
  run (&self, "toggle-fusion", NULL);
  g_assert_true (test_wait_until (is_body_plain, &self));
  close_planes (&self);
}

static void
test_body_registered (void)
{
  static const char *const names[] = { "ct", "moved", "one.dcm", NULL };
  Fixture self = { 0 };

  open_body (&self, names);
  run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (is_fused, &self));
  g_assert_cmpint (get_status (&self).by, ==, VITRAIL_FUSING_BY_REGISTRATION);
  expect_in_body (&self);
  close_planes (&self);
}

static void
test_body_refused (void)
{
  static const char *const names[] = { "ct", "moved", NULL };
  Fixture self = { 0 };

  open_body (&self, names);
  run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (is_refused, &self));
  g_assert_nonnull (strstr (self.told, "frames of reference differ"));
  g_assert_true (is_body_plain (&self));
  close_planes (&self);
}

/* What lies in the same frame of reference goes before what is registered. */
static void
test_proposal (void)
{
  static const char *const names[] = { "moved", "ct", "one.dcm", "pet", NULL };
  Fixture self = { 0 };

  open_planes (&self, names);
  run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (is_fused, &self));
  g_assert_cmpint (get_status (&self).by, ==, VITRAIL_FUSING_BY_FRAME);
  close_planes (&self);
}

static void
test_refused (void)
{
  static const char *const names[] = { "ct", "moved", NULL };
  Fixture self = { 0 };

  open_planes (&self, names);
  g_assert_true (test_wait_until (has_no_colors, &self));
  g_autofree char *pet = find_id (&self, "PT");
  run (&self, "fuse", g_variant_new_string (pet));
  g_assert_true (test_wait_until (is_refused, &self));
  g_assert_nonnull (self.told);
  g_assert_nonnull (strstr (self.told, "cannot be laid over"));
  g_assert_nonnull (strstr (self.told, "frames of reference differ"));
  g_assert_true (has_no_colors (&self));
  /* The offer: two balls far from each other give little to go by, but they
   * are laid over each other. */
  run (&self, "align-layer", NULL);
  g_assert_true (test_wait_until (is_fused, &self));
  g_assert_cmpint (get_status (&self).by, ==, VITRAIL_FUSING_BY_ALIGNMENT);
  close_planes (&self);
}

/* What lies well is found to lie well. */
static void
test_aligned (void)
{
  static const char *const names[] = { "ct", "pet", NULL };
  Fixture self = { 0 };

  open_planes (&self, names);
  run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (is_fused, &self));
  run (&self, "align-layer", NULL);
  g_assert_cmpint (get_status (&self).state, ==, VITRAIL_FUSING_ALIGNING);
  g_assert_true (test_wait_until (is_fused, &self));
  g_assert_cmpint (get_status (&self).by, ==, VITRAIL_FUSING_BY_ALIGNMENT);
  run (&self, "layer-opacity", g_variant_new_double (1));
  expect_in_place (&self, 1);
  close_planes (&self);
}

/* Left while it is looked for and read. */
static void
test_leaving (void)
{
  static const char *const names[] = { "ct", "pet", NULL };
  Fixture self = { 0 };

  open_planes (&self, names);
  run (&self, "fuse", g_variant_new_string (""));
  run (&self, "unfuse", NULL);
  run (&self, "fuse", g_variant_new_string (""));
  close_planes (&self);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fusing/one-frame", test_one_frame);
  g_test_add_func ("/fusing/bad-looks", test_bad_looks);
  g_test_add_func ("/fusing/registered", test_registered);
  g_test_add_func ("/fusing/body", test_body);
  g_test_add_func ("/fusing/body-registered", test_body_registered);
  g_test_add_func ("/fusing/body-refused", test_body_refused);
  g_test_add_func ("/fusing/proposal", test_proposal);
  g_test_add_func ("/fusing/refused", test_refused);
  g_test_add_func ("/fusing/aligned", test_aligned);
  g_test_add_func ("/fusing/leaving", test_leaving);
  return g_test_run ();
}
