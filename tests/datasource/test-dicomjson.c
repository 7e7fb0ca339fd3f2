/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* DICOM JSON documents as a data source: files beside the document, on a server
 * of files, over WADO-RS; and what documents must not do. */

#include "error.h"
#include "sourcetest.h"
#include "testarchive.h"
#include "testdata.h"
#include "webserver.h"

#include <string.h>

#define TAG_STUDY VITRAIL_TAG (0x0020, 0x000d)

/* Writes a document about the small archive as OHIF's own tool writes it; its
 * URLs are {prefix}NAME or, if {rs}, those of WADO-RS below {prefix}. */
static const char writer[] =
    "import json, os, sys\n"
    "from pydicom import dcmread\n"
    "prefix, rs = '{prefix}', {rs}\n"
    "def plain(ds):\n"
    "  out = {}\n"
    "  for e in ds:\n"
    "    if e.keyword in ('', 'PixelData'): continue\n"
    "    v = e.value\n"
    "    if e.VR == 'PN': out[e.keyword] = [{'Alphabetic': str(v)}]\n"
    "    elif e.VM > 1: out[e.keyword] = [float(x) if e.VR == 'DS' else str(x)"
    " for x in v]\n"
    "    elif e.VR in ('US', 'SS', 'IS'): out[e.keyword] = int(v)\n"
    "    elif e.VR == 'DS': out[e.keyword] = float(v)\n"
    "    else: out[e.keyword] = str(v)\n"
    "  return out\n"
    "series = {}\n"
    "root = '{dir}/archive/'\n"
    "for name in sorted(os.listdir(root)):\n"
    "  if not name.endswith('.dcm'): continue\n"
    "  ds = dcmread(root + name); url = prefix + name\n"
    "  if rs: url = 'wadors:%s/studies/%s/series/%s/instances/%s/frames/1' "
    "% (\n"
    "    prefix, ds.StudyInstanceUID, ds.SeriesInstanceUID, "
    "ds.SOPInstanceUID)\n"
    "  series.setdefault(ds.SeriesInstanceUID, []).append(\n"
    "    {'metadata': plain(ds), 'url': url})\n"
    "  study = {'StudyInstanceUID': ds.StudyInstanceUID, 'PatientName':\n"
    "    str(ds.PatientName), 'PatientID': ds.PatientID, 'NumInstances': 14,\n"
    "    'Modalities': 'CT'}\n"
    "study['series'] = [{'SeriesInstanceUID': uid, 'Modality':\n"
    "  l[0]['metadata']['Modality'], 'instances': l}\n"
    "  for uid, l in series.items()]\n"
    "json.dump({'studies': [study]}, open('{dir}/archive/ohif.json', 'w'))\n";

static char *
write_document (const char *prefix, gboolean is_rs)
{
  g_autoptr (GString) program = g_string_new (writer);

  g_string_replace (program, "{prefix}", prefix, 0);
  g_string_replace (program, "{rs}", is_rs ? "True" : "False", 0);
  g_free (test_data_python (program->str));
  return g_build_filename (test_archive_get (), "ohif.json", NULL);
}

static void
test_files (void)
{
  test_archive_get ();
  g_autofree char *path = write_document ("dicomweb:", FALSE);
  g_autoptr (VitrailDataSource) source =
      test_source_open ("dicomjson:%s", path);

  test_source_compare (source);
  test_source_open_report (source);
}

static void
test_served (void)
{
  g_auto (TestServer) server = { 0 };

  if (!test_server_nginx (&server, test_archive_get (), ""))
    return;
  g_autofree char *path = write_document ("", FALSE);
  g_autoptr (VitrailDataSource) source =
      test_source_open ("dicomjson:http://127.0.0.1:%u/ohif.json", server.port);
  test_source_compare (source);
  g_autofree char *file = vitrail_data_source_dup_path (source, "1.2.3.2.1");
  g_autofree char *url =
      g_strdup_printf ("http://127.0.0.1:%u/us.dcm", server.port);
  g_assert_cmpstr (file, ==, url);
}

static void
test_wadors (void)
{
  g_auto (TestServer) server = { 0 };

  test_server_serve (&server, test_archive_get ());
  g_autofree char *prefix =
      g_strdup_printf ("http://127.0.0.1:%u/dicom-web", server.port);
  g_autofree char *path = write_document (prefix, TRUE);
  g_autoptr (VitrailDataSource) source =
      test_source_open ("dicomjson:%s", path);
  test_source_compare (source);
}

/* Commands and the service take it as they take a folder. */
static void
test_commands (void)
{
  g_auto (TestServer) server = { 0 };

  test_archive_get ();
  g_autofree char *path = write_document ("", FALSE);
  g_autofree char *location = g_strconcat ("dicomjson:", path, NULL);
  g_autofree char *info =
      test_data_run ("'%s' info '%s'", g_getenv ("VITRAIL"), location);
  g_assert_nonnull (strstr (info, "Test^Anna"));
  g_free (test_data_run ("'%s' render '%s' --series 1.2.8.2 --frame 3 -o - | "
                         "head -c 4 | grep -q PNG",
                         g_getenv ("VITRAIL"), location));
  test_server_serve (&server, location);
  g_autoptr (VitrailDataSource) source =
      test_source_open ("dicomweb://127.0.0.1:%u/dicom-web", server.port);
  test_source_compare (source);
}

