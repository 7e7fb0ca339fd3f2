/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The folder as a data source: what a scan reads, keeps and drops, what it says
 * of files that it cannot take in, and the interface. */

#include "folderdata.h"
#include "testdata.h"

#include <string.h>

#define TAG_PATIENT_NAME VITRAIL_TAG (0x0010, 0x0010)
#define TAG_PATIENT_ID   VITRAIL_TAG (0x0010, 0x0020)
#define TAG_N_INSTANCES  VITRAIL_TAG (0x0020, 0x1208)

static void
test_incremental (void)
{
  test_folder_make_many ("many", 600);
  g_autofree char *root = test_folder_dup_path ("many");
  g_autoptr (VitrailFolder) folder = test_folder_open ("many");

  VitrailScanStats stats = test_folder_scan (folder);
  g_assert_cmpuint (stats.n_files, ==, 600);
  g_assert_cmpuint (stats.n_read, ==, 600);
  g_assert_cmpuint (stats.n_removed, ==, 0);
  g_assert_cmpuint (test_folder_count (folder, VITRAIL_LEVEL_STUDY), ==, 2);
  g_assert_cmpuint (test_folder_count (folder, VITRAIL_LEVEL_SERIES), ==, 6);
  g_assert_cmpuint (test_folder_count (folder, VITRAIL_LEVEL_INSTANCE), ==,
                    600);

  stats = test_folder_scan (folder);
  g_assert_cmpuint (stats.n_files, ==, 600);
  g_assert_cmpuint (stats.n_read, ==, 0);

  /* Another object, another process: the index is on disk. */
  g_autoptr (VitrailFolder) again = test_folder_open ("many");
  g_assert_cmpuint (test_folder_count (again, VITRAIL_LEVEL_INSTANCE), ==, 600);
  stats = test_folder_scan (again);
  g_assert_cmpuint (stats.n_read, ==, 0);

  g_free (test_data_run ("cd '%s' && touch 0000/0000/000007.dcm && "
                         "rm 0001/0005/000599.dcm && "
                         "sed -i s/Many^Files/Some^Other/ 0000/0001/000100.dcm"
                         " && mkdir new && mv 0000/0002/000200.dcm new",
                         root));
  stats = test_folder_scan (again);
  g_assert_cmpuint (stats.n_files, ==, 599);
  g_assert_cmpuint (stats.n_read, ==, 3);
  g_assert_cmpuint (stats.n_removed, ==, 2);
  g_assert_cmpuint (test_folder_count (again, VITRAIL_LEVEL_INSTANCE), ==, 599);
  g_autoptr (GPtrArray) studies =
      test_folder_query (again, VITRAIL_LEVEL_STUDY, FALSE, 0, NULL);
  g_autofree char *numbers = test_folder_join (studies, TAG_N_INSTANCES);
  g_assert_cmpstr (numbers, ==, "500 99");
  /* The first path speaks for the study. */
  g_autofree char *names = test_folder_join (studies, TAG_PATIENT_NAME);
  g_assert_cmpstr (names, ==, "Many^Files Many^Files");

  g_free (test_data_run ("rm -r '%s/0001'", root));
  stats = test_folder_scan (again);
  g_assert_cmpuint (stats.n_removed, ==, 99);
  g_assert_cmpuint (test_folder_count (again, VITRAIL_LEVEL_STUDY), ==, 1);
  g_assert_cmpuint (test_folder_count (again, VITRAIL_LEVEL_SERIES), ==, 5);
}

