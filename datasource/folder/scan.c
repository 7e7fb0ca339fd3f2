/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bringing an index up to date: see scan.h.
 *
 * The walk and the list of known files come in the same order, so that one pass
 * over both tells new, changed, unchanged and gone files apart. Headers are
 * read in batches on the pool; only this thread touches the database. */

#include "folder/scan.h"

#include "dicomweb/location.h"
#include "folder/remote.h"
#include "pool.h"

#include <pthread.h>
#include <string.h>

/* Files read by one job: enough that handing it over costs nothing. */
#define BATCH_FILES 32
/* Batches handed over and not yet in the database: bounds the memory. */
#define MAX_BATCHES 32
/* How long changes stay invisible to others. */
#define COMMIT_INTERVAL_US G_USEC_PER_SEC

typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t finished;
  GQueue batches; /* ScanBatch: read, guarded by @lock */
} ScanResults;

typedef struct {
  ScanResults *results;
  GPtrArray *records; /* VitrailFileRecord */
  gboolean cancelled; /* before it started */
} ScanBatch;

typedef struct {
  VitrailIndex *index;
  VitrailScanTurn *turn;
  GCancellable *cancellable;
  VitrailScanStats *stats;
  VitrailKnownFiles known;
  guint next_known;
  GPtrArray *pending; /* VitrailFileRecord: the batch being filled */
  guint n_batches;    /* handed over and not yet taken back */
  ScanResults results;
  gboolean changing; /* a transaction is open */
  gint64 changing_since;
} Scan;

static GPtrArray *
records_new (void)
{
  return g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_file_record_free);
}

static void
scan_batch_free (ScanBatch *batch)
{
  g_ptr_array_unref (batch->records);
  g_free (batch);
}

/* On a worker. */
static void
read_batch (gpointer data, gboolean cancelled)
{
  ScanBatch *batch = data;
  ScanResults *results = batch->results;

  batch->cancelled = cancelled;
  for (guint i = 0; i < batch->records->len && !cancelled; i++)
    vitrail_file_record_read (g_ptr_array_index (batch->records, i));
  pthread_mutex_lock (&results->lock);
  g_queue_push_tail (&results->batches, batch);
  pthread_cond_signal (&results->finished);
  pthread_mutex_unlock (&results->lock);
}

/* A finished batch; NULL when there is none, unless @wait. */
static ScanBatch *
take_batch (Scan *scan, gboolean wait)
{
  ScanResults *results = &scan->results;

  if (scan->n_batches == 0)
    return NULL;
  pthread_mutex_lock (&results->lock);
  while (wait && results->batches.length == 0)
    pthread_cond_wait (&results->finished, &results->lock);
  ScanBatch *batch = g_queue_pop_head (&results->batches);
  pthread_mutex_unlock (&results->lock);
  if (batch != NULL)
    scan->n_batches--;
  return batch;
}

static gboolean
begin_change (Scan *scan, GError **error)
{
  if (scan->changing)
    return TRUE;
  if (!vitrail_index_begin (scan->index, error))
    return FALSE;
  scan->changing = TRUE;
  scan->changing_since = g_get_monotonic_time ();
  return TRUE;
}

static gboolean
end_change (Scan *scan, GError **error)
{
  if (!scan->changing)
    return TRUE;
  if (!vitrail_index_commit (scan->index, error))
    return FALSE;
  scan->changing = FALSE;
  return TRUE;
}

/* Lets those in who wait for the index. What they add is new to the list of
 * known files: the walk may read it once more. */
static gboolean
give_turn (Scan *scan, GError **error)
{
  VitrailScanTurn *turn = scan->turn;

  if (turn == NULL || g_atomic_int_get (&turn->n_waiting) == 0)
    return TRUE;
  if (!end_change (scan, error))
    return FALSE;
  while (g_atomic_int_get (&turn->n_waiting) > 0)
    pthread_cond_wait (&turn->taken, turn->lock);
  return TRUE;
}

