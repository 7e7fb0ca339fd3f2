/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* HTJ2K: what ojph_compress writes without loss is read bit-identical, what it
 * writes with loss as OpenJPEG does; what we write OpenJPEG reads; streams of
 * JPEG 2000 under HTJ2K's name and the reverse; damage, bombs. */

#include "codectest.h"
#include "testdata.h"

#include <string.h>

#define LOSSLESS "1.2.840.10008.1.2.4.201"
#define RPCL     "1.2.840.10008.1.2.4.202"
#define J2K      "1.2.840.10008.1.2.4.90"

/* ojph_compress reads one component as .raw, three as .ppm, signed ones
 * wrongly; pydicom wraps its streams, under both names, and opj_decompress says
 * what is in the lossy ones. Prints kind and name of what it made. */
static const char *const program =
    "import glob, os, pydicom, subprocess\n"
    "from pydicom.encaps import encapsulate\n"
    "from pydicom._uid_dict import UID_dictionary\n"
    "UID_dictionary['" LOSSLESS "'] = ('', 'Transfer Syntax', '', '', '')\n"
    "def run(*args):\n"
    "    subprocess.run(args, check=True, stdout=subprocess.DEVNULL,\n"
    "                   stderr=subprocess.DEVNULL)\n"
    "def wrap(ds, stream, name, syntax):\n"
    "    ds.PixelData = encapsulate([open(stream, 'rb').read()])\n"
    "    ds['PixelData'].VR = 'OB'\n"
    "    ds['PixelData'].is_undefined_length = True\n"
    "    ds.file_meta.TransferSyntaxUID = syntax\n"
    "    ds.save_as('{dir}/%s.dcm' % name)\n"
    "for path in sorted(glob.glob('{dir}/*-*-*x*.raw')):\n"
    "    base = os.path.basename(path)[:-4]\n"
    "    ds = pydicom.dcmread('{dir}/%s.dcm' % base)\n"
    "    n, sign = ds.SamplesPerPixel, bool(ds.PixelRepresentation)\n"
    "    if sign: continue\n"
    "    raw = open(path, 'rb').read()\n"
    "    file = '{dir}/in.raw'\n"
    "    shape = ['-dims', '{%d,%d}' % (ds.Columns, ds.Rows),\n"
    "             '-num_comps', '1', '-downsamp', '{1,1}', '-signed', "
    "str(sign).lower(),\n"
    "             '-bit_depth', str(ds.BitsStored)]\n"
    "    if n == 3:\n"
    "        file, shape = '{dir}/in.ppm', []\n"
    "        a = ds.pixel_array\n"
    "        if a.itemsize == 2: a = a.byteswap()\n"
    "        raw = (b'P6 %d %d %d\\n' % (ds.Columns, ds.Rows,\n"
    "               (1 << ds.BitsStored) - 1)) + a.tobytes()\n"
    "    open(file, 'wb').write(raw)\n"
    "    small = ds.Columns < 8\n"
    "    for kind, options in (\n"
    "        ('plain', ['-reversible', 'true']),\n"
    "        ('rpcl', ['-reversible', 'true', '-prog_order', 'RPCL',\n"
    "                  '-num_decomps', '3', '-block_size', '{32,16}']),\n"
    "        ('tiles', ['-reversible', 'true', '-tile_size', '{100,60}']),\n"
    "        ('norct', ['-reversible', 'true', '-colour_trans', 'false']),\n"
    "        ('lossy', ['-reversible', 'false', '-qstep', '0.001'])):\n"
    "        if small and kind != 'plain': continue\n"
    "        if kind == 'norct' and n != 3: continue\n"
    "        stream = '{dir}/out.j2c'\n"
    "        run('ojph_compress', '-i', file, '-o', stream, *shape, *options)\n"
    "        name = kind + '-' + base\n"
    "        wrap(ds, stream, name,\n"
    "             '" J2K "' if kind == 'tiles' else '" LOSSLESS "')\n"
    "        if kind == 'lossy':\n"
    "            judge = '{dir}/out.raw'\n"
    "            run('opj_decompress', '-i', stream, '-o', judge)\n"
    "            out = open(judge, 'rb').read()\n"
    "            import numpy as np\n"
    "            t = ('i' if sign else 'u') + str(ds.BitsAllocated // 8)\n"
    "            b = np.frombuffer(out, '<' + t)\n"
    "            b = b.reshape(n, -1).T\n"
    "            open('{dir}/%s.raw' % name, 'wb').write(b.tobytes())\n"
    "        print(kind, base)\n";

