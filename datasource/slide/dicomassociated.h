/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Label, overview and thumbnail of a DICOM slide (PS3.3 C.8.12.4.1.1). */

#pragma once

#include "slide/dicomseries.h"

G_BEGIN_DECLS

typedef struct _VitrailWsiAssociated VitrailWsiAssociated;

/* Those of @series, the first of each kind. */
VitrailWsiAssociated *
vitrail_wsi_associated_new (const VitrailWsiSeries *series);
void vitrail_wsi_associated_free (VitrailWsiAssociated *self);

/* "label", "macro" (OVERVIEW), "thumbnail"; NULL-terminated. */
const char *const *
vitrail_wsi_associated_list (const VitrailWsiAssociated *self);

/* All of it, normalized; put together where it comes in tiles, which are then
 * RGB of 8 bits. @name is one of the list. */
VitrailFrame *vitrail_wsi_associated_read (const VitrailWsiAssociated *self,
                                           const char *name,
                                           GError **error);

G_END_DECLS
