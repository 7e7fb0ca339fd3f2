/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG: pictures written by DCMTK and by libjpeg through Pillow are read within
 * one level of DCMTK's decoder; colours, reducing, damage. */

#include "codectest.h"
#include "testdata.h"

#include <string.h>

#define UID "1.2.840.10008.1.2.4.50"

/* Only these have 8 bits unsigned. */
static gboolean
is_8_bit (const TestPicture *picture)
{
  return picture->bits == 8 && !picture->is_signed;
}

static VitrailFrame *
decode_normalized (const char *path)
{
  return vitrail_frame_normalize (test_pictures_decode (path, 0));
}

static guint64
compare (const char *path, const char *with)
{
  g_autoptr (VitrailFrame) a = decode_normalized (path);
  g_autoptr (VitrailFrame) b = decode_normalized (with);

  g_assert_cmpuint (a->format.width, ==, b->format.width);
  return test_pictures_difference (a, b->data, b->stride * b->format.height);
}

/* @data: options of dcmcjpeg */
static void
test_read (gconstpointer data)
{
  guint n = 0;
  const TestPicture *pictures = test_pictures_get (&n);

  for (guint i = 0; i < n; i++) {
    g_autofree char *from = test_pictures_path (pictures[i].name, "dcm");
    g_autofree char *to = test_pictures_path (pictures[i].name, "jpeg.dcm");
    g_autofree char *back = test_pictures_path (pictures[i].name, "back.dcm");
    if (!is_8_bit (&pictures[i]))
      continue;
    g_free (
        test_data_run ("dcmcjpeg -q %s %s %s", (const char *) data, from, to));
    g_free (test_data_run ("dcmdjpeg -q %s %s", to, back));
    g_assert_cmpuint (compare (to, back), <=, 1);
  }
}

/* Colour streams by Pillow, wrapped as they are, with both photometric
 * interpretations; the stream decides. Prints nothing. */
static const char *const colour_program =
    "import io, numpy as np, pydicom\n"
    "from PIL import Image\n"
    "from pydicom.encaps import encapsulate\n"
    "from pydicom.uid import JPEGBaseline8Bit\n"
    "ds = pydicom.dcmread('{dir}/8-3-511x513.dcm')\n"
    "a = ds.pixel_array.astype(np.int64)\n"
    "def wrap(name, stream, photometric):\n"
    "    ds.PhotometricInterpretation = photometric\n"
    "    ds.PixelData = encapsulate([stream])\n"
    "    ds['PixelData'].VR = 'OB'\n"
    "    ds['PixelData'].is_undefined_length = True\n"
    "    ds.file_meta.TransferSyntaxUID = JPEGBaseline8Bit\n"
    "    ds.save_as('{dir}/%s.dcm' % name)\n"
    "def save(im, **options):\n"
    "    out = io.BytesIO()\n"
    "    im.save(out, 'JPEG', quality=95, **options)\n"
    "    return out.getvalue()\n"
    "def strip(stream, marker):\n"
    "    at = stream.index(marker)\n"
    "    length = stream[at + 2] << 8 | stream[at + 3]\n"
    "    return stream[:at] + stream[at + 2 + length:]\n"
    "im = Image.fromarray(a.astype(np.uint8))\n"
    "jfif = save(im, subsampling=0)\n"
    "wrap('jfif-ybr', jfif, 'YBR_FULL')\n"
    "wrap('jfif-rgb', jfif, 'RGB')\n"
    "bare = strip(jfif, b'\\xff\\xe0')\n"
    "wrap('bare-ybr', bare, 'YBR_FULL')\n"
    "half = strip(save(im, subsampling=2), b'\\xff\\xe0')\n"
    "wrap('half-rgb', half, 'RGB')\n"
    /* The three planes as they are, called Y, Cb, Cr: RGB without markers. */
    "planes = Image.merge('YCbCr', im.split())\n"
    "plain = strip(save(planes, subsampling=0), b'\\xff\\xe0')\n"
    "wrap('bare-rgb', plain, 'RGB')\n"
    "adobe = (b'\\xff\\xee\\x00\\x0eAdobe\\x00\\x64' + bytes(4) + b'\\0')\n"
    "wrap('adobe-rgb', plain[:2] + adobe + plain[2:], 'YBR_FULL_422')\n";

