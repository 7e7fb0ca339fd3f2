/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Measurements against closed forms and numpy, on objects that pydicom wrote
 * and on real ones. */

#include "error.h"
#include "instance.h"
#include "measurement/echo.h"
#include "measurement/shapes.h"
#include "testdata.h"

#include <math.h>
#include <stdlib.h>

static const double mm[2] = { 0.5, 0.25 };

/* --- kernels --- */

static void
test_shapes (void)
{
  const double square[] = { 1, 1, 11, 1, 11, 21, 1, 21 };
  const double axes[] = { -20, 0, 20, 0, 0, -8, 0, 8 };
  const double corner[] = { 0, 0 };
  const double right[] = { 4, 0 };
  const double down[] = { 0, 9 };
  VitrailEllipseSize size;

  g_assert_cmpfloat (vitrail_polygon_get_area (square, 4, mm), ==, 25);
  g_assert_cmpfloat (vitrail_path_get_length (square, 4, TRUE, mm), ==, 20);
  g_assert_cmpfloat (vitrail_path_get_length (square, 4, FALSE, mm), ==, 15);
  vitrail_ellipse_measure (axes, mm, &size);
  g_assert_cmpfloat_with_epsilon (size.area, G_PI * 10 * 2, 1e-12);
  g_assert_cmpfloat_with_epsilon (size.major, 20, 1e-12);
  g_assert_cmpfloat_with_epsilon (size.minor, 4, 1e-12);
  /* 4 a E(e) of half axes 10 and 2. */
  g_assert_cmpfloat_with_epsilon (size.perimeter, 42.020089, 1e-6);
  g_assert_cmpfloat (vitrail_angle_measure (right, corner, down, mm), ==, 90);
}

/* A turned half of an ellipsoid of revolution: 2/3 pi r^2 L. */
static void
make_half (double *xy, guint n, double length, double radius, double turn)
{
  for (gsize i = 0; i < n; i++) {
    const double angle = G_PI * (double) i / (n - 1);
    const double across = -radius * cos (angle);
    const double along = length * sin (angle);
    const double x = 100 + across * cos (turn) - along * sin (turn);
    const double y = 90 + across * sin (turn) + along * cos (turn);
    xy[2 * i] = x / mm[0];
    xy[2 * i + 1] = y / mm[1];
  }
}

static void
test_discs (void)
{
  double a[2 * 721];
  double b[2 * 721];
  double axis[4];
  VitrailDiscs one;
  VitrailDiscs other;

  make_half (a, 721, 80, 25, 0.7);
  vitrail_chamber_get_axis (a, 721, mm, axis);
  g_assert_true (vitrail_discs_cut (a, 721, axis, mm, &one));
  g_assert_cmpfloat_with_epsilon (one.length, 80, 1e-6);
  const double volume = 2.0 / 3 * G_PI * 25 * 25 * 80;
  g_assert_cmpfloat_with_epsilon (vitrail_discs_get_volume (&one, NULL), volume,
                                  volume * 1e-3);
  make_half (b, 721, 80, 15, -2);
  vitrail_chamber_get_axis (b, 721, mm, axis);
  g_assert_true (vitrail_discs_cut (b, 721, axis, mm, &other));
  g_assert_cmpfloat_with_epsilon (vitrail_discs_get_volume (&one, &other),
                                  volume * 15 / 25, volume * 1e-3);
  /* The other way round is the same. */
  g_assert_cmpfloat_with_epsilon (vitrail_discs_get_volume (&other, &one),
                                  volume * 15 / 25, volume * 1e-3);
  /* 8 A^2 / 3 pi L of half an ellipse is the volume, exactly. */
  g_assert_cmpfloat_with_epsilon (
      vitrail_area_length_volume (vitrail_polygon_get_area (a, 721, mm), 80),
      volume, volume * 1e-4);
  axis[2] = axis[0];
  axis[3] = axis[1];
  g_assert_false (vitrail_discs_cut (a, 721, axis, mm, &one));
}

