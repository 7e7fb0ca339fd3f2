/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An archive over DICOMweb as a data source: our own service and Orthanc must
 * give what the same files give as a folder. */

#include "dicom/builder.h"
#include "error.h"
#include "folder.h"
#include "framestore.h"
#include "testarchive.h"
#include "testdata.h"
#include "webserver.h"

#include <string.h>

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_PATIENT_NAME VITRAIL_TAG (0x0010, 0x0010)
#define TAG_STUDY        VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES       VITRAIL_TAG (0x0020, 0x000e)

static VitrailDataSource *
open_archive (const TestServer *server, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location =
      g_strdup_printf ("dicomweb://127.0.0.1:%u/dicom-web%s", server->port,
                       path);
  VitrailDataSource *source = vitrail_data_source_new (location, &error);

  g_assert_no_error (error);
  g_assert_true (vitrail_data_source_refresh (source, NULL, &error));
  g_assert_no_error (error);
  return source;
}

static VitrailDataSource *
open_folder (void)
{
  const char *paths[] = { test_archive_get (), NULL };
  g_autoptr (GError) error = NULL;
  VitrailDataSource *source =
      VITRAIL_DATA_SOURCE (vitrail_folder_new (paths, ":memory:"));

  g_assert_true (vitrail_data_source_refresh (source, NULL, &error));
  g_assert_no_error (error);
  return source;
}

/* All answers at @level where attribute @tag (0: any) is @value. */
static GPtrArray *
find (VitrailDataSource *source,
      VitrailLevel level,
      VitrailTag tag,
      const char *value)
{
  g_autoptr (GError) error = NULL;
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  if (tag != 0)
    vitrail_data_set_builder_set_string (builder, tag, value);
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
  const VitrailQuery query = { .level = level, .match = match };
  GPtrArray *answers = vitrail_data_source_query (source, &query, NULL, &error);
  g_assert_no_error (error);
  return answers;
}

static guint
count (VitrailDataSource *source,
       VitrailLevel level,
       VitrailTag tag,
       const char *value)
{
  g_autoptr (GPtrArray) answers = find (source, level, tag, value);
  return answers->len;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(char *const *) a, *(char *const *) b);
}

/* Sorted, a line each. */
static char *
list_uids (VitrailDataSource *source, VitrailLevel level, VitrailTag tag)
{
  g_autoptr (GPtrArray) answers = find (source, level, 0, NULL);
  g_autoptr (GPtrArray) uids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < answers->len; i++)
    g_ptr_array_add (uids, vitrail_data_set_dup_string (
                               g_ptr_array_index (answers, i), tag, 0));
  g_ptr_array_sort (uids, compare_texts);
  g_ptr_array_add (uids, NULL);
  return g_strjoinv ("\n", (char **) uids->pdata);
}

static void
compare_lists (VitrailDataSource *remote, VitrailDataSource *local)
{
  static const VitrailTag tags[] = { TAG_STUDY, TAG_SERIES, TAG_SOP_INSTANCE };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    g_autofree char *ours = list_uids (remote, (VitrailLevel) i, tags[i]);
    g_autofree char *theirs = list_uids (local, (VitrailLevel) i, tags[i]);
    g_assert_cmpstr (ours, ==, theirs);
  }
}

static VitrailFrame *
get_frame (VitrailDataSource *source, const char *uid, guint frame)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance (source, uid, NULL, &error);

  g_assert_no_error (error);
  g_autoptr (VitrailInstance) same =
      vitrail_data_source_peek_instance (source, uid);
  g_assert_true (same == instance);
  VitrailFrame *got =
      vitrail_frame_store_get (vitrail_frame_store_get_default (), instance,
                               frame, 0, NULL, &error);
  g_assert_no_error (error);
  return got;
}

static void
compare_frame (VitrailDataSource *remote,
               VitrailDataSource *local,
               const char *uid,
               guint frame)
{
  g_autoptr (VitrailFrame) ours = get_frame (remote, uid, frame);
  g_autoptr (VitrailFrame) theirs = get_frame (local, uid, frame);

  g_assert_cmpuint (ours->format.width, ==, theirs->format.width);
  g_assert_cmpuint (ours->format.height, ==, theirs->format.height);
  g_autoptr (GBytes) bytes = vitrail_frame_ref_bytes (ours);
  g_autoptr (GBytes) wanted = vitrail_frame_ref_bytes (theirs);
  g_assert_true (g_bytes_equal (bytes, wanted));
}

/* Everything that a reader asks for. */
static void
compare (VitrailDataSource *remote)
{
  g_autoptr (VitrailDataSource) local = open_folder ();

  compare_lists (remote, local);
  for (guint k = 1; k <= TEST_ARCHIVE_SLICES; k++) {
    g_autofree char *uid = g_strdup_printf ("1.2.3.1.%u", k);
    compare_frame (remote, local, uid, 1);
  }
  for (guint k = 1; k <= TEST_ARCHIVE_FRAMES; k++)
    compare_frame (remote, local, "1.2.3.2.1", k);
  g_assert_cmpuint (
      count (remote, VITRAIL_LEVEL_STUDY, TAG_PATIENT_NAME, "Test^*"), ==, 1);
  g_assert_cmpuint (
      count (remote, VITRAIL_LEVEL_STUDY, TAG_PATIENT_NAME, "Else*"), ==, 0);
  g_assert_cmpuint (count (remote, VITRAIL_LEVEL_SERIES, TAG_STUDY, "1.2.7"),
                    ==, 3);
  g_assert_cmpuint (count (remote, VITRAIL_LEVEL_INSTANCE, TAG_SERIES,
                           "1.2.8.1"),
                    ==, TEST_ARCHIVE_SLICES);
}

