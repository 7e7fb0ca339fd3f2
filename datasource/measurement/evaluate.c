/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What comes out of a measurement: see evaluate.h. One function a kind. */

#include "measurement/evaluate.h"

#include "measurement/shapes.h"

#include <math.h>
#include <string.h>

#define MM3_PER_ML 1000.0
#define MS_PER_S   1000.0

/* A measuring under way. */
typedef struct {
  VitrailMeasurement *measurement;
  const VitrailScale *scale;
  double step[2]; /* what a pixel is worth, without directions */
  GArray *values;
} Work;

static void
add (Work *work, VitrailQuantity quantity, VitrailMethod method, double value)
{
  const VitrailValue row = { .quantity = quantity,
                             .method = method,
                             .value = value };

  if (isfinite (value))
    g_array_append_val (work->values, row);
}

static void
add_nothing (Work *work, VitrailQuantity quantity, const char *reason)
{
  const VitrailValue row = { .quantity = quantity,
                             .method = VITRAIL_METHOD_DIRECT,
                             .value = (double) NAN,
                             .reason = g_strdup (reason) };

  g_array_append_val (work->values, row);
}

/* Of point @index on @axis: where its zero is known. */
static double
get_value (const Work *work, guint index, guint axis)
{
  const VitrailScale *scale = work->scale;
  const double at = work->measurement->xy[2 * (gsize) index + axis];

  return (at - scale->origin[axis]) * scale->per_pixel[axis];
}

/* TRUE where lengths in the plane can be told; else it is said why not. */
static gboolean
needs_plane (Work *work, VitrailQuantity quantity)
{
  const VitrailScale *scale = work->scale;

  if (scale->kind == VITRAIL_SCALE_PLANE)
    return TRUE;
  add_nothing (work, quantity,
               scale->reason != NULL ? scale->reason
                                     : "one direction of the region is time");
  return FALSE;
}

static const char *const no_baseline =
    "the region does not say where its baseline lies";

static void
measure_point (Work *work)
{
  const VitrailScale *scale = work->scale;

  if (scale->kind == VITRAIL_SCALE_SPECTRUM && scale->has_origin[1]) {
    const double velocity = get_value (work, 0, 1);
    add (work, VITRAIL_QUANTITY_VELOCITY, VITRAIL_METHOD_DIRECT, velocity);
    add (work, VITRAIL_QUANTITY_GRADIENT, VITRAIL_METHOD_BERNOULLI,
         vitrail_bernoulli (velocity));
  } else if (scale->kind == VITRAIL_SCALE_SPECTRUM)
    add_nothing (work, VITRAIL_QUANTITY_VELOCITY, no_baseline);
  if (scale->kind != VITRAIL_SCALE_SPECTRUM &&
      scale->kind != VITRAIL_SCALE_PIXELS && scale->region > 0 &&
      scale->has_origin[1])
    add (work, VITRAIL_QUANTITY_DEPTH, VITRAIL_METHOD_DIRECT,
         get_value (work, 0, 1));
  if ((scale->kind == VITRAIL_SCALE_SPECTRUM ||
       scale->kind == VITRAIL_SCALE_M_MODE) &&
      scale->has_origin[0])
    add (work, VITRAIL_QUANTITY_INTERVAL, VITRAIL_METHOD_DIRECT,
         get_value (work, 0, 0) * MS_PER_S);
  if (scale->kind == VITRAIL_SCALE_PIXELS)
    add_nothing (work, VITRAIL_QUANTITY_VELOCITY, scale->reason);
}

/* Two points in a spectrum: the slope is that of speed, so a jet below the
 * baseline accelerates as one above it. */
static void
measure_spectrum_line (Work *work)
{
  const double *xy = work->measurement->xy;
  const double seconds = (xy[2] - xy[0]) * work->scale->per_pixel[0];
  const double change = (xy[3] - xy[1]) * work->scale->per_pixel[1];

  add (work, VITRAIL_QUANTITY_INTERVAL, VITRAIL_METHOD_DIRECT,
       fabs (seconds) * MS_PER_S);
  add (work, VITRAIL_QUANTITY_VELOCITY_DIFFERENCE, VITRAIL_METHOD_DIRECT,
       fabs (change));
  if (seconds == 0)
    return;
  gboolean is_rising = change / seconds > 0;
  if (work->scale->has_origin[1] &&
      get_value (work, 0, 1) + get_value (work, 1, 1) < 0)
    is_rising = !is_rising;
  add (work,
       is_rising ? VITRAIL_QUANTITY_ACCELERATION
                 : VITRAIL_QUANTITY_DECELERATION,
       VITRAIL_METHOD_DIRECT, fabs (change / seconds));
}

