/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The Grayscale Standard Display Function (PS3.14): grey levels that look
 * equally far apart, on a display that was measured. */

#pragma once

#include <glib.h>

#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/* The ends of the function: just noticeable differences (JND) 1 to 1023, 0.05
 * to 3993.4 cd/m2. */
#define VITRAIL_GSDF_MIN_JND 1.0
#define VITRAIL_GSDF_MAX_JND 1023.0

/* Luminance in cd/m2 of JND index @jnd, which is cut to the ends (PS3.14 7.1,
 * first formula). */
double vitrail_gsdf_get_luminance (double jnd);
/* JND index of @luminance in cd/m2, cut to the ends: the standard's own
 * approximation of the inverse (PS3.14 7.1, second formula), good to about
 * 0.001 of the luminance. */
double vitrail_gsdf_get_jnd (double luminance);

/* Digital driving levels (DDL) of the pictures we make. */
#define VITRAIL_CALIBRATION_LEVELS 256

/**
 * VitrailCalibration:
 * @luminance: of each DDL, ambient light included, cd/m2; never falls
 * @jnd: the JND indices of darkest and brightest
 * @steps: the grey value, 0..255, from which on DDL i + 1 comes nearer than i
 *
 * A display as measured, and the table from grey values (P-values) to its DDLs.
 * Immutable.
 */
typedef struct {
  double luminance[VITRAIL_CALIBRATION_LEVELS];
  double jnd[2];
  double steps[VITRAIL_CALIBRATION_LEVELS - 1];
} VitrailCalibration;

/**
 * vitrail_calibration_new:
 * @text: DCMTK's text form of monitor characteristics: lines "max DDL", "amb
 *   AMBIENT" (optional) and "DDL LUMINANCE" in ascending order from 0 to max,
 *   cd/m2; # begins a comment
 * @name: of the file, for errors
 *
 * Levels between those measured are interpolated, monotone. A display of more
 * or fewer levels than 256 is driven by 256 spread over its own. Printers and
 * cameras (optical density) are refused.
 */
VitrailCalibration *vitrail_calibration_new (const char *text,
                                             size_t length,
                                             const char *name,
                                             GError **error);
void vitrail_calibration_free (VitrailCalibration *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailCalibration, vitrail_calibration_free)

/* The luminance that @grey (0..255, not rounded) is to have. */
double
vitrail_calibration_get_target (const VitrailCalibration *self, double grey);
/* The DDL whose luminance comes nearest to that. Never falls. */
uint8_t
vitrail_calibration_get_level (const VitrailCalibration *self, double grey);

G_END_DECLS
