/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files as they are, and as they should not be: what is tolerated, and the one
 * error that says what is wrong where. */

#include "dicom/part10.h"
#include "dicom/vr.h"
#include "dicomdata.h"
#include "error.h"
#include "limits.h"
#include "testdata.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define EXPLICIT "1.2.840.10008.1.2.1"

/* Attributes in explicit little endian. */
#define CHARSET  "08000500 4353 0a00 49534f5f495220313030"
#define MODALITY "08006000 4353 0200 4d52"
#define NAME     "10001000 504e 0400 415e4220"
#define ROWS     "28001000 5553 0200 0200"
#define PIXELS   "e07f1000 4f57 0000 04000000 01020304"
#define SEQUENCE "08001111 5351 0000"
#define UNDEF    "ffffffff"
#define ITEM     "feff00e0"
#define ITEM_END "feff0de0 00000000"
#define SEQ_END  "feffdde0 00000000"

static VitrailPart10 *
read_hex (const char *hex, VitrailReadFlags flags, GError **error)
{
  g_autoptr (GBytes) bytes = test_dicom_hex (hex);

  return vitrail_part10_read (bytes, "test", flags, error);
}

/* What is read in spite of everything, and the last of what is said about it.
 */
static const struct {
  const char *hex;
  size_t n_elements;
  const char *warning;
} tolerated[] = {
  { MODALITY NAME, 2, "no transfer syntax: " EXPLICIT " assumed" },
  { "4449434d 02001000 5549 1400 "
    "312e322e3834302e31303030382e312e322e3100" MODALITY NAME,
    2, "file meta: no group length" },
  { "02000000 554c 0400 63000000"
    "02001000 5549 1400 312e322e3834302e31303030382e312e322e3100" MODALITY NAME,
    2, "file meta: wrong group length" },
  /* implicit under explicit, and the other way round */
  { "02001000 5549 1400 312e322e3834302e31303030382e312e322e3100"
    "08006000 02000000 4d52",
    1, "(0008,0060) Modality: implicit VR where explicit was announced" },
  { "02001000 5549 1200 312e322e3834302e31303030382e312e3200" MODALITY NAME, 2,
    "(0008,0060) Modality: explicit VR where implicit was announced" },
  /* big endian under little endian */
  { "02001000 5549 1400 312e322e3834302e31303030382e312e322e3100"
    "00080060 4353 0002 4d52",
    1, "the byte order is not the transfer syntax's" },
  { MODALITY NAME "00000000 00000000 00000000", 2,
    "(0010,0010) PatientName: what follows is padding, and was ignored" },
  { MODALITY NAME "010203", 2,
    "(0010,0010) PatientName: odd bytes at the end were skipped" },
  { MODALITY PIXELS "0800 0000 ffff ffff ffff ffff", 2,
    "(7FE0,0010) PixelData: what follows is no attribute, and was ignored" },
  { CHARSET NAME MODALITY, 3,
    "(0008,0060) Modality: out of order or there twice" },
  { MODALITY NAME NAME, 2,
    "(0010,0010) PatientName: out of order or there twice" },
  { MODALITY "10001000 2020 0400 415e4220", 2,
    "(0010,0010) PatientName: its VR is not valid" },
  { MODALITY "10001000 5a5a 0000 04000000 415e4220", 2,
    "(0010,0010) PatientName: its VR is not valid" },
  { MODALITY "10001000 0400 0000 415e4220", 2,
    "(0010,0010) PatientName: its VR is not valid" },
  { MODALITY SEQUENCE UNDEF ITEM UNDEF MODALITY SEQ_END NAME, 3,
    "(0008,0060) Modality: a delimiter is missing" },
  { MODALITY SEQUENCE UNDEF ITEM "0a000000" MODALITY NAME, 3,
    "(0008,1111) ReferencedPerformedProcedureStepSequence: "
    "a delimiter is missing" },
  { MODALITY SEQUENCE "12000000" ITEM "0a000000" MODALITY SEQ_END NAME, 3,
    "(0008,1111) ReferencedPerformedProcedureStepSequence: "
    "an unexpected delimiter was skipped" },
  { MODALITY SEQUENCE "0a000000" MODALITY NAME, 3,
    "(0008,1111) ReferencedPerformedProcedureStepSequence: "
    "bytes that are no item were skipped" },
  { MODALITY ITEM_END NAME, 2,
    "(0008,0060) Modality: an unexpected delimiter was skipped" },
  { MODALITY ROWS "e07f1000 4f57 0000 08000000 01020304", 3,
    "(7FE0,0010) PixelData: the file ends inside its value" },
  { MODALITY "e07f1000 4f42 0000 " UNDEF ITEM "00000000" ITEM "04000000"
             "ffd8ffd9",
    2, "(7FE0,0010) PixelData: the end of its fragments is missing" },
};

