/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files as they are: opening, headers, what is sniffed, and all real ones
 * beside what pydicom reads. */

#include "dicomdata.h"
#include "dicomhex.h"
#include "error.h"
#include "testdata.h"

#include <string.h>
#include <sys/stat.h>

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
        test_dicom_read_hex (hex, VITRAIL_READ_HEADER, &error);
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
    g_autoptr (VitrailPart10) file =
        test_dicom_read_hex (hex, VITRAIL_READ_HEADER, NULL);
    g_assert_cmpstr (vitrail_part10_get_transfer_syntax (file), ==,
                     cases[i].syntax);
  }
}

/* A value outlives the file that it was read from. */
static void
test_lifetime (void)
{
  g_autoptr (GBytes) value = NULL;
  {
    g_autoptr (VitrailPart10) file =
        test_dicom_read_hex (MODALITY NAME, VITRAIL_READ_ALL, NULL);
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
  g_test_add_func ("/part10/header", test_header);
  g_test_add_func ("/part10/open", test_open);
  g_test_add_func ("/part10/sniffed", test_sniffed);
  g_test_add_func ("/part10/lifetime", test_lifetime);
  g_test_add_func ("/part10/probe", test_probe);
  g_test_add_func ("/part10/real-files", test_real_files);
  g_test_add_func ("/part10/broken-files", test_broken_files);
  return g_test_run ();
}
