/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dcmdecode: formats, order, seeks, corrupt frames, foreign producers, and the
 * newest frame first on demand. */

#include "framemeta.h"
#include "gstrun.h"
#include "instancemeta.h"
#include "testdata.h"

#include <gst/video/video.h>

#include <string.h>

/* Files full of numbers that each frame's place gives away; the JPEG ones are
 * grey, so that they survive. */
static const char make_files[] =
    "import io, numpy as np\n"
    "from PIL import Image\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.encaps import encapsulate\n"
    "from pydicom.uid import (ExplicitVRLittleEndian, ExplicitVRBigEndian,\n"
    "                         JPEGBaseline8Bit, generate_uid)\n"
    "def write(name, data, rows, columns, frames, syntax, bits=8, "
    "stored=None,\n"
    "          samples=1, signed=0):\n"
    "    d = Dataset()\n"
    "    d.file_meta = FileMetaDataset()\n"
    "    d.file_meta.TransferSyntaxUID = syntax\n"
    "    d.SOPClassUID = '1.2.840.10008.5.1.4.1.1.3.1'\n"
    "    d.SOPInstanceUID = generate_uid()\n"
    "    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID\n"
    "    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID\n"
    "    d.Rows, d.Columns, d.NumberOfFrames = rows, columns, frames\n"
    "    d.SamplesPerPixel = samples\n"
    "    d.PhotometricInterpretation = 'RGB' if samples == 3 else "
    "'MONOCHROME2'\n"
    "    if samples == 3:\n"
    "        d.PlanarConfiguration = 0\n"
    "    d.BitsAllocated, d.BitsStored = bits, stored or bits\n"
    "    d.HighBit = d.BitsStored - 1\n"
    "    d.PixelRepresentation = signed\n"
    "    d.PixelData = data\n"
    "    d['PixelData'].VR = 'OB' if syntax.is_compressed else 'OW'\n"
    "    d.is_little_endian = syntax.is_little_endian\n"
    "    d.is_implicit_VR = False\n"
    "    d.FrameTime = '20'\n"
    "    d.save_as('{dir}/' + name, write_like_original=False)\n"
    "def jpeg(value, rows, columns):\n"
    "    out = io.BytesIO()\n"
    "    image = np.full((rows, columns), value, 'u1')\n"
    "    Image.fromarray(image).save(out, 'jpeg', quality=95)\n"
    "    return out.getvalue()\n"
    "n = np.arange(1, 21, dtype='<u2')\n"
    "write('native.dcm', np.repeat(n, 24).tobytes(), 4, 6, 20,\n"
    "      ExplicitVRLittleEndian, 16)\n"
    "write('odd.dcm', bytes(range(45)) * 2, 3, 5, 2, ExplicitVRLittleEndian,\n"
    "      samples=3)\n"
    "s = np.array([-2048, -1, 0, 2047], '<i2')\n"
    "write('signed.dcm', s.tobytes(), 2, 2, 1, ExplicitVRLittleEndian, 16, "
    "12,\n"
    "      signed=1)\n"
    "rgb = (np.arange(12) + 1000).astype('>u2')\n"
    "write('rgb16.dcm', rgb.tobytes(), 2, 2, 1, ExplicitVRBigEndian, 16,\n"
    "      samples=3)\n"
    "wide = np.array([1, 70000, 2, 4000000000], '<u4')\n"
    "write('wide.dcm', wide.tobytes(), 2, 2, 1, ExplicitVRLittleEndian, 32)\n"
    "frames = [jpeg(8 * i, 16, 16) for i in range(1, 21)]\n"
    "write('jpeg.dcm', encapsulate(frames), 16, 16, 20, JPEGBaseline8Bit)\n"
    "frames[6] = bytes(range(64)) * 4\n"
    "write('corrupt.dcm', encapsulate(frames), 16, 16, 20, JPEGBaseline8Bit)\n"
    "frames = [jpeg(8 * i, 3000, 3000) for i in range(1, 21)]\n"
    "write('slow.dcm', encapsulate(frames), 3000, 3000, 20, JPEGBaseline8Bit)\n"
    "open('{dir}/raw', 'wb').write(np.repeat(n, 24).tobytes())\n"
    "open('{dir}/raws', 'wb').write(s.tobytes())\n";

