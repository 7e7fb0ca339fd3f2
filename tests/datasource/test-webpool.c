/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames over a network hold no worker of the pool while they are under way,
 * come to all who asked, and end for one who gives up. The pool has one worker.
 */

#include "framestore.h"
#include "sourcetest.h"
#include "testarchive.h"
#include "testdata.h"
#include "webserver.h"

#include <string.h>
#include <unistd.h>

#define N_FRAMES 4

typedef struct {
  TestServer server;
  TestServer way;
  VitrailDataSource *source;
  VitrailInstance *instance;
} Fixture;

static void
fixture_clear (Fixture *self)
{
  g_clear_object (&self->instance);
  g_clear_object (&self->source);
  test_server_stop (&self->way);
  test_server_stop (&self->server);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

static void
tell (const Fixture *self, const char *what)
{
  g_free (test_server_tell (&self->way, what));
}

/* The echo, whose frames are held. */
static void
fixture_init (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  test_server_serve (&self->server, test_archive_get ());
  test_server_fail_for (&self->way, self->server.port);
  self->source = test_source_open ("dicomweb://127.0.0.1:%u/dicom-web/studies/"
                                   "1.2.7/series/1.2.8.2",
                                   self->way.port);
  self->instance = vitrail_data_source_open_instance (self->source, "1.2.3.2.1",
                                                      NULL, &error);
  g_assert_no_error (error);
  tell (self, "do/hold");
}

/* What came of one request. */
typedef struct {
  gint n_frames; /* atomic */
  gint n_errors; /* atomic */
} Came;

static void
ready_cb (VitrailFrame *frame, const GError *error, gpointer user_data)
{
  Came *came = user_data;

  if (frame == NULL)
    g_test_message ("%s", error->message);
  g_atomic_int_inc (frame != NULL ? &came->n_frames : &came->n_errors);
}

static void
request_as (const Fixture *self,
            guint frame,
            VitrailPriority priority,
            GCancellable *cancellable,
            Came *came)
{
  vitrail_frame_store_request (vitrail_frame_store_get_default (),
                               self->instance, frame, 0, priority, cancellable,
                               ready_cb, came);
}

static void
request (const Fixture *self,
         guint frame,
         GCancellable *cancellable,
         Came *came)
{
  request_as (self, frame, VITRAIL_PRIORITY_INTERACTIVE, cancellable, came);
}

typedef struct {
  const Fixture *fixture;
  gint64 n;
} Asked;

static gboolean
are_asked (gpointer user_data)
{
  const Asked *asked = user_data;
  g_autofree char *count = test_server_tell (&asked->fixture->way, "count");

  return g_ascii_strtoll (count, NULL, 10) >= asked->n;
}

static void
wait_for_requests (const Fixture *self, gint64 n)
{
  Asked asked = { self, n };

  g_assert_true (test_wait_until (are_asked, &asked));
}

static gboolean
is_set (gpointer user_data)
{
  return g_atomic_int_get ((gint *) user_data) != 0;
}

static gboolean
are_all_there (gpointer user_data)
{
  Came *came = user_data;

  return g_atomic_int_get (&came->n_frames) == N_FRAMES;
}

static void
ran_cb (gpointer data, gboolean cancelled)
{
  g_atomic_int_set ((gint *) data, 1);
}

static void
test_worker (void)
{
  g_auto (Fixture) fixture = { 0 };
  Came came = { 0 };
  gint has_run = 0;

  fixture_init (&fixture);
  for (guint frame = 1; frame <= N_FRAMES; frame++)
    request (&fixture, frame, NULL, &came);
  wait_for_requests (&fixture, N_FRAMES);
  vitrail_pool_push (VITRAIL_PRIORITY_BACKGROUND, ran_cb, &has_run, NULL);
  g_assert_true (test_wait_until (is_set, &has_run));
  g_assert_cmpint (g_atomic_int_get (&came.n_frames), ==, 0);
  tell (&fixture, "do/pass");
  g_assert_true (test_wait_until (are_all_there, &came));
  g_assert_cmpint (g_atomic_int_get (&came.n_errors), ==, 0);
}

/* One of two who wait for a frame gives up: he is told at once, the other one
 * gets it; when both do, the request ends, and may be asked for anew. */
static void
test_cancel (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autoptr (GCancellable) first = g_cancellable_new ();
  g_autoptr (GCancellable) second = g_cancellable_new ();
  Came given_up = { 0 };
  Came had = { 0 };

  fixture_init (&fixture);
  request (&fixture, 6, first, &given_up);
  request (&fixture, 6, second, &had);
  wait_for_requests (&fixture, 1);
  g_cancellable_cancel (first);
  g_assert_true (test_wait_until (is_set, &given_up.n_errors));
  g_assert_cmpint (g_atomic_int_get (&had.n_errors), ==, 0);
  tell (&fixture, "do/pass");
  g_assert_true (test_wait_until (is_set, &had.n_frames));

  tell (&fixture, "do/hold");
  g_cancellable_reset (first);
  given_up.n_errors = 0;
  request (&fixture, 7, first, &given_up);
  wait_for_requests (&fixture, 1);
  g_cancellable_cancel (first);
  g_assert_true (test_wait_until (is_set, &given_up.n_errors));
  tell (&fixture, "do/pass");
  request (&fixture, 7, NULL, &given_up);
  g_assert_true (test_wait_until (is_set, &given_up.n_frames));
}

static gboolean
is_first_asked_again (gpointer user_data)
{
  const Fixture *self = user_data;
  g_autofree char *log = test_server_tell (&self->way, "log");
  g_auto (GStrv) paths = g_strsplit (log, "\n", -1);
  guint n = 0;

  for (guint i = 0; paths[i] != NULL; i++)
    n += g_str_has_suffix (paths[i], "/frames/1");
  return n == 2;
}

/* Nine were asked for, of eight frames. */
static gboolean
are_nine_there (gpointer user_data)
{
  Came *came = user_data;

  return g_atomic_int_get (&came->n_frames) == 9;
}

/* What is asked for again after a pause, and is waited for meanwhile, needs no
 * place among those that nobody waits for. */
static void
test_pause (void)
{
  g_auto (Fixture) fixture = { 0 };
  Came came = { 0 };

  fixture_init (&fixture);
  tell (&fixture, "do/busy-1");
  request_as (&fixture, 1, VITRAIL_PRIORITY_PREFETCH, NULL, &came);
  wait_for_requests (&fixture, 1);
  for (guint frame = 2; frame <= 8; frame++)
    request_as (&fixture, frame, VITRAIL_PRIORITY_PREFETCH, NULL, &came);
  wait_for_requests (&fixture, 7);
  request (&fixture, 1, NULL, &came);
  g_assert_true (test_wait_until (is_first_asked_again, &fixture));
  tell (&fixture, "do/pass");
  g_assert_true (test_wait_until (are_nine_there, &came));
  g_assert_cmpint (g_atomic_int_get (&came.n_errors), ==, 0);
}

/* Threads of GIO's pool, on which somebody may block. */
static guint
count_threads (void)
{
  g_autofree char *text =
      test_data_run ("cat /proc/%d/task/*/comm", (int) getpid ());
  guint n = 0;

  for (const char *at = text; (at = strstr (at, "pool-")) != NULL; at++)
    n++;
  return n;
}

static gboolean
is_uri_asked (gpointer user_data)
{
  const Fixture *self = user_data;
  g_autofree char *log = test_server_tell (&self->way, "log");

  return strstr (log, "/wado?") != NULL && strstr (log, "/frames/10") != NULL;
}

static gboolean
are_ten_there (gpointer user_data)
{
  Came *came = user_data;

  return g_atomic_int_get (&came->n_frames) +
             g_atomic_int_get (&came->n_errors) ==
         10;
}

/* Of a server that has no frames, one instance is one request and one thread
 * that waits, however many of its frames are wanted; and it ends when nobody
 * wants one any more. */
static void
test_whole (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Came came = { 0 };
  Came given_up = { 0 };

  fixture_init (&fixture);
  tell (&fixture, "do/urihold");
  const guint n_before = count_threads ();
  for (guint frame = 1; frame <= 10; frame++)
    request (&fixture, frame, cancellable, &given_up);
  g_assert_true (test_wait_until (is_uri_asked, &fixture));
  g_assert_cmpuint (count_threads (), <, n_before + 6);
  g_cancellable_cancel (cancellable);
  g_assert_true (test_wait_until (are_ten_there, &given_up));
  g_assert_cmpint (g_atomic_int_get (&given_up.n_frames), ==, 0);
  tell (&fixture, "do/uri");
  for (guint frame = 1; frame <= 10; frame++)
    request (&fixture, frame, NULL, &came);
  g_assert_true (test_wait_until (are_ten_there, &came));
  g_assert_cmpint (g_atomic_int_get (&came.n_errors), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  vitrail_pool_set_n_workers (1);
  g_test_add_func ("/webpool/worker", test_worker);
  g_test_add_func ("/webpool/cancel", test_cancel);
  g_test_add_func ("/webpool/pause", test_pause);
  g_test_add_func ("/webpool/whole", test_whole);
  return g_test_run ();
}
