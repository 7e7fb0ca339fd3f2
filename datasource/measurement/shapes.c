/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Kernels of measuring: see shapes.h. */

#include "measurement/shapes.h"

#include <math.h>
#include <string.h>

/* --- lines and polygons --- */

void
vitrail_outline_add (VitrailOutline *self,
                     const double at[2],
                     const double scale[2])
{
  const double xy[2] = { at[0] * scale[0], at[1] * scale[1] };

  if (self->n == 0)
    memcpy (self->first, xy, sizeof xy);
  else
    self->length += hypot (xy[0] - self->last[0], xy[1] - self->last[1]);
  /* From the first point: far from the origin nothing is lost. */
  if (self->n > 0)
    self->area2 += (self->last[0] - self->first[0]) * (xy[1] - self->first[1]) -
                   (xy[0] - self->first[0]) * (self->last[1] - self->first[1]);
  memcpy (self->last, xy, sizeof xy);
  self->n++;
}

static VitrailOutline
walk (const double *xy, guint n, gboolean is_closed, const double scale[2])
{
  VitrailOutline outline = { 0 };

  for (guint i = 0; i < n; i++)
    vitrail_outline_add (&outline, &xy[2 * (gsize) i], scale);
  if (is_closed && n > 0)
    vitrail_outline_add (&outline, xy, scale);
  return outline;
}

double
vitrail_path_get_length (const double *xy,
                         guint n,
                         gboolean is_closed,
                         const double scale[2])
{
  return walk (xy, n, is_closed, scale).length;
}

double
vitrail_polygon_get_area (const double *xy, guint n, const double scale[2])
{
  return fabs (walk (xy, n, TRUE, scale).area2) / 2;
}

double
vitrail_angle_measure (const double a[2],
                       const double corner[2],
                       const double b[2],
                       const double scale[2])
{
  const double u[2] = { (a[0] - corner[0]) * scale[0],
                        (a[1] - corner[1]) * scale[1] };
  const double v[2] = { (b[0] - corner[0]) * scale[0],
                        (b[1] - corner[1]) * scale[1] };

  return atan2 (fabs (u[0] * v[1] - u[1] * v[0]), u[0] * v[0] + u[1] * v[1]) *
         180 / G_PI;
}

/* --- ellipses --- */

/* By the arithmetic-geometric mean: exact to the last digits. */
static double
get_perimeter (double a, double b)
{
  double mean = a;
  double root = b;
  double sum = (a * a + b * b) / 2;
  double power = 0.5;

  if (!(b > 0))
    return 4 * a;
  for (guint i = 0; i < 64 && fabs (mean - root) > 1e-15 * mean; i++) {
    const double next = (mean + root) / 2;
    const double difference = (mean - root) / 2;
    power *= 2;
    sum -= power * difference * difference;
    root = sqrt (mean * root);
    mean = next;
  }
  return 2 * G_PI * sum / mean;
}

void
vitrail_ellipse_measure (const double axes[8],
                         const double scale[2],
                         VitrailEllipseSize *size)
{
  /* Half axes; the new ones are the singular values of (a, b). */
  const double a[2] = { (axes[2] - axes[0]) / 2 * scale[0],
                        (axes[3] - axes[1]) / 2 * scale[1] };
  const double b[2] = { (axes[6] - axes[4]) / 2 * scale[0],
                        (axes[7] - axes[5]) / 2 * scale[1] };
  const double sum =
      (a[0] * a[0] + a[1] * a[1] + b[0] * b[0] + b[1] * b[1]) / 2;
  const double product = fabs (a[0] * b[1] - a[1] * b[0]);
  const double root = sqrt (MAX (sum * sum - product * product, 0));
  const double major = sqrt (sum + root);
  const double minor = major > 0 ? product / major : 0;

  *size = (VitrailEllipseSize){ .area = G_PI * product,
                                .perimeter = get_perimeter (major, minor),
                                .major = 2 * major,
                                .minor = 2 * minor };
}

/* --- traces --- */

double
vitrail_bernoulli (double velocity_cm_per_s)
{
  return 4 * (velocity_cm_per_s / 100) * (velocity_cm_per_s / 100);
}