static const char *
get_scratch (void)
{
  static gboolean made;

  if (!made)
    g_free (test_data_python (make_files));
  made = TRUE;
  return test_data_get_scratch ();
}

/* What frame @number of the JPEG files is full of. */
static guint64
get_grey (guint number)
{
  return (guint64) number * 8;
}

static TestRun *
new_run (const char *file)
{
  return test_run_new ("dicomfilesrc location=%s/%s name=src ! dcmdecode ! "
                       "fakesink name=sink",
                       get_scratch (), file);
}

static TestRun *
run_all (const char *file, guint n_frames)
{
  TestRun *run = new_run (file);

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, n_frames);
  return run;
}

static void
check_format (TestRun *run, const char *name, const char *format)
{
  const GstStructure *structure =
      gst_caps_get_structure (test_run_get_caps (run, 0), 0);

  g_assert_cmpstr (gst_structure_get_name (structure), ==, name);
  g_assert_cmpstr (gst_structure_get_string (structure, "format"), ==, format);
}

static void
check_bytes (TestRun *run, guint index, gconstpointer expected, gsize size)
{
  GstMapInfo map;
  GstBuffer *buffer = test_run_get_buffer (run, index);

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_assert_cmpmem (map.data, map.size, expected, size);
  gst_buffer_unmap (buffer, &map);
}

/* In order, timed, and the very bytes of the mapped file. */
static void
test_native (void)
{
  g_autoptr (TestRun) run = run_all ("native.dcm", 20);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) src =
      gst_bin_get_by_name (GST_BIN (run->pipeline), "src");

  check_format (run, "video/x-raw", "GRAY16_LE");
  for (guint i = 0; i < 20; i++) {
    GstBuffer *buffer = test_run_get_buffer (run, i);
    g_assert_cmpuint (test_run_get_byte (run, i, 0), ==, i + 1);
    g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==,
                      (guint64) i * 20 * GST_MSECOND);
    g_assert_cmpuint (GST_BUFFER_OFFSET (buffer), ==, i);
    VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
    g_assert_cmpuint (meta->info->frame, ==, i + 1);
    g_assert_cmpuint (meta->flags & VITRAIL_FRAME_META_CORRUPT, ==, 0);
  }
}

/* The memory that leaves dcmdecode is the one that came in. */
static GstPadProbeReturn
remember_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  const guint8 **data = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstMapInfo map;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  data[GST_BUFFER_OFFSET (buffer)] = map.data;
  gst_buffer_unmap (buffer, &map);
  return GST_PAD_PROBE_OK;
}

static void
test_no_copy (void)
{
  g_autoptr (TestRun) run = new_run ("native.dcm");
  g_autoptr (GstElement) src =
      gst_bin_get_by_name (GST_BIN (run->pipeline), "src");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  const guint8 *stored[20] = { NULL };

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, remember_cb,
                     (gpointer) stored, NULL);
  g_assert_true (test_run_play (run));
  for (guint i = 0; i < 20; i++) {
    GstMapInfo map;
    GstBuffer *buffer = test_run_get_buffer (run, i);
    g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
    g_assert_true (map.data == stored[i]);
    gst_buffer_unmap (buffer, &map);
  }
}

static void
test_signed (void)
{
  const guint16 expected[] = { 0, 2047, 2048, 4095 };
  g_autoptr (TestRun) run = run_all ("signed.dcm", 1);

  check_format (run, "video/x-raw", "GRAY16_LE");
  check_bytes (run, 0, expected, sizeof expected);
  VitrailFrameMeta *meta =
      vitrail_buffer_get_frame_meta (test_run_get_buffer (run, 0));
  g_assert_cmpfloat (meta->info->sample_offset, ==, 2048);
}

static void
test_colour16 (void)
{
  g_autoptr (TestRun) run = run_all ("rgb16.dcm", 1);
  guint16 expected[16];

  check_format (run, "video/x-raw", "RGBA64_LE");
  for (guint i = 0; i < 16; i++)
    expected[i] = i % 4 == 3 ? 65535 : (guint16) (1000 + i / 4 * 3 + i % 4);
  check_bytes (run, 0, expected, sizeof expected);
}

