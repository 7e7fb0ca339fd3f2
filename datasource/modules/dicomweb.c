/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests by libsoup, loaded by dicomweb/client.c with the first one. All of
 * them live on one thread with a main context of its own; what others hand over
 * comes there as sources. */

#include "dicomweb/client.h"
#include "dicomweb/location.h"
#include "error.h"
#include "limits.h"

#include <libsoup/soup.h>

#include <stdlib.h>
#include <string.h>

#define MAX_ATTEMPTS  3
#define MAX_REDIRECTS 5
/* Pause before the second attempt; four times as long before the next. */
#define PAUSE_MS        100
#define MAX_PAUSE_MS    5000
#define CHUNK_BYTES     ((gsize) 64 * 1024)
#define IDLE_SECONDS    60
#define TIMEOUT_SECONDS 30

extern const VitrailWebTransport vitrail_web_transport;

/* The thread and what is on it: constant once made, but for what says so. */
typedef struct {
  GMainContext *context;
  guint max_in_flight;
  guint timeout;
  /* The thread's: */
  SoupSession *session;
  GHashTable *hosts; /* origin -> Host */
  guint64 last_serial;
} Client;

/* One origin; the thread's. */
typedef struct {
  guint n_active;
  GQueue waiting;  /* Job, next first */
  gboolean is_due; /* to look at who is waiting */
} Host;

/* Whose waiting requests are looked at. */
typedef struct {
  Client *client;
  Host *host;
} Turn;

/* One request from start to answer; the thread's. */
typedef struct {
  Client *client;
  Host *host;
  char *uri; /* of this step of a redirect */
  char *origin;
  char *name; /* for people */
  char *accept;
  char *authorization;
  char *if_none_match;
  guint64 max_bytes;
  VitrailWebPriority priority;
  guint64 serial;
  GCancellable *cancellable; /* or NULL */
  VitrailWebDone done;
  gpointer user_data;
  guint n_attempts;
  guint n_redirects;
  GSource *wake; /* while it does not run: cancelled, or the pause is over */
  gboolean is_active;
  SoupMessage *message; /* while it runs */
  GInputStream *stream;
  GByteArray *body;
} Job;

static void run (Job *self);

static void
clear_run (Job *self)
{
  g_clear_object (&self->message);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->body, g_byte_array_unref);
}

static void
clear_wake (Job *self)
{
  if (self->wake != NULL)
    g_source_destroy (self->wake);
  g_clear_pointer (&self->wake, g_source_unref);
}

static void
job_free (Job *self)
{
  clear_wake (self);
  clear_run (self);
  g_free (self->uri);
  g_free (self->origin);
  g_free (self->name);
  g_free (self->accept);
  g_free (self->authorization);
  g_free (self->if_none_match);
  g_clear_object (&self->cancellable);
  g_free (self);
}

/* --- whose turn it is --- */

static void
pump (Client *self, Host *host)
{
  while (host->n_active < self->max_in_flight && host->waiting.length > 0) {
    Job *job = g_queue_pop_head (&host->waiting);
    clear_wake (job);
    job->is_active = TRUE;
    host->n_active++;
    run (job);
  }
}

static gboolean
pump_cb (gpointer user_data)
{
  Turn *turn = user_data;

  turn->host->is_due = FALSE;
  pump (turn->client, turn->host);
  return G_SOURCE_REMOVE;
}

/* Soon, from the loop: a request may end while it is begun. */
static void
pump_later (Client *self, Host *host)
{
  if (host->is_due)
    return;
  host->is_due = TRUE;
  g_autoptr (GSource) source = g_idle_source_new ();
  Turn *turn = g_new (Turn, 1);
  turn->client = self;
  turn->host = host;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, pump_cb, turn, g_free);
  g_source_attach (source, self->context);
}

/* Lets another one run. */
static void
leave (Job *self)
{
  if (!self->is_active)
    return;
  self->is_active = FALSE;
  self->host->n_active--;
}

