/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files as they should not be: what is tolerated, and the one error that says
 * what is wrong where. */

#include "dicomdata.h"
#include "dicomhex.h"
#include "error.h"

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
        test_dicom_read_hex (tolerated[i].hex, VITRAIL_READ_ALL, &error);
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
      test_dicom_read_hex (MODALITY
                           "09000110 554e 0000 " UNDEF ITEM UNDEF
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
    g_autoptr (VitrailPart10) file =
        test_dicom_read_hex (hex, VITRAIL_READ_ALL, NULL);
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
        test_dicom_read_hex (cases[i].hex, VITRAIL_READ_ALL, &error);
    g_assert_null (file);
    g_assert_cmpstr (error->message, ==, cases[i].message);
    g_assert_error (error, VITRAIL_ERROR, cases[i].code);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/part10/tolerated", test_tolerated);
  g_test_add_func ("/part10/unknown", test_unknown);
  g_test_add_func ("/part10/signed-padding", test_signed_padding);
  g_test_add_func ("/part10/errors", test_errors);
  return g_test_run ();
}
