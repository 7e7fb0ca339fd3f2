/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG 2000: what GDCM and opj_compress write without loss is read
 * bit-identical, what they write with loss nearly so; damage, bombs. */

#include "codectest.h"
#include "testdata.h"

#include <string.h>

#define UID "1.2.840.10008.1.2.4.90"

/* GDCM's encoder crashes on so few pixels. */
static gboolean
is_for (const char *command, const TestPicture *picture)
{
  return !g_str_has_suffix (picture->name, "1x1") &&
         !g_str_has_suffix (picture->name, "5x7");
}

/* "-K" of gdcmconv is reversible. */
static void
test_gdcm (void)
{
  test_codec_assert_reads ("gdcmconv -K", is_for);
}

/* Streams of opj_compress, wrapped by pydicom. Prints what it made. */
static const char *const program =
    "import glob, os, pydicom, subprocess\n"
    "from pydicom.encaps import encapsulate\n"
    "def run(*args):\n"
    "    subprocess.run(args, check=True, stdout=subprocess.DEVNULL,\n"
    "                   stderr=subprocess.DEVNULL)\n"
    "def wrap(ds, stream, name, syntax):\n"
    "    ds.PixelData = encapsulate([open(stream, 'rb').read()])\n"
    "    ds['PixelData'].VR = 'OB'\n"
    "    ds['PixelData'].is_undefined_length = True\n"
    "    ds.file_meta.TransferSyntaxUID = syntax\n"
    "    ds.save_as('{dir}/%s.dcm' % name)\n"
    "J2K = '1.2.840.10008.1.2.4.'\n"
    "for path in sorted(glob.glob('{dir}/*-*-*x*.raw')):\n"
    "    base = os.path.basename(path)[:-4]\n"
    "    if base.endswith('1x1'): continue\n"
    "    ds = pydicom.dcmread('{dir}/%s.dcm' % base)\n"
    "    n, sign = ds.SamplesPerPixel, 's' if ds.PixelRepresentation else 'u'\n"
    "    a = ds.pixel_array\n"
    "    if n == 3: a = a.transpose(2, 0, 1)\n"
    "    if a.itemsize == 2: a = a.byteswap()\n"
    "    open('{dir}/in.raw', 'wb').write(a.tobytes())\n"
    "    shape = '%d,%d,%d,%d,%s' % (ds.Columns, ds.Rows, n, ds.BitsStored,\n"
    "                                sign)\n"
    "    small = ds.Columns < 8\n"
    "    levels = ['-n', '1'] if small else []\n"
    "    for name, options, syntax in (\n"
    "        ('plain', [], '90'),\n"
    "        ('tiles', ['-t', '100,60', '-p', 'RPCL', '-TP', 'R'], '90'),\n"
    "        ('mct', ['-mct', '1'], '90'),\n"
    "        ('lossy', ['-I', '-r', '8'], '91')):\n"
    "        if name == 'mct' and n != 3: continue\n"
    "        if name != 'plain' and small: continue\n"
    "        stream = '{dir}/out.j2k'\n"
    "        run('opj_compress', '-i', '{dir}/in.raw', '-o', stream, '-F',\n"
    "            shape, *levels, *options)\n"
    "        wrap(ds, stream, name + '-' + base, J2K + syntax)\n"
    "        print(name, base)\n";

static void
assert_lossy (const char *path, const char *name)
{
  g_autofree char *raw = test_pictures_path (name, "raw");
  g_autofree char *expected = NULL;
  gsize length = 0;
  guint64 sum = 0;
  g_autoptr (VitrailFrame) frame = test_pictures_decode (path, 0);

  g_assert_true (g_file_get_contents (raw, &expected, &length, NULL));
  g_assert_cmpuint (length, ==, frame->stride * frame->format.height);
  guint64 most =
      test_pictures_difference (frame, (const uint8_t *) expected, length);
  for (gsize i = 0; i < length && frame->format.bits_allocated == 8; i++)
    sum += (guint64) ABS ((gint) frame->data[i] - (gint) (guchar) expected[i]);
  g_assert_cmpuint (most, >, 0);
  if (frame->format.bits_allocated == 8 && !frame->format.is_signed)
    g_assert_cmpfloat ((double) sum / (double) length, <, 30);
}

static void
check_made (const char *kind, const char *picture, const char *path)
{
  if (g_str_equal (kind, "lossy"))
    assert_lossy (path, picture);
  else
    test_pictures_assert_same (path, picture);
}

static void
test_openjpeg (void)
{
  test_codec_check_made (program, 41, check_made);
}

/* One whole stream, to be damaged. */
static GBytes *
load_stream (VitrailPixelFormat *format)
{
  return test_codec_load_stream ("gdcmconv -K", "12-1-511x513", format);
}

static void
assert_fails (const VitrailPixelFormat *format,
              GBytes *bytes,
              VitrailError code,
              const char *message)
{
  test_codec_assert_fails (UID, bytes, format, code, message);
}

