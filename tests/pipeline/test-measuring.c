/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Measuring on frames as a hand does it, without a display: every tool, undo,
 * saving as a report and reading it when the study is opened again. */

#include "lastreference.h"
#include "measurement/report.h"
#include "measuring.h"
#include "session.h"
#include "testarchive.h"
#include "testdata.h"

#include <glib/gstdio.h>
#include <gst/gst.h>

#include <math.h>

#define SIDE 200

/* A cine of 4 frames: 2D left, a spectrum right. */
static const char program[] =
    "import pydicom, os\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.sequence import Sequence\n"
    "def region (fmt, box, units, delta, ref):\n"
    "    r = Dataset ()\n"
    "    r.RegionSpatialFormat, r.RegionDataType, r.RegionFlags = fmt, 1, 0\n"
    "    (r.RegionLocationMinX0, r.RegionLocationMinY0,\n"
    "     r.RegionLocationMaxX1, r.RegionLocationMaxY1) = box\n"
    "    r.PhysicalUnitsXDirection, r.PhysicalUnitsYDirection = units\n"
    "    r.PhysicalDeltaX, r.PhysicalDeltaY = delta\n"
    "    r.ReferencePixelX0, r.ReferencePixelY0 = ref\n"
    "    return r\n"
    "ds = Dataset ()\n"
    "ds.SequenceOfUltrasoundRegions = Sequence ([\n"
    "    region (1, (0, 0, 99, 199), (3, 3), (.05, .05), (0, 0)),\n"
    "    region (3, (100, 0, 199, 199), (4, 7), (.004, -2.), (0, 100))])\n"
    "ds.SOPClassUID = '1.2.840.10008.5.1.4.1.1.3.1'\n"
    "ds.SOPInstanceUID = '1.2.3'\n"
    "ds.StudyInstanceUID, ds.SeriesInstanceUID = '1.2.4', '1.2.5'\n"
    "ds.Modality, ds.PatientName, ds.PatientID = 'US', 'Doe^Jane', '7'\n"
    "ds.StudyDate, ds.StudyTime, ds.StudyID = '20260102', '0304', '9'\n"
    "ds.Rows, ds.Columns, ds.NumberOfFrames = 200, 200, 4\n"
    "ds.SamplesPerPixel, ds.BitsAllocated, ds.BitsStored = 1, 8, 8\n"
    "ds.HighBit, ds.PixelRepresentation, ds.FrameTime = 7, 0, '40'\n"
    "ds.PhotometricInterpretation = 'MONOCHROME2'\n"
    "ds.PixelData = bytes (160000)\n"
    "m = FileMetaDataset ()\n"
    "m.TransferSyntaxUID = '1.2.840.10008.1.2.1'\n"
    "m.MediaStorageSOPClassUID = ds.SOPClassUID\n"
    "m.MediaStorageSOPInstanceUID = ds.SOPInstanceUID\n"
    "f = pydicom.FileDataset ('', ds, file_meta=m, preamble=bytes (128))\n"
    "f.is_little_endian, f.is_implicit_VR = True, False\n"
    "os.makedirs ('{dir}/study', exist_ok=True)\n"
    "f.save_as ('{dir}/study/echo.dcm', write_like_original=False)\n";

typedef struct {
  VitrailSession *session;
  VitrailViewport *viewport;
  VitrailMeasurements *measurements;
} Fixture;

static gboolean
is_shown (gpointer data)
{
  VitrailSession *session = data;
  g_autoptr (VitrailFrameInfo) info = vitrail_measuring_ref_frame (
      vitrail_session_get_active_viewport (session));

  return info != NULL && !vitrail_session_get_busy (session);
}

static gboolean
is_idle (gpointer data)
{
  return !vitrail_session_get_busy (data);
}

static gboolean
is_ours_alone (gpointer session)
{
  return !vitrail_session_get_busy (session) &&
         ((GObject *) session)->ref_count == 1;
}