static void
test_trace (void)
{
  g_autofree char *text =
      test_data_python ("import numpy as np\n"
                        "t = np.linspace (0, 0.32, 5001)\n"
                        "v = -140 * np.sin (np.pi * t / 0.32)\n"
                        "i = np.trapz (v, t)\n"
                        "print (np.abs (v).max (), i, i / 0.32,\n"
                        "       np.trapz (4 * (v / 100) ** 2, t) / 0.32)\n");
  double tv[2 * 5001];
  double back[2 * 5001];
  char *end = text;
  const double peak = g_ascii_strtod (end, &end);
  const double integral = g_ascii_strtod (end, &end);
  const double mean = g_ascii_strtod (end, &end);
  const double gradient = g_ascii_strtod (end, &end);
  VitrailTraceSize size;

  for (gsize i = 0; i < 5001; i++) {
    tv[2 * i] = 0.32 * (double) i / 5000;
    tv[2 * i + 1] = -140 * sin (G_PI * (double) i / 5000);
    back[2 * (5000 - i)] = tv[2 * i];
    back[2 * (5000 - i) + 1] = tv[2 * i + 1];
  }
  for (guint way = 0; way < 2; way++) {
    g_assert_true (vitrail_trace_measure (way > 0 ? back : tv, 5001, &size));
    g_assert_cmpfloat_with_epsilon (-size.peak, peak, 1e-9);
    g_assert_cmpfloat_with_epsilon (size.integral, integral, 1e-6);
    g_assert_cmpfloat_with_epsilon (size.mean, mean, 1e-6);
    g_assert_cmpfloat_with_epsilon (size.mean_gradient, gradient, 1e-5);
    g_assert_cmpfloat_with_epsilon (size.peak_gradient, 7.84, 1e-9);
    g_assert_cmpfloat_with_epsilon (size.duration_s, 0.32, 1e-12);
  }
  g_assert_false (vitrail_trace_measure (tv, 1, &size));
}

/* --- frames --- */

/* Regions of an echo: 2D left, spectrum right, M-mode below, one that is not
 * calibrated; and an enhanced one where each frame has its own. */
