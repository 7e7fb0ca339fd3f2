/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Storing at servers that do not always answer as they should: each instance
 * has its one result, what is transient is tried again, nothing is sent twice
 * that came through, and a token goes nowhere else. */

#include "dicomweb/storeanswer.h"
#include "dicomweb/webstore.h"
#include "error.h"
#include "mapping.h"
#include "testarchive.h"
#include "testdata.h"
#include "webserver.h"

#include <string.h>

#define N_FILES 14u

static TestServer server;

typedef struct {
  guint n_stored;
  guint n_failed;
  guint n_already;
  guint16 reason; /* the last */
  char *message;  /* of the last that failed */
} Results;

static void
results_clear (Results *self)
{
  g_free (self->message);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Results, results_clear)

static void
done_cb (const VitrailStoreResult *result, gpointer user_data)
{
  Results *self = user_data;

  g_assert_nonnull (result->name);
  if (result->is_stored) {
    self->n_stored++;
    self->n_already +=
        g_strcmp0 (result->message, "the server has it already") == 0;
    return;
  }
  self->n_failed++;
  self->reason = result->reason;
  g_free (self->message);
  self->message = g_strdup (result->message);
}

/* All files of the archive to the server's @what. */
static gboolean
store_to (const char *host, const char *what, Results *results, GError **error)
{
  g_autofree char *location =
      g_strdup_printf ("http://%s:%u/%s", host, server.port, what);
  g_autoptr (VitrailWebStore) store =
      vitrail_web_store_new (location, VITRAIL_STORE_PLAIN, done_cb, results,
                             error);
  g_autoptr (GPtrArray) files = test_data_list_files (test_archive_get ());

  g_assert_nonnull (store);
  g_assert_cmpuint (files->len, ==, N_FILES);
  for (guint i = 0; i < files->len; i++) {
    const char *path = g_ptr_array_index (files, i);
    g_autoptr (GBytes) bytes = vitrail_map_file (path, error);
    g_assert_nonnull (bytes);
    if (!vitrail_web_store_add (store, path, bytes, NULL, error))
      return FALSE;
  }
  return vitrail_web_store_end (store, NULL, error);
}

static const struct {
  const char *what;
  guint n_stored;
  guint n_already;
  guint16 reason;
  const char *message; /* of what failed */
  const char *error;   /* of all */
  const char *posts;   /* how many instances each had */
} cases[] = {
  { "fine", 14, 0, 0, NULL, NULL, "14" },
  { "busy", 14, 0, 0, NULL, NULL, "14 14 14" },
  { "down", 0, 0, 0, "answers 503", "answers 503", "14 14 14 14" },
  { "deaf", 14, 2, 0, NULL, NULL, "14 12" },
  { "older", 14, 0, 0, NULL, NULL, "14 14" },
  { "gateway", 14, 14, 0, NULL, NULL, "14" },
  { "narrow", 14, 0, 0, NULL, NULL, "14 7 3 3 3 3 2" },
  { "full", 1, 0, 0xa700, "the server has no room for it", NULL, "14" },
  { "room", 0, 0, 0, "answers 507: it has no room", NULL, "14" },
  { "conflict", 0, 0, 0xa700, "the server has no room for it", NULL, "14" },
  { "silent", 1, 0, 0, "does not say what became of it", NULL, "14" },
  { "closed", 0, 0, 0, "answers 403", "answers 403", "14" },
  { "away", 0, 0, 0, "a redirect to another server is not followed",
    "a redirect to another server is not followed", "14" },
  { "along", 14, 0, 0, NULL, NULL, "14" },
};

/* The number of instances of each POST to @what. */
static char *
list_posts (const char *what)
{
  g_autofree char *seen = test_server_tell (&server, "seen");
  g_auto (GStrv) lines = g_strsplit (seen, "\n", -1);
  g_autofree char *start = g_strdup_printf ("POST /%s/studies ", what);
  g_autoptr (GString) posts = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], start))
      g_string_append_printf (posts, "%s%d", posts->len > 0 ? " " : "",
                              (int) g_ascii_strtoll (lines[i] + strlen (start),
                                                     NULL, 10));
  return g_string_free (g_steal_pointer (&posts), FALSE);
}

static void
expect (const char *text, const char *part)
{
  if (part == NULL)
    g_assert_null (text);
  else if (text == NULL || strstr (text, part) == NULL)
    g_assert_cmpstr (text, ==, part);
}

