/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dicomfilesrc: order, times, seeks in both units, ranges, demand, errors. */

#include "framemeta.h"
#include "gstrun.h"
#include "instancemeta.h"
#include "testdata.h"

/* {dir}/cine.dcm: 20 frames of 4 x 2, each full of its number from 1, at 50 a
 * second; {dir}/cut.dcm: its first 15; {dir}/stack: 5 slices of 4 x 2 x 16 bit,
 * full of their place from 1, and among them one of 2 x 2, which has other
 * caps. */
static const char make_files[] =
    "import os, numpy as np\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.uid import ExplicitVRLittleEndian, generate_uid\n"
    "def new(pixels, **more):\n"
    "    d = Dataset()\n"
    "    d.file_meta = FileMetaDataset()\n"
    "    d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian\n"
    "    d.SOPClassUID = '1.2.840.10008.5.1.4.1.1.3.1'\n"
    "    d.SOPInstanceUID = generate_uid()\n"
    "    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID\n"
    "    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID\n"
    "    d.SeriesInstanceUID = '1.2.3'\n"
    "    d.Rows, d.Columns = pixels.shape[-2:]\n"
    "    d.SamplesPerPixel = 1\n"
    "    d.PhotometricInterpretation = 'MONOCHROME2'\n"
    "    d.BitsAllocated = d.BitsStored = 8 * pixels.itemsize\n"
    "    d.HighBit = d.BitsStored - 1\n"
    "    d.PixelRepresentation = 0\n"
    "    d.PixelData = pixels.tobytes()\n"
    "    for k, v in more.items():\n"
    "        setattr(d, k, v)\n"
    "    d.is_little_endian, d.is_implicit_VR = True, False\n"
    "    return d\n"
    "n = np.arange(1, 21, dtype='u1')\n"
    "cine = np.repeat(n, 8).reshape(20, 2, 4)\n"
    "new(cine, NumberOfFrames=20, FrameTime='20').save_as(\n"
    "    '{dir}/cine.dcm', write_like_original=False)\n"
    "data = open('{dir}/cine.dcm', 'rb').read()\n"
    "open('{dir}/cut.dcm', 'wb').write(data[:-5 * 8])\n"
    "os.mkdir('{dir}/stack')\n"
    "for i in range(1, 6):\n"
    "    shape = (2, 2) if i == 3 else (2, 4)\n"
    "    new(np.full(shape, i, '<u2'), InstanceNumber=i).save_as(\n"
    "        f'{dir}/stack/{9 - i}.dcm', write_like_original=False)\n"
    "open('{dir}/stack/0.txt', 'w').write('no DICOM')\n";

static const char *
get_scratch (void)
{
  static gboolean made;

  if (!made)
    g_free (test_data_python (make_files));
  made = TRUE;
  return test_data_get_scratch ();
}

static TestRun *
new_run (const char *file, const char *properties)
{
  return test_run_new ("dicomfilesrc location=%s/%s %s name=src ! "
                       "fakesink name=sink",
                       get_scratch (), file, properties);
}

static void
check_frame (TestRun *run, guint index, guint number, guint pts_ms)
{
  GstBuffer *buffer = test_run_get_buffer (run, index);

  g_assert_cmpuint (test_run_get_byte (run, index, 0), ==, number);
  g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, pts_ms * GST_MSECOND);
}

static void
test_order (void)
{
  g_autoptr (TestRun) run = new_run ("cine.dcm", "");

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 20);
  for (guint i = 0; i < 20; i++) {
    GstBuffer *buffer = test_run_get_buffer (run, i);
    check_frame (run, i, i + 1, 20 * i);
    g_assert_cmpuint (GST_BUFFER_DURATION (buffer), ==, 20 * GST_MSECOND);
    g_assert_cmpuint (GST_BUFFER_OFFSET (buffer), ==, i);
    g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 8);
    VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
    g_assert_cmpuint (meta->info->frame, ==, i + 1);
    g_assert_cmpuint (vitrail_buffer_get_instance_meta (buffer)->frame, ==,
                      i + 1);
  }
  g_autoptr (GstCaps) expected = gst_caps_from_string (
      "image/x-dicom-frame, transfer-syntax=(string)1.2.840.10008.1.2.1, "
      "photometric=(string)MONOCHROME2, width=4, height=2, samples=1, "
      "bits-allocated=8, bits-stored=8, signed=false, planar=false, "
      "float=false, framerate=(fraction)50/1");
  g_autofree char *text = gst_caps_to_string (test_run_get_caps (run, 0));
  g_test_message ("%s", text);
  g_assert_true (gst_caps_is_equal (test_run_get_caps (run, 0), expected));
}

