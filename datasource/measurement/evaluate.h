/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What comes out of a measurement: for measurement.c. */

#pragma once

#include "measurement/measurement.h"

G_BEGIN_DECLS

/* Fills calibration, region, pixel_mm, axis and values of @self, which has none
 * of them yet. */
void vitrail_measurement_evaluate (VitrailMeasurement *self,
                                   const VitrailRuler *ruler);

G_END_DECLS