static void
test_servers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_auto (Results) results = { 0 };
    const gboolean fine =
        store_to ("127.0.0.1", cases[i].what, &results, &error);
    g_autofree char *posts = list_posts (cases[i].what);

    g_test_message ("%s: %u stored, %u failed, %s", cases[i].what,
                    results.n_stored, results.n_failed, posts);
    if (cases[i].error == NULL)
      g_assert_no_error (error);
    g_assert_cmpint (fine, ==, cases[i].error == NULL);
    expect (error != NULL ? error->message : NULL, cases[i].error);
    g_assert_cmpuint (results.n_stored, ==, cases[i].n_stored);
    g_assert_cmpuint (results.n_failed, ==, N_FILES - cases[i].n_stored);
    g_assert_cmpuint (results.n_already, ==, cases[i].n_already);
    g_assert_cmpuint (results.reason, ==, cases[i].reason);
    expect (results.message, cases[i].message);
    g_assert_cmpstr (posts, ==, cases[i].posts);
  }
}

/* One that spoils its request is found, and the others are stored. */
static void
test_one_spoils (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (Results) results = { 0 };

  g_assert_true (store_to ("127.0.0.1", "strict", &results, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (results.n_stored, ==, N_FILES - 1);
  g_assert_cmpuint (results.n_failed, ==, 1);
  expect (results.message, "answers 400");
}

/* Its token goes to the origin that it is for, not to the same server by
 * another name, nor along with a redirect. */
static void
test_token (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (Results) results = { 0 };

  g_assert_true (store_to ("127.0.0.1", "secret", &results, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (results.n_stored, ==, N_FILES);
  g_assert_false (store_to ("localhost", "secret", &results, &error));
  expect (error->message, "answers 401");
  g_autofree char *seen = test_server_tell (&server, "seen");
  g_assert_nonnull (strstr (seen, "POST /secret/studies 14 Bearer good"));
  g_assert_nonnull (strstr (seen, "POST /secret/studies 14 None"));
  g_assert_null (strstr (seen, "/fine/studies 14 None"));
}

static void
test_cancelled (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (Results) results = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *location =
      g_strdup_printf ("http://127.0.0.1:%u/down", server.port);
  g_autoptr (VitrailWebStore) store =
      vitrail_web_store_new (location, VITRAIL_STORE_PLAIN, done_cb, &results,
                             &error);
  g_autofree char *path =
      g_build_filename (test_archive_get (), "us.dcm", NULL);
  g_autoptr (GBytes) bytes = vitrail_map_file (path, &error);

  g_assert_no_error (error);
  g_assert_true (
      vitrail_web_store_add (store, path, bytes, cancellable, &error));
  g_cancellable_cancel (cancellable);
  g_assert_false (vitrail_web_store_end (store, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (results.n_stored + results.n_failed, ==, 0);
}

/* What a portal or a proxy answers with 200 is no acknowledgement; an answer
 * without words is one. */
static void
test_answers (void)
{
  static const struct {
    const char *body;
    guint status;
    gboolean is_stored;
  } cases[] = {
    { "", 200, TRUE },
    { "{}", 200, TRUE },
    { "<html><body>Sign in</body></html>", 200, FALSE },
    { "{\"00081199\"", 200, FALSE },
    { "", 202, FALSE },
    { "", 302, FALSE },
    { "", 409, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) body =
        g_bytes_new_static (cases[i].body, strlen (cases[i].body));
    g_autoptr (VitrailStoreAnswer) answer =
        vitrail_store_answer_new (cases[i].status, body);
    const VitrailStoreVerdict *verdict =
        vitrail_store_answer_find (answer, "1.2.3");
    g_assert_cmpint (verdict->is_stored, ==, cases[i].is_stored);
    g_assert_true ((verdict->message == NULL) == cases[i].is_stored);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  const char *scratch = test_data_get_scratch ();
  g_autofree char *script = g_build_filename (g_getenv ("G_TEST_SRCDIR"),
                                              "support", "storing.py", NULL);
  g_autofree char *tokens = g_build_filename (scratch, "tokens.ini", NULL);

  /* Of this program alone. */
  g_setenv ("XDG_CACHE_HOME", scratch, TRUE);
  g_setenv ("VITRAIL_DICOMWEB_TOKENS", tokens, TRUE);
  test_server_start (&server,
                     (const char *[]){ "/usr/bin/python3", script, NULL });
  g_autofree char *settings =
      g_strdup_printf ("[http://127.0.0.1:%u]\ncommand=echo good\n",
                       server.port);
  g_assert_true (g_file_set_contents (tokens, settings, -1, NULL));
  g_test_add_func ("/webstore/answers", test_answers);
  g_test_add_func ("/webstore/servers", test_servers);
  g_test_add_func ("/webstore/one-spoils", test_one_spoils);
  g_test_add_func ("/webstore/token", test_token);
  g_test_add_func ("/webstore/cancelled", test_cancelled);
  const int status = g_test_run ();
  test_server_stop (&server);
  return status;
}
