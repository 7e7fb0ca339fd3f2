/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Parts of volumes: see region.h. */

#include "volume/region.h"

#include "error.h"

#include <math.h>
#include <string.h>

gboolean
vitrail_ball_from_text (const char *text, VitrailBall *ball)
{
  double numbers[4];

  for (guint i = 0; i < 4; i++) {
    char *end = NULL;
    numbers[i] = g_ascii_strtod (text, &end);
    if (end == text || *end != (i < 3 ? ',' : '\0') || !isfinite (numbers[i]))
      return FALSE;
    text = end + 1;
  }
  memcpy (ball->center, numbers, sizeof ball->center);
  ball->radius = numbers[3];
  return ball->radius > 0;
}

static gboolean
is_in (const VitrailBall *ball,
       const VitrailVolumeInfo *info,
       const guint at[3])
{
  const double index[3] = { at[0], at[1], at[2] };
  double place[3];
  double sum = 0;

  vitrail_matrix_map (info->matrix, index, place);
  for (guint a = 0; a < 3; a++)
    sum += (place[a] - ball->center[a]) * (place[a] - ball->center[a]);
  return sum <= ball->radius * ball->radius;
}

/* Indices along axis @a that the ball may reach. FALSE: none. */
static gboolean
find_span (const VitrailBall *ball,
           const VitrailVolumeInfo *info,
           guint a,
           guint span[2])
{
  const double *row = info->inverse + (gsize) 4 * a;
  double middle[3];

  vitrail_matrix_map (info->inverse, ball->center, middle);
  const double reach = ball->radius * sqrt (row[0] * row[0] + row[1] * row[1] +
                                            row[2] * row[2]) +
                       1;
  const double low = floor (middle[a] - reach);
  const double high = ceil (middle[a] + reach);
  if (!(low < info->size[a] && high >= 0))
    return FALSE;
  span[0] = (guint) MAX (low, 0);
  span[1] = (guint) MIN (high, info->size[a] - 1.0) + 1;
  return TRUE;
}

/* Voxels from span[0] on of the row through @at. */
static gsize
mark_row (const VitrailBall *ball,
          const VitrailVolumeInfo *info,
          const guint span[2],
          guint at[3],
          guint8 *mask)
{
  guint8 *row = mask + ((gsize) at[2] * info->size[1] + at[1]) * info->size[0];
  gsize n = 0;

  for (at[0] = span[0]; at[0] < span[1]; at[0]++) {
    row[at[0]] = is_in (ball, info, at) ? 1 : 0;
    n += row[at[0]];
  }
  return n;
}

static gsize
mark (const VitrailBall *ball, const VitrailVolumeInfo *info, guint8 *mask)
{
  guint spans[3][2];
  guint at[3];
  gsize n = 0;

  for (guint a = 0; a < 3; a++)
    if (!find_span (ball, info, a, spans[a]))
      return 0;
  for (at[2] = spans[2][0]; at[2] < spans[2][1]; at[2]++)
    for (at[1] = spans[1][0]; at[1] < spans[1][1]; at[1]++)
      n += mark_row (ball, info, spans[0], at, mask);
  return n;
}

guint8 *
vitrail_ball_make_mask (const VitrailBall *ball,
                        const VitrailVolumeInfo *info,
                        GError **error)
{
  const gsize n = (gsize) info->size[0] * info->size[1] * info->size[2];
  g_autofree guint8 *mask = g_try_malloc0 (n);

  if (mask == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "No memory for a region of %zu voxels", n);
    return NULL;
  }
  if (mark (ball, info, mask) == 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "No voxel lies in the region about %g,%g,%g mm",
                 ball->center[0], ball->center[1], ball->center[2]);
    return NULL;
  }
  return g_steal_pointer (&mask);
}

double
vitrail_volume_info_get_voxel_size (const VitrailVolumeInfo *info)
{
  const double *m = info->matrix;

  return fabs (m[0] * (m[5] * m[10] - m[6] * m[9]) -
               m[1] * (m[4] * m[10] - m[6] * m[8]) +
               m[2] * (m[4] * m[9] - m[5] * m[8]));
}