static void
test_unreadable (void)
{
  g_autofree char *root = test_folder_dup_path ("broken");

  test_folder_make ("make('broken/good.dcm')\n"
                    "make('broken/no-study.dcm', StudyInstanceUID=None)\n"
                    "make('broken/cut.dcm', SOPInstanceUID='1.2.4',\n"
                    "     PatientComments='x' * 300)\n");
  g_free (test_data_run ("cd '%s' && truncate -s -200 cut.dcm && "
                         "echo hello > text && : > empty && "
                         "ln -s nowhere link && mkfifo pipe && "
                         "head -c 4000 /dev/urandom > \"$(printf 'n\\377')\"",
                         root));
  g_autoptr (VitrailFolder) folder = test_folder_open ("broken");
  VitrailScanStats stats = test_folder_scan (folder);
  g_assert_cmpuint (stats.n_files, ==, 7);
  g_autofree char *text = test_folder_list_unreadable (folder, "broken");
  g_assert_true (g_str_has_prefix (text, "cut.dcm: (0010,4000) "));
  g_assert_nonnull (strstr (text, "but the file ends"));
  g_assert_nonnull (strstr (text, "\nempty: not a DICOM file\n"));
  g_assert_nonnull (strstr (text, "\nlink: No such file or directory\n"));
  g_assert_nonnull (strstr (text, "\nn\377: not a DICOM file\n"));
  g_assert_nonnull (
      strstr (text, "\nno-study.dcm: no (0020,000D) StudyInstanceUID\n"));
  g_assert_nonnull (strstr (text, "\ntext: not a DICOM file\n"));
  g_assert_cmpuint (test_folder_count (folder, VITRAIL_LEVEL_INSTANCE), ==, 1);

  /* A reason is kept, too. */
  stats = test_folder_scan (folder);
  g_assert_cmpuint (stats.n_read, ==, 0);
  g_autofree char *same = test_folder_list_unreadable (folder, "broken");
  g_assert_cmpstr (same, ==, text);

  /* Until the file is whole. */
  g_free (test_data_run ("cd '%s' && cp good.dcm cut.dcm && rm link", root));
  test_folder_make ("make('broken/cut.dcm', SOPInstanceUID='1.2.4')\n");
  stats = test_folder_scan (folder);
  g_assert_cmpuint (stats.n_read, ==, 1);
  g_assert_cmpuint (stats.n_removed, ==, 1);
  g_assert_cmpuint (test_folder_count (folder, VITRAIL_LEVEL_INSTANCE), ==, 2);
}

static void
test_duplicates (void)
{
  g_autofree char *root = test_folder_dup_path ("twice");

  test_folder_make ("for n in 'bac': make('twice/%s.dcm' % n, PatientID=n)\n");
  g_autoptr (VitrailFolder) folder = test_folder_open ("twice");
  test_folder_scan (folder);
  g_autofree char *path = vitrail_folder_dup_path (folder, "1.2.3");
  g_assert_true (g_str_has_suffix (path, "/a.dcm"));
  g_autofree char *text = test_folder_list_unreadable (folder, "twice");
  g_assert_cmpstr (text, ==,
                   "b.dcm: a duplicate of ROOT/a.dcm\n"
                   "c.dcm: a duplicate of ROOT/a.dcm\n");
  test_folder_assert_found (folder, VITRAIL_LEVEL_INSTANCE, 0, NULL, "a");

  /* The next takes the place of what goes, and gives it back. */
  g_free (test_data_run ("mv '%s/a.dcm' '%s/d.dcm'", root, root));
  test_folder_scan (folder);
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, 0, NULL, "b");
  g_autofree char *moved = test_folder_list_unreadable (folder, "twice");
  g_assert_cmpstr (moved, ==,
                   "c.dcm: a duplicate of ROOT/b.dcm\n"
                   "d.dcm: a duplicate of ROOT/b.dcm\n");
  g_free (test_data_run ("mv '%s/c.dcm' '%s/a.dcm'", root, root));
  test_folder_scan (folder);
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, 0, NULL, "c");
}