static char *
write_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (test_data_get_scratch (), "bad.json", NULL);

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

static void
expect_refusal (const char *text, VitrailError code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = write_text (text);
  g_autofree char *location = g_strconcat ("dicomjson:", path, NULL);
  g_autoptr (VitrailDataSource) source =
      vitrail_data_source_new (location, &error);

  g_assert_no_error (error);
  g_assert_false (vitrail_data_source_refresh (source, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, "bad.json"));
}

/* @n sequences in each other. */
static char *
make_deep (guint n)
{
  g_autoptr (GString) text = g_string_new ("{\"studies\":[{");

  for (guint i = 0; i < n; i++)
    g_string_append (text, "\"RequestAttributesSequence\":[{");
  for (guint i = 0; i < n; i++)
    g_string_append (text, "}]");
  g_string_append (text, "}]}");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_bad (void)
{
  g_autofree char *deep = make_deep (80);
  g_autofree char *deeper = make_deep (100000);

  expect_refusal ("", VITRAIL_ERROR_MALFORMED);
  expect_refusal ("[]", VITRAIL_ERROR_MALFORMED);
  expect_refusal ("{}", VITRAIL_ERROR_MALFORMED);
  expect_refusal ("{\"studies\":{}}", VITRAIL_ERROR_MALFORMED);
  expect_refusal ("{\"studies\":[{\"series\":[{\"instances\":[{",
                  VITRAIL_ERROR_MALFORMED);
  /* Whose is it? */
  expect_refusal ("{\"studies\":[{\"PatientID\":\"1\",\"PatientID\":\"2\"}]}",
                  VITRAIL_ERROR_MALFORMED);
  expect_refusal ("{\"studies\":[],\"studies\":[]}", VITRAIL_ERROR_MALFORMED);
  expect_refusal (deep, VITRAIL_ERROR_LIMIT);
  expect_refusal (deeper, VITRAIL_ERROR_MALFORMED);
}

/* What is wrong with one instance hides no other. */
static void
test_odd (void)
{
  static const char text[] =
      "{\"studies\":[{\"StudyInstanceUID\":\"1.2.7\",\"x\":[[1]],\"series\":["
      "{\"SeriesInstanceUID\":\"1.2.8.1\",\"instances\":["
      "{\"metadata\":{\"SOPInstanceUID\":\"../etc\"},\"url\":\"ct1.dcm\"},"
      "{\"metadata\":{\"SOPInstanceUID\":\"1.5\"}},"
      "{\"metadata\":{\"SOPInstanceUID\":\"1.6\",\"Rows\":[512],"
      "\"OtherPatientIDsSequence\":[{\"PatientID\":\"a\"},null]},"
      "\"url\":\"/nowhere.dcm\"},"
      "{\"metadata\":{\"SOPInstanceUID\":\"1.7\"},"
      "\"url\":\"ftp://host/x.dcm\"}]}]}]}";
  g_autoptr (GError) error = NULL;
  g_autofree char *path = write_text (text);
  g_autoptr (VitrailDataSource) source =
      test_source_open ("dicomjson:%s", path);

  g_assert_cmpuint (test_source_count (source, VITRAIL_LEVEL_INSTANCE,
                                       TAG_STUDY, "1.2.7"),
                    ==, 2);
  g_assert_null (
      vitrail_data_source_open_instance (source, "1.6", NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (
      vitrail_data_source_open_instance (source, "1.7", NULL, &error));
  g_assert_nonnull (error);
}

/* A document of a server names no file of this machine. */
static void
test_foreign (void)
{
  static const char *const urls[] = { "file:///etc/passwd",
                                      "http://user:secret@127.0.0.1/x.dcm",
                                      "dicomweb:file:///etc/passwd" };
  g_auto (TestServer) server = { 0 };

  if (!test_server_nginx (&server, test_data_get_scratch (), ""))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = g_strdup_printf (
        "{\"studies\":[{\"StudyInstanceUID\":\"1.1\",\"series\":[{"
        "\"SeriesInstanceUID\":\"1.2\",\"instances\":[{\"metadata\":{"
        "\"SOPInstanceUID\":\"1.3\"},\"url\":\"%s\"}]}]}]}",
        urls[i]);
    g_autofree char *path = write_text (text);
    g_autoptr (VitrailDataSource) source =
        test_source_open ("dicomjson:http://127.0.0.1:%u/bad.json",
                          server.port);
    g_assert_null (
        vitrail_data_source_open_instance (source, "1.3", NULL, &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT);
    g_assert_null (strstr (error->message, "secret"));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_test_add_func ("/dicomjson/files", test_files);
  g_test_add_func ("/dicomjson/served", test_served);
  g_test_add_func ("/dicomjson/wadors", test_wadors);
  g_test_add_func ("/dicomjson/commands", test_commands);
  g_test_add_func ("/dicomjson/bad", test_bad);
  g_test_add_func ("/dicomjson/odd", test_odd);
  g_test_add_func ("/dicomjson/foreign", test_foreign);
  return g_test_run ();
}