static void
measure_m_mode_line (Work *work)
{
  const double *xy = work->measurement->xy;
  const double seconds = (xy[2] - xy[0]) * work->step[0];
  const double mm = fabs ((xy[3] - xy[1]) * work->step[1]);

  add (work, VITRAIL_QUANTITY_LENGTH, VITRAIL_METHOD_DIRECT, mm);
  add (work, VITRAIL_QUANTITY_INTERVAL, VITRAIL_METHOD_DIRECT,
       fabs (seconds) * MS_PER_S);
  if (seconds != 0)
    add (work, VITRAIL_QUANTITY_SLOPE, VITRAIL_METHOD_DIRECT,
         mm / 10 / fabs (seconds));
}

static void
measure_path (Work *work)
{
  const VitrailMeasurement *self = work->measurement;
  const gboolean is_line = self->kind == VITRAIL_MEASURE_LENGTH;
  const VitrailQuantity quantity =
      is_line ? VITRAIL_QUANTITY_LENGTH : VITRAIL_QUANTITY_PATH_LENGTH;
  const double length =
      vitrail_path_get_length (self->xy, self->n_points, FALSE, work->step);

  if (is_line && work->scale->kind == VITRAIL_SCALE_SPECTRUM)
    measure_spectrum_line (work);
  else if (is_line && work->scale->kind == VITRAIL_SCALE_M_MODE)
    measure_m_mode_line (work);
  else if (needs_plane (work, quantity))
    add (work, quantity, VITRAIL_METHOD_DIRECT, length);
  else if (work->scale->kind == VITRAIL_SCALE_PIXELS)
    add (work, VITRAIL_QUANTITY_PIXEL_LENGTH, VITRAIL_METHOD_DIRECT, length);
}

/* Also where pixels have no millimetres, if they are square for all we know. */
static void
measure_angle (Work *work)
{
  const double *xy = work->measurement->xy;

  if (work->scale->kind == VITRAIL_SCALE_PIXELS ||
      needs_plane (work, VITRAIL_QUANTITY_ANGLE))
    add (work, VITRAIL_QUANTITY_ANGLE, VITRAIL_METHOD_DIRECT,
         vitrail_angle_measure (xy, xy + 2, xy + 4, work->step));
}

static void
measure_ellipse (Work *work)
{
  VitrailEllipseSize size;

  vitrail_ellipse_measure (work->measurement->xy, work->step, &size);
  if (!needs_plane (work, VITRAIL_QUANTITY_AREA)) {
    if (work->scale->kind == VITRAIL_SCALE_PIXELS)
      add (work, VITRAIL_QUANTITY_PIXEL_AREA, VITRAIL_METHOD_DIRECT, size.area);
    return;
  }
  add (work, VITRAIL_QUANTITY_AREA, VITRAIL_METHOD_PLANIMETRY, size.area);
  add (work, VITRAIL_QUANTITY_PERIMETER, VITRAIL_METHOD_DIRECT, size.perimeter);
  add (work, VITRAIL_QUANTITY_MAJOR_AXIS, VITRAIL_METHOD_DIRECT, size.major);
  add (work, VITRAIL_QUANTITY_MINOR_AXIS, VITRAIL_METHOD_DIRECT, size.minor);
  /* Volumes by the shape of a heart or a prostate are ultrasound's. */
  if (work->scale->region > 0)
    add (work, VITRAIL_QUANTITY_VOLUME, VITRAIL_METHOD_AREA_LENGTH,
         vitrail_area_length_volume (size.area, size.major) / MM3_PER_ML);
}

static void
measure_polygon (Work *work)
{
  const VitrailMeasurement *self = work->measurement;
  const double area =
      vitrail_polygon_get_area (self->xy, self->n_points, work->step);

  if (needs_plane (work, VITRAIL_QUANTITY_AREA)) {
    add (work, VITRAIL_QUANTITY_AREA, VITRAIL_METHOD_PLANIMETRY, area);
    add (work, VITRAIL_QUANTITY_PERIMETER, VITRAIL_METHOD_DIRECT,
         vitrail_path_get_length (self->xy, self->n_points, TRUE, work->step));
  } else if (work->scale->kind == VITRAIL_SCALE_PIXELS)
    add (work, VITRAIL_QUANTITY_PIXEL_AREA, VITRAIL_METHOD_DIRECT, area);
}