/* Somebody's mistake, which must show: each series has its own patient. */
static void
test_two_patients (void)
{
  test_folder_make (
      "for i, (n, p) in enumerate((('Alpha^A', 'A1'), ('Beta^B', 'B2'))):\n"
      "    for k in '12':\n"
      "        make('mixed/%d-%s.dcm' % (i, k), PatientName=n, PatientID=p,\n"
      "             SeriesInstanceUID='1.2.2.%d' % i, SeriesNumber=i,\n"
      "             SOPInstanceUID='1.2.3.%d.%s' % (i, k))\n");
  g_autoptr (VitrailFolder) folder = test_folder_open ("mixed");
  test_folder_scan (folder);
  test_folder_assert_found (folder, VITRAIL_LEVEL_STUDY, 0, NULL, "A1");
  test_folder_assert_found (folder, VITRAIL_LEVEL_SERIES, 0, NULL, "A1 B2");
  test_folder_assert_found (folder, VITRAIL_LEVEL_SERIES, TAG_PATIENT_ID, "B2",
                            "B2");
  test_folder_assert_found (folder, VITRAIL_LEVEL_INSTANCE, 0, NULL,
                            "A1 A1 B2 B2");
  g_autofree char *text = test_folder_list_unreadable (folder, "mixed");
  g_assert_cmpstr (text, ==,
                   ": two patients in one study: Alpha^A A1, Beta^B B2\n");

  /* One ID is one patient, however the name is written. */
  test_folder_make (
      "for i in '12':\n"
      "    make('mixed/1-%s.dcm' % i, PatientName='ALPHA^A',\n"
      "         PatientID='A1', SeriesInstanceUID='1.2.2.1',\n"
      "         SeriesNumber=1, SOPInstanceUID='1.2.3.1.%s' % i)\n");
  test_folder_scan (folder);
  g_autofree char *none = test_folder_list_unreadable (folder, "mixed");
  g_assert_cmpstr (none, ==, "");

  /* But not two whose names are others. */
  test_folder_make (
      "for i, n in enumerate(('ALPHA^A^', 'Alpha A=x', '', 'Gamma^C')):\n"
      "    make('mixed/1-%d.dcm' % (i + 1), PatientName=n, PatientID='A1',\n"
      "         SeriesInstanceUID='1.2.2.1', SeriesNumber=1,\n"
      "         SOPInstanceUID='1.2.3.1.%d' % (i + 1))\n");
  test_folder_scan (folder);
  g_autofree char *names = test_folder_list_unreadable (folder, "mixed");
  g_assert_cmpstr (names, ==,
                   ": one patient ID and several names in one study: ALPHA^A^,"
                   " Gamma^C\n");
}

static void
test_directory_files (void)
{
  g_autofree char *root = test_folder_dup_path ("media");

  test_folder_make (
      "make('media/A1', PatientID='1', PatientName='A', StudyID='1',\n"
      "     StudyDate='20260101', StudyTime='10', AccessionNumber='',\n"
      "     SeriesNumber='1', InstanceNumber='1')\n");
  g_free (test_data_run ("cd '%s' && dcmmkdir -Pgp A1", root));
  g_autoptr (VitrailFolder) folder = test_folder_open ("media");
  VitrailScanStats stats = test_folder_scan (folder);
  g_assert_cmpuint (stats.n_files, ==, 2);
  g_autofree char *text = test_folder_list_unreadable (folder, "media");
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpuint (test_folder_count (folder, VITRAIL_LEVEL_INSTANCE), ==, 1);
}

/* A file of 100 GB whose pixels nobody could read in time. */
static void
test_headers_only (void)
{
  g_autofree char *root = test_folder_dup_path ("huge");

  test_folder_make ("make('huge/one.dcm', Rows=512, Columns=512)\n");
  g_free (test_data_run (
      "cd '%s' && printf '\\340\\177\\020\\000OW\\000\\000\\377\\377\\377\\377'"
      " >> one.dcm && truncate -s 100G one.dcm",
      root));
  g_autoptr (VitrailFolder) folder = test_folder_open ("huge");
  gint64 start = g_get_monotonic_time ();
  test_folder_scan (folder);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  g_assert_cmpuint (test_folder_count (folder, VITRAIL_LEVEL_INSTANCE), ==, 1);
}

static gpointer
scan_thread (gpointer name)
{
  for (guint i = 0; i < 5; i++) {
    g_autoptr (VitrailFolder) folder = test_folder_open (name);
    test_folder_scan (folder);
  }
  return NULL;
}

