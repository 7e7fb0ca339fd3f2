/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frame-exact video: each frame carries its number as ten squares of bits; all
 * are asked for in a random order, then forwards and backwards, of every codec
 * and container that ffmpeg writes; the same in playbin, which knows nothing of
 * DICOM; torn and hostile streams. */

#include "decode/videoinstance.h"
#include "gstrun.h"
#include "testdata.h"
#include "videos.h"

#include <string.h>

#define N_FRAMES 60
#define FIELDS   "dcm4che-mpeg2-es/dcm4che-assembly/src/etc/jpg2dcm/sample.mpeg"
#define WIDTH    320

static const char *const names[] = {
  "a.m2v",        "interlaced.m2v", "a.mpg",      "mpeg1.mpg",  "m2.ts",
  "m2.mp4",       "a.h264",         "plain.h264", "open.h264",  "fields.h264",
  "refresh.h264", "a.mp4",          "open.mp4",   "pieces.mp4", "a.ts",
  "a.h265",       "closed.h265",    "h265.mp4",   "h265.ts",    "deep.h265",
  "reset.h264",   "cycle.h264",
};

static char *
make_path (const char *name)
{
  static gboolean made;

  if (!made)
    test_videos_make ("basic");
  made = TRUE;
  g_autofree char *file = g_strconcat (name, ".dcm", NULL);
  return g_build_filename (test_data_get_scratch (), file, NULL);
}

static VitrailInstance *
open_video (const char *name, GError **error)
{
  g_autofree char *path = make_path (name);
  return vitrail_video_instance_wrap (vitrail_instance_open (path, error),
                                      error);
}

static guint
show_number (VitrailInstance *instance, guint frame)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) decoded =
      vitrail_instance_decode_frame (instance, frame, 0, NULL, &error);

  g_assert_no_error (error);
  return test_videos_read_number (decoded->data, decoded->stride);
}

static void
test_exact (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance = open_video (data, &error);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_instance_get_n_frames (instance), ==, N_FRAMES);
  for (guint i = 0; i < N_FRAMES; i++) {
    guint frame = (guint) g_rand_int_range (random, 1, N_FRAMES + 1);
    g_assert_cmpuint (show_number (instance, frame), ==, frame);
  }
  for (guint frame = 1; frame <= N_FRAMES; frame++)
    g_assert_cmpuint (show_number (instance, frame), ==, frame);
  for (guint frame = N_FRAMES; frame >= 1; frame--)
    g_assert_cmpuint (show_number (instance, frame), ==, frame);
}

/* The header says 7 frames and another rate: the stream wins, and it is said.
 */
