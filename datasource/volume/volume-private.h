/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the files of VitrailVolume share: its fields, and the voxels. */

#pragma once

#include "volume/bricks.h"
#include "volume/volume.h"

#include <pthread.h>

G_BEGIN_DECLS

typedef struct {
  guint id;
  VitrailVolumeChanged changed;
  gpointer user_data;
} VitrailVolumeWatch;

struct _VitrailVolume {
  GObject parent_instance;

  /* Constant after construction. */
  VitrailVolumeInfo info;
  VitrailMemoryClient *memory;
  size_t slice_bytes;
  size_t mapped_bytes;
  size_t reserved_bytes;
  uint8_t *voxels;       /* or NULL: */
  VitrailBricks *bricks; /* then they are here */

  gint generation; /* atomic */

  pthread_mutex_t lock;
  pthread_cond_t arrived;
  /* Guarded by lock. */
  uint8_t *states;   /* VitrailSliceState, one a slice */
  gboolean *writing; /* one a slice: begun and not ended */
  guint *shown;      /* one a slice: which stands there; or BRICKS_EMPTY */
  void **begun;      /* with bricks, one a slice: where it is written */
  guint n_there;
  guint n_failed;
  char *warning;
  gboolean has_range;
  double low;
  double high;

  pthread_mutex_t watch_lock; /* held while they are called */
  GArray *watches;            /* of VitrailVolumeWatch; guarded by watch_lock */
  guint last_watch;           /* guarded by watch_lock */
};

size_t vitrail_voxel_type_get_bytes (VitrailVoxelType type);

/* @n voxels of the background at @out. */
void
vitrail_volume_fill_background (const VitrailVolume *self, void *out, size_t n);

static inline size_t
vitrail_volume_get_slice_voxels (const VitrailVolume *self)
{
  return (size_t) self->info.size[0] * self->info.size[1];
}

/* Of voxels in memory. */
static inline uint8_t *
vitrail_volume_get_slice (const VitrailVolume *self, guint k)
{
  return self->voxels + self->slice_bytes * k;
}

static inline gboolean
vitrail_volume_has_slice_locked (const VitrailVolume *self, guint k)
{
  return self->states[k] == VITRAIL_SLICE_THERE ||
         self->states[k] == VITRAIL_SLICE_INTERPOLATED;
}

G_END_DECLS
