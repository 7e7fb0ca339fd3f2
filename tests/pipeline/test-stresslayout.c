/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stress echo: which cines are side by side, and that each shows as much of its
 * beat as the others. What is shown is read from the pictures: frame k of each
 * file is k * STEP bright all over. Objects are made by pydicom. */

#include "dicom/part10.h"
#include "lastreference.h"
#include "session.h"
#include "stressgrid.h"
#include "testarchive.h"
#include "testdata.h"

#include <gst/video/video.h>

#define SIZE    32
#define STEP    8
#define N_TILES 4

/* cine (folder, number, frames, ATTRIBUTES): one file in {dir}/FOLDER. */
#define PRELUDE                                                                \
  "import os, numpy as np\n"                                                   \
  "from pydicom.dataset import FileDataset, FileMetaDataset\n"                 \
  "def cine(folder, i, n, **attributes):\n"                                    \
  "  os.makedirs('{dir}/' + folder, exist_ok=True)\n"                          \
  "  meta = FileMetaDataset()\n"                                               \
  "  meta.TransferSyntaxUID = '1.2.840.10008.1.2.1'\n"                         \
  "  meta.MediaStorageSOPClassUID = '1.2.840.10008.5.1.4.1.1.3.1'\n"           \
  "  meta.MediaStorageSOPInstanceUID = '1.2.3.%d' % i\n"                       \
  "  ds = FileDataset('', {}, file_meta=meta, preamble=b'\\0' * 128)\n"        \
  "  ds.SOPClassUID = meta.MediaStorageSOPClassUID\n"                          \
  "  ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID\n"                    \
  "  ds.StudyInstanceUID = '1.2.7'; ds.SeriesInstanceUID = '1.2.8'\n"          \
  "  ds.PatientName = 'Test^Stress'; ds.PatientID = 'T1'\n"                    \
  "  ds.Modality = 'US'; ds.SeriesNumber = 1; ds.InstanceNumber = i\n"         \
  "  ds.NumberOfFrames = n\n"                                                  \
  "  ds.Rows = ds.Columns = 32; ds.SamplesPerPixel = 1\n"                      \
  "  ds.PhotometricInterpretation = 'MONOCHROME2'\n"                           \
  "  ds.BitsAllocated = ds.BitsStored = 8; ds.HighBit = 7\n"                   \
  "  ds.PixelRepresentation = 0\n"                                             \
  "  ds.WindowCenter = 128; ds.WindowWidth = 256\n"                            \
  "  ds.PixelData = np.repeat(np.arange(1, n + 1, dtype='uint8') * 8,\n"       \
  "                           32 * 32).tobytes()\n"                            \
  "  for k, v in attributes.items(): setattr(ds, k, v)\n"                      \
  "  ds.is_little_endian = True; ds.is_implicit_VR = False\n"                  \
  "  ds.save_as('{dir}/%s/%02d.dcm' % (folder, i),\n"                          \
  "             write_like_original=False)\n"                                  \
  "def stage(folder, i, n, name, number, view, view_number, ms, waves=None,\n" \
  "          **more):\n"                                                       \
  "  more.update(StageName=name, StageNumber=number, NumberOfStages=4,\n"      \
  "              ViewName=view, ViewNumber=view_number,\n"                     \
  "              NumberOfViewsInStage=2, FrameTime=ms)\n"                      \
  "  if waves is not None: more['RWaveTimeVector'] = waves\n"                  \
  "  cine(folder, i, n, **more)\n"

/* A study that was not done in order, nor to the end. At peak, A2C is numbered
 * before A4C. Beats of A4C: 4 to 13, 3 to 14, all, 1 to 12. */
static const char whole_study[] =
    PRELUDE "stage('stress', 1, 20, 'Rest', 1, 'A4C', 1, 40, [120, 520])\n"
            "stage('stress', 2, 18, 'Rest', 1, 'A2C', 2, 40, [80, 480])\n"
            "stage('stress', 3, 28, 'Peak', 3, 'A2C', 1, 20, [100, 400])\n"
            "stage('stress', 4, 15, 'Peak', 3, 'a4c ', 2, 25)\n"
            "stage('stress', 5, 29, 'Low dose', 2, 'A4C', 1, 25,\n"
            "      [650, 349.8, 50.3], RecommendedDisplayFrameRate=10)\n"
            "stage('stress', 6, 28, 'Low dose', 2, 'A4C', 1, 25)\n"
            "stage('stress', 7, 12, 'Recovery', 4, 'A4C', 1, 50, [0, 600])\n"
            "cine('stress', 8, 10, FrameTime=40)\n";

