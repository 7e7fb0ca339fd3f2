/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Kernels of measuring: lengths, areas, discs, traces. Pure, on any thread.
 * Points come as x and y in turn; @scale is what a pixel is worth in x and in
 * y. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Discs of Simpson's method. */
#define VITRAIL_N_DISCS 20u

/* A line or the way round a polygon, point by point. Zeroed at first.
 * @length: so far
 * @area2: twice the area, with a sign, once the first point has come again */
typedef struct {
  double length;
  double area2;
  /*< private >*/
  guint n;
  double first[2];
  double last[2];
} VitrailOutline;

void vitrail_outline_add (VitrailOutline *self,
                          const double at[2],
                          const double scale[2]);

/* Of @n points; @is_closed: and back to the first. */
double vitrail_path_get_length (const double *xy,
                                guint n,
                                gboolean is_closed,
                                const double scale[2]);
/* Not negative; edges that cross count with their signs. */
double
vitrail_polygon_get_area (const double *xy, guint n, const double scale[2]);

/* @major, @minor: whole axes */
typedef struct {
  double area;
  double perimeter;
  double major;
  double minor;
} VitrailEllipseSize;

/* @axes: both ends of one axis, then both of the other, at right angles in
 * pixels. Pixels that are not square turn the axes: it stays an ellipse. */
void vitrail_ellipse_measure (const double axes[8],
                              const double scale[2],
                              VitrailEllipseSize *size);

/* Degrees, 0 to 180, between the arms from @corner to @a and to @b. */
double vitrail_angle_measure (const double a[2],
                              const double corner[2],
                              const double b[2],
                              const double scale[2]);

/**
 * VitrailTraceSize: of velocities over time.
 * @duration_s: not negative
 * @peak: the velocity furthest from the baseline, with its sign; cm/s
 * @mean: over time; cm/s
 * @integral: of velocity over time; cm
 * @peak_gradient, @mean_gradient: mmHg, by 4 v^2 with v in m/s; the mean is
 *   that of the gradient, not the gradient of the mean
 */
typedef struct {
  double duration_s;
  double peak;
  double mean;
  double integral;
  double peak_gradient;
  double mean_gradient;
} VitrailTraceSize;

/**
 * vitrail_trace_measure:
 * @tv: (array length=2*n): seconds and cm/s in turn
 *
 * Straight between the points, exact. A trace that goes back in time on its own
 * line counts once.
 *
 * Returns: FALSE where it takes no time
 */
gboolean
vitrail_trace_measure (const double *tv, guint n, VitrailTraceSize *size);

/* mmHg, of cm/s: simplified Bernoulli. */
double vitrail_bernoulli (double velocity_cm_per_s);

/**
 * VitrailDiscs: a contour cut into discs at right angles to its long axis.
 * @length: of the axis
 * @widths: across the middle of each disc, from the first end of the axis on
 */
typedef struct {
  double length;
  double widths[VITRAIL_N_DISCS];
} VitrailDiscs;

/**
 * vitrail_discs_cut:
 * @xy: a polygon
 * @axis: its ends: x0, y0, x1, y1
 *
 * Returns: FALSE where the axis has no length
 */
gboolean vitrail_discs_cut (const double *xy,
                            guint n,
                            const double axis[4],
                            const double scale[2],
                            VitrailDiscs *discs);
/* Volumes in the cube of the unit: of one plane (@b NULL), or of two at right
 * angles, whose longer axis counts. */
double vitrail_discs_get_volume (const VitrailDiscs *a, const VitrailDiscs *b);

/* Single-plane area-length: 8 A^2 / (3 pi L). */
double vitrail_area_length_volume (double area, double length);

/* The long axis of a chamber that is drawn from one side of its valve to the
 * other: from the middle of the valve to the point furthest from it. */
void vitrail_chamber_get_axis (const double *xy,
                               guint n,
                               const double scale[2],
                               double axis[4]);

G_END_DECLS
