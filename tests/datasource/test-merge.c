/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Several sources as one: a study that lies in parts in a folder, in Orthanc
 * and on our own service is one study; one that fails hides no other. */

#include "dicom/builder.h"
#include "error.h"
#include "merge.h"
#include "sourcetest.h"
#include "testarchive.h"
#include "testdata.h"
#include "webserver.h"

#include <string.h>

#define TAG_SERIES             VITRAIL_TAG (0x0020, 0x000e)
#define TAG_STUDY              VITRAIL_TAG (0x0020, 0x000d)
#define TAG_MODALITIES         VITRAIL_TAG (0x0008, 0x0061)
#define TAG_N_STUDY_SERIES     VITRAIL_TAG (0x0020, 0x1206)
#define TAG_N_STUDY_INSTANCES  VITRAIL_TAG (0x0020, 0x1208)
#define TAG_N_SERIES_INSTANCES VITRAIL_TAG (0x0020, 0x1209)

/* A folder with those files of the small archive that @pattern names. */
static char *
make_part (const char *name, const char *pattern)
{
  char *folder = g_build_filename (test_data_get_scratch (), name, NULL);

  g_free (test_data_run ("mkdir -p '%s' && cd '%s' && cp %s '%s'", folder,
                         test_archive_get (), pattern, folder));
  return folder;
}

static VitrailDataSet *
get_only (VitrailDataSource *source,
          VitrailLevel level,
          VitrailTag tag,
          const char *value)
{
  g_autoptr (GError) error = NULL;
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  vitrail_data_set_builder_set_string (builder, tag, value);
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
  const VitrailQuery query = { .level = level, .match = match };
  g_autoptr (GPtrArray) found =
      vitrail_data_source_query (source, &query, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, 1);
  return vitrail_data_set_ref (g_ptr_array_index (found, 0));
}

/* The small archive from three places: half of the CT here, the other half and
 * some of the first again there, the rest elsewhere. */
static void
test_parts (void)
{
  g_auto (TestServer) orthanc = { 0 };
  g_auto (TestServer) service = { 0 };
  g_autofree char *here = make_part ("here", "ct1.dcm ct2.dcm ct3.dcm ct4.dcm");
  g_autofree char *there =
      make_part ("there", "ct[3-9].dcm ct10.dcm ct11.dcm ct12.dcm");
  g_autofree char *elsewhere = make_part ("elsewhere", "us.dcm sr.dcm");

  if (!test_server_orthanc (&orthanc, there))
    return;
  test_server_serve (&service, elsewhere);
  g_autoptr (VitrailDataSource) merged =
      test_source_open ("merge:%s|dicomweb://127.0.0.1:%u/dicom-web|"
                        "dicomweb://127.0.0.1:%u/dicom-web",
                        here, orthanc.port, service.port);
  test_source_compare (merged);
  test_source_open_report (merged);
  g_autoptr (VitrailDataSet) study =
      get_only (merged, VITRAIL_LEVEL_STUDY, TAG_STUDY, "1.2.7");
  g_autoptr (VitrailDataSet) series =
      get_only (merged, VITRAIL_LEVEL_SERIES, TAG_SERIES, "1.2.8.1");
  g_autofree char *modalities =
      vitrail_data_set_dup_strings (study, TAG_MODALITIES);
  g_assert_cmpint (vitrail_data_set_get_int_or (study, TAG_N_STUDY_SERIES, 0),
                   ==, 3);
  g_assert_cmpint (
      vitrail_data_set_get_int_or (study, TAG_N_STUDY_INSTANCES, 0), ==, 14);
  g_assert_cmpint (
      vitrail_data_set_get_int_or (series, TAG_N_SERIES_INSTANCES, 0), ==, 12);
  g_assert_nonnull (strstr (modalities, "CT"));
  g_assert_nonnull (strstr (modalities, "US"));
  g_autoptr (GPtrArray) unreadable =
      vitrail_data_source_list_unreadable (merged);
  g_assert_cmpuint (unreadable->len, ==, 0);
}

