/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The HTTP client against servers that are strangers: bad answers are clear
 * errors, tokens go where they belong, pages and broken bodies end whole. */

#include "dicomweb/frames.h"
#include "error.h"
#include "source.h"
#include "testdata.h"
#include "webserver.h"

#include <string.h>

static TestServer server;

static VitrailDataSource *
open_mode (const char *mode)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location =
      g_strdup_printf ("http://127.0.0.1:%u/%s", server.port, mode);
  VitrailDataSource *source = vitrail_data_source_new (location, &error);

  g_assert_no_error (error);
  return source;
}

/* How many studies there are, or 0 with an error. */
static guint
count (const char *mode, GError **error)
{
  g_autoptr (VitrailDataSource) source = open_mode (mode);
  const VitrailQuery query = { .level = VITRAIL_LEVEL_STUDY };
  g_autoptr (GPtrArray) studies =
      vitrail_data_source_query (source, &query, NULL, error);

  return studies != NULL ? studies->len : 0;
}

static const struct {
  const char *mode;
  const char *message; /* NULL: no error */
  guint n;
} cases[] = {
  { "lie", "the answer is too long", 0 },
  { "endless", "the answer is too long", 0 },
  { "bomb", "the answer is too long", 0 },
  { "packed", NULL, 5 },
  { "file", "a redirect to another server is not followed", 0 },
  { "other", "a redirect to another server is not followed", 0 },
  { "loop", "a redirect that leads nowhere", 0 },
  { "deep", "studies", 0 },
  { "path", NULL, 0 },
  { "html", "the server answers text/html, not DICOM JSON", 0 },
  { "none", NULL, 0 },
  { "same", NULL, 5 },
  { "short", NULL, 5 },
  { "refuse", NULL, 5 },
  { "break", NULL, 20005 },
};

static void
expect_message (const GError *error, const char *message)
{
  g_assert_nonnull (error);
  if (error != NULL)
    g_assert_nonnull (strstr (error->message, message));
}

static void
test_answers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    const guint n = count (cases[i].mode, &error);
    g_test_message ("%s: %u, %s", cases[i].mode, n,
                    error != NULL ? error->message : "no error");
    g_assert_cmpuint (n, ==, cases[i].n);
    if (cases[i].message == NULL)
      g_assert_no_error (error);
    else
      expect_message (error, cases[i].message);
  }
}

/* Which of two same attributes counts is one's own business; none crashes. */
static void
test_twice (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (count ("twice", &error), <=, 1);
}

static void
set_token (const char *token)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "token", NULL);

  g_file_set_contents (path, token, -1, &error);
  g_assert_no_error (error);
}

/* A token that is refused is read again, once; it goes to its own origin
 * only, and not along with a redirect. */
static void
test_token (void)
{
  g_autoptr (GError) error = NULL;

  set_token ("stale\n");
  g_assert_cmpuint (count ("token", &error), ==, 0);
  expect_message (error, "the server answers 401");
  g_clear_error (&error);
  set_token ("good\n");
  g_assert_cmpuint (count ("token", &error), ==, 5);
  g_assert_no_error (error);
  g_assert_cmpuint (count ("other", &error), ==, 0);
  g_autofree char *seen = test_server_tell (&server, "seen");
  g_assert_nonnull (strstr (seen, "other 127.0.0.1 Bearer good"));
  g_assert_null (strstr (seen, "localhost Bearer"));
  g_assert_null (strstr (seen, "short localhost"));
}

/* By its other name it is another origin. */
static void
test_origin (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location =
      g_strdup_printf ("http://localhost:%u/token", server.port);
  g_autoptr (VitrailDataSource) source =
      vitrail_data_source_new (location, &error);

  g_assert_no_error (error);
  g_assert_false (vitrail_data_source_refresh (source, NULL, &error));
  expect_message (error, "401");
  g_autofree char *seen = test_server_tell (&server, "seen");
  g_assert_nonnull (strstr (seen, "token localhost None"));
  g_assert_null (strstr (seen, "token localhost Bearer"));
}

static gint n_connections; /* atomic */

static GCancellable *closed;

/* Hangs up on whoever comes. */
static gpointer
hang_up_thread (gpointer listener)
{
  GSocketConnection *connection;

  while ((connection =
              g_socket_listener_accept (listener, NULL, closed, NULL)) != NULL)
  {
    g_atomic_int_inc (&n_connections);
    g_object_unref (connection);
  }
  return NULL;
}

/* Who does not answer is tried three times, and from then on once. */
static void
test_down (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  const guint16 port =
      g_socket_listener_add_any_inet_port (listener, NULL, &error);

  g_assert_no_error (error);
  closed = g_cancellable_new ();
  GThread *thread = g_thread_new ("hang up", hang_up_thread, listener);
  g_autofree char *location = g_strdup_printf ("http://127.0.0.1:%u/a", port);
  g_autoptr (VitrailDataSource) source =
      vitrail_data_source_new (location, &error);
  for (guint i = 0; i < 3; i++) {
    g_clear_error (&error);
    g_assert_false (vitrail_data_source_refresh (source, NULL, &error));
    g_assert_nonnull (error);
    g_assert_cmpint (g_atomic_int_get (&n_connections), ==, (gint) (3 + i));
  }
  g_cancellable_cancel (closed);
  g_thread_join (thread);
  g_clear_object (&closed);
}

