/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The frame store over an instance that counts its loads, waits where a test
 * wants it, and whose frames say which they are. */

#include "dicom/builder.h"
#include "error.h"
#include "framestore.h"

#include <pthread.h>
#include <string.h>

#define N_FRAMES    64
#define SIDE        8
#define FRAME_BYTES ((size_t) SIDE * SIDE * 2)
/* The frame that cannot be loaded. */
#define BROKEN 13

G_DECLARE_FINAL_TYPE (TestInstance,
                      test_instance,
                      TEST,
                      INSTANCE,
                      VitrailInstance)

struct _TestInstance {
  VitrailInstance parent_instance;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  /* Guarded by lock. */
  gboolean held;   /* loads wait */
  guint n_waiting; /* so many do */
  guint n_loads;
};

G_DEFINE_FINAL_TYPE (TestInstance, test_instance, VITRAIL_TYPE_INSTANCE)

static GBytes *
test_instance_load_frame (VitrailInstance *instance,
                          guint frame,
                          GCancellable *cancellable,
                          GError **error)
{
  TestInstance *self = TEST_INSTANCE (instance);

  pthread_mutex_lock (&self->lock);
  self->n_loads++;
  self->n_waiting++;
  pthread_cond_broadcast (&self->changed);
  while (self->held)
    pthread_cond_wait (&self->changed, &self->lock);
  self->n_waiting--;
  pthread_mutex_unlock (&self->lock);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (frame == BROKEN) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "test: frame %u: gone",
                 frame);
    return NULL;
  }
  guint16 *samples = g_new (guint16, SIDE * SIDE);
  for (guint i = 0; i < SIDE * SIDE; i++)
    samples[i] = (guint16) frame;
  return g_bytes_new_take (samples, FRAME_BYTES);
}

static void
test_instance_finalize (GObject *object)
{
  TestInstance *self = TEST_INSTANCE (object);

  pthread_mutex_destroy (&self->lock);
  pthread_cond_destroy (&self->changed);
  G_OBJECT_CLASS (test_instance_parent_class)->finalize (object);
}

static void
test_instance_class_init (TestInstanceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_instance_finalize;
  VITRAIL_INSTANCE_CLASS (klass)->load_frame = test_instance_load_frame;
}

static void
test_instance_init (TestInstance *self)
{
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->changed, NULL);
}

static VitrailInstance *
make_instance (void)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  vitrail_data_set_builder_set_int (builder, VITRAIL_TAG (0x28, 0x02), 1);
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x28, 0x04),
                                       "MONOCHROME2");
  vitrail_data_set_builder_set_int (builder, VITRAIL_TAG (0x28, 0x10), SIDE);
  vitrail_data_set_builder_set_int (builder, VITRAIL_TAG (0x28, 0x11), SIDE);
  vitrail_data_set_builder_set_int (builder, VITRAIL_TAG (0x28, 0x100), 16);
  vitrail_data_set_builder_set_int (builder, VITRAIL_TAG (0x28, 0x101), 16);
  vitrail_data_set_builder_set_int (builder, VITRAIL_TAG (0x28, 0x102), 15);
  vitrail_data_set_builder_set_int (builder, VITRAIL_TAG (0x28, 0x103), 0);
  g_autoptr (VitrailDataSet) data_set = vitrail_data_set_builder_end (builder);
  return g_object_new (test_instance_get_type (), "name", "test", "data-set",
                       data_set, "n-frames", N_FRAMES, NULL);
}

static void
hold (VitrailInstance *instance)
{
  TestInstance *self = TEST_INSTANCE (instance);

  pthread_mutex_lock (&self->lock);
  self->held = TRUE;
  pthread_mutex_unlock (&self->lock);
}

static void
release (VitrailInstance *instance)
{
  TestInstance *self = TEST_INSTANCE (instance);

  pthread_mutex_lock (&self->lock);
  self->held = FALSE;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->lock);
}

static void
wait_for_loads (VitrailInstance *instance, guint n_waiting)
{
  TestInstance *self = TEST_INSTANCE (instance);

  pthread_mutex_lock (&self->lock);
  while (self->n_waiting < n_waiting)
    pthread_cond_wait (&self->changed, &self->lock);
  pthread_mutex_unlock (&self->lock);
}

static guint
get_n_loads (VitrailInstance *instance)
{
  TestInstance *self = TEST_INSTANCE (instance);

  pthread_mutex_lock (&self->lock);
  guint n = self->n_loads;
  pthread_mutex_unlock (&self->lock);
  return n;
}

