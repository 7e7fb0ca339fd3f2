/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files that shrink while they are mapped, in one thread and in several; and
 * that SIGBUS is nobody else's. */

#include "dicom/part10.h"
#include "error.h"
#include "instance.h"
#include "mapping.h"
#include "testdata.h"

#include <glib/gstdio.h>

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE ((gsize) 1 << 20)

/* A file of ones, and its path. */
static char *
make_file (const char *name, gsize size)
{
  char *path = g_build_filename (test_data_get_scratch (), name, NULL);
  g_autofree char *ones = g_malloc (MAX (size, 1));

  memset (ones, 1, size);
  g_assert_true (g_file_set_contents (path, ones, (gssize) size, NULL));
  return path;
}

static GBytes *
map (const char *path)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = vitrail_map_file (path, &error);

  g_assert_no_error (error);
  return bytes;
}

static void
assert_all (const guint8 *data, gsize from, gsize to, guint8 value)
{
  for (gsize i = from; i < to; i++)
    if (data[i] != value)
      g_assert_cmpuint (i, ==, to);
}

static void
test_shrunk (void)
{
  g_autofree char *path = make_file ("shrunk", SIZE);
  g_autoptr (GBytes) bytes = map (path);
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  gsize left = 4 * page + 904;
  const guint8 *data = g_bytes_get_data (bytes, NULL);

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, SIZE);
  g_assert_true (vitrail_mapping_is_whole (data, SIZE));
  g_assert_cmpint (truncate (path, (off_t) left), ==, 0);
  /* The page that was cut is judged by the one behind it. */
  g_assert_false (vitrail_mapping_is_whole (data + left, 8));
  g_assert_false (vitrail_mapping_is_whole (data, SIZE));
  g_assert_true (vitrail_mapping_is_whole (data, 3 * page));
  assert_all (data, 0, left, 1);
  assert_all (data, left, SIZE, 0);
}

static gpointer
read_all (gpointer user_data)
{
  const guint8 *data = g_bytes_get_data (user_data, NULL);

  assert_all (data, SIZE / 2, SIZE, 0);
  assert_all (data, 0, SIZE / 2, 1);
  return NULL;
}

/* Two threads lose the same pages at the same time, others come and go. */
static void
test_threads (void)
{
  g_autofree char *path = make_file ("threads", SIZE);
  g_autofree char *other = make_file ("other", 10);

  for (int round = 0; round < 20; round++) {
    g_autofree char *again = make_file ("threads", SIZE);
    g_autoptr (GBytes) bytes = map (path);
    g_assert_cmpint (truncate (path, SIZE / 2), ==, 0);
    GThread *first = g_thread_new ("first", read_all, bytes);
    GThread *second = g_thread_new ("second", read_all, bytes);
    for (int i = 0; i < 100; i++)
      g_bytes_unref (map (other));
    g_thread_join (first);
    g_thread_join (second);
  }
}

static void
test_refusals (void)
{
  g_autofree char *empty = make_file ("empty", 0);
  g_autofree char *pipe =
      g_build_filename (test_data_get_scratch (), "pipe", NULL);
  g_autoptr (GBytes) nothing = map (empty);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_bytes_get_size (nothing), ==, 0);
  g_assert_null (vitrail_map_file ("/no/such/file", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO);
  g_clear_error (&error);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_null (vitrail_map_file (pipe, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO);
  g_assert_true (vitrail_mapping_is_whole (pipe, strlen (pipe)));
}

/* The service's case: a frame that is gone says so, those before it remain. */
static void
test_frames (void)
{
  g_autofree char *out = test_data_python (
      "import numpy as np\n"
      "from pydicom.dataset import Dataset, FileMetaDataset\n"
      "from pydicom.uid import ExplicitVRLittleEndian\n"
      "d = Dataset()\n"
      "d.file_meta = FileMetaDataset()\n"
      "d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian\n"
      "d.is_little_endian, d.is_implicit_VR = True, False\n"
      "d.SOPClassUID = '1.2.840.10008.5.1.4.1.1.7.2'\n"
      "d.SOPInstanceUID = '1.2.3'\n"
      "d.Rows = d.Columns = 64\n"
      "d.SamplesPerPixel, d.BitsAllocated, d.BitsStored = 1, 8, 8\n"
      "d.HighBit, d.PixelRepresentation, d.NumberOfFrames = 7, 0, 9\n"
      "d.PhotometricInterpretation = 'MONOCHROME2'\n"
      "d.PixelData = bytes([7]) * (9 * 4096)\n"
      "d.save_as('{dir}/frames.dcm', write_like_original=False)\n");
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "frames.dcm", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (truncate (path, 14000), ==, 0);
  for (guint i = 1; i <= 9; i++) {
    g_autoptr (VitrailFrame) frame =
        vitrail_instance_decode_frame (instance, i, 0, NULL, &error);
    g_test_message ("frame %u", i);
    if (i <= 2)
      g_assert_no_error (error);
    g_assert_cmpint (frame != NULL, ==, i <= 2);
    if (frame == NULL) {
      g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_TRUNCATED);
      g_assert_nonnull (strstr (error->message, "cut short"));
      g_clear_error (&error);
    }
  }
}

/* Pages of files in the process, in bytes (proc(5): statm's third number). */
static gsize
get_resident (void)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  g_auto (GStrv) numbers = g_strsplit (text, " ", -1);
  g_assert_cmpuint (g_strv_length (numbers), >, 2);
  const guint64 pages = g_ascii_strtoull (numbers[2], NULL, 10);
  return pages * (gsize) sysconf (_SC_PAGESIZE);
}

/* Far more is read than stays, and it reads the same a second time. */
static void
test_resident (void)
{
  const gsize n_steps = 192;
  g_autofree char *path = make_file ("resident", SIZE);
  g_assert_cmpint (truncate (path, (off_t) (n_steps * SIZE)), ==, 0);
  g_autoptr (GBytes) bytes = map (path);
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  const gsize before = get_resident ();
  gsize most = 0;

  for (gsize i = 0; i < n_steps; i++) {
    g_assert_true (vitrail_mapping_is_whole (data + i * SIZE, SIZE));
    most = MAX (most, get_resident ());
  }
  g_assert_cmpuint (most, <, before + 64 * SIZE);
  g_assert_cmpuint (most, >, before + 8 * SIZE);
  g_assert_true (vitrail_mapping_is_whole (data, SIZE));
  assert_all (data, 0, SIZE, 1);
  assert_all (data, SIZE, 2 * SIZE, 0);
}

/* Not ours: the process ends of it as it would without us. */
static void
test_foreign (void)
{
  if (g_test_subprocess ()) {
    g_autofree char *path = make_file ("foreign", SIZE);
    g_autoptr (GBytes) bytes = map (path);
    signal (SIGALRM, SIG_DFL);
    alarm (20);
    kill (getpid (), SIGBUS);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mapping/shrunk", test_shrunk);
  g_test_add_func ("/mapping/threads", test_threads);
  g_test_add_func ("/mapping/refusals", test_refusals);
  g_test_add_func ("/mapping/frames", test_frames);
  g_test_add_func ("/mapping/resident", test_resident);
  g_test_add_func ("/mapping/foreign", test_foreign);
  return g_test_run ();
}
