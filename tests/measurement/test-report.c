/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Measurements as structured reports: written, judged by dciodvfy and dsrdump,
 * read again; reports that others wrote. */

#include "dicom/writer.h"
#include "error.h"
#include "instance.h"
#include "measurement/echo.h"
#include "measurement/report.h"
#include "testdata.h"

#include <math.h>
#include <string.h>

static const char program[] =
    "import pydicom\n"
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
    "    region (1, (0, 0, 99, 199), (3, 3), (.05, .04), (0, 0)),\n"
    "    region (3, (100, 0, 199, 199), (4, 7), (.004, -2.), (0, 100))])\n"
    "ds.SOPClassUID = '1.2.840.10008.5.1.4.1.1.3.1'\n"
    "ds.SOPInstanceUID = '1.2.3'\n"
    "ds.StudyInstanceUID, ds.SeriesInstanceUID = '1.2.4', '1.2.5'\n"
    "ds.Modality, ds.PatientName, ds.PatientID = 'US', 'Doe^Jane', '7'\n"
    "ds.StudyDate, ds.StudyTime, ds.StudyID = '20260102', '0304', '9'\n"
    "ds.Rows, ds.Columns, ds.NumberOfFrames = 200, 200, 8\n"
    "ds.SamplesPerPixel, ds.BitsAllocated, ds.BitsStored = 1, 8, 8\n"
    "ds.HighBit, ds.PixelRepresentation = 7, 0\n"
    "ds.PhotometricInterpretation = 'MONOCHROME2'\n"
    "ds.PixelData = bytes (320000)\n"
    "m = FileMetaDataset ()\n"
    "m.TransferSyntaxUID = '1.2.840.10008.1.2.1'\n"
    "m.MediaStorageSOPClassUID = ds.SOPClassUID\n"
    "m.MediaStorageSOPInstanceUID = ds.SOPInstanceUID\n"
    "f = pydicom.FileDataset ('', ds, file_meta=m, preamble=bytes (128))\n"
    "f.is_little_endian, f.is_implicit_VR = True, False\n"
    "f.save_as ('{dir}/echo', write_like_original=False)\n";

static VitrailInstance *echo;

static VitrailMeasurement *
measure (VitrailMeasureKind kind, guint frame, const double *xy, guint n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrameInfo) info =
      vitrail_instance_ref_frame_info (echo, frame, &error);

  g_assert_no_error (error);
  g_autoptr (VitrailRuler) ruler = vitrail_ruler_new (info);
  VitrailMeasurement *self =
      vitrail_measurement_new (kind, ruler, xy, n, &error);
  g_assert_no_error (error);
  return self;
}

/* One of each kind; points that single precision holds. */
static GPtrArray *
make_all (void)
{
  const double xy[] = { 10, 20.5, 60, 20.5, 60, 80.25, 30, 110, 12, 70 };
  const double jet[] = { 110.5, 99, 120.5, 40, 130.25, 30, 150.5, 99 };
  const double across[] = { 10, 20, 150, 20 };
  const double axes[] = { 10, 50, 50, 50, 30, 40, 30, 60 };
  GPtrArray *all = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_measurement_unref);

  g_ptr_array_add (all, measure (VITRAIL_MEASURE_POINT, 1, jet, 2));
  g_ptr_array_add (all, measure (VITRAIL_MEASURE_LENGTH, 2, xy, 4));
  g_ptr_array_add (all, measure (VITRAIL_MEASURE_LENGTH, 3, across, 4));
  g_ptr_array_add (all, measure (VITRAIL_MEASURE_PATH, 3, xy, 6));
  g_ptr_array_add (all, measure (VITRAIL_MEASURE_ANGLE, 4, xy, 6));
  g_ptr_array_add (all, measure (VITRAIL_MEASURE_ELLIPSE, 5, axes, 8));
  g_ptr_array_add (all, measure (VITRAIL_MEASURE_POLYGON, 6, xy, 10));
  g_ptr_array_add (all, measure (VITRAIL_MEASURE_TRACE, 7, jet, 8));
  for (guint i = VITRAIL_ROLE_A4C_ED; i < VITRAIL_N_ROLES; i++) {
    const gboolean is_systole =
        i == VITRAIL_ROLE_A4C_ES || i == VITRAIL_ROLE_A2C_ES;
    g_autoptr (VitrailMeasurement) chamber =
        measure (VITRAIL_MEASURE_CHAMBER, 8, xy, is_systole ? 8 : 10);
    g_ptr_array_add (all, vitrail_measurement_with_role (chamber, i));
  }
  g_autoptr (VitrailMeasurement) length =
      measure (VITRAIL_MEASURE_LENGTH, 4, xy, 4);
  g_autoptr (VitrailMeasurement) range =
      vitrail_measurement_with_frames (length, 3, 6);
  g_ptr_array_add (all, vitrail_measurement_with_label (range, "Fächer \\ 1"));
  return all;
}