/* Every other sample of the other is not what half the size is; but each size
 * is right, and a flat part stays flat. */
static void
test_reduce (void)
{
  VitrailPixelFormat format;
  g_autoptr (GBytes) whole = load_stream (&format);
  g_autofree char *path = test_pictures_path ("whole", "dcm");

  for (guint reduce = 0; reduce < 8; reduce++) {
    g_autoptr (VitrailFrame) frame = test_pictures_decode (path, reduce);
    guint done = MIN (reduce, 5);
    const uint16_t *last = (gconstpointer) frame->data;
    g_assert_cmpuint (frame->reduce, ==, done);
    g_assert_cmpuint (frame->format.width, ==,
                      (511 + (1u << done) - 1) >> done);
    g_assert_cmpuint (frame->format.height, ==,
                      (513 + (1u << done) - 1) >> done);
    /* The upper right corner has the highest value. */
    g_assert_cmpuint (last[frame->format.width - 3], >=, 4090);
  }
}

static void
test_truncated (void)
{
  VitrailPixelFormat format;
  g_autoptr (GBytes) whole = load_stream (&format);
  const uint8_t *data = g_bytes_get_data (whole, NULL);
  gsize length = g_bytes_get_size (whole);

  for (guint i = 1; i < 8; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) part = g_bytes_new (data, length * i / 8);
    g_assert_null (test_codec_decode (UID, part, &format, 0, &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT);
    g_assert_true (
        g_str_has_prefix (error->message, "file: frame 3: JPEG 2000: "));
  }
  g_autoptr (GBytes) header = g_bytes_new (data, 60);
  assert_fails (&format, header, VITRAIL_ERROR_CORRUPT,
                "file: frame 3: JPEG 2000: ends inside its main header");
  g_autoptr (GBytes) nothing = g_bytes_new (data, 0);
  assert_fails (&format, nothing, VITRAIL_ERROR_CORRUPT,
                "file: frame 3: JPEG 2000: does not start with SOC and SIZ");
}

static void
put_u32 (uint8_t *data, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    data[i] = (uint8_t) (value >> (24 - 8 * i));
}

static uint8_t *
find_tile_part (uint8_t *data)
{
  while (data[0] != 0xff || data[1] != 0x90)
    data++;
  return data;
}

/* Offsets into SIZ, which follows SOC: Xsiz 8, Ysiz 12, XTsiz 24, Csiz 40. */
static void
test_bombs (void)
{
  VitrailPixelFormat format;
  g_autoptr (GBytes) whole = load_stream (&format);
  gsize length = g_bytes_get_size (whole);
  g_autofree uint8_t *data = g_memdup2 (g_bytes_get_data (whole, NULL), length);
  VitrailPixelFormat other = format;

  /* A million tiles. */
  put_u32 (data + 24, 1);
  put_u32 (data + 28, 1);
  g_autoptr (GBytes) tiles = g_bytes_new (data, length);
  assert_fails (&format, tiles, VITRAIL_ERROR_CORRUPT,
                "file: frame 3: JPEG 2000: SIZ has more tiles than the stream "
                "has room for");
  /* A size that the header does not confirm. */
  put_u32 (data + 8, 1u << 31);
  put_u32 (data + 12, 1u << 31);
  put_u32 (data + 24, 1u << 31);
  put_u32 (data + 28, 1u << 31);
  g_autoptr (GBytes) huge = g_bytes_new (data, length);
  assert_fails (&format, huge, VITRAIL_ERROR_CORRUPT,
                "file: frame 3: the JPEG 2000 stream has 2147483648 x "
                "2147483648 x 1 samples, the header 511 x 513 x 1");
  /* And one that it does, but that the bytes cannot fill. */
  put_u32 (data + 8, 16000);
  put_u32 (data + 12, 16000);
  put_u32 (data + 24, 16000);
  put_u32 (data + 28, 16000);
  /* The tile part goes to the end, wherever that is. */
  put_u32 (find_tile_part (data) + 6, 0);
  other.width = 16000;
  other.height = 16000;
  g_autoptr (GBytes) empty = g_bytes_new (data, 2000);
  assert_fails (&other, empty, VITRAIL_ERROR_CORRUPT,
                "file: frame 3: 2000 bytes of JPEG 2000 cannot be 16000 x "
                "16000 x 1 samples");
}

