/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Data sets that were built or read, written in every native encoding and read
 * again: by us, by pydicom and by DCMTK. */

#include "dicom/builder.h"
#include "dicom/frameindex.h"
#include "dicom/vr.h"
#include "dicom/writer.h"
#include "dicomdata.h"
#include "error.h"
#include "testdata.h"

#include <glib/gstdio.h>

#include <string.h>

#define EXPLICIT "1.2.840.10008.1.2.1"
#define IMPLICIT "1.2.840.10008.1.2"
#define BIG      "1.2.840.10008.1.2.2"
#define DEFLATED "1.2.840.10008.1.2.1.99"
#define RLE      "1.2.840.10008.1.2.5"

static const char *const native[] = { EXPLICIT, IMPLICIT, BIG, DEFLATED };

#define TAG_PIXEL VITRAIL_TAG (0x7fe0, 0x0010)

static VitrailDataSet *
make_item (const char *meaning)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0008, 0x0100),
                                       "121327");
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0008, 0x0104),
                                       meaning);
  return vitrail_data_set_builder_end (builder);
}

/* Every kind of value, in no order. */
static VitrailDataSet *
make_data_set (void)
{
  static const guint16 pixels[4] = { 1, 2, 0x1234, 0xfedc };

  static const struct {
    VitrailTag tag;
    int64_t value;
  } numbers[] = {
    { VITRAIL_TAG (0x0028, 0x0010), 2 },  { VITRAIL_TAG (0x0028, 0x0011), 2 },
    { VITRAIL_TAG (0x0028, 0x0002), 1 },  { VITRAIL_TAG (0x0028, 0x0100), 16 },
    { VITRAIL_TAG (0x0028, 0x0101), 16 }, { VITRAIL_TAG (0x0028, 0x0103), 0 },
  };

  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  g_autoptr (VitrailDataSet) first = make_item ("Größe");
  g_autoptr (VitrailDataSet) second = make_item ("plain");
  VitrailDataSet *items[] = { first, second };
  g_autoptr (GBytes) bytes = g_bytes_new_static (pixels, sizeof pixels);

  vitrail_data_set_builder_set_bytes (builder, TAG_PIXEL, VR_OW, bytes);
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0008, 0x0016),
                                       "1.2.840.10008.5.1.4.1.1.7");
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0008, 0x0018),
                                       "1.2.3.4");
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0010, 0x0010),
                                       "Müller^Jürgen");
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0028, 0x0004),
                                       "MONOCHROME2");
  vitrail_data_set_builder_set_items (builder, VITRAIL_TAG (0x0008, 0x1032),
                                      items, 2);
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0028, 0x0030),
                                       "0.5\\0.25");
  vitrail_data_set_builder_set_double (builder, VITRAIL_TAG (0x0018, 0x0050),
                                       1.0 / 3.0);
  vitrail_data_set_builder_set_double (builder, VITRAIL_TAG (0x0018, 0x9306),
                                       0.1);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    vitrail_data_set_builder_set_int (builder, numbers[i].tag,
                                      numbers[i].value);
  vitrail_data_set_builder_set_int (builder, VITRAIL_TAG (0x0020, 0x0013), -7);
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0028, 0x0009),
                                       "00181063");
  return vitrail_data_set_builder_end (builder);
}

