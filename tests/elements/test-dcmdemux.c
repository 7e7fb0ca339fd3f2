/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dcmdemux: pulled and pushed, frames, seeks, loops, documents, video streams,
 * and what is broken. */

#include "framemeta.h"
#include "gstrun.h"
#include "testdata.h"

#include <string.h>

/* {dir}/cine.dcm: 20 frames of 8 x 8, each full of its number, 50 a second;
 * a PDF; MPEG-2 and H.264 in objects as ffmpeg wrote them. */
static const char make_files[] =
    "import numpy as np\n"
    "import subprocess\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.encaps import encapsulate\n"
    "from pydicom.uid import ExplicitVRLittleEndian, UID, generate_uid\n"
    "def new(sop, syntax):\n"
    "    d = Dataset()\n"
    "    d.file_meta = FileMetaDataset()\n"
    "    d.file_meta.TransferSyntaxUID = syntax\n"
    "    d.SOPClassUID = sop\n"
    "    d.SOPInstanceUID = generate_uid()\n"
    "    d.file_meta.MediaStorageSOPClassUID = sop\n"
    "    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID\n"
    "    d.is_little_endian, d.is_implicit_VR = True, False\n"
    "    return d\n"
    "def pixels(d, rows, columns, frames, data, samples=1):\n"
    "    d.Rows, d.Columns, d.NumberOfFrames = rows, columns, frames\n"
    "    d.SamplesPerPixel = samples\n"
    "    d.PhotometricInterpretation = 'MONOCHROME2' if samples == 1 else "
    "'YBR_PARTIAL_420'\n"
    "    d.BitsAllocated = d.BitsStored = 8\n"
    "    d.HighBit, d.PixelRepresentation = 7, 0\n"
    "    d.PixelData = data\n"
    "    d['PixelData'].VR = 'OB'\n"
    "    d['PixelData'].is_undefined_length = "
    "d.file_meta.TransferSyntaxUID.is_compressed\n"
    "def save(d, name):\n"
    "    d.save_as('{dir}/' + name, write_like_original=False)\n"
    "d = new('1.2.840.10008.5.1.4.1.1.3.1', ExplicitVRLittleEndian)\n"
    "d.FrameTime = '20'\n"
    "n = np.repeat(np.arange(1, 21, dtype='u1'), 64)\n"
    "pixels(d, 8, 8, 20, n.tobytes())\n"
    "save(d, 'cine.dcm')\n"
    "whole = open('{dir}/cine.dcm', 'rb').read()\n"
    "open('{dir}/short.dcm', 'wb').write(whole[:-70])\n"
    "open('{dir}/torn.dcm', 'wb').write(whole[:200])\n"
    "d = new('1.2.840.10008.5.1.4.1.1.104.1', ExplicitVRLittleEndian)\n"
    "d.MIMETypeOfEncapsulatedDocument = 'application/pdf'\n"
    "d.EncapsulatedDocument = b'%PDF-1.4 made for a test!\\n\\0'\n"
    "d.EncapsulatedDocumentLength = 26\n"
    "save(d, 'document.dcm')\n"
    "def video(name, syntax, *options):\n"
    "    path = '{dir}/' + name\n"
    "    subprocess.run(['ffmpeg', '-v', 'error', '-f', 'lavfi', '-i',\n"
    "                    'testsrc=s=64x64:r=25', '-frames:v', '25',\n"
    "                    '-pix_fmt', 'yuv420p', *options, path], check=True)\n"
    "    d = new('1.2.840.10008.5.1.4.1.1.77.1.4.1', UID(syntax))\n"
    "    data = open(path, 'rb').read()\n"
    "    pixels(d, 64, 64, 25, encapsulate([data + b'\\0' * (len(data) % 2)]), "
    "3)\n"
    "    save(d, name + '.dcm')\n"
    "video('a.m2v', '1.2.840.10008.1.2.4.100', '-f', 'mpeg2video')\n"
    "video('a.h264', '1.2.840.10008.1.2.4.102', '-bf', '0')\n"
    "video('a.mp4', '1.2.840.10008.1.2.4.102')\n"
    "video('a.ts', '1.2.840.10008.1.2.4.102')\n";

static const char *
get_scratch (void)
{
  static gboolean made;

  if (!made)
    g_free (test_data_python (make_files));
  made = TRUE;
  return test_data_get_scratch ();
}

/* @between: "" pulls, "queue !" pushes. */
static TestRun *
new_run (const char *file, const char *between, const char *behind)
{
  return test_run_new ("filesrc location=%s/%s blocksize=100 ! %s dcmdemux ! "
                       "%s fakesink name=sink",
                       get_scratch (), file, between, behind);
}

static void
check_frame (TestRun *run, guint index, guint number)
{
  GstBuffer *buffer = test_run_get_buffer (run, index);

  g_assert_cmpuint (test_run_get_byte (run, index, 0), ==, number);
  g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==,
                    (number - 1) * (20 * GST_MSECOND));
  g_assert_cmpuint (GST_BUFFER_OFFSET (buffer), ==, number - 1);
  g_assert_cmpuint (vitrail_buffer_get_frame_meta (buffer)->info->frame, ==,
                    number);
}

static void
test_frames (gconstpointer between)
{
  g_autoptr (TestRun) run = new_run ("cine.dcm", between, "");

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 20);
  for (guint i = 0; i < 20; i++)
    check_frame (run, i, i + 1);
}