static void
test_tolerated (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (tolerated); i++) {
    g_autoptr (GError) error = NULL;
    g_test_message ("%s", tolerated[i].warning);
    g_autoptr (VitrailPart10) file =
        read_hex (tolerated[i].hex, VITRAIL_READ_ALL, &error);
    g_assert_no_error (error);
    const VitrailDataSet *data_set = vitrail_part10_get_data_set (file);
    const char *const *warnings = vitrail_part10_get_warnings (file);
    guint n = g_strv_length ((char **) (guintptr) warnings);
    g_assert_cmpuint (n, >, 0);
    g_assert_cmpstr (warnings[n - 1], ==, tolerated[i].warning);
    g_assert_cmpuint (vitrail_data_set_get_n_elements (data_set), ==,
                      tolerated[i].n_elements);
  }
}

/* PS3.5 6.2.2: UN of undefined length is a sequence in implicit VR. */
static void
test_unknown (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailPart10) file =
      read_hex (MODALITY "09000110 554e 0000 " UNDEF ITEM UNDEF
                         "09000210 04000000 61626364" ITEM_END SEQ_END
                         "10001000 554e 0000 04000000 415e4220"
                         "28003000 554e 0000 08000000 312e305c322e3020",
                VITRAIL_READ_ALL, &error);

  g_assert_no_error (error);
  VitrailDataSet *data_set = vitrail_part10_get_data_set (file);
  g_assert_cmpuint (vitrail_data_set_get_n_items (data_set, 0x00091001), ==, 1);
  g_autoptr (GBytes) value = vitrail_data_set_ref_value (
      vitrail_data_set_get_item (data_set, 0x00091001, 0), 0x00091002);
  g_assert_cmpmem (g_bytes_get_data (value, NULL), g_bytes_get_size (value),
                   "abcd", 4);
  /* What the dictionary knows is not unknown. */
  g_autofree char *name = vitrail_data_set_dup_string (data_set, 0x00100010, 0);
  double spacing;
  g_assert_cmpstr (name, ==, "A^B");
  g_assert_true (
      vitrail_data_set_get_double (data_set, 0x00280030, 1, &spacing));
  g_assert_cmpfloat (spacing, ==, 2);
}

/* US or SS goes by Pixel Representation where no VR is written. */
static void
test_signed_padding (void)
{
  static const char *const signs[] = { "0000", "0100" };
  static const int64_t expected[] = { 63536, -2000 };

  for (guint i = 0; i < 2; i++) {
    g_autofree char *hex =
        g_strconcat ("08006000 02000000 4d52 28000301 02000000 ", signs[i],
                     "28002001 02000000 30f8", NULL);
    g_autoptr (VitrailPart10) file = read_hex (hex, VITRAIL_READ_ALL, NULL);
    int64_t padding;
    g_assert_true (vitrail_data_set_get_int (vitrail_part10_get_data_set (file),
                                             0x00280120, 0, &padding));
    g_assert_cmpint (padding, ==, expected[i]);
  }
}