static void
test_notice (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) wrong = open_video ("a.mp4", &error);
  g_autoptr (VitrailFrame) frame =
      vitrail_instance_decode_frame (wrong, 9, 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (strstr (frame->warning,
                            "the video has 60 frames, Number of Frames is 7"));
  g_autoptr (VitrailInstance) slow = open_video ("slow.mp4", &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (vitrail_video_instance_get_time_ms (slow, 3),
                                  40, 0.001);
  g_autoptr (VitrailFrame) second =
      vitrail_instance_decode_frame (slow, 2, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (
      strstr (second->warning, "the video has 25 frames a second, not 10"));
  g_autoptr (VitrailInstance) right = open_video ("open.mp4", &error);
  g_autoptr (VitrailFrame) third =
      vitrail_instance_decode_frame (right, 2, 0, NULL, &error);
  g_assert_null (third->warning);
}

/* The colours of one frame as ffmpeg makes them: mean difference, and that of
 * the worst percent of all samples. */
static void
compare (const VitrailFrame *frame,
         const char *reference,
         double *mean,
         guint *worst)
{
  g_autofree char *data = NULL;
  gsize length = 0;
  guint counts[256] = { 0 };
  guint64 total = 0;
  gsize row = (gsize) frame->format.width * 3;

  g_assert_true (g_file_get_contents (reference, &data, &length, NULL));
  g_assert_cmpuint (length, ==, row * frame->format.height);
  for (gsize i = 0; i < length; i++) {
    int ours = frame->data[i / row * frame->stride + i % row];
    guint d = (guint) ABS (ours - (int) (guint8) data[i]);
    counts[d]++;
    total += d;
  }
  *mean = (double) total / (double) length;
  guint64 left = length / 100;
  for (*worst = 255; *worst > 0 && counts[*worst] < left; (*worst)--)
    left -= counts[*worst];
}

/* A program stream of fields, 8:9, limited range, with sound: against what
 * ffmpeg makes of it, its own deinterlacer included. */
static void
test_fields (void)
{
  const char *folder = test_data_get_folder ();
  g_autofree char *source =
      folder != NULL ? g_build_filename (folder, FIELDS, NULL) : NULL;
  double mean[2] = { 0 };
  guint worst[2] = { 0 };

  if (source == NULL || !g_file_test (source, G_FILE_TEST_EXISTS)) {
    g_test_skip ("no " FIELDS);
    return;
  }
  g_free (test_data_run ("ln -sf '%s' '%s/fields.mpg'", source,
                         test_data_get_scratch ()));
  test_videos_make ("fields");
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance = open_video ("fields.mpg", &error);
  g_assert_no_error (error);
  g_autoptr (VitrailFrameInfo) info =
      vitrail_instance_ref_frame_info (instance, 31, NULL);
  g_assert_cmpfloat_with_epsilon (info->pixel_aspect, 9.0 / 8, 1e-9);
  g_autoptr (VitrailFrame) frame =
      vitrail_instance_decode_frame (instance, 31, 0, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++) {
    g_autofree char *reference =
        g_build_filename (test_data_get_scratch (),
                          i == 0 ? "yadif.rgb" : "woven.rgb", NULL);
    compare (frame, reference, &mean[i], &worst[i]);
    g_test_message ("%s: mean %.3f, 99 %% below %u", reference, mean[i],
                    worst[i]);
  }
  /* Colours that are off by one matrix or range would be 2 to 10; lines of the
   * second field are another's guess. */
  g_assert_cmpfloat (mean[0], <, 1.8);
  g_assert_cmpuint (worst[0], <, 24);
  g_assert_cmpfloat (mean[1], <, 1.5);
}

/* What is there of a stream that was cut off is shown, each frame exactly. */
static void
test_torn (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance = open_video (data, &error);

  g_assert_no_error (error);
  guint n_frames = vitrail_instance_get_n_frames (instance);
  g_assert_cmpuint (n_frames, >, 5);
  g_assert_cmpuint (n_frames, <, N_FRAMES);
  for (guint frame = 1; frame + 4 < n_frames; frame++)
    g_assert_cmpuint (show_number (instance, frame), ==, frame);
}

/* Without its beginning: from the first point that decodes. */
static void
test_late (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance = open_video ("late.ts", &error);

  g_assert_no_error (error);
  guint n_frames = vitrail_instance_get_n_frames (instance);
  g_assert_cmpuint (n_frames, <=, N_FRAMES / 2);
  g_assert_cmpuint (n_frames, >, 1);
  guint first = show_number (instance, 1);
  g_assert_cmpuint (show_number (instance, n_frames), ==, first + n_frames - 1);
}

/* Tables that go round in circles, and an edit at the end of all time: an
 * answer comes, whichever. */
static void
test_tables (void)
{
  static const char make[] =
      "import struct\n"
      "def box(t, b): return struct.pack('>I', len(b) + 8) + t + b\n"
      "def full(t, n, rows): return box(t, struct.pack('>II', 0, n) + rows)\n"
      "n = 400000\n"
      "groups = struct.pack('>6I', 1, 0, 1, 0xffffffff, 0, 1) * (n // 2)\n"
      "stbl = full(b'stsd', 1, box(b'mp4v', bytes(78)))\n"
      "stbl += full(b'stsz', 1, struct.pack('>I', n))\n"
      "stbl += full(b'stco', n, bytes(4 * n)) + full(b'stsc', n, groups)\n"
      "hdlr = box(b'hdlr', bytes(8) + b'vide' + bytes(12))\n"
      "mdia = hdlr + box(b'mdhd', bytes(24))\n"
      "mdia += box(b'minf', box(b'stbl', stbl))\n"
      "edit = struct.pack('>BxxxIQQI', 1, 1, 5, 2 ** 63 - 1, 0)\n"
      "trak = box(b'edts', box(b'elst', edit)) + box(b'mdia', mdia)\n"
      "open('{dir}/circle.mp4', 'wb').write(box(b'ftyp', b'isom') +\n"
      "    box(b'moov', box(b'mvhd', bytes(100)) + box(b'trak', trak)))\n";
  g_autofree char *unused = test_data_python (make);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "circle.mp4", NULL);
  g_autofree char *data = NULL;
  gsize length = 0;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  g_autoptr (GBytes) stream = g_bytes_new (data, length);
  g_autoptr (VitrailVideoIndex) index =
      vitrail_video_index_new (stream, VITRAIL_VIDEO_MPEG2, "circle.mp4",
                               &error);
  g_assert_null (index);
  g_assert_nonnull (strstr (error->message, "no sample"));
}

static void
test_nothing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) none = open_video ("nothing.h264", &error);

  g_assert_null (none);
  g_assert_nonnull (strstr (error->message, "nothing.h264.dcm"));
  g_clear_error (&error);
  /* Its tables stand at the end. */
  g_autoptr (VitrailInstance) torn = open_video ("torn.mp4", &error);
  g_assert_null (torn);
  g_assert_nonnull (strstr (error->message, "MP4"));
}