/* What a tile part's header says of the tiles is not believed. */
static void
test_second_size (void)
{
  static const uint8_t sod[] = { 0xff, 0x93 };
  VitrailPixelFormat format;
  g_autoptr (GBytes) whole = load_stream (&format);
  g_autofree uint8_t *data =
      g_memdup2 (g_bytes_get_data (whole, NULL), g_bytes_get_size (whole));
  uint8_t *sot = find_tile_part (data);
  const guint size = 2 + ((guint) data[4] << 8 | data[5]);
  GByteArray *stream = g_byte_array_new ();

  g_byte_array_append (stream, data, (guint) (sot - data));
  /* The only tile, then one that only the second SIZ knows. */
  put_u32 (sot + 6, 14 + size);
  g_byte_array_append (stream, sot, 12);
  put_u32 (data + 24, 8);
  put_u32 (data + 28, 8);
  g_byte_array_append (stream, data + 2, size);
  g_byte_array_append (stream, sod, sizeof sod);
  sot[4] = 0x0f;
  put_u32 (sot + 6, 14);
  g_byte_array_append (stream, sot, 12);
  g_byte_array_append (stream, sod, sizeof sod);
  /* Room for all. */
  g_byte_array_set_size (stream, 65 * 65 * 14);
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (stream);
  assert_fails (&format, bytes, VITRAIL_ERROR_CORRUPT,
                "file: frame 3: JPEG 2000: a second SIZ");
}

/* Halved chroma of a picture that begins at 2, 2: halved again it would be less
 * than half of luma, so it is not. */
static void
test_reduce_subsampled (void)
{
  g_autofree char *raw = test_pictures_path ("offset", "raw");
  g_autofree char *path = test_pictures_path ("offset", "j2k");
  g_autofree char *data = NULL;
  gsize length = 0;
  uint8_t samples[36 + 9 + 9];
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < sizeof samples; i++)
    samples[i] = (uint8_t) (i * 37);
  g_assert_true (
      g_file_set_contents (raw, (const char *) samples, sizeof samples, NULL));
  g_free (test_data_run ("opj_compress -i %s -o %s -d 2,2 -n 2 "
                         "-F 6,6,3,8,u@1x1:2x2:2x2",
                         raw, path));
  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  const VitrailCodecInput input = {
    .data = (const uint8_t *) data,
    .length = length,
    .format = { .width = 6,
                .height = 6,
                .samples = 3,
                .bits_allocated = 8,
                .bits_stored = 8,
                .high_bit = 7,
                .photometric = VITRAIL_PHOTOMETRIC_YBR_FULL },
    .reduce = 1,
    .name = "file",
    .frame = 1,
  };
  g_autoptr (VitrailFrame) frame =
      vitrail_codec_find ("1.2.840.10008.1.2.4.90")->decode (&input, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (frame->reduce, ==, 0);
  for (size_t i = 0; i < 36; i++) {
    const size_t chroma = i / 12 * 3 + i % 6 / 2;
    g_assert_cmpuint (frame->data[3 * i], ==, samples[i]);
    g_assert_cmpuint (frame->data[3 * i + 1], ==, samples[36 + chroma]);
    g_assert_cmpuint (frame->data[3 * i + 2], ==, samples[45 + chroma]);
  }
}

/* One pixel representation in the header, another in the stream: the header's
 * samples come out (PS3.5 8.2.4: they should agree). */
static void
test_sign (void)
{
  VitrailPixelFormat format;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) whole = load_stream (&format);
  g_autoptr (VitrailFrame) plain =
      test_codec_decode (UID, whole, &format, 0, &error);
  g_assert_no_error (error);
  format.is_signed = TRUE;
  VitrailFrame *extended = test_codec_decode (UID, whole, &format, 0, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailFrame) normal = vitrail_frame_normalize (extended);
  const uint16_t *from = (gconstpointer) plain->data;
  const uint16_t *to = (gconstpointer) normal->data;

  for (guint i = 0; i < 511 * 513; i++)
    g_assert_cmpuint (to[i], ==, (from[i] + 2048u) % 4096u);
}

/* With loss: near. */
static void
write_lossy (const char *name)
{
  const VitrailEncodeOptions lossy = { "1.2.840.10008.1.2.4.91", 90, 0 };
  g_autoptr (VitrailFrame) frame = NULL;
  g_autoptr (GBytes) coded = test_codec_encode (name, &lossy, &frame);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) back =
      test_codec_decode (UID, coded, &frame->format, 0, &error);
  g_assert_no_error (error);
  const guint64 most =
      test_pictures_difference (back, frame->data,
                                frame->stride * frame->format.height);

  g_assert_null (back->warning);
  g_assert_cmpuint (most, <=, 12);
}

static void
test_write (void)
{
  const VitrailEncodeOptions lossless = { UID, 0, 0 };

  test_codec_assert_openjpeg_reads_ours (test_codec_write_ours (&lossless));
  write_lossy ("8-1-511x513");
  write_lossy ("8-3-511x513");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jpeg2000/gdcm", test_gdcm);
  g_test_add_func ("/jpeg2000/openjpeg", test_openjpeg);
  g_test_add_func ("/jpeg2000/write", test_write);
  g_test_add_func ("/jpeg2000/reduce", test_reduce);
  g_test_add_func ("/jpeg2000/truncated", test_truncated);
  g_test_add_func ("/jpeg2000/bombs", test_bombs);
  g_test_add_func ("/jpeg2000/second-size", test_second_size);
  g_test_add_func ("/jpeg2000/reduce-subsampled", test_reduce_subsampled);
  g_test_add_func ("/jpeg2000/sign", test_sign);
  return g_test_run ();
}
