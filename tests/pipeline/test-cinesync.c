/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Cines of several viewports play as one. What each shows is read from its
 * pictures: frame k of each file is k * STEP bright all over. */

#include "cineclock.h"
#include "lastreference.h"
#include "session.h"
#include "testarchive.h"
#include "testdata.h"

#include <gst/video/video.h>

#define SIZE    32
#define STEP    8
#define N_CINES 3

/* By series: 7, 30 and 20 images, at rates that do not go together. */
static const guint n_images[N_CINES] = { 7, 30, 20 };
/* The one whose clock is that of all. */
#define LEADER 1

static const char program[] =
    "import os, numpy as np, pydicom\n"
    "from pydicom.dataset import FileDataset, FileMetaDataset\n"
    "os.makedirs('{dir}/cines')\n"
    "for i, (n, ms) in enumerate(((7, 90), (30, 25), (20, 33))):\n"
    "  meta = FileMetaDataset()\n"
    "  meta.TransferSyntaxUID = '1.2.840.10008.1.2.1'\n"
    "  meta.MediaStorageSOPClassUID = '1.2.840.10008.5.1.4.1.1.3.1'\n"
    "  meta.MediaStorageSOPInstanceUID = '1.2.3.%d' % (i + 1)\n"
    "  ds = FileDataset('', {}, file_meta=meta, preamble=b'\\0' * 128)\n"
    "  ds.SOPClassUID = meta.MediaStorageSOPClassUID\n"
    "  ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID\n"
    "  ds.StudyInstanceUID = '1.2.7'\n"
    "  ds.SeriesInstanceUID = '1.2.8.%d' % (i + 1)\n"
    "  ds.PatientName = 'Test^Stress'; ds.PatientID = 'T1'\n"
    "  ds.Modality = 'US'; ds.SeriesNumber = i + 1; ds.InstanceNumber = 1\n"
    "  ds.NumberOfFrames = n; ds.FrameTime = ms\n"
    "  ds.FrameIncrementPointer = 0x00181063\n"
    "  ds.Rows = ds.Columns = 32; ds.SamplesPerPixel = 1\n"
    "  ds.PhotometricInterpretation = 'MONOCHROME2'\n"
    "  ds.BitsAllocated = ds.BitsStored = 8; ds.HighBit = 7\n"
    "  ds.PixelRepresentation = 0\n"
    "  ds.WindowCenter = 128; ds.WindowWidth = 256\n"
    "  ds.PixelData = np.repeat(np.arange(1, n + 1, dtype='uint8') * 8,\n"
    "                           32 * 32).tobytes()\n"
    "  ds.is_little_endian = True; ds.is_implicit_VR = False\n"
    "  ds.save_as('{dir}/cines/%d.dcm' % i, write_like_original=False)\n";

typedef struct {
  VitrailSession *session;
  GstElement *sinks[N_CINES];
  guint expected[N_CINES];
} Fixture;

static gboolean
is_read (gpointer session)
{
  return vitrail_session_get_display_sets (session)->len == N_CINES &&
         !vitrail_session_get_busy (session);
}

static void
run (Fixture *self, guint viewport, const char *name, GVariant *argument)
{
  g_autoptr (GError) error = NULL;
  vitrail_session_set_active (self->session, viewport);
  vitrail_session_run (self->session, name, argument, &error);
  g_assert_no_error (error);
}

static VitrailViewport *
get_viewport (Fixture *self, guint i)
{
  return vitrail_session_get_viewport (self->session, i);
}

static void
show (Fixture *self, guint viewport, guint cine)
{
  g_autofree char *id = g_strdup_printf ("1.2.3.%u", cine + 1);
  run (self, viewport, "show", g_variant_new_string (id));
  g_assert_cmpuint (vitrail_viewport_get_n_positions (
                        get_viewport (self, viewport)),
                    ==, n_images[cine]);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  static char *folder;
  if (folder == NULL) {
    g_free (test_data_python (program));
    folder = g_build_filename (test_data_get_scratch (), "cines", NULL);
  }
  self->session = vitrail_session_new ();
  vitrail_session_open_async (self->session, folder, NULL, NULL, NULL);
  g_assert_true (test_wait_until (is_read, self->session));
  run (self, 0, "layout", g_variant_new ("(uu)", 2, 2));
  for (guint i = 0; i < N_CINES; i++) {
    self->sinks[i] = gst_element_factory_make ("appsink", NULL);
    g_object_set (self->sinks[i], "max-buffers", 1, "drop", TRUE, NULL);
    vitrail_viewport_set_tail (get_viewport (self, i), self->sinks[i]);
    vitrail_viewport_set_size (get_viewport (self, i), SIZE, SIZE);
    show (self, i, i);
  }
}

