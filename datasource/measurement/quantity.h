/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is measured, in which unit, by which method, and the codes of PS3.16
 * that say so. One row each, in quantity.c. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* VitrailCode: a coded concept (PS3.3 8.8). */
typedef struct {
  const char *value;
  const char *scheme;
  const char *meaning;
} VitrailCode;

typedef enum {
  VITRAIL_QUANTITY_LENGTH,
  VITRAIL_QUANTITY_PATH_LENGTH,
  VITRAIL_QUANTITY_PERIMETER,
  VITRAIL_QUANTITY_AREA,
  VITRAIL_QUANTITY_MAJOR_AXIS,
  VITRAIL_QUANTITY_MINOR_AXIS,
  VITRAIL_QUANTITY_LONG_AXIS,
  VITRAIL_QUANTITY_VOLUME,
  VITRAIL_QUANTITY_ANGLE,
  VITRAIL_QUANTITY_DEPTH,
  VITRAIL_QUANTITY_INTERVAL,
  VITRAIL_QUANTITY_VELOCITY,
  VITRAIL_QUANTITY_VELOCITY_DIFFERENCE,
  VITRAIL_QUANTITY_SLOPE,
  VITRAIL_QUANTITY_ACCELERATION,
  VITRAIL_QUANTITY_DECELERATION,
  VITRAIL_QUANTITY_GRADIENT,
  VITRAIL_QUANTITY_MEAN_GRADIENT,
  VITRAIL_QUANTITY_PEAK_VELOCITY,
  VITRAIL_QUANTITY_MEAN_VELOCITY,
  VITRAIL_QUANTITY_VTI,
  VITRAIL_QUANTITY_PIXEL_LENGTH,
  VITRAIL_QUANTITY_PIXEL_AREA,
  VITRAIL_QUANTITY_COLUMN_WIDTH,
  VITRAIL_QUANTITY_ROW_HEIGHT,
  VITRAIL_QUANTITY_EDV_4C,
  VITRAIL_QUANTITY_ESV_4C,
  VITRAIL_QUANTITY_EF_4C,
  VITRAIL_QUANTITY_EDV_2C,
  VITRAIL_QUANTITY_ESV_2C,
  VITRAIL_QUANTITY_EF_2C,
  VITRAIL_QUANTITY_EDV_BIPLANE,
  VITRAIL_QUANTITY_ESV_BIPLANE,
  VITRAIL_QUANTITY_EF_BIPLANE,
  VITRAIL_N_QUANTITIES,
} VitrailQuantity;

/**
 * VitrailQuantityRow:
 * @name: in JSON
 * @label: short, for a person
 * @unit: UCUM
 * @code: the concept
 */
typedef struct {
  const char *name;
  const char *label;
  const char *unit;
  VitrailCode code;
} VitrailQuantityRow;

const VitrailQuantityRow *vitrail_quantity_get (VitrailQuantity quantity);
/* The one of this code; VITRAIL_N_QUANTITIES where there is none. */
VitrailQuantity
vitrail_quantity_find (const char *code_value, const char *scheme);

typedef enum {
  VITRAIL_METHOD_DIRECT,
  VITRAIL_METHOD_AREA_LENGTH,
  VITRAIL_METHOD_DISCS,
  VITRAIL_METHOD_DISCS_BIPLANE,
  VITRAIL_METHOD_BERNOULLI,
  VITRAIL_METHOD_PLANIMETRY,
  VITRAIL_N_METHODS,
} VitrailMethod;

const VitrailCode *vitrail_method_get (VitrailMethod method);
/* VITRAIL_METHOD_DIRECT where there is none of this code. */
VitrailMethod vitrail_method_find (const char *code_value, const char *scheme);

/**
 * VitrailValue:
 * @value: in the quantity's unit; NAN where there is none
 * @reason: why there is none; NULL where there is
 */
typedef struct {
  VitrailQuantity quantity;
  VitrailMethod method;
  double value;
  char *reason;
} VitrailValue;

void vitrail_value_clear (VitrailValue *self);
/* "Length 12.3 mm", "Volume: no value, because ..."; with a dot as decimal
 * mark. */
char *vitrail_value_dup_text (const VitrailValue *self);

G_END_DECLS