/* In playbin. */

static guint
show_sample (TestRun *run, guint index)
{
  GstBuffer *buffer = test_run_get_buffer (run, index);
  GstMapInfo map;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  guint number = test_videos_read_number (map.data, (gsize) WIDTH * 3);
  gst_buffer_unmap (buffer, &map);
  g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==,
                    (number - 1) * (40 * GST_MSECOND));
  return number;
}

static void
check_all (TestRun *run, guint first, gint step, guint n)
{
  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (show_sample (run, i), ==, (gint) first + step * (gint) i);
}

static void
test_player (gconstpointer data)
{
  g_autofree char *path = make_path (data);
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autoptr (TestRun) run = test_run_new (
      "playbin uri=file://%s video-sink=\"capsfilter caps=video/x-raw,"
      "format=RGB ! fakesink name=sink sync=false\"",
      path);
  gint64 duration = 0;

  test_run_preroll (run);
  g_assert_true (
      gst_element_query_duration (run->pipeline, GST_FORMAT_TIME, &duration));
  g_assert_cmpint (duration, ==, N_FRAMES * (40 * GST_MSECOND));
  for (guint i = 0; i < 20; i++) {
    guint frame = (guint) g_rand_int_range (random, 1, N_FRAMES + 1);
    test_run_seek (run, 1, GST_FORMAT_TIME,
                   (gint64) ((frame - 1) * (40 * GST_MSECOND)), -1);
    g_assert_cmpuint (show_sample (run, 0), ==, frame);
  }
  test_run_seek (run, 1, GST_FORMAT_TIME, 0, -1);
  check_all (run, 1, 1, N_FRAMES);
  test_run_seek (run, -1, GST_FORMAT_TIME, 0, duration);
  check_all (run, N_FRAMES, -1, N_FRAMES);
}

static VitrailVideoIndex *
get_index (VitrailInstance *instance)
{
  return vitrail_video_instance_get_index (VITRAIL_VIDEO_INSTANCE (instance));
}

/* What is kept reads back the same, and nothing else does. */
static void
test_kept (void)
{
  g_autoptr (VitrailInstance) instance = open_video ("a.ts", NULL);
  const VitrailVideoIndex *index = get_index (instance);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "a.ts.dcm", NULL);
  g_autoptr (VitrailInstance) plain = vitrail_instance_open (path, NULL);
  g_autoptr (GBytes) stream =
      vitrail_instance_load_frame (plain, 1, NULL, NULL);
  g_autoptr (GBytes) packed = vitrail_video_index_pack (index);
  g_autoptr (VitrailVideoIndex) again =
      vitrail_video_index_unpack (packed, stream);

  g_assert_nonnull (again);
  g_autoptr (GBytes) packed_again = vitrail_video_index_pack (again);
  g_assert_true (g_bytes_equal (packed, packed_again));
  for (guint i = 0; i < vitrail_video_index_get_n_units (index); i++) {
    g_autoptr (GBytes) unit = vitrail_video_index_ref_unit (index, i);
    g_autoptr (GBytes) same = vitrail_video_index_ref_unit (again, i);
    g_assert_true (g_bytes_equal (unit, same));
  }
  g_autoptr (GBytes) other = g_bytes_new_from_bytes (stream, 0, 1000);
  g_assert_null (vitrail_video_index_unpack (packed, other));
  g_autoptr (GBytes) cut =
      g_bytes_new_from_bytes (packed, 0, g_bytes_get_size (packed) - 1);
  g_assert_null (vitrail_video_index_unpack (cut, stream));
}

int
main (int argc, char **argv)
{
  static const char *const played[] = { "a.mpg", "a.mp4", "open.h264",
                                        "h265.ts" };

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (played); i++) {
    g_autofree char *path =
        g_strconcat ("/videoinstance/playbin/", played[i], NULL);
    g_test_add_data_func (path, played[i], test_player);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_strconcat ("/videoinstance/", names[i], NULL);
    g_test_add_data_func (path, names[i], test_exact);
  }
  g_test_add_data_func ("/videoinstance/torn", "torn.h264", test_torn);
  g_test_add_func ("/videoinstance/late", test_late);
  g_test_add_func ("/videoinstance/notice", test_notice);
  g_test_add_func ("/videoinstance/fields", test_fields);
  g_test_add_func ("/videoinstance/nothing", test_nothing);
  g_test_add_func ("/videoinstance/tables", test_tables);
  g_test_add_func ("/videoinstance/kept", test_kept);
  return g_test_run ();
}
