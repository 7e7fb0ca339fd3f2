/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A regular grid through slices: see grid.h. */

#include "volume/grid.h"

#include "error.h"
#include "limits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Steps that differ by no more, of their mean and in millimetres, are the same:
 * decimal strings and tables that move in whole hundredths. Of small steps, as
 * in the eye, only so much of the latter. */
#define SAME_RELATIVE 0.01
#define SAME_ABSOLUTE 0.006
#define SAME_SMALL    0.04

/* Slices missing in a row that are interpolated; a wider gap stays empty. And
 * how many may be missing for each that is there. */
#define MAX_INTERPOLATED 3
#define MAX_MISSING      4

/* Of slices that lie unevenly: how much larger than the least step the largest
 * may be, before interpolating between them would be inventing. */
#define MAX_RATIO 10

/* Below this the table sagged, the gantry was upright. */
#define UPRIGHT_DEGREES 0.05

typedef struct {
  const double *positions;
  guint n;
  const double *normal;
  double *distances; /* n */
  double *steps;     /* n - 1 */
} Line;

static double
dot (const double a[3], const double b[3])
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void
line_clear (Line *self)
{
  g_free (self->distances);
  g_free (self->steps);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Line, line_clear)

static void
line_init (Line *self, const double *positions, guint n, const double normal[3])
{
  self->positions = positions;
  self->n = n;
  self->normal = normal;
  self->distances = g_new (double, n);
  self->steps = g_new (double, n);
  for (guint i = 0; i < n; i++)
    self->distances[i] = dot (positions + (size_t) i * 3, normal);
  for (guint i = 0; i + 1 < n; i++)
    self->steps[i] = self->distances[i + 1] - self->distances[i];
}

static double
get_length (const Line *line)
{
  return line->distances[line->n - 1] - line->distances[0];
}

/* From the first position to the last, for each millimetre along the normal. */
static void
get_way (const Line *line, double way[3])
{
  const double *first = line->positions;
  const double *last = line->positions + (size_t) (line->n - 1) * 3;

  for (guint i = 0; i < 3; i++)
    way[i] = (last[i] - first[i]) / get_length (line);
}

static double
get_distance_off (const Line *line, guint i, const double way[3])
{
  const double *at = line->positions + (size_t) i * 3;
  const double along = line->distances[i] - line->distances[0];
  double sum = 0;

  for (guint axis = 0; axis < 3; axis++) {
    const double off = at[axis] - line->positions[axis] - way[axis] * along;
    sum += off * off;
  }
  return sqrt (sum);
}

static gboolean
check_straight (const Line *line,
                const double way[3],
                double tolerance,
                GError **error)
{
  for (guint i = 0; i < line->n; i++) {
    const double off = get_distance_off (line, i, way);
    if (off <= tolerance)
      continue;
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "slice %u lies %.3f mm beside the line through the first and "
                 "the last one",
                 i + 1, off);
    return FALSE;
  }
  return TRUE;
}

static double
get_tolerance (double step)
{
  return SAME_RELATIVE * step + MIN (SAME_ABSOLUTE, SAME_SMALL * step);
}

static gboolean
is_multiple (double step, double base, double *multiple)
{
  *multiple = round (step / base);
  return *multiple >= 1 &&
         fabs (step - *multiple * base) <= get_tolerance (step);
}

/* How many steps of @base lead from the first slice to the last; 0 where they
 * do not lead to each. */
static double
count_steps (const Line *line, double base)
{
  double sum = 0;
  double multiple = 0;

  for (guint i = 0; i + 1 < line->n; i++) {
    if (!is_multiple (line->steps[i], base, &multiple))
      return 0;
    sum += multiple;
  }
  return sum;
}

static int
compare_doubles (const void *pa, const void *pb)
{
  const double a = *(const double *) pa;
  const double b = *(const double *) pb;

  return (a > b) - (a < b);
}

static double *
dup_sorted_steps (const Line *line)
{
  double *sorted = g_new (double, line->n);

  memcpy (sorted, line->steps, (line->n - 1) * sizeof *sorted);
  qsort (sorted, line->n - 1, sizeof *sorted, compare_doubles);
  return sorted;
}

/* The slice of the grid at @distance from the first. */
static VitrailGridSlice
interpolate (const Line *line, double distance, guint *hint)
{
  const double at = line->distances[0] + distance;
  guint a = *hint;

  while (a + 2 < line->n && line->distances[a + 1] <= at)
    a++;
  *hint = a;
  const double off = at - line->distances[a];
  const double weight = off / line->steps[a];
  const double near = get_tolerance (line->steps[a]) / line->steps[a];
  if (weight < near)
    return (VitrailGridSlice){ a, a, 0 };
  if (weight > 1 - near)
    return (VitrailGridSlice){ a + 1, a + 1, 0 };
  return (VitrailGridSlice){ a, a + 1, weight };
}

