/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dcmmux: what it writes is valid, has all frames and plays; what no transfer
 * syntax holds is refused in words; what a killed process leaves is finished.
 */

#include "dicom/part10.h"
#include "gstrun.h"
#include "sanitized.h"
#include "testdata.h"
#include "video/videofacts.h"

#include <gio/gio.h>

#include <signal.h>
#include <string.h>

#define TAG_FRAMES    VITRAIL_TAG (0x0028, 0x0008)
#define PICTURE_BYTES (320u * 240 * 3 / 2)
#define MAKER         "--record"

static char *own_path;

typedef struct {
  char *path;
} Folder;

static void
folder_clear (Folder *self)
{
  const char *const argv[] = { "rm", "-rf", self->path, NULL };

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                NULL, NULL, NULL, NULL);
  g_free (self->path);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Folder, folder_clear)

static Folder
folder_make (void)
{
  return (Folder){ g_dir_make_tmp ("record-XXXXXX", NULL) };
}

/* What a program prints, both ways. */
static char *
get_output (const char *command)
{
  const char *const argv[] = { "sh", "-c", command, NULL };
  char *out = NULL;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH,
                               NULL, NULL, &out, NULL, NULL, NULL));
  return g_strstrip (out);
}

/* To the end of the stream; NULL, or the text of the error before it. */
static char *
record (const char *description)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, &error);
  char *text = NULL;

  g_assert_no_error (error);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND,
                                  GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    text = g_strdup (error->message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return text;
}

static VitrailPart10 *
open_object (const char *path)
{
  g_autoptr (GError) error = NULL;
  VitrailPart10 *file = vitrail_part10_open (path, VITRAIL_READ_HEADER, &error);

  g_assert_no_error (error);
  return file;
}

/* dciodvfy has not heard of HEVC: of that it gets the attributes with another
 * video's syntax. */
static void
assert_valid (const char *path)
{
  g_autofree char *command = g_strdup_printf (
      "LC_ALL=C sed 's/1[.]2[.]4[.]10[78]/1.2.4.102/' '%s' >'%s.valid' && "
      "dciodvfy '%s.valid' 2>&1 | grep ^Error",
      path, path, path);
  g_autofree char *errors = get_output (command);

  g_assert_cmpstr (errors, ==, "");
}

/* Frames that ffmpeg decodes of the pixel data. */
static void
assert_plays (const char *path, guint n_frames)
{
  g_autofree char *line = g_strdup_printf (
      "filesrc location=%s ! dcmdemux as-streams=true ! filesink "
      "location=%s.ts",
      path, path);
  g_autofree char *command = g_strdup_printf (
      "ffprobe -v error -count_frames -select_streams v -show_entries "
      "stream=nb_read_frames -of csv=p=0 '%s.ts' | head -n 1",
      path);
  g_autofree char *failed = record (line);

  g_assert_cmpstr (failed, ==, NULL);
  g_autofree char *frames = get_output (command);
  g_assert_cmpuint (g_ascii_strtoull (frames, NULL, 10), ==, n_frames);
}

static const struct {
  const char *name;
  const char *stream;
  const char *sop_class;
  const char *syntax;
  gboolean is_video;
} objects[] = {
  { "yuy2",
    "video/x-raw,format=YUY2,width=320,height=240,framerate=25/1 ! "
    "videoconvert ! x264enc speed-preset=ultrafast",
    "endoscopic", "1.2.840.10008.1.2.4.102", TRUE },
  { "microscopic",
    "video/x-raw,width=320,height=240,framerate=25/1 ! x264enc "
    "speed-preset=ultrafast tune=zerolatency",
    "microscopic", "1.2.840.10008.1.2.4.102", TRUE },
  { "hevc",
    "video/x-raw,format=I420,width=320,height=240,framerate=25/1 ! x265enc "
    "speed-preset=ultrafast tune=zerolatency",
    "photographic", "1.2.840.10008.1.2.4.107", TRUE },
  { "hevc10",
    "video/x-raw,format=I420_10LE,width=320,height=240,framerate=25/1 ! "
    "x265enc speed-preset=ultrafast tune=zerolatency",
    "endoscopic", "1.2.840.10008.1.2.4.108", TRUE },
  { "mpeg2",
    "video/x-raw,width=320,height=240,framerate=25/1 ! mpeg2enc format=3 ! "
    "mpegvideoparse",
    "ultrasound", "1.2.840.10008.1.2.4.100", TRUE },
  { "jpeg", "video/x-raw,width=320,height=240,framerate=25/1 ! jpegenc",
    "ultrasound", "1.2.840.10008.1.2.4.50", FALSE },
  { "jpeg-grey",
    "video/x-raw,format=GRAY8,width=320,height=240,framerate=25/1 ! jpegenc",
    "secondary-capture", "1.2.840.10008.1.2.4.50", FALSE },
  { "jpeg-444",
    "video/x-raw,format=Y444,width=320,height=240,framerate=25/1 ! jpegenc",
    "endoscopic", "1.2.840.10008.1.2.4.50", FALSE },
  { "raw",
    "video/x-raw,width=322,height=240,framerate=25/1 ! videoconvert ! "
    "video/x-raw,format=RGB",
    "secondary-capture", "1.2.840.10008.1.2.1", FALSE },
  { "grey",
    "video/x-raw,width=321,height=241,framerate=25/1 ! videoconvert ! "
    "video/x-raw,format=GRAY8",
    "secondary-capture", "1.2.840.10008.1.2.1", FALSE },
};

