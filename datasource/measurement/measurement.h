/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailMeasurement: what was measured on a frame, or on a range of frames, of
 * an image of any modality: where, what came out, and by what it was
 * calibrated. Immutable and counted: safe on any thread.
 *
 * Points are pixels of the frame as SCOORD counts them: the upper left corner
 * of the first pixel is (0, 0). */

#pragma once

#include "measurement/quantity.h"
#include "measurement/ruler.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VitrailMeasureKind:
 * @VITRAIL_MEASURE_POINT: one point: velocity and time in a spectrum, depth in
 *   M-mode
 * @VITRAIL_MEASURE_LENGTH: two points: a length, or in time: interval and slope
 * @VITRAIL_MEASURE_PATH: an open line
 * @VITRAIL_MEASURE_ANGLE: three points, the corner second
 * @VITRAIL_MEASURE_ELLIPSE: four points: both ends of one axis, then of the
 *   other
 * @VITRAIL_MEASURE_POLYGON: closed
 * @VITRAIL_MEASURE_TRACE: the edge of a spectrum
 * @VITRAIL_MEASURE_CHAMBER: a contour from one side of a valve to the other,
 *   with a long axis
 */
typedef enum {
  VITRAIL_MEASURE_POINT,
  VITRAIL_MEASURE_LENGTH,
  VITRAIL_MEASURE_PATH,
  VITRAIL_MEASURE_ANGLE,
  VITRAIL_MEASURE_ELLIPSE,
  VITRAIL_MEASURE_POLYGON,
  VITRAIL_MEASURE_TRACE,
  VITRAIL_MEASURE_CHAMBER,
  VITRAIL_N_MEASURE_KINDS,
} VitrailMeasureKind;

/* "point" ... "chamber"; VITRAIL_N_MEASURE_KINDS for anything else. */
const char *vitrail_measure_kind_get_name (VitrailMeasureKind kind);
VitrailMeasureKind vitrail_measure_kind_find (const char *name);
/* Whether its last point is joined with its first. */
gboolean vitrail_measure_kind_is_closed (VitrailMeasureKind kind);

/* VitrailMeasureRole: which contour of the left ventricle a chamber is. */
typedef enum {
  VITRAIL_ROLE_NONE,
  VITRAIL_ROLE_A4C_ED,
  VITRAIL_ROLE_A4C_ES,
  VITRAIL_ROLE_A2C_ED,
  VITRAIL_ROLE_A2C_ES,
  VITRAIL_N_ROLES,
} VitrailMeasureRole;

/* "", "a4c-ed", "a4c-es", "a2c-ed", "a2c-es"; VITRAIL_N_ROLES for others. */
const char *vitrail_measure_role_get_name (VitrailMeasureRole role);
VitrailMeasureRole vitrail_measure_role_find (const char *name);

/**
 * VitrailMeasureImage: what was measured on.
 * @first_frame, @last_frame: from 1; the same for one frame
 */
typedef struct {
  char *study_uid;
  char *series_uid;
  char *sop_class_uid;
  char *sop_instance_uid;
  guint n_frames;
  guint first_frame;
  guint last_frame;
} VitrailMeasureImage;

/**
 * VitrailMeasurement: read only.
 * @uid: Tracking Unique Identifier, its own for as long as it lives
 * @label: what a person called it, or ""
 * @xy: (array length=2*n_points)
 * @has_axis, @axis: the long axis of a chamber: x0, y0, x1, y1
 * @calibration: "ultrasound region 2 (PW spectrum)", "Pixel Spacing"; "" where
 *   there is none
 * @region: number of the ultrasound region, or 0
 * @pixel_mm: what a pixel is worth in x and y where these are lengths; else 0
 * @values: (array length=n_values)
 */
typedef struct {
  char *uid;
  char *label;
  VitrailMeasureKind kind;
  VitrailMeasureRole role;
  VitrailMeasureImage image;
  double *xy;
  guint n_points;
  gboolean has_axis;
  double axis[4];
  char *calibration;
  guint region;
  double pixel_mm[2];
  VitrailValue *values;
  guint n_values;
  /*< private >*/
  gint ref_count;
} VitrailMeasurement;

#define VITRAIL_TYPE_MEASUREMENT (vitrail_measurement_get_type ())
GType vitrail_measurement_get_type (void);

/**
 * vitrail_measurement_new:
 * @ruler: of the frame, whose image it is measured on
 * @xy: (array length=n_numbers): x and y in turn
 * @n_numbers: twice the number of points
 *
 * Measures, and takes note of what comes out: values, or why there are none.
 *
 * Returns: (transfer full): NULL with VITRAIL_ERROR_MALFORMED where the points
 *   make no such thing, VITRAIL_ERROR_LIMIT beyond limits.h
 */
VitrailMeasurement *vitrail_measurement_new (VitrailMeasureKind kind,
                                             const VitrailRuler *ruler,
                                             const double *xy,
                                             guint n_numbers,
                                             GError **error);
VitrailMeasurement *vitrail_measurement_ref (VitrailMeasurement *self);
void vitrail_measurement_unref (VitrailMeasurement *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailMeasurement, vitrail_measurement_unref)

/* Changed copies, with the same uid. */

/* Other points, measured again. */
VitrailMeasurement *
vitrail_measurement_with_points (const VitrailMeasurement *self,
                                 const VitrailRuler *ruler,
                                 const double *xy,
                                 guint n_numbers,
                                 GError **error);
/* Of a chamber; NULL where it is none. */
VitrailMeasurement *
vitrail_measurement_with_role (const VitrailMeasurement *self,
                               VitrailMeasureRole role);
VitrailMeasurement *
vitrail_measurement_with_label (const VitrailMeasurement *self,
                                const char *label);
/* It holds from @first to @last, which are put in order and kept within the
 * image. */
VitrailMeasurement *
vitrail_measurement_with_frames (const VitrailMeasurement *self,
                                 guint first,
                                 guint last);

gboolean vitrail_measurement_is_on (const VitrailMeasurement *self,
                                    const char *sop_instance_uid,
                                    guint frame);
/* NULL where it has none of @quantity. */
const VitrailValue *
vitrail_measurement_get_value (const VitrailMeasurement *self,
                               VitrailQuantity quantity);
/* A line each; the same reason is said once. */
char *vitrail_measurement_dup_text (const VitrailMeasurement *self);

#ifndef __GI_SCANNER__ /* for C only */
/* For readers: nothing is measured. The strings and arrays of @fields are
 * taken over, whether it can be used or not. */
VitrailMeasurement *
vitrail_measurement_new_read (VitrailMeasurement *fields, GError **error);
void vitrail_measurement_clear (VitrailMeasurement *fields);
#endif

G_END_DECLS
