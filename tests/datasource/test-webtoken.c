/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where tokens come from: files that change, commands, and an OpenID provider
 * with whom somebody signs in by a browser; what is wrong with its answers; and
 * that a token goes to its own origin only. */

#include "dicomweb/oidctoken.h"
#include "dicomweb/signin.h"
#include "dicomweb/token.h"
#include "error.h"
#include "source.h"
#include "testarchive.h"
#include "testdata.h"
#include "webserver.h"

#include <gio/gio.h>

#include <string.h>

static TestServer server;

static char *
make_path (const char *name)
{
  return g_build_filename (test_data_get_scratch (), name, NULL);
}

static void
write_file (const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make_path (name);

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

/* The key file's only group: that of @host with this server's port. */
static void
set_origin (const char *host, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
set_origin (const char *host, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *lines = g_strdup_vprintf (format, args);
  va_end (args);
  g_autofree char *text =
      g_strdup_printf ("[http://%s:%u]\n%s\n", host, server.port, lines);
  write_file ("tokens.ini", text);
}

static char *
read_origin (const char *host, GError **error)
{
  g_autofree char *origin = g_strdup_printf ("http://%s:%u", host, server.port);

  return vitrail_web_token_read (origin, error);
}

static void
expect_token (const char *host, const char *token)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *read = read_origin (host, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (read, ==, token);
}

/* A file is read again when it is another one, and so is the key file. */
static void
test_file (void)
{
  g_autofree char *path = make_path ("token");

  write_file ("token", "one\n");
  set_origin ("a", "file=%s", path);
  expect_token ("a", "Bearer one");
  write_file ("token", "two\n");
  expect_token ("a", "Bearer two");
  write_file ("token", "two words\n");
  g_autoptr (GError) error = NULL;
  g_assert_null (read_origin ("a", &error));
  g_assert_nonnull (strstr (error->message, "that is no token"));
  g_assert_null (strstr (error->message, "two"));
  set_origin ("b", "file=%s", path);
  g_clear_error (&error);
  g_assert_null (read_origin ("a", &error));
  g_assert_nonnull (strstr (error->message, "no token is set for it"));
}

/* A JWT of @seconds from now. */
static char *
make_jwt (gint64 seconds)
{
  g_autofree char *claims =
      g_strdup_printf ("{\"exp\":%" G_GINT64_FORMAT "}",
                       g_get_real_time () / G_USEC_PER_SEC + seconds);
  g_autofree char *coded =
      vitrail_oidc_encode ((const guint8 *) claims, strlen (claims));

  return g_strdup_printf ("e30.%s.x", coded);
}

static guint
count_runs (void)
{
  g_autofree char *path = make_path ("runs");
  g_autofree char *text = NULL;
  gsize length = 0;

  return g_file_get_contents (path, &text, &length, NULL) ? (guint) length : 0;
}

/* A command runs once, and again when what it said has expired. */
static void
test_command (void)
{
  g_autofree char *runs = make_path ("runs");
  g_autofree char *lasting = make_jwt (3600);
  g_autofree char *ending = make_jwt (1);

  set_origin ("c", "command=sh -c 'printf x >>%s; echo %s'", runs, lasting);
  g_free (read_origin ("c", NULL));
  g_free (read_origin ("c", NULL));
  g_assert_cmpuint (count_runs (), ==, 1);
  set_origin ("d", "command=sh -c 'printf x >>%s; echo %s'", runs, ending);
  g_free (read_origin ("d", NULL));
  g_free (read_origin ("d", NULL));
  g_assert_cmpuint (count_runs (), ==, 3);
  set_origin ("e", "command=sh -c 'exit 3'");
  g_assert_null (read_origin ("e", NULL));
}

/* --- signing in --- */

static gint n_shown; /* atomic */
static GMutex hold_lock;
static GCond let_go;
static gboolean is_held; /* guarded by hold_lock: nobody looks at it yet */

static void
hold (gboolean held)
{
  g_mutex_lock (&hold_lock);
  is_held = held;
  g_cond_broadcast (&let_go);
  g_mutex_unlock (&hold_lock);
}

/* A browser that follows where it is led. */
static void
show (const char *uri)
{
  g_atomic_int_inc (&n_shown);
  g_mutex_lock (&hold_lock);
  while (is_held)
    g_cond_wait (&let_go, &hold_lock);
  g_mutex_unlock (&hold_lock);
  g_assert_true (vitrail_sign_in_open_browser (uri));
}

static guint
count_studies (const char *host, const char *path, GError **error)
{
  g_autofree char *location =
      g_strdup_printf ("http://%s:%u/%s", host, server.port, path);
  g_autoptr (VitrailDataSource) source =
      vitrail_data_source_new (location, error);
  const VitrailQuery query = { .level = VITRAIL_LEVEL_STUDY };
  g_autoptr (GPtrArray) studies =
      vitrail_data_source_query (source, &query, NULL, error);

  return studies != NULL ? studies->len : 0;
}

static void
set_provider (const char *mode)
{
  g_autofree char *origin =
      g_strdup_printf ("http://127.0.0.1:%u", server.port);

  /* Whoever had signed in has not. */
  vitrail_web_token_sign_out (origin);
  set_origin ("127.0.0.1",
              "oidc=http://127.0.0.1:%u/%s\nclient_id=vitrail\n"
              "scope=openid offline_access",
              server.port, mode);
  g_atomic_int_set (&n_shown, 0);
}

static void
expect_studies (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (count_studies ("127.0.0.1", "dicom-web", &error), ==, 5);
  g_assert_no_error (error);
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

/* Once; then by the refresh token, each good for once; then once more. */
static void
test_sign_in (void)
{
  set_provider ("good");
  expect_studies ();
  expect_studies ();
  g_assert_cmpint (n_shown, ==, 1);
  g_assert_cmpuint (count_seen ("/good/token authorization_code"), ==, 1);
  g_free (test_server_tell (&server, "revoke"));
  expect_studies ();
  g_free (test_server_tell (&server, "revoke"));
  expect_studies ();
  g_assert_cmpint (n_shown, ==, 1);
  g_assert_cmpuint (count_seen ("/good/token refresh_token"), ==, 2);
  g_free (test_server_tell (&server, "forget"));
  expect_studies ();
  g_assert_cmpint (n_shown, ==, 2);
  g_assert_cmpuint (count_seen ("openid offline_access"), ==, 2);
  /* The provider is of the archive's own origin: it gets no token. */
  g_assert_cmpuint (count_seen ("/good/token authorization_code 127.0.0.1 "
                                "None"),
                    ==, 2);
}

/* What expires is replaced before it is refused. */
static void
test_expiry (void)
{
  set_provider ("short");
  expect_studies ();
  expect_studies ();
  g_assert_cmpint (n_shown, ==, 1);
  g_assert_cmpuint (count_seen ("/short/token refresh_token"), >=, 1);
}

static const struct {
  const char *mode;
  const char *message; /* NULL: all is well */
} answers[] = {
  { "nonce", "the ID token has another nonce" },
  { "aud", "the ID token is for another client" },
  { "azp", "the ID token is for another client" },
  { "both", NULL },
  { "iss", "the ID token is of another issuer" },
  { "old", "the ID token is of another time" },
  { "denied", "not signed in: access_denied" },
  { "mixed", "the answer is of another issuer" },
  { "state", NULL }, /* an answer that is somebody else's changes nothing */
  { "alias", "it calls itself otherwise" },
  { "elsewhere", "it names no endpoints that secrets may go to" },
};

static void
test_answers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (GError) error = NULL;
    set_provider (answers[i].mode);
    const guint n = count_studies ("127.0.0.1", "dicom-web", &error);
    g_test_message ("%s: %s", answers[i].mode,
                    error != NULL ? error->message : "");
    g_assert_cmpuint (n, ==, answers[i].message == NULL ? 5 : 0);
    g_assert_true (answers[i].message == NULL
                       ? error == NULL
                       : error != NULL &&
                             strstr (error->message, answers[i].message));
  }
}

/* An issuer without TLS that is not this machine gets no secret. */
static void
test_unsafe (void)
{
  g_autoptr (GError) error = NULL;

  set_origin ("127.0.0.1", "oidc=http://login.example.org\nclient_id=a");
  g_assert_cmpuint (count_studies ("127.0.0.1", "dicom-web", &error), ==, 0);
  g_assert_nonnull (strstr (error->message, "an issuer is named by https"));
}

static gpointer
count_thread (gpointer data)
{
  return GUINT_TO_POINTER (count_studies ("127.0.0.1", "dicom-web", NULL));
}

/* Many who want one: one is asked. */
static void
test_many (void)
{
  GThread *threads[8];

  set_provider ("good");
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("count", count_thread, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (threads[i])), ==, 5);
  g_assert_cmpint (n_shown, ==, 1);
}