/* A folder: display order, and new caps in its middle. */
static void
test_folder (void)
{
  g_autoptr (TestRun) run = new_run ("stack", "");

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 5);
  for (guint i = 0; i < 5; i++) {
    int width = 0;
    check_frame (run, i, i + 1, 40 * i);
    gst_structure_get_int (gst_caps_get_structure (test_run_get_caps (run, i),
                                                   0),
                           "width", &width);
    g_assert_cmpint (width, ==, i == 2 ? 2 : 4);
  }
}

static void
test_range (void)
{
  g_autoptr (TestRun) run =
      new_run ("cine.dcm", "start-frame=5 stop-frame=8 framerate=10/1");

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    check_frame (run, i, i + 5, 100 * i);
}

static void
test_duration (void)
{
  g_autoptr (TestRun) run = new_run ("cine.dcm", "");
  gint64 duration = 0;

  test_run_preroll (run);
  g_assert_true (
      gst_element_query_duration (run->pipeline, GST_FORMAT_TIME, &duration));
  g_assert_cmpint (duration, ==, 400 * GST_MSECOND);
  g_assert_true (gst_element_query_duration (run->pipeline, GST_FORMAT_DEFAULT,
                                             &duration));
  g_assert_cmpint (duration, ==, 20);
}

/* Every frame, out of order, in both units; the middle of a frame's time too.
 */
static void
test_seek (void)
{
  g_autoptr (TestRun) run = new_run ("cine.dcm", "");

  test_run_preroll (run);
  for (guint i = 0; i < 20; i++) {
    guint frame = (i * 7) % 20;
    test_run_seek (run, 1, GST_FORMAT_DEFAULT, frame, -1);
    check_frame (run, 0, frame + 1, 20 * frame);
    test_run_seek (run, 1, GST_FORMAT_TIME, (gint64) frame * 20 * GST_MSECOND,
                   -1);
    check_frame (run, 0, frame + 1, 20 * frame);
    test_run_seek (run, 1, GST_FORMAT_TIME,
                   ((gint64) frame * 20 + 19) * GST_MSECOND, -1);
    check_frame (run, 0, frame + 1, 20 * frame);
  }
}

static void
test_segment (void)
{
  g_autoptr (TestRun) run = new_run ("cine.dcm", "");

  test_run_preroll (run);
  test_run_seek (run, 1, GST_FORMAT_DEFAULT, 4, 7);
  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    check_frame (run, i, i + 5, 20 * (i + 4));
}

static void
test_backwards (void)
{
  g_autoptr (TestRun) run = new_run ("cine.dcm", "");

  test_run_preroll (run);
  test_run_seek (run, -1, GST_FORMAT_TIME, 0, 200 * GST_MSECOND);
  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 10);
  for (guint i = 0; i < 10; i++)
    check_frame (run, i, 10 - i, 20 * (9 - i));
}

/* Waits until the newest buffer is full of @number. */
static void
wait_for_number (TestRun *run, guint number)
{
  for (int tries = 0; tries < 2000; tries++) {
    GST_OBJECT_LOCK (run->pipeline);
    guint n = run->samples->len;
    gboolean is_there = n > 0 && test_run_get_byte (run, n - 1, 0) == number;
    GST_OBJECT_UNLOCK (run->pipeline);
    if (is_there)
      return;
    g_usleep (1000);
  }
  g_test_fail_printf ("frame %u did not come", number);
}

static void
wait_for_samples (TestRun *run, guint n)
{
  gboolean are_there = FALSE;

  for (int tries = 0; tries < 2000 && !are_there; tries++) {
    GST_OBJECT_LOCK (run->pipeline);
    are_there = run->samples->len >= n;
    GST_OBJECT_UNLOCK (run->pipeline);
    if (!are_there)
      g_usleep (1000);
  }
  g_assert_true (are_there);
}

static void
test_demand (void)
{
  g_autoptr (TestRun) run =
      test_run_new ("dicomfilesrc location=%s/cine.dcm mode=demand name=src ! "
                    "fakesink name=sink sync=false async=false",
                    get_scratch ());
  g_autoptr (GstElement) src =
      gst_bin_get_by_name (GST_BIN (run->pipeline), "src");

  gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
  wait_for_number (run, 1);
  for (guint frame = 20; frame >= 3; frame -= 3) {
    g_object_set (src, "frame", frame, NULL);
    wait_for_number (run, frame);
  }
  g_object_set (src, "frame", 1000, NULL);
  wait_for_number (run, 20);
  /* No EOS, and nothing twice. */
  guint n = run->samples->len;
  g_usleep (20000);
  g_assert_cmpuint (run->samples->len, ==, n);
}

