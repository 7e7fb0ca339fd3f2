/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is made once and kept (kept.h): one maker for each key, nobody else held
 * up, failures that would come again remembered. */

#include "error.h"
#include "kept.h"

#include <gio/gio.h>

#include <pthread.h>

static VitrailKept *
new_kept (void)
{
  return vitrail_kept_new ("test", (GBoxedCopyFunc) g_bytes_ref,
                           (GDestroyNotify) g_bytes_unref);
}

typedef struct {
  VitrailKept *kept;
  GBytes *found;
  gboolean began;
} Reader;

static void *
read_thread (void *data)
{
  Reader *self = data;
  gpointer value = NULL;

  self->began = vitrail_kept_begin (self->kept, "large", &value, NULL);
  self->found = value;
  return NULL;
}

/* While one is being made, others are made; who wants the same waits for it. */
static void
test_one_at_a_time (void)
{
  VitrailKept *kept = new_kept ();
  g_autoptr (GBytes) large = g_bytes_new_static ("large", 5);
  Reader reader = { .kept = kept };
  gpointer value = NULL;
  pthread_t thread;

  g_assert_true (vitrail_kept_begin (kept, "large", &value, NULL));
  g_assert_null (value);
  pthread_create (&thread, NULL, read_thread, &reader);
  /* Of one lock for all nobody would come back from here. */
  g_assert_true (vitrail_kept_begin (kept, "small", &value, NULL));
  vitrail_kept_end (kept, "small", NULL);
  g_assert_true (vitrail_kept_add (kept, "large", large, 5));
  vitrail_kept_end (kept, "large", NULL);
  pthread_join (thread, NULL);
  g_assert_false (reader.began);
  g_assert_true (reader.found == large);
  g_bytes_unref (reader.found);
  vitrail_kept_free (kept);
}

/* Fails to make something: whether it may be tried again. */
static gboolean
is_tried_again (GQuark domain, int code)
{
  VitrailKept *kept = new_kept ();
  g_autoptr (GError) fault = g_error_new_literal (domain, code, "no good");
  g_autoptr (GError) error = NULL;
  gpointer value = NULL;

  g_assert_true (vitrail_kept_begin (kept, "bad", &value, &error));
  vitrail_kept_end (kept, "bad", fault);
  const gboolean again = vitrail_kept_begin (kept, "bad", &value, &error);
  g_assert_null (value);
  if (again) {
    g_assert_no_error (error);
    vitrail_kept_end (kept, "bad", NULL);
  } else {
    g_assert_error (error, domain, code);
  }
  /* Another version of it is another thing. */
  g_assert_true (vitrail_kept_begin (kept, "bad 2", &value, NULL));
  vitrail_kept_end (kept, "bad 2", NULL);
  vitrail_kept_free (kept);
  return again;
}

static void
test_failures (void)
{
  g_assert_false (is_tried_again (VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED));
  g_assert_false (is_tried_again (VITRAIL_ERROR, VITRAIL_ERROR_LIMIT));
  g_assert_true (is_tried_again (VITRAIL_ERROR, VITRAIL_ERROR_IO));
  g_assert_true (is_tried_again (VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND));
  g_assert_true (is_tried_again (G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kept/one-at-a-time", test_one_at_a_time);
  g_test_add_func ("/kept/failures", test_failures);
  return g_test_run ();
}