static void
test_wide (void)
{
  const guint32 expected[] = { 1, 70000, 2, 4000000000u };
  g_autoptr (TestRun) run = run_all ("wide.dcm", 1);

  check_format (run, "video/x-vitrail-samples", "u32");
  check_bytes (run, 0, expected, sizeof expected);
}

/* Rows of 15 bytes: padded to 16 for who does not mind GstVideoMeta, ... */
static void
test_stride (void)
{
  g_autoptr (TestRun) run = run_all ("odd.dcm", 2);

  check_format (run, "video/x-raw", "RGB");
  g_assert_cmpuint (gst_buffer_get_size (test_run_get_buffer (run, 0)), ==, 48);
  for (guint i = 0; i < 45; i++)
    g_assert_cmpuint (test_run_get_byte (run, 0, i / 15 * 16 + i % 15), ==, i);
}

/* ... and as they are for who does. */
static void
test_video_meta (void)
{
  g_autoptr (TestRun) run = test_run_new (
      "dicomfilesrc location=%s/odd.dcm ! dcmdecode ! videoconvert ! "
      "video/x-raw,format=RGBx ! fakesink name=sink",
      get_scratch ());

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 2);
  for (guint i = 0; i < 45; i++)
    g_assert_cmpuint (test_run_get_byte (run, 1, i / 3 * 4 + i % 3), ==, i);
}

static void
test_jpeg (void)
{
  g_autoptr (TestRun) run = run_all ("jpeg.dcm", 20);

  check_format (run, "video/x-raw", "GRAY8");
  for (guint i = 0; i < 20; i++)
    g_assert_cmpuint (test_run_get_byte (run, i, 17), ==, get_grey (i + 1));
}

/* Out of order, in both units, and on from there. */
static void
test_seek (void)
{
  g_autoptr (TestRun) run = new_run ("jpeg.dcm");

  test_run_preroll (run);
  for (guint i = 0; i < 20; i++) {
    guint frame = (i * 7) % 20;
    test_run_seek (run, 1, GST_FORMAT_DEFAULT, frame, -1);
    g_assert_cmpuint (test_run_get_byte (run, 0, 0), ==, get_grey (frame + 1));
    test_run_seek (run, 1, GST_FORMAT_TIME,
                   ((gint64) frame * 20 + 7) * GST_MSECOND, -1);
    g_assert_cmpuint (test_run_get_byte (run, 0, 0), ==, get_grey (frame + 1));
  }
  test_run_seek (run, 1, GST_FORMAT_DEFAULT, 15, -1);
  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint (test_run_get_byte (run, i, 0), ==, get_grey (i + 16));
}

static void
test_corrupt (void)
{
  g_autoptr (TestRun) run = run_all ("corrupt.dcm", 20);

  for (guint i = 0; i < 20; i++) {
    GstBuffer *buffer = test_run_get_buffer (run, i);
    gboolean is_corrupt = i == 6;
    g_assert_cmpuint (test_run_get_byte (run, i, 0), ==,
                      is_corrupt ? 0 : get_grey (i + 1));
    g_assert_cmpint (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_CORRUPTED),
                     ==, is_corrupt);
    VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
    g_assert_cmpint ((meta->flags & VITRAIL_FRAME_META_CORRUPT) != 0, ==,
                     is_corrupt);
    g_assert_cmpint (meta->reason != NULL, ==, is_corrupt);
    if (is_corrupt)
      g_assert_nonnull (strstr (meta->reason, "frame 7: "));
  }
  g_assert_cmpuint (run->warnings->len, ==, 1);
  const char *warning = g_ptr_array_index (run->warnings, 0);
  g_assert_nonnull (strstr (warning, "corrupt.dcm: frame 7: "));
}

