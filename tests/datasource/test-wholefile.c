/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files made anew of instances and their frames: those of the same frames, and
 * what is refused because its frames do not lie one after the other. */

#include "error.h"
#include "testdata.h"
#include "wholefile.h"

#define TAG_PIXEL_DATA VITRAIL_TAG (0x7fe0, 0x0010)

/* Three native frames of an odd number of bytes, the same as items, one without
 * pixels, two frames of 1 bit. */
static const char *const program =
    "import pydicom\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.encaps import encapsulate\n"
    "def save(ds, name, syntax='1.2.840.10008.1.2.1'):\n"
    "    ds.file_meta = FileMetaDataset()\n"
    "    ds.file_meta.TransferSyntaxUID = syntax\n"
    "    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID\n"
    "    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID\n"
    "    ds.is_little_endian, ds.is_implicit_VR = True, False\n"
    "    ds.save_as('{dir}/%s.dcm' % name, write_like_original=False)\n"
    "ds = Dataset()\n"
    "ds.SOPClassUID = '1.2.840.10008.5.1.4.1.1.7'\n"
    "ds.SOPInstanceUID = '1.2.3'\n"
    "save(ds, 'bare')\n"
    "ds.Rows, ds.Columns, ds.SamplesPerPixel = 3, 5, 1\n"
    "ds.PhotometricInterpretation = 'MONOCHROME2'\n"
    "ds.BitsAllocated, ds.BitsStored, ds.HighBit = 8, 8, 7\n"
    "ds.PixelRepresentation = 0\n"
    "ds.NumberOfFrames = 3\n"
    "frames = [bytes([n]) * 15 for n in range(1, 4)]\n"
    "ds.PixelData = b''.join(frames) + b'\\0'\n"
    "ds['PixelData'].VR = 'OB'\n"
    "save(ds, 'native')\n"
    "ds.PixelData = encapsulate(frames)\n"
    "ds['PixelData'].is_undefined_length = True\n"
    "save(ds, 'items', '1.2.840.10008.1.2.4.50')\n"
    "ds['PixelData'].is_undefined_length = False\n"
    "ds.BitsAllocated, ds.BitsStored, ds.HighBit = 1, 1, 0\n"
    "ds.PixelData = bytes(6)\n"
    "save(ds, 'bits')\n";

static VitrailInstance *
open_file (const char *name)
{
  static gboolean made;
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_strconcat (name, ".dcm", NULL);

  if (!made)
    g_free (test_data_python (program));
  made = TRUE;
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), file, NULL);
  VitrailInstance *instance = vitrail_instance_open (path, &error);
  g_assert_no_error (error);
  return instance;
}

static void
test_same (gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) stored = open_file (user_data);
  g_autoptr (VitrailPart10) file =
      vitrail_whole_file_new (stored, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (vitrail_part10_get_transfer_syntax (file), ==,
                   vitrail_instance_get_transfer_syntax (stored));
  g_autoptr (VitrailInstance) made = vitrail_instance_new (file, "made");
  const guint n = vitrail_instance_get_n_frames (stored);
  g_assert_cmpuint (vitrail_instance_get_n_frames (made), ==, n);
  for (guint i = 1; i <= n; i++) {
    g_autoptr (GBytes) a = vitrail_instance_load_frame (stored, i, NULL, NULL);
    g_autoptr (GBytes) b = vitrail_instance_load_frame (made, i, NULL, NULL);
    g_assert_nonnull (a);
    g_assert_true (g_bytes_equal (a, b));
  }
}

static void
test_no_pixels (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) stored = open_file ("bare");
  g_autoptr (VitrailPart10) file =
      vitrail_whole_file_new (stored, NULL, &error);

  g_assert_no_error (error);
  g_assert_false (vitrail_data_set_has (vitrail_part10_get_data_set (file),
                                        TAG_PIXEL_DATA));
}

static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) cancelled = NULL;
  g_autoptr (VitrailInstance) bits = open_file ("bits");
  g_autoptr (VitrailInstance) native = open_file ("native");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_assert_null (vitrail_whole_file_new (bits, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
  g_cancellable_cancel (cancellable);
  g_assert_null (vitrail_whole_file_new (native, cancellable, &cancelled));
  g_assert_error (cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/wholefile/native", "native", test_same);
  g_test_add_data_func ("/wholefile/items", "items", test_same);
  g_test_add_func ("/wholefile/no-pixels", test_no_pixels);
  g_test_add_func ("/wholefile/refused", test_refused);
  return g_test_run ();
}