/* Two decoders round a lossy sample's reconstruction differently; both do so in
 * floats, whose own steps 16 bits begin to show. */
static void
assert_near (const char *path, const char *name)
{
  g_autofree char *raw = test_pictures_path (name, "raw");
  g_autofree char *expected = NULL;
  gsize length = 0;
  g_autoptr (VitrailFrame) frame = test_pictures_decode (path, 0);

  g_assert_true (g_file_get_contents (raw, &expected, &length, NULL));
  const guint64 most =
      test_pictures_difference (frame, (const uint8_t *) expected, length);
  if (most > (strstr (name, "-16-") != NULL ? 16 : 1))
    g_error ("%s: samples differ by %" G_GUINT64_FORMAT, path, most);
}

static void
check_made (const char *kind, const char *picture, const char *path)
{
  if (!g_str_equal (kind, "lossy")) {
    test_pictures_assert_same (path, picture);
    return;
  }
  g_autofree char *name = g_strjoin ("-", kind, picture, NULL);
  assert_near (path, name);
}

static void
test_read (void)
{
  test_codec_check_made (program, 41, check_made);
}

static void
test_write (gconstpointer transfer_syntax)
{
  const VitrailEncodeOptions options = { transfer_syntax, 0, 0 };

  test_codec_assert_openjpeg_reads_ours (test_codec_write_ours (&options));
}

/* One whole stream, and its samples. */
static GBytes *
make_stream (const char *name,
             const char *transfer_syntax,
             VitrailFrame **frame)
{
  const VitrailEncodeOptions options = { transfer_syntax, 0, 0 };

  return test_codec_encode (name, &options, frame);
}

static void
assert_corrupt (const uint8_t *data,
                gsize length,
                const VitrailPixelFormat *format,
                const char *message)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);

  test_codec_assert_fails (LOSSLESS, bytes, format, VITRAIL_ERROR_CORRUPT,
                           message);
}

/* TLM: one tile part, as long as SOT says, up to EOC. */
static void
test_tlm (void)
{
  static const uint8_t tlm[] = { 0xff, 0x55, 0, 8, 0, 0x40 };
  g_autoptr (VitrailFrame) frame = NULL;
  g_autoptr (GBytes) bytes = make_stream ("12-1-511x513", RPCL, &frame);
  gsize length = 0;
  const uint8_t *data = g_bytes_get_data (bytes, &length);
  gsize at = 2;

  while (data[at + 1] != 0x55)
    at += 2 + ((gsize) data[at + 2] << 8 | data[at + 3]);
  g_assert_cmpmem (data + at, sizeof tlm, tlm, sizeof tlm);
  const uint8_t *sot = data + at + 10;
  g_assert_cmphex (sot[0], ==, 0xff);
  g_assert_cmphex (sot[1], ==, 0x90);
  g_assert_cmpmem (data + at + 6, 4, sot + 6, 4);
  guint32 part = 0;
  for (guint i = 0; i < 4; i++)
    part = part << 8 | data[at + 6 + i];
  g_assert_cmpuint (part, ==, (guint) (data + length - sot) - 2);
}

static void
test_reduce (void)
{
  g_autoptr (VitrailFrame) frame = NULL;
  g_autoptr (GBytes) bytes = make_stream ("12-1-511x513", LOSSLESS, &frame);
  g_autoptr (GError) error = NULL;

  for (guint reduce = 0; reduce < 7; reduce++) {
    g_autoptr (VitrailFrame) small =
        test_codec_decode (LOSSLESS, bytes, &frame->format, reduce, &error);
    const guint done = MIN (reduce, 4);
    g_assert_no_error (error);
    const uint16_t *row = (gconstpointer) small->data;
    g_assert_cmpuint (small->reduce, ==, done);
    g_assert_cmpuint (small->format.width, ==,
                      (511 + (1u << done) - 1) >> done);
    g_assert_cmpuint (small->format.height, ==,
                      (513 + (1u << done) - 1) >> done);
    /* The upper right corner has the highest value. */
    g_assert_cmpuint (row[small->format.width - 3], >=, 4085);
  }
}