static void
setup (Fixture *self, gconstpointer data)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "study", NULL);

  self->session = vitrail_session_new ();
  self->viewport = vitrail_session_get_active_viewport (self->session);
  self->measurements = vitrail_session_get_measurements (self->session);
  vitrail_viewport_set_size (self->viewport, SIDE, SIDE);
  vitrail_session_open_async (self->session, path, NULL, NULL, NULL);
  g_assert_true (test_wait_until (is_shown, self->session));
}

static void
teardown (Fixture *self, gconstpointer data)
{
  vitrail_session_close (self->session);
  g_assert_true (test_wait_until (is_ours_alone, self->session));
  test_assert_ends (self->session);
}

static void
run (Fixture *self, const char *name, GVariant *argument)
{
  g_autoptr (GError) error = NULL;

  vitrail_session_run (self->session, name, argument, &error);
  g_assert_no_error (error);
}

/* A path from corner to corner, of two or more points. */
static void
draw (Fixture *self, VitrailDrawKind kind, const double *xy, guint n)
{
  g_assert_true (vitrail_drawing_press (self->viewport, kind, xy));
  for (guint i = 1; i < n; i++) {
    vitrail_drawing_move (self->viewport, &xy[2 * (gsize) i]);
    g_autoptr (VitrailMeasurement) draft =
        vitrail_measurements_ref_draft (self->measurements);
    g_assert_true (draft != NULL || kind == VITRAIL_DRAW_CHAMBER ||
                   kind == VITRAIL_DRAW_FREEHAND);
  }
  vitrail_drawing_release (self->viewport, &xy[2 * ((gsize) n - 1)]);
}

static double
get_last (Fixture *self, VitrailQuantity quantity)
{
  g_autoptr (GPtrArray) all = vitrail_measurements_ref_all (self->measurements);

  g_assert_cmpuint (all->len, >, 0);
  const VitrailValue *value =
      vitrail_measurement_get_value (all->pdata[all->len - 1], quantity);
  g_assert_nonnull (value);
  return value->value;
}

static void
test_tools (Fixture *self, gconstpointer data)
{
  const double line[] = { 10, 20, 70, 20 };
  const double box[] = { 20, 100, 60, 140 };
  const double jet[] = { 110, 100, 120, 60, 130, 40, 140, 60, 150, 100 };
  const double chamber[] = { 20, 180, 18, 120, 40, 60, 62, 120, 60, 180 };
  const double point[] = { 150, 50.5 };

  draw (self, VITRAIL_DRAW_LINE, line, 2);
  g_assert_cmpfloat_with_epsilon (get_last (self, VITRAIL_QUANTITY_LENGTH), 30,
                                  1e-9);
  draw (self, VITRAIL_DRAW_ELLIPSE, box, 2);
  g_assert_cmpfloat_with_epsilon (get_last (self, VITRAIL_QUANTITY_AREA),
                                  G_PI * 100, 1e-6);
  draw (self, VITRAIL_DRAW_RECTANGLE, box, 2);
  g_assert_cmpfloat_with_epsilon (get_last (self, VITRAIL_QUANTITY_AREA), 400,
                                  1e-6);
  draw (self, VITRAIL_DRAW_TRACE, jet, 5);
  g_assert_cmpfloat_with_epsilon (
      get_last (self, VITRAIL_QUANTITY_PEAK_VELOCITY), 121, 1e-6);
  draw (self, VITRAIL_DRAW_POINT, point, 1);
  g_assert_cmpfloat_with_epsilon (get_last (self, VITRAIL_QUANTITY_VELOCITY),
                                  100, 1e-6);
  draw (self, VITRAIL_DRAW_CHAMBER, chamber, 5);
  g_assert_cmpfloat_with_epsilon (get_last (self, VITRAIL_QUANTITY_LONG_AXIS),
                                  60, 1e-6);
  run (self, "measurement-role", g_variant_new_string ("a4c-ed"));
  g_assert_cmpuint (vitrail_measurements_get_n (self->measurements), ==, 6);
  run (self, "undo-measurement", NULL);
  run (self, "undo-measurement", NULL);
  g_assert_cmpuint (vitrail_measurements_get_n (self->measurements), ==, 5);
  run (self, "redo-measurement", NULL);
  run (self, "select-measurement", g_variant_new_uint32 (1));
  run (self, "delete-measurement", NULL);
  g_assert_cmpuint (vitrail_measurements_get_n (self->measurements), ==, 5);
  /* A window is no measurement. */
  g_assert_false (
      vitrail_drawing_press (self->viewport, VITRAIL_DRAW_NOTHING, line));
}

