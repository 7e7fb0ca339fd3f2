/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Opened instances: how many frames there are, what is asked beyond them, files
 * cut short, objects without pixels, and infos that are shared. */

#include "error.h"
#include "instance.h"
#include "testdata.h"

/* Ten frames of 4 x 4 bytes, frame n full of n; the same without pixels, with a
 * transfer syntax that nobody decodes, and with a wrong count. */
static const char *const program =
    "import pydicom\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
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
    "ds.Rows, ds.Columns, ds.SamplesPerPixel = 4, 4, 1\n"
    "ds.PhotometricInterpretation = 'MONOCHROME2'\n"
    "ds.BitsAllocated, ds.BitsStored, ds.HighBit = 8, 8, 7\n"
    "ds.PixelRepresentation = 0\n"
    "ds.NumberOfFrames = 10\n"
    "ds.PixelData = b''.join(bytes([n]) * 16 for n in range(1, 11))\n"
    "ds['PixelData'].VR = 'OB'\n"
    "save(ds, 'ten')\n"
    "data = open('{dir}/ten.dcm', 'rb').read()\n"
    "open('{dir}/cut.dcm', 'wb').write(data[:-60])\n"
    "ds.NumberOfFrames = 100000\n"
    "save(ds, 'many')\n"
    "ds.NumberOfFrames = 10\n"
    "ds.PixelData = bytes(1600000)\n"
    "ds.Rows = ds.Columns = 400\n"
    "save(ds, 'large')\n"
    "save(ds, 'deflated', '1.2.840.10008.1.2.1.99')\n";

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
  g_assert_cmpstr (vitrail_instance_get_name (instance), ==, path);
  return instance;
}

/* "NAME: " and @rest is what @error says of @instance. */
static void
assert_says (VitrailInstance *instance, const GError *error, const char *rest)
{
  g_autofree char *text =
      g_strconcat (vitrail_instance_get_name (instance), ": ", rest, NULL);

  g_assert_nonnull (error);
  g_assert_cmpstr (error->message, ==, text);
}

static void
test_frames (void)
{
  g_autoptr (VitrailInstance) instance = open_file ("ten");

  g_assert_cmpuint (vitrail_instance_get_n_frames (instance), ==, 10);
  g_assert_cmpstr (vitrail_instance_get_sop_instance_uid (instance), ==,
                   "1.2.3");
  for (guint n = 1; n <= 10; n++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailFrame) frame =
        vitrail_instance_decode_frame (instance, n, 0, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (frame->data[0], ==, n);
    g_assert_cmpuint (frame->data[15], ==, n);
  }
  for (guint n = 0; n <= 11; n += 11) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text =
        g_strdup_printf ("frame %u: there are 10 frames", n);
    g_assert_null (vitrail_instance_load_frame (instance, n, NULL, &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
    assert_says (instance, error, text);
  }
}

static void
test_infos (void)
{
  g_autoptr (VitrailInstance) instance = open_file ("ten");
  g_autoptr (VitrailInstance) other = open_file ("ten");
  g_autoptr (VitrailFrameInfo) a =
      vitrail_instance_ref_frame_info (instance, 3, NULL);
  g_autoptr (VitrailFrameInfo) b =
      vitrail_instance_ref_frame_info (instance, 3, NULL);

  g_assert_true (a == b);
  g_assert_cmpuint (a->frame, ==, 3);
  g_assert_cmpuint (vitrail_instance_get_serial (instance), !=,
                    vitrail_instance_get_serial (other));
}

/* A file cut short, and one that promises more, have the frames that are
 * there. */
static void
test_fewer (void)
{
  g_autoptr (VitrailInstance) many = open_file ("many");
  g_autoptr (VitrailInstance) cut = open_file ("cut");

  g_assert_cmpuint (vitrail_instance_get_n_frames (many), ==, 10);
  g_assert_cmpuint (vitrail_instance_get_n_frames (cut), ==, 6);
  g_assert_cmpuint (vitrail_instance_get_n_stated_frames (many), ==, 100000);
}

/* Of a frame that is missing all is known but the samples. */
static void
test_stated (void)
{
  g_autoptr (VitrailInstance) cut = open_file ("cut");
  g_autoptr (VitrailInstance) bare = open_file ("bare");
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (vitrail_instance_get_n_stated_frames (cut), ==, 10);
  g_assert_cmpuint (vitrail_instance_get_n_stated_frames (bare), ==, 0);
  g_autoptr (VitrailFrameInfo) info =
      vitrail_instance_ref_frame_info (cut, 10, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (info->frame, ==, 10);
  g_assert_null (vitrail_instance_load_frame (cut, 10, NULL, &error));
  assert_says (cut, error, "frame 10: there are 6 frames");
  g_clear_error (&error);
  g_assert_null (vitrail_instance_ref_frame_info (cut, 11, &error));
  assert_says (cut, error, "frame 11: there are 6 frames");
}

static void
test_bare (void)
{
  g_autoptr (VitrailInstance) instance = open_file ("bare");
  g_autoptr (GError) error = NULL;
  VitrailPixelFormat format;

  g_assert_cmpuint (vitrail_instance_get_n_frames (instance), ==, 0);
  g_assert_false (
      vitrail_instance_get_pixel_format (instance, &format, &error));
  assert_says (instance, error, "(0028,0010) Rows is missing");
  g_clear_error (&error);
  g_assert_null (vitrail_instance_decode_frame (instance, 1, 0, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (vitrail_instance_ref_frame_info (instance, 1, &error));
  g_assert_nonnull (error);
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vitrail_instance_open ("/nowhere/file.dcm", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO);
  g_assert_true (g_str_has_prefix (error->message, "/nowhere/file.dcm: "));
}

/* What is mapped costs nothing, what had to be inflated does, and a header that
 * tells of many frames does not make its file large. */
static void
test_size (void)
{
  const guint64 small = 128ull * 1024;
  g_autoptr (VitrailInstance) ten = open_file ("ten");
  g_autoptr (VitrailInstance) large = open_file ("large");
  g_autoptr (VitrailInstance) many = open_file ("many");
  g_autoptr (VitrailInstance) deflated = open_file ("deflated");

  g_assert_cmpuint (vitrail_instance_get_size_bytes (ten), >, 1024);
  g_assert_cmpuint (vitrail_instance_get_size_bytes (large), ==,
                    vitrail_instance_get_size_bytes (ten));
  g_assert_cmpuint (vitrail_instance_get_size_bytes (many), <, small);
  g_assert_cmpuint (vitrail_instance_get_size_bytes (deflated), >, 1600000);
  g_assert_cmpuint (vitrail_instance_get_size_bytes (deflated), <,
                    1600000 + small);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/instance/frames", test_frames);
  g_test_add_func ("/instance/infos", test_infos);
  g_test_add_func ("/instance/fewer", test_fewer);
  g_test_add_func ("/instance/stated", test_stated);
  g_test_add_func ("/instance/bare", test_bare);
  g_test_add_func ("/instance/missing", test_missing);
  g_test_add_func ("/instance/size", test_size);
  return g_test_run ();
}
