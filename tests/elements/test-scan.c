/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The images of one series below a folder, in display order. */

#include "error.h"
#include "source/scan.h"
#include "testdata.h"

/* Two series (2 comes first by number), slices written in shuffled order, in
 * folders within folders, among files that are no DICOM; a broken one. */
static const char make_series[] =
    "import os, random, numpy as np\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.uid import ExplicitVRLittleEndian, generate_uid\n"
    "random.seed(1)\n"
    "def write(path, series, number, instance, z):\n"
    "    d = Dataset()\n"
    "    d.file_meta = FileMetaDataset()\n"
    "    d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian\n"
    "    d.SOPClassUID = '1.2.840.10008.5.1.4.1.1.2'\n"
    "    d.SOPInstanceUID = generate_uid()\n"
    "    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID\n"
    "    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID\n"
    "    d.StudyInstanceUID = '1.2.3'\n"
    "    d.SeriesInstanceUID = series\n"
    "    d.SeriesNumber = number\n"
    "    d.InstanceNumber = instance\n"
    "    if z is not None:\n"
    "        d.ImagePositionPatient = [0, 0, z]\n"
    "        d.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]\n"
    "    d.Rows = d.Columns = 4\n"
    "    d.SamplesPerPixel = 1\n"
    "    d.PhotometricInterpretation = 'MONOCHROME2'\n"
    "    d.BitsAllocated = d.BitsStored = 16\n"
    "    d.HighBit = 15\n"
    "    d.PixelRepresentation = 0\n"
    "    d.PixelData = np.full((4, 4), instance, '<u2').tobytes()\n"
    "    d.is_little_endian, d.is_implicit_VR = True, False\n"
    "    d.save_as(path, write_like_original=False)\n"
    "root = '{dir}/series'\n"
    "os.makedirs(root + '/a/b')\n"
    "# Instance numbers run against the positions.\n"
    "for i in random.sample(range(10), 10):\n"
    "    write(f'{root}/a/b/x{random.random()}', '1.2.3.2', 2, 10 - i, 3.0 * "
    "i)\n"
    "for i in random.sample(range(3), 3):\n"
    "    write(f'{root}/{random.random()}.dcm', '1.2.3.1', 5, i + 1, None)\n"
    "open(root + '/notes.txt', 'w').write('no DICOM')\n"
    "open(root + '/a/broken', 'wb').write(bytes(128) + b'DICM' + bytes(7))\n";

static const char *
get_folder (void)
{
  static char *folder;

  if (folder == NULL) {
    g_free (test_data_python (make_series));
    folder = g_build_filename (test_data_get_scratch (), "series", NULL);
  }
  return folder;
}

/* The Instance Numbers of the files of @images, as Python reads them. */
static char *
read_numbers (GPtrArray *images)
{
  g_autoptr (GString) program = g_string_new ("import pydicom\n");

  for (guint i = 0; i < images->len; i++) {
    const VitrailScanImage *image = g_ptr_array_index (images, i);
    g_assert_cmpuint (image->n_frames, ==, 1);
    g_assert_cmpfloat (image->frame_ms, ==, 0);
    g_string_append_printf (program,
                            "print(pydicom.dcmread('%s').InstanceNumber, "
                            "end=' ')\n",
                            image->path);
  }
  return test_data_python (program->str);
}

static void
test_position (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) images =
      vitrail_scan_series (get_folder (), NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (images->len, ==, 10);
  g_autofree char *numbers = read_numbers (images);
  g_assert_cmpstr (numbers, ==, "10 9 8 7 6 5 4 3 2 1 ");
}

static void
test_number (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) images =
      vitrail_scan_series (get_folder (), "1.2.3.1", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (images->len, ==, 3);
  g_autofree char *numbers = read_numbers (images);
  g_assert_cmpstr (numbers, ==, "1 2 3 ");
}

static void
test_absent (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) images =
      vitrail_scan_series (get_folder (), "1.2.3.4", &error);

  g_assert_null (images);
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  g_assert_nonnull (g_strstr_len (error->message, -1, get_folder ()));
  g_assert_nonnull (g_strstr_len (error->message, -1, "1.2.3.4"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/source/scan/by-position", test_position);
  g_test_add_func ("/source/scan/by-number", test_number);
  g_test_add_func ("/source/scan/absent", test_absent);
  return g_test_run ();
}
