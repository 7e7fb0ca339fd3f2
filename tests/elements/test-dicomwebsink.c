/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dicomwebsink: a stream or each buffer is an instance; the end comes after the
 * archive's word; each instance has its message; errors; giving up. */

#include "testarchive.h"
#include "testdata.h"
#include "webserver.h"

#include <gst/gst.h>

#include <string.h>

/* What a pipeline said up to its end. */
typedef struct {
  gboolean is_end;
  char *error;
  guint n_stored;
  guint n_failed;
  char *message; /* of the last instance, if any */
} Said;

static void
said_clear (Said *self)
{
  g_free (self->error);
  g_free (self->message);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Said, said_clear)

static void
take_result (Said *self, GstMessage *message)
{
  const GstStructure *result = gst_message_get_structure (message);
  gboolean is_stored = FALSE;

  if (!gst_structure_has_name (result, "dicom-store-result"))
    return;
  g_assert_true (gst_structure_get_boolean (result, "stored", &is_stored));
  if (is_stored)
    self->n_stored++;
  else
    self->n_failed++;
  g_free (self->message);
  self->message = g_strdup (gst_structure_get_string (result, "message"));
}

/* TRUE when it is the last. */
static gboolean
take_message (Said *self, GstMessage *message)
{
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT) {
    take_result (self, message);
    return FALSE;
  }
  self->is_end = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
  if (!self->is_end) {
    gst_message_parse_error (message, &error, NULL);
    self->error = g_strdup (error->message);
  }
  return TRUE;
}

static void play (Said *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
play (Said *self, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  gboolean is_last = FALSE;
  va_list args;

  va_start (args, format);
  g_autofree char *description = g_strdup_vprintf (format, args);
  va_end (args);
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, &error);
  g_assert_no_error (error);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!is_last) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND,
                                    GST_MESSAGE_EOS | GST_MESSAGE_ERROR |
                                        GST_MESSAGE_ELEMENT);
    g_assert_nonnull (message);
    is_last = take_message (self, message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

/* How many instances an archive has. */
static guint
count_instances (guint port)
{
  g_autofree char *text = test_data_run (
      "curl -sf 'http://127.0.0.1:%u/dicom-web/studies/1.2.7/instances?"
      "includefield=00080018' | grep -o '\"00080018\"' | wc -l",
      port);

  return (guint) g_ascii_strtoull (text, NULL, 10);
}

static void
store_at (guint port)
{
  g_auto (Said) one = { 0 };
  g_auto (Said) more = { 0 };

  play (&one,
        "filesrc location=%s/us.dcm blocksize=1000 ! dicomwebsink "
        "location=dicomweb://127.0.0.1:%u/dicom-web",
        test_archive_get (), port);
  g_assert_cmpstr (one.error, ==, NULL);
  g_assert_true (one.is_end);
  g_assert_cmpuint (one.n_stored, ==, 1);
  g_assert_cmpuint (count_instances (port), ==, 1);
  play (&more,
        "multifilesrc location=%s/ct%%d.dcm start-index=1 stop-index=%u "
        "caps=application/dicom,framed=true ! dicomwebsink "
        "location=http://127.0.0.1:%u/dicom-web/studies/1.2.7",
        test_archive_get (), TEST_ARCHIVE_SLICES, port);
  g_assert_cmpstr (more.error, ==, NULL);
  g_assert_cmpuint (more.n_stored, ==, TEST_ARCHIVE_SLICES);
  g_assert_cmpuint (more.n_failed, ==, 0);
  g_assert_cmpuint (count_instances (port), ==, 1 + TEST_ARCHIVE_SLICES);
}

static void
test_service (void)
{
  g_auto (TestServer) server = { 0 };
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "store", NULL);
  const char *argv[] = { g_getenv ("VITRAIL"),
                         "serve",
                         "--port",
                         "0",
                         "--store",
                         folder,
                         folder,
                         NULL };

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  test_server_start (&server, argv);
  store_at (server.port);
}

static void
test_orthanc (void)
{
  g_auto (TestServer) server = { 0 };
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "first", NULL);

  /* Orthanc begins with one file: that of the cine. */
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_free (test_data_run ("cp '%s'/us.dcm '%s'", test_archive_get (), folder));
  if (test_server_orthanc (&server, folder))
    store_at (server.port);
}

static const struct {
  const char *what; /* of support/storing.py */
  const char *error;
  guint n_stored;
  guint n_failed;
} cases[] = {
  { "fine", NULL, 12, 0 },
  { "deaf", NULL, 12, 0 },
  { "full", "instance 12: the server has no room for it", 1, 11 },
  { "room", "answers 507", 0, 12 },
  { "closed", "answers 403", 0, 12 },
};

static void
test_answers (void)
{
  g_auto (TestServer) server = { 0 };
  g_autofree char *script = g_build_filename (g_getenv ("G_TEST_SRCDIR"),
                                              "support", "storing.py", NULL);

  test_server_start (&server,
                     (const char *[]){ "/usr/bin/python3", script, NULL });
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Said) said = { 0 };
    play (&said,
          "multifilesrc location=%s/ct%%d.dcm start-index=1 stop-index=12 "
          "caps=application/dicom,framed=true ! dicomwebsink "
          "location=http://127.0.0.1:%u/%s",
          test_archive_get (), server.port, cases[i].what);
    g_test_message ("%s: %s", cases[i].what, said.error);
    g_assert_cmpint (said.is_end, ==, cases[i].error == NULL);
    g_assert_true (cases[i].error == NULL ||
                   strstr (said.error, cases[i].error) != NULL);
    g_assert_cmpuint (said.n_stored, ==, cases[i].n_stored);
    g_assert_cmpuint (said.n_failed, ==, cases[i].n_failed);
  }
}