gboolean
vitrail_trace_measure (const double *tv, guint n, VitrailTraceSize *size)
{
  double time = 0;
  double squares = 0;

  *size = (VitrailTraceSize){ 0 };
  for (guint i = 0; i < n; i++) {
    const double *at = &tv[2 * (gsize) i];
    if (fabs (at[1]) > fabs (size->peak))
      size->peak = at[1];
    if (i == 0)
      continue;
    const double dt = at[0] - at[-2];
    time += dt;
    size->integral += dt * (at[1] + at[-1]) / 2;
    squares += dt * (at[1] * at[1] + at[1] * at[-1] + at[-1] * at[-1]) / 3;
  }
  if (time == 0 || !isfinite (time))
    return FALSE;
  /* Either way through time is the same trace. */
  size->mean = size->integral / time;
  size->integral = size->mean * fabs (time);
  size->duration_s = fabs (time);
  size->peak_gradient = vitrail_bernoulli (size->peak);
  size->mean_gradient = 4 * squares / time / 1e4;
  return TRUE;
}

/* --- discs --- */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  const double *one = a;
  const double *other = b;

  return (*one > *other) - (*one < *other);
}

/* How much of the line at @along (a length on the axis) lies inside. @uv: the
 * polygon along and across the axis. */
static double
get_width (const GArray *uv, double along, GArray *crossings)
{
  const guint n = uv->len / 2;
  const double *points = (const double *) uv->data;
  double width = 0;

  g_array_set_size (crossings, 0);
  for (guint i = 0; i < n; i++) {
    const double *a = &points[2 * (gsize) i];
    const double *b = &points[2 * (gsize) ((i + 1) % n)];
    if ((a[0] <= along) == (b[0] <= along))
      continue;
    const double across = a[1] + (along - a[0]) / (b[0] - a[0]) * (b[1] - a[1]);
    g_array_append_val (crossings, across);
  }
  g_array_sort (crossings, compare_doubles);
  for (guint i = 0; i + 1 < crossings->len; i += 2)
    width += g_array_index (crossings, double, i + 1) -
             g_array_index (crossings, double, i);
  return width;
}

gboolean
vitrail_discs_cut (const double *xy,
                   guint n,
                   const double axis[4],
                   const double scale[2],
                   VitrailDiscs *discs)
{
  double u[2] = { (axis[2] - axis[0]) * scale[0],
                  (axis[3] - axis[1]) * scale[1] };
  g_autoptr (GArray) uv = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) crossings = g_array_new (FALSE, FALSE, sizeof (double));

  *discs = (VitrailDiscs){ .length = hypot (u[0], u[1]) };
  if (!(discs->length > 0) || !isfinite (discs->length))
    return FALSE;
  u[0] /= discs->length;
  u[1] /= discs->length;
  for (guint i = 0; i < n; i++) {
    const double x = (xy[2 * (gsize) i] - axis[0]) * scale[0];
    const double y = (xy[2 * (gsize) i + 1] - axis[1]) * scale[1];
    const double turned[2] = { x * u[0] + y * u[1], y * u[0] - x * u[1] };
    g_array_append_vals (uv, turned, 2);
  }
  for (guint i = 0; i < VITRAIL_N_DISCS; i++)
    discs->widths[i] =
        get_width (uv, ((double) i + 0.5) / VITRAIL_N_DISCS * discs->length,
                   crossings);
  return TRUE;
}

double
vitrail_discs_get_volume (const VitrailDiscs *a, const VitrailDiscs *b)
{
  const double length = b != NULL ? MAX (a->length, b->length) : a->length;
  double sum = 0;

  for (guint i = 0; i < VITRAIL_N_DISCS; i++)
    sum += a->widths[i] * (b != NULL ? b : a)->widths[i];
  return G_PI / 4 * sum * length / VITRAIL_N_DISCS;
}

double
vitrail_area_length_volume (double area, double length)
{
  return 8 * area * area / (3 * G_PI * length);
}

void
vitrail_chamber_get_axis (const double *xy,
                          guint n,
                          const double scale[2],
                          double axis[4])
{
  double furthest = -1;

  memset (axis, 0, 4 * sizeof *axis);
  if (n == 0)
    return;
  const double *last = &xy[2 * ((gsize) n - 1)];
  axis[0] = (xy[0] + last[0]) / 2;
  axis[1] = (xy[1] + last[1]) / 2;
  for (guint i = 0; i < n; i++) {
    const double *at = &xy[2 * (gsize) i];
    const double distance =
        hypot ((at[0] - axis[0]) * scale[0], (at[1] - axis[1]) * scale[1]);
    if (!(distance > furthest))
      continue;
    furthest = distance;
    axis[2] = at[0];
    axis[3] = at[1];
  }
}
