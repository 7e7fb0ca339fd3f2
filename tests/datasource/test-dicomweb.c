/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An archive over DICOMweb as a data source: our own service and Orthanc must
 * give what the same files give as a folder. */

#include "error.h"
#include "sourcetest.h"
#include "testarchive.h"
#include "testdata.h"
#include "webserver.h"

#include <string.h>

static VitrailDataSource *
open_archive (const TestServer *server, const char *path)
{
  return test_source_open ("dicomweb://127.0.0.1:%u/dicom-web%s", server->port,
                           path);
}

static void
test_service (void)
{
  g_auto (TestServer) server = { 0 };

  test_server_serve (&server, test_archive_get ());
  g_autoptr (VitrailDataSource) remote = open_archive (&server, "");
  test_source_compare (remote);
  test_source_open_report (remote);
}

static void
test_orthanc (void)
{
  g_auto (TestServer) server = { 0 };

  if (!test_server_orthanc (&server, test_archive_get ()))
    return;
  g_autoptr (VitrailDataSource) remote = open_archive (&server, "");
  test_source_compare (remote);
  test_source_open_report (remote);
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
  test_source_compare (remote);
  test_source_open_report (remote);
  g_free (test_data_run (
      "curl -sf -o /dev/null -H 'Accept: image/jpeg' http://127.0.0.1:%u/"
      "dicom-web/studies/1.2.7/series/1.2.8.1/instances/1.2.3.1.3/rendered",
      front.port));
}

/* A server that hands out no frames: whole instances. */
static void
test_whole (void)
{
  g_auto (TestServer) server = { 0 };
  g_auto (TestServer) way = { 0 };

  test_server_serve (&server, test_archive_get ());
  test_server_fail_for (&way, server.port);
  g_free (test_server_tell (&way, "do/404"));
  g_autoptr (VitrailDataSource) local = test_source_open_folder ();
  g_autoptr (VitrailDataSource) remote = open_archive (&way, "");
  for (guint k = 1; k <= TEST_ARCHIVE_FRAMES; k++)
    test_source_compare_frame (remote, local, "1.2.3.2.1", k);
  test_source_compare_frame (remote, local, "1.2.3.1.2", 1);
  /* Those are of one file, asked for once. */
  g_autofree char *count = test_server_tell (&way, "count");
  g_assert_cmpuint (g_ascii_strtoull (count, NULL, 10), ==, 2);
}

/* A server that has only WADO-URI beside searches and metadata. */
static void
test_uri (void)
{
  g_auto (TestServer) server = { 0 };
  g_auto (TestServer) way = { 0 };

  if (!test_server_orthanc (&server, test_archive_get ()))
    return;
  test_server_fail_for (&way, server.port);
  g_free (test_server_tell (&way, "do/uri"));
  g_autoptr (VitrailDataSource) local = test_source_open_folder ();
  g_autoptr (VitrailDataSource) remote = open_archive (&way, "");
  test_source_compare_frame (remote, local, "1.2.3.1.2", 1);
  test_source_compare_frame (remote, local, "1.2.3.2.1", TEST_ARCHIVE_FRAMES);
}

/* In front of an archive that says nothing of transfer syntaxes metadata cost
 * no pixels. */
static void
test_front_metadata (void)
{
  g_auto (TestServer) server = { 0 };
  g_auto (TestServer) way = { 0 };
  g_auto (TestServer) front = { 0 };

  if (!test_server_orthanc (&server, test_archive_get ()))
    return;
  test_server_fail_for (&way, server.port);
  g_autofree char *behind =
      g_strdup_printf ("dicomweb://127.0.0.1:%u/dicom-web", way.port);
  test_server_serve (&front, behind);
  g_autofree char *json = test_data_run (
      "curl -sf http://127.0.0.1:%u/dicom-web/studies/1.2.7/series/1.2.8.1/"
      "metadata",
      front.port);
  g_autofree char *log = test_server_tell (&way, "log");
  g_assert_nonnull (strstr (json, "1.2.3.1.12"));
  g_assert_nonnull (strstr (log, "/metadata"));
  g_assert_null (strstr (log, "/frames/"));
}

static char *
dup_patient (VitrailDataSource *source)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance (source, "1.2.3.2.1", NULL, &error);

  g_assert_no_error (error);
  return vitrail_data_set_dup_string (vitrail_instance_get_data_set (instance),
                                      VITRAIL_TAG (0x0010, 0x0020), 0);
}

/* What an archive has otherwise by now is seen without a new beginning. */
static void
test_changed (void)
{
  g_auto (TestServer) server = { 0 };
  const VitrailQuery all = { .level = VITRAIL_LEVEL_INSTANCE };

  if (!test_server_orthanc (&server, test_archive_get ()))
    return;
  g_setenv ("VITRAIL_DICOMWEB_FRESH", "0", TRUE);
  g_autoptr (VitrailDataSource) remote =
      open_archive (&server, "/studies/1.2.7/series/1.2.8.2");
  g_unsetenv ("VITRAIL_DICOMWEB_FRESH");
  g_autofree char *before = dup_patient (remote);
  g_assert_cmpstr (before, ==, "T1");
  g_free (test_data_run (
      "cd '%s' && U=http://127.0.0.1:%u && cp us.dcm ../other.dcm && "
      "dcmodify -nb -ma PatientID=T2 ../other.dcm && "
      "ID=$(curl -sf -X POST $U/tools/lookup -d 1.2.3.2.1 | "
      "sed -n 's/.*\"ID\" : \"\\(.*\\)\".*/\\1/p') && "
      "curl -sf -X DELETE $U/instances/$ID && "
      "curl -sf -X POST $U/instances --data-binary @../other.dcm",
      test_archive_get (), server.port));
  /* It is another study by Orthanc's own names, but not by its UIDs. */
  g_autoptr (GPtrArray) found =
      vitrail_data_source_query (remote, &all, NULL, NULL);
  g_assert_nonnull (found);
  g_assert_cmpuint (found->len, ==, 1);
  g_autofree char *after = dup_patient (remote);
  g_assert_cmpstr (after, ==, "T2");
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
    g_assert_cmpuint (test_source_count (remote, VITRAIL_LEVEL_STUDY, 0, NULL),
                      ==, 1);
    g_assert_cmpuint (test_source_count (remote, VITRAIL_LEVEL_SERIES, 0, NULL),
                      ==, parts[i].n_series);
    g_assert_cmpuint (test_source_count (remote, VITRAIL_LEVEL_INSTANCE, 0,
                                         NULL),
                      ==, parts[i].n_instances);
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
  g_test_add_func ("/dicomweb/front-metadata", test_front_metadata);
  g_test_add_func ("/dicomweb/changed", test_changed);
  g_test_add_func ("/dicomweb/whole", test_whole);
  g_test_add_func ("/dicomweb/uri", test_uri);
  g_test_add_func ("/dicomweb/parts", test_parts);
  g_test_add_func ("/dicomweb/pages", test_pages);
  return g_test_run ();
}
