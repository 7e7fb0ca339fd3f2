/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* `vitrail serve`: options, signals, the main loop. */

#include "config.h"

#include "dicomweb/location.h"
#include "error.h"
#include "memorybudget.h"
#include "pool.h"
#include "server.h"
#include "sharing.h"
#include "web-resources.h"

#include <glib-unix.h>

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

int vitrail_service_main (int argc, char **argv);

typedef struct {
  int port;
  char *bind;
  gint64 memory_bytes;
  int n_workers;
  int n_threads;
  char *certificate;
  char *key;
  char **origins;
  char *access_log;
  char *store;
  char *duplicates;
  char **paths;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->bind);
  g_strfreev (self->origins);
  g_free (self->access_log);
  g_free (self->certificate);
  g_free (self->key);
  g_free (self->store);
  g_free (self->duplicates);
  g_strfreev (self->paths);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* What is stored is served too. */
static void
add_store_path (Options *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const gboolean is_there =
      self->paths != NULL &&
      g_strv_contains ((const char *const *) self->paths, self->store);

  if (self->paths != NULL)
    g_strv_builder_addv (builder, (const char **) self->paths);
  if (!is_there)
    g_strv_builder_add (builder, self->store);
  g_strfreev (self->paths);
  self->paths = g_strv_builder_end (builder);
}

/* 0, or 2 with a line on standard error. */
static int
options_check_store (Options *self)
{
  VitrailDuplicates policy;

  if (self->duplicates != NULL &&
      (self->store == NULL ||
       !vitrail_duplicates_parse (self->duplicates, &policy)))
  {
    g_printerr ("vitrail serve: --duplicates %s: refuse, ignore or replace, "
                "with --store\n",
                self->duplicates);
    return 2;
  }
  if (self->store != NULL)
    add_store_path (self);
  if (self->paths == NULL) {
    g_printerr ("vitrail serve: name at least one folder or file\n");
    return 2;
  }
  return 0;
}

/* 0, or the exit status with a line on standard error. */
static int
options_parse (Options *self, int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "port", 'p', 0, G_OPTION_ARG_INT, &self->port,
      "TCP port, 0 for any free one (default 8042)", "N" },
    { "bind", 'b', 0, G_OPTION_ARG_STRING, &self->bind,
      "loopback address to listen on (default 127.0.0.1)", "ADDR" },
    { "memory", 'm', 0, G_OPTION_ARG_INT64, &self->memory_bytes,
      "what all caches may take together (default: half of the memory)",
      "BYTES" },
    { "workers", 'w', 0, G_OPTION_ARG_INT, &self->n_workers,
      "worker threads (default: one a core)", "N" },
    { "threads", 't', 0, G_OPTION_ARG_INT, &self->n_threads,
      "threads that listen (default: half the cores, 2 to 8)", "N" },
    { "tls-certificate", 0, 0, G_OPTION_ARG_FILENAME, &self->certificate,
      "HTTPS, and HTTP/2, by this certificate (PEM)", "FILE" },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &self->key,
      "its private key (default: in the same file)", "FILE" },
    { "cors", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->origins,
      "an origin whose pages may read IIIF, or * for any (default: none)",
      "ORIGIN" },
    { "access-log", 0, 0, G_OPTION_ARG_FILENAME, &self->access_log,
      "append a line for each request (default: none)", "FILE" },
    { "store", 's', 0, G_OPTION_ARG_FILENAME, &self->store,
      "take instances (STOW-RS) into this folder, which is served too",
      "FOLDER" },
    { "duplicates", 0, 0, G_OPTION_ARG_STRING, &self->duplicates,
      "refuse, ignore or replace another instance of the same UID (default: "
      "refuse)",
      "POLICY" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->paths, NULL,
      "PATH..." },
    { NULL, 0, 0, 0, NULL, NULL, NULL }
  };
  g_autoptr (GOptionContext) context =
      g_option_context_new ("- serve studies and slides over HTTP");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error)) {
    g_printerr ("vitrail serve: %s\n", error->message);
    return 2;
  }
  if (self->port < 0 || self->port > 65535 || self->memory_bytes < 0 ||
      self->n_workers < 0 || self->n_workers > 1024 || self->n_threads < 0 ||
      self->n_threads > 64)
  {
    g_printerr ("vitrail serve: --port, --memory, --workers or --threads out "
                "of range\n");
    return 2;
  }
  for (guint i = 0; self->origins != NULL && self->origins[i] != NULL; i++)
    if (!vitrail_sharing_origin_is_valid (self->origins[i])) {
      g_printerr ("vitrail serve: --cors %s: not an origin such as "
                  "https://example.org\n",
                  self->origins[i]);
      return 2;
    }
  return options_check_store (self);
}

