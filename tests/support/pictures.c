/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Test pictures: see pictures.h. */

#include "pictures.h"

#include "instance.h"
#include "testdata.h"

#include <math.h>
#include <string.h>

/* Prints one line a picture: name, bits, signed, samples. */
static const char *const program =
    "import numpy as np, pydicom, struct\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.uid import generate_uid, ExplicitVRLittleEndian\n"
    "rng = np.random.RandomState(7)\n"
    "def picture(h, w, bits, signed, samples):\n"
    "    lo = -(1 << bits - 1) if signed else 0\n"
    "    hi = lo + (1 << bits) - 1\n"
    "    y, x = np.mgrid[0:h, 0:w]\n"
    "    a = np.empty((h, w, samples), np.int64)\n"
    "    for s in range(samples):\n"
    "        a[..., s] = lo + (x * (3 + s) + y * 2) * (hi - lo) // (\n"
    "            3 * (w + h) + 40)\n"
    "    a[h // 2:, : w // 3] = rng.randint(\n"
    "        lo, hi + 1, a[h // 2:, : w // 3].shape)\n"
    "    a[: h // 4, w // 2:] = hi\n"
    "    a[h // 4: h // 3, w // 2:] = lo\n"
    "    a.flat[0] = hi\n"
    "    a.flat[-1] = lo\n"
    "    return a.astype(('int' if signed else 'uint') +\n"
    "                    ('8' if bits <= 8 else '16'))\n"
    "def write(name, a, bits, signed):\n"
    "    ds = Dataset()\n"
    "    ds.SOPClassUID = '1.2.840.10008.5.1.4.1.1.7'\n"
    "    ds.SOPInstanceUID = generate_uid()\n"
    "    ds.StudyInstanceUID = generate_uid()\n"
    "    ds.SeriesInstanceUID = generate_uid()\n"
    "    ds.Modality = 'OT'\n"
    "    ds.PatientName = 'Test^Picture'\n"
    "    ds.PatientID = name\n"
    "    ds.Rows, ds.Columns, ds.SamplesPerPixel = a.shape\n"
    "    ds.PhotometricInterpretation = (\n"
    "        'MONOCHROME2' if a.shape[2] == 1 else 'RGB')\n"
    "    if a.shape[2] > 1: ds.PlanarConfiguration = 0\n"
    "    ds.BitsAllocated = a.itemsize * 8\n"
    "    ds.BitsStored = bits\n"
    "    ds.HighBit = bits - 1\n"
    "    ds.PixelRepresentation = int(signed)\n"
    "    raw = a.tobytes()\n"
    "    open('{dir}/%s.raw' % name, 'wb').write(raw)\n"
    "    ds.PixelData = raw + b'\\0' * (len(raw) % 2)\n"
    "    ds['PixelData'].VR = 'OB' if a.itemsize == 1 else 'OW'\n"
    "    ds.file_meta = FileMetaDataset()\n"
    "    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian\n"
    "    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID\n"
    "    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID\n"
    "    ds.is_little_endian, ds.is_implicit_VR = True, False\n"
    "    ds.save_as('{dir}/%s.dcm' % name, write_like_original=False)\n"
    "for h, w in ((1, 1), (7, 5), (64, 48), (513, 511)):\n"
    "    for bits, signed, samples in ((8, 0, 1), (8, 1, 1), (12, 0, 1),\n"
    "        (12, 1, 1), (16, 0, 1), (16, 1, 1), (8, 0, 3), (16, 0, 3)):\n"
    "        name = '%d%s-%d-%dx%d' % (bits, 's' * signed, samples, w, h)\n"
    "        write(name, picture(h, w, bits, signed, samples), bits, signed)\n"
    "        print(name, bits, signed, samples)\n";

const TestPicture *
test_pictures_get (guint *n_pictures)
{
  static GArray *pictures;

  if (pictures == NULL) {
    g_autofree char *lines = test_data_python (program);
    g_auto (GStrv) line = g_strsplit (g_strstrip (lines), "\n", -1);
    pictures = g_array_new (FALSE, TRUE, sizeof (TestPicture));
    for (guint i = 0; line[i] != NULL; i++) {
      g_auto (GStrv) word = g_strsplit (line[i], " ", 4);
      TestPicture picture = {
        g_strdup (word[0]),
        (guint) g_ascii_strtoull (word[1], NULL, 10),
        word[2][0] == '1',
        (guint) g_ascii_strtoull (word[3], NULL, 10),
      };
      g_array_append_val (pictures, picture);
    }
  }
  *n_pictures = pictures->len;
  return (const TestPicture *) (gpointer) pictures->data;
}

char *
test_pictures_path (const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, ".", suffix, NULL);

  return g_build_filename (test_data_get_scratch (), file, NULL);
}

VitrailFrame *
test_pictures_decode (const char *path, guint reduce)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);
  g_assert_no_error (error);
  VitrailFrame *frame =
      vitrail_instance_decode_frame (instance, 1, reduce, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (frame->normalized);
  g_assert_cmpuint (frame->stride, ==,
                    (gsize) frame->format.width *
                        vitrail_pixel_format_get_pixel_bytes (&frame->format));
  return frame;
}

static gint64
get_sample (const uint8_t *data, const VitrailPixelFormat *format, size_t i)
{
  uint8_t low = data[i];

  if (format->bits_allocated == 8)
    return format->is_signed ? (gint64) (int8_t) low : (gint64) low;
  uint16_t value = (uint16_t) (data[2 * i] | data[2 * i + 1] << 8);
  return format->is_signed ? (gint64) (int16_t) value : (gint64) value;
}

guint64
test_pictures_difference (const VitrailFrame *frame,
                          const uint8_t *expected,
                          size_t length)
{
  const VitrailPixelFormat *format = &frame->format;
  guint64 most = 0;

  g_assert_cmpuint (length, ==, frame->stride * format->height);
  for (size_t i = 0; i < length / (format->bits_allocated / 8); i++) {
    gint64 d =
        get_sample (frame->data, format, i) - get_sample (expected, format, i);
    most = MAX (most, (guint64) ABS (d));
  }
  return most;
}

void
test_pictures_assert_same (const char *path, const char *name)
{
  g_autofree char *raw = test_pictures_path (name, "raw");
  g_autofree char *expected = NULL;
  gsize length = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) frame = test_pictures_decode (path, 0);

  g_file_get_contents (raw, &expected, &length, &error);
  g_assert_no_error (error);
  if (test_pictures_difference (frame, (const uint8_t *) expected, length) != 0)
    g_error ("%s: samples differ from %s", path, raw);
}