static void
test_errors (void)
{
  g_auto (Said) no_location = { 0 };
  g_auto (Said) no_dicom = { 0 };

  play (&no_location, "filesrc location=%s/us.dcm ! dicomwebsink",
        test_archive_get ());
  g_assert_nonnull (strstr (no_location.error, "not a URL with a host"));
  play (&no_dicom,
        "filesrc location=/proc/self/exe num-buffers=1 ! dicomwebsink "
        "location=http://127.0.0.1:1/a");
  g_assert_cmpstr (no_dicom.error, ==,
                   "instance 1: not a DICOM file with a preamble (PS3.10)");
  g_assert_cmpuint (no_dicom.n_failed, ==, 1);
}

static gboolean
is_asked (gpointer user_data)
{
  g_autofree char *seen = test_server_tell (user_data, "seen");

  return strstr (seen, "POST /down") != NULL;
}

/* It is given up while it tries again and again. */
static void
test_given_up (void)
{
  g_auto (TestServer) server = { 0 };
  g_autofree char *script = g_build_filename (g_getenv ("G_TEST_SRCDIR"),
                                              "support", "storing.py", NULL);

  test_server_start (&server,
                     (const char *[]){ "/usr/bin/python3", script, NULL });
  g_autofree char *description =
      g_strdup_printf ("filesrc location=%s/us.dcm ! dicomwebsink name=sink "
                       "location=http://127.0.0.1:%u/down",
                       test_archive_get (), server.port);
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_assert_true (test_wait_until (is_asked, &server));
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static void
push_event (GstPad *pad, GstEvent *event)
{
  g_assert_true (gst_pad_push_event (pad, event));
}

static void
push_segment (GstPad *pad)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_BYTES);
  push_event (pad, gst_event_new_segment (&segment));
}

/* A buffer that is the file, or that is none where @path is NULL. */
static void
push_instance (GstPad *pad, const char *path)
{
  gsize length = 4;
  char *data = g_strdup ("none");
  g_autoptr (GError) error = NULL;

  if (path != NULL) {
    g_clear_pointer (&data, g_free);
    g_file_get_contents (path, &data, &length, &error);
    g_assert_no_error (error);
  }
  g_assert_cmpint (gst_pad_push (pad, gst_buffer_new_wrapped (data, length)),
                   ==, GST_FLOW_OK);
}

/* What came before a flush is neither sent nor held against what comes then. */
static void
test_flush (void)
{
  g_auto (TestServer) server = { 0 };
  g_autofree char *script = g_build_filename (g_getenv ("G_TEST_SRCDIR"),
                                              "support", "storing.py", NULL);
  g_autofree char *first =
      g_build_filename (test_archive_get (), "ct1.dcm", NULL);
  g_autofree char *second =
      g_build_filename (test_archive_get (), "us.dcm", NULL);
  g_autoptr (GstElement) pipeline =
      gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *sink = gst_element_factory_make ("dicomwebsink", NULL);
  g_autoptr (GstPad) to = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstPad) pad =
      gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  g_autoptr (GstCaps) caps =
      gst_caps_from_string ("application/dicom,framed=true");

  test_server_start (&server,
                     (const char *[]){ "/usr/bin/python3", script, NULL });
  g_autofree char *location =
      g_strdup_printf ("http://127.0.0.1:%u/fine", server.port);
  g_object_set (sink, "location", location, NULL);
  gst_bin_add (GST_BIN (pipeline), sink);
  g_assert_cmpint (gst_pad_link (pad, to), ==, GST_PAD_LINK_OK);
  gst_pad_set_active (pad, TRUE);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  push_event (pad, gst_event_new_stream_start ("one"));
  push_event (pad, gst_event_new_caps (caps));
  push_segment (pad);
  push_instance (pad, first);
  push_instance (pad, NULL);
  push_event (pad, gst_event_new_flush_start ());
  push_event (pad, gst_event_new_flush_stop (TRUE));
  push_segment (pad);
  push_instance (pad, second);
  push_event (pad, gst_event_new_eos ());
  guint n_stored = 0;
  g_object_get (sink, "n-stored", &n_stored, NULL);
  g_assert_cmpuint (n_stored, ==, 1);
  g_autofree char *seen = test_server_tell (&server, "seen");
  g_assert_nonnull (strstr (seen, "POST /fine/studies 1 "));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_pad_set_active (pad, FALSE);
  gst_pad_unlink (pad, to);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  /* Of this program alone. */
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_test_add_func ("/dicomwebsink/service", test_service);
  g_test_add_func ("/dicomwebsink/orthanc", test_orthanc);
  g_test_add_func ("/dicomwebsink/answers", test_answers);
  g_test_add_func ("/dicomwebsink/errors", test_errors);
  g_test_add_func ("/dicomwebsink/given-up", test_given_up);
  g_test_add_func ("/dicomwebsink/flush", test_flush);
  return g_test_run ();
}
