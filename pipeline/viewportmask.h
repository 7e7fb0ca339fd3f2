/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Angiograms in a viewport: with or without their masks, see
 * mask/maskinstance.h. */

#pragma once

#include "viewport.h"

G_BEGIN_DECLS

/* Whether masks are subtracted where there are any; until somebody says so, as
 * the data want. */
void vitrail_viewport_set_subtraction (VitrailViewport *self, gboolean on);
/* Whether what is shown is subtracted. */
gboolean vitrail_viewport_get_subtraction (VitrailViewport *self);
/* Moves masks by so many pixels more; FALSE where none is subtracted, or the
 * numbers are none. */
gboolean
vitrail_viewport_shift_mask (VitrailViewport *self, double down, double right);

G_END_DECLS
