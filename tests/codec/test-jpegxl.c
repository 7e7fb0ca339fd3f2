/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG XL: what cjxl writes without loss is read bit-identical, what it makes
 * of JPEG streams or writes with loss as djxl does; damage, bombs. */

#include "codectest.h"
#include "testdata.h"

#include <string.h>

#define LOSSLESS "1.2.840.10008.1.2.4.110"

/* Streams of cjxl, wrapped by pydicom; what djxl makes of the lossy ones is
 * NAME.raw. Prints kind and name. cjxl 0.7 takes values of 12 bits for a part
 * of 16: so they are 16 bits to it, or are spread over 16, of which it
 * keeps 12. */
static const char *const program =
    "import glob, io, numpy as np, os, pydicom, subprocess\n"
    "from PIL import Image\n"
    "from pydicom.encaps import encapsulate\n"
    "from pydicom._uid_dict import UID_dictionary\n"
    "J = '1.2.840.10008.1.2.4.11'\n"
    "for i in '012': UID_dictionary[J + i] = ('', 'Transfer Syntax', '', '',\n"
    "                                         '')\n"
    "def run(*args):\n"
    "    subprocess.run(args, check=True, stdout=subprocess.DEVNULL,\n"
    "                   stderr=subprocess.DEVNULL)\n"
    "def wrap(ds, name, syntax):\n"
    "    ds.PixelData = encapsulate([open('{dir}/out.jxl', 'rb').read()])\n"
    "    ds['PixelData'].VR = 'OB'\n"
    "    ds['PixelData'].is_undefined_length = True\n"
    "    ds.file_meta.TransferSyntaxUID = J + syntax\n"
    "    ds.save_as('{dir}/%s.dcm' % name)\n"
    "def pnm(path):\n"
    "    kind, size, most, data = open(path, 'rb').read().split(b'\\n', 3)\n"
    "    a = np.frombuffer(data, 'u1' if int(most) < 256 else '>u2')\n"
    "    return a.astype('<u1' if int(most) < 256 else '<u2').tobytes()\n"
    "for path in sorted(glob.glob('{dir}/*-*-*x*.raw')):\n"
    "    base = os.path.basename(path)[:-4]\n"
    "    ds = pydicom.dcmread('{dir}/%s.dcm' % base)\n"
    "    if ds.PixelRepresentation: continue\n"
    "    a = ds.pixel_array\n"
    "    plain = a.astype('u4')\n"
    "    if a.itemsize == 2: a = a.byteswap()\n"
    "    n, ext = ds.SamplesPerPixel, 'ppm' if ds.SamplesPerPixel == 3 else "
    "'pgm'\n"
    "    file = '{dir}/in.' + ext\n"
    "    head = 'P%d\\n%d %d\\n%d\\n' % (6 if n == 3 else 5, ds.Columns, "
    "ds.Rows,\n"
    "                                65535 if a.itemsize == 2 else 255)\n"
    "    open(file, 'wb').write(head.encode() + a.tobytes())\n"
    "    run('cjxl', file, '{dir}/out.jxl', '-d', '0', '-e', '3')\n"
    "    wrap(ds, 'lossless-' + base, '0')\n"
    "    print('lossless', base)\n"
    "    if ds.BitsStored == 12:\n"
    "        wide = (plain * 65535 + 2047) // 4095\n"
    "        open(file, 'wb').write(head.encode()\n"
    "                               + wide.astype('>u2').tobytes())\n"
    "        run('cjxl', file, '{dir}/out.jxl', '-d', '0', '-e', '3',\n"
    "            '--override_bitdepth=12')\n"
    "        wrap(ds, 'spread-' + base, '0')\n"
    "        print('spread', base)\n"
    "    if ds.BitsStored != 8 or ds.Columns < 8: continue\n"
    "    run('cjxl', file, '{dir}/out.jxl', '-d', '2', '-e', '3')\n"
    "    out = '{dir}/out.' + ext\n"
    "    run('djxl', '{dir}/out.jxl', out)\n"
    "    wrap(ds, 'lossy-' + base, '2')\n"
    "    open('{dir}/lossy-%s.raw' % base, 'wb').write(pnm(out))\n"
    "    print('lossy', base)\n"
    "    Image.open(file).save('{dir}/in.jpg', quality=85)\n"
    "    run('cjxl', '{dir}/in.jpg', '{dir}/out.jxl', '-j', '1')\n"
    "    run('djxl', '{dir}/out.jxl', out)\n"
    "    if n == 3: ds.PhotometricInterpretation = 'YBR_FULL_422'\n"
    "    wrap(ds, 'recompressed-' + base, '1')\n"
    "    open('{dir}/recompressed-%s.raw' % base, 'wb').write(pnm(out))\n"
    "    print('recompressed', base)\n";

