/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Queries of the folder, and the index that answers them. */

#include "folderdata.h"
#include "testdata.h"

#include <glib/gstdio.h>

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY_DATE   VITRAIL_TAG (0x0008, 0x0020)
#define TAG_MODALITY     VITRAIL_TAG (0x0008, 0x0060)
#define TAG_MODALITIES   VITRAIL_TAG (0x0008, 0x0061)
#define TAG_PATIENT_NAME VITRAIL_TAG (0x0010, 0x0010)
#define TAG_PATIENT_ID   VITRAIL_TAG (0x0010, 0x0020)
#define TAG_STUDY        VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES       VITRAIL_TAG (0x0020, 0x000e)
#define TAG_NUMBER       VITRAIL_TAG (0x0020, 0x0013)
#define TAG_N_SERIES     VITRAIL_TAG (0x0020, 0x1206)
#define TAG_N_INSTANCES  VITRAIL_TAG (0x0020, 0x1208)
#define TAG_ROWS         VITRAIL_TAG (0x0028, 0x0010)

static void
test_queries (void)
{
  g_autoptr (VitrailFolder) folder = test_folder_open_list ();

  /* Newest first, those without a date last. */
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, 0, NULL, "2 3 1 4");
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_PATIENT_ID, "3",
                            "3");
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_PATIENT_NAME,
                            "doe*", "2 1");
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_PATIENT_NAME,
                            "m\303\274*", "3");
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_STUDY,
                            "1.3.1\\1.3.4\\1.3.9", "1 4");
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_STUDY_DATE,
                            "20260101-20260215", "3 1");
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_STUDY_DATE,
                            "20260215-", "2");
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_MODALITIES, "SR",
                            "1");
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_MODALITIES,
                            "US\\MR", "2 4");
  /* A key of a lower level: one that has it is enough. */
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_SOP_INSTANCE,
                            "1.5.1", "1");
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_MODALITY, "CT",
                            "3 1");
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_ROWS, "4", "1");
  test_folder_assert_found (folder, VITRAIL_LEVEL_SERIES, TAG_MODALITY, "CT",
                            "1 1 3");
  test_folder_assert_found (folder, VITRAIL_LEVEL_SERIES, TAG_PATIENT_NAME,
                            "*EVA", "3");
  test_folder_assert_found (folder, VITRAIL_LEVEL_INSTANCE, TAG_ROWS, "4",
                            "1 1 1");
  test_folder_assert_found (folder, VITRAIL_LEVEL_INSTANCE, TAG_SERIES, "1.4.2",
                            "2");

  g_autoptr (GPtrArray) fuzzy =
      test_folder_query (folder, VITRAIL_LEVEL_STUDY, TRUE, TAG_PATIENT_NAME,
                         "ev muller");
  g_assert_cmpuint (fuzzy->len, ==, 1);
}

static void
test_answers (void)
{
  g_autoptr (VitrailFolder) folder = test_folder_open_list ();

  g_autoptr (GPtrArray) studies =
      test_folder_query (folder, VITRAIL_LEVEL_STUDY, FALSE, TAG_PATIENT_ID,
                         "1");
  g_autofree char *modalities = test_folder_join (studies, TAG_MODALITIES);
  g_assert_cmpstr (modalities, ==, "CT\\SR");
  VitrailDataSet *study = g_ptr_array_index (studies, 0);
  g_assert_cmpint (vitrail_data_set_get_int_or (study, TAG_N_SERIES, 0), ==, 3);
  g_assert_cmpint (vitrail_data_set_get_int_or (study, TAG_N_INSTANCES, 0), ==,
                   5);

  /* Numbers are ordered as numbers. */
  g_autoptr (GPtrArray) series =
      test_folder_query (folder, VITRAIL_LEVEL_SERIES, FALSE, TAG_STUDY,
                         "1.3.1");
  g_autofree char *uids = test_folder_join (series, TAG_SERIES);
  g_assert_cmpstr (uids, ==, "1.4.1 1.4.1.3 1.4.1.2");
  g_autoptr (GPtrArray) instances =
      test_folder_query (folder, VITRAIL_LEVEL_INSTANCE, FALSE, TAG_SERIES,
                         "1.4.1.3");
  g_autofree char *numbers = test_folder_join (instances, TAG_NUMBER);
  g_assert_cmpstr (numbers, ==, "9 10 100");
  g_autofree char *names = test_folder_join (instances, TAG_PATIENT_NAME);
  g_assert_cmpstr (names, ==, "Doe^John Doe^John Doe^John");
}