/* Somebody else's frames: nothing but caps and bytes. */
static void
test_foreign (void)
{
  g_autoptr (TestRun) run = test_run_new (
      "filesrc location=%s/raw blocksize=48 ! "
      "image/x-dicom-frame,transfer-syntax=(string)1.2.840.10008.1.2.1,"
      "width=6,height=4,bits-allocated=16 ! dcmdecode ! fakesink name=sink",
      get_scratch ());
  g_autoptr (TestRun) with_sign = test_run_new (
      "filesrc location=%s/raws ! "
      "image/x-dicom-frame,transfer-syntax=(string)1.2.840.10008.1.2.1,"
      "width=2,height=2,bits-allocated=16,bits-stored=12,signed=true ! "
      "dcmdecode ! fakesink name=sink",
      get_scratch ());
  const guint16 expected[] = { 0, 2047, 2048, 4095 };

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 20);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpuint (test_run_get_byte (run, i, 0), ==, i + 1);
  g_assert_true (test_run_play (with_sign));
  check_bytes (with_sign, 0, expected, sizeof expected);
  VitrailFrameMeta *meta =
      vitrail_buffer_get_frame_meta (test_run_get_buffer (with_sign, 0));
  g_assert_cmpfloat (meta->info->sample_offset, ==, 2048);
}

static void
test_bad_caps (void)
{
  static const char *const bad[] = {
    "width=6,height=4,bits-allocated=13",
    "width=6,height=4,bits-allocated=8,bits-stored=9",
    "width=65535,height=65535,samples=3,bits-allocated=16",
    "width=0,height=4",
    "width=6,height=4,transfer-syntax=(string)1.2.3",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (TestRun) run = test_run_new (
        "filesrc location=%s/raw blocksize=48 ! capssetter replace=true "
        "caps=\"image/x-dicom-frame,"
        "transfer-syntax=(string)1.2.840.10008.1.2.1,%s\" ! dcmdecode ! "
        "fakesink name=sink",
        get_scratch (), bad[i]);
    g_assert_false (test_run_play (run));
    g_assert_cmpuint (run->samples->len, ==, 0);
  }
}

/* On demand with a decoder much slower than the demand: no setter waits, what
 * comes is never older than what came, and the last one comes. */
static void
test_demand (void)
{
  g_autoptr (TestRun) run = test_run_new (
      "dicomfilesrc location=%s/slow.dcm mode=demand name=src ! dcmdecode ! "
      "fakesink name=sink sync=false async=false",
      get_scratch ());
  g_autoptr (GstElement) src =
      gst_bin_get_by_name (GST_BIN (run->pipeline), "src");
  gint64 longest = 0;
  guint newest = 0;

  gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
  for (guint frame = 2; frame <= 20; frame++) {
    gint64 before = g_get_monotonic_time ();
    g_object_set (src, "frame", frame, NULL);
    longest = MAX (longest, g_get_monotonic_time () - before);
    g_usleep (5000);
  }
  for (int tries = 0; tries < 10000 && newest < 20; tries++) {
    g_usleep (1000);
    GST_OBJECT_LOCK (run->pipeline);
    for (guint i = 0; i < run->samples->len; i++) {
      guint number = test_run_get_byte (run, i, 0) / 8;
      g_assert_cmpuint (number, >=, i == 0 ? 1 : newest);
      newest = number;
    }
    if (newest < 20)
      newest = 0;
    GST_OBJECT_UNLOCK (run->pipeline);
  }
  g_assert_cmpuint (newest, ==, 20);
  g_test_message ("%u of 20 shown, longest setter %" G_GINT64_FORMAT " us",
                  run->samples->len, longest);
}

/* Stopping while everything is under way. */
static void
test_stop (void)
{
  for (int i = 0; i < 5; i++) {
    g_autoptr (TestRun) run = new_run ("slow.dcm");
    gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
    g_usleep (3000 * (gulong) i);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/dcmdecode/native", test_native);
  g_test_add_func ("/dcmdecode/no-copy", test_no_copy);
  g_test_add_func ("/dcmdecode/signed", test_signed);
  g_test_add_func ("/dcmdecode/colour16", test_colour16);
  g_test_add_func ("/dcmdecode/wide", test_wide);
  g_test_add_func ("/dcmdecode/stride", test_stride);
  g_test_add_func ("/dcmdecode/video-meta", test_video_meta);
  g_test_add_func ("/dcmdecode/jpeg", test_jpeg);
  g_test_add_func ("/dcmdecode/seek", test_seek);
  g_test_add_func ("/dcmdecode/corrupt", test_corrupt);
  g_test_add_func ("/dcmdecode/foreign", test_foreign);
  g_test_add_func ("/dcmdecode/bad-caps", test_bad_caps);
  g_test_add_func ("/dcmdecode/demand", test_demand);
  g_test_add_func ("/dcmdecode/stop", test_stop);
  return g_test_run ();
}