static const char program[] =
    "import pydicom, numpy as np\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.sequence import Sequence\n"
    "def region (fmt, box, units, delta, ref=None, **more):\n"
    "    r = Dataset ()\n"
    "    r.RegionSpatialFormat = fmt\n"
    "    r.RegionDataType = 3 if fmt == 3 else 1\n"
    "    r.RegionFlags = more.pop ('RegionFlags', 0)\n"
    "    (r.RegionLocationMinX0, r.RegionLocationMinY0,\n"
    "     r.RegionLocationMaxX1, r.RegionLocationMaxY1) = box\n"
    "    r.PhysicalUnitsXDirection, r.PhysicalUnitsYDirection = units\n"
    "    r.PhysicalDeltaX, r.PhysicalDeltaY = delta\n"
    "    if ref:\n"
    "        r.ReferencePixelX0, r.ReferencePixelY0 = ref\n"
    "        r.ReferencePixelPhysicalValueX = 0.\n"
    "        r.ReferencePixelPhysicalValueY = 0.\n"
    "    for k, v in more.items (): setattr (r, k, v)\n"
    "    return r\n"
    "def save (name, ds, frames=1):\n"
    "    ds.SOPClassUID = '1.2.840.10008.5.1.4.1.1.3.1'\n"
    "    ds.SOPInstanceUID = '1.2.3.' + str (len (name))\n"
    "    ds.StudyInstanceUID, ds.SeriesInstanceUID = '1.2.4', '1.2.5'\n"
    "    ds.Modality = 'US'\n"
    "    ds.Rows, ds.Columns, ds.NumberOfFrames = 200, 200, frames\n"
    "    ds.SamplesPerPixel, ds.BitsAllocated, ds.BitsStored = 1, 8, 8\n"
    "    ds.HighBit, ds.PixelRepresentation = 7, 0\n"
    "    ds.PhotometricInterpretation = 'MONOCHROME2'\n"
    "    ds.PixelData = bytes (40000 * frames)\n"
    "    m = FileMetaDataset ()\n"
    "    m.TransferSyntaxUID = '1.2.840.10008.1.2.1'\n"
    "    m.MediaStorageSOPClassUID = ds.SOPClassUID\n"
    "    m.MediaStorageSOPInstanceUID = ds.SOPInstanceUID\n"
    "    f = pydicom.FileDataset ('', ds, file_meta=m, preamble=bytes (128))\n"
    "    f.is_little_endian, f.is_implicit_VR = True, False\n"
    "    f.save_as ('{dir}/' + name, write_like_original=False)\n"
    "ds = Dataset ()\n"
    "ds.SequenceOfUltrasoundRegions = Sequence ([\n"
    "    region (1, (0, 0, 99, 99), (3, 3), (.05, .025)),\n"
    "    region (3, (100, 0, 199, 99), (4, 7), (.004, -2.), (10, 60)),\n"
    "    region (2, (0, 100, 99, 149), (4, 3), (.005, .02), (0, 0)),\n"
    "    region (1, (100, 100, 199, 149), (0, 0), (1., 1.)),\n"
    "    region (3, (0, 150, 99, 199), (4, 5), (.004, -100.), (0, 25),\n"
    "            TransducerFrequency=2500, DopplerCorrectionAngle=60.),\n"
    "    region (3, (100, 150, 199, 199), (4, 7), (.004, -2.)),\n"
    "    region (1, (10, 10, 39, 39), (3, 3), (.1, .1)),\n"
    "    region (1, (50, 50, 59, 59), (3, 3), (.1, .1), RegionFlags=1)])\n"
    "save ('echo', ds)\n"
    "ds = Dataset ()\n"
    "groups = []\n"
    "for i in range (3):\n"
    "    g, inner = Dataset (), Dataset ()\n"
    "    own = Sequence ([region (1, (0, 0, 199, 199), (3, 3),\n"
    "                             (.1 * (i + 1), .1 * (i + 1)))])\n"
    "    if i == 1:\n"
    "        inner.SequenceOfUltrasoundRegions = own\n"
    "        g.USImageDescriptionSequence = Sequence ([inner])\n"
    "    else:\n"
    "        g.SequenceOfUltrasoundRegions = own\n"
    "    groups.append (g)\n"
    "ds.PerFrameFunctionalGroupsSequence = Sequence (groups)\n"
    "save ('enhanced', ds, 3)\n"
    "ds = Dataset ()\n"
    "ds.PixelSpacing = [.25, .5]\n"
    "save ('ct-like', ds)\n"
    "save ('nothing', Dataset ())\n";

static VitrailRuler *
open_frame (const char *path, guint frame)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);

  g_assert_no_error (error);
  g_autoptr (VitrailFrameInfo) info =
      vitrail_instance_ref_frame_info (instance, frame, &error);
  g_assert_no_error (error);
  return vitrail_ruler_new (info);
}

static VitrailRuler *
open_made (const char *name, guint frame)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), name, NULL);

  return open_frame (path, frame);
}

static VitrailMeasurement *
measure (const char *name,
         guint frame,
         VitrailMeasureKind kind,
         const double *xy,
         guint n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailRuler) ruler = open_made (name, frame);
  VitrailMeasurement *self =
      vitrail_measurement_new (kind, ruler, xy, n, &error);

  g_assert_no_error (error);
  return self;
}

static double
get (const VitrailMeasurement *self, VitrailQuantity quantity)
{
  const VitrailValue *value = vitrail_measurement_get_value (self, quantity);

  g_assert_nonnull (value);
  g_assert_null (value->reason);
  return value->value;
}

