/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Servers on loopback: see webserver.h. */

#include "webserver.h"

#include "testdata.h"

#include <glib/gstdio.h>

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#define ORTHANC_PLUGIN "/usr/share/orthanc/plugins/libOrthancDicomWeb.so"

void
test_server_stop (TestServer *self)
{
  if (self->process == NULL)
    return;
  g_subprocess_send_signal (self->process, self->is_killed ? SIGKILL : SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

static void
child_setup (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
launch (TestServer *self, GSubprocessFlags flags, const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);

  g_subprocess_launcher_set_child_setup (launcher, child_setup, NULL, NULL);
  g_subprocess_launcher_setenv (launcher, "XDG_CACHE_HOME",
                                test_data_get_scratch (), TRUE);
  self->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
}

void
test_server_start (TestServer *self, const char *const *argv)
{
  g_autoptr (GError) error = NULL;

  self->is_killed = FALSE;
  launch (self, G_SUBPROCESS_FLAGS_STDOUT_PIPE, argv);
  g_autoptr (GDataInputStream) lines =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_autofree char *line =
      g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  const char *colon = strrchr (line, ':');
  self->port =
      (guint) g_ascii_strtoull (colon != NULL ? colon + 1 : line, NULL, 10);
  g_assert_cmpuint (self->port, >, 0);
}

void
test_server_serve (TestServer *self, const char *location)
{
  const char *argv[] = {
    g_getenv ("VITRAIL"), "serve", "--port", "0", location, NULL
  };
  test_server_start (self, argv);
  g_free (test_data_run ("for _ in $(seq 100); do "
                         "curl -sf http://127.0.0.1:%u/readyz && exit; "
                         "sleep 0.1; done; exit 1",
                         self->port));
}

static guint
find_free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  const guint port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  g_socket_listener_close (listener);
  return port;
}

gboolean
test_server_orthanc (TestServer *self, const char *folder)
{
  g_autofree char *program = g_find_program_in_path ("Orthanc");
  g_autoptr (GError) error = NULL;

  if (program == NULL || !g_file_test (ORTHANC_PLUGIN, G_FILE_TEST_EXISTS)) {
    g_test_skip ("no Orthanc with its DICOMweb plugin");
    return FALSE;
  }
  self->port = find_free_port ();
  self->is_killed = TRUE;
  g_autofree char *name = g_strdup_printf ("orthanc-%u", self->port);
  g_autofree char *store =
      g_build_filename (test_data_get_scratch (), name, NULL);
  g_autofree char *settings = g_strconcat (store, ".json", NULL);
  g_autofree char *json = g_strdup_printf (
      "{\"StorageDirectory\":\"%s\",\"HttpPort\":%u,"
      "\"DicomServerEnabled\":false,\"RemoteAccessAllowed\":false,"
      "\"Plugins\":[\"%s\"]}",
      store, self->port, ORTHANC_PLUGIN);
  g_mkdir (store, 0700);
  g_file_set_contents (settings, json, -1, &error);
  g_assert_no_error (error);
  launch (self,
          G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
          (const char *[]){ program, settings, NULL });
  g_free (test_data_run (
      "for _ in $(seq 100); do curl -sf http://127.0.0.1:%u/system && break; "
      "sleep 0.1; done; for f in '%s'/*.dcm; do curl -sf -X POST "
      "http://127.0.0.1:%u/instances --data-binary \"@$f\" || exit 1; done",
      self->port, folder, self->port));
  return TRUE;
}

gboolean
test_server_nginx (TestServer *self, const char *folder, const char *rules)
{
  g_autofree char *program = g_find_program_in_path ("nginx");
  g_autoptr (GError) error = NULL;

  if (program == NULL) {
    g_test_skip ("no nginx");
    return FALSE;
  }
  self->port = find_free_port ();
  g_autofree char *name = g_strdup_printf ("nginx-%u", self->port);
  g_autofree char *prefix =
      g_build_filename (test_data_get_scratch (), name, NULL);
  g_autofree char *settings = g_build_filename (prefix, "nginx.conf", NULL);
  g_autofree char *text = g_strdup_printf (
      "daemon off; master_process off; pid %s/pid; error_log stderr;\n"
      "events {}\n"
      "http { access_log %s/access; client_body_temp_path %s;\n"
      "  proxy_temp_path %s; fastcgi_temp_path %s; uwsgi_temp_path %s;\n"
      "  scgi_temp_path %s; default_type application/octet-stream;\n"
      "  types { application/json json; }\n"
      "  server { listen 127.0.0.1:%u; root %s; %s } }\n",
      prefix, prefix, prefix, prefix, prefix, prefix, prefix, self->port,
      folder, rules);
  g_mkdir (prefix, 0700);
  g_file_set_contents (settings, text, -1, &error);
  g_assert_no_error (error);
  launch (self, G_SUBPROCESS_FLAGS_STDERR_SILENCE,
          (const char *[]){ program, "-p", prefix, "-c", settings, NULL });
  g_free (test_data_run ("for _ in $(seq 100); do "
                         "curl -s -o /dev/null http://127.0.0.1:%u/ && exit; "
                         "sleep 0.1; done; exit 1",
                         self->port));
  return TRUE;
}

void
test_server_fail_for (TestServer *self, guint port)
{
  g_autofree char *text = g_strdup_printf ("%u", port);
  g_autofree char *script = g_build_filename (g_getenv ("G_TEST_SRCDIR"),
                                              "support", "flaky.py", NULL);

  test_server_start (self, (const char *[]){ "/usr/bin/python3", script, text,
                                             NULL });
}

char *
test_server_tell (const TestServer *self, const char *what)
{
  return test_data_run ("curl -sf http://127.0.0.1:%u/_%s", self->port, what);
}
