/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Deflated frames: what zlib deflates inflates bit-identical; damage fails. */

#include "codec/codec.h"
#include "error.h"
#include "pictures.h"
#include "testdata.h"

static const char *const program =
    "import glob, pydicom, zlib\n"
    "from pydicom._uid_dict import UID_dictionary\n"
    "from pydicom.encaps import encapsulate\n"
    "uid = '1.2.840.10008.1.2.8.1'\n"
    "UID_dictionary[uid] = ('', 'Transfer Syntax', '', '', '')\n"
    "for path in glob.glob('{dir}/*.raw'):\n"
    "    ds = pydicom.dcmread(path[:-4] + '.dcm')\n"
    "    z = zlib.compressobj(wbits=-15)\n"
    "    data = z.compress(open(path, 'rb').read()) + z.flush()\n"
    "    ds.PixelData = encapsulate([data])\n"
    "    ds['PixelData'].VR = 'OB'\n"
    "    ds['PixelData'].is_undefined_length = True\n"
    "    ds.file_meta.TransferSyntaxUID = uid\n"
    "    ds.save_as(path[:-4] + '.deflated.dcm')\n";

static void
test_read (void)
{
  guint n = 0;
  const TestPicture *pictures = test_pictures_get (&n);

  g_free (test_data_python (program));
  for (guint i = 0; i < n; i++) {
    g_autofree char *path =
        test_pictures_path (pictures[i].name, "deflated.dcm");
    test_pictures_assert_same (path, pictures[i].name);
  }
}

static void
test_damage (void)
{
  const uint8_t stream[] = { 0x63, 0x60 };
  g_autoptr (GError) error = NULL;
  const VitrailCodecInput input = {
    .data = stream,
    .length = sizeof stream,
    .format = { .width = 2,
                .height = 2,
                .samples = 1,
                .bits_allocated = 8,
                .bits_stored = 8,
                .high_bit = 7 },
    .name = "file",
    .frame = 3,
  };

  g_assert_null (
      vitrail_codec_find ("1.2.840.10008.1.2.8.1")->decode (&input, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT);
  g_assert_true (g_str_has_prefix (error->message, "file: frame 3: "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/deflatedframe/read", test_read);
  g_test_add_func ("/deflatedframe/damage", test_damage);
  return g_test_run ();
}
