/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Planes in the patient and in the volume: see mpr.h. */

#include "volume/mpr.h"

#include "error.h"
#include "limits.h"
#include "volume/vector.h"

#include <math.h>
#include <string.h>

/* Directions of the picture, one millimetre long, away from the reader last. */
typedef struct {
  double right[3];
  double down[3];
  double away[3];
} Axes;

/* The part of @down that is at right angles to right. */
static gboolean
straighten (Axes *self)
{
  if (!vitrail_vector_normalize (self->right))
    return FALSE;
  const double along = vitrail_vector_dot (self->right, self->down);
  for (guint n = 0; n < 3; n++)
    self->down[n] -= along * self->right[n];
  if (!vitrail_vector_normalize (self->down))
    return FALSE;
  vitrail_vector_cross (self->right, self->down, self->away);
  return TRUE;
}

static gboolean
find_axes (const VitrailMpr *self, const VitrailVolumeInfo *info, Axes *axes)
{
  static const double left[3] = { 1, 0, 0 };
  static const double back[3] = { 0, 1, 0 };
  static const double feet[3] = { 0, 0, -1 };

  switch (self->orientation) {
  case VITRAIL_MPR_AXIAL:
    memcpy (axes->right, left, sizeof left);
    memcpy (axes->down, back, sizeof back);
    break;
  case VITRAIL_MPR_CORONAL:
    memcpy (axes->right, left, sizeof left);
    memcpy (axes->down, feet, sizeof feet);
    break;
  case VITRAIL_MPR_SAGITTAL:
    memcpy (axes->right, back, sizeof back);
    memcpy (axes->down, feet, sizeof feet);
    break;
  case VITRAIL_MPR_ACQUISITION:
    vitrail_vector_get_column (info->matrix, 0, axes->right);
    vitrail_vector_get_column (info->matrix, 1, axes->down);
    break;
  case VITRAIL_MPR_OBLIQUE:
  default:
    memcpy (axes->right, self->right, sizeof self->right);
    memcpy (axes->down, self->down, sizeof self->down);
    break;
  }
  if (!straighten (axes))
    return FALSE;
  vitrail_vector_turn (axes->right, axes->away, self->turn);
  return TRUE;
}

/* The shortest way from a voxel to the next one. */
static double
get_finest (const VitrailVolumeInfo *info)
{
  double finest = INFINITY;

  for (guint a = 0; a < 3; a++) {
    double step[3];
    vitrail_vector_get_column (info->matrix, a, step);
    if (info->size[a] > 1 || a < 2)
      finest = MIN (finest, sqrt (vitrail_vector_dot (step, step)));
  }
  return finest;
}

static void
get_middle (const VitrailVolumeInfo *info, double middle[3])
{
  const double index[3] = { (info->size[0] - 1) / 2.0,
                            (info->size[1] - 1) / 2.0,
                            (info->size[2] - 1) / 2.0 };

  vitrail_matrix_map (info->matrix, index, middle);
}

/* Pixels so far apart that show all centres of voxels along @direction. */
static double
count_pixels (const VitrailVolumeInfo *info,
              const double direction[3],
              double spacing)
{
  double extent = 0;

  for (guint a = 0; a < 3; a++) {
    double step[3];
    vitrail_vector_get_column (info->matrix, a, step);
    extent +=
        fabs (vitrail_vector_dot (step, direction)) * (info->size[a] - 1.0);
  }
  /* To a thousandth of a pixel: the last one counts where it is rounded off. */
  return floor (extent / spacing + 1e-3) + 1;
}

static guint
choose_size (guint asked,
             const VitrailVolumeInfo *info,
             const double direction[3],
             double spacing)
{
  const double all = count_pixels (info, direction, spacing);

  if (asked > 0)
    return asked;
  return all <= VITRAIL_LIMIT_SIDE ? (guint) all : 0;
}

/* A way in space as one in the volume. */
static void
to_index (const VitrailVolumeInfo *info,
          const double direction[3],
          double millimetres,
          double out[3])
{
  for (guint n = 0; n < 3; n++)
    out[n] = millimetres *
             vitrail_vector_dot (&info->inverse[(gsize) 4 * n], direction);
}

/* The first pixel's centre in space. */
static void
find_start (const VitrailMpr *self,
            const VitrailVolumeInfo *info,
            const Axes *axes,
            const VitrailMprPicture *picture,
            double start[3])
{
  if (self->has_center)
    memcpy (start, self->center, sizeof self->center);
  else
    get_middle (info, start);
  for (guint n = 0; n < 3; n++)
    start[n] +=
        self->offset * axes->away[n] -
        picture->spacing * ((picture->width - 1) / 2.0 * axes->right[n] +
                            (picture->height - 1) / 2.0 * axes->down[n]);
}

static void
set_plane (VitrailMprPicture *picture, const Axes *axes, const double start[3])
{
  for (guint n = 0; n < 3; n++) {
    double *row = &picture->plane[(gsize) 4 * n];
    row[0] = picture->spacing * axes->right[n];
    row[1] = picture->spacing * axes->down[n];
    row[2] = 0;
    row[3] = start[n];
  }
}