/* Places that say less and less. */
static const char places[] = PRELUDE
    "cine('places', 1, 4, StageNumber=2, ViewNumber=1)\n"
    "cine('places', 2, 4, StageNumber=1, StageName='Rest', ViewName='PLAX',\n"
    "     ViewNumber=1)\n"
    "cine('places', 3, 4, StageName='rest')\n"
    "cine('places', 4, 4, ViewName='PSAX')\n"
    "cine('places', 5, 4, StageName='Low', StageNumber=4)\n"
    "cine('places', 6, 4, StageName='Low', StageNumber=5)\n"
    "cine('places', 7, 4)\n"
    "cine('places', 8, 4, StageName='Rest', NumberOfStages=2147483647)\n";

static const char plain_study[] = PRELUDE "cine('plain', 1, 4, FrameTime=40)\n";

/* --- the grid --- */

static VitrailDataSet *
read_header (const char *folder, guint i)
{
  g_autofree char *name = g_strdup_printf ("%02u.dcm", i);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), folder, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailPart10) file = vitrail_part10_open (path, 0, &error);
  g_assert_no_error (error);
  return vitrail_data_set_ref (vitrail_part10_get_data_set (file));
}

static VitrailDisplaySet *
make_set (VitrailDataSet *header)
{
  g_autoptr (GPtrArray) headers = g_ptr_array_new ();
  g_ptr_array_add (headers, header);
  g_autoptr (GPtrArray) sets = vitrail_display_sets_new (NULL, headers);
  return vitrail_display_set_ref (g_ptr_array_index (sets, 0));
}

/* Which file is at @stage and @view; 0: none. */
static guint
find (VitrailStressGrid *grid, guint stage, guint view, guint n_expected)
{
  VitrailCineLoop loop;
  VitrailStressLoop kind = VITRAIL_STRESS_BEAT;
  guint n = 0;
  VitrailDisplaySet *set =
      vitrail_stress_grid_find (grid, stage, view, &loop, &kind, &n);
  g_assert_cmpuint (n, ==, n_expected);
  return set != NULL ? (guint) g_ascii_strtoull (set->id + 6, NULL, 10) : 0;
}

static void
assert_names (VitrailStressGrid *grid,
              VitrailStressAxis axis,
              guint n,
              const char *const *expected)
{
  for (guint i = 0; expected[i] != NULL; i++)
    g_assert_cmpstr (vitrail_stress_grid_get_name (grid, axis, i), ==,
                     expected[i]);
  g_assert_cmpuint (vitrail_stress_grid_count (grid, axis), ==, n);
}

static void
test_places (void)
{
  static const char *const stages[] = { "Rest", "Stage 2", "Stage 3", "Low",
                                        "Low",  "Stage 6", "Stage 7", NULL };
  static const char *const views[] = { "PLAX", "PSAX", "View not known", NULL };
  g_autoptr (VitrailStressGrid) grid = vitrail_stress_grid_new ();

  g_free (test_data_python (places));
  for (guint i = 1; i <= 8; i++) {
    g_autoptr (VitrailDataSet) header = read_header ("places", i);
    g_autoptr (VitrailDisplaySet) set = make_set (header);
    g_assert_cmpint (vitrail_stress_grid_add (grid, set, header), ==, i != 7);
  }
  vitrail_stress_grid_end (grid);
  assert_names (grid, VITRAIL_STRESS_STAGE, 64, stages);
  assert_names (grid, VITRAIL_STRESS_VIEW, 3, views);
  /* The last of the stages: the one that nobody named. */
  g_assert_cmpstr (vitrail_stress_grid_get_name (grid, VITRAIL_STRESS_STAGE,
                                                 63),
                   ==, "Stage not known");
  g_assert_cmpuint (find (grid, 0, 0, 1), ==, 2);
  g_assert_cmpuint (find (grid, 1, 0, 1), ==, 1);
  g_assert_cmpuint (find (grid, 0, 2, 2), ==, 3);
  g_assert_cmpuint (find (grid, 63, 1, 1), ==, 4);
  g_assert_cmpuint (find (grid, 3, 2, 1), ==, 5);
  g_assert_cmpuint (find (grid, 4, 2, 1), ==, 6);
  g_assert_cmpuint (find (grid, 2, 0, 0), ==, 0);
}

