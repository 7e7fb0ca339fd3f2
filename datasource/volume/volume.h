/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVolume: a block of voxels that lies in space, held once and shared by
 * reference by all its views. It fills slice by slice, in any order, while it
 * is looked at: what has not come yet is stood in for by the nearest slice that
 * has. Safe on any thread; one writer a slice, any number of readers. */

#pragma once

#include "frameinfo.h"
#include "memorybudget.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VitrailVoxelType:
 * @VITRAIL_VOXEL_U16: unsigned 16 bits: normalized samples, as a decoded frame
 *   has them
 * @VITRAIL_VOXEL_F32: float: where the data are, and where no one 16-bit scale
 *   holds all slices (PET whose rescale differs from slice to slice)
 */
typedef enum {
  VITRAIL_VOXEL_U16,
  VITRAIL_VOXEL_F32,
} VitrailVoxelType;

/**
 * VitrailVolumeSpace:
 * @VITRAIL_SPACE_PATIENT: millimetres from the origin of the frame of
 *   reference, x to the patient's left, y to the back, z to the head (PS3.3
 *   C.7.6.2.1.1)
 * @VITRAIL_SPACE_OWN: millimetres of its own: an ultrasound volume that was not
 *   registered, a pullback in a vessel. Has no letters
 */
typedef enum {
  VITRAIL_SPACE_PATIENT,
  VITRAIL_SPACE_OWN,
} VitrailVolumeSpace;

/**
 * VitrailSliceState:
 * @VITRAIL_SLICE_EMPTY: nothing: its voxels are the background
 * @VITRAIL_SLICE_COPIED: a slice that is there stands in for it: the nearest
 *   within three, else none eight times as far as that
 * @VITRAIL_SLICE_THERE: as it was acquired
 * @VITRAIL_SLICE_INTERPOLATED: final, and between two others: there is none at
 *   this place
 * @VITRAIL_SLICE_FAILED: it will never come; background
 */
typedef enum {
  VITRAIL_SLICE_EMPTY,
  VITRAIL_SLICE_COPIED,
  VITRAIL_SLICE_THERE,
  VITRAIL_SLICE_INTERPOLATED,
  VITRAIL_SLICE_FAILED,
} VitrailSliceState;

/**
 * VitrailVolumeInfo:
 * @size: voxels along the columns' index i, the rows' j, the slices' k
 * @type: of a voxel
 * @matrix: from (i, j, k, 1), at the centres of voxels, from 0, to millimetres:
 *   4 x 4, row by row; the last row is 0 0 0 1. Any invertible affine: gantry
 *   tilt is a shear, and who assumes right angles draws it wrongly. The third
 *   axis of what is assembled from slices runs along the first two's cross
 *   product, so that the determinant is positive
 * @inverse: from millimetres to (i, j, k, 1)
 * @space: what the millimetres are of
 * @frame_of_reference_uid: owned; "" where unknown
 * @slope, @intercept: value = voxel * slope + intercept, in @frame's units
 * @background: the voxel of what is nowhere: the value shown outside
 * @has_padding: whether voxels from @padding_low to @padding_high are no data
 * @frame: of the middle slice: windows, units, tables, names. Its samples are
 *   what the voxels are: a slice of them under it is a picture. Owned
 * @notes: (array zero-terminated=1): what a person has to know about how it
 *   was put together: "gantry tilt of 12.0 degrees", or NULL
 *
 * All but the voxels; constant.
 */
typedef struct {
  guint size[3];
  VitrailVoxelType type;
  double matrix[16];
  double inverse[16];
  VitrailVolumeSpace space;
  char *frame_of_reference_uid;
  double slope;
  double intercept;
  double background;
  gboolean has_padding;
  double padding_low;
  double padding_high;
  VitrailFrameInfo *frame;
  char **notes;
} VitrailVolumeInfo;

/**
 * VitrailVolumeHold:
 * @budget: (nullable): NULL: the process's
 * @is_counted: the voxels are held in memory, and whoever makes the volume has
 *   counted them
 *
 * Where voxels go: all zeroes is right for nearly everybody.
 */
typedef struct {
  VitrailMemoryBudget *budget;
  gboolean is_counted;
} VitrailVolumeHold;

#define VITRAIL_TYPE_VOLUME (vitrail_volume_get_type ())
G_DECLARE_FINAL_TYPE (VitrailVolume, vitrail_volume, VITRAIL, VOLUME, GObject)

/**
 * vitrail_volume_new: (skip)
 * @info: copied; @inverse is computed
 * @hold: (nullable): NULL: the process's budget
 *
 * All background. Where the budget has no room for the voxels they go to a file
 * in bricks (vitrail_volume_get_voxels () is NULL then).
 *
 * Returns: (transfer full): NULL with VITRAIL_ERROR_LIMIT for sizes beyond
 *   limits.h, VITRAIL_ERROR_MALFORMED for a matrix that cannot be inverted,
 *   VITRAIL_ERROR_IO where there is no room for the file either
 */
VitrailVolume *vitrail_volume_new (const VitrailVolumeInfo *info,
                                   const VitrailVolumeHold *hold,
                                   GError **error);