static guint64
sum_differences (const VitrailFrame *frame, const char *samples)
{
  guint64 sum = 0;

  for (size_t k = 0; k < frame->stride * frame->format.height; k++)
    sum += (guint64) ABS ((gint) frame->data[k] - (gint) (guchar) samples[k]);
  return sum;
}

static void
test_colours (void)
{
  static const char *const names[] = { "jfif-ybr", "jfif-rgb",  "bare-ybr",
                                       "bare-rgb", "adobe-rgb", "half-rgb" };
  g_autofree char *raw = test_pictures_path ("8-3-511x513", "raw");
  g_autofree char *samples = NULL;
  gsize length = 0;
  guint n = 0;

  test_pictures_get (&n);
  g_free (test_data_python (colour_program));
  g_assert_true (g_file_get_contents (raw, &samples, &length, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = test_pictures_path (names[i], "dcm");
    g_autoptr (VitrailFrame) frame = decode_normalized (path);
    g_assert_cmpint (frame->format.photometric, ==, VITRAIL_PHOTOMETRIC_RGB);
    g_assert_cmpuint (length, ==, frame->stride * frame->format.height);
    const guint64 sum = sum_differences (frame, samples);
    /* Noise at quality 95 is off by a few levels, wrong colours by dozens. */
    g_test_message ("%s: mean difference %.2f", names[i],
                    (double) sum / (double) length);
    g_assert_cmpfloat ((double) sum / (double) length, <, 10);
  }
}

/* A smooth picture, so that halving by DCT and by averaging agree. */
static const char *const smooth_program =
    "import io, numpy as np, pydicom\n"
    "from PIL import Image\n"
    "from pydicom.encaps import encapsulate\n"
    "from pydicom.uid import JPEGBaseline8Bit\n"
    "ds = pydicom.dcmread('{dir}/8-1-511x513.dcm')\n"
    "y, x = np.mgrid[0:512, 0:512]\n"
    "a = ((x + y) // 8 + 40).astype(np.uint8)\n"
    "out = io.BytesIO()\n"
    "Image.fromarray(a).save(out, 'JPEG', quality=98)\n"
    "ds.Rows, ds.Columns = 512, 512\n"
    "ds.PixelData = encapsulate([out.getvalue()])\n"
    "ds['PixelData'].VR = 'OB'\n"
    "ds['PixelData'].is_undefined_length = True\n"
    "ds.file_meta.TransferSyntaxUID = JPEGBaseline8Bit\n"
    "ds.save_as('{dir}/smooth.dcm')\n"
    "for r in (1, 2, 3):\n"
    "    s = 1 << r\n"
    "    m = a.reshape(512 // s, s, 512 // s, s).mean((1, 3))\n"
    "    open('{dir}/smooth%d.raw' % r, 'wb').write(\n"
    "        np.rint(m).astype(np.uint8).tobytes())\n";

static void
test_reduce (void)
{
  g_autofree char *path = test_pictures_path ("smooth", "dcm");
  guint n = 0;

  test_pictures_get (&n);
  g_free (test_data_python (smooth_program));
  for (guint reduce = 1; reduce <= 3; reduce++) {
    g_autofree char *name = g_strdup_printf ("smooth%u", reduce);
    g_autofree char *raw = test_pictures_path (name, "raw");
    g_autofree char *expected = NULL;
    gsize length = 0;
    g_autoptr (VitrailFrame) frame = test_pictures_decode (path, reduce);
    g_assert_cmpuint (frame->reduce, ==, reduce);
    g_assert_cmpuint (frame->format.width, ==, 512u >> reduce);
    g_assert_true (g_file_get_contents (raw, &expected, &length, NULL));
    g_assert_cmpuint (
        test_pictures_difference (frame, (const uint8_t *) expected, length),
        <=, 2);
  }
  /* More than libjpeg can, and an odd size. */
  g_autoptr (VitrailFrame) most = test_pictures_decode (path, 7);
  g_assert_cmpuint (most->reduce, ==, 3);
}

/* One whole stream, to be damaged. */
static GBytes *
load_stream (VitrailPixelFormat *format)
{
  return test_codec_load_stream ("dcmcjpeg -q +eb", "8-1-511x513", format);
}

static void
assert_fails (const VitrailPixelFormat *format,
              GBytes *bytes,
              VitrailError code,
              const char *message)
{
  test_codec_assert_fails (UID, bytes, format, code, message);
}

static void
test_truncated (void)
{
  VitrailPixelFormat format;
  g_autoptr (GBytes) whole = load_stream (&format);
  gsize length = g_bytes_get_size (whole);
  const char *data = g_bytes_get_data (whole, NULL);

  for (guint i = 1; i < 8; i++) {
    g_autoptr (GBytes) part = g_bytes_new (data, length * i / 8);
    assert_fails (
        &format, part, VITRAIL_ERROR_CORRUPT,
        "file: frame 3: JPEG: Corrupt JPEG data: premature end of data "
        "segment");
  }
  g_autoptr (GBytes) nothing = g_bytes_new (data, 0);
  assert_fails (&format, nothing, VITRAIL_ERROR_CORRUPT,
                "file: frame 3: JPEG: no start of image");
  /* Without its end marker, or with padding behind, a stream is whole. */
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) endless = g_bytes_new (data, length - 2 - length % 2);
  g_autoptr (VitrailFrame) frame =
      test_codec_decode (UID, endless, &format, 0, &error);
  g_assert_no_error (error);
}