/* One that cannot be reached is named, and the others answer. */
static void
test_failing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailDataSource) merged =
      test_source_open ("merge:http://u:secret@127.0.0.1:1/dicom-web|%s",
                        test_archive_get ());
  g_autoptr (GPtrArray) unreadable = NULL;

  test_source_compare (merged);
  unreadable = vitrail_data_source_list_unreadable (merged);
  g_assert_cmpuint (unreadable->len, ==, 1);
  const VitrailUnreadable *entry = g_ptr_array_index (unreadable, 0);
  g_assert_cmpstr (entry->path, ==, "http://127.0.0.1:1/dicom-web");
  g_assert_nonnull (strstr (entry->reason, "127.0.0.1"));
  g_assert_null (strstr (entry->reason, "secret"));
  g_autoptr (VitrailDataSource) nobody = vitrail_data_source_new (
      "merge:http://127.0.0.1:1/a|http://127.0.0.1:1/b", &error);
  g_assert_no_error (error);
  g_assert_false (vitrail_data_source_refresh (nobody, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO);
}

/* Pages of the caller are pages of the whole. */
static void
test_pages (void)
{
  g_autofree char *one = make_part ("one", "ct*.dcm");
  g_autofree char *other = make_part ("other", "ct1.dcm us.dcm sr.dcm");
  g_autoptr (VitrailDataSource) merged =
      test_source_open ("merge:%s|%s", one, other);
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint offset = 0; offset < 20; offset += 5) {
    g_autoptr (GError) error = NULL;
    const VitrailQuery query = { .level = VITRAIL_LEVEL_INSTANCE,
                                 .offset = offset,
                                 .limit = 5 };
    g_autoptr (GPtrArray) page =
        vitrail_data_source_query (merged, &query, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (page->len, <=, 5);
    for (guint i = 0; i < page->len; i++)
      g_assert_true (g_hash_table_add (
          seen, vitrail_data_set_dup_string (g_ptr_array_index (page, i),
                                             VITRAIL_TAG (0x0008, 0x0018), 0)));
  }
  g_assert_cmpuint (g_hash_table_size (seen), ==, TEST_ARCHIVE_SLICES + 2);
}

static void
test_locations (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *none = vitrail_merge_dup_location ((const char *const[]){
      "/a", "/b", "dicomweb://h/r/studies/1.2/series/1.3", NULL });
  g_autofree char *some = vitrail_merge_dup_location (
      (const char *const[]){ "/a|b", "dicomweb://h/r", NULL });

  g_assert_null (none);
  g_assert_cmpstr (some, ==, "merge:file:///a%7Cb|dicomweb://h/r");
  g_assert_null (vitrail_data_source_new ("merge:", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (vitrail_data_source_new ("merge:/tmp|nowhere://x", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
}

/* The command takes several places; so does the service. */
static void
test_commands (void)
{
  g_auto (TestServer) server = { 0 };
  g_auto (TestServer) front = { 0 };
  g_autofree char *one = make_part ("first", "ct*.dcm");
  g_autofree char *other = make_part ("second", "us.dcm sr.dcm");

  test_server_serve (&server, one);
  g_autofree char *info =
      test_data_run ("'%s' info '%s' dicomweb://127.0.0.1:%u/dicom-web",
                     g_getenv ("VITRAIL"), other, server.port);
  g_assert_nonnull (strstr (info, "Echo"));
  g_assert_nonnull (strstr (info, "Chest"));
  g_assert_null (strstr (strstr (info, "Test^Anna") + 1, "Test^Anna"));
  g_autofree char *location =
      g_strdup_printf ("merge:%s|dicomweb://127.0.0.1:%u/dicom-web", other,
                       server.port);
  test_server_serve (&front, location);
  g_autoptr (VitrailDataSource) remote =
      test_source_open ("dicomweb://127.0.0.1:%u/dicom-web", front.port);
  test_source_compare (remote);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_test_add_func ("/merge/parts", test_parts);
  g_test_add_func ("/merge/failing", test_failing);
  g_test_add_func ("/merge/pages", test_pages);
  g_test_add_func ("/merge/locations", test_locations);
  g_test_add_func ("/merge/commands", test_commands);
  return g_test_run ();
}