static void
assert_is_frame (VitrailFrame *frame, guint number)
{
  const guint16 *samples = (gconstpointer) frame->data;

  g_assert_true (frame->normalized);
  g_assert_cmpuint (samples[0], ==, number);
  g_assert_cmpuint (samples[SIDE * SIDE - 1], ==, number);
}

/* What a request was answered. */
typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  /* Guarded by lock. */
  guint n_frames;
  guint n_errors;
  guint n_cancelled;
} Answers;

static void
ready_cb (VitrailFrame *frame, const GError *error, gpointer data)
{
  Answers *self = data;

  g_assert_true ((frame == NULL) == (error != NULL));
  pthread_mutex_lock (&self->lock);
  if (frame != NULL)
    self->n_frames++;
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->n_cancelled++;
  else
    self->n_errors++;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->lock);
}

static void
wait_for_answers (Answers *self, guint n)
{
  pthread_mutex_lock (&self->lock);
  while (self->n_frames + self->n_errors + self->n_cancelled < n)
    pthread_cond_wait (&self->changed, &self->lock);
  pthread_mutex_unlock (&self->lock);
}

#define ANSWERS_INIT                                             \
  {                                                              \
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0 \
  }

static void
test_cache (void)
{
  g_autoptr (VitrailInstance) instance = make_instance ();
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (1 << 20);
  VitrailFrameStore *store = vitrail_frame_store_new (budget);
  VitrailFrameStoreStats stats;

  g_assert_null (vitrail_frame_store_peek (store, instance, 5, 0));
  g_autoptr (VitrailFrame) first =
      vitrail_frame_store_get (store, instance, 5, 2, NULL, &error);
  g_assert_no_error (error);
  assert_is_frame (first, 5);
  /* Nothing was reduced, so the frame serves whoever wants the whole. */
  g_autoptr (VitrailFrame) again =
      vitrail_frame_store_get (store, instance, 5, 0, NULL, &error);
  g_autoptr (VitrailFrame) peeked =
      vitrail_frame_store_peek (store, instance, 5, 3);
  g_assert_true (again == first);
  g_assert_true (peeked == first);
  g_assert_cmpuint (get_n_loads (instance), ==, 1);

  /* Another instance is another one, whatever its UID. */
  g_autoptr (VitrailInstance) twin = make_instance ();
  g_assert_null (vitrail_frame_store_peek (store, twin, 5, 0));

  vitrail_frame_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.hits, ==, 1);
  g_assert_cmpuint (stats.misses, ==, 1);
  g_assert_cmpuint (stats.bytes, ==, vitrail_frame_get_size_bytes (first));
  g_assert_cmpuint (stats.in_flight, ==, 0);
  vitrail_frame_store_free (store);
}

static void
test_budget (void)
{
  g_autoptr (VitrailInstance) instance = make_instance ();
  g_autoptr (VitrailFrame) first = NULL;
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (1 << 20);
  VitrailFrameStore *store = vitrail_frame_store_new (budget);
  VitrailFrameStoreStats stats;

  first = vitrail_frame_store_get (store, instance, 1, 0, NULL, NULL);
  size_t size = vitrail_frame_get_size_bytes (first);
  vitrail_memory_budget_set_limit (budget, 3 * size);
  for (guint i = 2; i <= 3; i++)
    vitrail_frame_unref (
        vitrail_frame_store_get (store, instance, i, 0, NULL, NULL));
  /* 1 is used again, so that 2 is the one to go. */
  vitrail_frame_unref (vitrail_frame_store_peek (store, instance, 1, 0));
  vitrail_frame_unref (
      vitrail_frame_store_get (store, instance, 4, 0, NULL, NULL));
  g_autoptr (VitrailFrame) kept =
      vitrail_frame_store_peek (store, instance, 1, 0);
  g_assert_true (kept == first);
  g_assert_null (vitrail_frame_store_peek (store, instance, 2, 0));
  vitrail_memory_budget_set_limit (budget, size);
  vitrail_frame_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.bytes, ==, size);
  g_assert_cmpuint (stats.evictions, ==, 3);
  /* Beyond the budget a frame is handed out and not kept. */
  vitrail_memory_budget_set_limit (budget, size - 1);
  g_autoptr (VitrailFrame) large =
      vitrail_frame_store_get (store, instance, 9, 0, NULL, NULL);
  assert_is_frame (large, 9);
  g_assert_null (vitrail_frame_store_peek (store, instance, 9, 0));
  vitrail_frame_store_free (store);
}