static void
test_polygon (Fixture *self, gconstpointer data)
{
  static const double corners[][2] = { { 20, 20 }, { 60, 20 }, { 60, 60 } };

  for (guint i = 0; i < G_N_ELEMENTS (corners); i++) {
    g_assert_true (vitrail_drawing_press (self->viewport, VITRAIL_DRAW_POLYGON,
                                          corners[i]));
    vitrail_drawing_release (self->viewport, corners[i]);
  }
  run (self, "finish-drawing", NULL);
  g_assert_cmpfloat_with_epsilon (get_last (self, VITRAIL_QUANTITY_AREA), 200,
                                  1e-6);
  g_assert_true (
      vitrail_drawing_press (self->viewport, VITRAIL_DRAW_POLYGON, corners[0]));
  run (self, "cancel-drawing", NULL);
  g_autoptr (VitrailMeasurement) draft =
      vitrail_measurements_ref_draft (self->measurements);
  g_assert_null (draft);
  g_assert_cmpuint (vitrail_measurements_get_n (self->measurements), ==, 1);
}

static void
remove_reports (void)
{
  g_free (test_data_run ("sh -c \"rm -f '%s'/study/measurements-*\"",
                         test_data_get_scratch ()));
}

/* What is saved is there when the study is opened again. */
static void
test_saving (Fixture *self, gconstpointer data)
{
  const double line[] = { 10, 20, 70, 20 };

  draw (self, VITRAIL_DRAW_LINE, line, 2);
  run (self, "name-measurement", g_variant_new_string ("LVOT"));
  run (self, "measurement-frames", g_variant_new ("(uu)", 1, 3));
  g_assert_true (vitrail_measurements_is_dirty (self->measurements));
  run (self, "save-measurements", NULL);
  g_assert_true (test_wait_until (is_idle, self->session));
  g_assert_cmpstr (vitrail_session_get_error (self->session), ==, NULL);
  g_assert_false (vitrail_measurements_is_dirty (self->measurements));
  teardown (self, data);
  setup (self, data);
  g_autoptr (GPtrArray) all = vitrail_measurements_ref_all (self->measurements);
  g_assert_cmpuint (all->len, ==, 1);
  const VitrailMeasurement *one = all->pdata[0];
  g_assert_cmpstr (one->label, ==, "LVOT");
  g_assert_cmpuint (one->image.first_frame, ==, 1);
  g_assert_cmpuint (one->image.last_frame, ==, 3);
  g_assert_cmpfloat_with_epsilon (get_last (self, VITRAIL_QUANTITY_LENGTH), 30,
                                  1e-6);
  g_assert_false (vitrail_measurements_is_dirty (self->measurements));
  remove_reports ();
}

int
main (int argc, char **argv)
{
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_setenv ("XDG_DATA_HOME", test_data_get_scratch (), TRUE);
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_free (test_data_python (program));
  g_test_add ("/measuring/tools", Fixture, NULL, setup, test_tools, teardown);
  g_test_add ("/measuring/polygon", Fixture, NULL, setup, test_polygon,
              teardown);
  g_test_add ("/measuring/saving", Fixture, NULL, setup, test_saving, teardown);
  return g_test_run ();
}