static char *
write_report (const GPtrArray *all, VitrailReportKind kind)
{
  char *path = g_strdup_printf ("%s/report-%u", test_data_get_scratch (), kind);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailDataSet) report =
      vitrail_measure_report_write (all, vitrail_instance_get_data_set (echo),
                                    kind, "Roe^Richard", &error);

  g_assert_no_error (error);
  vitrail_write_part10_file (report, "1.2.840.10008.1.2.1", path, &error);
  g_assert_no_error (error);
  return path;
}

static VitrailReport *
read_report (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailPart10) file =
      vitrail_part10_open (path, VITRAIL_READ_ALL, &error);

  g_assert_no_error (error);
  VitrailReport *report =
      vitrail_measure_report_read (vitrail_part10_get_data_set (file), &error);
  g_assert_no_error (error);
  return report;
}

static void
check_same (const VitrailMeasurement *a, const VitrailMeasurement *b)
{
  g_test_message ("%s %s", vitrail_measure_kind_get_name (a->kind), a->label);
  g_assert_cmpuint (a->kind, ==, b->kind);
  g_assert_cmpuint (a->role, ==, b->role);
  g_assert_cmpstr (a->uid, ==, b->uid);
  g_assert_cmpstr (a->calibration, ==, b->calibration);
  g_assert_cmpuint (a->region, ==, b->region);
  g_assert_cmpstr (a->image.sop_instance_uid, ==, b->image.sop_instance_uid);
  g_assert_cmpstr (a->image.series_uid, ==, b->image.series_uid);
  g_assert_cmpuint (a->image.first_frame, ==, b->image.first_frame);
  g_assert_cmpuint (a->image.last_frame, ==, b->image.last_frame);
  g_assert_cmpmem (a->xy, 16 * a->n_points, b->xy, 16 * b->n_points);
  g_assert_cmpmem (a->pixel_mm, 16, b->pixel_mm, 16);
  g_assert_cmpint (a->has_axis, ==, b->has_axis);
  g_assert_cmpmem (a->axis, 32, b->axis, 32);
  g_assert_cmpuint (a->n_values, ==, b->n_values);
  for (guint i = 0; i < a->n_values; i++) {
    g_assert_cmpuint (a->values[i].quantity, ==, b->values[i].quantity);
    g_assert_cmpuint (a->values[i].method, ==, b->values[i].method);
    g_assert_cmpstr (a->values[i].reason, ==, b->values[i].reason);
    if (a->values[i].reason == NULL)
      g_assert_cmpfloat_with_epsilon (a->values[i].value, b->values[i].value,
                                      fabs (a->values[i].value) * 1e-8);
  }
}

static void
test_imaging (void)
{
  g_autoptr (GPtrArray) all = make_all ();
  g_autofree char *path = write_report (all, VITRAIL_REPORT_IMAGING);
  g_autoptr (VitrailReport) report = read_report (path);

  g_assert_cmpstr (report->title, ==, "Imaging Measurement Report");
  g_assert_cmpuint (report->warnings->len, ==, 0);
  g_assert_cmpuint (report->values->len, ==, 0);
  g_assert_cmpuint (report->measurements->len, ==, all->len);
  for (guint i = 0; i < all->len; i++)
    check_same (all->pdata[i], report->measurements->pdata[i]);
  const VitrailMeasurement *last = report->measurements->pdata[all->len - 1];
  g_assert_cmpstr (last->label, ==, "Fächer / 1");
  /* What was read gives the same ejection fraction. */
  g_autoptr (GArray) before = vitrail_echo_evaluate (all);
  g_autoptr (GArray) after = vitrail_echo_evaluate (report->measurements);
  g_assert_cmpuint (before->len, ==, 9);
  g_assert_cmpuint (after->len, ==, 9);
  for (guint i = 0; i < 9; i++)
    g_assert_cmpfloat_with_epsilon (
        g_array_index (before, VitrailValue, i).value,
        g_array_index (after, VitrailValue, i).value, 1e-6);
}