static void
test_pages (void)
{
  g_autoptr (VitrailFolder) folder = test_folder_open_list ();
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint offset = 0; offset < 9; offset += 3) {
    const VitrailQuery page = { VITRAIL_LEVEL_INSTANCE, NULL, offset, 3,
                                FALSE };
    g_autoptr (GPtrArray) answers = vitrail_folder_query (folder, &page, NULL);
    g_autofree char *uids = test_folder_join (answers, TAG_SOP_INSTANCE);
    g_assert_cmpuint (answers->len, ==, offset < 6 ? 3 : 2);
    g_string_append_printf (all, "%s ", uids);
  }
  g_autoptr (GPtrArray) whole =
      test_folder_query (folder, VITRAIL_LEVEL_INSTANCE, FALSE, 0, NULL);
  g_autofree char *uids = test_folder_join (whole, TAG_SOP_INSTANCE);
  g_assert_cmpstr (g_strchomp (all->str), ==, uids);
}

/* Text in a header is data, never SQL. */
static void
test_hostile_text (void)
{
  test_folder_make (
      "make('hostile/1.dcm', PatientName=\"';DROP TABLE study;--\",\n"
      "     PatientID='%*?', StudyDescription='x' * 5000)\n");
  g_autoptr (VitrailFolder) folder = test_folder_open ("hostile");
  test_folder_scan (folder);
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_PATIENT_NAME,
                            "';drop table study;--", "%*?");
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_STUDY,
                            "1.2.1' OR '1'='1", "");
}

static void
test_broken_index (void)
{
  g_autofree char *index = test_folder_dup_path ("list.sqlite");
  g_autoptr (GError) error = NULL;

  g_object_unref (test_folder_open_list ());
  g_file_set_contents (index,
                       "this is no database, but long enough to be read"
                       " as one, says its first page",
                       -1, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailFolder) folder = test_folder_open_list ();
  VitrailScanStats stats = test_folder_scan (folder);
  g_assert_cmpuint (stats.n_read, ==, 8);
  g_assert_cmpuint (test_folder_count (folder, VITRAIL_LEVEL_STUDY), ==, 4);

  /* Broken in the middle, behind our back. */
  g_clear_object (&folder);
  g_free (test_data_run ("dd if=/dev/urandom of='%s' bs=4096 seek=1 count=5000"
                         " conv=notrunc status=none",
                         index));
  g_autoptr (VitrailFolder) again = test_folder_open ("list");
  stats = test_folder_scan (again);
  g_assert_cmpuint (stats.n_read, ==, 8);
  g_assert_cmpuint (test_folder_count (again, VITRAIL_LEVEL_STUDY), ==, 4);
}

/* No place for a cache: the index is in memory, and works. */
static void
test_no_cache (void)
{
  g_autofree char *root = test_folder_dup_path ("list");
  const char *paths[] = { root, NULL };
  g_object_unref (test_folder_open_list ());
  g_autoptr (VitrailFolder) folder =
      vitrail_folder_new (paths, "/proc/nowhere/index.sqlite");

  test_folder_scan (folder);
  g_assert_cmpuint (test_folder_count (folder, VITRAIL_LEVEL_STUDY), ==, 4);
}

static void
test_private (void)
{
  g_autofree char *index = test_folder_dup_path ("list.sqlite");
  GStatBuf info;

  g_object_unref (test_folder_open_list ());
  g_assert_cmpint (g_stat (index, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/folder/queries", test_queries);
  g_test_add_func ("/folder/answers", test_answers);
  g_test_add_func ("/folder/pages", test_pages);
  g_test_add_func ("/folder/hostile-text", test_hostile_text);
  g_test_add_func ("/folder/broken-index", test_broken_index);
  g_test_add_func ("/folder/no-cache", test_no_cache);
  g_test_add_func ("/folder/private", test_private);
  return g_test_run ();
}