/* What came of asking for one. */
typedef struct {
  gboolean is_done;
  char *token;
  GError *error;
} Came;

static void
came_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Came *came = user_data;

  came->token = vitrail_web_token_read_finish (result, &came->error);
  came->is_done = TRUE;
}

static void
came_clear (Came *self)
{
  g_free (self->token);
  g_clear_error (&self->error);
}

static void
ask (GCancellable *cancellable, Came *came)
{
  g_autofree char *origin =
      g_strdup_printf ("http://127.0.0.1:%u", server.port);

  vitrail_web_token_read_async (origin, cancellable, came_cb, came);
}

static void
wait_for (const Came *came)
{
  while (!came->is_done)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
is_shown (gpointer user_data)
{
  return g_atomic_int_get (&n_shown) > 0;
}

/* All who wait share a refusal: nobody is asked again for each of them. */
static void
test_refusal (void)
{
  Came came[8] = { 0 };

  set_provider ("denied");
  hold (TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (came); i++)
    ask (NULL, &came[i]);
  hold (FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (came); i++) {
    wait_for (&came[i]);
    g_assert_null (came[i].token);
    g_assert_nonnull (strstr (came[i].error->message, "access_denied"));
    came_clear (&came[i]);
  }
  g_assert_cmpint (g_atomic_int_get (&n_shown), ==, 1);
}

/* One of two gives up; the other gets what both have waited for. */
static void
test_give_up (void)
{
  Came first = { 0 };
  Came second = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  set_provider ("good");
  hold (TRUE);
  ask (cancellable, &first);
  ask (NULL, &second);
  g_assert_true (test_wait_until (is_shown, NULL));
  g_cancellable_cancel (cancellable);
  wait_for (&first);
  g_assert_error (first.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (second.is_done);
  hold (FALSE);
  wait_for (&second);
  g_assert_no_error (second.error);
  g_assert_cmpint (g_atomic_int_get (&n_shown), ==, 1);
  came_clear (&first);
  came_clear (&second);
}

/* A search whose token is waited for. */
typedef struct {
  VitrailDataSource *source;
  GCancellable *cancellable;
  GError *error;
  gint is_done; /* atomic */
} Search;

static gpointer
search_thread (gpointer data)
{
  Search *self = data;
  const VitrailQuery query = { .level = VITRAIL_LEVEL_STUDY };
  g_autoptr (GPtrArray) studies =
      vitrail_data_source_query (self->source, &query, self->cancellable,
                                 &self->error);

  g_assert_null (studies);
  g_atomic_int_set (&self->is_done, TRUE);
  return NULL;
}

static gboolean
is_search_done (gpointer user_data)
{
  return g_atomic_int_get (&((Search *) user_data)->is_done);
}

/* What nobody wants any more ends, though nobody has signed in yet. */
static void
test_cancel (void)
{
  g_autofree char *location =
      g_strdup_printf ("http://127.0.0.1:%u/dicom-web", server.port);
  g_autoptr (VitrailDataSource) source =
      vitrail_data_source_new (location, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Search search = { .source = source, .cancellable = cancellable };

  set_provider ("good");
  hold (TRUE);
  GThread *thread = g_thread_new ("search", search_thread, &search);
  g_assert_true (test_wait_until (is_shown, NULL));
  g_cancellable_cancel (cancellable);
  g_assert_true (test_wait_until (is_search_done, &search));
  hold (FALSE);
  g_thread_join (thread);
  g_assert_error (search.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&search.error);
  expect_studies ();
  g_assert_cmpint (g_atomic_int_get (&n_shown), ==, 1);
}

/* Brackets without end, where a claim or a token is expected. */
static void
test_deep (void)
{
  g_autofree char *deep = g_strnfill (40000, '[');
  g_autofree char *claims = g_strconcat ("{\"exp\":1,\"a\":", deep, NULL);
  g_autofree char *coded =
      vitrail_oidc_encode ((const guint8 *) claims, strlen (claims));
  g_autofree char *jwt = g_strdup_printf ("e30.%s.x", coded);
  g_autofree char *closed = g_strnfill (1000, ']');
  g_autofree char *most = g_strnfill (1000, '[');
  g_autofree char *answer = g_strdup_printf (
      "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"x\":%s%s}", most,
      closed);
  g_autoptr (GBytes) json = g_bytes_new (answer, strlen (answer));
  g_auto (VitrailOidcTokens) tokens = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (vitrail_oidc_get_expiry (jwt), ==, 0);
  g_assert_false (vitrail_oidc_tokens_read (&tokens, 200, json, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT);
}

/* Not along with a redirect, nor to the same server by another name. */
static void
test_origin (void)
{
  g_autoptr (GError) error = NULL;

  set_provider ("good");
  g_assert_cmpuint (count_studies ("127.0.0.1", "away/dicom-web", &error), ==,
                    0);
  g_clear_error (&error);
  g_assert_cmpuint (count_studies ("127.0.0.1", "dicom-web/away", &error), ==,
                    0);
  g_assert_nonnull (
      strstr (error->message, "a redirect to another server is not followed"));
  g_clear_error (&error);
  g_assert_cmpuint (count_studies ("localhost", "dicom-web", &error), ==, 0);
  g_assert_nonnull (strstr (error->message, "401"));
  g_assert_cmpuint (count_seen ("localhost None"), >=, 1);
  g_assert_cmpuint (count_seen ("localhost Bearer"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_autofree char *script =
      g_build_filename (g_getenv ("G_TEST_SRCDIR"), "support", "oidc.py", NULL);
  g_autofree char *tokens = make_path ("tokens.ini");
  g_autofree char *browser = make_path ("browser");

  /* Of this program alone. */
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_setenv ("VITRAIL_DICOMWEB_TOKENS", tokens, TRUE);
  g_setenv ("VITRAIL_BROWSER", browser, TRUE);
  g_setenv ("VITRAIL_SIGN_IN_TIMEOUT", "60", TRUE);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
  write_file ("browser", "#!/bin/sh\ncurl -sfL \"$1\" || curl -sL \"$1\"\n");
  g_free (test_data_run ("chmod +x '%s'", browser));
  test_server_start (&server,
                     (const char *[]){ "/usr/bin/python3", script, NULL });
  vitrail_sign_in_set_show (show);
  g_test_add_func ("/webtoken/file", test_file);
  g_test_add_func ("/webtoken/command", test_command);
  g_test_add_func ("/webtoken/sign-in", test_sign_in);
  g_test_add_func ("/webtoken/expiry", test_expiry);
  g_test_add_func ("/webtoken/answers", test_answers);
  g_test_add_func ("/webtoken/unsafe", test_unsafe);
  g_test_add_func ("/webtoken/many", test_many);
  g_test_add_func ("/webtoken/refusal", test_refusal);
  g_test_add_func ("/webtoken/give-up", test_give_up);
  g_test_add_func ("/webtoken/cancel", test_cancel);
  g_test_add_func ("/webtoken/deep", test_deep);
  g_test_add_func ("/webtoken/origin", test_origin);
  const int status = g_test_run ();
  test_server_stop (&server);
  return status;
}