static void
test_errors (void)
{
  static const struct {
    const char *hex;
    int code;
    const char *message;
  } cases[] = {
    { "", VITRAIL_ERROR_FORMAT, "test: not a DICOM file" },
    { "7b22613a317d7b22", VITRAIL_ERROR_FORMAT, "test: not a DICOM file" },
    { MODALITY "10001000 504e 2000 415e4220", VITRAIL_ERROR_TRUNCATED,
      "test: (0010,0010) PatientName: 32 bytes at byte 18, but the file ends "
      "after 4" },
    { MODALITY "e07f1000 4f57 0000", VITRAIL_ERROR_TRUNCATED,
      "test: (7FE0,0010) PixelData: it ends before its length is said, at byte "
      "10" },
    { MODALITY "e07f0300 4f57 0000 ffffff7f 01", VITRAIL_ERROR_TRUNCATED,
      "test: (7FE0,0003): 2147483647 bytes at byte 22, "
      "but the file ends after 1" },
    { MODALITY SEQUENCE "40000000" ITEM "0a000000" MODALITY,
      VITRAIL_ERROR_TRUNCATED,
      "test: (0008,1111) ReferencedPerformedProcedureStepSequence: 64 bytes at "
      "byte 22, but the file ends after 18" },
    { MODALITY SEQUENCE UNDEF ITEM "0a000000" MODALITY, VITRAIL_ERROR_TRUNCATED,
      "test: (0008,1111) ReferencedPerformedProcedureStepSequence: the file "
      "ends inside a sequence, at byte 40" },
    { MODALITY SEQUENCE UNDEF ITEM UNDEF MODALITY, VITRAIL_ERROR_TRUNCATED,
      "test: (0008,0060) Modality: the file ends inside a sequence, at byte "
      "40" },
    { MODALITY SEQUENCE "12000000" ITEM "0b000000" MODALITY NAME,
      VITRAIL_ERROR_MALFORMED,
      "test: (0008,1111) ReferencedPerformedProcedureStepSequence: an item is "
      "longer than its sequence, at byte 22" },
    { MODALITY SEQUENCE "12000000" ITEM "0a000000"
                        "08006000 4353 0300 4d52" NAME,
      VITRAIL_ERROR_MALFORMED,
      "test: (0008,0060) Modality: 3 bytes at byte 38, but its item ends after "
      "2" },
    { MODALITY ITEM "00000000", VITRAIL_ERROR_MALFORMED,
      "test: (0008,0060) Modality: an item outside of a sequence follows, at "
      "byte 10" },
    { MODALITY "10001000 5554 0000 " UNDEF "00000000", VITRAIL_ERROR_MALFORMED,
      "test: (0010,0010) PatientName: undefined length of what is no sequence, "
      "at byte 10" },
    { "02001000 5549 1600 312e322e3834302e31303030382e312e322e312e3939 ffff",
      VITRAIL_ERROR_CORRUPT, "test: deflated data set: it does not inflate" },
    { "02001000 5549 1600 312e322e3834302e31303030382e312e322e312e3939 01",
      VITRAIL_ERROR_TRUNCATED,
      "test: deflated data set: the file ends inside it" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailPart10) file =
        read_hex (cases[i].hex, VITRAIL_READ_ALL, &error);
    g_assert_null (file);
    g_assert_cmpstr (error->message, ==, cases[i].message);
    g_assert_error (error, VITRAIL_ERROR, cases[i].code);
  }
}

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
        read_hex (hex->str, VITRAIL_READ_ALL, &error);
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

/* AddressSanitizer keeps what is freed, and its own books. */
#ifdef __has_feature
#  if __has_feature(address_sanitizer)
#    define SANITIZED 1
#  endif
#endif
#if defined __SANITIZE_ADDRESS__ && !defined SANITIZED
#  define SANITIZED 1
#endif
#ifndef SANITIZED
#  define SANITIZED 0
#endif

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

