/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rays from where a reader stands: see camera.h. */

#include "volume/camera.h"

#include "error.h"
#include "limits.h"
#include "volume/vector.h"

#include <string.h>

/* Samples of a ray, however near to each other they are asked for. */
#define MOST_SAMPLES 65536.0

/* Directions of the picture, one millimetre long, and the volume's middle. */
typedef struct {
  double right[3];
  double down[3];
  double away[3];
  double middle[3];
} Axes;

static void
find_axes (const VitrailCamera *self, const VitrailVolumeInfo *info, Axes *axes)
{
  static const double rights[][3] = { { 1, 0, 0 },  { -1, 0, 0 }, { 0, 1, 0 },
                                      { 0, -1, 0 }, { -1, 0, 0 }, { 1, 0, 0 } };
  static const double downs[][3] = { { 0, 0, -1 }, { 0, 0, -1 }, { 0, 0, -1 },
                                     { 0, 0, -1 }, { 0, 1, 0 },  { 0, 1, 0 } };
  const guint way = MIN ((guint) self->direction, G_N_ELEMENTS (rights) - 1);
  const double index[3] = { (info->size[0] - 1) / 2.0,
                            (info->size[1] - 1) / 2.0,
                            (info->size[2] - 1) / 2.0 };

  memcpy (axes->right, rights[way], sizeof rights[way]);
  memcpy (axes->down, downs[way], sizeof downs[way]);
  vitrail_vector_cross (axes->right, axes->down, axes->away);
  vitrail_vector_turn (axes->right, axes->away, self->azimuth);
  vitrail_vector_turn (axes->away, axes->down, self->elevation);
  vitrail_vector_turn (axes->down, axes->right, self->roll);
  vitrail_matrix_map (info->matrix, index, axes->middle);
}

static gboolean
is_finite (const VitrailCamera *self)
{
  double sum = fabs (self->azimuth) + fabs (self->elevation) +
               fabs (self->roll) + fabs (self->zoom) + fabs (self->pan[0]) +
               fabs (self->pan[1]) + fabs (self->front) + fabs (self->back) +
               fabs (self->step) + fabs (self->depth_cue);

  for (guint n = 0; n < 6; n++)
    sum += fabs (self->box[n]);
  return isfinite (sum);
}

static gboolean
check (const VitrailCamera *self, const VitrailVolumeInfo *info, GError **error)
{
  const guint64 pixels = (guint64) self->width * self->height;
  const char *reason = NULL;

  if (pixels == 0 || pixels > VITRAIL_LIMIT_PIXELS) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%u x %u pixels are beyond the limit", self->width,
                 self->height);
    return FALSE;
  }
  if (!is_finite (self))
    reason = "where the volume is seen from is not finite";
  else if (!(self->zoom > 0))
    reason = "a zoom of 0 shows nothing";
  else if (info->size[0] < 2 || info->size[1] < 2 || info->size[2] < 2)
    reason = "a single slice is no body that can be looked at";
  if (reason != NULL)
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED, reason);
  return reason == NULL;
}

/* The way from corner to corner, the longest; and the finest step. */
static double
measure (const VitrailVolumeInfo *info, double *finest)
{
  double longest = 0;

  *finest = INFINITY;
  for (guint corner = 0; corner < 4; corner++) {
    double way[3] = { 0 };
    for (guint a = 0; a < 3; a++) {
      double step[3];
      const double times =
          (info->size[a] - 1.0) * (a > 0 && corner >> (a - 1) & 1 ? -1 : 1);
      vitrail_vector_get_column (info->matrix, a, step);
      *finest = MIN (*finest, sqrt (vitrail_vector_dot (step, step)));
      for (guint n = 0; n < 3; n++)
        way[n] += times * step[n];
    }
    longest = MAX (longest, sqrt (vitrail_vector_dot (way, way)));
  }
  return longest;
}

static void
set_box (const VitrailCamera *self, VitrailRaycast *cast)
{
  for (guint a = 0; a < 3; a++) {
    const double last = cast->size[a] - 1.0;
    const double *ends = &self->box[(gsize) 2 * a];
    cast->low[a] = CLAMP (ends[0], 0, 1) * last;
    cast->high[a] = CLAMP (ends[1], 0, 1) * last;
  }
}

/* Planes that face the reader, @far from the first sample to the middle. */
static void
set_clips (const VitrailCamera *self, VitrailCameraPicture *picture, double far)
{
  picture->cast.front = MAX ((self->front + far) / picture->step, 0);
  /* The first sample is before the volume: up to there is nothing. */
  picture->cast.back = MAX ((self->back + far) / picture->step, 0.5);
}