static gboolean
is_ours_alone (gpointer session)
{
  return !vitrail_session_get_busy (session) &&
         ((GObject *) session)->ref_count == 1;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  vitrail_session_close (self->session);
  g_assert_true (test_wait_until (is_ours_alone, self->session));
  test_assert_ends (self->session);
}

/* The number of the frame that is in the last picture; 0: there is none. */
static guint
read_frame (GstElement *sink)
{
  g_autoptr (GstSample) sample = NULL;
  GstVideoInfo info;
  GstVideoFrame frame;
  g_object_get (sink, "last-sample", &sample, NULL);
  if (sample == NULL ||
      !gst_video_info_from_caps (&info, gst_sample_get_caps (sample)))
    return 0;
  g_assert_true (gst_video_frame_map (
      &frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ));
  const guint8 *row =
      (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) +
      (gsize) (info.height / 2) * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);
  guint grey = row[(gsize) (info.width / 2) *
                   (gsize) GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, 0)];
  gst_video_frame_unmap (&frame);
  return grey % STEP == 0 ? grey / STEP : 0;
}

static gboolean
shows_expected (gpointer user_data)
{
  Fixture *self = user_data;
  for (guint i = 0; i < N_CINES; i++) {
    if (read_frame (self->sinks[i]) != self->expected[i])
      return FALSE;
  }
  return TRUE;
}

/* What belongs to image @position of the leader, in whole cines. */
static guint
get_due (guint position, guint cine)
{
  return 1 + (position - 1) * n_images[cine] / n_images[LEADER];
}

static void
assert_shown (Fixture *self)
{
  if (test_wait_until (shows_expected, self))
    return;
  for (guint i = 0; i < N_CINES; i++)
    g_assert_cmpuint (read_frame (self->sinks[i]), ==, self->expected[i]);
}

/* Pictures, and what the session says. */
static void
assert_at (Fixture *self, guint position)
{
  for (guint i = 0; i < N_CINES; i++) {
    self->expected[i] = get_due (position, i);
    g_assert_cmpuint (vitrail_viewport_get_position (get_viewport (self, i)),
                      ==, self->expected[i]);
  }
  assert_shown (self);
}

/* Each image of each of them, forwards and by steps back. */
static void
test_scrub (Fixture *self, gconstpointer data)
{
  run (self, 0, "toggle-cine-sync", NULL);
  for (guint k = 1; k <= n_images[LEADER]; k++) {
    run (self, LEADER, "go-to-image", g_variant_new_uint32 (k));
    assert_at (self, k);
  }
  for (guint k = n_images[LEADER] - 1; k > 0; k--) {
    run (self, LEADER, "previous-image", NULL);
    assert_at (self, k);
  }
  /* From one with fewer images: it is where it was asked to be. */
  for (guint k = 1; k <= n_images[0]; k++) {
    run (self, 0, "go-to-image", g_variant_new_uint32 (k));
    guint position = vitrail_viewport_get_position (get_viewport (self, 1));
    g_assert_cmpuint (get_due (position, 0), ==, k);
    g_assert_true (position == 1 || get_due (position - 1, 0) == k - 1);
    assert_at (self, position);
  }
}

typedef struct {
  Fixture *fixture;
  guint position;
  guint n_ticks;
  guint n_wraps;
  gboolean backwards;
} Played;

/* The session has heard of it first: all are where they have to be. */
static void
tick_cb (VitrailViewport *viewport, Played *played)
{
  Fixture *self = played->fixture;
  guint position = vitrail_viewport_get_position (viewport);

  if (position == played->position)
    return;
  for (guint i = 0; i < N_CINES; i++)
    g_assert_cmpuint (vitrail_viewport_get_position (get_viewport (self, i)),
                      ==, get_due (position, i));
  played->n_ticks++;
  played->n_wraps += (position < played->position) != played->backwards ? 1 : 0;
  played->position = position;
}

static gboolean
has_played_loops (gpointer user_data)
{
  const Played *played = user_data;
  return played->n_wraps >= 20;
}

static void
assert_playing (Fixture *self, gboolean playing)
{
  for (guint i = 0; i < N_CINES; i++)
    g_assert_true (vitrail_viewport_get_playing (get_viewport (self, i)) ==
                   playing);
}

/* Twenty loops each way; begun, made faster, turned round and stopped in
 * different ones. */