static void
check_line (const char *name,
            guint frame,
            const double xy[4],
            VitrailQuantity quantity,
            double wanted)
{
  g_autoptr (VitrailMeasurement) self =
      measure (name, frame, VITRAIL_MEASURE_LENGTH, xy, 4);

  g_assert_cmpfloat_with_epsilon (get (self, quantity), wanted, 1e-9);
}

static void
check_reason (const double xy[4], const char *reason)
{
  g_autoptr (VitrailMeasurement) self =
      measure ("echo", 1, VITRAIL_MEASURE_LENGTH, xy, 4);
  const VitrailValue *value =
      vitrail_measurement_get_value (self, VITRAIL_QUANTITY_LENGTH);

  g_assert_cmpstr (value->reason, ==, reason);
  g_assert_true (isnan (value->value));
}

static void
test_lines (void)
{
  const double flat[] = { 50, 20, 90, 20 };
  const double steep[] = { 50, 20, 50, 40 };
  const double across[] = { 50, 20, 150, 20 };
  const double blank[] = { 110, 110, 120, 120 };
  const double inner[] = { 15, 20, 35, 20 };
  const double low[] = { 51, 55, 59, 55 };
  const double outside[] = { -5, 20, 35, 20 };

  check_line ("echo", 1, flat, VITRAIL_QUANTITY_LENGTH, 40 * 0.5);
  check_line ("echo", 1, steep, VITRAIL_QUANTITY_LENGTH, 20 * 0.25);
  /* The smaller of two that hold it; not one of low priority. */
  check_line ("echo", 1, inner, VITRAIL_QUANTITY_LENGTH, 20);
  check_line ("echo", 1, low, VITRAIL_QUANTITY_LENGTH, 4);
  check_line ("ct-like", 1, steep, VITRAIL_QUANTITY_LENGTH, 5);
  check_line ("ct-like", 1, flat, VITRAIL_QUANTITY_LENGTH, 20);
  check_line ("nothing", 1, flat, VITRAIL_QUANTITY_PIXEL_LENGTH, 40);
  for (guint frame = 1; frame <= 3; frame++)
    check_line ("enhanced", frame, flat, VITRAIL_QUANTITY_LENGTH, 40.0 * frame);
  check_reason (across,
                "the points lie in different ultrasound regions, 1 and 2");
  check_reason (blank, "ultrasound region 4 (tissue 2D) is not calibrated");
  check_reason (outside, "a point lies in no ultrasound region");
}

static void
test_time (void)
{
  const double jet[] = { 120.5, 60.5, 170.5, 10.5 };
  const double below[] = { 120.5, 60.5, 170.5, 90.5 };
  const double wall[] = { 10, 110, 60, 120 };
  const double hertz[] = { 20, 165.5 };
  const double point[] = { 120.5, 10.5 };
  const double blind[] = { 150, 160 };

  check_line ("echo", 1, jet, VITRAIL_QUANTITY_INTERVAL, 200);
  check_line ("echo", 1, jet, VITRAIL_QUANTITY_VELOCITY_DIFFERENCE, 100);
  check_line ("echo", 1, jet, VITRAIL_QUANTITY_ACCELERATION, 500);
  check_line ("echo", 1, below, VITRAIL_QUANTITY_ACCELERATION, 300);
  check_line ("echo", 1, wall, VITRAIL_QUANTITY_LENGTH, 2);
  check_line ("echo", 1, wall, VITRAIL_QUANTITY_INTERVAL, 250);
  check_line ("echo", 1, wall, VITRAIL_QUANTITY_SLOPE, 0.8);
  g_autoptr (VitrailMeasurement) one =
      measure ("echo", 1, VITRAIL_MEASURE_POINT, point, 2);
  g_assert_cmpfloat_with_epsilon (get (one, VITRAIL_QUANTITY_VELOCITY), 100,
                                  1e-9);
  g_assert_cmpfloat_with_epsilon (get (one, VITRAIL_QUANTITY_GRADIENT), 4,
                                  1e-9);
  g_assert_cmpfloat_with_epsilon (get (one, VITRAIL_QUANTITY_INTERVAL), 40,
                                  1e-9);
  /* c df / 2 f cos: 154000 * 1000 / (2 * 2.5e6 * 0.5). */
  g_autoptr (VitrailMeasurement) shift =
      measure ("echo", 1, VITRAIL_MEASURE_POINT, hertz, 2);
  g_assert_cmpfloat_with_epsilon (get (shift, VITRAIL_QUANTITY_VELOCITY), 61.6,
                                  1e-9);
  g_autoptr (VitrailMeasurement) none =
      measure ("echo", 1, VITRAIL_MEASURE_POINT, blind, 2);
  g_assert_cmpstr (
      vitrail_measurement_get_value (none, VITRAIL_QUANTITY_VELOCITY)->reason,
      ==, "the region does not say where its baseline lies");
}