/* Several at once, on one index, with queries in between. */
static void
test_concurrent (void)
{
  test_folder_make_many ("race", 300);
  GThread *threads[3];
  char *name = "race";

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("scan", scan_thread, name);
  g_autoptr (VitrailFolder) folder = test_folder_open (name);
  for (guint i = 0; i < 50; i++) {
    guint n = test_folder_count (folder, VITRAIL_LEVEL_INSTANCE);
    g_assert_true (n == 0 || n == 300);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (test_folder_count (folder, VITRAIL_LEVEL_INSTANCE), ==,
                    300);
  g_assert_cmpuint (test_folder_count (folder, VITRAIL_LEVEL_SERIES), ==, 3);
}

static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (VitrailFolder) folder = test_folder_open ("cancel");
  g_autoptr (GError) error = NULL;

  test_folder_make_many ("cancel", 100);
  g_cancellable_cancel (cancellable);
  g_assert_false (vitrail_folder_scan (folder, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  VitrailScanStats stats = test_folder_scan (folder);
  g_assert_cmpuint (stats.n_read, ==, 100);
}

static void
finish_cb (GObject *source, GAsyncResult *result, gpointer place)
{
  *(GAsyncResult **) place = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **place)
{
  while (*place == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *place;
}

static void
test_interface (void)
{
  g_autofree char *root = test_folder_dup_path ("faces");
  g_autofree char *uri = g_filename_to_uri (root, NULL, NULL);
  g_autoptr (GError) error = NULL;

  test_folder_make ("make('faces/1.dcm')\n");
  g_autoptr (VitrailDataSource) source = vitrail_data_source_new (uri, &error);
  g_assert_no_error (error);

  g_autoptr (GAsyncResult) refreshed = NULL;
  vitrail_data_source_refresh_async (source, NULL, finish_cb, &refreshed);
  g_assert_true (vitrail_data_source_refresh_finish (
      source, wait_for (&refreshed), &error));
  g_assert_no_error (error);

  const VitrailQuery query = { .level = VITRAIL_LEVEL_STUDY };
  g_autoptr (GAsyncResult) queried = NULL;
  vitrail_data_source_query_async (source, &query, NULL, finish_cb, &queried);
  g_autoptr (GPtrArray) studies =
      vitrail_data_source_query_finish (source, wait_for (&queried), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (studies->len, ==, 1);

  g_autoptr (GAsyncResult) opened = NULL;
  vitrail_data_source_open_instance_async (source, "1.2.3", NULL, finish_cb,
                                           &opened);
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance_finish (source, wait_for (&opened),
                                                &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_instance_get_n_frames (instance), ==, 0);
  /* As what it is stored need not be asked. */
  g_autoptr (VitrailDataSet) metadata =
      vitrail_data_source_read_metadata (source, "1.2.3", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (metadata);
}

static void
test_locations (void)
{
  static const char *const cases[][2] = {
    { "ftp://example.org/dicom-web",
      "ftp://example.org/dicom-web: no data source reads ftp:// "
      "locations" },
    { "/no/such/place", "/no/such/place: no such file or folder" },
    { "file:///no/such/place",
      "file:///no/such/place: no such file or folder" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (vitrail_data_source_new (cases[i][0], &error));
    g_assert_cmpstr (error->message, ==, cases[i][1]);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/folder/incremental", test_incremental);
  g_test_add_func ("/folder/unreadable", test_unreadable);
  g_test_add_func ("/folder/duplicates", test_duplicates);
  g_test_add_func ("/folder/two-patients", test_two_patients);
  g_test_add_func ("/folder/directory-files", test_directory_files);
  g_test_add_func ("/folder/headers-only", test_headers_only);
  g_test_add_func ("/folder/concurrent", test_concurrent);
  g_test_add_func ("/folder/cancel", test_cancel);
  g_test_add_func ("/folder/interface", test_interface);
  g_test_add_func ("/folder/locations", test_locations);
  return g_test_run ();
}
