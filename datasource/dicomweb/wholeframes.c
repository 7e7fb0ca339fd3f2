/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames of whole instances: see wholeframes.h. */

#include "dicomweb/wholeframes.h"

#include "dicom/frameindex.h"
#include "dicomweb/wholeinstance.h"
#include "error.h"

#include <pthread.h>
#include <string.h>

/* All who wait for the instance. */
typedef struct {
  VitrailWholeFrames *frames;
  GCancellable *run; /* cancelled when nobody wants it any more */
  /* Guarded by the lock of frames. */
  GPtrArray *waiters;
  guint n_wanted; /* of them */
} Batch;

/* Somebody who waits for one frame of it. */
typedef struct {
  VitrailWholeFrames *frames;
  guint frame;
  GCancellable *cancellable;
  gulong id;
  VitrailStoredReady ready;
  gpointer user_data;
  /* Guarded by the lock of frames. */
  Batch *batch; /* NULL: has not joined yet */
  gboolean is_cancelled;
} Waiter;

struct _VitrailWholeFrames {
  gint ref_count; /* atomic */
  /* Constant. */
  VitrailWebLocation *series;
  char *uid;
  char *transfer_syntax;
  char *name;
  pthread_mutex_t fetching; /* held by who fetches it */
  pthread_mutex_t lock;
  /* Guarded by lock. */
  VitrailFrameIndex *index;
  Batch *batch; /* that may be joined, or NULL */
};

VitrailWholeFrames *
vitrail_whole_frames_new (const VitrailWebLocation *series,
                          const char *uid,
                          const char *transfer_syntax,
                          const char *name)
{
  VitrailWholeFrames *self = g_new0 (VitrailWholeFrames, 1);

  self->ref_count = 1;
  self->series =
      vitrail_web_location_new_series (series, series->study, series->series);
  self->uid = g_strdup (uid);
  self->transfer_syntax = g_strdup (transfer_syntax);
  self->name = g_strdup (name);
  pthread_mutex_init (&self->fetching, NULL);
  pthread_mutex_init (&self->lock, NULL);
  return self;
}

static VitrailWholeFrames *
whole_frames_ref (VitrailWholeFrames *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_whole_frames_unref (VitrailWholeFrames *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  vitrail_web_location_free (self->series);
  g_free (self->uid);
  g_free (self->transfer_syntax);
  g_free (self->name);
  g_clear_pointer (&self->index, vitrail_frame_index_unref);
  pthread_mutex_destroy (&self->lock);
  pthread_mutex_destroy (&self->fetching);
  g_free (self);
}

/* --- the instance --- */

static VitrailFrameIndex *
make_index (const VitrailWholeFrames *self, VitrailPart10 *file, GError **error)
{
  return vitrail_frame_index_new (vitrail_part10_get_data_set (file),
                                  vitrail_part10_get_transfer_syntax (file),
                                  self->name, error);
}

static VitrailFrameIndex *
fetch (const VitrailWholeFrames *self,
       GCancellable *cancellable,
       GError **error)
{
  g_autoptr (VitrailPart10) file =
      vitrail_whole_instance_fetch (self->series, self->uid, cancellable,
                                    error);

  if (file == NULL)
    return NULL;
  const char *found = vitrail_part10_get_transfer_syntax (file);
  if (strcmp (found, self->transfer_syntax) == 0)
    return make_index (self, file, error);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "%s: the file comes as transfer syntax %.64s, not %s",
               self->name, found, self->transfer_syntax);
  return NULL;
}

static void
set_index (VitrailWholeFrames *self, VitrailFrameIndex *index)
{
  pthread_mutex_lock (&self->lock);
  g_clear_pointer (&self->index, vitrail_frame_index_unref);
  self->index = vitrail_frame_index_ref (index);
  pthread_mutex_unlock (&self->lock);
}

static VitrailFrameIndex *
ref_index (VitrailWholeFrames *self)
{
  pthread_mutex_lock (&self->lock);
  VitrailFrameIndex *index =
      self->index != NULL ? vitrail_frame_index_ref (self->index) : NULL;
  pthread_mutex_unlock (&self->lock);
  return index;
}

/* Fetched once: others wait for that. */
static VitrailFrameIndex *
load (VitrailWholeFrames *self, GCancellable *cancellable, GError **error)
{
  pthread_mutex_lock (&self->fetching);
  VitrailFrameIndex *index = ref_index (self);
  if (index == NULL && (index = fetch (self, cancellable, error)) != NULL)
    set_index (self, index);
  pthread_mutex_unlock (&self->fetching);
  return index;
}

void
vitrail_whole_frames_take (VitrailWholeFrames *self, VitrailPart10 *file)
{
  /* Where that fails it is told when a frame is asked for. */
  g_autoptr (VitrailFrameIndex) index = make_index (self, file, NULL);

  if (index != NULL)
    set_index (self, index);
}