#define JPEG(sof) \
  "\xff\xd8\xff\xe0\0\4zz\xff" sof "\0\x0b\x08\0\1\0\1\1\1\x11\0"
#define J2K(rsiz) "\xff\x4f\xff\x51\0\x29" rsiz "\0\0\0\1\0\0\0\1"
#define BASELINE  "1.2.840.10008.1.2.4.50"
#define EXTENDED  "1.2.840.10008.1.2.4.51"
#define LOSSLESS  "1.2.840.10008.1.2.4.57"
#define FIRST     "1.2.840.10008.1.2.4.70"
#define NATIVE    "1.2.840.10008.1.2.1"
#define JPEG2000  "1.2.840.10008.1.2.4.90"
#define HTJ2K     "1.2.840.10008.1.2.4.201"

/* One part that does not say its transfer syntax, and what it is then. */
static const struct {
  const char *type;
  const char *bytes;
  gsize length;
  const char *asked;
  const char *had; /* NULL: refused */
} parts[] = {

#define PART(bytes) (bytes), sizeof (bytes) - 1
  { "image/jpeg", PART (JPEG ("\xc0")), BASELINE, BASELINE },
  { "image/jpeg", PART (JPEG ("\xc1")), EXTENDED, EXTENDED },
  { "image/jpeg", PART (JPEG ("\xc3")), LOSSLESS, LOSSLESS },
  { "image/jpeg", PART (JPEG ("\xc3")), FIRST, FIRST },
  { "image/jpeg", PART (JPEG ("\xc3")), "", FIRST },
  { "image/jpeg", PART (JPEG ("\xc0")), "", BASELINE },
  /* A picture made of the frame is not the frame. */
  { "image/jpeg", PART (JPEG ("\xc0")), FIRST, NULL },
  { "image/jpeg", PART (JPEG ("\xc0")), LOSSLESS, NULL },
  { "image/jpeg", PART (JPEG ("\xc0")), NATIVE, NULL },
  { "image/jpeg", PART (JPEG ("\xc0")), JPEG2000, NULL },
  { "image/jpeg", PART (JPEG ("\xc3")), BASELINE, NULL },
  { "image/jpeg", PART ("<html>login</html>"), FIRST, NULL },
  { "image/png", PART ("\x89PNG"), NATIVE, NULL },
  { "image/jp2", PART (J2K ("\0\0")), JPEG2000, JPEG2000 },
  { "image/jp2", PART (J2K ("\0\0")), HTJ2K, NULL },
  { "image/jphc", PART (J2K ("\x40\0")), HTJ2K, HTJ2K },
  { "image/jphc", PART (J2K ("\x40\0")), JPEG2000, NULL },
#undef PART
};

static void
test_unstated (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    const VitrailWebFrame frame = { .url = "http://a/frames/1",
                                    .what = "",
                                    .transfer_syntax = parts[i].asked,
                                    .max_bytes = 1024 };
    g_autoptr (GBytes) body =
        g_bytes_new_static (parts[i].bytes, parts[i].length);
    g_autofree char *syntax = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes =
        vitrail_web_frame_read_answer (body, parts[i].type, &frame, &syntax,
                                       &error);
    g_test_message ("%s as %s: %s", parts[i].type, parts[i].asked,
                    error != NULL ? error->message : syntax);
    g_assert_cmpstr (syntax, ==, parts[i].had);
    g_assert_true ((bytes == NULL) == (error != NULL));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  const char *scratch = test_data_get_scratch ();
  g_autofree char *script = g_build_filename (g_getenv ("G_TEST_SRCDIR"),
                                              "support", "hostile.py", NULL);
  g_autofree char *tokens = g_build_filename (scratch, "tokens.ini", NULL);

  /* Of this program alone. */
  g_setenv ("XDG_CACHE_HOME", scratch, TRUE);
  g_setenv ("VITRAIL_DICOMWEB_TOKENS", tokens, TRUE);
  test_server_start (&server,
                     (const char *[]){ "/usr/bin/python3", script, NULL });
  g_autofree char *settings =
      g_strdup_printf ("[http://127.0.0.1:%u]\nfile=%s/token\n", server.port,
                       scratch);
  set_token ("first");
  g_assert_true (g_file_set_contents (tokens, settings, -1, NULL));
  g_test_add_func ("/webclient/answers", test_answers);
  g_test_add_func ("/webclient/twice", test_twice);
  g_test_add_func ("/webclient/token", test_token);
  g_test_add_func ("/webclient/origin", test_origin);
  g_test_add_func ("/webclient/down", test_down);
  g_test_add_func ("/webclient/unstated", test_unstated);
  const int status = g_test_run ();
  test_server_stop (&server);
  return status;
}
