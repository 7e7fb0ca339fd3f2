/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The formulas of PS3.14 7.1, and the table from grey values to driving
 * levels. */

#include "pixel/gsdf.h"

#include <math.h>

double
vitrail_gsdf_get_luminance (double jnd)
{
  static const double over[] = { -1.3011877, 8.0242636e-2, 1.3646699e-1,
                                 -2.5468404e-2, 1.3635334e-3 };
  static const double under[] = {
    1, -2.5840191e-2, -1.0320229e-1, 2.8745620e-2, -3.1978977e-3, 1.2992634e-4
  };
  const double x =
      log (fmax (VITRAIL_GSDF_MIN_JND, fmin (jnd, VITRAIL_GSDF_MAX_JND)));
  double p = 0;
  double q = 0;

  for (guint i = G_N_ELEMENTS (over); i-- > 0;)
    p = p * x + over[i];
  for (guint i = G_N_ELEMENTS (under); i-- > 0;)
    q = q * x + under[i];
  return pow (10, p / q);
}

double
vitrail_gsdf_get_jnd (double luminance)
{
  static const double factors[] = { 71.498068,   94.593053,  41.912053,
                                    9.8247004,   0.28175407, -1.1878455,
                                    -0.18014349, 0.14710899, -0.017046845 };
  /* Beyond its ends the polynomial turns round. */
  const double x = log10 (fmax (0.05, fmin (luminance, 3993.404)));
  double jnd = 0;

  for (guint i = G_N_ELEMENTS (factors); i-- > 0;)
    jnd = jnd * x + factors[i];
  return fmax (VITRAIL_GSDF_MIN_JND, fmin (jnd, VITRAIL_GSDF_MAX_JND));
}

double
vitrail_calibration_get_target (const VitrailCalibration *self, double grey)
{
  return vitrail_gsdf_get_luminance (
      self->jnd[0] + (self->jnd[1] - self->jnd[0]) * (grey / 255));
}

uint8_t
vitrail_calibration_get_level (const VitrailCalibration *self, double grey)
{
  guint low = 0;
  guint high = VITRAIL_CALIBRATION_LEVELS - 1;

  /* The steps never fall; NaN is below all of them. */
  while (low < high) {
    const guint middle = (low + high) / 2;
    if (grey >= self->steps[middle])
      low = middle + 1;
    else
      high = middle;
  }
  return (uint8_t) low;
}