static void
finish (Job *self, const VitrailWebAnswer *answer, const GError *error)
{
  Client *client = self->client;
  Host *host = self->host;

  leave (self);
  g_queue_remove (&host->waiting, self);
  self->done (answer, error, self->user_data);
  job_free (self);
  pump_later (client, host);
}

static void
fail (Job *self, GQuark domain, int code, const char *what)
{
  g_autoptr (GError) error =
      g_error_new (domain, code, "%s: %s", self->name, what);

  finish (self, NULL, error);
}

static gboolean
is_cancelled (const Job *self)
{
  return self->cancellable != NULL &&
         g_cancellable_is_cancelled (self->cancellable);
}

static void
fail_cancelled (Job *self)
{
  fail (self, G_IO_ERROR, G_IO_ERROR_CANCELLED, "no longer wanted");
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  fail_cancelled (user_data);
  return G_SOURCE_REMOVE;
}

static int
compare_turns (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Job *left = a;
  const Job *right = b;

  if (left->priority != right->priority)
    return left->priority > right->priority ? -1 : 1;
  return left->serial < right->serial ? -1 : left->serial > right->serial;
}

static void
enqueue (Job *self)
{
  clear_wake (self);
  if (self->cancellable != NULL) {
    self->wake = g_cancellable_source_new (self->cancellable);
    g_source_set_callback (self->wake, G_SOURCE_FUNC (cancelled_cb), self,
                           NULL);
    g_source_attach (self->wake, self->client->context);
  }
  g_queue_insert_sorted (&self->host->waiting, self, compare_turns, NULL);
  pump (self->client, self->host);
}

/* --- another attempt --- */

static gboolean
pause_over_cb (gpointer user_data)
{
  Job *self = user_data;

  enqueue (self);
  return G_SOURCE_REMOVE;
}

/* Milliseconds that a server asks for, or those of the attempt. */
static guint
get_pause_ms (const Job *self)
{
  guint pause = PAUSE_MS;
  guint64 seconds;

  for (guint i = 1; i < self->n_attempts; i++)
    pause *= 4;
  const char *asked =
      self->message != NULL
          ? soup_message_headers_get_one (soup_message_get_response_headers (
                                              self->message),
                                          "Retry-After")
          : NULL;
  if (asked != NULL &&
      g_ascii_string_to_unsigned (asked, 10, 0, 3600, &seconds, NULL))
    pause = MAX (pause, (guint) seconds * 1000);
  return MIN (pause, MAX_PAUSE_MS);
}

/* FALSE where it has been tried often enough. */
static gboolean
try_again (Job *self)
{
  Client *client = self->client;
  Host *host = self->host;

  if (self->n_attempts >= MAX_ATTEMPTS || is_cancelled (self))
    return FALSE;
  const guint pause_ms = get_pause_ms (self);
  g_debug ("%s: asked again in %u ms", self->name, pause_ms);
  clear_run (self);
  leave (self);
  self->wake = g_timeout_source_new (pause_ms);
  g_source_set_callback (self->wake, pause_over_cb, self, NULL);
  g_source_attach (self->wake, client->context);
  pump (client, host);
  return TRUE;
}

static void
fail_transfer (Job *self, const GError *error)
{
  g_autofree char *what = g_strdup (error->message);
  const gboolean is_short =
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail_cancelled (self);
  else if (!try_again (self))
    fail (self, VITRAIL_ERROR,
          is_short ? VITRAIL_ERROR_TRUNCATED : VITRAIL_ERROR_IO,
          is_short ? "the connection ended within the answer" : what);
}

/* --- answers --- */

