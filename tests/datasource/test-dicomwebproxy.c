/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Documents of OHIF's dicomwebproxy source: the server that they name is the
 * one that is asked. */

#include "error.h"
#include "sourcetest.h"
#include "testarchive.h"
#include "testdata.h"
#include "webserver.h"

static void
write_document (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "proxy.json", NULL);

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
test_named (void)
{
  g_auto (TestServer) server = { 0 };
  g_auto (TestServer) files = { 0 };

  if (!test_server_orthanc (&server, test_archive_get ()) ||
      !test_server_nginx (&files, test_data_get_scratch (), ""))
    return;
  g_autofree char *text = g_strdup_printf (
      "{\"servers\":{\"dicomWeb\":[{\"name\":\"Orthanc\","
      "\"wadoUriRoot\":\"http://127.0.0.1:%u/wado\","
      "\"qidoRoot\":\"http://127.0.0.1:%u/dicom-web\","
      "\"wadoRoot\":\"http://127.0.0.1:%u/dicom-web\","
      "\"qidoSupportsIncludeField\":true,\"imageRendering\":\"wadors\","
      "\"enableStudyLazyLoad\":true,\"thumbnailRendering\":\"wadors\"}]}}",
      server.port, server.port, server.port);
  write_document (text);
  g_autoptr (VitrailDataSource) source =
      test_source_open ("dicomwebproxy:http://127.0.0.1:%u/proxy.json",
                        files.port);
  test_source_compare (source);
}

static void
test_bad (void)
{
  static const char *const texts[] = {
    "{}",
    "{\"servers\":{\"dicomWeb\":[]}}",
    "{\"servers\":{\"dicomWeb\":[1]}}",
    "{\"servers\":{\"dicomWeb\":[{\"wadoRoot\":\"file:///etc\"}]}}",
    "{\"servers\":{\"dicomWeb\":[{\"wadoRoot\":\"http://u:p@host/x\"}]}}",
    "{\"servers\":{\"dicomWeb\":[{\"qidoRoot\":\"http://127.0.0.1/x\"}]}}",
  };
  g_autofree char *location =
      g_strconcat ("dicomwebproxy:", test_data_get_scratch (), "/proxy.json",
                   NULL);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    write_document (texts[i]);
    g_autoptr (VitrailDataSource) source =
        vitrail_data_source_new (location, &error);
    g_assert_no_error (error);
    g_assert_false (vitrail_data_source_refresh (source, NULL, &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_test_add_func ("/dicomwebproxy/named", test_named);
  g_test_add_func ("/dicomwebproxy/bad", test_bad);
  return g_test_run ();
}
