/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* bench_pipeline: frames a second of `dicomfilesrc ! dcmdecode ! dcmwindow !
 * fakesink` over native 512 x 512 x 16 frames, in one process, beside copying
 * the same frames once (memcpy): how near the pipeline is to doing nothing. */

#include "testdata.h"

#include <gst/gst.h>

#include <string.h>

#define N_FRAMES 500
#define FRAME    ((gsize) 512 * 512 * 2)

/* As scanners write them: 12 bits, signed or not, one window. */
static const char make_file[] =
    "import numpy as np\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.uid import ExplicitVRLittleEndian, generate_uid\n"
    "for signed in 0, 1:\n"
    "    d = Dataset()\n"
    "    d.file_meta = FileMetaDataset()\n"
    "    d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian\n"
    "    d.SOPClassUID = '1.2.840.10008.5.1.4.1.1.2.1'\n"
    "    d.SOPInstanceUID = generate_uid()\n"
    "    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID\n"
    "    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID\n"
    "    d.Rows = d.Columns = 512\n"
    "    d.NumberOfFrames = 500\n"
    "    d.SamplesPerPixel = 1\n"
    "    d.PhotometricInterpretation = 'MONOCHROME2'\n"
    "    d.BitsAllocated, d.BitsStored, d.HighBit = 16, 12, 11\n"
    "    d.PixelRepresentation = signed\n"
    "    d.WindowCenter, d.WindowWidth = 1000, 2000\n"
    "    a = np.random.default_rng(1).integers(0, 2048, (10, 512, 512))\n"
    "    d.PixelData = a.astype('<u2').tobytes() * 50\n"
    "    d['PixelData'].VR = 'OW'\n"
    "    d.is_little_endian, d.is_implicit_VR = True, False\n"
    "    d.save_as('{dir}/%d.dcm' % signed, write_like_original=False)\n";

static double
play (int is_signed)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_strdup_printf (
      "dicomfilesrc location=%s/%d.dcm ! dcmdecode ! dcmwindow ! "
      "fakesink sync=false",
      test_data_get_scratch (), is_signed);
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  g_assert_no_error (error);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gint64 before = g_get_monotonic_time ();
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
                                  GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  double seconds = (double) (g_get_monotonic_time () - before) / 1e6;
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return N_FRAMES / seconds;
}

static double
copy (int is_signed)
{
  g_autofree char *path =
      g_strdup_printf ("%s/%d.dcm", test_data_get_scratch (), is_signed);
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, NULL);
  g_autofree char *frame = g_malloc (FRAME);
  const char *data = g_mapped_file_get_contents (file);

  gint64 before = g_get_monotonic_time ();
  for (int i = 0; i < N_FRAMES; i++) {
    memcpy (frame, data + (gsize) i * FRAME, FRAME);
    /* Looked at, or the compiler leaves it out. */
    __asm__ volatile("" : : "r"(frame) : "memory");
  }
  double seconds = (double) (g_get_monotonic_time () - before) / 1e6;
  return N_FRAMES / seconds;
}

/* The best of three, alternately. */
static void
measure (const char *name, int is_signed)
{
  double ours = 0;
  double peer = 0;

  for (int i = 0; i < 3; i++) {
    ours = MAX (ours, play (is_signed));
    peer = MAX (peer, copy (is_signed));
  }
  g_print ("%-32s %10.0f/s %10.0f/s %8.2f  >= 1000/s\n", name, ours, peer,
           ours / peer);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_free (test_data_python (make_file));
  measure ("pipeline unsigned (memcpy)", 0);
  measure ("pipeline signed (memcpy)", 1);
  return 0;
}
