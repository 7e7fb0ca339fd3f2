/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files that want more than they may: depth, deflated bombs, very many values.
 */

#include "dicomdata.h"
#include "dicomhex.h"
#include "error.h"
#include "limits.h"
#include "sanitized.h"
#include "testdata.h"

#include <string.h>
#include <sys/resource.h>

/* Sequences in sequences: as deep as allowed, and a file of nothing else. */
static void
test_depth (void)
{
  static const guint depths[] = { VITRAIL_LIMIT_DEPTH, VITRAIL_LIMIT_DEPTH + 1,
                                  100000 };

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++) {
    g_autoptr (GString) hex = g_string_new (MODALITY);
    g_autoptr (GError) error = NULL;
    for (guint j = 0; j < depths[i]; j++)
      g_string_append (hex, SEQUENCE UNDEF ITEM UNDEF);
    for (guint j = 0; j < depths[i]; j++)
      g_string_append (hex, ITEM_END SEQ_END);
    g_autoptr (VitrailPart10) file =
        test_dicom_read_hex (hex->str, VITRAIL_READ_ALL, &error);
    if (depths[i] <= VITRAIL_LIMIT_DEPTH) {
      g_assert_no_error (error);
      continue;
    }
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
    g_assert_nonnull (strstr (error->message,
                              "ReferencedPerformedProcedureStepSequence: "
                              "sequences are nested too deeply, at byte "));
  }
}

/* A small file that inflates to very many zeros. */
static void
test_deflated_zeros (void)
{
  g_autofree char *out =
      test_data_python ("import zlib\n"
                        "meta = bytes.fromhex('0200100055491600') + "
                        "b'1.2.840.10008.1.2.1.99'\n"
                        "z = zlib.compressobj(9, zlib.DEFLATED, -15)\n"
                        "with open('{dir}/zeros.dcm', 'wb') as f:\n"
                        "    f.write(bytes(128) + b'DICM' + meta)\n"
                        "    chunk = bytes(16 << 20)\n"
                        "    for i in range(4):\n"
                        "        f.write(z.compress(chunk))\n"
                        "    f.write(z.flush())\n");
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "zeros.dcm", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailPart10) file =
      vitrail_part10_open (path, VITRAIL_READ_ALL, &error);

  /* 64 MB of zeros are allowed; as a data set they are nothing. */
  g_assert_nonnull (file);
  g_assert_cmpuint (vitrail_data_set_get_n_elements (
                        vitrail_part10_get_data_set (file)),
                    <=, 1);
}

/* Reads a header; by how many MB the peak of memory went up. */
static guint64
read_bomb (const char *name, GError **error)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), name, NULL);
  struct rusage before;
  struct rusage after;

  getrusage (RUSAGE_SELF, &before);
  g_autoptr (VitrailPart10) file =
      vitrail_part10_open (path, VITRAIL_READ_HEADER, error);
  getrusage (RUSAGE_SELF, &after);
  g_assert_true ((file == NULL) == (error != NULL && *error != NULL));
  if (file != NULL) {
    VitrailDataSet *data_set = vitrail_part10_get_data_set (file);
    g_assert_true (vitrail_data_set_has (data_set, 0x7fe00010));
    g_assert_cmpint (vitrail_data_set_get_int_or (data_set, 0x00280010, 0), ==,
                     512);
    g_assert_null (vitrail_part10_get_warnings (file)[0]);
  }
  return SANITIZED
             ? 0
             : (guint64) MAX (after.ru_maxrss - before.ru_maxrss, 0) / 1024;
}

/* Files of 1 MB that inflate to 1 GB: in Pixel Data, where a header read ends
 * before it, and in an attribute before; and one of very many attributes. */
static void
test_deflated_bombs (void)
{
  g_autofree char *out = test_data_python (
      "import struct, zlib\n"
      "meta = bytes.fromhex('02000000554c0400180000000200100055491600') + "
      "b'1.2.840.10008.1.2.1.99'\n"
      "meta = meta[:8] + struct.pack('<I', len(meta) - 12) + meta[12:]\n"
      "rows = bytes.fromhex('28001000555302000002')\n"
      "def write(name, before, size):\n"
      "    z = zlib.compressobj(9, zlib.DEFLATED, -15)\n"
      "    with open('{dir}/' + name, 'wb') as f:\n"
      "        f.write(bytes(128) + b'DICM' + meta)\n"
      "        f.write(z.compress(before + struct.pack('<I', size)))\n"
      "        f.write(z.flush(zlib.Z_FULL_FLUSH))\n"
      "        zeros = z.compress(bytes(1 << 24))\n"
      "        zeros += z.flush(zlib.Z_FULL_FLUSH)\n"
      "        f.write(zeros * (size >> 24) + z.flush())\n"
      "pixels = rows + bytes.fromhex('e07f10004f570000')\n"
      "write('pixels.dcm', pixels, 1 << 30)\n"
      "before = bytes.fromhex('090010104f420000')\n"
      "write('before.dcm', before, 1 << 30)\n"
      "many = bytes.fromhex('210010104c4f0000') * (1 << 23)\n"
      "write('many.dcm', many + pixels, 1 << 24)\n"
      "fine = before + struct.pack('<I', 1 << 21) + bytes(1 << 21) + pixels\n"
      "write('fine.dcm', fine, 1 << 24)\n");
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (read_bomb ("pixels.dcm", &error), <, 128);
  g_assert_no_error (error);
  g_assert_cmpuint (read_bomb ("fine.dcm", &error), <, 128);
  g_assert_no_error (error);
  g_assert_cmpuint (read_bomb ("before.dcm", &error), <, 256);
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_cmpuint (read_bomb ("many.dcm", &error), <, 256);
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
  g_clear_error (&error);

  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "pixels.dcm", NULL);
  g_assert_null (vitrail_part10_open (
      path, VITRAIL_READ_HEADER | VITRAIL_READ_PIXELS, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
}

/* As many values as fit into a file take no more time than their number: in
 * quadratic time this would not end before the test's limit. */
static void
test_many_values (void)
{
  const gsize n = 1000000;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GBytes) header =
      test_dicom_hex (MODALITY "10001000 5554 0000 40420f00");
  g_autoptr (GError) error = NULL;

  g_byte_array_append (bytes, g_bytes_get_data (header, NULL),
                       (guint) g_bytes_get_size (header));
  /* UC has several values, of any number. */
  bytes->data[15] = 'C';
  g_byte_array_set_size (bytes, (guint) (g_bytes_get_size (header) + n));
  memset (bytes->data + g_bytes_get_size (header), '\\', n);
  g_autoptr (GBytes) whole =
      g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  g_autoptr (VitrailPart10) file =
      vitrail_part10_read (whole, "test", VITRAIL_READ_ALL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_data_set_get_n_values (
                        vitrail_part10_get_data_set (file), 0x00100010),
                    ==, n + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/part10/depth", test_depth);
  g_test_add_func ("/part10/deflated-zeros", test_deflated_zeros);
  g_test_add_func ("/part10/deflated-bombs", test_deflated_bombs);
  g_test_add_func ("/part10/many-values", test_many_values);
  return g_test_run ();
}