/**
 * vitrail_volume_get_info: (skip)
 *
 * Returns: borrowed, constant for the life of the volume
 */
const VitrailVolumeInfo *vitrail_volume_get_info (VitrailVolume *self);
/* Of all voxels, wherever they are. */
guint64 vitrail_volume_get_size_bytes (VitrailVolume *self);

/* --- the voxels --- */

/* Bytes that may be read behind the last voxel: what a vector load touches. */
#define VITRAIL_VOLUME_SLACK 64

/**
 * vitrail_volume_get_voxels: (skip)
 *
 * Row by row, slice by slice, without gaps, aligned to 64 bytes: voxel (i, j,
 * k) is number (k * size[1] + j) * size[0] + i. Constant for the life of the
 * volume; what it points to changes as slices come: a picture drawn meanwhile
 * is drawn again when the generation has changed.
 *
 * Returns: NULL where the voxels are in bricks: use vitrail_volume_read_box ()
 */
const void *vitrail_volume_get_voxels (VitrailVolume *self);

/**
 * vitrail_volume_read_box: (skip)
 * @from: its first voxel
 * @size: its voxels along i, j, k; all within the volume
 * @out: size[0] * size[1] * size[2] voxels of the volume's type
 *
 * Copies a part, wherever the voxels are: a renderer that works on such boxes,
 * moved by the matrix, draws any volume. May read a disk.
 */
gboolean vitrail_volume_read_box (VitrailVolume *self,
                                  const guint from[3],
                                  const guint size[3],
                                  void *out,
                                  GError **error);

/* The values (voxel * slope + intercept) of slice @k, size[0] * size[1] of
 * them, wherever the voxels are. */
gboolean vitrail_volume_read_values (VitrailVolume *self,
                                     guint k,
                                     float *values,
                                     GError **error);

/* --- what is there --- */

/* Grows whenever voxels have changed. */
guint vitrail_volume_get_generation (VitrailVolume *self);
VitrailSliceState vitrail_volume_get_slice_state (VitrailVolume *self, guint k);
/* Slices that are THERE or INTERPOLATED, and those that FAILED. */
guint vitrail_volume_get_n_there (VitrailVolume *self);
guint vitrail_volume_get_n_failed (VitrailVolume *self);
/* Every slice is there or has failed: nothing changes any more. */
gboolean vitrail_volume_is_complete (VitrailVolume *self);
/* From the third slice on, or complete. */
#define VITRAIL_VOLUME_USABLE_SLICES 3
gboolean vitrail_volume_is_usable (VitrailVolume *self);
/* Why the first of the failed slices failed; NULL where none has. */
char *vitrail_volume_dup_warning (VitrailVolume *self);
/**
 * vitrail_volume_get_range: (skip)
 *
 * Lowest and highest voxel of what is there, without padding and what is no
 * number.
 *
 * Returns: FALSE where there is none yet
 */
gboolean
vitrail_volume_get_range (VitrailVolume *self, double *low, double *high);

/**
 * vitrail_volume_wait: (skip)
 * @n_slices: how many must be there or have failed; more than there are: all
 *
 * Blocks.
 *
 * Returns: FALSE when cancelled
 */
gboolean vitrail_volume_wait (VitrailVolume *self,
                              guint n_slices,
                              GCancellable *cancellable);

/* Blocks until @deadline_us of g_get_monotonic_time (), or it is complete, or
 * cancelled: for who draws it no more often than so. */
void vitrail_volume_wait_until (VitrailVolume *self,
                                gint64 deadline_us,
                                GCancellable *cancellable);

/* Voxels have changed; on whatever thread changed them. Must not block, nor
 * call watch () or unwatch (). */
typedef void (*VitrailVolumeChanged) (VitrailVolume *self, gpointer user_data);
/* Returns: what unwatch () wants, never 0 */
guint vitrail_volume_watch (VitrailVolume *self,
                            VitrailVolumeChanged changed,
                            gpointer user_data);
/* No call comes after it has returned. */
void vitrail_volume_unwatch (VitrailVolume *self, guint watch);

/* --- for who fills it --- */

/**
 * vitrail_volume_begin_slice: (skip)
 *
 * Returns: where the size[0] * size[1] voxels of slice @k go; NULL when it is
 *   there, has failed, or somebody else writes it
 */
void *vitrail_volume_begin_slice (VitrailVolume *self, guint k);
/* They are written: THERE, or INTERPOLATED. */
void vitrail_volume_end_slice (VitrailVolume *self,
                               guint k,
                               VitrailSliceState state);
/* It will never come, whether it was begun or not. */
void
vitrail_volume_fail_slice (VitrailVolume *self, guint k, const char *reason);

/* --- geometry --- */

/* out = matrix * (x, y, z, 1); @matrix as in VitrailVolumeInfo. */
void vitrail_matrix_map (const double matrix[16],
                         const double point[3],
                         double out[3]);
/* out = a after b: a point goes through @b first. @out may be either. */
void vitrail_matrix_multiply (const double a[16],
                              const double b[16],
                              double out[16]);
/* FALSE where it cannot be inverted, or is not finite. */
gboolean vitrail_matrix_invert (const double matrix[16], double inverse[16]);

G_END_DECLS
