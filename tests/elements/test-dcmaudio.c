/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dcmaudio: WAV files of waveforms of all codings, against numpy and audioop.
 */

#include "gstrun.h"
#include "testdata.h"

/* Objects of tests/waveform/waveforms.py: 300 samples of three channels at 500
 * Hz, with sensitivity, correction and baseline of their own. Prints what
 * differs from the stored samples as sound. */
static const char judge[] =
    "import audioop, struct, sys\n"
    "import numpy as np, pydicom\n"
    "TYPES = dict (SB='i1', UB='u1', MB='u1', AB='u1', SS='i2', US='u2',\n"
    "              SL='i4', UL='u4', SV='i8', UV='u8')\n"
    "def read (path):\n"
    "    data, at, chunks = open (path, 'rb').read (), 12, {}\n"
    "    assert data[:4] == b'RIFF' and data[8:12] == b'WAVE'\n"
    "    while at + 8 <= len (data):\n"
    "        name, size = struct.unpack_from ('<4sI', data, at)\n"
    "        chunks[name] = data[at + 8:at + 8 + size]\n"
    "        at += 8 + size + size % 2\n"
    "    kind, n, rate, _, _, bits = struct.unpack_from ('<HHIIHH',\n"
    "                                                    chunks[b'fmt '])\n"
    "    if kind == 0xfffe:\n"
    "        kind = struct.unpack_from ('<H', chunks[b'fmt '], 24)[0]\n"
    "    assert (n, rate) == (3, 500), (n, rate)\n"
    "    assert (kind, bits) in ((1, 16), (3, 32)), (kind, bits)\n"
    "    return np.frombuffer (chunks[b'data'], '<i2' if kind == 1 else "
    "'<f4')\n"
    "for kind, type in TYPES.items ():\n"
    "    ds = pydicom.dcmread ('{dir}/explicit-%s.dcm' % kind)\n"
    "    raw = np.frombuffer (ds.WaveformSequence[0].WaveformData, '<' + "
    "type)\n"
    "    raw = raw[:900]\n"
    "    got = read ('{dir}/%s.wav' % kind)\n"
    "    if kind in ('MB', 'AB'):\n"
    "        to = audioop.ulaw2lin if kind == 'MB' else audioop.alaw2lin\n"
    "        want = np.frombuffer (to (raw.tobytes (), 2), '<i2')\n"
    "    elif type[1] == '1':\n"
    "        want = (raw.astype (int) - 128 * (kind == 'UB')) * 256\n"
    "    elif type[1] == '2':\n"
    "        want = raw.astype (int) - 32768 * (kind == 'US')\n"
    "    else:\n"
    "        half = 2. ** (8 * raw.itemsize - 1)\n"
    "        want = raw / half - (type[0] == 'u')\n"
    "    assert got.dtype == np.dtype ('<f4' if want.dtype == float else "
    "'<i2')\n"
    "    if len (got) != len (want):\n"
    "        print (kind, len (got), 'samples')\n"
    "    elif abs (got - want).max () > (2e-7 if want.dtype == float else 0):\n"
    "        print (kind, abs (got - want).max ())\n"
    "    else:\n"
    "        print (kind, 'the same')\n";

static void
make_objects (void)
{
  static gboolean made;

  if (!made)
    g_free (test_data_run ("/usr/bin/python3 -W ignore %s %s",
                           g_test_get_filename (G_TEST_DIST, "waveform",
                                                "waveforms.py", NULL),
                           test_data_get_scratch ()));
  made = TRUE;
}

static void
test_codings (void)
{
  static const char *const codings[] = { "SB", "UB", "MB", "AB", "SS",
                                         "US", "SL", "UL", "SV", "UV" };
  const char *folder = test_data_get_scratch ();
  g_autoptr (GString) expected = g_string_new (NULL);

  make_objects ();
  for (guint i = 0; i < G_N_ELEMENTS (codings); i++) {
    g_autoptr (TestRun) run = test_run_new (
        "filesrc location=%s/explicit-%s.dcm ! dcmdemux ! dcmaudio ! tee "
        "name=t "
        "t. ! queue ! wavenc ! filesink location=%s/%s.wav t. ! queue ! "
        "fakesink name=sink",
        folder, codings[i], folder, codings[i]);
    g_assert_true (test_run_play (run));
    g_string_append_printf (expected, "%s the same\n", codings[i]);
  }
  g_autofree char *said = test_data_python (judge);
  g_assert_cmpstr (said, ==, expected->str);
}

/* The second group: one channel at 100 Hz, 0.4 s. */
static void
test_group (void)
{
  make_objects ();
  g_autoptr (TestRun) run = test_run_new (
      "filesrc location=%s/groups.dcm ! dcmdemux ! dcmaudio group=1 ! "
      "audio/x-raw,rate=100,channels=1 ! fakesink name=sink",
      test_data_get_scratch ());

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 1);
  GstBuffer *buffer = test_run_get_buffer (run, 0);
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 80);
  g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, 0);
  g_assert_cmpuint (GST_BUFFER_DURATION (buffer), ==, 400 * GST_MSECOND);
}

static void
test_refused (void)
{
  make_objects ();
  g_autoptr (TestRun) run = test_run_new (
      "filesrc location=%s/groups.dcm ! dcmdemux ! dcmaudio group=2 ! "
      "fakesink name=sink",
      test_data_get_scratch ());

  g_assert_false (test_run_play (run));
  g_assert_cmpstr (run->error, ==, "dcmaudio: there is no group 2");
  g_autoptr (TestRun) other = test_run_new (
      "filesrc location=%s/wrong-rate.dcm ! dcmdemux ! dcmaudio ! "
      "fakesink name=sink",
      test_data_get_scratch ());
  g_assert_false (test_run_play (other));
  g_assert_cmpstr (other->error, ==,
                   "dcmaudio: Sampling Frequency (003A,001A) is -1");
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dcmaudio/codings", test_codings);
  g_test_add_func ("/dcmaudio/group", test_group);
  g_test_add_func ("/dcmaudio/refused", test_refused);
  return g_test_run ();
}
