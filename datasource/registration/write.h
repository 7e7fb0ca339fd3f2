/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Making Spatial Registration objects (PS3.3 A.39). */

#pragma once

#include "registration/registration.h"

G_BEGIN_DECLS

/**
 * vitrail_registration_make:
 * @fixed: of one of the images that the others are laid over: patient and study
 *   are its
 * @matrix: rigid, from frame of reference @from to the fixed one's
 *
 * A new object in a series of its own.
 *
 * Returns: NULL with VITRAIL_ERROR_UNSUPPORTED where one of them says no frame
 *   of reference, or both say the same: it tells of two
 */
VitrailDataSet *vitrail_registration_make (VitrailDataSet *fixed,
                                           const char *from,
                                           const double matrix[16],
                                           GError **error);

G_END_DECLS
