/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVolume: its voxels and what is known of them: see volume.h. How it
 * fills is in volumefill.c. */

#include "error.h"
#include "limits.h"
#include "volume/volume-private.h"

#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

G_DEFINE_FINAL_TYPE (VitrailVolume, vitrail_volume, G_TYPE_OBJECT)

static void
vitrail_volume_init (VitrailVolume *self)
{
  pthread_condattr_t attributes;

  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->arrived, &attributes);
  pthread_condattr_destroy (&attributes);
  pthread_mutex_init (&self->watch_lock, NULL);
  self->watches = g_array_new (FALSE, FALSE, sizeof (VitrailVolumeWatch));
}

static void
vitrail_volume_finalize (GObject *object)
{
  VitrailVolume *self = VITRAIL_VOLUME (object);

  if (self->voxels != NULL) {
    munmap (self->voxels, self->mapped_bytes);
    vitrail_memory_client_release (self->memory, self->reserved_bytes);
  }
  g_clear_pointer (&self->memory, vitrail_memory_client_free);
  g_clear_pointer (&self->info.frame, vitrail_frame_info_unref);
  g_free (self->info.frame_of_reference_uid);
  g_strfreev (self->info.notes);
  for (guint k = 0; self->begun != NULL && k < self->info.size[2]; k++)
    g_free (self->begun[k]);
  g_free (self->begun);
  g_clear_pointer (&self->bricks, vitrail_bricks_free);
  g_free (self->states);
  g_free (self->writing);
  g_free (self->shown);
  g_free (self->warning);
  g_array_unref (self->watches);
  pthread_mutex_destroy (&self->lock);
  pthread_cond_destroy (&self->arrived);
  pthread_mutex_destroy (&self->watch_lock);
  G_OBJECT_CLASS (vitrail_volume_parent_class)->finalize (object);
}

static void
vitrail_volume_class_init (VitrailVolumeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_volume_finalize;
}

/* A volume that somebody holds cannot go. */
static gsize
evict_cb (gpointer user_data)
{
  return 0;
}

static void
copy_info (VitrailVolume *self, const VitrailVolumeInfo *info)
{
  self->info = *info;
  self->info.frame =
      info->frame != NULL ? vitrail_frame_info_ref (info->frame) : NULL;
  self->info.frame_of_reference_uid = g_strdup (
      info->frame_of_reference_uid != NULL ? info->frame_of_reference_uid : "");
  self->info.notes = g_strdupv (info->notes);
}

static gboolean
check_size (const VitrailVolumeInfo *info, GError **error)
{
  const guint64 columns = info->size[0];
  const guint64 rows = info->size[1];
  const guint64 slices = info->size[2];

  if (columns > 0 && rows > 0 && slices > 0 && columns <= VITRAIL_LIMIT_SIDE &&
      rows <= VITRAIL_LIMIT_SIDE && slices <= VITRAIL_LIMIT_VOLUME_SLICES &&
      columns * rows <= VITRAIL_LIMIT_VOLUME_VOXELS / slices)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "A volume of %" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT
               " x %" G_GUINT64_FORMAT " voxels is beyond what is held",
               columns, rows, slices);
  return FALSE;
}

size_t
vitrail_voxel_type_get_bytes (VitrailVoxelType type)
{
  return type == VITRAIL_VOXEL_F32 ? sizeof (float) : sizeof (uint16_t);
}

void
vitrail_volume_fill_background (const VitrailVolume *self, void *out, size_t n)
{
  if (self->info.type == VITRAIL_VOXEL_F32) {
    const float value = (float) self->info.background;
    float *voxels = out;
    for (size_t i = 0; i < n; i++)
      voxels[i] = value;
    return;
  }
  const uint16_t value = (uint16_t) self->info.background;
  uint16_t *voxels = out;
  for (size_t i = 0; i < n; i++)
    voxels[i] = value;
}

/* Pages come as they are touched: memory grows with the slices. FALSE where
 * there is no room. */