static void
test_single_flight (void)
{
  g_autoptr (VitrailInstance) instance = make_instance ();
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (1 << 20);
  VitrailFrameStore *store = vitrail_frame_store_new (budget);
  Answers answers = ANSWERS_INIT;

  hold (instance);
  for (guint i = 0; i < 20; i++)
    vitrail_frame_store_request (store, instance, 7, 0, i % 4, NULL, ready_cb,
                                 &answers);
  wait_for_loads (instance, 1);
  vitrail_frame_store_request (store, instance, 7, 0, 0, NULL, ready_cb,
                               &answers);
  release (instance);
  wait_for_answers (&answers, 21);
  g_assert_cmpuint (answers.n_frames, ==, 21);
  g_assert_cmpuint (get_n_loads (instance), ==, 1);
  vitrail_frame_store_free (store);
}

static void
test_error (void)
{
  g_autoptr (VitrailInstance) instance = make_instance ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) range = NULL;
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (1 << 20);
  VitrailFrameStore *store = vitrail_frame_store_new (budget);
  Answers answers = ANSWERS_INIT;

  vitrail_frame_store_request (store, instance, BROKEN, 0, 0, NULL, ready_cb,
                               &answers);
  wait_for_answers (&answers, 1);
  g_assert_cmpuint (answers.n_errors, ==, 1);
  g_assert_null (
      vitrail_frame_store_get (store, instance, BROKEN, 0, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO);
  g_assert_cmpstr (error->message, ==, "test: frame 13: gone");
  g_assert_null (
      vitrail_frame_store_get (store, instance, N_FRAMES + 1, 0, NULL, &range));
  g_assert_error (range, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  g_assert_cmpstr (range->message, ==, "test: frame 65: there are 64 frames");
  vitrail_frame_store_free (store);
}

/* One of two who wait for a frame gives up: only he goes without. */
static void
test_cancel (void)
{
  g_autoptr (VitrailInstance) instance = make_instance ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (1 << 20);
  VitrailFrameStore *store = vitrail_frame_store_new (budget);
  Answers gives_up = ANSWERS_INIT;
  Answers waits = ANSWERS_INIT;

  hold (instance);
  vitrail_frame_store_request (store, instance, 3, 0, 0, cancellable, ready_cb,
                               &gives_up);
  wait_for_loads (instance, 1);
  vitrail_frame_store_request (store, instance, 3, 0, 0, NULL, ready_cb,
                               &waits);
  g_cancellable_cancel (cancellable);
  release (instance);
  wait_for_answers (&gives_up, 1);
  wait_for_answers (&waits, 1);
  g_assert_cmpuint (gives_up.n_cancelled, ==, 1);
  g_assert_cmpuint (waits.n_frames, ==, 1);

  /* Cancelled before anybody began: never loaded. */
  guint n_loads = get_n_loads (instance);
  vitrail_frame_store_request (store, instance, 4, 0, 0, cancellable, ready_cb,
                               &gives_up);
  wait_for_answers (&gives_up, 2);
  g_assert_cmpuint (gives_up.n_cancelled, ==, 2);
  g_assert_cmpuint (get_n_loads (instance), ==, n_loads);
  g_autoptr (GError) error = NULL;
  g_assert_null (
      vitrail_frame_store_get (store, instance, 4, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  vitrail_frame_store_free (store);
}

static void *
get_and_cancel (void *data)
{
  GCancellable *cancellable = data;

  g_usleep (20000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

/* A thread that waits for another's decode stops waiting when cancelled. */
static void
test_cancel_blocked (void)
{
  g_autoptr (VitrailInstance) instance = make_instance ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (1 << 20);
  VitrailFrameStore *store = vitrail_frame_store_new (budget);
  Answers answers = ANSWERS_INIT;
  pthread_t thread;

  hold (instance);
  vitrail_frame_store_request (store, instance, 3, 0, 0, NULL, ready_cb,
                               &answers);
  wait_for_loads (instance, 1);
  pthread_create (&thread, NULL, get_and_cancel, cancellable);
  g_assert_null (
      vitrail_frame_store_get (store, instance, 3, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  pthread_join (thread, NULL);
  release (instance);
  wait_for_answers (&answers, 1);
  g_assert_cmpuint (answers.n_frames, ==, 1);
  vitrail_frame_store_free (store);
}

static void
got_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **place = data;

  *place = g_object_ref (result);
}

static void
test_async (void)
{
  g_autoptr (VitrailInstance) instance = make_instance ();
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (1 << 20);
  VitrailFrameStore *store = vitrail_frame_store_new (budget);

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    vitrail_frame_store_get_async (store, instance, 8, 0,
                                   VITRAIL_PRIORITY_THUMBNAIL, NULL, got_cb,
                                   &result);
    /* Even a hit is answered from the main loop. */
    g_assert_null (result);
    while (result == NULL)
      g_main_context_iteration (NULL, TRUE);
    g_autoptr (VitrailFrame) frame =
        vitrail_frame_store_get_finish (store, result, &error);
    g_assert_no_error (error);
    assert_is_frame (frame, 8);
  }
  g_assert_cmpuint (get_n_loads (instance), ==, 1);
  vitrail_frame_store_free (store);
}

/* Many threads, few frames, a small budget, and people who change their minds.
 */
typedef struct {
  VitrailMemoryBudget *budget;
  VitrailFrameStore *store;
  VitrailInstance *instances[2];
  guint seed;
  Answers answers;
} Stress;

static void
stress_one (Stress *self, GRand *rand, guint *n_requests)
{
  VitrailInstance *instance = self->instances[g_rand_int_range (rand, 0, 2)];
  guint number = (guint) g_rand_int_range (rand, 1, N_FRAMES + 1);
  guint what = (guint) g_rand_int_range (rand, 0, 10);
  g_autoptr (GCancellable) cancellable =
      what % 3 == 0 ? g_cancellable_new () : NULL;

  if (what < 5) {
    vitrail_frame_store_request (self->store, instance, number, what,
                                 (VitrailPriority) (number % 4), cancellable,
                                 ready_cb, &self->answers);
    (*n_requests)++;
    g_cancellable_cancel (cancellable);
  } else if (what < 9) {
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailFrame) frame =
        vitrail_frame_store_get (self->store, instance, number, 0, cancellable,
                                 &error);
    g_assert_true ((frame == NULL) == (number == BROKEN));
    if (frame != NULL)
      assert_is_frame (frame, number);
  } else {
    vitrail_memory_budget_set_limit (self->budget,
                                     (number + 1) * (guint64) FRAME_BYTES);
  }
}

static void *
stress_thread (void *data)
{
  Stress *self = data;
  GRand *rand = g_rand_new_with_seed (self->seed);
  guint n_requests = 0;

  for (guint i = 0; i < 3000; i++)
    stress_one (self, rand, &n_requests);
  wait_for_answers (&self->answers, n_requests);
  g_assert_cmpuint (self->answers.n_frames + self->answers.n_errors +
                        self->answers.n_cancelled,
                    ==, n_requests);
  g_rand_free (rand);
  return NULL;
}

static void
test_stress (void)
{
  g_autoptr (VitrailInstance) one = make_instance ();
  g_autoptr (VitrailInstance) two = make_instance ();
  g_autoptr (VitrailMemoryBudget) budget =
      vitrail_memory_budget_new (20 * FRAME_BYTES);
  VitrailFrameStore *store = vitrail_frame_store_new (budget);
  VitrailFrameStoreStats stats;
  Stress stress[6];
  pthread_t threads[6];

  for (guint i = 0; i < 6; i++) {
    stress[i] = (Stress){ budget, store, { one, two }, i, ANSWERS_INIT };
    g_assert_cmpint (
        pthread_create (&threads[i], NULL, stress_thread, &stress[i]), ==, 0);
  }
  for (guint i = 0; i < 6; i++)
    pthread_join (threads[i], NULL);
  vitrail_frame_store_get_stats (store, &stats);
  g_test_message ("%" G_GUINT64_FORMAT " hits, %" G_GUINT64_FORMAT " misses",
                  stats.hits, stats.misses);
  g_assert_cmpuint (stats.bytes, ==, vitrail_memory_budget_get_bytes (budget));
  g_assert_cmpuint (stats.bytes, <=, vitrail_memory_budget_get_limit (budget));
  vitrail_frame_store_free (store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/framestore/cache", test_cache);
  g_test_add_func ("/framestore/budget", test_budget);
  g_test_add_func ("/framestore/single-flight", test_single_flight);
  g_test_add_func ("/framestore/error", test_error);
  g_test_add_func ("/framestore/cancel", test_cancel);
  g_test_add_func ("/framestore/cancel-blocked", test_cancel_blocked);
  g_test_add_func ("/framestore/async", test_async);
  g_test_add_func ("/framestore/stress", test_stress);
  return g_test_run ();
}
