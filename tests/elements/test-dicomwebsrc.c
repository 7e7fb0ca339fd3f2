/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dicomwebsrc: the frames of the same series as dicomfilesrc pushes, from our
 * own service and from Orthanc; its URLs; errors. */

#include "gstrun.h"
#include "testarchive.h"
#include "testdata.h"
#include "webserver.h"

#include <string.h>

static void
compare (guint port, const char *series, guint n)
{
  g_autofree char *local = g_strdup_printf (
      "dicomfilesrc location=%s series=%s ! fakesink name=sink",
      test_archive_get (), series);
  g_autofree char *remote = g_strdup_printf (
      "dicomwebsrc location=dicomweb://127.0.0.1:%u/dicom-web series=%s ! "
      "fakesink name=sink",
      port, series);
  g_autoptr (TestRun) ours = test_run_to_end (remote);
  g_autoptr (TestRun) theirs = test_run_to_end (local);

  g_assert_cmpuint (ours->samples->len, ==, n);
  g_assert_cmpuint (theirs->samples->len, ==, n);
  g_assert_true (gst_caps_is_equal (test_run_get_caps (ours, 0),
                                    test_run_get_caps (theirs, 0)));
  for (guint i = 0; i < n; i++) {
    GstBuffer *a = test_run_get_buffer (ours, i);
    GstBuffer *b = test_run_get_buffer (theirs, i);
    GstMapInfo map;
    g_assert_cmpuint (GST_BUFFER_PTS (a), ==, GST_BUFFER_PTS (b));
    g_assert_true (gst_buffer_map (b, &map, GST_MAP_READ));
    g_assert_cmpuint (gst_buffer_get_size (a), ==, map.size);
    g_assert_cmpint (gst_buffer_memcmp (a, 0, map.data, map.size), ==, 0);
    gst_buffer_unmap (b, &map);
  }
}

static void
test_service (void)
{
  g_auto (TestServer) server = { 0 };

  test_server_serve (&server, test_archive_get ());
  compare (server.port, "1.2.8.1", TEST_ARCHIVE_SLICES);
  compare (server.port, "1.2.8.2", TEST_ARCHIVE_FRAMES);
}

static void
test_orthanc (void)
{
  g_auto (TestServer) server = { 0 };

  if (!test_server_orthanc (&server, test_archive_get ()))
    return;
  compare (server.port, "1.2.8.1", TEST_ARCHIVE_SLICES);
  compare (server.port, "1.2.8.2", TEST_ARCHIVE_FRAMES);
}

static void
test_uris (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) element = gst_object_ref_sink (
      gst_element_make_from_uri (GST_URI_SRC, "dicomwebs://host/a", NULL,
                                 &error));

  g_assert_no_error (error);
  g_assert_cmpstr (G_OBJECT_TYPE_NAME (element), ==, "VitrailDicomWebSrc");
  g_autofree char *uri = gst_uri_handler_get_uri (GST_URI_HANDLER (element));
  g_assert_cmpstr (uri, ==, "dicomwebs://host/a");
  g_assert_false (gst_uri_handler_set_uri (GST_URI_HANDLER (element),
                                           "dicomweb://host/studies", &error));
  g_assert_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI);
}

static void
test_errors (void)
{
  g_autoptr (TestRun) run = test_run_new (
      "dicomwebsrc location=http://127.0.0.1:1/a ! fakesink name=sink");

  g_assert_false (test_run_play (run));
  g_assert_nonnull (strstr (run->error, "127.0.0.1"));
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  /* Of this program alone. */
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_test_add_func ("/dicomwebsrc/service", test_service);
  g_test_add_func ("/dicomwebsrc/orthanc", test_orthanc);
  g_test_add_func ("/dicomwebsrc/uris", test_uris);
  g_test_add_func ("/dicomwebsrc/errors", test_errors);
  return g_test_run ();
}