static void
test_object (gconstpointer data)
{
  gsize index = GPOINTER_TO_SIZE (data);
  const guint n_frames = 30;

  /* In the books of AddressSanitizer it would be ours. */
  if (SANITIZED && strstr (objects[index].stream, "mpeg2enc") != NULL) {
    g_test_skip ("mpeg2enc loses what it knows of its input");
    return;
  }
  g_auto (Folder) folder = folder_make ();
  g_autofree char *path = g_build_filename (folder.path, "out.dcm", NULL);
  double frame_time = 0;

  g_autofree char *line = g_strdup_printf (
      "videotestsrc num-buffers=%u ! %s ! dcmmux sop-class=%s spool=%s "
      "attributes=PatientID=7 ! filesink location=%s",
      n_frames, objects[index].stream, objects[index].sop_class, folder.path,
      path);
  g_autofree char *failed = record (line);
  g_assert_cmpstr (failed, ==, NULL);
  g_autoptr (VitrailPart10) file = open_object (path);
  VitrailDataSet *head = vitrail_part10_get_data_set (file);
  g_assert_cmpstr (vitrail_part10_get_transfer_syntax (file), ==,
                   objects[index].syntax);
  g_assert_cmpint (vitrail_data_set_get_int_or (head, TAG_FRAMES, 0), ==,
                   n_frames);
  g_assert_true (vitrail_data_set_get_double (
      head, VITRAIL_TAG (0x0018, 0x1063), 0, &frame_time));
  g_assert_cmpfloat_with_epsilon (frame_time, 40, 1e-6);
  g_assert_true (vitrail_data_set_text_is (
      head, VITRAIL_TAG (0x0028, 0x2110), 0,
      strcmp (objects[index].syntax, "1.2.840.10008.1.2.1") == 0 ? "00"
                                                                 : "01"));
  /* It knows of no visible light of more than 8 bits either. */
  if (!g_str_has_suffix (objects[index].syntax, ".108"))
    assert_valid (path);
  if (objects[index].is_video)
    assert_plays (path, n_frames);
  g_autoptr (TestRun) again = test_run_new (
      "dicomfilesrc location=%s ! dcmdisplay ! fakesink name=sink", path);
  g_assert_true (test_run_play (again));
  g_assert_cmpuint (again->samples->len, ==, n_frames);
}

/* Raw films and stills of every class. */
static void
test_classes (void)
{
  static const char *const classes[] = { "endoscopic", "microscopic",
                                         "photographic", "ultrasound",
                                         "secondary-capture" };
  g_auto (Folder) folder = folder_make ();

  for (guint i = 0; i < 2 * G_N_ELEMENTS (classes); i++) {
    const char *name = classes[i / 2];
    g_autofree char *path = g_strdup_printf ("%s/%u.out", folder.path, i);
    g_autofree char *line = g_strdup_printf (
        "videotestsrc num-buffers=%u ! "
        "video/x-raw,format=%s,width=64,height=48,framerate=25/1 ! dcmmux "
        "stills=%s sop-class=%s spool=%s ! filesink location=%s",
        i % 2 == 0 ? 3 : 1, i < 4 ? "GRAY8" : "RGB",
        i % 2 == 0 ? "false" : "true", name, folder.path, path);
    g_autofree char *failed = record (line);
    g_assert_cmpstr (failed, ==, NULL);
    assert_valid (path);
  }
  g_autofree char *deep = g_strdup_printf (
      "videotestsrc num-buffers=1 ! video/x-raw,format=GRAY16_LE ! dcmmux "
      "spool=%s ! fakesink",
      folder.path);
  g_autofree char *refused = record (deep);
  g_assert_nonnull (refused);
  g_assert_nonnull (strstr (refused, "secondary capture"));
}

