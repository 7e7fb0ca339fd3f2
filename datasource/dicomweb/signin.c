/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Signing in with a browser: see signin.h. */

#include "dicomweb/signin.h"

#include "error.h"

#include <pthread.h>
#include <string.h>
#include <sys/random.h>

#define SECRET_BYTES    32u
#define TIMEOUT_SECONDS 300u
#define REQUEST_SECONDS 10u
#define MAX_REQUEST     16384u
#define MAX_CODE        4096u
#define MAX_CONNECTIONS 8
#define CALLBACK        "/callback"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static VitrailSignInShow show_uri; /* guarded by lock */

/* The listener, while it waits. An atomic reference count: a browser's idle
 * connection may outlive the question. */
typedef struct {
  GMainContext *context;
  char *issuer;
  char *state;
  pthread_mutex_t lock;
  gboolean is_done; /* guarded by lock, as are: */
  char *code;
  char *refusal;
} Waiting;

static void
waiting_clear (gpointer data)
{
  Waiting *self = data;

  g_main_context_unref (self->context);
  g_free (self->issuer);
  g_free (self->state);
  g_free (self->code);
  g_free (self->refusal);
  pthread_mutex_destroy (&self->lock);
}

static void
waiting_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, waiting_clear);
}

static void
unref_cb (gpointer data, GClosure *closure)
{
  waiting_unref (data);
}

void
vitrail_sign_in_clear (VitrailSignIn *self)
{
  g_free (self->redirect);
  g_free (self->verifier);
  g_free (self->nonce);
  g_free (self->code);
}

void
vitrail_sign_in_set_show (VitrailSignInShow show)
{
  pthread_mutex_lock (&lock);
  show_uri = show;
  pthread_mutex_unlock (&lock);
}

gboolean
vitrail_sign_in_open_browser (const char *uri)
{
  const char *browser = g_getenv ("VITRAIL_BROWSER");
  const char *argv[] = { browser, uri, NULL };

  return browser != NULL
             ? g_spawn_async (NULL, (char **) (gpointer) argv, NULL,
                              G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
                                  G_SPAWN_STDERR_TO_DEV_NULL,
                              NULL, NULL, NULL, NULL)
             : g_app_info_launch_default_for_uri (uri, NULL, NULL);
}

void
vitrail_sign_in_show_in_browser (const char *uri)
{
  if (!vitrail_sign_in_open_browser (uri))
    g_printerr ("sign in: %s\n", uri);
}

/* What nobody can guess, or NULL. */
static char *
make_secret (void)
{
  guint8 bytes[SECRET_BYTES];

  return getrandom (bytes, sizeof bytes, 0) == (gssize) sizeof bytes
             ? vitrail_oidc_encode (bytes, sizeof bytes)
             : NULL;
}

static char *
make_challenge (const char *verifier)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[SECRET_BYTES];
  gsize length = sizeof digest;

  g_checksum_update (sum, (const guchar *) verifier, -1);
  g_checksum_get_digest (sum, digest, &length);
  return vitrail_oidc_encode (digest, length);
}

/* --- the browser comes back --- */

static const char *
find_refusal (const Waiting *self, GHashTable *keys)
{
  const char *issuer = g_hash_table_lookup (keys, "iss");
  const char *code = g_hash_table_lookup (keys, "code");

  if (issuer != NULL && strcmp (issuer, self->issuer) != 0) /* RFC 9207 */
    return "the answer is of another issuer";
  if (g_hash_table_contains (keys, "error"))
    return g_hash_table_lookup (keys, "error");
  if (code == NULL || code[0] == '\0' || strlen (code) > MAX_CODE)
    return "the answer has no code";
  return NULL;
}

/* Whether @path is the answer to our question. Others, who do not know its
 * state, change nothing. */
static gboolean
take_answer (Waiting *self, const char *path)
{
  const gsize length = strlen (CALLBACK "?");

  if (strncmp (path, CALLBACK "?", length) != 0)
    return FALSE;
  g_autoptr (GHashTable) keys =
      g_uri_parse_params (path + length, -1, "&", G_URI_PARAMS_WWW_FORM, NULL);
  if (keys == NULL ||
      g_strcmp0 (g_hash_table_lookup (keys, "state"), self->state) != 0)
    return FALSE;
  const char *refusal = find_refusal (self, keys);
  pthread_mutex_lock (&self->lock);
  const gboolean is_first = !self->is_done;
  if (is_first) {
    self->is_done = TRUE;
    self->refusal = g_strdup (refusal);
    self->code =
        refusal == NULL ? g_strdup (g_hash_table_lookup (keys, "code")) : NULL;
  }
  pthread_mutex_unlock (&self->lock);
  g_main_context_wakeup (self->context);
  return is_first;
}

static void
say (GOutputStream *stream, gboolean is_ours)
{
  const char *text = is_ours ? "You can close this page and go back."
                             : "This page belongs to no sign-in.";
  g_autofree char *answer = g_strdup_printf (
      "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: "
      "%" G_GSIZE_FORMAT "\r\nCache-Control: no-store\r\nReferrer-Policy: "
      "no-referrer\r\nConnection: close\r\n\r\n%s",
      is_ours ? "200 OK" : "400 Bad Request", strlen (text), text);

  g_output_stream_write_all (stream, answer, strlen (answer), NULL, NULL, NULL);
}