/* --- beats --- */

typedef struct {
  const char *attributes;
  guint n_frames;
  VitrailStressLoop kind;
  guint first;
  guint last;
} Beat;

static const Beat beats[] = {
  { "FrameTime=40, RWaveTimeVector=[120, 520]", 20, VITRAIL_STRESS_BEAT, 4,
    13 },
  /* The image that begins nearest. */
  { "FrameTime=40, RWaveTimeVector=[99, 501]", 20, VITRAIL_STRESS_BEAT, 3, 13 },
  /* Not at the rate they are played at, and in no order. */
  { "FrameTime=40, RWaveTimeVector=[520, 900, 120], "
    "RecommendedDisplayFrameRate=10, CineRate=60",
    20, VITRAIL_STRESS_BEAT, 4, 13 },
  { "CineRate=25, RWaveTimeVector=[120, 520]", 20, VITRAIL_STRESS_BEAT, 4, 13 },
  /* The beat ends with the cine. */
  { "FrameTime=40, RWaveTimeVector=[0, 800]", 20, VITRAIL_STRESS_BEAT, 1, 20 },
  { "FrameTime=40, RWaveTimeVector=[0, 819]", 20, VITRAIL_STRESS_BEAT, 1, 20 },
  { "FrameTime=40, RWaveTimeVector=[80, 821]", 20, VITRAIL_STRESS_FROM_R_WAVE,
    3, 20 },
  /* Images that stand differently long: they begin at 0, 10, 40, 50, 90. */
  { "FrameTimeVector=[0, 10, 30, 10, 40], RWaveTimeVector=[11, 88]", 5,
    VITRAIL_STRESS_BEAT, 2, 4 },
  /* Twice the same wave; waves that are none. */
  { "FrameTime=40, RWaveTimeVector=[120, 121, 139, 520]", 20,
    VITRAIL_STRESS_BEAT, 4, 13 },
  { "FrameTime=40, RWaveTimeVector=[-5, float('nan'), 120, float('inf'), 520]",
    20, VITRAIL_STRESS_BEAT, 4, 13 },
  { "FrameTime=40, RWaveTimeVector=[120]", 20, VITRAIL_STRESS_FROM_R_WAVE, 4,
    20 },
  { "FrameTime=40, RWaveTimeVector=[790, 5000]", 20, VITRAIL_STRESS_NO_R_WAVE,
    1, 20 },
  { "FrameTime=40, RWaveTimeVector=[-3, 5000]", 20, VITRAIL_STRESS_NO_R_WAVE, 1,
    20 },
  { "FrameTime=40", 20, VITRAIL_STRESS_NO_R_WAVE, 1, 20 },
  { "RWaveTimeVector=[120, 520]", 20, VITRAIL_STRESS_NO_R_WAVE, 1, 20 },
  { "FrameTime=0, RWaveTimeVector=[120, 520]", 20, VITRAIL_STRESS_NO_R_WAVE, 1,
    20 },
  { "FrameTime=40, RWaveTimeVector=[0, 40]", 2, VITRAIL_STRESS_FROM_R_WAVE, 1,
    2 },
};

static void
test_beats (void)
{
  g_autoptr (GString) program = g_string_new (PRELUDE);

  for (guint i = 0; i < G_N_ELEMENTS (beats); i++)
    g_string_append_printf (program, "cine('beats', %u, %u, %s)\n", i + 1,
                            beats[i].n_frames, beats[i].attributes);
  g_free (test_data_python (program->str));
  for (guint i = 0; i < G_N_ELEMENTS (beats); i++) {
    g_autoptr (VitrailDataSet) header = read_header ("beats", i + 1);
    VitrailCineLoop loop;
    VitrailStressLoop kind =
        vitrail_stress_read_beat (header, beats[i].n_frames, &loop);
    g_test_message ("%s", beats[i].attributes);
    g_assert_cmpint (kind, ==, beats[i].kind);
    g_assert_cmpuint (loop.first, ==, beats[i].first);
    g_assert_cmpuint (loop.last, ==, beats[i].last);
  }
}

/* --- the session --- */

typedef struct {
  VitrailSession *session;
  GstElement *sinks[N_TILES];
  guint expected[N_TILES];
  char *told;
} Fixture;