/* --- what is refused --- */

static void
test_refused (void)
{
  const struct {
    VitrailVideoCodec codec;
    VitrailVideoFormat format;
    const char *words;
  } wrong[] = {
    { VITRAIL_VIDEO_H264, { 244, 0, 30, 3, 8, 640, 480 }, "4:4:4" },
    { VITRAIL_VIDEO_H264, { 100, 0, 51, 1, 8, 3840, 2160 }, "level 51" },
    { VITRAIL_VIDEO_H264, { 66, 0, 30, 1, 8, 640, 480 }, "profile 66" },
    { VITRAIL_VIDEO_H264, { 110, 0, 30, 1, 10, 640, 480 }, "10 bits" },
    { VITRAIL_VIDEO_H265, { 1, 0, 156, 1, 8, 640, 480 }, "level 156" },
    { VITRAIL_VIDEO_H265, { 4, 0, 90, 2, 8, 640, 480 }, "4:2:2" },
    { VITRAIL_VIDEO_MPEG2, { 1, 0, 4, 2, 8, 640, 480 }, "main profile" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (
        vitrail_video_pick_syntax (&wrong[i].format, wrong[i].codec, &error));
    g_assert_nonnull (strstr (error->message, wrong[i].words));
    g_assert_nonnull (strstr (error->message, "videoconvert"));
  }
}

/* What comes all the same: a stream that is not what is said of it. */
static void
test_comes_wrong (void)
{
  g_auto (Folder) folder = folder_make ();
  g_autofree char *making = g_strdup_printf (
      "videotestsrc num-buffers=5 ! video/x-raw,format=YUY2 ! videoconvert ! "
      "video/x-raw,format=Y444 ! x264enc ! filesink location=%s/444.h264",
      folder.path);
  g_autofree char *line = g_strdup_printf (
      "filesrc location=%s/444.h264 blocksize=10000000 ! "
      "video/x-h264,stream-format=byte-stream,alignment=au,profile=high ! "
      "dcmmux spool=%s ! filesink location=%s/out.dcm",
      folder.path, folder.path, folder.path);

  g_autofree char *made = record (making);
  g_assert_cmpstr (made, ==, NULL);
  g_autofree char *refused = record (line);
  g_assert_nonnull (refused);
  g_test_message ("%s", refused);
  g_assert_nonnull (strstr (refused, "4:4:4"));
  g_assert_nonnull (
      strstr (refused, "videoconvert ! video/x-raw,format=I420 ! x264enc"));
}

/* Cameras leave out tables that everybody knows. */
static void
test_bare_jpeg (void)
{
  g_auto (Folder) folder = folder_make ();
  g_autofree char *making = g_strdup_printf (
      "videotestsrc num-buffers=3 ! video/x-raw,format=I420,width=64,height=48 "
      "! jpegenc ! multifilesink location=%s/%%d.jpg",
      folder.path);
  g_autofree char *line = g_strdup_printf (
      "multifilesrc location=%s/bare%%d.jpg start-index=0 stop-index=2 "
      "caps=image/jpeg,framerate=25/1 ! dcmmux sop-class=ultrasound spool=%s ! "
      "filesink location=%s/out.dcm",
      folder.path, folder.path, folder.path);
  g_autofree char *made = record (making);

  g_assert_cmpstr (made, ==, NULL);
  g_autofree char *said = test_data_run (
      "cd '%s' && for n in 0 1 2; do /usr/bin/python3 -c \"import re, sys; "
      "d = open('$n.jpg', 'rb').read(); at = 2\n"
      "while d[at + 1] != 0xda:\n"
      "    n = 2 + (d[at + 2] << 8 | d[at + 3])\n"
      "    d, at = (d[:at] + d[at + n:], at) if d[at + 1] == 0xc4 else "
      "(d, at + n)\n"
      "open('bare$n.jpg', 'wb').write(d)\"; done",
      folder.path);
  g_autofree char *failed = record (line);
  g_assert_cmpstr (failed, ==, NULL);
  g_autofree char *path = g_build_filename (folder.path, "out.dcm", NULL);
  assert_valid (path);
  /* ffmpeg takes either: what decides is DCMTK. */
  g_autofree char *same =
      test_data_run ("cd '%s' && dcmdjpeg out.dcm raw.dcm && dcmdump +P "
                     "NumberOfFrames raw.dcm | "
                     "grep -c '\\[3'",
                     folder.path);
  g_assert_cmpstr (g_strstrip (same), ==, "1");
}

/* What is too long for one object goes on in the next, of the same series; each
 * plays by itself, and no picture is lost. */
static void
test_long (void)
{
  g_auto (Folder) folder = folder_make ();
  g_autofree char *line = g_strdup_printf (
      "videotestsrc pattern=snow num-buffers=60 ! "
      "video/x-raw,format=I420,width=160,height=120,framerate=25/1 ! x264enc "
      "tune=zerolatency key-int-max=5 ! dcmmux spool=%s max-size=300000 ! "
      "multifilesink location=%s/%%d.out",
      folder.path, folder.path);
  g_autofree char *failed = record (line);
  g_autoptr (GHashTable) series =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_frames = 0;
  guint n = 0;

  g_assert_cmpstr (failed, ==, NULL);
  for (;; n++) {
    g_autofree char *path = g_strdup_printf ("%s/%u.out", folder.path, n);
    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      break;
    g_autoptr (VitrailPart10) file = open_object (path);
    VitrailDataSet *head = vitrail_part10_get_data_set (file);
    guint n_here = (guint) vitrail_data_set_get_int_or (head, TAG_FRAMES, 0);
    g_assert_cmpint (
        vitrail_data_set_get_int_or (head, VITRAIL_TAG (0x0020, 0x0013), 0), ==,
        n + 1);
    g_hash_table_add (series, vitrail_data_set_dup_string (
                                  head, VITRAIL_TAG (0x0020, 0x000e), 0));
    if (n == 1)
      assert_plays (path, n_here);
    n_frames += n_here;
  }
  g_test_message ("%u objects", n);
  g_assert_cmpuint (n, >, 2);
  g_assert_cmpuint (n_frames, ==, 60);
  g_assert_cmpuint (g_hash_table_size (series), ==, 1);
}

/* --- what is left behind --- */

/* Whole pictures that come through @told until it has been @n_most. */
static guint
count_pictures (GInputStream *told, guint n_most)
{
  g_autofree guint8 *picture = g_malloc (PICTURE_BYTES);
  gsize length = PICTURE_BYTES;
  guint n = 0;

  while (n < n_most && length == PICTURE_BYTES) {
    g_input_stream_read_all (told, picture, PICTURE_BYTES, &length, NULL, NULL);
    n += length == PICTURE_BYTES ? 1 : 0;
  }
  return n;
}

/* A process that records, showing what it records, and is killed when it has
 * shown @n_frames. Returns how many it has shown. */
static guint
kill_after (const char *folder, guint n_frames)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_strdup_printf (
      "videotestsrc ! "
      "video/x-raw,format=I420,width=320,height=240,framerate=25/1 ! tee "
      "name=t ! x264enc tune=zerolatency speed-preset=ultrafast ! dcmmux "
      "spool=%s ! fakesink async=false t. ! fdsink fd=1 async=false sync=false",
      folder);
  g_autoptr (GSubprocess) recorder =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, own_path, MAKER,
                        line, NULL);

  g_assert_no_error (error);
  GInputStream *told = g_subprocess_get_stdout_pipe (recorder);
  guint n_told = count_pictures (told, n_frames);
  g_subprocess_send_signal (recorder, SIGKILL);
  n_told += count_pictures (told, G_MAXUINT);
  g_subprocess_wait (recorder, NULL, NULL);
  return n_told;
}

