/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Recordings: killed at any point nothing that was added is lost; what somebody
 * is making is left alone; journals that lie. */

#include "dicom/part10.h"
#include "recording.h"
#include "recordinghead.h"
#include "testdata.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define FRAME      64u
#define MAKER      "--record"
#define TAG_FRAMES VITRAIL_TAG (0x0028, 0x0008)

static char *own_path;

static VitrailRecording *
begin_recording (const char *path, VitrailRecordingLayout layout)
{
  const VitrailRecordingFormat format = {
    .kind = VITRAIL_RECORDING_SECONDARY,
    .columns = 8,
    .rows = 8,
    .samples = 1,
    .bits = 8,
    .photometric = "MONOCHROME2",
    .rate = 25,
    .pixel_width = 1,
    .pixel_height = 1,
  };
  const char *syntax = layout == VITRAIL_RECORDING_NATIVE
                           ? "1.2.840.10008.1.2.1"
                           : "1.2.840.10008.1.2.4.102";
  g_autoptr (VitrailDataSet) head =
      vitrail_recording_head_new (&format, NULL, NULL);
  g_autoptr (GError) error = NULL;
  VitrailRecording *self =
      vitrail_recording_new (path, head, syntax, layout, &error);

  g_assert_no_error (error);
  return self;
}

static gboolean
add_frame (VitrailRecording *self, guint number)
{
  guint8 frame[FRAME];

  memset (frame, (int) (number & 255), sizeof frame);
  return vitrail_recording_add (self, frame, sizeof frame,
                                (guint64) number * 40000000, NULL);
}

/* What this program does as another process: records until it is killed, or
 * nobody hears any more of each frame that it adds. */
static int
record_for_ever (const char *path)
{
  g_autoptr (VitrailRecording) self =
      begin_recording (path, VITRAIL_RECORDING_NATIVE);

  for (guint i = 0; add_frame (self, i); i++)
    if (write (STDOUT_FILENO, "", 1) != 1)
      return 1;
  return 1;
}

static guint
count_bytes (GInputStream *told, guint n_most)
{
  guint8 byte;
  guint n = 0;

  while (n < n_most && g_input_stream_read (told, &byte, 1, NULL, NULL) == 1)
    n++;
  return n;
}

/* How many frames were told of. */
static guint
kill_after (const char *path, guint n_frames)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) maker =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, own_path, MAKER,
                        path, NULL);

  g_assert_no_error (error);
  GInputStream *told = g_subprocess_get_stdout_pipe (maker);
  guint n_told = count_bytes (told, n_frames);
  g_subprocess_send_signal (maker, SIGKILL);
  n_told += count_bytes (told, G_MAXUINT);
  g_subprocess_wait (maker, NULL, NULL);
  return n_told;
}

static VitrailPart10 *
open_object (const char *path)
{
  g_autoptr (GError) error = NULL;
  VitrailPart10 *file = vitrail_part10_open (path, VITRAIL_READ_HEADER, &error);

  g_assert_no_error (error);
  return file;
}

static guint
count_frames (const char *path)
{
  g_autoptr (VitrailPart10) file = open_object (path);

  return (guint) vitrail_data_set_get_int_or (
      vitrail_part10_get_data_set (file), TAG_FRAMES, 0);
}

static void
assert_frames (const char *path, guint n_least)
{
  g_autoptr (VitrailPart10) file = open_object (path);
  guint n_frames = count_frames (path);
  g_autoptr (GBytes) pixels =
      vitrail_data_set_ref_value (vitrail_part10_get_data_set (file),
                                  VITRAIL_TAG (0x7fe0, 0x0010));
  const guint8 *data = g_bytes_get_data (pixels, NULL);

  g_assert_cmpuint (n_frames, >=, n_least);
  g_assert_cmpuint (g_bytes_get_size (pixels), ==, (gsize) n_frames * FRAME);
  for (guint i = 0; i < n_frames * FRAME; i++)
    g_assert_cmpuint (data[i], ==, i / FRAME & 255);
}

static char *
make_path (const char *name)
{
  char *folder = g_build_filename (test_data_get_scratch (), name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  return folder;
}

/* Paths of what was finished in @folder. */
static GPtrArray *
finish_all (const char *folder)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *done = vitrail_recording_finish_all (folder, &error);

  g_assert_no_error (error);
  return done;
}