/* The path of a GET request, or NULL. */
static char *
read_path (GInputStream *stream)
{
  char text[MAX_REQUEST];
  gsize length = 0;

  while (length < sizeof text - 1) {
    const gssize n = g_input_stream_read (stream, text + length,
                                          sizeof text - 1 - length, NULL, NULL);
    if (n <= 0)
      return NULL;
    length += (gsize) n;
    text[length] = '\0';
    if (strstr (text, "\r\n\r\n") != NULL)
      break;
  }
  if (strstr (text, "\r\n\r\n") == NULL)
    return NULL;
  text[strcspn (text, "\r")] = '\0';
  g_auto (GStrv) words = g_strsplit (text, " ", 4);
  return g_strv_length (words) == 3 && strcmp (words[0], "GET") == 0
             ? g_strdup (words[1])
             : NULL;
}

/* On a thread of its own. */
static gboolean
run_cb (GThreadedSocketService *service,
        GSocketConnection *connection,
        GObject *source,
        gpointer user_data)
{
  GIOStream *stream = G_IO_STREAM (connection);

  g_socket_set_timeout (g_socket_connection_get_socket (connection),
                        REQUEST_SECONDS);
  g_autofree char *path = read_path (g_io_stream_get_input_stream (stream));
  say (g_io_stream_get_output_stream (stream),
       path != NULL && take_answer (user_data, path));
  return TRUE;
}

/* --- the question --- */

static char *
make_question (const VitrailSignIn *self,
               const VitrailOidcServer *server,
               const char *client,
               const char *scope,
               const char *state)
{
  g_autofree char *challenge = make_challenge (self->verifier);
  g_autofree char *to = g_uri_escape_string (self->redirect, NULL, FALSE);
  g_autofree char *who = g_uri_escape_string (client, NULL, FALSE);
  g_autofree char *what = g_uri_escape_string (scope, NULL, FALSE);

  return g_strdup_printf (
      "%s%cresponse_type=code&client_id=%s&redirect_uri=%s&scope=%s&state=%s&"
      "nonce=%s&code_challenge=%s&code_challenge_method=S256",
      server->authorization,
      strchr (server->authorization, '?') != NULL ? '&' : '?', who, to, what,
      state, self->nonce, challenge);
}

static gboolean
timeout_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static guint
get_timeout (void)
{
  const char *text = g_getenv ("VITRAIL_SIGN_IN_TIMEOUT");
  guint64 seconds = TIMEOUT_SECONDS;

  if (text != NULL)
    g_ascii_string_to_unsigned (text, 10, 1, 3600, &seconds, NULL);
  return (guint) seconds;
}

static gboolean
is_done (Waiting *self)
{
  pthread_mutex_lock (&self->lock);
  const gboolean done = self->is_done;
  pthread_mutex_unlock (&self->lock);
  return done;
}

static void
wait_for_answer (Waiting *self)
{
  gboolean is_late = FALSE;
  g_autoptr (GSource) timer = g_timeout_source_new_seconds (get_timeout ());

  g_source_set_callback (timer, timeout_cb, &is_late, NULL);
  g_source_attach (timer, self->context);
  while (!is_late && !is_done (self))
    g_main_context_iteration (self->context, TRUE);
  g_source_destroy (timer);
}

static gboolean
take_code (VitrailSignIn *self, Waiting *waiting, GError **error)
{
  pthread_mutex_lock (&waiting->lock);
  self->code = g_strdup (waiting->code);
  g_autofree char *valid =
      g_utf8_make_valid (waiting->is_done && waiting->refusal != NULL
                             ? waiting->refusal
                             : "nobody came back",
                         -1);
  waiting->is_done = TRUE;
  pthread_mutex_unlock (&waiting->lock);
  if (self->code != NULL)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "not signed in: %.200s",
               valid);
  return FALSE;
}

/* Listens, shows the question, waits. The context is this thread's default. */
static gboolean
ask (VitrailSignIn *self,
     Waiting *waiting,
     const VitrailOidcServer *server,
     const char *client,
     const char *scope,
     VitrailSignInShow show,
     GError **error)
{
  g_autoptr (GSocketService) service =
      g_threaded_socket_service_new (MAX_CONNECTIONS);
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), address,
                                      G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &bound,
                                      error))
    return FALSE;
  self->redirect = g_strdup_printf ("http://127.0.0.1:%u" CALLBACK,
                                    g_inet_socket_address_get_port (
                                        G_INET_SOCKET_ADDRESS (bound)));
  g_signal_connect_data (service, "run", G_CALLBACK (run_cb),
                         g_atomic_rc_box_acquire (waiting), unref_cb, 0);
  g_socket_service_start (service);
  g_autofree char *question =
      make_question (self, server, client, scope, waiting->state);
  show (question);
  wait_for_answer (waiting);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
  return take_code (self, waiting, error);
}

static VitrailSignInShow
get_show (void)
{
  pthread_mutex_lock (&lock);
  VitrailSignInShow show = show_uri;
  pthread_mutex_unlock (&lock);
  return show;
}

gboolean
vitrail_sign_in_run (VitrailSignIn *self,
                     const VitrailOidcServer *server,
                     const char *client,
                     const char *scope,
                     GError **error)
{
  const VitrailSignInShow show = get_show ();

  if (show == NULL) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_IO,
                         "nobody is there to sign in (vitrail login does)");
    return FALSE;
  }
  Waiting *waiting = g_atomic_rc_box_new0 (Waiting);
  waiting->context = g_main_context_new ();
  waiting->issuer = g_strdup (server->issuer);
  waiting->state = make_secret ();
  pthread_mutex_init (&waiting->lock, NULL);
  self->verifier = make_secret ();
  self->nonce = make_secret ();
  gboolean fine =
      waiting->state != NULL && self->verifier != NULL && self->nonce != NULL;
  if (fine) {
    g_main_context_push_thread_default (waiting->context);
    fine = ask (self, waiting, server, client, scope, show, error);
    g_main_context_pop_thread_default (waiting->context);
  } else {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_IO,
                         "the system has no random numbers");
  }
  waiting_unref (waiting);
  return fine;
}