static gboolean
is_read (gpointer session)
{
  return vitrail_session_get_display_sets (session)->len > 0 &&
         !vitrail_session_get_busy (session);
}

static gboolean
is_quiet (gpointer session)
{
  return !vitrail_session_get_busy (session);
}

static VitrailViewport *
get_viewport (Fixture *self, guint i)
{
  return vitrail_session_get_viewport (self->session, i);
}

static void
run (Fixture *self, const char *name, GVariant *argument)
{
  g_autoptr (GError) error = NULL;
  vitrail_session_run (self->session, name, argument, &error);
  g_assert_no_error (error);
  g_assert_true (test_wait_until (is_quiet, self->session));
}

static void
told_cb (VitrailSession *session, const char *text, gpointer user_data)
{
  Fixture *self = user_data;
  g_free (self->told);
  self->told = g_strdup (text);
}

static void
open_study (Fixture *self, const char *program, const char *folder)
{
  g_free (test_data_python (program));
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), folder, NULL);
  self->session = vitrail_session_new ();
  g_signal_connect (self->session, "told", G_CALLBACK (told_cb), self);
  vitrail_session_open_async (self->session, path, NULL, NULL, NULL);
  g_assert_true (test_wait_until (is_read, self->session));
}

static gboolean
is_ours_alone (gpointer session)
{
  return !vitrail_session_get_busy (session) &&
         ((GObject *) session)->ref_count == 1;
}

static void
close_study (Fixture *self)
{
  vitrail_session_close (self->session);
  g_assert_true (test_wait_until (is_ours_alone, self->session));
  test_assert_ends (self->session);
  g_clear_pointer (&self->told, g_free);
}

/* Pictures of what is side by side now. */
static void
attach (Fixture *self)
{
  for (guint i = 0; i < N_TILES; i++) {
    self->sinks[i] = gst_element_factory_make ("appsink", NULL);
    g_object_set (self->sinks[i], "max-buffers", 1, "drop", TRUE, NULL);
    vitrail_viewport_set_tail (get_viewport (self, i), self->sinks[i]);
    vitrail_viewport_set_size (get_viewport (self, i), SIZE, SIZE);
  }
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
  for (guint i = 0; i < N_TILES; i++) {
    if (self->expected[i] > 0 &&
        read_frame (self->sinks[i]) != self->expected[i])
      return FALSE;
  }
  return TRUE;
}

/* @cines: the files that the tiles show; 0: an empty one. */
static void
assert_tiles (Fixture *self, guint n, const guint *cines)
{
  guint rows = 0;
  guint columns = 0;

  vitrail_session_get_layout (self->session, &rows, &columns);
  g_assert_cmpuint ((gsize) rows * columns, ==, n);
  for (guint i = 0; i < n; i++) {
    VitrailDisplaySet *set =
        vitrail_viewport_get_display_set (get_viewport (self, i));
    g_autofree char *id =
        cines[i] > 0 ? g_strdup_printf ("1.2.3.%u", cines[i]) : NULL;
    g_assert_cmpstr (set != NULL ? set->id : NULL, ==, id);
  }
}

static void
assert_note (Fixture *self, guint tile, const char *note)
{
  g_assert_cmpstr (vitrail_viewport_get_note (get_viewport (self, tile)), ==,
                   note);
}

static void
assert_loop (Fixture *self, guint tile, guint expected_first, guint expected)
{
  guint first = 0;
  guint last = 0;
  vitrail_viewport_get_loop (get_viewport (self, tile), &first, &last);
  g_assert_cmpuint (first, ==, expected_first);
  g_assert_cmpuint (last, ==, expected);
}