static void
test_killed (void)
{
  g_autofree char *folder = make_path ("killed");

  for (guint i = 0; i < 20; i++) {
    g_autofree char *name = g_strdup_printf ("%u.dcm", i);
    g_autofree char *path = g_build_filename (folder, name, NULL);
    guint n_told = kill_after (path, (guint) g_test_rand_int_range (1, 300));
    g_autoptr (GPtrArray) done = finish_all (folder);
    g_assert_cmpuint (done->len, ==, 1);
    g_assert_cmpstr (g_ptr_array_index (done, 0), ==, path);
    assert_frames (path, n_told);
  }
}

/* What somebody is recording is left alone; what has no frame goes. */
static void
test_held (void)
{
  g_autofree char *folder = make_path ("held");
  g_autofree char *path = g_build_filename (folder, "a.dcm", NULL);
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  VitrailRecording *self = begin_recording (path, VITRAIL_RECORDING_NATIVE);

  g_autoptr (GPtrArray) none = finish_all (folder);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_true (g_file_test (part, G_FILE_TEST_EXISTS));
  vitrail_recording_free (self);
  g_autoptr (GPtrArray) empty = finish_all (folder);
  g_assert_cmpuint (empty->len, ==, 0);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
}

/* Five frames of a layout, left. */
static char *
leave (const char *folder, const char *name, VitrailRecordingLayout layout)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (VitrailRecording) self = begin_recording (path, layout);

  for (guint i = 0; i < 5; i++)
    g_assert_true (add_frame (self, i));
  return path;
}

/* The disk holds less than the journal says, and half a line of it. */
static void
test_cut (void)
{
  g_autofree char *folder = make_path ("cut");

  for (guint layout = 0; layout <= VITRAIL_RECORDING_NATIVE; layout++) {
    g_autofree char *name = g_strdup_printf ("%u.dcm", layout);
    g_autofree char *path =
        leave (folder, name, (VitrailRecordingLayout) layout);
    g_autofree char *part = g_strconcat (path, ".part", NULL);
    g_autofree char *frames = g_strconcat (path, ".frames", NULL);
    GStatBuf status;
    g_assert_cmpint (g_stat (part, &status), ==, 0);
    g_assert_cmpint (truncate (part, status.st_size - 1), ==, 0);
    g_assert_cmpint (g_stat (frames, &status), ==, 0);
    g_assert_cmpint (truncate (frames, status.st_size - 3), ==, 0);
    g_autoptr (GPtrArray) done = finish_all (folder);
    g_assert_cmpuint (done->len, ==, 1);
    g_assert_cmpuint (count_frames (path), ==, 4);
    g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
    g_assert_false (g_file_test (frames, G_FILE_TEST_EXISTS));
  }
}

/* Whatever a journal says, it ends in words or in an object that opens. */
static void
test_lies (void)
{
  g_autofree char *folder = make_path ("lies");

  for (guint i = 0; i < 96; i++) {
    g_autofree char *path = leave (folder, "a.dcm", VITRAIL_RECORDING_ITEMS);
    g_autofree char *part = g_strconcat (path, ".part", NULL);
    g_autofree char *frames = g_strconcat (path, ".frames", NULL);
    g_autofree char *data = NULL;
    gsize length = 0;
    g_assert_true (g_file_get_contents (frames, &data, &length, NULL));
    g_assert_cmpuint (length, ==, 96);
    data[i] = (char) (data[i] ^ g_test_rand_int_range (1, 256));
    g_assert_true (g_file_set_contents (frames, data, (gssize) length, NULL));
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) done = vitrail_recording_finish_all (folder, &error);
    if (done->len > 0)
      g_assert_cmpuint (count_frames (path), >, 0);
    g_remove (path);
    g_remove (part);
    g_remove (frames);
  }
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], MAKER) == 0)
    return record_for_ever (argv[2]);
  own_path = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recording/killed", test_killed);
  g_test_add_func ("/recording/held", test_held);
  g_test_add_func ("/recording/cut", test_cut);
  g_test_add_func ("/recording/lies", test_lies);
  return g_test_run ();
}