static void
test_play (Fixture *self, gconstpointer data)
{
  Played played = { self, 1, 0, 0, FALSE };
  VitrailViewport *leader = get_viewport (self, LEADER);

  run (self, 2, "toggle-cine-sync", NULL);
  assert_at (self, 1);
  g_signal_connect (leader, "changed", G_CALLBACK (tick_cb), &played);
  run (self, 0, "cine-toggle", NULL);
  assert_playing (self, TRUE);
  run (self, 2, "set-speed", g_variant_new_double (8));
  /* 40 images a second in 30: the others show theirs in the same time. */
  for (guint i = 0; i < N_CINES; i++) {
    VitrailViewport *viewport = get_viewport (self, i);
    g_assert_cmpfloat (vitrail_viewport_get_speed (viewport), ==, 8);
    g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_rate (viewport),
                                    8 * 40.0 * n_images[i] / 30, 1e-6);
  }
  g_assert_true (test_wait_until (has_played_loops, &played));
  g_assert_cmpuint (played.n_ticks, >, 20);

  played.n_wraps = 0;
  played.backwards = TRUE;
  run (self, 0, "cine-reverse", NULL);
  g_assert_true (test_wait_until (has_played_loops, &played));
  run (self, 2, "cine-toggle", NULL);
  assert_playing (self, FALSE);
  g_signal_handlers_disconnect_by_data (leader, &played);
  assert_at (self, vitrail_viewport_get_position (leader));
}

/* Where each has its beat, they run from beat to beat. */
static void
test_beats (Fixture *self, gconstpointer data)
{
  vitrail_viewport_set_loop (get_viewport (self, 0), 2, 6);
  vitrail_viewport_set_loop (get_viewport (self, 1), 11, 20);
  vitrail_viewport_set_loop (get_viewport (self, 2), 1, 20);
  run (self, 0, "toggle-cine-sync", NULL);
  /* Now the third has the most images. */
  for (guint k = 20; k > 0; k--) {
    run (self, 2, "go-to-image", g_variant_new_uint32 (k));
    self->expected[0] = 2 + (k - 1) / 4;
    self->expected[1] = 11 + (k - 1) / 2;
    self->expected[2] = k;
    assert_shown (self);
  }
}

/* Somebody else comes, goes, and is let go. */
static void
test_members (Fixture *self, gconstpointer data)
{
  run (self, 3, "toggle-cine-sync", NULL);
  g_assert_true (vitrail_session_get_cine_sync (self->session));
  run (self, 0, "cine-toggle", NULL);
  show (self, 3, 2);
  g_assert_true (vitrail_viewport_get_playing (get_viewport (self, 3)));
  /* The one with the clock is shown no more; the others go on. */
  show (self, LEADER, 0);
  assert_playing (self, TRUE);
  run (self, 0, "layout", g_variant_new ("(uu)", 1, 3));
  assert_playing (self, TRUE);
  run (self, 0, "toggle-cine-sync", NULL);
  assert_playing (self, TRUE);
  run (self, 0, "cine-toggle", NULL);
  g_assert_false (vitrail_viewport_get_playing (get_viewport (self, 0)));
  g_assert_true (vitrail_viewport_get_playing (get_viewport (self, 1)));
  g_assert_true (vitrail_viewport_get_playing (get_viewport (self, 2)));
}

static void
test_saved (Fixture *self, gconstpointer data)
{
  run (self, 0, "toggle-cine-sync", NULL);
  g_autofree char *json = vitrail_session_to_json (self->session);
  run (self, 0, "toggle-cine-sync", NULL);
  g_assert_true (vitrail_session_from_json (self->session, json, NULL));
  g_assert_true (vitrail_session_get_cine_sync (self->session));
  g_assert_true (test_wait_until (is_read, self->session));
}

/* There and back again, for all loops of up to 40 images. */
static void
test_map (void)
{
  for (guint n = 1; n <= 40; n++) {
    for (guint m = n; m <= 40; m++) {
      const VitrailCineLoop few = { 3, 2 + n, FALSE, FALSE };
      const VitrailCineLoop many = { 5, 4 + m, FALSE, FALSE };
      for (guint k = few.first; k <= few.last; k++) {
        guint there = vitrail_cine_loop_map (&few, k, &many);
        g_assert_cmpuint (there, >=, many.first);
        g_assert_cmpuint (there, <=, many.last);
        g_assert_cmpuint (vitrail_cine_loop_map (&many, there, &few), ==, k);
      }
    }
  }
}

#define ADD(name, function)                                                \
  g_test_add ("/pipeline/cinesync/" name, Fixture, NULL, set_up, function, \
              tear_down)

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipeline/cinesync/map", test_map);
  ADD ("scrub", test_scrub);
  ADD ("play", test_play);
  ADD ("beats", test_beats);
  ADD ("members", test_members);
  ADD ("saved", test_saved);
  return g_test_run ();
}