/* An instance and its frame set together come together. */
static void
test_instance (void)
{
  g_autofree char *cine = g_build_filename (get_scratch (), "cine.dcm", NULL);
  g_autofree char *slice =
      g_build_filename (get_scratch (), "stack", "4.dcm", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) first = vitrail_instance_open (cine, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailInstance) second = vitrail_instance_open (slice, &error);
  g_assert_no_error (error);
  g_autoptr (TestRun) run =
      test_run_new ("dicomfilesrc mode=demand name=src ! "
                    "fakesink name=sink sync=false async=false");
  g_autoptr (GstElement) src =
      gst_bin_get_by_name (GST_BIN (run->pipeline), "src");

  g_object_set (src, "instance", first, "frame", 17, NULL);
  gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
  wait_for_number (run, 17);
  g_object_set (src, "instance", second, "frame", 1, NULL);
  wait_for_number (run, 5);
  g_assert_cmpuint (run->samples->len, ==, 2);
}

/* What is missing from a file that was cut off is said, and no other frame is
 * shown in its place. */
static void
test_cut (void)
{
  g_autofree char *path = g_build_filename (get_scratch (), "cut.dcm", NULL);
  g_autofree char *reason =
      g_strconcat (path, ": frame 18: there are 15 frames", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);
  g_assert_no_error (error);
  g_autoptr (TestRun) run =
      test_run_new ("dicomfilesrc mode=demand name=src ! "
                    "fakesink name=sink sync=false async=false");
  g_autoptr (GstElement) src =
      gst_bin_get_by_name (GST_BIN (run->pipeline), "src");

  g_object_set (src, "instance", instance, "frame", 15, NULL);
  gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
  wait_for_number (run, 15);
  g_object_set (src, "frame", 18, NULL);
  wait_for_samples (run, 2);
  GstBuffer *buffer = test_run_get_buffer (run, 1);
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
  g_assert_true (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_CORRUPTED));
  g_assert_cmpuint (meta->info->frame, ==, 18);
  g_assert_cmpstr (meta->reason, ==, reason);
}

/* The same as time goes: what is there, and a warning. */
static void
test_cut_timeline (void)
{
  g_autofree char *path = g_build_filename (get_scratch (), "cut.dcm", NULL);
  g_autofree char *wanted =
      g_strconcat (path, ": 15 of 20 frames are there", NULL);
  g_autoptr (TestRun) run = new_run ("cut.dcm", "");

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 15);
  g_assert_cmpuint (run->warnings->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (run->warnings, 0), ==, wanted);
}

static void
test_uri (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) src = gst_element_make_from_uri (
      GST_URI_SRC, "dicomfile:///some%20where/x.dcm?series=1.2", NULL, &error);
  g_autofree char *location = NULL;
  g_autofree char *series = NULL;

  g_assert_no_error (error);
  gst_object_ref_sink (src);
  g_object_get (src, "location", &location, "series", &series, NULL);
  g_assert_cmpstr (location, ==, "/some where/x.dcm");
  g_assert_cmpstr (series, ==, "1.2");
  g_autofree char *uri = gst_uri_handler_get_uri (GST_URI_HANDLER (src));
  g_assert_cmpstr (uri, ==, "dicomfile:///some%20where/x.dcm?series=1.2");
}

static void
test_errors (void)
{
  g_autoptr (TestRun) absent = new_run ("absent.dcm", "");
  g_autoptr (TestRun) text = new_run ("stack/0.txt", "");
  g_autoptr (TestRun) range = new_run ("cine.dcm", "start-frame=21");

  g_assert_false (test_run_play (absent));
  g_assert_nonnull (strstr (absent->error, "absent.dcm"));
  g_assert_false (test_run_play (text));
  g_assert_nonnull (strstr (text->error, "0.txt"));
  g_assert_false (test_run_play (range));
  g_assert_nonnull (strstr (range->error, "21"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/dicomfilesrc/order", test_order);
  g_test_add_func ("/dicomfilesrc/folder", test_folder);
  g_test_add_func ("/dicomfilesrc/range", test_range);
  g_test_add_func ("/dicomfilesrc/duration", test_duration);
  g_test_add_func ("/dicomfilesrc/seek", test_seek);
  g_test_add_func ("/dicomfilesrc/segment", test_segment);
  g_test_add_func ("/dicomfilesrc/backwards", test_backwards);
  g_test_add_func ("/dicomfilesrc/demand", test_demand);
  g_test_add_func ("/dicomfilesrc/instance", test_instance);
  g_test_add_func ("/dicomfilesrc/cut", test_cut);
  g_test_add_func ("/dicomfilesrc/cut-timeline", test_cut_timeline);
  g_test_add_func ("/dicomfilesrc/uri", test_uri);
  g_test_add_func ("/dicomfilesrc/errors", test_errors);
  return g_test_run ();
}
