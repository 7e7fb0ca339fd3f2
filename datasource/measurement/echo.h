/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The left ventricle by the method of discs: volumes and ejection fraction of
 * contours in the apical four- and two-chamber views. */

#pragma once

#include "measurement/measurement.h"

G_BEGIN_DECLS

/**
 * vitrail_echo_evaluate:
 * @measurements: (element-type VitrailMeasurement): the last of each role
 * counts
 *
 * Volumes and ejection fractions of each plane and of both, as far as their
 * contours are there; where they are but cannot be measured, why not.
 *
 * Returns: (element-type VitrailValue): empty where no chamber has a role;
 *   freed with g_array_unref ()
 */
GArray *vitrail_echo_evaluate (const GPtrArray *measurements);

G_END_DECLS