/* Planes of millimetres, in terms of the index. */
static void
set_oblique_clips (const VitrailCamera *self,
                   const VitrailVolumeInfo *info,
                   VitrailRaycast *cast)
{
  cast->n_clips = MIN (self->n_clips, VITRAIL_RAYCAST_CLIPS);
  for (guint p = 0; p < cast->n_clips; p++) {
    const double *clip = self->clips[p];
    const double middle[3] = { info->matrix[3], info->matrix[7],
                               info->matrix[11] };
    for (guint a = 0; a < 3; a++) {
      double step[3];
      vitrail_vector_get_column (info->matrix, a, step);
      cast->clips[p][a] = vitrail_vector_dot (clip, step);
    }
    cast->clips[p][3] = clip[3] - vitrail_vector_dot (clip, middle);
  }
}

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

/* The way of gradients: what rises along i rises along the inverse's row. */
static void
set_normal (const VitrailVolumeInfo *info, const Axes *axes, float normal[9])
{
  const double *const directions[3] = { axes->right, axes->down, axes->away };

  for (guint d = 0; d < 3; d++)
    for (guint a = 0; a < 3; a++)
      normal[3 * d + a] =
          (float) vitrail_vector_dot (&info->inverse[(gsize) 4 * a],
                                      directions[d]);
}

gboolean
vitrail_camera_place (const VitrailCamera *self,
                      const VitrailVolumeInfo *info,
                      VitrailCameraPicture *picture,
                      GError **error)
{
  VitrailRaycast *cast = &picture->cast;
  double finest;
  double start[3];
  Axes axes;

  memset (picture, 0, sizeof *picture);
  if (!check (self, info, error))
    return FALSE;
  find_axes (self, info, &axes);
  const double longest = measure (info, &finest);
  picture->spacing = longest / MIN (self->width, self->height) / self->zoom;
  picture->step =
      MAX (self->step > 0 ? self->step : finest, longest / MOST_SAMPLES);
  memcpy (cast->size, info->size, sizeof info->size);
  /* The first sample is before all of the volume, and a whole number of steps
   * before the middle, so that other distances are of the same rays. */
  const double far = ceil (longest / 2 / picture->step) * picture->step;
  for (guint n = 0; n < 3; n++) {
    start[n] = axes.middle[n] -
               ((self->width - 1) / 2.0 * picture->spacing + self->pan[0]) *
                   axes.right[n] -
               ((self->height - 1) / 2.0 * picture->spacing + self->pan[1]) *
                   axes.down[n];
    double *row = &picture->plane[(gsize) 4 * n];
    row[0] = picture->spacing * axes.right[n];
    row[1] = picture->spacing * axes.down[n];
    row[3] = start[n];
    start[n] -= far * axes.away[n];
  }
  vitrail_matrix_map (info->inverse, start, cast->origin);
  to_index (info, axes.right, picture->spacing, cast->right);
  to_index (info, axes.down, picture->spacing, cast->down);
  to_index (info, axes.away, picture->step, cast->ray);
  set_normal (info, &axes, cast->normal);
  set_box (self, cast);
  set_clips (self, picture, far);
  set_oblique_clips (self, info, cast);
  cast->dimming = (float) (CLAMP (self->depth_cue, 0, 1) * picture->step /
                           MAX (2 * far, picture->step));
  return TRUE;
}

/* One plane: four numbers. */
static gboolean
read_clip (const char *text, double clip[4])
{
  for (guint i = 0; i < 4; i++) {
    char *end = NULL;
    clip[i] = g_ascii_strtod (text, &end);
    if (end == text || !isfinite (clip[i]) || fabs (clip[i]) > 1e9)
      return FALSE;
    text = end;
  }
  while (g_ascii_isspace (*text))
    text++;
  return *text == '\0' && vitrail_vector_dot (clip, clip) > 0;
}

gboolean
vitrail_camera_set_clips (VitrailCamera *self, const char *text)
{
  double clips[VITRAIL_RAYCAST_CLIPS][4] = { 0 };
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", ";", -1);
  const guint n = g_strv_length (parts);

  if (n > VITRAIL_RAYCAST_CLIPS)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!read_clip (parts[i], clips[i]))
      return FALSE;
  memcpy (self->clips, clips, sizeof clips);
  self->n_clips = n;
  return TRUE;
}
