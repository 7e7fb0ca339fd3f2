/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The study prefetcher: which display sets come, how many requests are under
 * way, and that none is once it is turned off. */

#include "sourcetest.h"
#include "studyprefetch.h"
#include "testarchive.h"
#include "testdata.h"
#include "webserver.h"

#include <stdlib.h>
#include <string.h>

static void
test_plan (void)
{
  static const struct {
    const char *order;
    guint n_sets;
    guint active;
    const char *plan;
  } cases[] = {
    { "downward", 1, 4, "5 " },
    { "downward", 3, 7, "8 " },
    { "upward", 2, 4, "3 2 " },
    { "upward", 1, 0, "" },
    { "closest", 2, 5, "4 6 " },
    { "closest", 3, 0, "1 2 3 " },
    { "closest", 99, 1, "0 2 3 4 5 6 7 8 " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    VitrailPrefetchOptions options = VITRAIL_PREFETCH_DEFAULTS;
    g_autoptr (GString) text = g_string_new (NULL);
    options.n_display_sets = cases[i].n_sets;
    g_assert_true (
        vitrail_prefetch_order_parse (cases[i].order, &options.order));
    g_autoptr (GArray) plan =
        vitrail_prefetch_plan (&options, 9, cases[i].active);
    for (guint k = 0; k < plan->len; k++)
      g_string_append_printf (text, "%u ", g_array_index (plan, guint, k));
    g_assert_cmpstr (text->str, ==, cases[i].plan);
  }
  VitrailPrefetchOrder order;
  g_assert_false (vitrail_prefetch_order_parse ("sideways", &order));
}

#define N_REQUESTS 3

typedef struct {
  TestServer server;
  TestServer way;
  VitrailDataSource *source;
  GPtrArray *sets; /* the CT, the echo */
} Study;

static void
study_clear (Study *self)
{
  g_clear_object (&self->source);
  g_clear_pointer (&self->sets, g_ptr_array_unref);
  test_server_stop (&self->way);
  test_server_stop (&self->server);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Study, study_clear)

static void
add_sets (Study *self, const char *series)
{
  const VitrailQuery query = { .level = VITRAIL_LEVEL_INSTANCE };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailDataSource) source =
      test_source_open ("dicomweb://127.0.0.1:%u/dicom-web/studies/1.2.7/"
                        "series/%s",
                        self->server.port, series);
  g_autoptr (GPtrArray) instances =
      vitrail_data_source_query (source, &query, NULL, &error);

  g_assert_no_error (error);
  g_autoptr (GPtrArray) found = vitrail_display_sets_new (NULL, instances);
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (self->sets,
                     vitrail_display_set_ref (g_ptr_array_index (found, i)));
}

/* A study whose frames take 0.2 s each. */
static void
study_init (Study *self)
{
  test_server_serve (&self->server, test_archive_get ());
  test_server_fail_for (&self->way, self->server.port);
  self->sets = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_display_set_unref);
  add_sets (self, "1.2.8.1");
  add_sets (self, "1.2.8.2");
  g_assert_cmpuint (self->sets->len, ==, 2);
  self->source = test_source_open ("dicomweb://127.0.0.1:%u/dicom-web/studies/"
                                   "1.2.7",
                                   self->way.port);
  g_free (test_server_tell (&self->way, "do/slow"));
}

/* Frames asked for until now, and at once at most. */
static void
count (const Study *self, guint *n, guint *most)
{
  g_autofree char *text = test_server_tell (&self->way, "count");

  const char *space = strchr (text, ' ');
  g_assert_nonnull (space);
  *n = (guint) strtoul (text, NULL, 10);
  *most = (guint) strtoul (space, NULL, 10);
}

static gboolean
is_idle (gpointer user_data)
{
  return !vitrail_study_prefetch_is_busy (user_data);
}

typedef struct {
  const Study *study;
  guint n;
} Asked;

static gboolean
are_asked (gpointer user_data)
{
  const Asked *asked = user_data;
  guint n = 0;
  guint most = 0;

  count (asked->study, &n, &most);
  return n >= asked->n;
}

static void
test_study (void)
{
  const VitrailPrefetchOptions options = { VITRAIL_PREFETCH_CLOSEST, 1,
                                           N_REQUESTS };
  g_auto (Study) study = { 0 };
  guint n = 0;
  guint most = 0;

  study_init (&study);
  g_autoptr (VitrailStudyPrefetch) prefetch =
      vitrail_study_prefetch_new (study.source, study.sets, &options);
  test_run_for (100);
  count (&study, &n, &most);
  g_assert_cmpuint (n, ==, 0);

  vitrail_study_prefetch_start (prefetch, 0);
  g_assert_true (test_wait_until (is_idle, prefetch));
  count (&study, &n, &most);
  g_assert_cmpuint (n, ==, TEST_ARCHIVE_FRAMES);
  g_assert_cmpuint (most, <=, N_REQUESTS);
  g_assert_cmpuint (most, >, 1);
  g_autoptr (VitrailInstance) echo =
      vitrail_data_source_open_instance (study.source, "1.2.3.2.1", NULL, NULL);
  for (guint frame = 1; frame <= TEST_ARCHIVE_FRAMES; frame++)
    g_assert_true (vitrail_instance_is_frame_at_hand (echo, frame));

  /* The other way round, and turned off in between. */
  g_free (test_server_tell (&study.way, "do/hold"));
  Asked asked = { &study, 1 };
  vitrail_study_prefetch_start (prefetch, 1);
  g_assert_true (test_wait_until (are_asked, &asked));
  vitrail_study_prefetch_stop (prefetch);
  g_assert_true (test_wait_until (is_idle, prefetch));
  g_free (test_server_tell (&study.way, "do/pass"));
  test_run_for (300);
  count (&study, &n, &most);
  g_assert_cmpuint (n, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_test_add_func ("/studyprefetch/plan", test_plan);
  g_test_add_func ("/studyprefetch/study", test_study);
  return g_test_run ();
}