static gboolean
put_batch (Scan *scan, ScanBatch *batch, GError **error)
{
  if (batch->cancelled)
    return TRUE;
  if (!begin_change (scan, error))
    return FALSE;
  for (guint i = 0; i < batch->records->len; i++) {
    if (!vitrail_index_put (scan->index, g_ptr_array_index (batch->records, i),
                            error))
      return FALSE;
  }
  g_atomic_int_add (&scan->stats->n_read, batch->records->len);
  return TRUE;
}

/* Puts finished batches into the index until at most @left are under way. */
static gboolean
drain (Scan *scan, guint left, GError **error)
{
  ScanBatch *batch;

  while ((batch = take_batch (scan, scan->n_batches > left)) != NULL) {
    gboolean ok = give_turn (scan, error) && put_batch (scan, batch, error);
    scan_batch_free (batch);
    if (!ok)
      return FALSE;
  }
  if (scan->changing &&
      g_get_monotonic_time () - scan->changing_since > COMMIT_INTERVAL_US)
    return end_change (scan, error);
  return TRUE;
}

static gboolean
hand_over (Scan *scan, GError **error)
{
  if (scan->pending->len == 0)
    return TRUE;
  ScanBatch *batch = g_new0 (ScanBatch, 1);
  batch->results = &scan->results;
  batch->records = g_steal_pointer (&scan->pending);
  scan->pending = records_new ();
  scan->n_batches++;
  vitrail_pool_push (VITRAIL_PRIORITY_BACKGROUND, read_batch, batch,
                     scan->cancellable);
  return drain (scan, MAX_BATCHES, error);
}

static gboolean
remove_known (Scan *scan, const VitrailKnownFile *known, GError **error)
{
  g_atomic_int_inc (&scan->stats->n_removed);
  return begin_change (scan, error) &&
         vitrail_index_remove (scan->index, known->path, error);
}

/* The known file at @path, after dropping those that the walk has passed. */
static gboolean
find_known (Scan *scan,
            const char *path,
            const VitrailKnownFile **found,
            GError **error)
{
  *found = NULL;
  while (scan->next_known < scan->known.files->len) {
    const VitrailKnownFile *known =
        &g_array_index (scan->known.files, VitrailKnownFile, scan->next_known);
    int order = path != NULL ? strcmp (known->path, path) : -1;
    if (order > 0)
      return TRUE;
    scan->next_known++;
    if (order == 0) {
      *found = known;
      return TRUE;
    }
    if (!remove_known (scan, known, error))
      return FALSE;
  }
  return TRUE;
}

/* What the walk itself could not look at goes into the index as it is, its
 * errno in place of the inode. */
static gboolean
put_failed (Scan *scan, const VitrailWalkFile *file, GError **error)
{
  g_autoptr (VitrailFileRecord) record = vitrail_file_record_new (file);

  record->state = VITRAIL_FILE_UNREADABLE;
  record->reason = g_strdup (g_strerror (file->error));
  return begin_change (scan, error) &&
         vitrail_index_put (scan->index, record, error);
}

static gboolean
is_same (const VitrailKnownFile *known, const VitrailWalkFile *file)
{
  return known != NULL && known->size == file->size &&
         known->mtime_ns == file->mtime_ns && known->inode == file->inode;
}

static gboolean
visit (Scan *scan, VitrailWalkFile *file, GError **error)
{
  const VitrailKnownFile *known;

  g_atomic_int_inc (&scan->stats->n_files);
  if (file->error != 0) {
    file->size = 0;
    file->mtime_ns = 0;
    file->inode = (guint64) file->error;
  }
  if (!give_turn (scan, error) || !find_known (scan, file->path, &known, error))
    return FALSE;
  if (is_same (known, file))
    return TRUE;
  if (file->error != 0)
    return put_failed (scan, file, error);
  VitrailFileRecord *record = vitrail_file_record_new (file);
  record->wants_metadata = vitrail_index_wants_metadata (scan->index);
  g_ptr_array_add (scan->pending, record);
  return scan->pending->len < BATCH_FILES || hand_over (scan, error);
}