static void
succeed (Job *self)
{
  SoupMessageHeaders *headers =
      soup_message_get_response_headers (self->message);
  g_autoptr (GBytes) body =
      g_byte_array_free_to_bytes (g_steal_pointer (&self->body));
  g_autoptr (SoupMessage) message = g_object_ref (self->message);
  const VitrailWebAnswer answer = {
    .status = soup_message_get_status (message),
    .content_type =
        (char *) soup_message_headers_get_one (headers, "Content-Type"),
    .etag = (char *) soup_message_headers_get_one (headers, "ETag"),
    .body = body,
  };

  finish (self, &answer, NULL);
}

/* The length that the server states, which must be that of what came, unless
 * that was coded on the way. */
static gboolean
is_complete (const Job *self)
{
  SoupMessageHeaders *headers =
      soup_message_get_response_headers (self->message);

  return soup_message_headers_get_encoding (headers) !=
             SOUP_ENCODING_CONTENT_LENGTH ||
         soup_message_headers_get_one (headers, "Content-Encoding") != NULL ||
         (guint64) soup_message_headers_get_content_length (headers) ==
             self->body->len;
}

static void read_more (Job *self);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result,
                                        &error);

  if (bytes == NULL) {
    fail_transfer (self, error);
    return;
  }
  const gsize length = g_bytes_get_size (bytes);
  if (length == 0 && is_complete (self)) {
    succeed (self);
  } else if (length == 0) {
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "");
    fail_transfer (self, error);
  } else if (length > self->max_bytes - self->body->len) {
    fail (self, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT, "the answer is too long");
  } else {
    g_byte_array_append (self->body, g_bytes_get_data (bytes, NULL),
                         (guint) length);
    read_more (self);
  }
}

static void
read_more (Job *self)
{
  g_input_stream_read_bytes_async (self->stream, CHUNK_BYTES,
                                   G_PRIORITY_DEFAULT, self->cancellable,
                                   read_cb, self);
}

static gboolean
is_transient (guint status)
{
  return status == 429 || status == 500 || (status >= 502 && status <= 504);
}

static void
fail_status (Job *self)
{
  const guint status = soup_message_get_status (self->message);
  const char *reason = soup_message_get_reason_phrase (self->message);

  if (is_transient (status) && try_again (self))
    return;
  g_autofree char *valid = g_utf8_make_valid (reason != NULL ? reason : "", -1);
  g_autofree char *what =
      g_strdup_printf ("the server answers %u%s%.80s", status,
                       valid[0] != '\0' ? " " : "", valid);
  fail (self, VITRAIL_WEB_ERROR, (int) status, what);
}

/* Within the origin only. */
static void
redirect (Job *self)
{
  const char *to = soup_message_headers_get_one (
      soup_message_get_response_headers (self->message), "Location");
  g_autofree char *target =
      to != NULL
          ? g_uri_resolve_relative (self->uri, to, G_URI_FLAGS_ENCODED, NULL)
          : NULL;

  if (target == NULL || self->n_redirects++ >= MAX_REDIRECTS) {
    fail (self, VITRAIL_ERROR, VITRAIL_ERROR_IO,
          "a redirect that leads nowhere");
    return;
  }
  if (!vitrail_web_location_has_origin (target, self->origin)) {
    fail (self, VITRAIL_ERROR, VITRAIL_ERROR_IO,
          "a redirect to another server is not followed");
    return;
  }
  g_free (self->uri);
  self->uri = g_steal_pointer (&target);
  clear_run (self);
  run (self);
}

static void
begin_body (Job *self)
{
  SoupMessageHeaders *headers =
      soup_message_get_response_headers (self->message);
  guint64 stated = 0;

  if (soup_message_headers_get_encoding (headers) ==
      SOUP_ENCODING_CONTENT_LENGTH)
    stated = (guint64) soup_message_headers_get_content_length (headers);
  if (stated > self->max_bytes) {
    fail (self, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT, "the answer is too long");
    return;
  }
  self->body = g_byte_array_new ();
  read_more (self);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job *self = user_data;
  g_autoptr (GError) error = NULL;

  self->stream =
      soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (self->stream == NULL) {
    fail_transfer (self, error);
    return;
  }
  const guint status = soup_message_get_status (self->message);
  if (status == SOUP_STATUS_OK ||
      (status == SOUP_STATUS_NOT_MODIFIED && self->if_none_match != NULL))
    begin_body (self);
  else if (SOUP_STATUS_IS_REDIRECTION (status) &&
           status != SOUP_STATUS_NOT_MODIFIED)
    redirect (self);
  else
    fail_status (self);
}