/* Where slices are missing, each one that is there keeps its place, however
 * far it is off within the tolerance. */
static void
place_with_gaps (VitrailGrid *self, const Line *line, double base)
{
  guint k = 0;
  double multiple = 1;

  self->slices[0] = (VitrailGridSlice){ 0, 0, 0 };
  for (guint i = 0; i + 1 < line->n; i++) {
    is_multiple (line->steps[i], base, &multiple);
    const guint n = (guint) multiple;
    for (guint j = 1; j < n; j++)
      self->slices[k + j] =
          n - 1 <= MAX_INTERPOLATED
              ? (VitrailGridSlice){ i, i + 1, (double) j / (double) n }
              : (VitrailGridSlice){ VITRAIL_GRID_NONE, VITRAIL_GRID_NONE, 0 };
    k += n;
    self->slices[k] = (VitrailGridSlice){ i + 1, i + 1, 0 };
  }
}

static void
place_evenly (VitrailGrid *self, const Line *line)
{
  const double step = get_length (line) / (self->n_slices - 1);
  guint hint = 0;

  for (guint k = 0; k < self->n_slices; k++)
    self->slices[k] = interpolate (line, step * k, &hint);
}

static gboolean
set_n_slices (VitrailGrid *self, double n, GError **error)
{
  if (n > VITRAIL_LIMIT_VOLUME_SLICES) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%.0f slices would be needed, %u are the most", n,
                 VITRAIL_LIMIT_VOLUME_SLICES);
    return FALSE;
  }
  self->n_slices = (guint) n;
  self->slices = g_new0 (VitrailGridSlice, self->n_slices);
  return TRUE;
}

/* Steps that are what they like. */
static gboolean
fit_variable (VitrailGrid *self,
              const Line *line,
              const double *sorted,
              GError **error)
{
  const double least = sorted[0];
  const double most = sorted[line->n - 2];

  if (most > MAX_RATIO * least) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "the distances between slices go from %.3f to %.3f mm", least,
                 most);
    return FALSE;
  }
  self->kind = VITRAIL_GRID_VARIABLE;
  if (!set_n_slices (self, round (get_length (line) / least) + 1, error))
    return FALSE;
  place_evenly (self, line);
  return TRUE;
}

static gboolean
fit_steps (VitrailGrid *self, const Line *line, GError **error)
{
  g_autofree double *sorted = dup_sorted_steps (line);
  const double candidates[] = { get_length (line) / (line->n - 1),
                                sorted[(line->n - 1) / 2], sorted[0] };

  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++) {
    const double n_steps = count_steps (line, candidates[i]);
    if (n_steps == 0 || n_steps + 1 - line->n > (double) line->n * MAX_MISSING)
      continue;
    if (!set_n_slices (self, n_steps + 1, error))
      return FALSE;
    self->n_missing = self->n_slices - line->n;
    self->kind = self->n_missing > 0 ? VITRAIL_GRID_GAPS : VITRAIL_GRID_REGULAR;
    place_with_gaps (self, line, candidates[i]);
    return TRUE;
  }
  return fit_variable (self, line, sorted, error);
}

gboolean
vitrail_grid_fit (VitrailGrid *self,
                  const double *positions,
                  guint n,
                  const double normal[3],
                  double tolerance,
                  GError **error)
{
  g_auto (Line) line = { 0 };
  double way[3];

  *self = (VitrailGrid){ 0 };
  if (n < 2) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "no other slice lies parallel to it");
    return FALSE;
  }
  line_init (&line, positions, n, normal);
  get_way (&line, way);
  if (!check_straight (&line, way, tolerance, error) ||
      !fit_steps (self, &line, error))
    return FALSE;
  const double step = get_length (&line) / (self->n_slices - 1);
  for (guint i = 0; i < 3; i++) {
    self->origin[i] = positions[i];
    self->step[i] = way[i] * step;
  }
  const double cosine = 1 / sqrt (dot (way, way));
  self->tilt_degrees = acos (MIN (cosine, 1)) * 180 / G_PI;
  if (self->tilt_degrees < UPRIGHT_DEGREES)
    self->tilt_degrees = 0;
  return TRUE;
}

void
vitrail_grid_clear (VitrailGrid *self)
{
  g_clear_pointer (&self->slices, g_free);
}