/* 0, or 1 with a line on standard error. */
static int
check_paths (char **paths)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; paths[i] != NULL; i++)
    if (vitrail_web_location_is (paths[i])) {
      g_autoptr (VitrailWebLocation) location =
          vitrail_web_location_parse (paths[i], &error);
      if (location == NULL) {
        g_printerr ("vitrail: %s\n", error->message);
        return 1;
      }
    } else if (vitrail_data_source_is_location (paths[i])) {
      g_autoptr (VitrailDataSource) source =
          vitrail_data_source_new (paths[i], &error);
      if (source == NULL) {
        g_printerr ("vitrail: %s\n", error->message);
        return 1;
      }
    } else if (!g_file_test (paths[i], G_FILE_TEST_EXISTS)) {
      g_printerr ("vitrail: %s: no such file or folder\n", paths[i]);
      return 1;
    }
  return 0;
}

/* Each connection and each open slide holds a file. */
static void
raise_file_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static VitrailStore *
make_store (const Options *options, VitrailFolder *folder, GError **error)
{
  VitrailDuplicates duplicates = VITRAIL_DUPLICATES_REFUSE;

  if (options->duplicates != NULL)
    vitrail_duplicates_parse (options->duplicates, &duplicates);
  /* A limit on the size of files is an error to be told, not the end. */
  signal (SIGXFSZ, SIG_IGN);
  return vitrail_store_new (options->store, folder, duplicates, error);
}

static GTlsCertificate *
load_certificate (const Options *options, GError **error)
{
  const char *key = options->key != NULL ? options->key : options->certificate;
  GTlsCertificate *certificate =
      g_tls_certificate_new_from_files (options->certificate, key, error);

  if (certificate == NULL)
    g_prefix_error (error, "--tls-certificate %s: ", options->certificate);
  /* libsoup asks before it offers HTTP/2. */
  g_setenv ("SOUP_SERVER_HTTP2", "1", FALSE);
  return certificate;
}

/* What @options ask for; NULL with a line on standard error. */
static VitrailService *
make_service (const Options *options)
{
  g_autoptr (VitrailService) service =
      vitrail_service_new ((const char *const *) options->paths);
  g_autoptr (GError) error = NULL;

  service->origins = g_strdupv (options->origins);
  if (options->access_log != NULL)
    service->access_log = vitrail_access_log_new (options->access_log, &error);
  if (error == NULL && options->certificate != NULL)
    service->certificate = load_certificate (options, &error);
  if (error == NULL && options->store != NULL &&
      !vitrail_service_has_files (service))
    g_set_error (&error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: nothing is stored in another service's archive",
                 options->paths[0]);
  else if (error == NULL && options->store != NULL)
    service->store = make_store (options, service->folder, &error);
  if (error == NULL)
    return g_steal_pointer (&service);
  g_printerr ("vitrail: %s\n", error->message);
  return NULL;
}

/* Two at least: on two busy cores they answered half as much again as one, with
 * the slowest hundredth in half the time. */
static guint
choose_n_threads (const Options *options)
{
  const guint most = 8;

  if (options->n_threads > 0)
    return (guint) options->n_threads;
  return CLAMP (g_get_num_processors () / 2, 2, most);
}

/* Serves until a signal asks to stop. */
static int
serve (const Options *options)
{
  g_autoptr (GCancellable) scan = g_cancellable_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (VitrailService) service = make_service (options);
  if (service == NULL)
    return 1;
  g_autoptr (VitrailServer) server = vitrail_server_new (service);
  g_autoptr (GError) error = NULL;

  /* Before the URL is told: who has read it may end us. */
  guint term = g_unix_signal_add (SIGTERM, quit_cb, loop);
  guint interrupt = g_unix_signal_add (SIGINT, quit_cb, loop);
  g_autofree char *url = vitrail_server_listen (
      server, options->bind != NULL ? options->bind : "127.0.0.1",
      (guint) options->port, choose_n_threads (options), &error);
  if (url == NULL) {
    g_printerr ("vitrail: %s\n", error->message);
    return 1;
  }
  g_print ("%s\n", url);
  fflush (stdout);

  vitrail_service_start_scan (service, scan);
  g_main_loop_run (loop);

  g_source_remove (term);
  g_source_remove (interrupt);
  vitrail_service_stop_scan (service, scan);
  return 0;
}

int
vitrail_service_main (int argc, char **argv)
{
  g_auto (Options) options = { .port = 8042 };

  int status = options_parse (&options, &argc, &argv);
  if (status == 0 && options.store != NULL)
    g_mkdir_with_parents (options.store, 0755);
  if (status == 0)
    status = check_paths (options.paths);
  if (status != 0)
    return status;
  if (options.memory_bytes > 0)
    vitrail_memory_budget_set_limit (vitrail_memory_budget_get_default (),
                                     (guint64) options.memory_bytes);
  if (options.n_workers > 0)
    vitrail_pool_set_n_workers ((guint) options.n_workers);
  raise_file_limit ();
  g_resources_register (vitrail_web_get_resource ());
  return serve (&options);
}