/* Each precision that a stream can have here, at its extremes. */
static void
test_depths (void)
{
  for (guint bits = 1; bits <= 24; bits++) {
    const VitrailEncodeOptions options = { LOSSLESS, 0, 0 };
    const guint container = bits <= 8 ? 8 : bits <= 16 ? 16 : 32;
    const VitrailPixelFormat format = {
      .width = 37,
      .height = 41,
      .samples = 1,
      .bits_allocated = container,
      .bits_stored = bits,
      .high_bit = bits - 1,
      .photometric = VITRAIL_PHOTOMETRIC_MONOCHROME2,
    };
    const size_t n = (size_t) 37 * 41;
    uint8_t *data = g_malloc0 (n * container / 8);
    for (size_t i = 0; i < n; i++) {
      guint32 value = i % 3 == 0 ? (1u << bits) - 1
                                 : (guint32) i * 2654435761u >> (32 - bits);
      memcpy (data + i * container / 8, &value, container / 8);
    }
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailFrame) frame =
        vitrail_frame_new_take (&format,
                                g_bytes_new_take (data, n * container / 8),
                                (size_t) 37 * container / 8);
    g_autoptr (GBytes) coded =
        vitrail_codec_find (LOSSLESS)->encode (frame, &options, &error);
    g_assert_no_error (error);
    g_autoptr (VitrailFrame) back =
        test_codec_decode (LOSSLESS, coded, &format, 0, &error);
    g_assert_no_error (error);
    g_assert_cmpmem (frame->data, n * container / 8, back->data,
                     n * container / 8);
  }
}

static void
test_damage (void)
{
  g_autoptr (VitrailFrame) frame = NULL;
  g_autoptr (GBytes) bytes = make_stream ("12-1-511x513", LOSSLESS, &frame);
  gsize length = 0;
  const uint8_t *data = g_bytes_get_data (bytes, &length);

  for (guint i = 0; i < 8; i++)
    assert_corrupt (data, length * i / 8, &frame->format, NULL);
  assert_corrupt (data, 0, &frame->format,
                  "file: frame 3: JPEG 2000: does not start with SOC and SIZ");
}

static void
put_u32 (uint8_t *data, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    data[i] = (uint8_t) (value >> (24 - 8 * i));
}

/* Offsets into SIZ, which follows SOC: Xsiz 8, Ysiz 12, XTsiz 24. */
static void
test_bombs (void)
{
  g_autoptr (VitrailFrame) frame = NULL;
  g_autoptr (GBytes) bytes = make_stream ("8-1-48x64", LOSSLESS, &frame);
  gsize length = g_bytes_get_size (bytes);
  g_autofree uint8_t *data = g_memdup2 (g_bytes_get_data (bytes, NULL), length);
  VitrailPixelFormat format = frame->format;
  const gint64 start = g_get_monotonic_time ();

  put_u32 (data + 8, 65535);
  put_u32 (data + 12, 65535);
  put_u32 (data + 24, 65535);
  put_u32 (data + 28, 65535);
  assert_corrupt (data, length, &format,
                  "file: frame 3: the HTJ2K stream has 65535 x 65535 x 1 "
                  "samples, the header 48 x 64 x 1");
  format.width = 65535;
  format.height = 65535;
  assert_corrupt (data, length, &format, NULL);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/htj2k/read", test_read);
  g_test_add_data_func ("/htj2k/write/201", LOSSLESS, test_write);
  g_test_add_data_func ("/htj2k/write/202", RPCL, test_write);
  g_test_add_func ("/htj2k/tlm", test_tlm);
  g_test_add_func ("/htj2k/reduce", test_reduce);
  g_test_add_func ("/htj2k/depths", test_depths);
  g_test_add_func ("/htj2k/damage", test_damage);
  g_test_add_func ("/htj2k/bombs", test_bombs);
  return g_test_run ();
}