static void
measure_chamber (Work *work)
{
  VitrailMeasurement *self = work->measurement;
  VitrailDiscs discs;

  vitrail_chamber_get_axis (self->xy, self->n_points, work->step, self->axis);
  self->has_axis = TRUE;
  measure_polygon (work);
  if (work->scale->kind != VITRAIL_SCALE_PLANE ||
      !vitrail_discs_cut (self->xy, self->n_points, self->axis, work->step,
                          &discs))
    return;
  const double area =
      vitrail_polygon_get_area (self->xy, self->n_points, work->step);
  add (work, VITRAIL_QUANTITY_LONG_AXIS, VITRAIL_METHOD_DIRECT, discs.length);
  add (work, VITRAIL_QUANTITY_VOLUME, VITRAIL_METHOD_DISCS,
       vitrail_discs_get_volume (&discs, NULL) / MM3_PER_ML);
  add (work, VITRAIL_QUANTITY_VOLUME, VITRAIL_METHOD_AREA_LENGTH,
       vitrail_area_length_volume (area, discs.length) / MM3_PER_ML);
}

static void
measure_trace (Work *work)
{
  const VitrailMeasurement *self = work->measurement;
  const VitrailScale *scale = work->scale;
  VitrailTraceSize size;

  if (scale->kind != VITRAIL_SCALE_SPECTRUM || !scale->has_origin[1]) {
    const char *reason = scale->kind == VITRAIL_SCALE_SPECTRUM
                             ? no_baseline
                             : "the trace lies in no spectrum";
    add_nothing (work, VITRAIL_QUANTITY_VTI,
                 scale->reason != NULL ? scale->reason : reason);
    return;
  }
  g_autofree double *tv = g_new (double, 2 * (gsize) self->n_points);
  for (guint i = 0; i < self->n_points; i++) {
    tv[2 * (gsize) i] = self->xy[2 * (gsize) i] * scale->per_pixel[0];
    tv[2 * (gsize) i + 1] = get_value (work, i, 1);
  }
  if (!vitrail_trace_measure (tv, self->n_points, &size)) {
    add_nothing (work, VITRAIL_QUANTITY_VTI, "the trace takes no time");
    return;
  }
  add (work, VITRAIL_QUANTITY_PEAK_VELOCITY, VITRAIL_METHOD_DIRECT, size.peak);
  add (work, VITRAIL_QUANTITY_MEAN_VELOCITY, VITRAIL_METHOD_DIRECT, size.mean);
  add (work, VITRAIL_QUANTITY_VTI, VITRAIL_METHOD_DIRECT, size.integral);
  add (work, VITRAIL_QUANTITY_INTERVAL, VITRAIL_METHOD_DIRECT,
       size.duration_s * MS_PER_S);
  add (work, VITRAIL_QUANTITY_GRADIENT, VITRAIL_METHOD_BERNOULLI,
       size.peak_gradient);
  add (work, VITRAIL_QUANTITY_MEAN_GRADIENT, VITRAIL_METHOD_BERNOULLI,
       size.mean_gradient);
}

void
vitrail_measurement_evaluate (VitrailMeasurement *self,
                              const VitrailRuler *ruler)
{
  static void (*const measures[VITRAIL_N_MEASURE_KINDS]) (Work *) = {
    [VITRAIL_MEASURE_POINT] = measure_point,
    [VITRAIL_MEASURE_LENGTH] = measure_path,
    [VITRAIL_MEASURE_PATH] = measure_path,
    [VITRAIL_MEASURE_ANGLE] = measure_angle,
    [VITRAIL_MEASURE_ELLIPSE] = measure_ellipse,
    [VITRAIL_MEASURE_POLYGON] = measure_polygon,
    [VITRAIL_MEASURE_TRACE] = measure_trace,
    [VITRAIL_MEASURE_CHAMBER] = measure_chamber,
  };
  g_auto (VitrailScale) scale = { 0 };
  Work work = { .measurement = self, .scale = &scale };

  vitrail_ruler_find (ruler, self->xy, self->n_points, &scale);
  work.step[0] = fabs (scale.per_pixel[0]);
  work.step[1] = fabs (scale.per_pixel[1]);
  work.values = g_array_new (FALSE, FALSE, sizeof (VitrailValue));
  measures[self->kind](&work);
  self->calibration = g_strdup (scale.name);
  self->region = scale.region;
  if (scale.kind == VITRAIL_SCALE_PLANE)
    memcpy (self->pixel_mm, work.step, sizeof self->pixel_mm);
  self->n_values = work.values->len;
  self->values = (VitrailValue *) (gpointer) g_array_free (work.values, FALSE);
}