/* The next recorder finishes what a killed one left: all but the last second.
 */
static void
test_killed (void)
{
  g_auto (Folder) folder = folder_make ();
  guint n_told = kill_after (folder.path, 60);

  g_assert_cmpuint (n_told, >=, 60);
  g_autofree char *again = g_strdup_printf (
      "videotestsrc num-buffers=1 ! video/x-raw,format=GRAY8 ! dcmmux "
      "sop-class=secondary-capture spool=%s ! fakesink",
      folder.path);
  g_autofree char *failed = record (again);
  g_assert_cmpstr (failed, ==, NULL);
  g_autofree char *list =
      test_data_run ("find '%s' -type f | sed 's#.*/##'", folder.path);
  g_autofree char *path =
      g_build_filename (folder.path, g_strstrip (list), NULL);
  g_assert_true (g_str_has_suffix (path, ".dcm"));
  g_autoptr (VitrailPart10) file = open_object (path);
  guint n_frames =
      (guint) vitrail_data_set_get_int_or (vitrail_part10_get_data_set (file),
                                           TAG_FRAMES, 0);
  g_test_message ("%u pictures shown, %u recorded", n_told, n_frames);
  g_assert_cmpuint (n_frames + 25, >=, n_told);
  assert_valid (path);
  assert_plays (path, n_frames);
}