/* All stages of a view, image by image of the longest beat. */
static void
test_stages (void)
{
  static const guint a4c[] = { 1, 5, 4, 7 };
  Fixture self = { 0 };

  open_study (&self, whole_study, "stress");
  run (&self, "stress-stages", NULL);
  assert_tiles (&self, 4, a4c);
  g_assert_cmpstr (self.told, ==,
                   "Cines that say neither stage nor view, left out: 1.");
  assert_loop (&self, 0, 4, 13);
  assert_loop (&self, 1, 3, 14);
  assert_loop (&self, 2, 1, 15);
  assert_loop (&self, 3, 1, 12);
  assert_note (&self, 0, NULL);
  assert_note (&self, 1, "First of 2 cines");
  assert_note (&self, 2, "No R waves: all images, not one beat");
  g_assert_true (vitrail_session_get_cine_sync (self.session));
  for (guint i = 0; i < 4; i++)
    g_assert_true (vitrail_viewport_get_playing (get_viewport (&self, i)));

  run (&self, "cine-toggle", NULL);
  attach (&self);
  vitrail_session_set_active (self.session, 2);
  for (guint k = 1; k <= 15; k++) {
    run (&self, "go-to-image", g_variant_new_uint32 (k));
    self.expected[0] = 4 + (k - 1) * 10 / 15;
    self.expected[1] = 3 + (k - 1) * 12 / 15;
    self.expected[2] = k;
    self.expected[3] = 1 + (k - 1) * 12 / 15;
    g_assert_true (test_wait_until (shows_expected, &self));
  }
  /* Another loop is what a person wants. */
  run (&self, "loop-all", NULL);
  assert_note (&self, 2, NULL);
  close_study (&self);
}

/* On to the next view, to views by stage, and back to the beginning. */
static void
test_pages (void)
{
  static const guint a4c[] = { 1, 5, 4, 7 };
  static const guint a2c[] = { 2, 0, 3, 0 };
  static const guint peak[] = { 4, 3 };
  static const guint recovery[] = { 7, 0 };
  static const guint at_first[] = { 8 };
  Fixture self = { 0 };

  open_study (&self, whole_study, "stress");
  run (&self, "show", g_variant_new_string ("1.2.3.8"));
  run (&self, "stress-stages", NULL);
  assert_tiles (&self, 4, a4c);
  g_assert_false (
      vitrail_session_run (self.session, "previous-stress", NULL, NULL));
  run (&self, "next-stress", NULL);
  assert_tiles (&self, 4, a2c);
  assert_note (&self, 1, "Low dose, A2C\nNot in this study");
  assert_note (&self, 3, "Recovery, A2C\nNot in this study");
  assert_loop (&self, 0, 3, 12);
  assert_loop (&self, 2, 6, 20);
  g_assert_true (vitrail_viewport_get_playing (get_viewport (&self, 2)));
  g_assert_false (
      vitrail_session_run (self.session, "next-stress", NULL, NULL));

  vitrail_session_set_active (self.session, 2);
  run (&self, "stress-views", NULL);
  assert_tiles (&self, 2, peak);
  run (&self, "next-stress", NULL);
  assert_tiles (&self, 2, recovery);
  assert_note (&self, 1, "Recovery, A2C\nNot in this study");
  run (&self, "stress-views", NULL);
  assert_tiles (&self, 1, at_first);
  g_assert_false (vitrail_session_get_cine_sync (self.session));
  g_assert_false (
      vitrail_session_run (self.session, "next-stress", NULL, NULL));
  close_study (&self);
}

/* Something else has taken a place: it is laid out anew, not left. */
static void
test_changed (void)
{
  static const guint a4c[] = { 1, 5, 4, 7 };
  Fixture self = { 0 };

  open_study (&self, whole_study, "stress");
  run (&self, "stress-stages", NULL);
  run (&self, "show", g_variant_new_string ("1.2.3.8"));
  run (&self, "layout", g_variant_new ("(uu)", 1, 1));
  run (&self, "stress-stages", NULL);
  assert_tiles (&self, 4, a4c);
  /* While it is being read, the study is closed. */
  run (&self, "stress-stages", NULL);
  vitrail_session_run (self.session, "stress-views", NULL, NULL);
  close_study (&self);
}

static void
test_no_stress (void)
{
  static const guint at_first[] = { 1 };
  Fixture self = { 0 };

  open_study (&self, plain_study, "plain");
  run (&self, "stress-views", NULL);
  assert_tiles (&self, 1, at_first);
  g_assert_cmpstr (self.told, ==,
                   "No cine of this study says a stage or a view");
  g_assert_false (
      vitrail_session_run (self.session, "next-stress", NULL, NULL));
  close_study (&self);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipeline/stresslayout/places", test_places);
  g_test_add_func ("/pipeline/stresslayout/beats", test_beats);
  g_test_add_func ("/pipeline/stresslayout/stages", test_stages);
  g_test_add_func ("/pipeline/stresslayout/pages", test_pages);
  g_test_add_func ("/pipeline/stresslayout/changed", test_changed);
  g_test_add_func ("/pipeline/stresslayout/no-stress", test_no_stress);
  return g_test_run ();
}