static void
test_header (void)
{
  static const char *const pixels[] = {
    "e07f1000 4f57 0000 04000000 01020304 fcfffcff 4f42 0000 00000000",
    "e07f1000 4f42 0000 " UNDEF ITEM "00000000" ITEM "02000000 ffd8",
  };
  static const size_t lengths[] = { 4, 18 };

  for (guint i = 0; i < 2; i++) {
    g_autofree char *hex = g_strconcat (MODALITY ROWS, pixels[i], NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailPart10) file =
        read_hex (hex, VITRAIL_READ_HEADER, &error);
    g_assert_no_error (error);
    const VitrailElement *element =
        vitrail_data_set_find (vitrail_part10_get_data_set (file), 0x7fe00010);
    g_assert_cmpuint (element->length, ==, lengths[i]);
    g_assert_cmpuint (vitrail_data_set_get_n_elements (
                          vitrail_part10_get_data_set (file)),
                      ==, 3);
  }
}

static void
test_open (void)
{
  const char *scratch = test_data_get_scratch ();
  g_autofree char *fifo = g_build_filename (scratch, "fifo", NULL);
  g_autofree char *empty = g_build_filename (scratch, "empty", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (vitrail_part10_open ("/no/such/file", 0, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO);
  g_assert_cmpstr (error->message, ==,
                   "/no/such/file: No such file or directory");
  g_clear_error (&error);

  g_assert_null (vitrail_part10_open (scratch, 0, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO);
  g_assert_true (g_str_has_suffix (error->message, ": not a regular file"));
  g_clear_error (&error);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_null (vitrail_part10_open (fifo, 0, &error));
  g_assert_true (g_str_has_suffix (error->message, ": not a regular file"));
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  g_assert_null (vitrail_part10_open (empty, 0, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT);
}

/* Frames without any file meta. */
static void
test_sniffed (void)
{
  static const struct {
    const char *frame;
    const char *syntax;
  } cases[] = {
    { "ffd8 ffe00004 0000 ffc0", "1.2.840.10008.1.2.4.50" },
    { "ffd8 ffc10004 0000 ffff", "1.2.840.10008.1.2.4.51" },
    { "ffd8 ffc40004 0000 ffc3", "1.2.840.10008.1.2.4.70" },
    { "ffd8 fff70004 0000 ffff", "1.2.840.10008.1.2.4.81" },
    { "ff4f ff510004 0000 ffff", "1.2.840.10008.1.2.4.91" },
    { "ffd8 ffe0ffff 0000 ffff", EXPLICIT },
    { "0000 00000000 0000 0000", EXPLICIT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *hex =
        g_strconcat (MODALITY "e07f1000 4f42 0000 " UNDEF ITEM "00000000" ITEM
                              "0c000000",
                     cases[i].frame, "0000", SEQ_END, NULL);
    g_autoptr (VitrailPart10) file = read_hex (hex, VITRAIL_READ_HEADER, NULL);
    g_assert_cmpstr (vitrail_part10_get_transfer_syntax (file), ==,
                     cases[i].syntax);
  }
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

/* A value outlives the file that it was read from. */
static void
test_lifetime (void)
{
  g_autoptr (GBytes) value = NULL;
  {
    g_autoptr (VitrailPart10) file =
        read_hex (MODALITY NAME, VITRAIL_READ_ALL, NULL);
    value = vitrail_data_set_ref_value (vitrail_part10_get_data_set (file),
                                        0x00100010);
  }
  g_assert_cmpmem (g_bytes_get_data (value, NULL), g_bytes_get_size (value),
                   "A^B ", 4);
}

static void
test_probe (void)
{
  static const struct {
    const char *hex;
    gboolean is_dicom;
  } cases[] = {
    { MODALITY, TRUE },
    { "00080060 4353 0002 4d52", TRUE },
    { "08000500 0a000000 49534f5f", TRUE },
    { "02000000 554c 0400 63000000", TRUE },
    { "4449434d 02000000 554c 0400 63000000", TRUE },
    { "4449434d", FALSE },
    { "ffd8ffe000104a464946", FALSE },
    { "08000500", FALSE },
    { "", FALSE },
    { "0800ffff 4353 0200", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) bytes = test_dicom_hex (cases[i].hex);
    gsize size;
    const uint8_t *data = g_bytes_get_data (bytes, &size);
    g_assert_cmpint (vitrail_part10_probe (data, size), ==, cases[i].is_dicom);
  }
}

static GString *summary;

static void
add_summary (const char *path, VitrailPart10 *file)
{
  VitrailDataSet *data_set = vitrail_part10_get_data_set (file);
  const VitrailTag tags[] = { 0x00080018, 0x00080060, 0x00080020, 0x00100010,
                              0x00100020, 0x00200032, 0x0020000d, 0x00200013,
                              0x00280010, 0x00280011, 0x00280030, 0x00281050,
                              0x00281053, 0x00081030, 0x0008103e, 0x00280106 };

  g_string_append_printf (summary, "%s\t%zu\t%s", path,
                          vitrail_data_set_get_n_elements (data_set),
                          vitrail_part10_get_transfer_syntax (file));
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    g_autofree char *value = vitrail_data_set_dup_strings (data_set, tags[i]);
    g_autofree char *escaped = g_strescape (value != NULL ? value : "", NULL);
    g_string_append_printf (summary, "\t%08X=%s", tags[i], escaped);
  }
  g_string_append_c (summary, '\n');

  /* The header alone says the same. */
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailPart10) header =
      vitrail_part10_open (path, VITRAIL_READ_HEADER, &error);
  g_assert_no_error (error);
  VitrailDataSet *short_set = vitrail_part10_get_data_set (header);
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    g_autofree char *a = vitrail_data_set_dup_strings (data_set, tags[i]);
    g_autofree char *b = vitrail_data_set_dup_strings (short_set, tags[i]);
    g_assert_cmpstr (a, ==, b);
  }
}

/* All real files, beside what pydicom reads. */
static void
test_real_files (void)
{
  summary = g_string_new (NULL);
  guint n = test_dicom_foreach_real_file (add_summary);
  g_autofree char *list =
      g_build_filename (test_data_get_scratch (), "summary.txt", NULL);

  g_assert_true (g_file_set_contents (list, summary->str, -1, NULL));
  g_string_free (summary, TRUE);
  if (n == 0)
    return;
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "dicom", "compare-values.py", NULL);
  g_autofree char *out =
      test_data_run ("/usr/bin/python3 '%s' '%s'", script, list);
  g_test_message ("%s", g_strchomp (out));
}

/* Files that cannot be read name themselves and why. */
static void
test_broken_files (void)
{
  const char *folder = test_data_get_folder ();
  guint n = 0;

  if (folder == NULL)
    return;
  g_autoptr (GPtrArray) paths = test_data_list_files (folder);
  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index (paths, i);
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailPart10) file =
        vitrail_part10_open (path, VITRAIL_READ_ALL, &error);
    g_assert_true ((file == NULL) == (error != NULL));
    if (file != NULL)
      continue;
    g_assert_true (g_str_has_prefix (error->message, path));
    if (!g_error_matches (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT))
      n++;
  }
  g_test_message ("%u broken files", n);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/part10/tolerated", test_tolerated);
  g_test_add_func ("/part10/unknown", test_unknown);
  g_test_add_func ("/part10/signed-padding", test_signed_padding);
  g_test_add_func ("/part10/errors", test_errors);
  g_test_add_func ("/part10/depth", test_depth);
  g_test_add_func ("/part10/deflated-zeros", test_deflated_zeros);
  g_test_add_func ("/part10/deflated-bombs", test_deflated_bombs);
  g_test_add_func ("/part10/header", test_header);
  g_test_add_func ("/part10/open", test_open);
  g_test_add_func ("/part10/sniffed", test_sniffed);
  g_test_add_func ("/part10/many-values", test_many_values);
  g_test_add_func ("/part10/lifetime", test_lifetime);
  g_test_add_func ("/part10/probe", test_probe);
  g_test_add_func ("/part10/real-files", test_real_files);
  g_test_add_func ("/part10/broken-files", test_broken_files);
  return g_test_run ();
}