static void
test_seek (gconstpointer between)
{
  g_autoptr (TestRun) run = new_run ("cine.dcm", between, "dcmdecode !");
  gint64 value = 0;

  test_run_preroll (run);
  g_assert_true (
      gst_element_query_duration (run->pipeline, GST_FORMAT_TIME, &value));
  g_assert_cmpint (value, ==, 400 * GST_MSECOND);
  g_assert_true (
      gst_element_query_duration (run->pipeline, GST_FORMAT_DEFAULT, &value));
  g_assert_cmpint (value, ==, 20);
  for (guint i = 0; i < 20; i++) {
    guint frame = (i * 7) % 20;
    test_run_seek (run, 1, GST_FORMAT_DEFAULT, frame, -1);
    check_frame (run, 0, frame + 1);
    test_run_seek (run, 1, GST_FORMAT_TIME,
                   ((gint64) frame * 20 + 19) * GST_MSECOND, -1);
    check_frame (run, 0, frame + 1);
  }
  test_run_seek (run, -1, GST_FORMAT_DEFAULT, 5, 15);
  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 10);
  for (guint i = 0; i < 10; i++)
    check_frame (run, i, 15 - i);
}

/* A player that loops: the end of the segment is told instead of EOS. */
static void
test_loop (void)
{
  g_autoptr (TestRun) run = new_run ("cine.dcm", "", "");
  g_autoptr (GstBus) bus = gst_element_get_bus (run->pipeline);

  test_run_preroll (run);
  g_assert_true (gst_element_seek (run->pipeline, 1, GST_FORMAT_DEFAULT,
                                   GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_SEGMENT,
                                   GST_SEEK_TYPE_SET, 16, GST_SEEK_TYPE_NONE,
                                   -1));
  gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, 10 * GST_SECOND,
                                  GST_MESSAGE_SEGMENT_DONE | GST_MESSAGE_EOS);
  g_assert_nonnull (message);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_SEGMENT_DONE);
}

/* What was cut off at the end is missing; what is there plays. */
static void
test_short (void)
{
  g_autoptr (TestRun) run = new_run ("short.dcm", "", "dcmdecode !");

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 18);
  check_frame (run, 17, 18);
}

static void
test_torn (gconstpointer between)
{
  g_autoptr (TestRun) run = new_run ("torn.dcm", between, "");

  g_assert_false (test_run_play (run));
  g_assert_nonnull (strstr (run->error, "torn.dcm"));
  g_assert_cmpuint (run->samples->len, ==, 0);
}

static const char *
get_type (TestRun *run)
{
  return gst_structure_get_name (
      gst_caps_get_structure (test_run_get_caps (run, 0), 0));
}

static void
test_document (void)
{
  g_autoptr (TestRun) run = new_run ("document.dcm", "", "");
  char text[27] = "";

  g_assert_true (test_run_play (run));
  g_assert_cmpstr (get_type (run), ==, "application/pdf");
  g_assert_cmpuint (run->samples->len, ==, 1);
  g_assert_cmpuint (gst_buffer_extract (test_run_get_buffer (run, 0), 0, text,
                                        sizeof text),
                    ==, 26);
  g_assert_cmpstr (text, ==, "%PDF-1.4 made for a test!\n");
}

/* The stream's type, and that it is what ffmpeg wrote: 25 frames decode. */
static void
test_video (gconstpointer data)
{
  const char *const *words = data;
  g_autoptr (TestRun) run =
      test_run_new ("filesrc location=%s/%s ! dcmdemux as-streams=true ! "
                    "fakesink name=sink",
                    get_scratch (), words[0]);
  g_autoptr (TestRun) decoded =
      test_run_new ("filesrc location=%s/%s ! dcmdemux as-streams=true ! %s ! "
                    "fakesink name=sink",
                    get_scratch (), words[0], words[2]);

  g_assert_true (test_run_play (run));
  g_assert_cmpstr (get_type (run), ==, words[1]);
  g_assert_true (test_run_play (decoded));
  g_assert_cmpuint (decoded->samples->len, ==, 25);
}

static void
test_stop (void)
{
  for (int i = 0; i < 10; i++) {
    g_autoptr (TestRun) run = new_run ("cine.dcm", i % 2 ? "" : "queue !", "");
    gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
    g_usleep (300 * (gulong) i);
  }
}

int
main (int argc, char **argv)
{
  static const char *const mpeg2[] = { "a.m2v.dcm", "video/mpeg",
                                       "mpegvideoparse ! avdec_mpeg2video" };
  static const char *const h264[] = { "a.h264.dcm", "video/x-h264",
                                      "h264parse ! avdec_h264" };
  static const char *const mp4[] = { "a.mp4.dcm", "video/quicktime",
                                     "qtdemux ! h264parse ! avdec_h264" };
  static const char *const ts[] = { "a.ts.dcm", "video/mpegts",
                                    "tsdemux ! mpegvideoparse ! "
                                    "avdec_mpeg2video" };

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_data_func ("/dcmdemux/frames/pull", "", test_frames);
  g_test_add_data_func ("/dcmdemux/frames/push", "queue !", test_frames);
  g_test_add_data_func ("/dcmdemux/seek/pull", "", test_seek);
  g_test_add_data_func ("/dcmdemux/seek/push", "queue !", test_seek);
  g_test_add_data_func ("/dcmdemux/torn/pull", "", test_torn);
  g_test_add_data_func ("/dcmdemux/torn/push", "queue !", test_torn);
  g_test_add_func ("/dcmdemux/short", test_short);
  g_test_add_func ("/dcmdemux/loop", test_loop);
  g_test_add_func ("/dcmdemux/document", test_document);
  g_test_add_data_func ("/dcmdemux/video/mpeg2", mpeg2, test_video);
  g_test_add_data_func ("/dcmdemux/video/h264", h264, test_video);
  g_test_add_data_func ("/dcmdemux/video/mp4", mp4, test_video);
  g_test_add_data_func ("/dcmdemux/video/ts", ts, test_video);
  g_test_add_func ("/dcmdemux/stop", test_stop);
  return g_test_run ();
}
