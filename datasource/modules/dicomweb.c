/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests by libsoup, loaded by dicomweb/client.c with the first one. All of
 * them live on one thread with a main context of its own; what others hand over
 * comes there as sources. */

#include "dicomweb/location.h"
#include "dicomwebjob.h"
#include "limits.h"

#include <stdlib.h>
#include <string.h>

#define IDLE_SECONDS    60
#define TIMEOUT_SECONDS 30

extern const VitrailWebTransport vitrail_web_transport;

/* Authorities of a house of its own, instead of the system's. */
static void
set_authorities (SoupSession *session)
{
  const char *path = g_getenv ("VITRAIL_DICOMWEB_CA");
  g_autofree char *absolute =
      path != NULL ? g_canonicalize_filename (path, NULL) : NULL;
  g_autoptr (GError) error = NULL;

  if (absolute == NULL)
    return;
  g_autoptr (GTlsDatabase) authorities =
      g_tls_file_database_new (absolute, &error);
  if (authorities == NULL)
    g_message ("VITRAIL_DICOMWEB_CA: %s: %s", path, error->message);
  else
    soup_session_set_tls_database (session, authorities);
}

static gpointer
client_thread (gpointer data)
{
  VitrailWebClient *self = data;
  g_autoptr (GMainLoop) loop = g_main_loop_new (self->context, FALSE);

  g_main_context_push_thread_default (self->context);
  self->session = soup_session_new_with_options (
      "max-conns", (int) (self->max_in_flight + VITRAIL_WEB_RESERVED) * 8,
      "max-conns-per-host", (int) (self->max_in_flight + VITRAIL_WEB_RESERVED),
      "timeout", self->timeout, "idle-timeout", IDLE_SECONDS, "user-agent",
      "vitrail ", NULL);
  set_authorities (self->session);
  g_main_loop_run (loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static guint
get_setting (const char *variable, guint fallback, guint most)
{
  const char *text = g_getenv (variable);
  guint64 value;

  return text != NULL &&
                 g_ascii_string_to_unsigned (text, 10, 1, most, &value, NULL)
             ? (guint) value
             : fallback;
}

/* Made with the first request, and there until the process ends. */
static VitrailWebClient *
get_client (void)
{
  static gsize once;
  static VitrailWebClient client;

  if (g_once_init_enter (&once)) {
    client.context = g_main_context_new ();
    client.max_in_flight =
        get_setting ("VITRAIL_DICOMWEB_REQUESTS", VITRAIL_WEB_IN_FLIGHT, 64);
    client.timeout =
        get_setting ("VITRAIL_DICOMWEB_TIMEOUT", TIMEOUT_SECONDS, 3600);
    client.hosts =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    client.tagged = g_hash_table_new (NULL, NULL);
    g_thread_unref (g_thread_new ("dicomweb", client_thread, &client));
    g_once_init_leave (&once, 1);
  }
  return &client;
}

static VitrailWebHost *
get_host (VitrailWebClient *self, const char *origin)
{
  VitrailWebHost *host = g_hash_table_lookup (self->hosts, origin);

  if (host != NULL)
    return host;
  host = g_new0 (VitrailWebHost, 1);
  g_queue_init (&host->waiting);
  g_hash_table_insert (self->hosts, g_strdup (origin), host);
  return host;
}

static gboolean
begin_cb (gpointer user_data)
{
  VitrailWebJob *self = user_data;

  self->host = get_host (self->client, self->origin);
  self->serial = ++self->client->last_serial;
  if (self->tag != NULL)
    g_hash_table_insert (self->client->tagged, (gpointer) self->tag, self);
  vitrail_web_job_enqueue (self);
  return G_SOURCE_REMOVE;
}

/* "http://host:port" of an http or https URI that names a host. */
static char *
dup_origin (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, SOUP_HTTP_URI_FLAGS, NULL);

  if (parsed == NULL || g_uri_get_host (parsed) == NULL)
    return g_strdup ("");
  const char *host = g_uri_get_host (parsed);
  const gboolean is_v6 = strchr (host, ':') != NULL;
  g_autofree char *lower = g_ascii_strdown (host, -1);
  return g_strdup_printf ("%s://%s%s%s:%d", g_uri_get_scheme (parsed),
                          is_v6 ? "[" : "", lower, is_v6 ? "]" : "",
                          g_uri_get_port (parsed));
}

static void
start (const VitrailWebRequest *request,
       GCancellable *cancellable,
       VitrailWebDone done,
       gpointer user_data)
{
  VitrailWebJob *self = g_new0 (VitrailWebJob, 1);

  self->client = get_client ();
  self->uri = g_strdup (request->uri);
  self->origin = dup_origin (request->uri);
  self->name = vitrail_web_location_dup_public (request->uri);
  self->accept = g_strdup (request->accept);
  self->authorization = g_strdup (request->authorization);
  self->has_token = request->is_anonymous;
  self->if_none_match = g_strdup (request->if_none_match);
  self->range = g_strdup (request->range);
  self->if_range = g_strdup (request->if_range);
  self->as_it_is = request->as_it_is;
  if (request->body != NULL) {
    self->content_type = g_strdup (request->body->content_type);
    self->pieces = g_ptr_array_ref (request->body->pieces);
  }
  self->max_bytes = MIN (request->max_bytes, VITRAIL_LIMIT_WEB_BYTES);
  self->priority = request->priority;
  self->tag = request->tag;
  self->is_wanted = request->is_wanted;
  if (cancellable != NULL)
    self->cancellable = g_object_ref (cancellable);
  self->done = done;
  self->user_data = user_data;
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, begin_cb, self, NULL);
  g_source_attach (source, self->client->context);
}

/* What is to be hastened, on its way to the client's thread. */
typedef struct {
  gconstpointer tag;
  VitrailWebPriority priority;
} Hurry;

static gboolean
hasten_cb (gpointer user_data)
{
  const Hurry *hurry = user_data;
  VitrailWebJob *job = g_hash_table_lookup (get_client ()->tagged, hurry->tag);

  if (job != NULL)
    vitrail_web_job_hasten (job, hurry->priority);
  return G_SOURCE_REMOVE;
}

static void
hasten (gconstpointer tag, VitrailWebPriority priority)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Hurry *hurry = g_new (Hurry, 1);

  hurry->tag = tag;
  hurry->priority = priority;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, hasten_cb, hurry, g_free);
  g_source_attach (source, get_client ()->context);
}

const VitrailWebTransport vitrail_web_transport = { .start = start,
                                                    .hasten = hasten };