/* --- who is recorded --- */

static void
test_work_list (void)
{
  g_auto (Folder) folder = folder_make ();
  g_autofree char *wl = g_build_filename (folder.path, "item.wl", NULL);
  g_autofree char *dump = g_strdup_printf (
      "printf '%%s\\n' '(0008,0005) CS [ISO_IR 100]' "
      "'(0008,0050) SH [A17]' '(0010,0010) PN [GR\\374N^EVA]' "
      "'(0010,0020) LO [P4]' '(0020,000d) UI [1.2.3.4]' "
      "'(0032,1060) LO [Gastroscopy]' '(0040,0100) SQ (Sequence)' "
      "'(fffe,e000) na (Item)' '(0040,0009) SH [S1]' "
      "'(fffe,e00d) na' '(fffe,e0dd) na' | sed 's/\\\\374/\\xfc/' "
      "> '%s.dump' && dump2dcm '%s.dump' '%s' 2>&1",
      wl, wl, wl);
  g_autofree char *said = get_output (dump);
  g_autofree char *path = g_build_filename (folder.path, "out.dcm", NULL);

  g_test_message ("%s", said);
  g_autofree char *line = g_strdup_printf (
      "videotestsrc num-buffers=5 ! video/x-raw,format=GRAY8 ! dcmmux "
      "sop-class=secondary-capture spool=%s template=%s ! "
      "filesink location=%s",
      folder.path, wl, path);
  g_autofree char *failed = record (line);
  g_assert_cmpstr (failed, ==, NULL);
  g_autoptr (VitrailPart10) file = open_object (path);
  VitrailDataSet *head = vitrail_part10_get_data_set (file);
  g_autofree char *name =
      vitrail_data_set_dup_string (head, VITRAIL_TAG (0x0010, 0x0010), 0);
  g_assert_cmpstr (name, ==, "GRüN^EVA");
  g_assert_true (vitrail_data_set_text_is (head, VITRAIL_TAG (0x0020, 0x000d),
                                           0, "1.2.3.4"));
  const VitrailDataSet *request =
      vitrail_data_set_get_item (head, VITRAIL_TAG (0x0040, 0x0275), 0);
  g_assert_true (vitrail_data_set_text_is (
      request, VITRAIL_TAG (0x0040, 0x0009), 0, "S1"));
  assert_valid (path);
}

/* What this program does as another process. */
static int
record_apart (const char *line)
{
  g_autofree char *failed = record (line);

  return failed == NULL ? 0 : 1;
}

int
main (int argc, char **argv)
{
  own_path = argv[0];
  gst_init (NULL, NULL);
  if (argc == 3 && strcmp (argv[1], MAKER) == 0)
    return record_apart (argv[2]);
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (objects); i++) {
    g_autofree char *name =
        g_strconcat ("/dcmmux/object/", objects[i].name, NULL);
    g_test_add_data_func (name, GSIZE_TO_POINTER (i), test_object);
  }
  g_test_add_func ("/dcmmux/classes", test_classes);
  g_test_add_func ("/dcmmux/refused", test_refused);
  g_test_add_func ("/dcmmux/comes-wrong", test_comes_wrong);
  g_test_add_func ("/dcmmux/bare-jpeg", test_bare_jpeg);
  g_test_add_func ("/dcmmux/long", test_long);
  g_test_add_func ("/dcmmux/killed", test_killed);
  g_test_add_func ("/dcmmux/work-list", test_work_list);
  return g_test_run ();
}