static VitrailPart10 *
write_and_read (VitrailDataSet *data_set, const char *syntax, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = vitrail_write_part10 (data_set, syntax, &error);

  g_assert_no_error (error);
  VitrailPart10 *file =
      vitrail_part10_read (bytes, what, VITRAIL_READ_ALL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (vitrail_part10_get_transfer_syntax (file), ==, syntax);
  g_assert_null (vitrail_part10_get_warnings (file)[0]);
  return file;
}

static void
test_values (void)
{
  g_autoptr (VitrailDataSet) data_set = make_data_set ();
  double numbers[2];
  int64_t number;

  g_assert_true (vitrail_data_set_text_is (
      data_set, VITRAIL_TAG (0x0008, 0x0005), 0, "ISO_IR 192"));
  g_assert_true (vitrail_data_set_get_doubles (
      data_set, VITRAIL_TAG (0x0028, 0x0030), numbers, 2));
  g_assert_cmpfloat (numbers[1], ==, 0.25);
  g_assert_false (vitrail_data_set_get_doubles (
      data_set, VITRAIL_TAG (0x0018, 0x0050), numbers, 2));
  g_assert_true (vitrail_data_set_text_is (
      data_set, VITRAIL_TAG (0x0018, 0x0050), 0, "0.33333333333333"));
  g_assert_true (vitrail_data_set_get_int (
      data_set, VITRAIL_TAG (0x0020, 0x0013), 0, &number));
  g_assert_cmpint (number, ==, -7);
  g_assert_cmpint (vitrail_data_set_get_n_items (data_set,
                                                 VITRAIL_TAG (0x0008, 0x1032)),
                   ==, 2);
  VitrailDataSet *item =
      vitrail_data_set_get_item (data_set, VITRAIL_TAG (0x0008, 0x1032), 0);
  g_assert_false (vitrail_data_set_has (item, VITRAIL_TAG (0x0008, 0x0005)));
  g_autofree char *meaning =
      vitrail_data_set_dup_string (item, VITRAIL_TAG (0x0008, 0x0104), 0);
  g_assert_cmpstr (meaning, ==, "Größe");
}

/* An item lives on by itself, and a data set goes into another. */
static void
test_lifetime (void)
{
  g_autoptr (VitrailDataSet) item = NULL;
  {
    g_autoptr (VitrailDataSet) data_set = make_data_set ();
    item = vitrail_data_set_ref (
        vitrail_data_set_get_item (data_set, VITRAIL_TAG (0x0008, 0x1032), 0));
  }
  g_autoptr (VitrailDataSet) outer = NULL;
  {
    VitrailDataSetBuilder *builder = vitrail_data_set_builder_new_from (item);
    vitrail_data_set_builder_set_items (builder, VITRAIL_TAG (0x0040, 0xa730),
                                        &item, 1);
    vitrail_data_set_builder_remove (builder, VITRAIL_TAG (0x0008, 0x0100));
    outer = vitrail_data_set_builder_end (builder);
  }
  g_clear_pointer (&item, vitrail_data_set_unref);
  g_autofree char *meaning = vitrail_data_set_dup_string (
      vitrail_data_set_get_item (outer, VITRAIL_TAG (0x0040, 0xa730), 0),
      VITRAIL_TAG (0x0008, 0x0104), 0);
  g_assert_cmpstr (meaning, ==, "Größe");
  g_assert_false (vitrail_data_set_has (outer, VITRAIL_TAG (0x0008, 0x0100)));
}

static void
test_round_trip (void)
{
  g_autoptr (VitrailDataSet) data_set = make_data_set ();

  for (guint i = 0; i < G_N_ELEMENTS (native); i++) {
    g_autoptr (VitrailPart10) file =
        write_and_read (data_set, native[i], native[i]);
    VitrailDataSet *again = vitrail_part10_get_data_set (file);
    int64_t pixel;
    g_assert_true (test_dicom_equal (data_set, again, native[i]));
    g_assert_true (vitrail_data_set_get_int (again, TAG_PIXEL, 3, &pixel));
    g_assert_cmpint (pixel, ==, 0xfedc);
  }
}

static void
check_real_file (const char *path, VitrailPart10 *file)
{
  VitrailDataSet *data_set = vitrail_part10_get_data_set (file);
  const VitrailElement *pixels = vitrail_data_set_find (data_set, TAG_PIXEL);
  const char *own = vitrail_part10_get_transfer_syntax (file);
  gboolean is_native = pixels == NULL || !pixels->undefined_length;
  size_t size = 0;

  if (!vitrail_data_set_has (data_set, VITRAIL_TAG (0x0008, 0x0016)) ||
      !vitrail_data_set_has (data_set, VITRAIL_TAG (0x0008, 0x0018)))
    return;
  if (pixels != NULL)
    size = pixels->length;
  /* Large ones differ in nothing but time. */
  if (size > (size_t) 256 * 1024)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (native) - 1; i++) {
    g_autoptr (GError) error = NULL;
    const char *syntax = is_native ? native[i] : own;
    g_autoptr (GBytes) bytes = vitrail_write_part10 (data_set, syntax, &error);
    if (bytes == NULL) {
      /* What was broken stays unwritten: no UID, no complete fragments. */
      g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
      return;
    }
    g_autoptr (VitrailPart10) again =
        vitrail_part10_read (bytes, path, VITRAIL_READ_ALL, &error);
    g_assert_no_error (error);
    if (!test_dicom_equal (data_set, vitrail_part10_get_data_set (again), path))
      g_test_fail_printf ("%s is not the same in %s", path, syntax);
    if (!is_native)
      return;
  }
}

static void
test_real_files (void)
{
  guint n = test_dicom_foreach_real_file (check_real_file);

  g_test_message ("%u files", n);
}