static void
check_made (const char *kind, const char *picture, const char *path)
{
  const gboolean lossless =
      g_str_equal (kind, "lossless") || g_str_equal (kind, "spread");
  g_autofree char *name = g_strjoin ("-", kind, picture, NULL);
  g_autoptr (VitrailFrame) frame = test_pictures_decode (path, 0);

  g_assert_cmpint (frame->format.photometric, ==,
                   frame->format.samples == 3
                       ? VITRAIL_PHOTOMETRIC_RGB
                       : VITRAIL_PHOTOMETRIC_MONOCHROME2);
  g_assert_null (frame->warning);
  test_pictures_assert_same (path, lossless ? picture : name);
}

static void
test_read (void)
{
  test_codec_check_made (program, 21, check_made);
}

/* A grey picture of 511 x 513 as a bare code stream. */
static char *
load_stream (gsize *length)
{
  char *data = NULL;
  guint n = 0;

  test_pictures_get (&n);
  g_autofree char *from = test_pictures_path ("12-1-511x513", "raw");
  g_autofree char *pgm = test_pictures_path ("12", "pgm");
  g_autofree char *to = test_pictures_path ("12", "jxl");
  g_free (
      test_data_run ("/usr/bin/python3 -c \"d = open('%s', 'rb').read()\n"
                     "o = bytearray(d)\n"
                     "o[0::2], o[1::2] = d[1::2], d[0::2]\n"
                     "open('%s', 'wb').write(b'P5\\n511 513\\n65535\\n' + o)"
                     "\"",
                     from, pgm));
  g_free (test_data_run ("cjxl %s %s -d 0 -e 3", pgm, to));
  g_assert_true (g_file_get_contents (to, &data, length, NULL));
  return data;
}

static const VitrailPixelFormat grey = {
  .width = 511,
  .height = 513,
  .samples = 1,
  .bits_allocated = 16,
  .bits_stored = 12,
  .high_bit = 11,
  .photometric = VITRAIL_PHOTOMETRIC_MONOCHROME2,
};

static void
test_headers (void)
{
  gsize length = 0;
  g_autofree char *data = load_stream (&length);
  g_autoptr (GError) error = NULL;
  VitrailPixelFormat format = grey;
  g_autoptr (VitrailFrame) plain =
      test_codec_decode_data (LOSSLESS, data, length, &format, &error);
  g_assert_no_error (error);
  format.bits_allocated = 32;
  g_autoptr (VitrailFrame) wide =
      test_codec_decode_data (LOSSLESS, data, length, &format, &error);
  g_assert_no_error (error);
  const uint16_t *from = (gconstpointer) plain->data;
  const uint32_t *to = (gconstpointer) wide->data;

  for (size_t i = 0; i < (size_t) 511 * 513; i++)
    g_assert_cmpuint (from[i], ==, to[i]);
  format = grey;
  format.width = 500;
  g_autoptr (VitrailFrame) other =
      test_codec_decode_data (LOSSLESS, data, length, &format, &error);
  g_assert_no_error (error);
  g_assert_nonnull (other->warning);
  g_assert_cmpuint (other->format.width, ==, 511);
}

static void
test_damage (void)
{
  gsize length = 0;
  g_autofree char *data = load_stream (&length);

  for (guint i = 0; i < 8; i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (
        test_codec_decode_data (LOSSLESS, data, length * i / 8, &grey, &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT);
    g_assert_true (
        g_str_has_prefix (error->message, "file: frame 3: JPEG XL: "));
  }
}

/* A bare code stream's size: 65,536 x 65,536 in the longest form; what follows
 * does not matter. */
static void
test_bombs (void)
{
  static const uint8_t bomb[] = { 0xff, 0x0a, 0xfe, 0xff, 0x9f,
                                  0xff, 0xff, 0x03, 0x00, 0x00,
                                  0x00, 0x00, 0x00, 0x00, 0x00 };
  g_autoptr (GError) error = NULL;
  const gint64 start = g_get_monotonic_time ();

  g_assert_null (
      test_codec_decode_data (LOSSLESS, bomb, sizeof bomb, &grey, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jpegxl/read", test_read);
  g_test_add_func ("/jpegxl/headers", test_headers);
  g_test_add_func ("/jpegxl/damage", test_damage);
  g_test_add_func ("/jpegxl/bombs", test_bombs);
  return g_test_run ();
}
