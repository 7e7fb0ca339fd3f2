/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The left ventricle by discs: see echo.h. */

#include "measurement/echo.h"

#include "measurement/shapes.h"

#include <math.h>

#define MM3_PER_ML 1000.0

/* One contour; @is_there: it can be cut. */
typedef struct {
  const VitrailMeasurement *measurement;
  gboolean is_there;
  VitrailDiscs discs;
} Contour;

static void
add (GArray *values,
     VitrailQuantity quantity,
     VitrailMethod method,
     double value,
     const char *reason)
{
  const VitrailValue row = { .quantity = quantity,
                             .method = method,
                             .value = reason != NULL ? (double) NAN : value,
                             .reason = g_strdup (reason) };

  g_array_append_val (values, row);
}

static void
find_contours (const GPtrArray *measurements, Contour *contours)
{
  for (guint i = 0; i < measurements->len; i++) {
    const VitrailMeasurement *one = measurements->pdata[i];
    if (one->kind == VITRAIL_MEASURE_CHAMBER && one->role != VITRAIL_ROLE_NONE)
      contours[one->role].measurement = one;
  }
  for (guint i = 0; i < VITRAIL_N_ROLES; i++) {
    Contour *one = &contours[i];
    const VitrailMeasurement *self = one->measurement;
    one->is_there = self != NULL && self->has_axis && self->pixel_mm[0] > 0 &&
                    vitrail_discs_cut (self->xy, self->n_points, self->axis,
                                       self->pixel_mm, &one->discs);
  }
}

/* Volume in ml; where there are contours but none can be told: why. FALSE
 * where there are not all of them. */
static gboolean
add_volume (GArray *values,
            const Contour *a,
            const Contour *b,
            VitrailQuantity quantity,
            double *volume)
{
  const VitrailMethod method =
      b != NULL ? VITRAIL_METHOD_DISCS_BIPLANE : VITRAIL_METHOD_DISCS;

  if (a->measurement == NULL || (b != NULL && b->measurement == NULL))
    return FALSE;
  *volume = 0;
  if (!a->is_there || (b != NULL && !b->is_there)) {
    add (values, quantity, method, 0, "a contour is not calibrated");
    return FALSE;
  }
  *volume = vitrail_discs_get_volume (&a->discs, b != NULL ? &b->discs : NULL) /
            MM3_PER_ML;
  add (values, quantity, method, *volume, NULL);
  return TRUE;
}

/* @contours: end diastole and end systole of one plane, then of the other;
 * @quantity: the first of three: EDV, ESV, EF. */
static void
add_plane (GArray *values, const Contour *contours[4], VitrailQuantity quantity)
{
  const VitrailMethod method =
      contours[2] != NULL ? VITRAIL_METHOD_DISCS_BIPLANE : VITRAIL_METHOD_DISCS;
  double edv = 0;
  double esv = 0;
  const gboolean has_edv =
      add_volume (values, contours[0], contours[2], quantity, &edv);
  const gboolean has_esv =
      add_volume (values, contours[1], contours[3], quantity + 1, &esv);

  if (!has_edv || !has_esv)
    return;
  if (esv > edv || !(edv > 0))
    add (values, quantity + 2, method, 0,
         "the ventricle is larger at end systole than at end diastole");
  else
    add (values, quantity + 2, method, (edv - esv) / edv * 100, NULL);
}

static void
clear_value (gpointer value)
{
  vitrail_value_clear (value);
}

GArray *
vitrail_echo_evaluate (const GPtrArray *measurements)
{
  GArray *values = g_array_new (FALSE, FALSE, sizeof (VitrailValue));
  Contour all[VITRAIL_N_ROLES] = { 0 };
  const Contour *four[4] = { &all[VITRAIL_ROLE_A4C_ED],
                             &all[VITRAIL_ROLE_A4C_ES], NULL, NULL };
  const Contour *two[4] = { &all[VITRAIL_ROLE_A2C_ED],
                            &all[VITRAIL_ROLE_A2C_ES], NULL, NULL };
  const Contour *both[4] = { four[0], four[1], two[0], two[1] };

  g_array_set_clear_func (values, clear_value);
  find_contours (measurements, all);
  add_plane (values, four, VITRAIL_QUANTITY_EDV_4C);
  add_plane (values, two, VITRAIL_QUANTITY_EDV_2C);
  add_plane (values, both, VITRAIL_QUANTITY_EDV_BIPLANE);
  return values;
}