/* pydicom and DCMTK read what we write. */
static void
test_peers (void)
{
  g_autoptr (VitrailDataSet) data_set = make_data_set ();

  for (guint i = 0; i < G_N_ELEMENTS (native); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *path =
        g_strdup_printf ("%s/%u.dcm", test_data_get_scratch (), i);
    vitrail_write_part10_file (data_set, native[i], path, &error);
    g_assert_no_error (error);
    g_autofree char *dump = test_data_run ("dcmdump %s", path);
    g_assert_nonnull (strstr (dump, "0.33333333333333"));
    g_assert_nonnull (strstr (dump, "0001\\0002\\1234\\fedc"));
  }
  g_autofree char *out = test_data_python (
      "import pydicom\n"
      "for i in range(4):\n"
      "    d = pydicom.dcmread(f'{dir}/{i}.dcm')\n"
      "    assert d.PatientName == 'Müller^Jürgen', d.PatientName\n"
      "    assert d.ProcedureCodeSequence[0].CodeMeaning == 'Größe'\n"
      "    assert d[0x189306].value == 0.1\n"
      "    assert d.pixel_array.tolist() == [[1, 2], [0x1234, 0xfedc]]\n"
      "    assert d.PixelSpacing == [0.5, 0.25]\n"
      "    assert int(d.InstanceNumber) == -7\n"
      "print('ok')\n");
  g_assert_cmpstr (out, ==, "ok\n");
}

static void
test_encapsulated (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailDataSet) base = make_data_set ();
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new_from (base);
  g_autoptr (GBytes) odd = g_bytes_new_static ("first", 5);
  g_autoptr (GBytes) even = g_bytes_new_static ("second", 6);
  GBytes *frames[] = { odd, even };
  g_autoptr (GBytes) items = vitrail_encapsulate (frames, 2, &error);

  g_assert_no_error (error);
  vitrail_data_set_builder_set_bytes (builder, TAG_PIXEL, VR_OB, items);
  vitrail_data_set_builder_set_int (builder, VITRAIL_TAG (0x0028, 0x0008), 2);
  g_autoptr (VitrailDataSet) data_set = vitrail_data_set_builder_end (builder);
  g_autoptr (VitrailPart10) file = write_and_read (data_set, RLE, "frames");
  g_autoptr (VitrailFrameIndex) index =
      vitrail_frame_index_new (vitrail_part10_get_data_set (file), RLE,
                               "frames", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_frame_index_get_n_frames (index), ==, 2);
  g_autoptr (GBytes) first = vitrail_frame_index_ref_frame (index, 1, &error);
  g_autoptr (GBytes) second = vitrail_frame_index_ref_frame (index, 2, &error);
  g_assert_cmpmem (g_bytes_get_data (first, NULL), g_bytes_get_size (first),
                   "first\0", 6);
  g_assert_true (g_bytes_equal (second, even));
}

static void
test_refusals (void)
{
  g_autoptr (VitrailDataSet) data_set = make_data_set ();
  g_autoptr (GError) error = NULL;

  g_assert_null (vitrail_write_part10 (data_set, RLE, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  g_assert_cmpstr (error->message, ==,
                   "(7FE0,0010) PixelData: not the items of encapsulated "
                   "frames, but the transfer syntax is " RLE);
  g_clear_error (&error);

  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new_from (data_set);
  vitrail_data_set_builder_remove (builder, VITRAIL_TAG (0x0008, 0x0018));
  g_autoptr (VitrailDataSet) nameless = vitrail_data_set_builder_end (builder);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "no.dcm", NULL);
  g_assert_false (vitrail_write_part10_file (nameless, EXPLICIT, path, &error));
  g_autofree char *expected = g_strdup_printf (
      "%s: (0008,0018) SOPInstanceUID: missing, a file needs it", path);
  g_assert_cmpstr (error->message, ==, expected);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_clear_error (&error);

  g_assert_false (vitrail_write_part10_file (data_set, EXPLICIT,
                                             "/nowhere/at/all.dcm", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO);
  g_assert_true (g_str_has_prefix (error->message, "/nowhere/at/all.dcm: "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/writer/values", test_values);
  g_test_add_func ("/writer/lifetime", test_lifetime);
  g_test_add_func ("/writer/round-trip", test_round_trip);
  g_test_add_func ("/writer/real-files", test_real_files);
  g_test_add_func ("/writer/peers", test_peers);
  g_test_add_func ("/writer/encapsulated", test_encapsulated);
  g_test_add_func ("/writer/refusals", test_refusals);
  return g_test_run ();
}
