/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Arithmetic over points in time: see times.h. */

#include "error.h"
#include "volume/times.h"

#include <math.h>

/* The complete volume at @time. */
static VitrailVolume *
wait_for (VitrailVolumeTimes *self,
          guint time,
          GCancellable *cancellable,
          GError **error)
{
  g_autoptr (VitrailVolume) volume =
      vitrail_volume_times_ref_volume (self, time, error);

  if (volume == NULL)
    return NULL;
  if (!vitrail_volume_wait (volume, G_MAXUINT, cancellable)) {
    g_cancellable_set_error_if_cancelled (cancellable, error);
    return NULL;
  }
  return g_steal_pointer (&volume);
}

static void
combine (VitrailTimesOperation operation,
         gboolean is_first,
         const float *values,
         size_t n,
         float *sum)
{
  if (is_first)
    for (size_t i = 0; i < n; i++)
      sum[i] = values[i];
  else if (operation == VITRAIL_TIMES_MAXIMUM)
    for (size_t i = 0; i < n; i++)
      sum[i] = MAX (sum[i], values[i]);
  else if (operation == VITRAIL_TIMES_SUBTRACT)
    for (size_t i = 0; i < n; i++)
      sum[i] -= values[i];
  else
    for (size_t i = 0; i < n; i++)
      sum[i] += values[i];
}

typedef struct {
  VitrailTimesOperation operation;
  guint n_times;
  VitrailVolume *result;
  float **slices; /* of result, being written */
  float *values;  /* one slice's */
  size_t n_voxels;
} Work;

/* As @like, of values. */
static VitrailVolume *
make_result (const Work *self, VitrailVolume *like, GError **error)
{
  VitrailVolumeInfo info = *vitrail_volume_get_info (like);
  const VitrailSampleScale as = { TRUE, 0, info.size[0], info.size[1] };

  info.background = info.background * info.slope + info.intercept;
  info.type = VITRAIL_VOXEL_F32;
  info.slope = 1;
  info.intercept = 0;
  info.has_padding = FALSE;
  VitrailFrameTime time = info.frame->time;
  time.number = 0;
  time.n = self->n_times;
  time.combined = vitrail_times_operation_get_name (self->operation);
  g_autoptr (VitrailFrameInfo) values =
      vitrail_frame_info_ref_as (info.frame, &as);
  g_autoptr (VitrailFrameInfo) frame =
      vitrail_frame_info_ref_at (values, &time);
  info.frame = frame;
  return vitrail_volume_new (&info, NULL, error);
}

static gboolean
begin (Work *self, VitrailVolume *like, GError **error)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (like);
  gboolean is_begun = TRUE;

  self->n_voxels = (size_t) info->size[0] * info->size[1];
  self->result = make_result (self, like, error);
  if (self->result == NULL)
    return FALSE;
  self->slices = g_new0 (float *, info->size[2]);
  self->values = g_try_new (float, self->n_voxels);
  for (guint k = 0; k < info->size[2]; k++) {
    self->slices[k] = vitrail_volume_begin_slice (self->result, k);
    is_begun = is_begun && self->slices[k] != NULL;
  }
  if (is_begun && self->values != NULL)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "No memory for the computed volume");
  return FALSE;
}

static gboolean
add_time (Work *self, VitrailVolume *volume, gboolean is_first, GError **error)
{
  const guint n_slices = vitrail_volume_get_info (volume)->size[2];

  for (guint k = 0; k < n_slices; k++) {
    float *sum = self->slices[k];
    if (sum == NULL ||
        !vitrail_volume_read_values (volume, k, self->values, error))
      return FALSE;
    combine (self->operation, is_first, self->values, self->n_voxels, sum);
  }
  return TRUE;
}

static void
end (Work *self, guint n_times)
{
  const guint n_slices = vitrail_volume_get_info (self->result)->size[2];

  const float factor =
      self->operation == VITRAIL_TIMES_MEAN ? 1 / (float) n_times : 1;

  for (guint k = 0; k < n_slices; k++) {
    float *sum = self->slices[k];
    for (size_t i = 0; sum != NULL && factor != 1 && i < self->n_voxels; i++)
      sum[i] *= factor;
    vitrail_volume_end_slice (self->result, k, VITRAIL_SLICE_THERE);
  }
}

/* Begins with the first of them. */
static gboolean
add_first (Work *self, VitrailVolume *volume, GError **error)
{
  return volume != NULL && begin (self, volume, error) &&
         add_time (self, volume, TRUE, error);
}

static gboolean
add_all (Work *self,
         VitrailVolumeTimes *of,
         const guint *times,
         guint n,
         GCancellable *cancellable,
         GError **error)
{
  g_autoptr (VitrailVolume) first = wait_for (of, times[0], cancellable, error);

  if (!add_first (self, first, error))
    return FALSE;
  for (guint i = 1; i < n; i++) {
    g_autoptr (VitrailVolume) volume =
        wait_for (of, times[i], cancellable, error);
    if (volume == NULL || !add_time (self, volume, FALSE, error))
      return FALSE;
  }
  return TRUE;
}

VitrailVolume *
vitrail_volume_times_compute (VitrailVolumeTimes *self,
                              VitrailTimesOperation operation,
                              const guint *times,
                              guint n,
                              GCancellable *cancellable,
                              GError **error)
{
  Work work = { .operation = operation, .n_times = n };

  if (n == 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "No point in time was chosen");
    return NULL;
  }
  const gboolean ok = add_all (&work, self, times, n, cancellable, error);
  if (ok)
    end (&work, n);
  else
    g_clear_object (&work.result);
  g_free (work.slices);
  g_free (work.values);
  return work.result;
}

/* --- curves --- */

typedef struct {
  double sum;
  guint64 n;
} Sum;

static void
add_masked (Sum *self, const float *values, const uint8_t *mask, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    if ((mask != NULL && mask[i] == 0) || !isfinite (values[i]))
      continue;
    self->sum += (double) values[i];
    self->n++;
  }
}

static gboolean
measure (VitrailVolume *volume,
         const uint8_t *mask,
         double *mean,
         GError **error)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  const size_t n = (size_t) info->size[0] * info->size[1];
  g_autofree float *values = g_new (float, n);
  Sum sum = { 0, 0 };

  for (guint k = 0; k < info->size[2]; k++) {
    if (!vitrail_volume_read_values (volume, k, values, error))
      return FALSE;
    add_masked (&sum, values, mask != NULL ? mask + n * k : NULL, n);
  }
  *mean = sum.n > 0 ? sum.sum / (double) sum.n : (double) NAN;
  return TRUE;
}

gboolean
vitrail_volume_times_measure (VitrailVolumeTimes *self,
                              const uint8_t *mask,
                              double *means,
                              GCancellable *cancellable,
                              GError **error)
{
  for (guint time = 0; time < vitrail_volume_times_get_n (self); time++) {
    g_autoptr (VitrailVolume) volume =
        wait_for (self, time, cancellable, error);
    if (volume == NULL || !measure (volume, mask, &means[time], error))
      return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_volume_times_measure_ball (VitrailVolumeTimes *self,
                                   const VitrailBall *ball,
                                   double *means,
                                   GCancellable *cancellable,
                                   GError **error)
{
  g_autoptr (VitrailVolume) first =
      vitrail_volume_times_ref_volume (self, 0, error);

  if (first == NULL)
    return FALSE;
  g_autofree guint8 *mask =
      vitrail_ball_make_mask (ball, vitrail_volume_get_info (first), error);
  return mask != NULL &&
         vitrail_volume_times_measure (self, mask, means, cancellable, error);
}