/* A report has no frames, and opens. */
static void
open_report (VitrailDataSource *remote)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) report =
      vitrail_data_source_open_instance (remote, "1.2.3.3.1", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_instance_get_n_frames (report), ==, 0);
  g_assert_null (
      vitrail_data_source_open_instance (remote, "1.2.3.99", NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
}

static void
test_service (void)
{
  g_auto (TestServer) server = { 0 };

  test_server_serve (&server, test_archive_get ());
  g_autoptr (VitrailDataSource) remote = open_archive (&server, "");
  compare (remote);
  open_report (remote);
}

static void
test_orthanc (void)
{
  g_auto (TestServer) server = { 0 };

  if (!test_server_orthanc (&server, test_archive_get ()))
    return;
  g_autoptr (VitrailDataSource) remote = open_archive (&server, "");
  compare (remote);
  open_report (remote);
}

/* A service in front of another one, which has the files. */
static void
test_front (void)
{
  g_auto (TestServer) server = { 0 };
  g_auto (TestServer) front = { 0 };

  test_server_serve (&server, test_archive_get ());
  g_autofree char *behind =
      g_strdup_printf ("dicomweb://127.0.0.1:%u/dicom-web", server.port);
  test_server_serve (&front, behind);
  g_autoptr (VitrailDataSource) remote = open_archive (&front, "");
  compare (remote);
  open_report (remote);
  g_free (test_data_run (
      "curl -sf -o /dev/null -H 'Accept: image/jpeg' http://127.0.0.1:%u/"
      "dicom-web/studies/1.2.7/series/1.2.8.1/instances/1.2.3.1.3/rendered",
      front.port));
}

/* A study and a series are archives of their own. */
static void
test_parts (void)
{
  static const struct {
    const char *path;
    guint n_series;
    guint n_instances;
  } parts[] = {
    { "/studies/1.2.7", 3, TEST_ARCHIVE_SLICES + 2 },
    { "/studies/1.2.7/series/1.2.8.1", 1, TEST_ARCHIVE_SLICES },
    { "/studies/1.2.7/series/1.2.8.1/instances/1.2.3.1.4", 1, 1 },
  };

  g_auto (TestServer) server = { 0 };

  test_server_serve (&server, test_archive_get ());
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autoptr (VitrailDataSource) remote =
        open_archive (&server, parts[i].path);
    g_assert_cmpuint (count (remote, VITRAIL_LEVEL_STUDY, 0, NULL), ==, 1);
    g_assert_cmpuint (count (remote, VITRAIL_LEVEL_SERIES, 0, NULL), ==,
                      parts[i].n_series);
    g_assert_cmpuint (count (remote, VITRAIL_LEVEL_INSTANCE, 0, NULL), ==,
                      parts[i].n_instances);
  }
}

/* Pages of the caller are pages of the whole. */
static void
test_pages (void)
{
  g_auto (TestServer) server = { 0 };
  g_autoptr (GError) error = NULL;
  guint n = 0;

  test_server_serve (&server, test_archive_get ());
  g_autoptr (VitrailDataSource) remote = open_archive (&server, "");
  for (guint offset = 0; offset < 20; offset += 5) {
    const VitrailQuery query = { .level = VITRAIL_LEVEL_INSTANCE,
                                 .offset = offset,
                                 .limit = 5 };
    g_autoptr (GPtrArray) page =
        vitrail_data_source_query (remote, &query, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (page->len, <=, 5);
    n += page->len;
  }
  g_assert_cmpuint (n, ==, TEST_ARCHIVE_SLICES + 2);
}

static void
test_locations (void)
{
  static const char *const bad[] = {
    "dicomweb://",
    "dicomweb://host/dicom-web/studies",
    "dicomweb://host/dicom-web/studies/1.2/series",
    "dicomweb://host/dicom-web/series/1.2",
    "http://host/dicom-web?x=y",
    "https:///dicom-web",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (vitrail_data_source_new (bad[i], &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT);
  }
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailDataSource) nobody =
      vitrail_data_source_new ("http://127.0.0.1:1/dicom-web", &error);
  g_assert_no_error (error);
  g_assert_false (vitrail_data_source_refresh (nobody, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* Of this program alone. */
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_test_add_func ("/dicomweb/locations", test_locations);
  g_test_add_func ("/dicomweb/service", test_service);
  g_test_add_func ("/dicomweb/orthanc", test_orthanc);
  g_test_add_func ("/dicomweb/front", test_front);
  g_test_add_func ("/dicomweb/parts", test_parts);
  g_test_add_func ("/dicomweb/pages", test_pages);
  return g_test_run ();
}
