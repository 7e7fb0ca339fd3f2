/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames in order and time. */

#include "error.h"
#include "source/timeline.h"
#include "testdata.h"

#include <math.h>

/* {dir}/TIMES.dcm: 8 frames of 2 x 2, timed as the words of its line say. */
static const char make_files[] =
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.uid import ExplicitVRLittleEndian, generate_uid\n"
    "def write(name, **times):\n"
    "    d = Dataset()\n"
    "    d.file_meta = FileMetaDataset()\n"
    "    d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian\n"
    "    d.SOPClassUID = '1.2.840.10008.5.1.4.1.1.3.1'\n"
    "    d.SOPInstanceUID = generate_uid()\n"
    "    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID\n"
    "    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID\n"
    "    d.Rows = d.Columns = 2\n"
    "    d.NumberOfFrames = 8\n"
    "    d.SamplesPerPixel = 1\n"
    "    d.PhotometricInterpretation = 'MONOCHROME2'\n"
    "    d.BitsAllocated = d.BitsStored = 8\n"
    "    d.HighBit = 7\n"
    "    d.PixelRepresentation = 0\n"
    "    d.PixelData = bytes(range(32))\n"
    "    for k, v in times.items():\n"
    "        setattr(d, k, v)\n"
    "    d.is_little_endian, d.is_implicit_VR = True, False\n"
    "    d.save_as('{dir}/' + name, write_like_original=False)\n"
    "write('time.dcm', FrameTime='33.333')\n"
    "write('none.dcm')\n"
    "write('vector.dcm', FrameIncrementPointer=0x00181065,\n"
    "      FrameTimeVector=[0, 10, 20, 30, 40, 50, 60, 70])\n";

static VitrailTimeline *
open_file (const char *name)
{
  static gboolean made;
  g_autoptr (GError) error = NULL;

  if (!made)
    g_free (test_data_python (make_files));
  made = TRUE;
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), name, NULL);
  VitrailTimeline *timeline = vitrail_timeline_open (path, NULL, &error);
  g_assert_no_error (error);
  return timeline;
}

/* Each frame is found from its first to its last nanosecond. */
static void
check_find (VitrailTimeline *timeline)
{
  guint n = vitrail_timeline_get_n_frames (timeline);

  for (guint i = 0; i < n; i++) {
    guint64 start = vitrail_timeline_get_start_ns (timeline, i);
    guint64 end = vitrail_timeline_get_start_ns (timeline, i + 1);
    g_assert_cmpuint (start, <, end);
    g_assert_cmpuint (vitrail_timeline_find (timeline, start), ==, i);
    g_assert_cmpuint (vitrail_timeline_find (timeline, end - 1), ==, i);
  }
  guint64 end = vitrail_timeline_get_start_ns (timeline, n);
  g_assert_cmpuint (vitrail_timeline_find (timeline, end), ==, n);
  g_assert_cmpuint (vitrail_timeline_get_start_ns (timeline, n + 9), ==, end);
}

static void
test_frame_time (void)
{
  g_autoptr (VitrailTimeline) timeline = open_file ("time.dcm");

  g_assert_cmpuint (vitrail_timeline_get_n_frames (timeline), ==, 8);
  g_assert_cmpfloat_with_epsilon (vitrail_timeline_get_frame_ms (timeline),
                                  33.333, 1e-9);
  /* No drift: from the product, not a sum of rounded times. */
  for (guint i = 0; i <= 8; i++)
    g_assert_cmpuint (vitrail_timeline_get_start_ns (timeline, i), ==,
                      i * G_GUINT64_CONSTANT (33333000));
  check_find (timeline);
}

static void
test_default (void)
{
  g_autoptr (VitrailTimeline) timeline = open_file ("none.dcm");

  g_assert_cmpfloat (vitrail_timeline_get_frame_ms (timeline), ==, 40);
  check_find (timeline);
  vitrail_timeline_set_frame_ms (timeline, 100);
  g_assert_cmpfloat (vitrail_timeline_get_frame_ms (timeline), ==, 100);
  g_assert_cmpuint (vitrail_timeline_get_start_ns (timeline, 8), ==,
                    800 * G_GUINT64_CONSTANT (1000000));
  check_find (timeline);
}

static void
test_vector (void)
{
  g_autoptr (VitrailTimeline) timeline = open_file ("vector.dcm");

  g_assert_cmpfloat (vitrail_timeline_get_frame_ms (timeline), ==, 0);
  check_find (timeline);
}

static void
test_range (void)
{
  g_autoptr (VitrailTimeline) timeline = open_file ("time.dcm");
  g_autoptr (GError) error = NULL;
  guint frame = 0;

  g_assert_false (vitrail_timeline_set_range (timeline, 9, 0, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (vitrail_timeline_set_range (timeline, 3, 5, &error));
  g_assert_cmpuint (vitrail_timeline_get_n_frames (timeline), ==, 3);
  g_assert_cmpuint (vitrail_timeline_get_start_ns (timeline, 0), ==, 0);
  check_find (timeline);

  g_autoptr (VitrailInstance) instance =
      vitrail_timeline_ref_frame (timeline, 2, &frame, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (frame, ==, 5);
  g_autoptr (GBytes) bytes =
      vitrail_instance_load_frame (instance, frame, NULL, &error);
  g_assert_no_error (error);
  const guint8 expected[] = { 16, 17, 18, 19 };
  gsize size = 0;
  gconstpointer data = g_bytes_get_data (bytes, &size);
  g_assert_cmpmem (data, size, expected, sizeof expected);
}

static void
test_no_image (void)
{
  g_autoptr (GError) error = NULL;

  g_autoptr (VitrailTimeline) timeline =
      vitrail_timeline_open ("/nowhere/at-all.dcm", NULL, &error);
  g_assert_null (timeline);
  g_assert_nonnull (g_strstr_len (error->message, -1, "/nowhere/at-all.dcm"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/source/timeline/frame-time", test_frame_time);
  g_test_add_func ("/source/timeline/default", test_default);
  g_test_add_func ("/source/timeline/vector", test_vector);
  g_test_add_func ("/source/timeline/range", test_range);
  g_test_add_func ("/source/timeline/no-image", test_no_image);
  return g_test_run ();
}
