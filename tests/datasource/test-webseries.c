/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Series of a server that does not always answer: what is incomplete or
 * cancelled is not kept, and nobody waits for it for ever; a body that went on
 * as another one is asked for anew. */

#include "source.h"
#include "testarchive.h"
#include "testdata.h"
#include "testlog.h"
#include "webserver.h"

#include <string.h>

#define TAG_PROFILE VITRAIL_TAG (0x0028, 0x2000)
#define UID         "1.2.3"

static TestServer server;

static VitrailDataSource *
open_mode (const char *mode)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location =
      g_strdup_printf ("http://127.0.0.1:%u/%s/studies/1.2.1/series/1.2.2",
                       server.port, mode);
  VitrailDataSource *source = vitrail_data_source_new (location, &error);

  g_assert_no_error (error);
  return source;
}

/* Whether the instance has its profile. */
static gboolean
open_profile (VitrailDataSource *source)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance (source, UID, NULL, &error);

  g_assert_no_error (error);
  return vitrail_data_set_has (vitrail_instance_get_data_set (instance),
                               TAG_PROFILE);
}

static gboolean
is_kept (VitrailDataSource *source)
{
  g_autoptr (VitrailInstance) kept =
      vitrail_data_source_peek_instance (source, UID);

  return kept != NULL;
}

static guint
count_seen (const char *what)
{
  g_autofree char *seen = test_server_tell (&server, "seen");
  guint n = 0;

  for (const char *at = seen; (at = strstr (at, what)) != NULL; at++)
    n++;
  return n;
}

/* Without a value that may be had later it is shown, and not kept. */
static void
test_incomplete (void)
{
  g_autoptr (VitrailDataSource) source = open_mode ("ill");

  g_assert_false (open_profile (source));
  g_assert_false (is_kept (source));
  g_assert_true (open_profile (source));
  g_assert_true (is_kept (source));
  g_assert_cmpuint (count_seen ("/ill/value"), ==, 4);
}

/* One that is not there will not be there the next time. */
static void
test_gone (void)
{
  g_autoptr (VitrailDataSource) source = open_mode ("gone");

  g_assert_false (open_profile (source));
  g_assert_true (is_kept (source));
}

/* A query may name a patient. */
static void
test_messages (void)
{
  g_autoptr (VitrailDataSource) source = open_mode ("cut");

  test_log_clear ();
  g_assert_false (open_profile (source));
  g_assert_cmpuint (test_log_count ("/cut/value: multipart: it breaks off"), ==,
                    1);
  g_assert_cmpuint (test_log_count ("Secret"), ==, 0);
  g_assert_false (is_kept (source));
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance_finish (VITRAIL_DATA_SOURCE (object),
                                                result, error);

  g_assert_null (instance);
}

static gboolean
has_error (gpointer user_data)
{
  return *(GError **) user_data != NULL;
}

static gboolean
is_value_wanted (gpointer user_data)
{
  return count_seen ("/slow/value") > 0;
}

/* Cancelled while its long value comes. */
static void
test_cancelled (void)
{
  g_autoptr (VitrailDataSource) source = open_mode ("slow");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  vitrail_data_source_open_instance_async (source, UID, cancellable, opened_cb,
                                           &error);
  g_assert_true (test_wait_until (is_value_wanted, NULL));
  g_cancellable_cancel (cancellable);
  g_assert_true (test_wait_until (has_error, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (is_kept (source));
  g_free (test_server_tell (&server, "go"));
  g_assert_true (open_profile (source));
}

static gpointer
cancel_thread (gpointer data)
{
  g_cancellable_cancel (data);
  return NULL;
}

static void
any_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  guint *n_left = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance_finish (VITRAIL_DATA_SOURCE (object),
                                                result, &error);

  if (instance == NULL)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  --*n_left;
}

static gboolean
is_zero (gpointer user_data)
{
  return *(const guint *) user_data == 0;
}

/* However several cancel one series, who comes later gets it. */
static void
test_nobody_waits (void)
{
  for (guint i = 0; i < 50; i++) {
    g_autoptr (VitrailDataSource) source = open_mode ("fine");
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    guint n_left = 3;

    for (guint k = n_left; k > 0; k--)
      vitrail_data_source_open_instance_async (source, UID,
                                               k == 1 ? NULL : cancellable,
                                               any_cb, &n_left);
    g_autoptr (GThread) thread =
        g_thread_new ("cancel", cancel_thread, cancellable);
    g_assert_true (test_wait_until (is_zero, &n_left));
    g_thread_join (g_steal_pointer (&thread));
    g_assert_true (open_profile (source));
  }
}

/* Another body's rest is not put behind the beginning of this. */
static void
test_changed (void)
{
  g_autoptr (VitrailDataSource) source = open_mode ("change");

  g_assert_true (open_profile (source));
  g_assert_cmpuint (count_seen ("/change/"), ==, 3);
}

/* What an archive tells without UIDs ends no service in front of it. */
static void
test_nameless (void)
{
  g_auto (TestServer) front = { 0 };
  g_autofree char *location = g_strdup_printf (
      "http://127.0.0.1:%u/nameless/studies/1.2.1/series/1.2.2", server.port);

  test_server_serve (&front, location);
  g_autofree char *first = test_data_run (
      "curl -s -o /dev/null -w '%%{http_code}' http://127.0.0.1:%u/dicom-web/"
      "studies/1.2.1/series/1.2.2/metadata",
      front.port);
  g_assert_cmpstr (first, !=, "000");
  g_autofree char *ready = test_data_run (
      "curl -s -o /dev/null -w '%%{http_code}' http://127.0.0.1:%u/readyz",
      front.port);
  g_assert_cmpstr (ready, ==, "200");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_autofree char *script = g_build_filename (g_getenv ("G_TEST_SRCDIR"),
                                              "support", "patchy.py", NULL);

  test_log_init ();
  /* Of this program alone. */
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  test_server_start (&server,
                     (const char *[]){ "/usr/bin/python3", script, NULL });
  g_test_add_func ("/webseries/incomplete", test_incomplete);
  g_test_add_func ("/webseries/gone", test_gone);
  g_test_add_func ("/webseries/messages", test_messages);
  g_test_add_func ("/webseries/cancelled", test_cancelled);
  g_test_add_func ("/webseries/nobody-waits", test_nobody_waits);
  g_test_add_func ("/webseries/changed", test_changed);
  g_test_add_func ("/webseries/nameless", test_nameless);
  const int status = g_test_run ();
  test_server_stop (&server);
  return status;
}