GBytes *
vitrail_whole_frames_find (VitrailWholeFrames *self, guint frame)
{
  g_autoptr (VitrailFrameIndex) index = ref_index (self);

  return index != NULL ? vitrail_frame_index_ref_frame (index, frame, NULL)
                       : NULL;
}

GBytes *
vitrail_whole_frames_load (VitrailWholeFrames *self,
                           guint frame,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (VitrailFrameIndex) index = load (self, cancellable, error);

  return index != NULL ? vitrail_frame_index_ref_frame (index, frame, error)
                       : NULL;
}

/* --- without anybody waiting --- */

static void
waiter_free (gpointer data)
{
  Waiter *self = data;

  vitrail_whole_frames_unref (self->frames);
  g_clear_object (&self->cancellable);
  g_free (self);
}

static void
batch_free (gpointer data)
{
  Batch *self = data;

  g_ptr_array_unref (self->waiters);
  g_object_unref (self->run);
  vitrail_whole_frames_unref (self->frames);
  g_free (self);
}

/* What to cancel where @self, which nobody joins any more, is not wanted. */
static GCancellable *
leave_locked (Batch *self)
{
  if (--self->n_wanted > 0)
    return NULL;
  if (self->frames->batch == self)
    self->frames->batch = NULL;
  return g_object_ref (self->run);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Waiter *self = user_data;
  g_autoptr (GCancellable) run = NULL;

  pthread_mutex_lock (&self->frames->lock);
  self->is_cancelled = TRUE;
  if (self->batch != NULL)
    run = leave_locked (self->batch);
  pthread_mutex_unlock (&self->frames->lock);
  if (run != NULL)
    g_cancellable_cancel (run);
}

/* Nobody is told of it any more when that returns. */
static void
answer_waiter (const Waiter *self,
               VitrailFrameIndex *index,
               const GError *failed)
{
  g_autoptr (GError) error = failed != NULL ? g_error_copy (failed) : NULL;
  g_autoptr (GBytes) bytes =
      index != NULL ? vitrail_frame_index_ref_frame (index, self->frame, &error)
                    : NULL;

  g_cancellable_disconnect (self->cancellable, self->id);
  self->ready (bytes, error, self->user_data);
}

/* On a thread of GIO's own, since a whole instance takes its time. */
static void
fetch_thread (GTask *task,
              gpointer source,
              gpointer data,
              GCancellable *cancellable)
{
  Batch *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrameIndex) index = load (self->frames, self->run, &error);

  pthread_mutex_lock (&self->frames->lock);
  if (self->frames->batch == self)
    self->frames->batch = NULL;
  pthread_mutex_unlock (&self->frames->lock);
  for (guint i = 0; i < self->waiters->len; i++)
    answer_waiter (g_ptr_array_index (self->waiters, i), index, error);
}

/* The one that is under way, or a new one: then *@is_new. */
static Batch *
get_batch_locked (VitrailWholeFrames *self, gboolean *is_new)
{
  *is_new = self->batch == NULL;
  if (*is_new) {
    self->batch = g_new0 (Batch, 1);
    self->batch->frames = whole_frames_ref (self);
    self->batch->run = g_cancellable_new ();
    self->batch->waiters = g_ptr_array_new_with_free_func (waiter_free);
  }
  return self->batch;
}

/* The batch to start, or NULL. */
static Batch *
join_locked (Waiter *self)
{
  gboolean is_new = FALSE;

  self->batch = get_batch_locked (self->frames, &is_new);
  self->batch->n_wanted++;
  g_ptr_array_add (self->batch->waiters, self);
  return is_new ? self->batch : NULL;
}

static void
turn_away (Waiter *self)
{
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                           "Operation was cancelled");

  answer_waiter (self, NULL, error);
  waiter_free (self);
}

void
vitrail_whole_frames_start (VitrailWholeFrames *self,
                            guint frame,
                            GCancellable *cancellable,
                            VitrailStoredReady ready,
                            gpointer user_data)
{
  Waiter *waiter = g_new0 (Waiter, 1);
  Batch *begun = NULL;

  waiter->frames = whole_frames_ref (self);
  waiter->frame = frame;
  waiter->ready = ready;
  waiter->user_data = user_data;
  if (cancellable != NULL) {
    waiter->cancellable = g_object_ref (cancellable);
    waiter->id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb),
                                        waiter, NULL);
  }
  pthread_mutex_lock (&self->lock);
  const gboolean is_cancelled = waiter->is_cancelled;
  if (!is_cancelled)
    begun = join_locked (waiter);
  pthread_mutex_unlock (&self->lock);
  if (is_cancelled) {
    turn_away (waiter);
  } else if (begun != NULL) {
    g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);
    g_task_set_task_data (task, begun, batch_free);
    g_task_run_in_thread (task, fetch_thread);
  }
}