static void
test_echo (void)
{
  g_autoptr (GPtrArray) all = make_all ();
  g_autofree char *path = write_report (all, VITRAIL_REPORT_ECHO);
  g_autoptr (VitrailReport) report = read_report (path);
  g_autoptr (GArray) echo_values = vitrail_echo_evaluate (all);

  g_assert_cmpuint (report->values->len, ==, echo_values->len);
  for (guint i = 0; i < echo_values->len; i++) {
    const VitrailValue *a = &g_array_index (echo_values, VitrailValue, i);
    const VitrailValue *b = &g_array_index (report->values, VitrailValue, i);
    g_assert_cmpuint (a->quantity, ==, b->quantity);
    g_assert_cmpfloat_with_epsilon (a->value, b->value, 1e-6);
  }
  /* Without the one that has no value. */
  g_assert_cmpuint (report->measurements->len, >=, 8);
  const VitrailMeasurement *point = report->measurements->pdata[0];
  const VitrailMeasurement *own = all->pdata[0];
  g_assert_cmpuint (point->n_values, ==, own->n_values);
}

/* Judges other than us find nothing wrong. */
static void
test_judges (void)
{
  g_autoptr (GPtrArray) all = make_all ();

  for (guint kind = 0; kind < 2; kind++) {
    g_autofree char *path = write_report (all, kind);
    /* It does not know Simplified Adult Echo SR. */
    g_autofree char *verdict =
        test_data_run ("sh -c \"dciodvfy '%s' 2>&1 | grep ^Error | "
                       "grep -v 'Information Object Not found' || true\"",
                       path);
    g_assert_cmpstr (verdict, ==, "");
    g_autofree char *tree = test_data_run ("dsrdump '%s'", path);
    g_assert_nonnull (strstr (tree, "Length"));
    g_assert_nonnull (strstr (tree, "SCOORD"));
  }
}

static void
test_bad (void)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (
      vitrail_measure_report_write (none, vitrail_instance_get_data_set (echo),
                                    VITRAIL_REPORT_IMAGING, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (vitrail_measure_report_read (
      vitrail_instance_get_data_set (echo), &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT);
}

/* What other programs wrote, and has lengths on images. */
static void
test_real (void)
{
  static const struct {
    const char *path;
    guint n_measurements;
  } files[] = {
    { "dcmjs/test/sample-sr.dcm", 1 },
    { "dcmqi/data/sr-example/sr.dcm", 0 },
    { "highdicom/data/test_files/sr_document.dcm", 1 },
    { "dicomParser/testImages/deflate/report_dfl", 0 },
    { "pydicom/src/pydicom/data/test_files/reportsi.dcm", 0 },
  };

  const char *folder = test_data_get_folder ();
  guint n = 0;

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_build_filename (folder, files[i].path, NULL);
    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      continue;
    g_autoptr (VitrailReport) report = read_report (path);
    g_test_message ("%s: %s, %u measurements, %u values, %u warnings",
                    files[i].path, report->title, report->measurements->len,
                    report->values->len, report->warnings->len);
    g_assert_cmpuint (report->measurements->len, >=, files[i].n_measurements);
    n++;
  }
  if (n == 0)
    g_test_skip ("5 real files are not there");
}

int
main (int argc, char **argv)
{
  g_autofree char *path = NULL;
  int status = 0;

  g_test_init (&argc, &argv, NULL);
  g_free (test_data_python (program));
  path = g_build_filename (test_data_get_scratch (), "echo", NULL);
  echo = vitrail_instance_open (path, NULL);
  g_assert_nonnull (echo);
  g_test_add_func ("/report/imaging", test_imaging);
  g_test_add_func ("/report/echo", test_echo);
  g_test_add_func ("/report/judges", test_judges);
  g_test_add_func ("/report/bad", test_bad);
  g_test_add_func ("/report/real", test_real);
  status = g_test_run ();
  g_object_unref (echo);
  return status;
}
