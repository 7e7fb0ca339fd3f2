/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ecgoverlay: where its line stands, read back from the picture, against the
 * times that pydicom wrote; nothing where times do not belong together. */

#include "gstrun.h"
#include "testdata.h"

#include <gst/video/video.h>

#include <math.h>

enum { WIDTH = 400, HEIGHT = 120, STRIP = 24, FRAMES = 20 };

/* ecg.dcm begins 0.5 s before the pictures of the others, whose frames are 50
 * ms apart; vector.dcm's 20 and 80 ms in turn; own.dcm has the waveform inside,
 * 0.25 s into its acquisition; zone.dcm tells the same time in another zone. */
static const char program[] =
    "import numpy as np, pydicom\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.sequence import Sequence\n"
    "US = '1.2.840.10008.5.1.4.1.1.3.1'\n"
    "def code (value, scheme):\n"
    "    item = Dataset ()\n"
    "    item.CodeValue, item.CodingSchemeDesignator = value, scheme\n"
    "    item.CodeMeaning = value\n"
    "    return Sequence ([item])\n"
    "def wave (offset):\n"
    "    t = np.arange (3000) / 500\n"
    "    x = 1000 * np.exp (-(((t % 1) - .5) / .02) ** 2)\n"
    "    c = Dataset ()\n"
    "    c.ChannelSourceSequence = code ('5.6.3-9-2', 'SCPECG')\n"
    "    c.ChannelSensitivity = 1\n"
    "    c.ChannelSensitivityUnitsSequence = code ('uV', 'UCUM')\n"
    "    c.ChannelSensitivityCorrectionFactor, c.ChannelBaseline = 1, 0\n"
    "    c.WaveformBitsStored = 16\n"
    "    g = Dataset ()\n"
    "    g.WaveformOriginality = 'ORIGINAL'\n"
    "    g.NumberOfWaveformChannels, g.NumberOfWaveformSamples = 1, len (x)\n"
    "    g.SamplingFrequency = 500\n"
    "    g.MultiplexGroupTimeOffset = offset\n"
    "    g.ChannelDefinitionSequence = Sequence ([c])\n"
    "    g.WaveformBitsAllocated, g.WaveformSampleInterpretation = 16, 'SS'\n"
    "    g.add_new (0x54001010, 'OW', x.astype ('<i2').tobytes ())\n"
    "    return Sequence ([g])\n"
    "def save (name, ds, kind, time, uid='1.2.9', sync='Y'):\n"
    "    ds.file_meta = FileMetaDataset ()\n"
    "    ds.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian\n"
    "    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = kind\n"
    "    ds.SOPInstanceUID = pydicom.uid.generate_uid ()\n"
    "    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID\n"
    "    ds.StudyInstanceUID, ds.SeriesInstanceUID = '1.2.1', '1.2.2'\n"
    "    ds.PatientName, ds.PatientID, ds.Modality = 'A', '1', 'US'\n"
    "    ds.AcquisitionDateTime = time\n"
    "    if uid:\n"
    "        ds.SynchronizationFrameOfReferenceUID = uid\n"
    "        ds.AcquisitionTimeSynchronized = sync\n"
    "        ds.SynchronizationTrigger = 'NO TRIGGER'\n"
    "    ds.is_little_endian, ds.is_implicit_VR = True, False\n"
    "    ds.save_as ('{dir}/%s.dcm' % name, write_like_original=False)\n"
    "def cine (**more):\n"
    "    ds = Dataset ()\n"
    "    ds.Rows, ds.Columns, ds.NumberOfFrames = 120, 400, 20\n"
    "    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, 'MONOCHROME2'\n"
    "    ds.BitsAllocated = ds.BitsStored = 8\n"
    "    ds.HighBit, ds.PixelRepresentation, ds.InstanceNumber = 7, 0, 1\n"
    "    for name, value in (more or dict (FrameTime=50)).items ():\n"
    "        setattr (ds, name, value)\n"
    "    ds.PixelData = bytes ([40]) * (120 * 400 * 20)\n"
    "    return ds\n"
    "ecg = Dataset ()\n"
    "ecg.WaveformSequence = wave (100)\n"
    "save ('ecg', ecg, '1.2.840.10008.5.1.4.1.1.9.1.2', '20260102030405.5')\n"
    "save ('echo', cine (), US, '20260102030406')\n"
    "save ('vector', cine (FrameTimeVector=[0] + [20, 80] * 9 + [20]), US,\n"
    "      '20260102030406')\n"
    "save ('rate', cine (CineRate=25, RecommendedDisplayFrameRate=5), US,\n"
    "      '20260102030406')\n"
    "save ('other', cine (), US, '20260102030406', '1.2.10')\n"
    "save ('none', cine (), US, '20260102030406', None)\n"
    "save ('not', cine (), US, '20260102030406', sync='N')\n"
    "save ('zone', cine (), US, '20260102050406+0200')\n"
    "save ('late', cine (), US, '20260102040406')\n"
    "own = cine (FrameTime=50)\n"
    "own.WaveformSequence = wave (-250)\n"
    "save ('own', own, US, '20260102030406', None)\n"
    "ecg.AcquisitionDateTime = '20260102030405.5+0000'\n"
    "save ('ecg-zone', ecg, ecg.SOPClassUID, '20260102030405.5+0000')\n";