static void
test_doppler (void)
{
  double xy[2 * 51];

  for (gsize i = 0; i <= 50; i++) {
    xy[2 * i] = 120.5 + (double) i;
    xy[2 * i + 1] = 60.5 - 40 * (1 - pow ((double) i / 25.0 - 1, 2));
  }
  g_autoptr (VitrailMeasurement) self =
      measure ("echo", 1, VITRAIL_MEASURE_TRACE, xy, G_N_ELEMENTS (xy));
  g_assert_cmpfloat_with_epsilon (get (self, VITRAIL_QUANTITY_PEAK_VELOCITY),
                                  80, 1e-9);
  /* 2/3 of peak times time, less what straight pieces cut off. */
  g_assert_cmpfloat_with_epsilon (get (self, VITRAIL_QUANTITY_VTI),
                                  80 * 0.2 * 2 / 3, 0.01);
  g_assert_cmpfloat_with_epsilon (get (self, VITRAIL_QUANTITY_MEAN_VELOCITY),
                                  80 * 2.0 / 3, 0.05);
  g_autoptr (VitrailMeasurement) plane =
      measure ("ct-like", 1, VITRAIL_MEASURE_TRACE, xy, G_N_ELEMENTS (xy));
  g_assert_cmpstr (
      vitrail_measurement_get_value (plane, VITRAIL_QUANTITY_VTI)->reason, ==,
      "the trace lies in no spectrum");
}

static VitrailMeasurement *
make_chamber (double length, double radius, VitrailMeasureRole role)
{
  double xy[2 * 361];

  for (gsize i = 0; i < 361; i++) {
    const double angle = G_PI * (double) i / 360;
    xy[2 * i] = 100 - radius / 0.5 * cos (angle);
    xy[2 * i + 1] = 10 + length / 0.25 * sin (angle);
  }
  g_autoptr (VitrailMeasurement) chamber =
      measure ("ct-like", 1, VITRAIL_MEASURE_CHAMBER, xy, G_N_ELEMENTS (xy));
  return vitrail_measurement_with_role (chamber, role);
}

static void
check_echo (const GArray *values, VitrailQuantity quantity, double wanted)
{
  for (guint i = 0; i < values->len; i++) {
    const VitrailValue *one = &g_array_index (values, VitrailValue, i);
    if (one->quantity != quantity)
      continue;
    g_assert_null (one->reason);
    g_assert_cmpfloat_with_epsilon (one->value, wanted, wanted * 2e-3);
    return;
  }
  g_assert_not_reached ();
}

