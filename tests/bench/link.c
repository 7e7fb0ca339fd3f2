/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A series over a network, as a reader opens it: how long until there are
 * pictures.
 *
 *   bench_link volume|picture|study LOCATION
 *
 * volume: from nothing to the first picture of the middle slice, every 4th one
 * at a quarter of its sides, all at an eighth. picture: from an open connection
 * to the first picture of an instance, at 1/16 or better. Prints what took how
 * many milliseconds, one a line, and the bound.
 *
 * study: from nothing to the last decoded frame in the cache; prints the
 * milliseconds. */

#include "progressive.h"
#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOP_UID VITRAIL_TAG (0x0008, 0x0018)

/* Halvings: of 512 pixels a quarter are 128, an eighth 64. */
#define QUARTER 2
#define EIGHTH  3
/* 1/16 of a side. */
#define SMALL 4

/* That open instances. */
#define N_THREADS 8

#define FIRST_MS   300
#define QUARTER_MS 1000
#define EIGHTH_MS  1500
#define PICTURE_MS 60

static gint64 start;
static GMutex lock;
static GCond changed;
/* Guarded by lock. */
static guint n_left[EIGHTH + 1]; /* by what was asked for */
static gboolean has_first;

static void
fail (const GError *error)
{
  fprintf (stderr, "link: %s\n", error->message);
  exit (1);
}

static void
print (const char *name, double bound)
{
  printf ("%-32s %9.0f ms %12s %8s  <= %.0f ms\n", name,
          (double) (g_get_monotonic_time () - start) / 1000, "-", "-", bound);
}

static void
preview_cb (VitrailFrame *frame, gpointer user_data)
{
  g_mutex_lock (&lock);
  has_first |= frame->reduce <= SMALL;
  g_cond_signal (&changed);
  g_mutex_unlock (&lock);
}

static void
first_cb (VitrailFrame *frame, const GError *error, gpointer user_data)
{
  if (error != NULL &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail (error);
  g_mutex_lock (&lock);
  has_first = TRUE;
  g_cond_signal (&changed);
  g_mutex_unlock (&lock);
}

/* The first picture; the rest of it is no longer wanted. */
static void
get_first (VitrailInstance *instance)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const VitrailProgressiveRequest request = {
    .instance = instance,
    .frame = 1,
    .priority = VITRAIL_PRIORITY_INTERACTIVE,
    .cancellable = cancellable,
    .preview = preview_cb,
    .ready = first_cb,
  };

  has_first = FALSE;
  vitrail_progressive_request (vitrail_frame_store_get_default (), &request);
  g_mutex_lock (&lock);
  while (!has_first)
    g_cond_wait (&changed, &lock);
  g_mutex_unlock (&lock);
  g_cancellable_cancel (cancellable);
}

static void
small_cb (VitrailFrame *frame, const GError *error, gpointer user_data)
{
  const guint reduce = GPOINTER_TO_UINT (user_data);

  if (error != NULL)
    fail (error);
  if (frame->reduce > reduce || frame->preview_bytes > 0) {
    fprintf (stderr, "link: a frame is smaller than was asked for\n");
    exit (1);
  }
  g_mutex_lock (&lock);
  n_left[reduce]--;
  g_cond_signal (&changed);
  g_mutex_unlock (&lock);
}

static void
ask (VitrailInstance *instance, guint reduce)
{
  const VitrailProgressiveRequest request = {
    .instance = instance,
    .frame = 1,
    .reduce = reduce,
    .priority = VITRAIL_PRIORITY_PREFETCH,
    .ready = small_cb,
    .user_data = GUINT_TO_POINTER (reduce),
  };

  vitrail_progressive_request (vitrail_frame_store_get_default (), &request);
}

static void
wait_for_all (guint reduce)
{
  g_mutex_lock (&lock);
  while (n_left[reduce] > 0)
    g_cond_wait (&changed, &lock);
  g_mutex_unlock (&lock);
}

/* Opening one may need its first frame, so all are opened at once. */
typedef struct {
  VitrailDataSource *source;
  GPtrArray *uids;
  GPtrArray *instances;
  gint next; /* atomic */
} Opening;

static gpointer
open_thread (gpointer data)
{
  Opening *self = data;
  g_autoptr (GError) error = NULL;
  guint i = 0;

  while ((i = (guint) g_atomic_int_add (&self->next, 1)) < self->uids->len) {
    self->instances->pdata[i] =
        vitrail_data_source_open_instance (self->source, self->uids->pdata[i],
                                           NULL, &error);
    if (error != NULL)
      fail (error);
  }
  return NULL;
}

static GPtrArray *
open_all (const char *location)
{
  g_autoptr (GError) error = NULL;
  VitrailDataSource *source = vitrail_data_source_new (location, &error);
  const VitrailQuery query = { .level = VITRAIL_LEVEL_INSTANCE };
  g_autoptr (GPtrArray) found =
      source != NULL ? vitrail_data_source_query (source, &query, NULL, &error)
                     : NULL;
  g_autoptr (GPtrArray) uids = g_ptr_array_new_with_free_func (g_free);
  Opening opening = { .source = source, .uids = uids };
  GThread *threads[N_THREADS];

  if (found == NULL)
    fail (error);
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (uids,
                     vitrail_data_set_dup_string (found->pdata[i], SOP_UID, 0));
  opening.instances = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_set_size (opening.instances, (gint) uids->len);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("open", open_thread, &opening);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  return opening.instances;
}

static void
run_volume (const char *location)
{
  start = g_get_monotonic_time ();
  g_autoptr (GPtrArray) instances = open_all (location);

  get_first (instances->pdata[instances->len / 2]);
  print ("link: first image of 400", FIRST_MS);
  n_left[QUARTER] = (instances->len + 3) / 4;
  n_left[EIGHTH] = instances->len - n_left[QUARTER];
  for (guint i = 0; i < instances->len; i += 4)
    ask (instances->pdata[i], QUARTER);
  for (guint i = 0; i < instances->len; i++)
    if (i % 4 != 0)
      ask (instances->pdata[i], EIGHTH);
  wait_for_all (QUARTER);
  print ("link: every 4th at 128 x 128", QUARTER_MS);
  wait_for_all (EIGHTH);
  print ("link: all at 64 x 64", EIGHTH_MS);
}

static void
run_picture (const char *location)
{
  g_autoptr (GPtrArray) instances = open_all (location);

  start = g_get_monotonic_time ();
  get_first (instances->pdata[0]);
  print ("link: 3036 x 3036 at 1/16", PICTURE_MS);
}

static void
run_study (const char *location)
{
  start = g_get_monotonic_time ();
  g_autoptr (GPtrArray) instances = open_all (location);

  n_left[0] = instances->len;
  for (guint i = 0; i < instances->len; i++)
    vitrail_frame_store_request (vitrail_frame_store_get_default (),
                                 instances->pdata[i], 1, 0,
                                 VITRAIL_PRIORITY_PREFETCH, NULL, small_cb,
                                 GUINT_TO_POINTER (0));
  wait_for_all (0);
  printf ("%.0f\n", (double) (g_get_monotonic_time () - start) / 1000);
}

int
main (int argc, char **argv)
{
  if (argc != 3) {
    fprintf (stderr, "usage: bench_link volume|picture|study LOCATION\n");
    return 2;
  }
  if (strcmp (argv[1], "volume") == 0)
    run_volume (argv[2]);
  else if (strcmp (argv[1], "study") == 0)
    run_study (argv[2]);
  else
    run_picture (argv[2]);
  return 0;
}