static TestRun *
run (const char *cine, const char *ecg)
{
  static gboolean made;
  const char *folder = test_data_get_scratch ();
  g_autofree char *location =
      ecg != NULL ? g_strdup_printf ("location=%s/%s.dcm", folder, ecg)
                  : g_strdup ("");

  if (!made)
    g_free (test_data_python (program));
  made = TRUE;
  TestRun *self =
      test_run_new ("filesrc location=%s/%s.dcm ! dcmdemux ! dcmdecode ! "
                    "dcmwindow ! ecgoverlay %s ! videoconvert ! "
                    "video/x-raw,format=GRAY8 ! fakesink name=sink",
                    folder, cine, location);
  g_assert_true (test_run_play (self));
  g_assert_cmpuint (self->samples->len, ==, FRAMES);
  return self;
}

/* The middle of the white line: columns that are white from top to bottom of
 * the strip. NAN: there is none. Above it nothing is changed. */
static double
read_line (TestRun *self, guint frame)
{
  GstVideoInfo info;
  GstVideoFrame picture;
  double sum = 0;
  guint n = 0;

  g_assert_true (gst_video_info_from_caps (
      &info, gst_sample_get_caps (self->samples->pdata[frame])));
  g_assert_true (gst_video_frame_map (
      &picture, &info, test_run_get_buffer (self, frame), GST_MAP_READ));
  g_assert_cmpint (GST_VIDEO_FRAME_WIDTH (&picture), ==, WIDTH);
  const guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (&picture, 0);
  const gsize stride = (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (&picture, 0);
  const guint8 above = data[0];
  for (guint x = 0; x < WIDTH; x++) {
    guint white = 0;
    for (guint y = 0; y < HEIGHT; y++) {
      const guint8 value = data[y * stride + x];
      if (y < HEIGHT - STRIP)
        g_assert_cmpuint (value, ==, above);
      else
        white += value > 240;
    }
    if (white == STRIP) {
      sum += x + 0.5;
      n++;
    }
  }
  gst_video_frame_unmap (&picture);
  return n > 0 ? sum / n : NAN;
}

/* 4 s across: each frame's line stands where it was taken, to a pixel. */
static void
assert_times (TestRun *self, double first_s, const double steps_s[2])
{
  double seconds = first_s;

  for (guint i = 0; i < FRAMES; i++) {
    const double x = read_line (self, i);
    g_test_message ("frame %u: %g, for %g s", i, x, seconds);
    g_assert_cmpfloat_with_epsilon (x, seconds / 4 * WIDTH, 1);
    seconds += steps_s[i % 2];
  }
}

/* 0.5 s behind the ECG's start, whose samples begin 0.1 s later. */
static void
test_line (void)
{
  const double even[2] = { 0.05, 0.05 };
  const double uneven[2] = { 0.02, 0.08 };
  const double rate[2] = { 0.04, 0.04 };
  g_autoptr (TestRun) echo = run ("echo", "ecg");
  g_autoptr (TestRun) vector = run ("vector", "ecg");
  g_autoptr (TestRun) cine_rate = run ("rate", "ecg");
  g_autoptr (TestRun) own = run ("own", NULL);
  g_autoptr (TestRun) zone = run ("zone", "ecg-zone");

  assert_times (echo, 0.4, even);
  assert_times (vector, 0.4, uneven);
  /* As it was taken, not as it is to be shown. */
  assert_times (cine_rate, 0.4, rate);
  assert_times (own, 0.25, even);
  assert_times (zone, 0.4, even);
}

static void
assert_nothing (const char *cine, const char *ecg, const char *warning)
{
  g_autoptr (TestRun) self = run (cine, ecg);

  for (guint i = 0; i < FRAMES; i++)
    g_assert_true (isnan (read_line (self, i)));
  g_assert_cmpuint (self->warnings->len, ==, warning != NULL ? 1 : 0);
  if (warning != NULL)
    g_assert_cmpstr (self->warnings->pdata[0], ==, warning);
}

static void
test_nothing (void)
{
  static const char *const strangers =
      "ecgoverlay: the waveform is not shown, because they have no "
      "Synchronization Frame of Reference in common";

  assert_nothing ("echo", NULL, NULL);
  assert_nothing ("other", "ecg", strangers);
  assert_nothing ("none", "ecg", strangers);
  assert_nothing ("not", "ecg",
                  "ecgoverlay: the waveform is not shown, because their "
                  "acquisition times are not said to be synchronized");
  assert_nothing ("echo", "ecg-zone",
                  "ecgoverlay: the waveform is not shown, because only one of "
                  "them says its time zone");
  /* An hour behind. */
  assert_nothing ("late", "ecg", NULL);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ecgoverlay/line", test_line);
  g_test_add_func ("/ecgoverlay/nothing", test_nothing);
  return g_test_run ();
}