static uint8_t *
find_frame_header (uint8_t *data, gsize length)
{
  for (gsize i = 0; i + 1 < length; i++)
    if (data[i] == 0xff && data[i + 1] == 0xc0)
      return data + i;
  g_assert_not_reached ();
}

/* The stream's size is that of the frame, with a warning. */
static void
test_contradictions (void)
{
  VitrailPixelFormat format;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) whole = load_stream (&format);
  VitrailPixelFormat other = format;

  other.width = 512;
  g_autoptr (VitrailFrame) frame =
      test_codec_decode (UID, whole, &other, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (frame->format.width, ==, 511);
  g_assert_cmpstr (frame->warning, ==,
                   "file: frame 3: JPEG of 511 x 513 x 1 samples, the header "
                   "says 512 x 513 x 1");
  /* 8 bits in a container of 16 and of 32, signed by the header. */
  other = format;
  for (guint bits = 16; bits <= 32; bits *= 2) {
    other.bits_allocated = bits;
    other.is_signed = TRUE;
    g_autoptr (VitrailFrame) plain =
        test_codec_decode (UID, whole, &format, 0, &error);
    g_autoptr (VitrailFrame) wide =
        test_codec_decode (UID, whole, &other, 0, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (wide->stride, ==, plain->stride * bits / 8);
    for (guint i = 0; i < 511; i++) {
      gint sample = bits == 16 ? ((const gint16 *) (gpointer) wide->data)[i]
                               : ((const gint *) (gpointer) wide->data)[i];
      g_assert_cmpint (sample, ==, (plain->data[i] ^ 128) - 128);
    }
  }
}

/* Both sides, each 256 times what is said. */
static void
set_size (uint8_t *sof, uint8_t height, uint8_t width)
{
  sof[5] = height;
  sof[7] = width;
  sof[6] = sof[8] = 0;
}

static void
test_refused (void)
{
  VitrailPixelFormat format;
  g_autoptr (GBytes) whole = load_stream (&format);
  gsize length = g_bytes_get_size (whole);
  g_autofree uint8_t *data = g_memdup2 (g_bytes_get_data (whole, NULL), length);
  uint8_t *sof = find_frame_header (data, length);

  /* Header and stream agree on a size that the bytes cannot hold. */
  set_size (sof, 0x40, 0x20);
  format.width = 8192;
  format.height = 16384;
  g_autoptr (GBytes) bomb = g_bytes_new (data, 2000);
  assert_fails (&format, bomb, VITRAIL_ERROR_CORRUPT,
                "file: frame 3: 2000 bytes of JPEG cannot be 8192 x 16384 "
                "pixels");
  /* They do not agree, and it is more than anybody asked for. */
  format.width = 8;
  set_size (sof, 0x11, 0x11);
  g_autoptr (GBytes) more = g_bytes_new (data, length);
  assert_fails (&format, more, VITRAIL_ERROR_CORRUPT,
                "file: frame 3: the JPEG stream has 4352 x 4352 x 1 samples, "
                "the header 8 x 16384 x 1");
  sof[1] = 0xc9;
  g_autoptr (GBytes) arithmetic = g_bytes_new (data, length);
  assert_fails (&format, arithmetic, VITRAIL_ERROR_UNSUPPORTED,
                "file: frame 3: JPEG with arithmetic coding");
  sof[1] = 0xc5;
  g_autoptr (GBytes) hierarchical = g_bytes_new (data, length);
  assert_fails (&format, hierarchical, VITRAIL_ERROR_UNSUPPORTED,
                "file: frame 3: hierarchical JPEG");
}

static void
write_ours (const TestPicture *picture)
{
  const VitrailEncodeOptions options = { UID, 95, 0 };
  const VitrailCodec *codec = vitrail_codec_find (options.transfer_syntax);
  g_autofree char *from = test_pictures_path (picture->name, "dcm");
  g_autofree char *to = test_pictures_path (picture->name, "ours");
  g_autofree char *colours = test_pictures_path (picture->name, "photometric");
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) frame = test_pictures_decode (from, 0);
  g_autoptr (GBytes) bytes = codec->encode (frame, &options, &error);

  if (!is_8_bit (picture)) {
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
    return;
  }
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (to, g_bytes_get_data (bytes, NULL),
                                      (gssize) g_bytes_get_size (bytes), NULL));
  g_assert_true (g_file_set_contents (
      colours,
      vitrail_photometric_text (
          codec->get_encoded_photometric (frame, &options)),
      -1, NULL));
}

