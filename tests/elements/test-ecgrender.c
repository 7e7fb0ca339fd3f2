/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ecgrender in pipelines: the page is the kernel's, the time line moves, and
 * what is no waveform is refused. */

#include "dicom/part10.h"
#include "gstrun.h"
#include "testdata.h"
#include "waveform/ecg.h"

#include <math.h>
#include <string.h>

#define WIDTH  594
#define HEIGHT 420

static char *
dup_file (void)
{
  static gboolean made;
  char *path = g_build_filename (test_data_get_scratch (), "ecg.dcm", NULL);

  if (!made)
    g_free (test_data_run ("/usr/bin/python3 -W ignore %s %s",
                           g_test_get_filename (G_TEST_DIST, "viewer",
                                                "make-ecg.py", NULL),
                           path));
  made = TRUE;
  return path;
}

static TestRun *
make_run (const char *properties)
{
  g_autofree char *path = dup_file ();

  return test_run_new ("filesrc location=%s ! dcmdemux ! ecgrender width=%d "
                       "height=%d %s ! fakesink name=sink",
                       path, WIDTH, HEIGHT, properties);
}

static VitrailWaveform *
read_waveform (void)
{
  g_autofree char *path = dup_file ();
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailPart10) file =
      vitrail_part10_open (path, VITRAIL_READ_ALL, &error);

  g_assert_no_error (error);
  VitrailWaveform *waveform =
      vitrail_waveform_new (vitrail_part10_get_data_set (file), &error);
  g_assert_no_error (error);
  return waveform;
}

static void
assert_page (TestRun *run, guint index, const VitrailEcgLook *look)
{
  const gsize stride = (gsize) WIDTH * 4;
  g_autofree guint8 *pixels = g_malloc (stride * HEIGHT);
  g_autoptr (VitrailWaveform) waveform = read_waveform ();
  const VitrailEcgPicture picture = { WIDTH, HEIGHT, stride, pixels, NULL };
  g_autofree char *measured = vitrail_ecg_dup_measured (waveform, look->group);
  VitrailEcgLook with = *look;

  with.measured = measured;
  g_assert_true (vitrail_ecg_paint (waveform, &with, &picture));
  GstBuffer *buffer = test_run_get_buffer (run, index);
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, stride * HEIGHT);
  g_assert_cmpint (gst_buffer_memcmp (buffer, 0, pixels, stride * HEIGHT), ==,
                   0);
}

static void
test_page (void)
{
  const VitrailEcgLook look = { VITRAIL_ECG_6X2, 0, 1, 50, 20, NULL };
  g_autoptr (TestRun) run = make_run ("layout=6x2 start=1 speed=50 gain=20");

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 1);
  assert_page (run, 0, &look);
}

/* Ten seconds, five of them on a page: 0 to 5 by quarters. */
static void
test_time_line (void)
{
  const VitrailEcgLook look = { VITRAIL_ECG_3X4_1, 0, 2.25, 50, 10, NULL };
  g_autoptr (TestRun) run = make_run ("speed=50 rate=4");

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 21);
  for (guint i = 0; i < run->samples->len; i++)
    g_assert_cmpuint (GST_BUFFER_PTS (test_run_get_buffer (run, i)), ==,
                      GST_SECOND / 4 * i);
  assert_page (run, 9, &look);
}

static guint8 *
paint (const VitrailWaveform *waveform)
{
  const VitrailEcgLook look = VITRAIL_ECG_LOOK_INIT;
  const gsize stride = (gsize) WIDTH * 4;
  guint8 *pixels = g_malloc (stride * HEIGHT);
  const VitrailEcgPicture picture = { WIDTH, HEIGHT, stride, pixels, NULL };

  g_assert_true (vitrail_ecg_paint (waveform, &look, &picture));
  return pixels;
}

static void
note (VitrailWaveform *waveform,
      const char *name,
      const char *text,
      double value,
      double time_s)
{
  VitrailWaveformAnnotation *one = g_new0 (VitrailWaveformAnnotation, 1);

  one->group = 0;
  one->channel = VITRAIL_WAVEFORM_ALL;
  one->name = g_strdup (name);
  one->text = g_strdup (text);
  one->value = value;
  one->unit = g_strdup ("ms");
  one->type = g_strdup ("POINT");
  one->times_s = g_new (double, 1);
  one->times_s[0] = time_s;
  one->n_times = time_s >= 0 ? 1 : 0;
  g_ptr_array_add (waveform->annotations, one);
}

/* Whether anything differs in a box of millimetres. */
static gboolean
differ (const guint8 *a,
        const guint8 *b,
        double left,
        double top,
        double width,
        double height)
{
  for (guint y = (guint) (top * 2); y < (guint) ((top + height) * 2); y++) {
    const gsize at = ((gsize) y * WIDTH + (gsize) (left * 2)) * 4;
    if (memcmp (a + at, b + at, (gsize) (width * 2) * 4) != 0)
      return TRUE;
  }
  return FALSE;
}

/* Each kind of note at its place, and nowhere else. */
static void
test_notes (void)
{
  g_autoptr (VitrailWaveform) waveform = read_waveform ();
  g_autofree guint8 *plain = paint (waveform);

  note (waveform, NULL, "Sinus rhythm", NAN, -1);
  g_autofree guint8 *statement = paint (waveform);
  g_assert_true (differ (plain, statement, 25, 2, 60, 6));
  g_assert_false (differ (plain, statement, 150, 0, 140, 30));
  g_assert_false (differ (plain, statement, 0, 30, 297, 180));

  note (waveform, "QT Interval", NULL, 368, -1);
  g_autofree guint8 *value = paint (waveform);
  g_assert_true (differ (statement, value, 154, 2, 50, 6));
  g_assert_false (differ (statement, value, 0, 0, 150, 210));

  /* Two seconds from the left, below the rhythm strip. */
  note (waveform, "P Onset", NULL, NAN, 2);
  g_autofree guint8 *place = paint (waveform);
  g_assert_true (differ (value, place, 74.5, 190, 1, 2));
  g_assert_false (differ (value, place, 0, 0, 297, 189));
  g_assert_false (differ (value, place, 0, 189, 74, 21));
  g_assert_false (differ (value, place, 90, 189, 200, 21));

  /* Neither of another group nor beyond the page. */
  note (waveform, "T Offset", NULL, NAN, 11);
  note (waveform, "Other", NULL, 1, -1);
  ((VitrailWaveformAnnotation *) waveform->annotations->pdata[4])->group = 1;
  g_autofree guint8 *same = paint (waveform);
  g_assert_false (differ (place, same, 0, 0, 297, 210));
}

static void
test_refused (void)
{
  g_autoptr (TestRun) run = make_run ("group=1");
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "none", NULL);

  g_assert_false (test_run_play (run));
  g_assert_cmpstr (run->error, ==,
                   "ecgrender: there is no group 1, or no memory");
  g_assert_true (g_file_set_contents (path, "none", -1, NULL));
  g_autoptr (TestRun) other = test_run_new (
      "filesrc location=%s ! application/x-dicom-waveform ! ecgrender ! "
      "fakesink name=sink",
      path);
  g_assert_false (test_run_play (other));
  g_assert_true (g_str_has_prefix (other->error, "ecgrender: waveform: "));
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ecgrender/page", test_page);
  g_test_add_func ("/ecgrender/time-line", test_time_line);
  g_test_add_func ("/ecgrender/notes", test_notes);
  g_test_add_func ("/ecgrender/refused", test_refused);
  return g_test_run ();
}