static void
test_ejection (void)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_measurement_unref);
  const double ball = 2.0 / 3 * G_PI / 1000;

  g_ptr_array_add (all, make_chamber (40, 25, VITRAIL_ROLE_A4C_ED));
  g_ptr_array_add (all, make_chamber (30, 15, VITRAIL_ROLE_A4C_ES));
  g_autoptr (GArray) plane = vitrail_echo_evaluate (all);
  g_assert_cmpuint (plane->len, ==, 3);
  check_echo (plane, VITRAIL_QUANTITY_EF_4C,
              100 * (1 - 30.0 * 15 * 15 / (40 * 25 * 25)));
  g_ptr_array_add (all, make_chamber (42, 24, VITRAIL_ROLE_A2C_ED));
  g_ptr_array_add (all, make_chamber (32, 16, VITRAIL_ROLE_A2C_ES));
  g_autoptr (GArray) both = vitrail_echo_evaluate (all);
  g_assert_cmpuint (both->len, ==, 9);
  check_echo (both, VITRAIL_QUANTITY_EDV_4C, ball * 25 * 25 * 40);
  check_echo (both, VITRAIL_QUANTITY_EDV_BIPLANE, ball * 25 * 24 * 42);
  check_echo (both, VITRAIL_QUANTITY_ESV_BIPLANE, ball * 15 * 16 * 32);
  check_echo (both, VITRAIL_QUANTITY_EF_BIPLANE,
              100 * (1 - 15.0 * 16 * 32 / (25 * 24 * 42)));
  const VitrailMeasurement *one = all->pdata[0];
  g_assert_cmpfloat_with_epsilon (get (one, VITRAIL_QUANTITY_LONG_AXIS), 40,
                                  1e-9);
}

static void
test_bad (void)
{
  g_autoptr (VitrailRuler) ruler = open_made ("echo", 1);
  const double xy[] = { 1, 2, 3, (double) NAN, 5, 6 };
  g_autoptr (GError) error = NULL;

  g_assert_null (
      vitrail_measurement_new (VITRAIL_MEASURE_LENGTH, ruler, xy, 4, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (
      vitrail_measurement_new (VITRAIL_MEASURE_POLYGON, ruler, xy, 2, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  g_autoptr (VitrailMeasurement) point =
      measure ("enhanced", 2, VITRAIL_MEASURE_POINT, xy, 2);
  g_autoptr (VitrailMeasurement) range =
      vitrail_measurement_with_frames (point, 9, 2);
  g_assert_cmpuint (range->image.first_frame, ==, 2);
  g_assert_cmpuint (range->image.last_frame, ==, 3);
  g_assert_false (
      vitrail_measurement_is_on (range, range->image.sop_instance_uid, 1));
  g_assert_true (
      vitrail_measurement_is_on (range, range->image.sop_instance_uid, 3));
}

/* A real cine: one 2D region of 0.5105 mm. */
static void
test_real (void)
{
  const char *folder = test_data_get_folder ();
  const double xy[] = { 100, 100, 200, 100 };
  g_autofree char *path =
      folder != NULL
          ? g_build_filename (folder, "pydicom", "src", "pydicom", "data",
                              "test_files", "examples_ybr_color.dcm", NULL)
          : NULL;

  if (path == NULL || !g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_test_skip ("1 real file is not there");
    return;
  }
  g_autoptr (VitrailRuler) ruler = open_frame (path, 30);
  g_autoptr (VitrailMeasurement) self =
      vitrail_measurement_new (VITRAIL_MEASURE_LENGTH, ruler, xy, 4, NULL);
  g_autofree char *text = vitrail_measurement_dup_text (self);
  g_assert_cmpuint (self->image.first_frame, ==, 30);
  g_assert_cmpstr (text, ==, "Length 51 mm");
  g_assert_cmpstr (self->calibration, ==, "ultrasound region 1 (tissue 2D)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_free (test_data_python (program));
  g_test_add_func ("/measure/shapes", test_shapes);
  g_test_add_func ("/measure/discs", test_discs);
  g_test_add_func ("/measure/trace", test_trace);
  g_test_add_func ("/measure/lines", test_lines);
  g_test_add_func ("/measure/time", test_time);
  g_test_add_func ("/measure/doppler", test_doppler);
  g_test_add_func ("/measure/ejection", test_ejection);
  g_test_add_func ("/measure/bad", test_bad);
  g_test_add_func ("/measure/real", test_real);
  return g_test_run ();
}