static gboolean
hold_in_memory (VitrailVolume *self, gboolean is_counted)
{
  const size_t bytes =
      self->slice_bytes * self->info.size[2] + VITRAIL_VOLUME_SLACK;

  if (!is_counted && !vitrail_memory_client_reserve (self->memory, bytes))
    return FALSE;
  self->reserved_bytes = is_counted ? 0 : bytes;
  void *voxels = mmap (NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (voxels == MAP_FAILED) {
    vitrail_memory_client_release (self->memory, self->reserved_bytes);
    return FALSE;
  }
  madvise (voxels, bytes, MADV_HUGEPAGE);
  self->voxels = voxels;
  self->mapped_bytes = bytes;
  if (self->info.background != 0)
    vitrail_volume_fill_background (self, voxels,
                                    vitrail_volume_get_slice_voxels (self) *
                                        self->info.size[2]);
  return TRUE;
}

static gboolean
hold_voxels (VitrailVolume *self,
             const VitrailVolumeHold *hold,
             VitrailMemoryBudget *budget,
             GError **error)
{
  if (hold_in_memory (self, hold != NULL && hold->is_counted))
    return TRUE;
  self->begun = g_new0 (void *, self->info.size[2]);
  self->bricks = vitrail_bricks_new (
      self->info.size, (guint) vitrail_voxel_type_get_bytes (self->info.type),
      budget, error);
  return self->bricks != NULL;
}

static void
clamp_background (VitrailVolumeInfo *info)
{
  if (!isfinite (info->background))
    info->background = 0;
  if (info->type == VITRAIL_VOXEL_U16)
    info->background = CLAMP (round (info->background), 0, 65535);
}

VitrailVolume *
vitrail_volume_new (const VitrailVolumeInfo *info,
                    const VitrailVolumeHold *hold,
                    GError **error)
{
  if (!check_size (info, error))
    return NULL;
  g_autoptr (VitrailVolume) self = g_object_new (VITRAIL_TYPE_VOLUME, NULL);
  copy_info (self, info);
  clamp_background (&self->info);
  if (!vitrail_matrix_invert (self->info.matrix, self->info.inverse)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "The axes of the volume do not span a space");
    return NULL;
  }
  VitrailMemoryBudget *budget = hold != NULL && hold->budget != NULL
                                    ? hold->budget
                                    : vitrail_memory_budget_get_default ();
  const guint n = info->size[2];
  self->slice_bytes = vitrail_volume_get_slice_voxels (self) *
                      vitrail_voxel_type_get_bytes (info->type);
  self->states = g_new0 (uint8_t, n);
  self->writing = g_new0 (gboolean, n);
  self->shown = g_new (guint, n);
  for (guint k = 0; k < n; k++)
    self->shown[k] = VITRAIL_BRICKS_EMPTY;
  self->memory = vitrail_memory_client_new (budget, "volumes", evict_cb, NULL);
  if (!hold_voxels (self, hold, budget, error))
    return NULL;
  return g_steal_pointer (&self);
}

const VitrailVolumeInfo *
vitrail_volume_get_info (VitrailVolume *self)
{
  return &self->info;
}

guint64
vitrail_volume_get_size_bytes (VitrailVolume *self)
{
  return (guint64) self->slice_bytes * self->info.size[2];
}

const void *
vitrail_volume_get_voxels (VitrailVolume *self)
{
  return self->voxels;
}