static void
set_header (SoupMessageHeaders *headers, const char *name, const char *value)
{
  if (value != NULL)
    soup_message_headers_replace (headers, name, value);
}

static void
run (Job *self)
{
  if (is_cancelled (self)) {
    fail_cancelled (self);
    return;
  }
  self->n_attempts++;
  self->message = soup_message_new (SOUP_METHOD_GET, self->uri);
  if (self->message == NULL) {
    fail (self, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT, "not a URL to ask");
    return;
  }
  SoupMessageHeaders *headers =
      soup_message_get_request_headers (self->message);
  set_header (headers, "Accept", self->accept);
  set_header (headers, "Authorization", self->authorization);
  set_header (headers, "If-None-Match", self->if_none_match);
  soup_message_set_flags (self->message,
                          SOUP_MESSAGE_NO_REDIRECT |
                              SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  soup_session_send_async (self->client->session, self->message,
                           G_PRIORITY_DEFAULT, self->cancellable, sent_cb,
                           self);
}

/* --- the thread --- */

static gpointer
client_thread (gpointer data)
{
  Client *self = data;
  g_autoptr (GMainLoop) loop = g_main_loop_new (self->context, FALSE);

  g_main_context_push_thread_default (self->context);
  self->session = soup_session_new_with_options (
      "max-conns", (int) self->max_in_flight * 8, "max-conns-per-host",
      (int) self->max_in_flight, "timeout", self->timeout, "idle-timeout",
      IDLE_SECONDS, "user-agent", "vitrail ", NULL);
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
static Client *
get_client (void)
{
  static gsize once;
  static Client client;

  if (g_once_init_enter (&once)) {
    client.context = g_main_context_new ();
    client.max_in_flight =
        get_setting ("VITRAIL_DICOMWEB_REQUESTS", VITRAIL_WEB_IN_FLIGHT, 64);
    client.timeout =
        get_setting ("VITRAIL_DICOMWEB_TIMEOUT", TIMEOUT_SECONDS, 3600);
    client.hosts =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_thread_unref (g_thread_new ("dicomweb", client_thread, &client));
    g_once_init_leave (&once, 1);
  }
  return &client;
}

static Host *
get_host (Client *self, const char *origin)
{
  Host *host = g_hash_table_lookup (self->hosts, origin);

  if (host != NULL)
    return host;
  host = g_new0 (Host, 1);
  g_queue_init (&host->waiting);
  g_hash_table_insert (self->hosts, g_strdup (origin), host);
  return host;
}

static gboolean
begin_cb (gpointer user_data)
{
  Job *self = user_data;

  self->host = get_host (self->client, self->origin);
  self->serial = ++self->client->last_serial;
  enqueue (self);
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
  Job *self = g_new0 (Job, 1);

  self->client = get_client ();
  self->uri = g_strdup (request->uri);
  self->origin = dup_origin (request->uri);
  self->name = vitrail_web_location_dup_public (request->uri);
  self->accept = g_strdup (request->accept);
  self->authorization = g_strdup (request->authorization);
  self->if_none_match = g_strdup (request->if_none_match);
  self->max_bytes = MIN (request->max_bytes, VITRAIL_LIMIT_WEB_BYTES);
  self->priority = request->priority;
  if (cancellable != NULL)
    self->cancellable = g_object_ref (cancellable);
  self->done = done;
  self->user_data = user_data;
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, begin_cb, self, NULL);
  g_source_attach (source, self->client->context);
}

const VitrailWebTransport vitrail_web_transport = { .start = start };