/* What a server says is always new: its URLs are behind all paths, and have
 * been dropped with what is gone. */
static gboolean
put_remote (Scan *scan, const char *location, GError **error)
{
  g_autoptr (GPtrArray) records =
      vitrail_remote_records_read (location, scan->cancellable);

  for (guint i = 0; i < records->len; i++) {
    if (!begin_change (scan, error) ||
        !vitrail_index_put (scan->index, g_ptr_array_index (records, i), error))
      return FALSE;
    g_atomic_int_inc (&scan->stats->n_files);
    g_atomic_int_inc (&scan->stats->n_read);
  }
  return TRUE;
}

static gboolean
scan_servers (Scan *scan, const char *const *roots, GError **error)
{
  for (; *roots != NULL; roots++) {
    if (g_cancellable_is_cancelled (scan->cancellable))
      return TRUE;
    if (vitrail_web_location_is (*roots) && !put_remote (scan, *roots, error))
      return FALSE;
  }
  return TRUE;
}

/* Those that can be walked over. */
static char **
find_local (const char *const *roots)
{
  g_autoptr (GStrvBuilder) local = g_strv_builder_new ();

  for (; *roots != NULL; roots++)
    if (!vitrail_web_location_is (*roots))
      g_strv_builder_add (local, *roots);
  return g_strv_builder_end (local);
}

static gboolean
scan_files (Scan *scan, const char *const *roots, GError **error)
{
  g_auto (GStrv) local = find_local (roots);
  g_autoptr (VitrailWalk) walk = vitrail_walk_new ((const char *const *) local);
  const VitrailKnownFile *none;
  VitrailWalkFile file;

  while (!g_cancellable_is_cancelled (scan->cancellable) &&
         vitrail_walk_next (walk, &file))
  {
    if (!visit (scan, &file, error))
      return FALSE;
  }
  if (!hand_over (scan, error) || !drain (scan, 0, error))
    return FALSE;
  if (!g_cancellable_is_cancelled (scan->cancellable) &&
      (!find_known (scan, NULL, &none, error) ||
       !scan_servers (scan, roots, error)))
    return FALSE;
  return end_change (scan, error) &&
         !g_cancellable_set_error_if_cancelled (scan->cancellable, error);
}

/* Waits for the jobs that still point here. */
static void
scan_finish (Scan *scan)
{
  ScanBatch *batch;

  while ((batch = take_batch (scan, TRUE)) != NULL)
    scan_batch_free (batch);
  if (scan->changing)
    vitrail_index_rollback (scan->index);
  g_ptr_array_unref (scan->pending);
  vitrail_known_files_clear (&scan->known);
  pthread_mutex_destroy (&scan->results.lock);
  pthread_cond_destroy (&scan->results.finished);
}

gboolean
vitrail_scan_run (VitrailIndex *index,
                  const char *const *roots,
                  VitrailScanTurn *turn,
                  GCancellable *cancellable,
                  VitrailScanStats *stats,
                  GError **error)
{
  Scan scan = { .index = index,
                .turn = turn,
                .cancellable = cancellable,
                .stats = stats };

  g_atomic_int_set (&stats->n_files, 0);
  g_atomic_int_set (&stats->n_read, 0);
  g_atomic_int_set (&stats->n_removed, 0);
  scan.pending = records_new ();
  g_queue_init (&scan.results.batches);
  pthread_mutex_init (&scan.results.lock, NULL);
  pthread_cond_init (&scan.results.finished, NULL);
  gboolean ok = vitrail_index_list_known (index, &scan.known, error) &&
                scan_files (&scan, roots, error);
  scan_finish (&scan);
  return ok;
}