/* What we write DCMTK and GDCM read as we do, and it is the picture. */
static void
test_write (void)
{
  guint n = 0;
  const TestPicture *pictures = test_pictures_get (&n);

  for (guint i = 0; i < n; i++)
    write_ours (&pictures[i]);
  test_codec_wrap_ours (UID);
  for (guint i = 0; i < n; i++) {
    g_autofree char *ours = test_pictures_path (pictures[i].name, "ours.dcm");
    g_autofree char *dcmtk = test_pictures_path (pictures[i].name, "dcmtk.dcm");
    g_autofree char *gdcm = test_pictures_path (pictures[i].name, "gdcm.dcm");
    g_autofree char *raw = test_pictures_path (pictures[i].name, "raw");
    g_autofree char *samples = NULL;
    gsize length = 0;
    if (!is_8_bit (&pictures[i]))
      continue;
    g_free (test_data_run ("dcmdjpeg -q %s %s", ours, dcmtk));
    g_free (test_data_run ("gdcmconv --raw %s %s", ours, gdcm));
    g_assert_cmpuint (compare (ours, dcmtk), <=, 1);
    g_assert_cmpuint (compare (ours, gdcm), <=, 1);
    g_autoptr (VitrailFrame) frame = decode_normalized (ours);
    g_assert_null (frame->warning);
    g_assert_true (g_file_get_contents (raw, &samples, &length, NULL));
    g_assert_cmpuint (sum_differences (frame, samples), <=, length * 6);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/jpeg/baseline", "+eb", test_read);
  g_test_add_data_func ("/jpeg/extended", "+ee +be", test_read);
  g_test_add_data_func ("/jpeg/444", "+eb +s4", test_read);
  g_test_add_data_func ("/jpeg/420", "+eb +np +q 50", test_read);
  g_test_add_data_func ("/jpeg/rgb", "+eb +cr", test_read);
  g_test_add_func ("/jpeg/colours", test_colours);
  g_test_add_func ("/jpeg/reduce", test_reduce);
  g_test_add_func ("/jpeg/write", test_write);
  g_test_add_func ("/jpeg/truncated", test_truncated);
  g_test_add_func ("/jpeg/contradictions", test_contradictions);
  g_test_add_func ("/jpeg/refused", test_refused);
  return g_test_run ();
}