/* As many planes as are the volume's finest apart. */
static void
set_slab (const VitrailMpr *self,
          const VitrailVolumeInfo *info,
          const Axes *axes,
          VitrailReslice *reslice,
          const double start[3])
{
  const double finest = get_finest (info);
  const double n_planes = rint (self->thickness / finest);
  double first[3];

  reslice->n_planes = (guint) CLAMP (n_planes, 1, VITRAIL_LIMIT_SIDE);
  to_index (info, axes->away, finest, reslice->step);
  for (guint n = 0; n < 3; n++)
    first[n] =
        start[n] - (reslice->n_planes - 1) / 2.0 * finest * axes->away[n];
  vitrail_matrix_map (info->inverse, first, reslice->origin);
}

static gboolean
fail_without_axes (GError **error)
{
  g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                       "right and down are no two directions");
  return FALSE;
}

gboolean
vitrail_mpr_get_way (const VitrailMpr *self,
                     const VitrailVolumeInfo *info,
                     VitrailMprWay *way,
                     GError **error)
{
  Axes axes;

  memset (way, 0, sizeof *way);
  if (!find_axes (self, info, &axes))
    return fail_without_axes (error);
  memcpy (way->right, axes.right, sizeof way->right);
  memcpy (way->down, axes.down, sizeof way->down);
  memcpy (way->away, axes.away, sizeof way->away);
  if (self->has_center)
    memcpy (way->middle, self->center, sizeof way->middle);
  else
    get_middle (info, way->middle);
  for (guint a = 0; a < 3; a++) {
    double step[3];
    vitrail_vector_get_column (info->matrix, a, step);
    way->step = MAX (way->step, fabs (vitrail_vector_dot (step, axes.away)));
  }
  way->n_planes = (guint) CLAMP (count_pixels (info, axes.away, way->step), 1,
                                 VITRAIL_LIMIT_SIDE);
  return TRUE;
}

double
vitrail_mpr_way_get_offset (const VitrailMprWay *self, guint number)
{
  return (number - (self->n_planes + 1) / 2.0) * self->step;
}

guint
vitrail_mpr_way_find (const VitrailMprWay *self, const double place[3])
{
  const double offset = vitrail_vector_dot (place, self->away) -
                        vitrail_vector_dot (self->middle, self->away);
  const double number = offset / self->step + (self->n_planes + 1) / 2.0;

  return isfinite (number) ? (guint) CLAMP (rint (number), 1, self->n_planes)
                           : 1;
}

guint
vitrail_mpr_get_widest (const VitrailVolumeInfo *info, double spacing)
{
  double longest = 0;

  /* The four diagonals. */
  for (guint i = 0; i < 4; i++) {
    double squares = 0;
    for (guint n = 0; n < 3; n++) {
      const double *row = &info->matrix[(gsize) 4 * n];
      const double along = row[0] * (info->size[0] - 1.0) +
                           (i & 1 ? -1 : 1) * row[1] * (info->size[1] - 1.0) +
                           (i & 2 ? -1 : 1) * row[2] * (info->size[2] - 1.0);
      squares += along * along;
    }
    longest = MAX (longest, sqrt (squares));
  }
  return (guint) CLAMP (ceil (longest / spacing) + 1, 1,
                        MIN (VITRAIL_LIMIT_SIDE,
                             floor (sqrt (VITRAIL_LIMIT_PIXELS))));
}

gboolean
vitrail_mpr_place (const VitrailMpr *self,
                   const VitrailVolumeInfo *info,
                   VitrailMprPicture *picture,
                   GError **error)
{
  VitrailReslice *reslice = &picture->reslice;
  Axes axes;
  double start[3];

  memset (picture, 0, sizeof *picture);
  if (!find_axes (self, info, &axes))
    return fail_without_axes (error);
  picture->spacing = self->spacing > 0 ? self->spacing : get_finest (info);
  picture->width =
      choose_size (self->width, info, axes.right, picture->spacing);
  picture->height =
      choose_size (self->height, info, axes.down, picture->spacing);
  const guint64 pixels = (guint64) picture->width * picture->height;
  if (pixels == 0 || pixels > VITRAIL_LIMIT_PIXELS) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "pixels of %g mm make a picture beyond the limit",
                 picture->spacing);
    return FALSE;
  }
  reslice->type = info->type;
  memcpy (reslice->size, info->size, sizeof info->size);
  reslice->background = info->background;
  reslice->has_padding = info->has_padding;
  reslice->padding_low = info->padding_low;
  reslice->padding_high = info->padding_high;
  reslice->interpolation = self->interpolation;
  reslice->slab = self->slab;
  find_start (self, info, &axes, picture, start);
  set_plane (picture, &axes, start);
  set_slab (self, info, &axes, reslice, start);
  to_index (info, axes.right, picture->spacing, reslice->right);
  to_index (info, axes.down, picture->spacing, reslice->down);
  return TRUE;
}
