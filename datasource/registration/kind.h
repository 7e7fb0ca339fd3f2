/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What kind of matrix a registration says that it has, and whether it has. */

#pragma once

#include "registration/registration.h"

G_BEGIN_DECLS

/* FALSE where @tag names none of the kinds. */
gboolean vitrail_registration_kind_read (const VitrailDataSet *item,
                                         VitrailTag tag,
                                         VitrailRegistrationKind *kind);
/* Whether @matrix is of @kind, as near as decimal strings can say. */
gboolean vitrail_registration_kind_fits (VitrailRegistrationKind kind,
                                         const double matrix[16]);

G_END_DECLS