static gboolean
check_box (const VitrailVolume *self,
           const guint from[3],
           const guint size[3],
           GError **error)
{
  const guint *whole = self->info.size;

  for (guint axis = 0; axis < 3; axis++) {
    if (from[axis] <= whole[axis] && size[axis] <= whole[axis] - from[axis])
      continue;
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%u voxels from %u on are not in a volume of %u", size[axis],
                 from[axis], whole[axis]);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_bricks (VitrailVolume *self,
             const guint from[3],
             const guint size[3],
             void *out,
             GError **error)
{
  g_autofree guint *slices = g_new (guint, size[2] + 1);

  pthread_mutex_lock (&self->lock);
  memcpy (slices, self->shown + from[2], size[2] * sizeof *slices);
  pthread_mutex_unlock (&self->lock);
  vitrail_volume_fill_background (self, out,
                                  (size_t) size[0] * size[1] * size[2]);
  return vitrail_bricks_read_box (self->bricks, from, size, slices, out, error);
}

gboolean
vitrail_volume_read_box (VitrailVolume *self,
                         const guint from[3],
                         const guint size[3],
                         void *out,
                         GError **error)
{
  const guint *whole = self->info.size;
  const size_t voxel = vitrail_voxel_type_get_bytes (self->info.type);
  uint8_t *to = out;

  if (!check_box (self, from, size, error))
    return FALSE;
  if (self->bricks != NULL)
    return read_bricks (self, from, size, out, error);
  for (guint k = 0; k < size[2]; k++) {
    const uint8_t *slice = vitrail_volume_get_slice (self, from[2] + k);
    for (guint j = 0; j < size[1]; j++) {
      const size_t row = (size_t) (from[1] + j) * whole[0] + from[0];
      memcpy (to, slice + row * voxel, size[0] * voxel);
      to += size[0] * voxel;
    }
  }
  return TRUE;
}

gboolean
vitrail_volume_read_values (VitrailVolume *self,
                            guint k,
                            float *values,
                            GError **error)
{
  const VitrailVolumeInfo *info = &self->info;
  const guint from[3] = { 0, 0, k };
  const guint size[3] = { info->size[0], info->size[1], 1 };
  const uint16_t *samples = (const uint16_t *) (gpointer) values;

  if (!vitrail_volume_read_box (self, from, size, values, error))
    return FALSE;
  if (info->type == VITRAIL_VOXEL_F32)
    return TRUE;
  /* From the last one on: values take the room of samples not yet read. */
  for (size_t i = vitrail_volume_get_slice_voxels (self); i > 0; i--)
    values[i - 1] = (float) (samples[i - 1] * info->slope + info->intercept);
  return TRUE;
}

/* --- what is there --- */

guint
vitrail_volume_get_generation (VitrailVolume *self)
{
  return (guint) g_atomic_int_get (&self->generation);
}

VitrailSliceState
vitrail_volume_get_slice_state (VitrailVolume *self, guint k)
{
  VitrailSliceState state = VITRAIL_SLICE_FAILED;

  if (k >= self->info.size[2])
    return state;
  pthread_mutex_lock (&self->lock);
  state = self->states[k];
  pthread_mutex_unlock (&self->lock);
  return state;
}

guint
vitrail_volume_get_n_there (VitrailVolume *self)
{
  pthread_mutex_lock (&self->lock);
  guint n = self->n_there;
  pthread_mutex_unlock (&self->lock);
  return n;
}

guint
vitrail_volume_get_n_failed (VitrailVolume *self)
{
  pthread_mutex_lock (&self->lock);
  guint n = self->n_failed;
  pthread_mutex_unlock (&self->lock);
  return n;
}

static guint
get_n_settled_locked (const VitrailVolume *self)
{
  return self->n_there + self->n_failed;
}

gboolean
vitrail_volume_is_complete (VitrailVolume *self)
{
  pthread_mutex_lock (&self->lock);
  gboolean is_complete = get_n_settled_locked (self) == self->info.size[2];
  pthread_mutex_unlock (&self->lock);
  return is_complete;
}

gboolean
vitrail_volume_is_usable (VitrailVolume *self)
{
  return vitrail_volume_get_n_there (self) >= VITRAIL_VOLUME_USABLE_SLICES ||
         vitrail_volume_is_complete (self);
}

char *
vitrail_volume_dup_warning (VitrailVolume *self)
{
  pthread_mutex_lock (&self->lock);
  char *warning = g_strdup (self->warning);
  pthread_mutex_unlock (&self->lock);
  return warning;
}

gboolean
vitrail_volume_get_range (VitrailVolume *self, double *low, double *high)
{
  pthread_mutex_lock (&self->lock);
  gboolean has_range = self->has_range;
  *low = self->low;
  *high = self->high;
  pthread_mutex_unlock (&self->lock);
  return has_range;
}

static void
wake_cb (GCancellable *cancellable, gpointer user_data)
{
  VitrailVolume *self = user_data;

  pthread_mutex_lock (&self->lock);
  pthread_cond_broadcast (&self->arrived);
  pthread_mutex_unlock (&self->lock);
}

/* Until @n_slices are settled or, where it is not negative, @deadline_us. */
static gboolean
wait_for (VitrailVolume *self,
          guint n_slices,
          gint64 deadline_us,
          GCancellable *cancellable)
{
  const struct timespec deadline = { deadline_us / G_USEC_PER_SEC,
                                     deadline_us % G_USEC_PER_SEC * 1000 };
  gulong handler = 0;
  int status = 0;

  if (cancellable != NULL)
    handler =
        g_cancellable_connect (cancellable, G_CALLBACK (wake_cb), self, NULL);
  pthread_mutex_lock (&self->lock);
  while (get_n_settled_locked (self) < n_slices && status == 0 &&
         !g_cancellable_is_cancelled (cancellable))
    status = deadline_us < 0 ? pthread_cond_wait (&self->arrived, &self->lock)
                             : pthread_cond_timedwait (&self->arrived,
                                                       &self->lock, &deadline);
  gboolean is_there = get_n_settled_locked (self) >= n_slices;
  pthread_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, handler);
  return is_there;
}

gboolean
vitrail_volume_wait (VitrailVolume *self,
                     guint n_slices,
                     GCancellable *cancellable)
{
  return wait_for (self, MIN (n_slices, self->info.size[2]), -1, cancellable);
}

void
vitrail_volume_wait_until (VitrailVolume *self,
                           gint64 deadline_us,
                           GCancellable *cancellable)
{
  wait_for (self, self->info.size[2], deadline_us, cancellable);
}

guint
vitrail_volume_watch (VitrailVolume *self,
                      VitrailVolumeChanged changed,
                      gpointer user_data)
{
  pthread_mutex_lock (&self->watch_lock);
  VitrailVolumeWatch watch = { ++self->last_watch, changed, user_data };
  g_array_append_val (self->watches, watch);
  pthread_mutex_unlock (&self->watch_lock);
  return watch.id;
}

void
vitrail_volume_unwatch (VitrailVolume *self, guint watch)
{
  pthread_mutex_lock (&self->watch_lock);
  for (guint i = 0; i < self->watches->len; i++) {
    if (g_array_index (self->watches, VitrailVolumeWatch, i).id != watch)
      continue;
    g_array_remove_index (self->watches, i);
    break;
  }
  pthread_mutex_unlock (&self->watch_lock);
}
